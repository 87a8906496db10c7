// SPDX-License-Identifier: MIT
#include "media/fit.h"

#include <algorithm>
#include <cmath>

#include "media/av_handles.h"
#include "media/source.h"

namespace impasto::media {

FramePtr fitFrame(const Frame& frame, int width, int height) {
    const double scale = std::min(static_cast<double>(width) / frame.width, static_cast<double>(height) / frame.height);
    const int innerWidth = std::clamp(static_cast<int>(std::lround(frame.width * scale)), 1, width);
    const int innerHeight = std::clamp(static_cast<int>(std::lround(frame.height * scale)), 1, height);
    const FramePtr scaled = resizeFrame(frame, innerWidth, innerHeight);
    auto canvas = std::make_shared<Frame>();
    canvas->width = width;
    canvas->height = height;
    canvas->timestampSeconds = frame.timestampSeconds;
    canvas->pixels.assign(frameBytes(PixelFormat::Rgba8, width, height), 0);
    const auto left = static_cast<std::size_t>((width - innerWidth) / 2);
    const auto top = static_cast<std::size_t>((height - innerHeight) / 2);
    av_image_copy_plane(canvas->pixels.data() + 4 * (top * static_cast<std::size_t>(width) + left), 4 * width,
                        scaled->pixels.data(), 4 * innerWidth, 4 * innerWidth, innerHeight);
    return canvas;
}

}  // namespace impasto::media
