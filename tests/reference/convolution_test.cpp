// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

using model::Activation;
using model::ActivationKind;
using model::Conv2d;
using model::ConvTranspose2d;
using model::PadMode;

/// Reads position (y, x) of the enlarged picture by the definition of each padding, one pixel at a time.
double padded(const Tensor& x, int c, int row, int column, const Conv2d& op) {
    const int height = x.shape().height * op.upsample;
    const int width = x.shape().width * op.upsample;
    const auto place = [&op](int at, int size) {
        if (op.padMode == PadMode::Replicate)
            return std::min(std::max(at, 0), size - 1);
        if (op.padMode == PadMode::Reflect && at < 0)
            return -at;
        if (op.padMode == PadMode::Reflect && at >= size)
            return 2 * size - 2 - at;
        return at;
    };
    const int fromY = place(row, height);
    const int fromX = place(column, width);
    if (fromY < 0 || fromY >= height || fromX < 0 || fromX >= width)
        return 0;
    return x.at(c, fromY / op.upsample, fromX / op.upsample);
}

/// The sum a convolution's output element is, written down from its definition.
double expectedElement(const Tensor& x, const Conv2d& op, std::span<const float> weight, int out, int y, int column) {
    const int inputs = op.inChannels / op.groups;
    const int group = out / (op.outChannels / op.groups);
    double sum = 0;
    for (int i = 0; i < inputs; ++i) {
        for (int ky = 0; ky < op.kernel[0]; ++ky) {
            for (int kx = 0; kx < op.kernel[1]; ++kx) {
                const int at = ((out * inputs + i) * op.kernel[0] + ky) * op.kernel[1] + kx;
                sum += static_cast<double>(weight[static_cast<std::size_t>(at)]) *
                       padded(x, group * inputs + i, y * op.stride[0] + ky * op.dilation[0] - op.pad[0],
                              column * op.stride[1] + kx * op.dilation[1] - op.pad[2], op);
            }
        }
    }
    return sum;
}

void expectConvolution(const Conv2d& op, Extent extent) {
    const Tensor x = test::randomTensor({op.inChannels, extent.height, extent.width}, 1);
    const int perOutput = op.inChannels / op.groups * op.kernel[0] * op.kernel[1];
    const auto weight = test::randomValues(static_cast<std::size_t>(op.outChannels * perOutput), 2);
    const auto bias = test::randomValues(static_cast<std::size_t>(op.outChannels), 3);
    model::Graph graph;
    graph.inputChannels = op.inChannels;
    graph.nodes.push_back({op, {0}, "y"});
    const Tensor y = conv2d(x, op, weight, bias);
    ASSERT_EQ(y.shape(), model::inferShapes(graph, extent).back());
    for (int c = 0; c < y.shape().channels; ++c) {
        for (int row = 0; row < y.shape().height; ++row) {
            for (int column = 0; column < y.shape().width; ++column) {
                const double expected =
                    expectedElement(x, op, weight, c, row, column) + bias[static_cast<std::size_t>(c)];
                ASSERT_NEAR(y.at(c, row, column), expected, 1e-6 * (1 + std::abs(expected)))
                    << c << ' ' << row << ' ' << column;
            }
        }
    }
}

TEST(Convolution, MatchesAHandComputedExample) {
    const Conv2d op{.inChannels = 1, .outChannels = 1, .kernel = {2, 2}};
    const Tensor x({1, 2, 3}, {1, 2, 3, 4, 5, 6});
    // Cross-correlation: the kernel is not flipped.
    const std::vector<float> weight{1, 10, 100, 1000};
    EXPECT_EQ(conv2d(x, op, weight, std::vector<float>{0.5f}).data(), (std::vector<float>{5421.5f, 6532.5f}));
    EXPECT_EQ(conv2d(x, op, weight, {}).data(), (std::vector<float>{5421, 6532}));
}

