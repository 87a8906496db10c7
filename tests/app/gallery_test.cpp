// SPDX-License-Identifier: MIT
#include "app/gallery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/defaults.h"
#include "base/error.h"
#include "base/file.h"
#include "folder.h"
#include "media/writer.h"

namespace impasto::app {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

std::string errorOf(const std::string& text) {
    try {
        readGalleryList(text, "gallery.json");
    } catch (const Error& error) {
        return error.what();
    }
    return "";
}

TEST(GalleryList, RoundTrip) {
    const GalleryList list{{"mosaic", "/a b/\"c\".png", "batik"}, {"batik"}};
    EXPECT_EQ(readGalleryList(writeGalleryList(list), "test"), list);
    EXPECT_EQ(readGalleryList(writeGalleryList({}), "test"), GalleryList{});
}

TEST(GalleryList, CorruptTextIsRefused) {
    for (const std::string& text :
         {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
          std::string(R"({"impasto_gallery": 2})"), std::string(R"({"impasto_gallery": "1"})"),
          std::string(R"({"impasto_gallery": 1, "order": 3})"), std::string(R"({"impasto_gallery": 1, "order": [3]})"),
          std::string(R"({"impasto_gallery": 1, "hidden": [""]})"),
          std::string(R"({"impasto_gallery": 1, "order": ["a\u0000b"]})"),
          R"({"impasto_gallery": 1, "order": [")" + std::string(5000, 'a') + "\"]}", std::string(5u << 20, ' ')})
        EXPECT_THAT(errorOf(text), HasSubstr("gallery.json")) << text.substr(0, 60);
    std::string many = R"({"impasto_gallery": 1, "order": ["a")";
    for (std::size_t i = 0; i < kMaxGalleryStyles; ++i)
        many += ",\"" + std::to_string(i) + "\"";
    EXPECT_THAT(errorOf(many + "]}"), HasSubstr("at most"));
}

class GalleryTest : public testing::Test {
  protected:
    static std::vector<std::string> idsOf(const Gallery& gallery) {
        std::vector<std::string> ids;
        for (const GalleryStyle& style : gallery.styles())
            ids.push_back(style.id);
        return ids;
    }
    /// A folder with three bundled styles, copies of one picture.
    fs::path bundled() {
        const fs::path from = bundledStylesFolder() / "mosaic.jpg";
        fs::create_directories(folder_ / "styles");
        for (const char* name : {"a.jpg", "b.jpg", "c.jpg"})
            fs::copy_file(from, folder_ / "styles" / name, fs::copy_options::overwrite_existing);
        fs::copy_file(from, picture(), fs::copy_options::overwrite_existing);
        return folder_ / "styles";
    }
    fs::path picture() const { return folder_ / "mine.jpg"; }
    fs::path file() const { return folder_ / "data/gallery.json"; }

    test::TemporaryFolder folder_;
};

TEST_F(GalleryTest, RemembersWhatWasAddedRemovedAndMoved) {
    const fs::path styles = bundled();
    std::string mine;
    {
        Gallery gallery(styles);
        gallery.rememberIn(file());
        mine = gallery.add(picture());
        EXPECT_EQ(gallery.add(picture()), mine) << "once";
        EXPECT_THAT(idsOf(gallery), ElementsAre("a", "b", "c", mine));
        gallery.move(mine, "b");
        gallery.move("a", "");
        gallery.remove("c");
        EXPECT_THAT(idsOf(gallery), ElementsAre(mine, "b", "a"));
    }
    Gallery again(styles);
    again.rememberIn(file());
    EXPECT_THAT(idsOf(again), ElementsAre(mine, "b", "a"));
    EXPECT_EQ(again.hidden(), 1);
    EXPECT_EQ(again.pathOf("c"), styles / "c.jpg") << "what a preset names is found though it is hidden";
    again.showAll();
    EXPECT_EQ(again.styles().size(), 4u);
    again.remove(mine);
    EXPECT_THAT(idsOf(again), testing::UnorderedElementsAre("a", "b", "c"));
}

TEST_F(GalleryTest, APictureThatIsGoneIsShownWithItsReason) {
    const fs::path styles = bundled();
    {
        Gallery gallery(styles);
        gallery.rememberIn(file());
        gallery.add(picture());
    }
    fs::remove(picture());
    Gallery again(styles);
    again.rememberIn(file());
    again.loadThumbnails();
    const auto errorShown = [&] { return again.styles().back().error; };
    for (int i = 0; i < 500 && errorShown().empty(); ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(errorShown(), HasSubstr("mine.jpg"));
}

TEST_F(GalleryTest, ADamagedFileIsLeftAsItIs) {
    const fs::path styles = bundled();
    writeFileAtomically(file(), std::string_view("{\"impasto_gallery\": 9}"));
    Gallery gallery(styles);
    EXPECT_THROW(gallery.rememberIn(file()), Error);
    gallery.add(picture());
    const auto bytes = readFile(file(), 1000);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()), "{\"impasto_gallery\": 9}");
}

TEST_F(GalleryTest, RelativePathsInTheFileAreNotFollowed) {
    const fs::path styles = bundled();
    writeFileAtomically(file(), std::string_view(writeGalleryList({{"../../etc/passwd", "b"}, {"nobody"}})));
    Gallery gallery(styles);
    gallery.rememberIn(file());
    EXPECT_THAT(idsOf(gallery), ElementsAre("b", "a", "c"));
}

}  // namespace
}  // namespace impasto::app
