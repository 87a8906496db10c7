// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

using Values = std::vector<float>;

model::Network::SiteParameters plainParameters(std::size_t channels) {
    return {{Values(channels, 0.0f), Values(channels, 1.0f)}, Values(channels, 1.0f), Values(channels, 0.0f), {}, {}};
}

SiteCoefficients normalizedBy(const Tensor& x, const Normalization& cell, float epsilon = 1e-5f) {
    const auto parameters = plainParameters(static_cast<std::size_t>(x.shape().channels));
    const SiteSettings settings{cell, epsilon, 1.0f};
    return coefficients(channelStatistics(x), parameters, blendAffine(parameters, {}, 0, settings), settings);
}

constexpr Normalization kInstance{StatisticsSource::Instance, AffineSource::Identity};
constexpr Normalization kLayer{StatisticsSource::Layer, AffineSource::Identity};

TEST(Statistics, VarianceIsDividedByN) {
    // Six values 1..6: Σ(x−3.5)² = 17.5, so 17.5/6; dividing by N−1 would give 3.5.
    const ChannelStatistics statistics = channelStatistics(Tensor({1, 2, 3}, {1, 2, 3, 4, 5, 6}));
    EXPECT_FLOAT_EQ(statistics.mean[0], 3.5f);
    EXPECT_FLOAT_EQ(statistics.variance[0], 17.5f / 6.0f);
}

TEST(Statistics, OfASinglePixelHaveNoVariance) {
    const ChannelStatistics statistics = channelStatistics(Tensor({2, 1, 1}, {7, -2}));
    EXPECT_EQ(statistics.mean, (Values{7, -2}));
    EXPECT_EQ(statistics.variance, (Values{0, 0}));
}

TEST(Statistics, SinglePixelsNormalizeToZeroByEpsilon) {
    const Tensor x({2, 1, 1}, {7, -2});
    const SiteCoefficients coefficients = normalizedBy(x, kInstance);
    // Without ε this would be 1/0.
    EXPECT_FLOAT_EQ(coefficients.a[0], 1 / std::sqrt(1e-5f));
    // Rounding b to fp32 leaves an error of half a unit in the last place of |a·μ|.
    EXPECT_LE(maxAbs(applyAffine(x, coefficients).data(), Values{0, 0}), 1e-4);
}

TEST(Statistics, NearConstantMapsKeepTheirTinyVariance) {
    // ±2⁻¹⁰ around 1000: E[x²]−E[x]² in fp32 would lose it altogether.
    Tensor x({1, 4, 4}, 1000.0f);
    for (std::size_t i = 0; i < 16; ++i)
        x.data()[i] += i % 2 == 0 ? 0x1p-10f : -0x1p-10f;
    const ChannelStatistics statistics = channelStatistics(x);
    EXPECT_EQ(statistics.mean[0], 1000.0f);
    EXPECT_FLOAT_EQ(statistics.variance[0], 0x1p-20f);
    // ε dominates here: leaving it out would give a = 1024.
    EXPECT_FLOAT_EQ(normalizedBy(x, kInstance).a[0], 1 / std::sqrt(0x1p-20f + 1e-5f));
}

TEST(Statistics, EpsilonIsInsideTheRoot) {
    const Tensor x({1, 1, 2}, {-1, 1});
    EXPECT_FLOAT_EQ(normalizedBy(x, kInstance, 0.25f).a[0], 1 / std::sqrt(1.25f));
}

TEST(Statistics, LayerEqualsStatisticsOfAllElements) {
    const Tensor x = test::randomTensor({5, 3, 7}, 1, -2.0f, 3.0f);
    const Tensor flat({1, 15, 7}, x.data());
    const ChannelStatistics all = channelStatistics(flat);
    const ChannelStatistics merged = mergeStatistics(channelStatistics(x), kLayer);
    EXPECT_LE(maxAbs(merged.mean, Values(5, all.mean[0])), 1e-6);
    EXPECT_LE(maxAbs(merged.variance, Values(5, all.variance[0])), 1e-6);
}

