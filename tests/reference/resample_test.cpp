// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <numeric>

#include "model/input_size.h"
#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

using model::MaxPool;
using model::Resize;
using Values = std::vector<float>;

TEST(ReflectIndex, BouncesBetweenTheEdgesWithoutRepeatingThem) {
    const std::vector<int> expected{2, 3, 2, 1, 0, 1, 2, 3, 2, 1, 0, 1};
    for (int i = 0; i < static_cast<int>(expected.size()); ++i)
        EXPECT_EQ(reflectIndex(i - 4, 4), expected[static_cast<std::size_t>(i)]) << i - 4;
    for (int position = -5; position <= 5; ++position) {
        EXPECT_EQ(reflectIndex(position, 1), 0);
        EXPECT_EQ(reflectIndex(position, 2), position & 1);
    }
}

Tensor poolingInput() {
    Tensor x({1, 5, 7});
    for (int i = 0; i < 35; ++i)
        x.data()[static_cast<std::size_t>(i)] = static_cast<float>(i * 17 % 23);
    return x;
}

TEST(MaxPool, AgreesWithPyTorch) {
    // torch.nn.functional.max_pool2d of the same input.
    const Tensor x = poolingInput();
    EXPECT_EQ(maxPool(x, {{2, 2}, {2, 2}, false}).data(), (Values{21, 15, 22, 12, 19, 11}));
    EXPECT_EQ(maxPool(x, {{2, 2}, {2, 2}, true}).data(), (Values{21, 15, 22, 14, 12, 19, 11, 22, 16, 21, 15, 3}));
    EXPECT_EQ(maxPool(x, {{3, 3}, {2, 2}, true}).data(), (Values{21, 22, 22, 19, 21, 22}));
    EXPECT_EQ(maxPool(x, {{2, 3}, {3, 1}, true}).data(), (Values{21, 21, 22, 22, 22, 16, 21, 21, 21, 22}));
    EXPECT_EQ(maxPool(x, {{1, 1}, {3, 3}, true}).data(), (Values{0, 5, 10, 12, 17, 22}));
}

TEST(MaxPool, OfNegativeValuesIsNegative) {
    EXPECT_EQ(maxPool(Tensor({1, 1, 3}, {-3, -2, -1}), {{2, 2}, {2, 2}, true}).data(), (Values{-2, -1}));
}

Tensor squares() {
    Tensor x({1, 3, 4});
    for (int i = 0; i < 12; ++i)
        x.data()[static_cast<std::size_t>(i)] = static_cast<float>(i * i) / 10.0f;
    return x;
}

void expectNear(const Tensor& actual, const Values& expected) {
    ASSERT_EQ(actual.data().size(), expected.size());
    EXPECT_LE(maxAbs(actual.data(), expected), 2e-6);
}

TEST(Resize, AgreesWithPyTorchsInterpolate) {
    // torch.nn.functional.interpolate(scale_factor=..., align_corners=False) of the same input.
    const Tensor x = squares();
    expectNear(resize(x, {Resize::Mode::Bilinear, 3, 2}),
               {0.0f,      0.05f,     0.15f, 0.35f,     0.65f,     0.9f,      0.8f,      1.05f,
                1.416667f, 1.883333f, 2.45f, 2.9f,      2.4f,      2.916667f, 3.638889f, 4.461111f,
                5.383333f, 6.1f,      5.6f,  6.383333f, 7.461111f, 8.638889f, 9.916667f, 10.9f});
    expectNear(resize(x, {Resize::Mode::Nearest, 3, 2}),
               {0.0f, 0.0f, 0.1f, 0.4f, 0.4f, 0.9f, 0.0f, 0.0f, 0.1f, 0.4f,  0.4f,  0.9f,
                1.6f, 1.6f, 2.5f, 3.6f, 3.6f, 4.9f, 6.4f, 6.4f, 8.1f, 10.0f, 10.0f, 12.1f});
    expectNear(resize(x, {Resize::Mode::Bilinear, 1, 2}), {1.05f, 2.45f});
    expectNear(resize(x, {Resize::Mode::Bilinear, 2, 3}), {0.475f, 1.075f, 5.575f, 7.975f});
    expectNear(resize(x, {Resize::Mode::Nearest, 2, 3}), {0.0f, 0.1f, 1.6f, 2.5f});
}

