// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>

#include "model/input_size.h"
#include "reference/reference.h"

namespace impasto::reference {
namespace {

/// What one output position takes from the input along one axis.
struct Tap {
    int index = 0;
    double weight = 0;
};
using Taps = std::vector<std::vector<Tap>>;

/// Two neighbours around (i+½)·ratio − ½, held inside the input.
std::vector<Tap> bilinearTaps(int position, double ratio, int inputSide) {
    const double at = std::clamp((position + 0.5) * ratio - 0.5, 0.0, static_cast<double>(inputSide - 1));
    const int first = static_cast<int>(at);
    const int second = std::min(first + 1, inputSide - 1);
    return {{first, 1 - (at - first)}, {second, at - first}};
}

/// Every input pixel by the share of the output pixel's area it covers.
std::vector<Tap> areaTaps(int position, int outputSide, int inputSide) {
    const double begin = static_cast<double>(position) * inputSide / outputSide;
    const double end = static_cast<double>(position + 1) * inputSide / outputSide;
    std::vector<Tap> taps;
    for (int i = static_cast<int>(begin); i < inputSide && i < end; ++i) {
        const double overlap = std::min(end, i + 1.0) - std::max(begin, static_cast<double>(i));
        if (overlap > 0)
            taps.push_back({i, overlap / (end - begin)});
    }
    return taps;
}

Taps areaOrBilinear(int inputSide, int outputSide) {
    Taps taps;
    for (int i = 0; i < outputSide; ++i) {
        if (outputSide > inputSide)
            taps.push_back(bilinearTaps(i, static_cast<double>(inputSide) / outputSide, inputSide));
        else
            taps.push_back(areaTaps(i, outputSide, inputSide));
    }
    return taps;
}

Taps resizeTaps(int inputSide, const model::Resize& op) {
    const double ratio = static_cast<double>(op.denominator) / op.numerator;
    Taps taps;
    for (int i = 0; i < inputSide * op.numerator / op.denominator; ++i) {
        if (op.mode == model::Resize::Mode::Nearest)
            taps.push_back({{std::min(i * op.denominator / op.numerator, inputSide - 1), 1.0}});
        else
            taps.push_back(bilinearTaps(i, ratio, inputSide));
    }
    return taps;
}

Tensor resampled(const Tensor& x, const Taps& rows, const Taps& columns) {
    Tensor result({x.shape().channels, static_cast<int>(rows.size()), static_cast<int>(columns.size())});
    std::vector<double> blended(static_cast<std::size_t>(x.shape().width));
    for (int c = 0; c < x.shape().channels; ++c) {
        for (std::size_t y = 0; y < rows.size(); ++y) {
            std::fill(blended.begin(), blended.end(), 0.0);
            for (const Tap& tap : rows[y]) {
                for (std::size_t i = 0; i < blended.size(); ++i)
                    blended[i] += tap.weight * x.at(c, tap.index, static_cast<int>(i));
            }
            for (std::size_t column = 0; column < columns.size(); ++column) {
                double sum = 0;
                for (const Tap& tap : columns[column])
                    sum += tap.weight * blended[static_cast<std::size_t>(tap.index)];
                result.at(c, static_cast<int>(y), static_cast<int>(column)) = static_cast<float>(sum);
            }
        }
    }
    return result;
}

}  // namespace

int reflectIndex(int position, int size) {
    IMPASTO_CHECK(size >= 1);
    if (size == 1)
        return 0;
    const int period = 2 * (size - 1);
    const int folded = ((position % period) + period) % period;
    return folded < size ? folded : period - folded;
}

Tensor maxPool(const Tensor& x, const model::MaxPool& op) {
    const Shape shape = x.shape();
    const auto count = [&op](int side, std::size_t axis) {
        const int room = side - op.kernel[axis] + (op.ceilMode ? op.stride[axis] - 1 : 0);
        IMPASTO_CHECK(room >= 0);
        const int windows = room / op.stride[axis] + 1;
        return (windows - 1) * op.stride[axis] >= side ? windows - 1 : windows;
    };
    Tensor result({shape.channels, count(shape.height, 0), count(shape.width, 1)});
    for (int c = 0; c < shape.channels; ++c) {
        for (int y = 0; y < result.shape().height; ++y) {
            for (int column = 0; column < result.shape().width; ++column) {
                float largest = -std::numeric_limits<float>::infinity();
                const int endY = std::min(y * op.stride[0] + op.kernel[0], shape.height);
                const int endX = std::min(column * op.stride[1] + op.kernel[1], shape.width);
                for (int fromY = y * op.stride[0]; fromY < endY; ++fromY) {
                    for (int fromX = column * op.stride[1]; fromX < endX; ++fromX)
                        largest = std::max(largest, x.at(c, fromY, fromX));
                }
                result.at(c, y, column) = largest;
            }
        }
    }
    return result;
}

Tensor resize(const Tensor& x, const model::Resize& op) {
    return resampled(x, resizeTaps(x.shape().height, op), resizeTaps(x.shape().width, op));
}

Tensor resizeArea(const Tensor& x, Extent extent) {
    IMPASTO_CHECK(extent.height >= 1 && extent.width >= 1);
    return resampled(x, areaOrBilinear(x.shape().height, extent.height), areaOrBilinear(x.shape().width, extent.width));
}

Tensor padToMultiple(const Tensor& rgb, int multiple) {
    const Shape shape = rgb.shape();
    const Extent padded = model::paddedExtent(shape.extent(), multiple);
    // Replication up to the smallest side comes first: reflecting a very small picture would repeat it as a pattern.
    const auto source = [](int position, int side) {
        const int replicated = std::max(side, model::kMinInputSide);
        return std::min(reflectIndex(position, replicated), side - 1);
    };
    Tensor result({shape.channels, padded.height, padded.width});
    for (int c = 0; c < shape.channels; ++c) {
        for (int y = 0; y < padded.height; ++y) {
            for (int x = 0; x < padded.width; ++x)
                result.at(c, y, x) = rgb.at(c, source(y, shape.height), source(x, shape.width));
        }
    }
    return result;
}

Tensor crop(const Tensor& x, Extent extent) {
    IMPASTO_CHECK(extent.height <= x.shape().height && extent.width <= x.shape().width);
    Tensor result({x.shape().channels, extent.height, extent.width});
    for (int c = 0; c < x.shape().channels; ++c) {
        for (int y = 0; y < extent.height; ++y)
            std::copy_n(x.plane(c) + static_cast<std::size_t>(y) * static_cast<std::size_t>(x.shape().width),
                        extent.width, &result.at(c, y, 0));
    }
    return result;
}

}  // namespace impasto::reference
