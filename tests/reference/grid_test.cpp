// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>

#include "reference/reference.h"
#include "support/small_network.h"
#include "tensor/compare.h"

namespace impasto::reference {
namespace {

using Values = std::vector<float>;

constexpr float kEpsilon = 1e-3f;

/// One site of 4 channels with content, two styles and stored parameters of which no two are alike.
class GridTest : public testing::Test {
  protected:
    GridTest() {
        parameters_.batch = {test::randomValues(4, 10), test::randomValues(4, 11, 0.1f, 2.0f)};
        parameters_.learnedGamma = test::randomValues(4, 12, 0.5f, 1.5f);
        parameters_.learnedBeta = test::randomValues(4, 13);
        parameters_.conditionalGamma = {test::randomValues(4, 14, 0.5f, 1.5f), test::randomValues(4, 15, 0.5f, 1.5f)};
        parameters_.conditionalBeta = {test::randomValues(4, 16), test::randomValues(4, 17)};
        for (std::uint32_t seed : {20u, 30u})
            styles_.push_back({{test::randomValues(4, seed), test::randomValues(4, seed + 1, 0.1f, 2.0f)}});
    }

    StyleBlend blend(Values weights, bool normalizeWeights = true) const {
        return {{&styles_[0], &styles_[1]}, {1, -1}, std::move(weights), normalizeWeights};
    }
    Affine affine(AffineSource source, const StyleBlend& styles) const {
        return blendAffine(parameters_, styles, 0, {{StatisticsSource::Instance, source}, kEpsilon, 1.0f});
    }
    Tensor restyled(const Normalization& cell, const StyleBlend& styles, float strength = 1.0f) const {
        const SiteSettings settings{cell, kEpsilon, strength};
        const Affine chosen = blendAffine(parameters_, styles, 0, settings);
        return applyAffine(x_, coefficients(channelStatistics(x_), parameters_, chosen, settings));
    }