TEST(Convolution, EveryPaddingOnAwkwardShapes) {
    for (const PadMode mode : {PadMode::Reflect, PadMode::Zero, PadMode::Replicate}) {
        for (const Extent extent : {Extent{2, 2}, Extent{3, 5}, Extent{7, 2}, Extent{9, 17}})
            expectConvolution({.inChannels = 3, .outChannels = 5, .pad = {1, 1, 1, 1}, .padMode = mode}, extent);
        expectConvolution({.inChannels = 2, .outChannels = 3, .kernel = {5, 3}, .pad = {3, 0, 2, 4}, .padMode = mode},
                          {6, 5});
        expectConvolution({.inChannels = 1, .outChannels = 1, .pad = {1, 1, 1, 1}, .padMode = mode, .upsample = 2},
                          {1, 1});
    }
    expectConvolution({.inChannels = 1, .outChannels = 2, .pad = {1, 1, 1, 1}, .padMode = PadMode::Zero}, {1, 1});
    expectConvolution({.inChannels = 1, .outChannels = 2, .pad = {4, 4, 4, 4}, .padMode = PadMode::Replicate}, {1, 1});
}

TEST(Convolution, EveryKernelStrideDilationAndGroupCount) {
    for (const int kernel : {1, 2, 3, 5, 9}) {
        for (const int stride : {1, 2, 3}) {
            const int pad = kernel / 2;
            expectConvolution({.inChannels = 4,
                               .outChannels = 6,
                               .kernel = {kernel, kernel},
                               .stride = {stride, stride},
                               .groups = 2,
                               .pad = {pad, pad, pad, pad},
                               .padMode = PadMode::Reflect},
                              {11, 13});
        }
    }
    expectConvolution({.inChannels = 3, .outChannels = 3, .stride = {1, 2}, .dilation = {3, 2}, .groups = 3}, {9, 10});
    expectConvolution({.inChannels = 5, .outChannels = 10, .kernel = {1, 3}, .groups = 5, .pad = {0, 0, 1, 1}}, {4, 4});
}

TEST(Convolution, UpsamplesBeforeItPads) {
    for (const PadMode mode : {PadMode::Reflect, PadMode::Zero, PadMode::Replicate})
        expectConvolution({.inChannels = 3, .outChannels = 2, .pad = {1, 1, 1, 1}, .padMode = mode, .upsample = 2},
                          {3, 5});
    const Conv2d fused{
        .inChannels = 2, .outChannels = 2, .pad = {1, 1, 1, 1}, .padMode = PadMode::Reflect, .upsample = 2};
    Conv2d plain = fused;
    plain.upsample = 1;
    const Tensor x = test::randomTensor({2, 4, 3}, 5);
    const auto weight = test::randomValues(36, 6);
    const Tensor enlarged = resize(x, {model::Resize::Mode::Nearest, 2, 1});
    EXPECT_EQ(conv2d(x, fused, weight, {}).data(), conv2d(enlarged, plain, weight, {}).data());
}

TEST(Convolution, ActivatesLast) {
    Conv2d op{.inChannels = 2, .outChannels = 3, .pad = {1, 1, 1, 1}};
    const Tensor x = test::randomTensor({2, 5, 4}, 7);
    const auto weight = test::randomValues(54, 8);
    const auto bias = test::randomValues(3, 9);
    const Tensor linear = conv2d(x, op, weight, bias);
    for (const ActivationKind kind :
         {ActivationKind::Relu, ActivationKind::LeakyRelu, ActivationKind::Sigmoid, ActivationKind::Tanh}) {
        op.activation = {kind, 0.1f};
        EXPECT_LE(maxAbs(conv2d(x, op, weight, bias).data(), activate(linear, op.activation).data()), 1e-6);
    }
}

TEST(Convolution, KeepsSmallTermsBesideLargeOnes) {
    // fp32 accumulators would lose the 1 between 1e8 and −1e8.
    const Conv2d op{.inChannels = 3, .outChannels = 1, .kernel = {1, 1}};
    const Tensor x({3, 1, 1}, {1e8f, 1.0f, -1e8f});
    EXPECT_EQ(conv2d(x, op, std::vector<float>{1, 1, 1}, {}).data()[0], 1.0f);
}

