// SPDX-License-Identifier: MIT
#include <algorithm>

#include "reference/reference.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

constexpr double kFlatVariance = 1e-3;
constexpr double kLargestGain = 2.0;

/// Slope of the stylized channel against the luma around the quad of (y, x).
double gainAt(const Tensor& styled, const Tensor& luma, int c, Extent position) {
    const Shape shape = styled.shape();
    const int top = position.height / 2 * 2 - 1;
    const int left = position.width / 2 * 2 - 1;
    double sumY = 0, sumS = 0, sumYY = 0, sumYS = 0;
    for (int dy = 0; dy < 4; ++dy) {
        for (int dx = 0; dx < 4; ++dx) {
            const int sy = std::clamp(top + dy, 0, shape.height - 1);
            const int sx = std::clamp(left + dx, 0, shape.width - 1);
            const double y = luma.at(0, sy, sx);
            const double s = styled.at(c, sy, sx);
            sumY += y / 16;
            sumS += s / 16;
            sumYY += y * y / 16;
            sumYS += y * s / 16;
        }
    }
    const double gain = (sumYS - sumY * sumS) / (sumYY - sumY * sumY + kFlatVariance);
    return std::clamp(gain, -kLargestGain, kLargestGain);
}

/// Bilinear sample of a channel within the content, half-pixel centres, edge repeated.
double sample(const Tensor& x, int c, double y, double column, Extent content) {
    const double clampedY = std::clamp(y - 0.5, 0.0, static_cast<double>(content.height - 1));
    const double clampedX = std::clamp(column - 0.5, 0.0, static_cast<double>(content.width - 1));
    const int y0 = static_cast<int>(clampedY);
    const int x0 = static_cast<int>(clampedX);
    const int y1 = std::min(y0 + 1, content.height - 1);
    const int x1 = std::min(x0 + 1, content.width - 1);
    const double fy = clampedY - y0;
    const double fx = clampedX - x0;
    return (1 - fy) * ((1 - fx) * x.at(c, y0, x0) + fx * x.at(c, y0, x1)) +
           fy * ((1 - fx) * x.at(c, y1, x0) + fx * x.at(c, y1, x1));
}

}  // namespace

Tensor guidedUpsample(const Tensor& styled, const Tensor& picture, const Tensor& full,
                      const GuidedUpsampling& options) {
    const Shape small = styled.shape();
    const Shape large = full.shape();
    IMPASTO_CHECK(small == picture.shape() && small.channels == 3 && large.channels == 3);
    const Tensor luma = impasto::luma(picture);
    const Tensor fullLuma = impasto::luma(full);
    Tensor gain(small);
    for (int c = 0; c < 3; ++c) {
        for (int y = 0; y < small.height; ++y) {
            for (int x = 0; x < small.width; ++x)
                gain.at(c, y, x) = static_cast<float>(gainAt(styled, luma, c, {y, x}));
        }
    }
    Tensor result(large);
    for (int y = 0; y < large.height; ++y) {
        for (int x = 0; x < large.width; ++x) {
            const double sy = (y + 0.5) * options.content.height / large.height;
            const double sx = (x + 0.5) * options.content.width / large.width;
            const double detail = fullLuma.at(0, y, x) - sample(luma, 0, sy, sx, options.content);
            for (int c = 0; c < 3; ++c) {
                const double value = sample(styled, c, sy, sx, options.content) +
                                     options.guidance * sample(gain, c, sy, sx, options.content) * detail;
                result.at(c, y, x) = static_cast<float>(std::clamp(value, 0.0, 1.0));
            }
        }
    }
    return result;
}

}  // namespace impasto::reference
