// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <stdexcept>

#include "app/mask_paint.h"
#include "app/mask_text.h"

namespace impasto::app {
namespace {

using nn::RegionMask;
constexpr int kSide = RegionMask::kSide;

std::shared_ptr<const RegionMask> empty() {
    return std::make_shared<RegionMask>();
}

void expectSums(const RegionMask& mask) {
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            int sum = 0;
            for (const int weight : mask.at(x, y))
                sum += weight;
            ASSERT_EQ(sum, 255) << x << " " << y;
        }
    }
}

/// The mask's share of `region` in the whole picture.
double area(const RegionMask& mask, std::size_t region) {
    double sum = 0;
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x)
            sum += mask.at(x, y)[region] / 255.0;
    }
    return sum / (kSide * kSide);
}

TEST(MaskPaint, ADabIsRoundOnThePicture) {
    for (const float aspect : {1.0f, 16.0f / 9, 0.5f}) {
        MaskStroke stroke(empty(), 1, {.radius = 0.25f, .softness = 0}, aspect);
        stroke.moveTo({0.5f, 0.5f});
        const RegionMask mask = stroke.result();
        expectSums(mask);
        // A circle of a quarter of the shorter side in a picture of sides aspect and 1.
        const double shorter = std::min(1.0f, aspect);
        EXPECT_NEAR(area(mask, 1), 3.14159 * 0.0625 * shorter * shorter / aspect, 0.002);
        EXPECT_EQ(mask.at(kSide / 2, kSide / 2)[1], 255);
        EXPECT_EQ(mask.at(0, 0)[0], 255);
    }
}

TEST(MaskPaint, ASoftRimFadesWithoutSteps) {
    MaskStroke stroke(empty(), 2, {.radius = 0.4f, .softness = 1}, 1);
    // Over and over the same place: a soft rim stays soft.
    for (int i = 0; i < 20; ++i)
        stroke.moveTo({0.5f, 0.5f});
    const RegionMask mask = stroke.result();
    for (int x = 0; x + 1 < kSide; ++x)
        EXPECT_LE(std::abs(mask.at(x, kSide / 2)[2] - mask.at(x + 1, kSide / 2)[2]), 5) << x;
    EXPECT_EQ(mask.at(kSide / 2, kSide / 2)[2], 255);
}

TEST(MaskPaint, AStrokeHasNoGaps) {
    MaskStroke stroke(empty(), 1, {.radius = 0.03f, .softness = 0}, 1);
    stroke.moveTo({0.1f, 0.2f});
    stroke.moveTo({0.9f, 0.7f});
    const RegionMask mask = stroke.result();
    for (float t = 0; t <= 1; t += 0.01f)
        EXPECT_EQ(mask.at(static_cast<int>((0.1f + 0.8f * t) * kSide), static_cast<int>((0.2f + 0.5f * t) * kSide))[1],
                  255);
}

TEST(MaskPaint, TheEraserGivesBackAndOthersKeepTheirShares) {
    auto mask = std::make_shared<RegionMask>(filledMask(1));
    MaskStroke second(mask, 2, {.radius = 0.3f, .softness = 1}, 1);
    second.moveTo({0.5f, 0.5f});
    mask = std::make_shared<RegionMask>(second.result());
    EXPECT_GT(area(*mask, 2), 0.05);
    MaskStroke eraser(mask, 0, {.radius = 2, .softness = 0}, 1);
    eraser.moveTo({0.5f, 0.5f});
    EXPECT_EQ(eraser.result(), RegionMask());
}

TEST(MaskPaint, OutsideThePictureIsNothing) {
    MaskStroke stroke(empty(), 1, {.radius = 0.1f}, 1);
    stroke.moveTo({-5, 9});
    stroke.moveTo({-5, -1e6f});
    EXPECT_EQ(stroke.result(), RegionMask());
}

TEST(MaskPaint, FillAndInvert) {
    const RegionMask filled = filledMask(3);
    expectSums(filled);
    EXPECT_EQ(area(filled, 3), 1.0);
    EXPECT_EQ(invertedMask(filled, 3), RegionMask());
    MaskStroke stroke(empty(), 1, {.radius = 0.3f, .softness = 0.6f}, 1.5f);
    stroke.moveTo({0.3f, 0.6f});
    const RegionMask painted = stroke.result();
    EXPECT_EQ(invertedMask(invertedMask(painted, 1), 1), painted);
    EXPECT_NEAR(area(invertedMask(painted, 1), 1), 1 - area(painted, 1), 1e-6);
}

