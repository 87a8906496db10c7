// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>

namespace impasto::media {

/// How a stored picture has to be turned to stand upright, with EXIF's numbers (EXIF 2.32, tag 0x0112).
enum class Orientation : std::uint8_t {
    Upright = 1,
    MirrorX = 2,
    Rotate180 = 3,
    MirrorY = 4,
    Transpose = 5,
    Rotate90 = 6,  ///< clockwise
    Transverse = 7,
    Rotate270 = 8,
};

/// Whether width and height change places.
constexpr bool swapsSides(Orientation orientation) {
    return static_cast<int>(orientation) >= 5;
}

/// The nearest of the eight to FFmpeg's 3x3 display matrix (16.16 fixed point); Upright for one that makes no sense.
Orientation orientationOf(std::span<const std::int32_t, 9> displayMatrix);

/// EXIF's number; Upright outside 1..8.
Orientation orientationOfExif(long value);

struct PixelView {
    const std::uint8_t* pixels;  ///< 4 bytes each
    int width;
    int height;
    std::ptrdiff_t rowBytes;
};

/// Writes `stored` turned upright to `upright`, tight rows of 4-byte pixels.
void turnUpright(const PixelView& stored, Orientation orientation, std::span<std::uint8_t> upright);

}  // namespace impasto::media
