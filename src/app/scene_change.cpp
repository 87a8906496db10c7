// SPDX-License-Identifier: MIT
#include "app/scene_change.h"

#include <cmath>
#include <numeric>

#include "base/pixel_format.h"

namespace impasto::app {

bool SceneChange::isCut(const media::Frame& frame) {
    constexpr double kLeastDifference = 24;
    constexpr double kTimesUsual = 4;
    constexpr double kMemory = 0.2;  // of a frame in the running mean
    const bool comparable = frame.width == width_ && frame.height == height_ && frame.format == format_;
    width_ = frame.width;
    height_ = frame.height;
    format_ = frame.format;
    const PlaneLayout planes = planeLayout(format_, width_, height_);
    const bool rgba = format_ == PixelFormat::Rgba8;
    const int step = rgba ? 4 : planes.lumaStep;
    const int rowBytes = rgba ? 4 * width_ : planes.lumaRow;
    const int first = rgba ? 1 : 0;  // green
    const Glance before = seen_;
    for (int row = 0; row < kRows; ++row) {
        const auto start =
            static_cast<std::size_t>((2 * row + 1) * height_ / (2 * kRows)) * static_cast<std::size_t>(rowBytes);
        for (int column = 0; column < kColumns; ++column) {
            const int x = (2 * column + 1) * width_ / (2 * kColumns);
            seen_[static_cast<std::size_t>(row * kColumns + column)] =
                frame.pixels[start + static_cast<std::size_t>(x * step + first)];
        }
    }
    if (!comparable) {
        usualDifference_ = 0;
        return false;
    }
    const auto brightness = [](const Glance& glance) { return 1 + std::accumulate(glance.begin(), glance.end(), 0); };
    const double gain = static_cast<double>(brightness(seen_)) / brightness(before);
    double sum = 0;
    for (std::size_t i = 0; i < before.size(); ++i)
        sum += std::abs(seen_[i] - before[i] * gain);
    const double difference = sum / (kRows * kColumns);
    const bool cut = difference >= kLeastDifference && difference >= kTimesUsual * usualDifference_;
    usualDifference_ += kMemory * (difference - usualDifference_);
    return cut;
}

}  // namespace impasto::app
