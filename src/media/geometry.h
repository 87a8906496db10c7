// SPDX-License-Identifier: MIT
#pragma once

#include "media/frame.h"

namespace impasto::media {

/// What is cut off at each side, as a fraction of the picture's width or height.
struct Crop {
    float left = 0;
    float top = 0;
    float right = 0;
    float bottom = 0;
    bool operator==(const Crop&) const = default;
};

/// How a source's picture is turned and cut: first turned, then cut, so that the crop's sides are those that are seen.
struct Geometry {
    int quarterTurns = 0;  ///< clockwise, 0..3
    Crop crop = {};
    bool operator==(const Geometry&) const = default;
    bool isIdentity() const { return *this == Geometry{}; }
};

struct PixelRect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool operator==(const PixelRect&) const = default;
};

/// The part of a `width` x `height` picture, turned already, that `crop` leaves: whole pixels, at least one.
PixelRect croppedRect(int width, int height, const Crop& crop);

/// The size of a `width` x `height` picture after `geometry`.
PixelRect sizeAfter(int width, int height, const Geometry& geometry);

/// `frame` (Rgba8) turned and cut; itself where nothing is to be done. The result comes from `pool`.
FramePtr applyGeometry(const FramePtr& frame, const Geometry& geometry, FramePool& pool);

}  // namespace impasto::media
