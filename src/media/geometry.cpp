// SPDX-License-Identifier: MIT
#include "media/geometry.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace impasto::media {
namespace {

int cut(int side, float fraction) {
    return static_cast<int>(std::lround(std::clamp(static_cast<double>(fraction), 0.0, 1.0) * side));
}

}  // namespace

PixelRect croppedRect(int width, int height, const Crop& crop) {
    const int left = std::min(cut(width, crop.left), width - 1);
    const int top = std::min(cut(height, crop.top), height - 1);
    const int right = std::min(cut(width, crop.right), width - 1 - left);
    const int bottom = std::min(cut(height, crop.bottom), height - 1 - top);
    return {left, top, width - left - right, height - top - bottom};
}

PixelRect sizeAfter(int width, int height, const Geometry& geometry) {
    if (geometry.quarterTurns % 2 != 0)
        std::swap(width, height);
    const PixelRect rect = croppedRect(width, height, geometry.crop);
    return {0, 0, rect.width, rect.height};
}

FramePtr applyGeometry(const FramePtr& frame, const Geometry& geometry, FramePool& pool) {
    if (!frame || geometry.isIdentity())
        return frame;
    IMPASTO_CHECK(frame->format == PixelFormat::Rgba8 && geometry.quarterTurns >= 0 && geometry.quarterTurns <= 3);
    const bool swaps = geometry.quarterTurns % 2 != 0;
    const int turnedWidth = swaps ? frame->height : frame->width;
    const int turnedHeight = swaps ? frame->width : frame->height;
    const PixelRect rect = croppedRect(turnedWidth, turnedHeight, geometry.crop);
    const std::shared_ptr<Frame> result = pool.acquire(PixelFormat::Rgba8, rect.width, rect.height);
    result->timestampSeconds = frame->timestampSeconds;
    result->index = frame->index;
    // Where the first pixel of the result's row comes from, and the step to its next one, in pixels.
    const std::ptrdiff_t width = frame->width, height = frame->height;
    std::uint8_t* target = result->pixels.data();
    for (std::ptrdiff_t y = rect.y; y < rect.y + rect.height; ++y) {
        std::ptrdiff_t from = 0, step = 1;
        switch (geometry.quarterTurns) {
            case 0:
                from = y * width + rect.x;
                break;
            case 1:
                from = (height - 1 - rect.x) * width + y;
                step = -width;
                break;
            case 2:
                from = (height - 1 - y) * width + width - 1 - rect.x;
                step = -1;
                break;
            default:
                from = rect.x * width + width - 1 - y;
                step = width;
        }
        const std::uint8_t* source = frame->pixels.data() + 4 * from;
        if (step == 1) {
            std::memcpy(target, source, 4 * static_cast<std::size_t>(rect.width));
            target += 4 * static_cast<std::size_t>(rect.width);
            continue;
        }
        for (int x = 0; x < rect.width; ++x, source += 4 * step, target += 4)
            std::memcpy(target, source, 4);
    }
    return result;
}

}  // namespace impasto::media