TEST(Resize, ByOneIsTheIdentity) {
    const Tensor x = test::randomTensor({2, 5, 3}, 1);
    for (const Resize::Mode mode : {Resize::Mode::Nearest, Resize::Mode::Bilinear})
        EXPECT_EQ(resize(x, {mode, 3, 3}).data(), x.data());
}

TEST(ResizeArea, AveragesExactlyTheCoveredArea) {
    const Tensor x({1, 1, 5}, {1, 2, 3, 4, 5});
    // Two output pixels of 2.5 input pixels each.
    expectNear(resizeArea(x, {1, 2}), {(1 + 2 + 1.5f) / 2.5f, (1.5f + 4 + 5) / 2.5f});
    expectNear(resizeArea(x, {1, 1}), {3.0f});
    const Tensor square({1, 2, 2}, {1, 2, 3, 6});
    expectNear(resizeArea(square, {1, 1}), {3.0f});
}

TEST(ResizeArea, KeepsTheMeanAndConstants) {
    const Tensor x = test::randomTensor({2, 31, 47}, 2, 0.0f, 1.0f);
    for (const Extent extent : {Extent{31, 47}, Extent{7, 11}, Extent{30, 46}, Extent{1, 47}, Extent{31, 1}}) {
        const Tensor y = resizeArea(x, extent);
        const ChannelStatistics before = channelStatistics(x);
        const ChannelStatistics after = channelStatistics(y);
        EXPECT_LE(maxAbs(before.mean, after.mean), 1e-6);
    }
    const Tensor flat = resizeArea(Tensor({1, 9, 13}, 0.3f), {4, 5});
    EXPECT_LE(maxAbs(flat.data(), Values(20, 0.3f)), 1e-7);
    EXPECT_EQ(resizeArea(x, {31, 47}).data(), x.data());
}

TEST(ResizeArea, EnlargesBilinearlyAlongEachAxis) {
    const Tensor x({1, 1, 2}, {0, 1});
    expectNear(resizeArea(x, {1, 4}), {0, 0.25f, 0.75f, 1});
    // One axis shrinks while the other grows.
    const Tensor y({1, 2, 2}, {0, 1, 2, 3});
    expectNear(resizeArea(y, {1, 4}), {1, 1.25f, 1.75f, 2});
}

TEST(PadToMultiple, ReplicatesToSixteenThenReflects) {
    Tensor row({1, 1, 21});
    std::iota(row.data().begin(), row.data().end(), 0.0f);
    const Tensor padded = padToMultiple(row, 8);
    EXPECT_EQ(padded.shape(), (Shape{1, 16, 24}));
    for (int y = 0; y < 16; ++y) {
        EXPECT_EQ(padded.at(0, y, 20), 20.0f);
        EXPECT_EQ(padded.at(0, y, 21), 19.0f);
        EXPECT_EQ(padded.at(0, y, 23), 17.0f);
    }
    const Tensor narrow({1, 1, 3}, {1, 2, 3});
    const Tensor wide = padToMultiple(narrow, 24);
    EXPECT_EQ(wide.shape(), (Shape{1, 24, 24}));
    // 16 columns by replication, then 8 more mirrored at column 15: all of them the edge's value.
    for (int x = 2; x < 24; ++x)
        EXPECT_EQ(wide.at(0, 23, x), 3.0f);
    EXPECT_EQ(wide.at(0, 23, 1), 2.0f);
}

TEST(PadToMultiple, ReflectsAgainWhenTheMultipleIsMuchLarger) {
    Tensor row({1, 16, 16});
    for (int y = 0; y < 16; ++y)
        for (int x = 0; x < 16; ++x)
            row.at(0, y, x) = static_cast<float>(x);
    const Tensor padded = padToMultiple(row, 64);
    EXPECT_EQ(padded.shape(), (Shape{1, 64, 64}));
    for (int x = 0; x < 64; ++x)
        EXPECT_EQ(padded.at(0, 40, x), static_cast<float>(reflectIndex(x, 16)));
}

TEST(PadToMultiple, IsUndoneByCrop) {
    for (const Extent extent : {Extent{1, 1}, Extent{17, 3}, Extent{16, 16}, Extent{31, 33}}) {
        const Tensor x = test::randomTensor({3, extent.height, extent.width}, 3);
        const Tensor padded = padToMultiple(x, 8);
        EXPECT_EQ(padded.shape().extent(), model::paddedExtent(extent, 8));
        EXPECT_EQ(crop(padded, extent).data(), x.data());
    }
}

}  // namespace
}  // namespace impasto::reference
