// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "display.h"
#include "ui/image_clipboard.h"

namespace impasto::ui {
namespace {

std::vector<std::byte> numbered(std::size_t size) {
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i)
        bytes[i] = static_cast<std::byte>((i * 7 + i / 251) & 0xff);
    return bytes;
}

class Clipboard : public testing::Test {
  protected:
    void SetUp() override { ASSERT_EQ(display_.missing(), ""); }

  private:
    TestDisplay display_;
};

TEST_F(Clipboard, PicturesOfEverySizeArriveAtAnotherProgram) {
    ImageClipboard here, there;
    ASSERT_TRUE(here.available());
    for (const std::size_t size : {1ul, 5000ul, 131072ul, 131073ul, 1000003ul, 9000000ul}) {
        here.offer(numbered(size));
        Pasted pasted;
        for (int i = 0; i < 50 && pasted.png.size() != size; ++i)
            pasted = there.paste();
        EXPECT_TRUE(pasted.png == numbered(size)) << size;
    }
    EXPECT_EQ(here.paste().png.size(), 9000000u) << "its own, too";
    there.offer(numbered(10));
    Pasted other;
    for (int i = 0; i < 50 && other.png.size() != 10; ++i)
        other = here.paste();
    EXPECT_EQ(other.png.size(), 10u) << "the newest owner has it";
}

TEST_F(Clipboard, NothingThereIsNothingPasted) {
    {
        ImageClipboard gone;
        gone.offer(numbered(10));
        Pasted own;
        for (int i = 0; i < 50 && own.png.size() != 10; ++i)
            own = gone.paste();
        ASSERT_EQ(own.png.size(), 10u);
    }
    ImageClipboard here;
    const Pasted pasted = here.paste();
    EXPECT_TRUE(pasted.png.empty());
    EXPECT_TRUE(pasted.paths.empty());
}

TEST(ClipboardText, IsReadAsPaths) {
    using Paths = std::vector<std::string>;
    EXPECT_EQ(pathsOfText("file:///home/a%20b/c.png\r\nfile://localhost/d.jpg\r\n# comment\r\n"),
              (Paths{"/home/a b/c.png", "/d.jpg"}));
    EXPECT_EQ(pathsOfText("/tmp/x.png\n\n"), Paths{"/tmp/x.png"});
    EXPECT_EQ(pathsOfText("file://"), Paths{});
    EXPECT_EQ(pathsOfText("file:///a%2"), Paths{"/a%2"});
    EXPECT_EQ(pathsOfText(std::string("file:///a%00b")), Paths{});
    EXPECT_EQ(pathsOfText(std::string(10000, 'x')), Paths{});
    EXPECT_EQ(pathsOfText(""), Paths{});
}

}  // namespace
}  // namespace impasto::ui