/// A transposed convolution gathers: output (y, x) takes input (i, j) through kernel element (y + pad − i·stride, ...).
double expectedTransposed(const Tensor& x, const ConvTranspose2d& op, std::span<const float> weight, int out, int y,
                          int column) {
    const int outputs = op.outChannels / op.groups;
    const int inputs = op.inChannels / op.groups;
    double sum = 0;
    for (int i = out / outputs * inputs; i < (out / outputs + 1) * inputs; ++i) {
        for (int row = 0; row < x.shape().height; ++row) {
            for (int from = 0; from < x.shape().width; ++from) {
                const int ky = y + op.pad[0] - row * op.stride[0];
                const int kx = column + op.pad[1] - from * op.stride[1];
                if (ky < 0 || ky >= op.kernel[0] || kx < 0 || kx >= op.kernel[1])
                    continue;
                const int at = ((i * outputs + out % outputs) * op.kernel[0] + ky) * op.kernel[1] + kx;
                sum += static_cast<double>(weight[static_cast<std::size_t>(at)]) * x.at(i, row, from);
            }
        }
    }
    return sum;
}

TEST(ConvolutionTransposed, MatchesItsDefinition) {
    const ConvTranspose2d cases[] = {
        {.inChannels = 2, .outChannels = 3, .kernel = {3, 3}, .stride = {2, 2}, .pad = {1, 1}, .outputPad = {1, 1}},
        {.inChannels = 4, .outChannels = 6, .kernel = {4, 2}, .stride = {2, 1}, .pad = {1, 0}, .groups = 2},
        {.inChannels = 1, .outChannels = 1, .kernel = {1, 1}, .stride = {3, 3}, .outputPad = {2, 0}},
        {.inChannels = 3, .outChannels = 3, .kernel = {5, 5}, .stride = {1, 1}, .pad = {2, 2}, .groups = 3},
    };
    for (const ConvTranspose2d& op : cases) {
        const Tensor x = test::randomTensor({op.inChannels, 3, 4}, 1);
        const auto count = op.inChannels * op.outChannels / op.groups * op.kernel[0] * op.kernel[1];
        const auto weight = test::randomValues(static_cast<std::size_t>(count), 2);
        const auto bias = test::randomValues(static_cast<std::size_t>(op.outChannels), 3);
        const Tensor y = convTranspose2d(x, op, weight, bias);
        model::Graph graph;
        graph.inputChannels = op.inChannels;
        graph.nodes.push_back({op, {0}, "y"});
        ASSERT_EQ(y.shape(), model::inferShapes(graph, {3, 4}).back());
        for (int c = 0; c < y.shape().channels; ++c) {
            for (int row = 0; row < y.shape().height; ++row) {
                for (int column = 0; column < y.shape().width; ++column)
                    ASSERT_NEAR(y.at(c, row, column),
                                expectedTransposed(x, op, weight, c, row, column) + bias[static_cast<std::size_t>(c)],
                                1e-6);
            }
        }
    }
}

TEST(ConvolutionTransposed, IsTheAdjointOfTheConvolution) {
    // <conv(x), y> = <x, convTranspose(y)> for the same weight tensor.
    const Conv2d conv{.inChannels = 3, .outChannels = 4, .stride = {2, 2}, .pad = {1, 1, 1, 1}};
    const ConvTranspose2d transposed{
        .inChannels = 4, .outChannels = 3, .kernel = {3, 3}, .stride = {2, 2}, .pad = {1, 1}};
    const auto weight = test::randomValues(4 * 3 * 9, 4);
    const Tensor x = test::randomTensor({3, 7, 9}, 5);
    const Tensor y = test::randomTensor({4, 4, 5}, 6);
    const auto dot = [](const Tensor& a, const Tensor& b) {
        double sum = 0;
        for (std::size_t i = 0; i < a.data().size(); ++i)
            sum += static_cast<double>(a.data()[i]) * b.data()[i];
        return sum;
    };
    EXPECT_NEAR(dot(conv2d(x, conv, weight, {}), y), dot(x, convTranspose2d(y, transposed, weight, {})), 1e-4);
}

TEST(ConvolutionTransposed, ActivatesLast) {
    ConvTranspose2d op{.inChannels = 1, .outChannels = 1, .kernel = {1, 1}, .stride = {1, 1}};
    op.activation = {ActivationKind::LeakyRelu, 0.5f};
    const Tensor x({1, 1, 2}, {-2, 3});
    EXPECT_EQ(convTranspose2d(x, op, std::vector<float>{2}, std::vector<float>{1}).data(),
              (std::vector<float>{-1.5f, 7}));
}

}  // namespace
}  // namespace impasto::reference
