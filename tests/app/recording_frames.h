// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdlib>
#include <memory>

#include "media/frame.h"

namespace impasto::app::test {

inline constexpr std::array<std::array<int, 3>, 8> kBars{{{235, 235, 235},
                                                          {180, 180, 16},
                                                          {16, 180, 180},
                                                          {16, 180, 16},
                                                          {180, 16, 180},
                                                          {180, 16, 16},
                                                          {16, 16, 180},
                                                          {16, 16, 16}}};

/// Colour bars above a square that moves with `number`.
inline media::FramePtr barsFrame(int width, int height, int number) {
    auto frame = std::make_shared<media::Frame>();
    frame->width = width;
    frame->height = height;
    frame->timestampSeconds = number / 30.0;
    frame->pixels.resize(media::frameBytes(media::PixelFormat::Rgba8, width, height));
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            auto* pixel = &frame->pixels[4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) +
                                              static_cast<std::size_t>(x))];
            const bool moving = y > 3 * height / 4 && (x + number * 3) % width < width / 8;
            for (std::size_t c = 0; c < 3; ++c)
                pixel[c] = static_cast<std::uint8_t>(moving ? 128 : kBars[static_cast<std::size_t>(8 * x / width)][c]);
            pixel[3] = 255;
        }
    }
    return frame;
}

/// Largest difference of any channel from the bars, in the middle of each.
inline int worstBar(const media::Frame& frame) {
    int worst = 0;
    for (int bar = 0; bar < 8; ++bar) {
        const int x = (2 * bar + 1) * frame.width / 16;
        const auto* pixel =
            &frame.pixels[4 * (static_cast<std::size_t>(frame.height / 3) * static_cast<std::size_t>(frame.width) +
                               static_cast<std::size_t>(x))];
        for (std::size_t c = 0; c < 3; ++c)
            worst = std::max(worst, std::abs(pixel[c] - kBars[static_cast<std::size_t>(bar)][c]));
    }
    return worst;
}

/// What no encoder makes small.
inline media::FramePtr noiseFrame(int width, int height, int number) {
    auto frame = std::make_shared<media::Frame>();
    frame->width = width;
    frame->height = height;
    frame->pixels.resize(media::frameBytes(media::PixelFormat::Rgba8, width, height));
    std::uint32_t state = static_cast<std::uint32_t>(number) * 2654435761u + 1;
    for (std::uint8_t& byte : frame->pixels) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<std::uint8_t>(state >> 24);
    }
    return frame;
}

}  // namespace impasto::app::test
