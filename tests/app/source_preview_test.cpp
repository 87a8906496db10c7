// SPDX-License-Identifier: MIT
#include "app/source_preview.h"

#include <gtest/gtest.h>

#include <memory>

namespace impasto::app::test {
namespace {

/// Left half red, right half blue.
media::FramePtr twoColours(int width, int height) {
    auto frame = std::make_shared<media::Frame>();
    frame->width = width;
    frame->height = height;
    for (int i = 0; i < width * height; ++i) {
        const bool left = i % width < width / 2;
        for (const int value : {left ? 255 : 0, 0, left ? 0 : 255, 255})
            frame->pixels.push_back(static_cast<std::uint8_t>(value));
    }
    return frame;
}

int redAt(const media::Frame& frame, int x, int y) {
    return frame
        .pixels[(static_cast<std::size_t>(y) * static_cast<std::size_t>(frame.width) + static_cast<std::size_t>(x)) *
                4];
}

TEST(SourcePreviewTest, LargeFramesAreReducedSmallOnesKept) {
    SourcePreview preview;
    EXPECT_EQ(preview.frame(), nullptr);
    preview.show(twoColours(1280, 3), {});
    EXPECT_EQ(preview.frame()->width, SourcePreview::kLongestSide);
    EXPECT_EQ(preview.frame()->height, 1);
    EXPECT_GT(redAt(*preview.frame(), 10, 0), 250);
    EXPECT_LT(redAt(*preview.frame(), 630, 0), 5);
    const media::FramePtr small = twoColours(64, 48);
    preview.show(small, {});
    EXPECT_EQ(preview.frame(), small);
    preview.clear();
    EXPECT_EQ(preview.frame(), nullptr);
}

TEST(SourcePreviewTest, FramesAreTurnedAsThePictureWillBe) {
    SourcePreview preview;
    preview.show(twoColours(64, 48), {.quarterTurns = 2});
    EXPECT_LT(redAt(*preview.frame(), 0, 0), 5);
    EXPECT_GT(redAt(*preview.frame(), 63, 47), 250);
}

}  // namespace
}  // namespace impasto::app::test