TEST(Statistics, GroupsEqualStatisticsOfTheirElements) {
    const Tensor x = test::randomTensor({8, 3, 5}, 2, -2.0f, 3.0f);
    for (const int groups : {1, 2, 4, 8}) {
        const Normalization cell{StatisticsSource::Group, AffineSource::Identity, groups};
        const ChannelStatistics merged = mergeStatistics(channelStatistics(x), cell);
        // Channels of a group lie together, so [8,3,5] read as [G, 8/G·3, 5] has one channel per group.
        const ChannelStatistics each = channelStatistics(Tensor({groups, 8 / groups * 3, 5}, x.data()));
        for (int c = 0; c < 8; ++c) {
            const auto group = static_cast<std::size_t>(c / (8 / groups));
            EXPECT_NEAR(merged.mean[static_cast<std::size_t>(c)], each.mean[group], 1e-6) << groups;
            EXPECT_NEAR(merged.variance[static_cast<std::size_t>(c)], each.variance[group], 1e-5) << groups;
        }
    }
}

TEST(Statistics, UnequalGroupsCoverFloorRanges) {
    // 5 channels in 2 groups: {0,1} and {2,3,4}.
    const ChannelStatistics content{{0, 2, 3, 6, 9}, {1, 1, 0, 0, 0}};
    const auto merged = mergeStatistics(content, {StatisticsSource::Group, AffineSource::Identity, 2});
    EXPECT_EQ(merged.mean, (Values{1, 1, 6, 6, 6}));
    EXPECT_EQ(merged.variance, (Values{2, 2, 6, 6, 6}));
}

TEST(Statistics, LastFramesMergeAsOneBatch) {
    const Tensor a = test::randomTensor({3, 4, 5}, 3);
    const Tensor b = test::randomTensor({3, 4, 5}, 4, 0.0f, 3.0f);
    const Tensor c = test::randomTensor({3, 4, 5}, 5, -5.0f, 0.0f);
    const ChannelStatistics history[] = {channelStatistics(b), channelStatistics(c)};
    const auto parameters = plainParameters(3);
    const auto meanOver = [&](int frames) {
        const SiteSettings settings{{StatisticsSource::Batch, AffineSource::Identity, 8, frames}, 1e-5f, 1.0f};
        const Affine identity = blendAffine(parameters, {}, 0, settings);
        const SiteCoefficients result = coefficients(channelStatistics(a), parameters, identity, settings, history);
        return std::pair{-result.b[0] / result.a[0], 1 / (result.a[0] * result.a[0]) - 1e-5f};
    };
    const auto expectOver = [&](int frames, std::vector<const Tensor*> parts) {
        Values joined;
        for (const Tensor* part : parts)
            joined.insert(joined.end(), part->plane(0), part->plane(0) + 20);
        const int height = static_cast<int>(parts.size()) * 4;
        const ChannelStatistics expected = channelStatistics(Tensor({1, height, 5}, joined));
        const auto [mean, variance] = meanOver(frames);
        EXPECT_NEAR(mean, expected.mean[0], 1e-5) << frames;
        EXPECT_NEAR(variance, expected.variance[0], 1e-5) << frames;
    };
    expectOver(1, {&a});
    expectOver(2, {&a, &b});
    expectOver(3, {&a, &b, &c});
    // Fewer frames are there than wanted: what is there counts.
    expectOver(64, {&a, &b, &c});
}

TEST(Statistics, BatchWithoutFramesUsesWhatIsStored) {
    model::Network::SiteParameters parameters = plainParameters(1);
    parameters.batch = {{3.0f}, {4.0f}};
    const SiteSettings settings{{StatisticsSource::Batch, AffineSource::Identity}, 0.0f, 1.0f};
    const Affine identity = blendAffine(parameters, {}, 0, settings);
    const ChannelStatistics content{{100.0f}, {9.0f}};
    const SiteCoefficients result = coefficients(content, parameters, identity, settings);
    EXPECT_FLOAT_EQ(result.a[0], 0.5f);
    EXPECT_FLOAT_EQ(result.b[0], -1.5f);
}

TEST(Statistics, AffineIsAppliedPerChannel) {
    const Tensor x({2, 1, 2}, {1, 2, 3, 4});
    EXPECT_EQ(applyAffine(x, {{2, -1}, {0.5f, 0}}).data(), (Values{2.5f, 4.5f, -3, -4}));
}

}  // namespace
}  // namespace impasto::reference
