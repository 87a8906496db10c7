// SPDX-License-Identifier: MIT
#include "app/scene_change.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <random>

namespace impasto::app {
namespace {

/// A scene of its own for each number: large soft shapes, moved by `shift` pixels, at `light` of their brightness.
media::Frame scene(int number, int shift, PixelFormat format = PixelFormat::Rgba8, double light = 1, int width = 320,
                   int height = 181) {
    media::Frame frame;
    frame.format = format;
    frame.width = width;
    frame.height = height;
    frame.pixels.assign(media::frameBytes(format, width, height), 128);
    const int step = format == PixelFormat::Rgba8 ? 4 : format == PixelFormat::Yuyv ? 2 : 1;
    const int first = format == PixelFormat::Rgba8 ? 1 : 0;
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const double wave = std::sin((x + shift) * (0.02 + 0.013 * number) + number) * std::cos(y * 0.03 - number);
            frame.pixels[static_cast<std::size_t>((y * width + x) * step + first)] =
                static_cast<std::uint8_t>(std::lround((128 + 100 * wave) * light));
        }
    }
    return frame;
}

TEST(SceneChange, AnotherSceneIsACutInEveryFormat) {
    for (const PixelFormat format :
         {PixelFormat::Rgba8, PixelFormat::I420, PixelFormat::I422, PixelFormat::Nv12, PixelFormat::Yuyv}) {
        SceneChange change;
        EXPECT_FALSE(change.isCut(scene(0, 0, format))) << "the first frame";
        for (int i = 1; i < 8; ++i)
            EXPECT_FALSE(change.isCut(scene(0, i, format)));
        EXPECT_TRUE(change.isCut(scene(1, 0, format)));
        EXPECT_FALSE(change.isCut(scene(1, 1, format)));
    }
}

TEST(SceneChange, MotionADissolveAndFlickeringLightAreNone) {
    SceneChange pan;
    for (int i = 0; i < 40; ++i)
        EXPECT_FALSE(pan.isCut(scene(0, 12 * i))) << i;

    SceneChange dissolve;
    for (int i = 0; i <= 18; ++i) {
        media::Frame frame = scene(0, 0);
        const media::Frame coming = scene(1, 0);
        for (std::size_t k = 0; k < frame.pixels.size(); ++k)
            frame.pixels[k] = static_cast<std::uint8_t>((frame.pixels[k] * (18 - i) + coming.pixels[k] * i) / 18);
        EXPECT_FALSE(dissolve.isCut(frame)) << i;
    }

    SceneChange light;
    std::mt19937 random(3);
    std::uniform_real_distribution<double> level(0.85, 1.15);
    for (int i = 0; i < 40; ++i)
        EXPECT_FALSE(light.isCut(scene(0, 0, PixelFormat::Rgba8, level(random)))) << i;
}

TEST(SceneChange, AnotherSizeIsNotCompared) {
    SceneChange change;
    change.isCut(scene(0, 0));
    EXPECT_FALSE(change.isCut(scene(1, 0, PixelFormat::Rgba8, 1, 1, 1)));
    EXPECT_FALSE(change.isCut(scene(1, 0, PixelFormat::Rgba8, 1, 7, 3)));
    EXPECT_FALSE(change.isCut(scene(1, 0, PixelFormat::Rgba8, 1, 7, 3)));
}

}  // namespace
}  // namespace impasto::app
