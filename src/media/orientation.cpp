// SPDX-License-Identifier: MIT
#include "media/orientation.h"

#include <cstdlib>
#include <cstring>

#include "base/check.h"

namespace impasto::media {

Orientation orientationOf(std::span<const std::int32_t, 9> displayMatrix) {
    // A stored point (p, q), y down, is shown at (a p + c q, b p + d q) with the matrix' rows (a b u) (c d v) (x y w).
    const double a = displayMatrix[0], b = displayMatrix[1], c = displayMatrix[3], d = displayMatrix[4];
    if (std::abs(a) + std::abs(d) >= std::abs(b) + std::abs(c)) {
        if (a >= 0)
            return d >= 0 ? Orientation::Upright : Orientation::MirrorY;
        return d >= 0 ? Orientation::MirrorX : Orientation::Rotate180;
    }
    if (b >= 0)
        return c >= 0 ? Orientation::Transpose : Orientation::Rotate90;
    return c >= 0 ? Orientation::Rotate270 : Orientation::Transverse;
}

Orientation orientationOfExif(long value) {
    return value >= 1 && value <= 8 ? static_cast<Orientation>(value) : Orientation::Upright;
}

void turnUpright(const PixelView& stored, Orientation orientation, std::span<std::uint8_t> upright) {
    const bool swap = swapsSides(orientation);
    const int width = swap ? stored.height : stored.width;
    const int height = swap ? stored.width : stored.height;
    IMPASTO_CHECK(upright.size() ==
                  std::size_t{4} * static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    const bool flipX = orientation == Orientation::MirrorX || orientation == Orientation::Rotate180 ||
                       orientation == Orientation::Transverse || orientation == Orientation::Rotate270;
    const bool flipY = orientation == Orientation::MirrorY || orientation == Orientation::Rotate180 ||
                       orientation == Orientation::Transverse || orientation == Orientation::Rotate90;
    // flipX and flipY are of the stored axes: the upright pixel (x, y) is read at stored (sx, sy).
    std::uint8_t* out = upright.data();
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x, out += 4) {
            int sx = swap ? y : x;
            int sy = swap ? x : y;
            if (flipX)
                sx = stored.width - 1 - sx;
            if (flipY)
                sy = stored.height - 1 - sy;
            std::memcpy(out, stored.pixels + sy * stored.rowBytes + std::ptrdiff_t{4} * sx, 4);
        }
    }
}

}  // namespace impasto::media
