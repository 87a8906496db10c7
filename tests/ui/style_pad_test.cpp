// SPDX-License-Identifier: MIT
#include "ui/style_pad.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace impasto::ui {
namespace {

float sumOf(const std::vector<float>& weights) {
    return std::accumulate(weights.begin(), weights.end(), 0.0f);
}

TEST(StylePad, OnACornerTheStyleIsAlone) {
    for (int count = 1; count <= kMaxPadStyles; ++count) {
        const auto corners = padCorners(count);
        ASSERT_EQ(corners.size(), static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < corners.size(); ++i) {
            const auto weights = padWeights(corners, corners[i]);
            for (std::size_t k = 0; k < weights.size(); ++k)
                EXPECT_EQ(weights[k], k == i ? 1.0f : 0.0f) << count << " corners, corner " << i;
        }
    }
}

TEST(StylePad, WeightsArePositiveSumToOneAndGiveThePointBack) {
    for (int count = 2; count <= kMaxPadStyles; ++count) {
        const auto corners = padCorners(count);
        for (float y = -1.2f; y <= 1.2f; y += 0.07f) {
            for (float x = -1.2f; x <= 1.2f; x += 0.07f) {
                const ImVec2 point = insidePad(corners, {x, y});
                const auto weights = padWeights(corners, point);
                EXPECT_NEAR(sumOf(weights), 1.0f, 1e-5f);
                for (const float weight : weights)
                    EXPECT_GE(weight, 0.0f);
                const ImVec2 again = padPoint(corners, weights);
                EXPECT_NEAR(again.x, point.x, 2e-4f) << count << " corners at " << x << " " << y;
                EXPECT_NEAR(again.y, point.y, 2e-4f) << count << " corners at " << x << " " << y;
            }
        }
    }
}

TEST(StylePad, WeightsChangeSmoothly) {
    const auto corners = padCorners(5);
    constexpr float kStep = 0.002f;
    for (float y = -1.0f; y <= 1.0f; y += 0.05f) {
        auto last = padWeights(corners, insidePad(corners, {-1.1f, y}));
        for (float x = -1.1f; x <= 1.1f; x += kStep) {
            const auto now = padWeights(corners, insidePad(corners, {x, y}));
            for (std::size_t i = 0; i < now.size(); ++i)
                EXPECT_LT(std::abs(now[i] - last[i]), 12 * kStep) << x << " " << y;
            last = now;
        }
    }
}

TEST(StylePad, TheMiddleIsAllAlike) {
    for (int count = 2; count <= kMaxPadStyles; ++count) {
        for (const float weight : padWeights(padCorners(count), {0, 0}))
            EXPECT_NEAR(weight, 1.0f / static_cast<float>(count), 1e-5f);
    }
}

TEST(StylePad, OnAnEdgeOnlyItsEndsTakePart) {
    const auto corners = padCorners(6);
    const ImVec2 quarter = ImLerp(corners[1], corners[2], 0.25f);
    const auto weights = padWeights(corners, quarter);
    EXPECT_NEAR(weights[1], 0.75f, 1e-4f);
    EXPECT_NEAR(weights[2], 0.25f, 1e-4f);
    EXPECT_NEAR(weights[0] + weights[3] + weights[4] + weights[5], 0.0f, 1e-4f);
}

TEST(StylePad, ThePointOfNoWeightsIsTheMiddle) {
    const ImVec2 point = padPoint(padCorners(4), std::vector<float>(4, 0.0f));
    EXPECT_EQ(point.x, 0.0f);
    EXPECT_EQ(point.y, 0.0f);
}

}  // namespace
}  // namespace impasto::ui
