// SPDX-License-Identifier: MIT
#include "app/style_mixer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace impasto::app {
namespace {

using testing::ElementsAre;
using Weights = std::vector<float>;

float sumOf(const Weights& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0f);
}

TEST(StyleMixer, MuteAndSolo) {
    StyleMix mix = {{"a", 0.5f}, {"b", 0.25f}, {"c", 1.0f}};
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.5f, 0.25f, 1.0f));
    mix[0].muted = true;
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.0f, 0.25f, 1.0f));
    mix[1].solo = true;
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.0f, 0.25f, 0.0f));
    mix[2].solo = true;
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.0f, 0.25f, 1.0f));
    mix[1].muted = true;
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.0f, 0.0f, 1.0f)) << "mute wins";
    mix[2].muted = true;
    EXPECT_THAT(audibleWeights(mix), ElementsAre(0.0f, 0.0f, 0.0f)) << "a muted solo silences nobody, all are muted";
    EXPECT_TRUE(audibleWeights({}).empty());
}

TEST(StyleMixer, RandomWeightsSumToOneAndDifferBySeed) {
    for (const std::size_t count : {1u, 2u, 3u, 8u, 16u}) {
        for (std::uint32_t seed = 0; seed < 50; ++seed) {
            const Weights weights = randomWeights(seed, count);
            ASSERT_EQ(weights.size(), count);
            EXPECT_NEAR(sumOf(weights), 1.0f, 1e-5f);
            EXPECT_GE(*std::ranges::min_element(weights), 0.0f);
            EXPECT_EQ(randomWeights(seed, count), weights);
            if (count > 1) {
                EXPECT_NE(randomWeights(seed + 1, count), weights);
            }
        }
    }
}

TEST(StyleMixer, EveryStyleGetsItsTurn) {
    std::vector<int> largest(4, 0);
    for (std::uint32_t seed = 0; seed < 400; ++seed) {
        const Weights weights = randomWeights(seed, 4);
        ++largest[static_cast<std::size_t>(std::ranges::max_element(weights) - weights.begin())];
    }
    for (const int times : largest)
        EXPECT_GT(times, 60);
}

TEST(StyleMixer, DriftBeginsAsSetAndMovesWithoutJumps) {
    const StyleMix mix = {{"a", 1.0f}, {"b", 0.5f}, {"c", 0.0f}, {"d", 0.7f, true}};
    const DriftWay way{.seed = 3, .partSeconds = 2.0f};
    EXPECT_THAT(driftedWeights(mix, way, 0), ElementsAre(1.0f, 0.5f, 0.0f, 0.0f));
    EXPECT_EQ(driftedWeights(mix, way, -1), driftedWeights(mix, way, 0));
    Weights last = driftedWeights(mix, way, 0);
    float moved = 0;
    constexpr double kStep = 1.0 / 60;
    for (int frame = 1; frame < 3600; ++frame) {
        const Weights now = driftedWeights(mix, way, frame * kStep);
        EXPECT_NEAR(sumOf(now), 1.5f, 1e-4f);
        EXPECT_EQ(now[3], 0.0f) << "a muted style stays out";
        for (std::size_t i = 0; i < now.size(); ++i) {
            // The eased way is at most 1.5 times as fast as the straight one.
            EXPECT_LE(std::abs(now[i] - last[i]), 1.5f * 1.5f * static_cast<float>(kStep) / 2.0f + 1e-5f);
            moved += std::abs(now[i] - last[i]);
        }
        last = now;
    }
    EXPECT_GT(moved, 5.0f);
    EXPECT_EQ(driftedWeights(mix, way, 100.25), driftedWeights(mix, way, 100.25));
    EXPECT_NE(driftedWeights(mix, {.seed = 4, .partSeconds = 2.0f}, 3), driftedWeights(mix, way, 3));
}

TEST(StyleMixer, NothingToDriftBetweenStaysAsSet) {
    const DriftWay way;
    EXPECT_THAT(driftedWeights({{"a", 0.3f}}, way, 5), ElementsAre(0.3f));
    EXPECT_THAT(driftedWeights({{"a", 0.3f}, {"b", 1.0f, true}}, way, 5), ElementsAre(0.3f, 0.0f));
    EXPECT_THAT(driftedWeights({{"a", 0.0f}, {"b", 0.0f}}, way, 5), ElementsAre(0.0f, 0.0f));
    EXPECT_TRUE(driftedWeights({}, way, 5).empty());
}

}  // namespace
}  // namespace impasto::app
