// SPDX-License-Identifier: MIT
#include <set>
#include <thread>

#include "media/frame_slot.h"
#include "media/orientation.h"
#include "media_fixture.h"

namespace impasto::media {
namespace {

TEST(FramePool, ReusesReleasedFramesAndKeepsHeldOnes) {
    FramePool pool;
    std::set<const void*> seen;
    FramePtr held = pool.acquire(PixelFormat::Rgba8, 33, 7);
    for (int i = 0; i < 100; ++i) {
        const auto frame = pool.acquire(PixelFormat::Rgba8, 33, 7);
        ASSERT_NE(frame.get(), held.get());
        ASSERT_EQ(frame->pixels.size(), 33u * 7 * 4);
        seen.insert(frame->pixels.data());
    }
    EXPECT_EQ(seen.size(), 1u);
    EXPECT_EQ(pool.created(), 2u);
}

TEST(FramePool, GivesTheSizeAskedForAndClearsWhatWasSaid) {
    FramePool pool;
    {
        const auto frame = pool.acquire(PixelFormat::Rgba8, 100, 50);
        frame->timestampSeconds = 3;
        frame->index = 9;
    }
    const auto frame = pool.acquire(PixelFormat::Rgba8, 1, 1);
    EXPECT_EQ(frame->width, 1);
    EXPECT_EQ(frame->pixels.size(), 4u);
    EXPECT_EQ(frame->timestampSeconds, 0);
    EXPECT_EQ(frame->index, 0u);
}

TEST(FramePool, FramesOutliveThePool) {
    FramePtr frame;
    {
        FramePool pool;
        frame = pool.acquire(PixelFormat::Rgba8, 8, 8);
    }
    EXPECT_EQ(frame->pixels.size(), 256u);
    frame.reset();
}

TEST(FramePool, FramesMayBeReleasedOnAnotherThread) {
    FramePool pool;
    FrameSlot slot;
    std::jthread consumer([&](std::stop_token stop) {
        while (!stop.stop_requested())
            slot.take();
    });
    for (int i = 0; i < 2000; ++i) {
        auto frame = pool.acquire(PixelFormat::Rgba8, 4, 4);
        std::fill(frame->pixels.begin(), frame->pixels.end(), static_cast<std::uint8_t>(i));
        slot.put(std::move(frame));
    }
    consumer.request_stop();
    consumer.join();
    EXPECT_LE(pool.created(), 3u);
}

TEST(FrameSlot, NewestWinsAndDropsAreCounted) {
    FrameSlot slot;
    EXPECT_EQ(slot.take(), nullptr);
    const FramePtr first = countingFrame(1), second = countingFrame(2), third = countingFrame(3);
    slot.put(first);
    slot.put(second);
    slot.put(third);
    EXPECT_EQ(slot.dropped(), 2u);
    EXPECT_EQ(slot.take(), third);
    EXPECT_EQ(slot.take(), nullptr);
    slot.put(first);
    slot.clear();
    EXPECT_EQ(slot.take(), nullptr);
    EXPECT_EQ(slot.dropped(), 2u);
}

TEST(Orientation, DisplayMatricesOfAllEightTurns) {
    constexpr std::int32_t one = 1 << 16, w = 1 << 30;
    const std::array<std::array<std::int32_t, 4>, 8> abcd{{{one, 0, 0, one},
                                                           {-one, 0, 0, one},
                                                           {-one, 0, 0, -one},
                                                           {one, 0, 0, -one},
                                                           {0, one, one, 0},
                                                           {0, one, -one, 0},
                                                           {0, -one, -one, 0},
                                                           {0, -one, one, 0}}};
    for (int value = 1; value <= 8; ++value) {
        const auto& m = abcd[static_cast<std::size_t>(value - 1)];
        const std::array<std::int32_t, 9> matrix{m[0], m[1], 0, m[2], m[3], 0, 0, 0, w};
        EXPECT_EQ(static_cast<int>(orientationOf(matrix)), value);
    }
    std::array<std::int32_t, 9> ffmpegs{};
    av_display_rotation_set(ffmpegs.data(), 90);  // clockwise by its documentation
    EXPECT_EQ(orientationOf(ffmpegs), Orientation::Rotate90);
}

TEST(Orientation, NumbersOutsideExifMeanUpright) {
    for (const long value : {-1L, 0L, 9L, 65535L})
        EXPECT_EQ(orientationOfExif(value), Orientation::Upright);
}

}  // namespace
}  // namespace impasto::media