TEST(MaskPaint, ClearAndTakeAway) {
    MaskStroke stroke(std::make_shared<RegionMask>(filledMask(2)), 1, {.radius = 0.3f, .softness = 0}, 1);
    stroke.moveTo({0.5f, 0.5f});
    const RegionMask painted = stroke.result();
    const double share = area(painted, 1);
    const RegionMask cleared = clearedMask(painted, 1);
    EXPECT_EQ(area(cleared, 1), 0);
    EXPECT_NEAR(area(cleared, 0), share, 1e-6);
    EXPECT_NEAR(area(cleared, 2), 1 - share, 1e-6);
    const RegionMask without = maskWithout(painted, 1);
    expectSums(without);
    EXPECT_NEAR(area(without, 1), 1 - share, 1e-6) << "region 2 is region 1 now";
    EXPECT_EQ(area(without, 2), 0);
}

TEST(MaskPaint, GradientRunsFromEndToEnd) {
    const RegionMask mask = gradientMask(RegionMask(), 1, {0.2f, 0.5f}, {0.8f, 0.5f}, 1.6f);
    expectSums(mask);
    EXPECT_EQ(mask.at(10, 100)[1], 255);
    EXPECT_EQ(mask.at(245, 100)[1], 0);
    EXPECT_NEAR(mask.at(128, 3)[1], 127, 3);
    for (int x = 0; x + 1 < kSide; ++x) {
        EXPECT_GE(mask.at(x, 7)[1], mask.at(x + 1, 7)[1]);
        EXPECT_LE(mask.at(x, 7)[1] - mask.at(x + 1, 7)[1], 4);
    }
}

TEST(MaskPaint, EllipseFitsItsBox) {
    const RegionMask mask = ellipseMask(RegionMask(), 2, {0.9f, 0.2f}, {0.1f, 0.8f}, 0);
    EXPECT_NEAR(area(mask, 2), 3.14159 * 0.4 * 0.3, 0.002);
    const RegionMask soft = ellipseMask(RegionMask(), 2, {0.1f, 0.2f}, {0.9f, 0.8f}, 1);
    EXPECT_LT(area(soft, 2), area(mask, 2));
    EXPECT_EQ(ellipseMask(RegionMask(), 2, {0.5f, 0.5f}, {0.5f, 0.5f}, 0.5f), RegionMask()) << "a click is no ellipse";
}

TEST(MaskText, RoundTripIsExact) {
    EXPECT_EQ(maskFromText(maskToText(RegionMask())), RegionMask());
    EXPECT_LT(maskToText(RegionMask()).size(), 600u);
    RegionMask noise;
    std::mt19937 generator(3);
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x) {
            const auto share = [&] { return static_cast<float>(generator() % 100); };
            noise.set(x, y, {share() + 1, share(), share(), share()});
        }
    }
    const std::string text = maskToText(noise);
    EXPECT_LT(text.size(), kMaxMaskText);
    EXPECT_EQ(maskFromText(text), noise);
}

TEST(MaskText, DamagedTextIsRefused) {
    const std::string text = maskToText(gradientMask(RegionMask(), 1, {0, 0}, {1, 1}, 1));
    for (const std::string& bad :
         {std::string(), std::string("abc"), std::string("ab=c"), std::string("a b="), std::string(400'000, 'A'),
          text.substr(0, text.size() / 8 * 4), text + "AAAA" + std::string(kMaxMaskText, 'A')})
        EXPECT_THROW(maskFromText(bad), std::invalid_argument) << bad.size();
    for (std::size_t i = 0; i < text.size(); i += 37) {
        std::string damaged = text;
        damaged[i] = damaged[i] == 'A' ? 'B' : 'A';
        try {
            expectSums(maskFromText(damaged));
        } catch (const std::invalid_argument&) {
        }
    }
}

}  // namespace
}  // namespace impasto::app
