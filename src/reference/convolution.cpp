// SPDX-License-Identifier: MIT
#include <algorithm>
#include <optional>

#include "reference/activation.h"
#include "reference/reference.h"

namespace impasto::reference {
namespace {

/// Where a padded position reads from; nothing where it reads zero.
std::optional<int> paddedIndex(int position, int size, model::PadMode mode) {
    if (position >= 0 && position < size)
        return position;
    switch (mode) {
        case model::PadMode::Zero:
            return std::nullopt;
        case model::PadMode::Replicate:
            return std::clamp(position, 0, size - 1);
        case model::PadMode::Reflect:
            IMPASTO_CHECK(position > -size && position < 2 * size - 1);
            return reflectIndex(position, size);
    }
    IMPASTO_CHECK(false);
}

/// The input as the kernel slides over it: enlarged by nearest neighbour, then padded.
Tensor enlargedAndPadded(const Tensor& x, const model::Conv2d& op) {
    const int height = x.shape().height * op.upsample;
    const int width = x.shape().width * op.upsample;
    Tensor result({x.shape().channels, height + op.pad[0] + op.pad[1], width + op.pad[2] + op.pad[3]});
    for (int c = 0; c < x.shape().channels; ++c) {
        for (int y = 0; y < result.shape().height; ++y) {
            const auto fromY = paddedIndex(y - op.pad[0], height, op.padMode);
            for (int column = 0; column < result.shape().width; ++column) {
                const auto fromX = paddedIndex(column - op.pad[2], width, op.padMode);
                if (fromY && fromX)
                    result.at(c, y, column) = x.at(c, *fromY / op.upsample, *fromX / op.upsample);
            }
        }
    }
    return result;
}

/// sums[i] += weight·source[i·stride]; the innermost loop of a convolution runs along a row so that it vectorizes.
void accumulateRow(std::vector<double>& sums, double weight, const float* source, int stride) {
    const std::size_t step = static_cast<std::size_t>(stride);
    if (stride == 1) {
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += weight * source[i];
        return;
    }
    for (std::size_t i = 0; i < sums.size(); ++i)
        sums[i] += weight * source[i * step];
}

void storeRow(float* target, const std::vector<double>& sums, const model::Activation& activation) {
    std::transform(sums.begin(), sums.end(), target,
                   [&activation](double sum) { return static_cast<float>(activated(sum, activation)); });
}

double biasOf(std::span<const float> bias, int channel) {
    return bias.empty() ? 0.0 : bias[static_cast<std::size_t>(channel)];
}

int convolvedSide(int padded, int kernel, int stride, int dilation) {
    const int room = padded - dilation * (kernel - 1) - 1;
    IMPASTO_CHECK(room >= 0);
    return room / stride + 1;
}

}  // namespace

Tensor conv2d(const Tensor& x, const model::Conv2d& op, std::span<const float> weight, std::span<const float> bias) {
    const int groupInputs = op.inChannels / op.groups;
    const int groupOutputs = op.outChannels / op.groups;
    IMPASTO_CHECK(x.shape().channels == op.inChannels);
    IMPASTO_CHECK(op.inChannels % op.groups == 0 && op.outChannels % op.groups == 0);
    IMPASTO_CHECK(weight.size() ==
                  static_cast<std::size_t>(op.outChannels * groupInputs * op.kernel[0] * op.kernel[1]));
    IMPASTO_CHECK(bias.empty() || bias.size() == static_cast<std::size_t>(op.outChannels));
    const Tensor input = enlargedAndPadded(x, op);
    Tensor result({op.outChannels, convolvedSide(input.shape().height, op.kernel[0], op.stride[0], op.dilation[0]),
                   convolvedSide(input.shape().width, op.kernel[1], op.stride[1], op.dilation[1])});
    std::vector<double> sums(static_cast<std::size_t>(result.shape().width));
    for (int out = 0; out < op.outChannels; ++out) {
        const int firstInput = out / groupOutputs * groupInputs;
        for (int y = 0; y < result.shape().height; ++y) {
            std::fill(sums.begin(), sums.end(), biasOf(bias, out));
            const float* w = weight.data() + static_cast<std::size_t>(out * groupInputs * op.kernel[0] * op.kernel[1]);
            for (int in = firstInput; in < firstInput + groupInputs; ++in) {
                for (int ky = 0; ky < op.kernel[0]; ++ky) {
                    const float* row =
                        input.plane(in) + static_cast<std::size_t>(y * op.stride[0] + ky * op.dilation[0]) *
                                              static_cast<std::size_t>(input.shape().width);
                    for (int kx = 0; kx < op.kernel[1]; ++kx)
                        accumulateRow(sums, *w++, row + kx * op.dilation[1], op.stride[1]);
                }
            }
            storeRow(&result.at(out, y, 0), sums, op.activation);
        }
    }
    return result;
}

namespace {

/// Adds what one input channel contributes to one output channel: every input element times the kernel.
void scatterPlane(std::vector<double>& sums, Shape target, const Tensor& x, int channel, const float* kernel,
                  const model::ConvTranspose2d& op) {
    for (int y = 0; y < x.shape().height; ++y) {
        for (int column = 0; column < x.shape().width; ++column) {
            const double value = x.at(channel, y, column);
            for (int ky = 0; ky < op.kernel[0]; ++ky) {
                const int toY = y * op.stride[0] - op.pad[0] + ky;
                for (int kx = 0; kx < op.kernel[1]; ++kx) {
                    const int toX = column * op.stride[1] - op.pad[1] + kx;
                    if (toY >= 0 && toY < target.height && toX >= 0 && toX < target.width)
                        sums[static_cast<std::size_t>(toY) * static_cast<std::size_t>(target.width) +
                             static_cast<std::size_t>(toX)] +=
                            value * static_cast<double>(kernel[ky * op.kernel[1] + kx]);
                }
            }
        }
    }
}

}  // namespace

Tensor convTranspose2d(const Tensor& x, const model::ConvTranspose2d& op, std::span<const float> weight,
                       std::span<const float> bias) {
    const int groupInputs = op.inChannels / op.groups;
    const int groupOutputs = op.outChannels / op.groups;
    const int kernelSize = op.kernel[0] * op.kernel[1];
    IMPASTO_CHECK(x.shape().channels == op.inChannels);
    IMPASTO_CHECK(weight.size() == static_cast<std::size_t>(op.inChannels * groupOutputs * kernelSize));
    IMPASTO_CHECK(bias.empty() || bias.size() == static_cast<std::size_t>(op.outChannels));
    const auto side = [&op](int input, std::size_t axis) {
        return (input - 1) * op.stride[axis] - 2 * op.pad[axis] + op.kernel[axis] + op.outputPad[axis];
    };
    Tensor result({op.outChannels, side(x.shape().height, 0), side(x.shape().width, 1)});
    std::vector<double> sums(result.shape().planeSize());
    for (int out = 0; out < op.outChannels; ++out) {
        std::fill(sums.begin(), sums.end(), biasOf(bias, out));
        const int firstInput = out / groupOutputs * groupInputs;
        for (int in = firstInput; in < firstInput + groupInputs; ++in) {
            const float* kernel = weight.data() + (in * groupOutputs + out % groupOutputs) * kernelSize;
            scatterPlane(sums, result.shape(), x, in, kernel, op);
        }
        storeRow(result.plane(out), sums, op.activation);
    }
    return result;
}

}  // namespace impasto::reference