    Tensor x_ = test::randomTensor({4, 6, 5}, 1, -1.0f, 2.0f);
    model::Network::SiteParameters parameters_;
    std::vector<StyleStatistics> styles_;
};

double deviation(const StyleStatistics& style, std::size_t channel) {
    return std::sqrt(static_cast<double>(style[0].variance[channel]) + static_cast<double>(kEpsilon));
}

TEST_F(GridTest, TheContentItselfIsAStyleLikeAnyOther) {
    const StyleStatistics own{channelStatistics(x_)};
    for (const AffineSource source : {AffineSource::Adaptive, AffineSource::Conditional}) {
        for (int row = 0; row < kStatisticsSourceCount; ++row) {
            const Normalization cell{static_cast<StatisticsSource>(row), source, 2};
            for (const bool normalize : {true, false}) {
                const StyleBlend named{{&styles_[0], &own}, {1, -1}, {1.0f, 0.5f}, normalize};
                const StyleBlend implied{{&styles_[0], nullptr}, {1, -1}, {1.0f, 0.5f}, normalize};
                EXPECT_LE(maxAbs(restyled(cell, implied).data(), restyled(cell, named).data()), 1e-6) << row;
            }
        }
    }
}

TEST_F(GridTest, EveryCellIsItsFormula) {
    const StyleBlend styles = blend({3.0f, 1.0f});
    const ChannelStatistics content = channelStatistics(x_);
    for (int row = 0; row < kStatisticsSourceCount; ++row) {
        for (int column = 0; column < kAffineSourceCount; ++column) {
            const Normalization cell{static_cast<StatisticsSource>(row), static_cast<AffineSource>(column), 2};
            const Tensor y = restyled(cell, styles);
            for (std::size_t c = 0; c < 4; ++c) {
                double mean = 0;
                double sigma = 1;
                const std::size_t begin = row == 2 ? 0 : row == 3 ? c / 2 * 2 : c;
                const std::size_t count = row == 2 ? 4 : row == 3 ? 2 : 1;
                if (row == 1) {
                    mean = parameters_.batch.mean[c];
                    sigma = std::sqrt(double{parameters_.batch.variance[c]} + double{kEpsilon});
                } else if (row >= 2) {
                    const Tensor part(
                        {1, static_cast<int>(count) * 6, 5},
                        Values(x_.plane(static_cast<int>(begin)), x_.plane(static_cast<int>(begin)) + count * 30));
                    const ChannelStatistics merged = channelStatistics(part);
                    mean = merged.mean[0];
                    sigma = std::sqrt(double{merged.variance[0]} + double{kEpsilon});
                }
                const double gammas[] = {1, parameters_.learnedGamma[c],
                                         0.75 * parameters_.conditionalGamma[1][c] + 0.25 * deviation(styles_[1], c),
                                         0.75 * deviation(styles_[0], c) + 0.25 * deviation(styles_[1], c)};
                const double betas[] = {0, parameters_.learnedBeta[c],
                                        0.75 * parameters_.conditionalBeta[1][c] + 0.25 * styles_[1][0].mean[c],
                                        0.75 * styles_[0][0].mean[c] + 0.25 * styles_[1][0].mean[c]};
                for (std::size_t i = 0; i < 30; ++i) {
                    const double x = x_.plane(static_cast<int>(c))[i];
                    ASSERT_NEAR(y.plane(static_cast<int>(c))[i], gammas[column] * (x - mean) / sigma + betas[column],
                                1e-5)
                        << toString(cell) << " channel " << c;
                }
            }
        }
    }
}

TEST_F(GridTest, StyleEqualToContentLeavesFeaturesUnchanged) {
    const StyleStatistics own{channelStatistics(x_)};
    const Tensor y = restyled(parseNormalization("adain"), {{&own}, {-1}, {1.0f}, true});
    EXPECT_LE(maxAbs(y.data(), x_.data()), 1e-6);
}

TEST_F(GridTest, AsManyGroupsAsChannelsAreInstanceAndOneIsLayer) {
    for (const char* affineName : {"identity", "learned", "conditional", "adaptive"}) {
        const auto cell = [&](const std::string& statistics) {
            return restyled(parseNormalization(statistics + "+" + affineName), blend({0.3f, 0.7f})).data();
        };
        EXPECT_EQ(cell("group:4"), cell("instance"));
        EXPECT_EQ(cell("group:1"), cell("layer"));
        EXPECT_EQ(cell("group:1024"), cell("instance"));
        EXPECT_NE(cell("group:2"), cell("instance"));
        EXPECT_NE(cell("group:2"), cell("layer"));
    }
}

TEST_F(GridTest, OneWeightIsThatStyleAlone) {
    const Normalization adain = parseNormalization("adain");
    const Tensor alone = restyled(adain, {{&styles_[0]}, {-1}, {1.0f}, true});
    EXPECT_EQ(restyled(adain, blend({1.0f, 0.0f})).data(), alone.data());
    EXPECT_EQ(restyled(adain, blend({1.0f, 0.0f}, false)).data(), alone.data());
    EXPECT_LE(maxAbs(restyled(adain, blend({0.2f, 0.0f})).data(), alone.data()), 1e-6);
}

TEST_F(GridTest, BlendsAreLinearInStandardDeviation) {
    const Affine mixed = affine(AffineSource::Adaptive, blend({1.0f, 3.0f}));
    const double expected = 0.25 * deviation(styles_[0], 2) + 0.75 * deviation(styles_[1], 2);
    const double linearInVariance =
        std::sqrt(0.25 * styles_[0][0].variance[2] + 0.75 * styles_[1][0].variance[2] + double{kEpsilon});
    EXPECT_NEAR(mixed.gamma[2], expected, 1e-6);
    EXPECT_GT(std::abs(mixed.gamma[2] - linearInVariance), 1e-4);
}

TEST_F(GridTest, RawWeightsAreNotDividedByTheirSum) {
    const Affine raw = affine(AffineSource::Adaptive, blend({2.0f, 1.0f}, false));
    EXPECT_NEAR(raw.gamma[0], 2 * deviation(styles_[0], 0) + deviation(styles_[1], 0), 1e-6);
    EXPECT_NEAR(raw.beta[0], 2 * styles_[0][0].mean[0] + styles_[1][0].mean[0], 1e-6);
}

TEST_F(GridTest, NothingToBlendPassesThrough) {
    for (const AffineSource source : {AffineSource::Adaptive, AffineSource::Conditional}) {
        for (const StatisticsSource statistics : {StatisticsSource::None, StatisticsSource::Layer}) {
            const Normalization cell{statistics, source};
            EXPECT_EQ(restyled(cell, blend({0.0f, 0.0f})).data(), x_.data());
            EXPECT_EQ(restyled(cell, blend({0.0f, 0.0f}, false)).data(), x_.data());
            EXPECT_EQ(restyled(cell, {}).data(), x_.data());
        }
    }
    EXPECT_FALSE(affine(AffineSource::Learned, blend({0.0f, 0.0f})).passThrough);
    EXPECT_FALSE(affine(AffineSource::Identity, {}).passThrough);
}

TEST_F(GridTest, ConditionalUsesRowsWhereThereAreAny) {
    // blend() gives the first style row 1 and the second none.
    EXPECT_EQ(affine(AffineSource::Conditional, blend({1.0f, 0.0f})).gamma, parameters_.conditionalGamma[1]);
    EXPECT_EQ(affine(AffineSource::Conditional, blend({1.0f, 0.0f})).beta, parameters_.conditionalBeta[1]);
    EXPECT_EQ(affine(AffineSource::Conditional, blend({0.0f, 1.0f})).gamma,
              affine(AffineSource::Adaptive, blend({0.0f, 1.0f})).gamma);
}

TEST_F(GridTest, StrengthMovesFromFeaturesToRestyled) {
    const Normalization adain = parseNormalization("adain");
    const Tensor full = restyled(adain, blend({1.0f, 1.0f}));
    EXPECT_EQ(restyled(adain, blend({1.0f, 1.0f}), 0.0f).data(), x_.data());
    const Tensor part = restyled(adain, blend({1.0f, 1.0f}), 0.25f);
    for (std::size_t i = 0; i < part.data().size(); ++i)
        ASSERT_NEAR(part.data()[i], 0.25f * full.data()[i] + 0.75f * x_.data()[i], 1e-6);
}

TEST_F(GridTest, NoneTakesGammaAndBetaAsTheyAre) {
    const SiteSettings settings{{StatisticsSource::None, AffineSource::Learned}, kEpsilon, 1.0f};
    const auto result = coefficients(channelStatistics(x_), parameters_, affine(AffineSource::Learned, {}), settings);
    EXPECT_EQ(result.a, parameters_.learnedGamma);
    EXPECT_EQ(result.b, parameters_.learnedBeta);
    EXPECT_EQ(restyled(parseNormalization("none"), {}).data(), x_.data());
}

TEST_F(GridTest, InstanceLeavesZeroMeanAndUnitDeviation) {
    const ChannelStatistics y = channelStatistics(restyled(parseNormalization("instance+identity"), {}));
    const ChannelStatistics x = channelStatistics(x_);
    for (std::size_t c = 0; c < 4; ++c) {
        EXPECT_NEAR(y.mean[c], 0.0f, 1e-6);
        EXPECT_NEAR(y.variance[c], x.variance[c] / (x.variance[c] + kEpsilon), 1e-5);
    }
}

}  // namespace
}  // namespace impasto::reference
