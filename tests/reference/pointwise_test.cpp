// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "reference/reference.h"
#include "support/small_network.h"

namespace impasto::reference {
namespace {

using model::ActivationKind;

TEST(Pointwise, ActivationsMatchTheirFormulas) {
    const Tensor x({1, 1, 5}, {-2.0f, -0.5f, 0.0f, 0.5f, 2.0f});
    const auto apply = [&x](ActivationKind kind, float slope = 0.0f) { return activate(x, {kind, slope}).data(); };
    EXPECT_EQ(apply(ActivationKind::None), x.data());
    EXPECT_EQ(apply(ActivationKind::Relu), (std::vector<float>{0, 0, 0, 0.5f, 2}));
    EXPECT_EQ(apply(ActivationKind::LeakyRelu, 0.25f), (std::vector<float>{-0.5f, -0.125f, 0, 0.5f, 2}));
    const auto sigmoid = apply(ActivationKind::Sigmoid);
    const auto tanh = apply(ActivationKind::Tanh);
    EXPECT_FLOAT_EQ(sigmoid[0], 0.11920292f);
    EXPECT_EQ(sigmoid[2], 0.5f);
    EXPECT_FLOAT_EQ(sigmoid[4], 0.88079708f);
    EXPECT_FLOAT_EQ(tanh[1], -0.46211716f);
    EXPECT_FLOAT_EQ(tanh[4], 0.96402758f);
}

TEST(Pointwise, ActivationsSurviveHugeValues) {
    const Tensor x({1, 1, 2}, {-1e30f, 1e30f});
    EXPECT_EQ(activate(x, {ActivationKind::Sigmoid, 0}).data(), (std::vector<float>{0, 1}));
    EXPECT_EQ(activate(x, {ActivationKind::Tanh, 0}).data(), (std::vector<float>{-1, 1}));
}

TEST(Pointwise, ArithmeticIsElementByElement) {
    const Tensor a({2, 1, 2}, {1, 2, 3, 4});
    const Tensor b({2, 1, 2}, {10, 0.5f, -1, 0});
    EXPECT_EQ(add(a, b).data(), (std::vector<float>{11, 2.5f, 2, 4}));
    EXPECT_EQ(mul(a, b).data(), (std::vector<float>{10, 1, -3, 0}));
    EXPECT_EQ(scaleShift(a, {2.0f, -1.0f}).data(), (std::vector<float>{1, 3, 5, 7}));
}

TEST(Pointwise, ConcatenationKeepsTheOrderOfItsParts) {
    const Tensor a({1, 1, 2}, {1, 2});
    const Tensor b({2, 1, 2}, {3, 4, 5, 6});
    const Tensor* parts[] = {&b, &a, &b};
    const Tensor joined = concat(parts);
    EXPECT_EQ(joined.shape(), (Shape{5, 1, 2}));
    EXPECT_EQ(joined.data(), (std::vector<float>{3, 4, 5, 6, 1, 2, 3, 4, 5, 6}));
}

TEST(Pointwise, PixelUnshuffleOrdersChannelsByColourThenRowThenColumn) {
    // One channel [2,4]; each output channel holds the pixels of one place within the 2×2 cells.
    const Tensor x({1, 2, 4}, {0, 1, 2, 3, 4, 5, 6, 7});
    EXPECT_EQ(pixelUnshuffle(x, 2).data(), (std::vector<float>{0, 2, 1, 3, 4, 6, 5, 7}));
    const Tensor rgb = test::randomTensor({3, 6, 9}, 1);
    const Tensor packed = pixelUnshuffle(rgb, 3);
    EXPECT_EQ(packed.shape(), (Shape{27, 2, 3}));
    EXPECT_EQ(packed.at(2 * 9 + 1 * 3 + 2, 1, 2), rgb.at(2, 3 * 1 + 1, 3 * 2 + 2));
}

TEST(Pointwise, PixelShuffleInvertsPixelUnshuffle) {
    for (const int factor : {2, 3, 4}) {
        const Tensor x = test::randomTensor({5, 3 * factor, 7 * factor}, 2);
        EXPECT_EQ(pixelShuffle(pixelUnshuffle(x, factor), factor).data(), x.data());
    }
}

}  // namespace
}  // namespace impasto::reference
