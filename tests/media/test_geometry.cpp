// SPDX-License-Identifier: MIT
#include "media/geometry.h"
#include "media_fixture.h"

namespace impasto::media {
namespace {

FramePtr numbered(int width, int height) {
    return makeFrame(width, height, [](int x, int y) { return Rgb{x, y, 7}; });
}

TEST(Geometry, NothingToDoIsTheSameFrame) {
    FramePool pool;
    const FramePtr frame = numbered(5, 3);
    EXPECT_EQ(applyGeometry(frame, {}, pool), frame);
    EXPECT_EQ(applyGeometry(nullptr, {.quarterTurns = 1}, pool), nullptr);
}

TEST(Geometry, QuarterTurnsAreClockwise) {
    FramePool pool;
    for (const auto& [width, height] : std::vector<std::pair<int, int>>{{1, 1}, {7, 1}, {1, 5}, {6, 4}, {17, 31}}) {
        const FramePtr frame = numbered(width, height);
        const FramePtr once = applyGeometry(frame, {.quarterTurns = 1}, pool);
        ASSERT_EQ(once->width, height);
        ASSERT_EQ(once->height, width);
        EXPECT_EQ(pixel(*once, height - 1, 0), pixel(*frame, 0, 0)) << "top left goes to top right";
        EXPECT_EQ(pixel(*once, 0, width - 1), pixel(*frame, width - 1, height - 1));
        const FramePtr twice = applyGeometry(once, {.quarterTurns = 1}, pool);
        EXPECT_EQ(twice->pixels, applyGeometry(frame, {.quarterTurns = 2}, pool)->pixels);
        const FramePtr thrice = applyGeometry(twice, {.quarterTurns = 1}, pool);
        EXPECT_EQ(thrice->pixels, applyGeometry(frame, {.quarterTurns = 3}, pool)->pixels);
        EXPECT_EQ(applyGeometry(thrice, {.quarterTurns = 1}, pool)->pixels, frame->pixels);
    }
}

TEST(Geometry, CropCutsWhatIsSeenAfterTurning) {
    FramePool pool;
    const FramePtr frame = numbered(20, 10);
    const Crop crop{.left = 0.1f, .top = 0.2f, .right = 0.25f, .bottom = 0.1f};
    for (int turns = 0; turns < 4; ++turns) {
        const FramePtr turned = applyGeometry(frame, {.quarterTurns = turns}, pool);
        const FramePtr cut = applyGeometry(frame, {.quarterTurns = turns, .crop = crop}, pool);
        const PixelRect rect = croppedRect(turned->width, turned->height, crop);
        ASSERT_EQ(cut->width, rect.width);
        ASSERT_EQ(cut->height, rect.height);
        EXPECT_EQ(sizeAfter(20, 10, {.quarterTurns = turns, .crop = crop}).width, rect.width);
        for (int y = 0; y < rect.height; ++y) {
            for (int x = 0; x < rect.width; ++x)
                ASSERT_EQ(pixel(*cut, x, y), pixel(*turned, rect.x + x, rect.y + y)) << turns;
        }
    }
}

TEST(Geometry, AtLeastAPixelIsLeft) {
    for (const float all : {0.5f, 0.9f, 1.0f, 5.0f}) {
        const PixelRect rect = croppedRect(3, 1, {all, all, all, all});
        EXPECT_GE(rect.width, 1);
        EXPECT_EQ(rect.height, 1);
        EXPECT_GE(rect.x, 0);
        EXPECT_LE(rect.x + rect.width, 3);
    }
}

TEST(Geometry, PlayingAllocatesNoFrames) {
    FramePool pool;
    const FramePtr frame = numbered(64, 48);
    for (int i = 0; i < 20; ++i)
        applyGeometry(frame, {.quarterTurns = 1}, pool);
    EXPECT_EQ(pool.created(), 1u);
}

}  // namespace
}  // namespace impasto::media
