// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>

#include "reference/reference.h"

namespace impasto::reference {
namespace {

/// Linear interpolation of one chroma plane at a position in its own samples, edges repeated.
double chromaAt(std::span<const std::uint8_t> samples, const PlaneLayout& layout, int base, double x, double y) {
    const auto at = [&](int column, int row) {
        column = std::clamp(column, 0, layout.chromaWidth - 1);
        row = std::clamp(row, 0, layout.chromaHeight - 1);
        return static_cast<double>(
            samples[static_cast<std::size_t>(base + row * layout.chromaRow + column * layout.chromaStep)]);
    };
    const int left = static_cast<int>(std::floor(x)), top = static_cast<int>(std::floor(y));
    const double fx = x - left, fy = y - top;
    return (1 - fy) * ((1 - fx) * at(left, top) + fx * at(left + 1, top)) +
           fy * ((1 - fx) * at(left, top + 1) + fx * at(left + 1, top + 1));
}

}  // namespace

Tensor rgbOfPlanes(std::span<const std::uint8_t> samples, PixelFormat format, Extent extent, const YuvColour& colour) {
    const PlaneLayout layout = planeLayout(format, extent.width, extent.height);
    IMPASTO_CHECK(format != PixelFormat::Rgba8 && samples.size() >= layout.bytes);
    const double kg = 1.0 - colour.kr - colour.kb;
    Tensor rgb({3, extent.height, extent.width});
    for (int y = 0; y < extent.height; ++y) {
        for (int x = 0; x < extent.width; ++x) {
            const double cx = (x - static_cast<double>(colour.chromaX)) / 2.0;
            const double cy = layout.chromaHalfHeight ? (y - static_cast<double>(colour.chromaY)) / 2.0 : y;
            const double luma = samples[static_cast<std::size_t>(y * layout.lumaRow + x * layout.lumaStep)];
            const double u = chromaAt(samples, layout, layout.uBase, cx, cy) - 128;
            const double v = chromaAt(samples, layout, layout.vBase, cx, cy) - 128;
            const double level = colour.fullRange ? luma / 255 : (luma - 16) / 219;
            const double cb = u / (colour.fullRange ? 255 : 224), cr = v / (colour.fullRange ? 255 : 224);
            const double red = level + 2 * (1 - colour.kr) * cr;
            const double blue = level + 2 * (1 - colour.kb) * cb;
            const double green = (level - colour.kr * red - colour.kb * blue) / kg;
            rgb.at(0, y, x) = static_cast<float>(std::clamp(red, 0.0, 1.0));
            rgb.at(1, y, x) = static_cast<float>(std::clamp(green, 0.0, 1.0));
            rgb.at(2, y, x) = static_cast<float>(std::clamp(blue, 0.0, 1.0));
        }
    }
    return rgb;
}

}  // namespace impasto::reference
