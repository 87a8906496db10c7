// SPDX-License-Identifier: MIT
#include "nn/region_mask.h"

#include <gtest/gtest.h>

#include <cmath>

namespace impasto::nn {
namespace {

int weightOf(std::uint32_t word, int region) {
    return static_cast<int>(word >> (8 * region) & 255u);
}

std::vector<std::uint32_t> reduced(const RegionMask& mask, Extent content, Extent padded, Extent map) {
    std::vector<std::uint32_t> words(static_cast<std::size_t>(map.width) * static_cast<std::size_t>(map.height),
                                     0xffffffffu);
    reduceMask(mask, {content, padded, map}, words);
    for (const std::uint32_t word : words)
        EXPECT_EQ(weightOf(word, 0) + weightOf(word, 1) + weightOf(word, 2) + weightOf(word, 3), 255);
    return words;
}

RegionMask halves() {
    RegionMask mask;
    for (int y = 0; y < RegionMask::kSide; ++y) {
        for (int x = RegionMask::kSide / 2; x < RegionMask::kSide; ++x)
            mask.set(x, y, {0, 1, 0, 0});
    }
    return mask;
}

TEST(RegionMask, SharesAreRoundedToASumOf255) {
    EXPECT_EQ(quantizedShares({1, 0, 0, 0}), (RegionMask::Cell{255, 0, 0, 0}));
    EXPECT_EQ(quantizedShares({0, 0, 7, 0}), (RegionMask::Cell{0, 0, 255, 0}));
    for (const auto& shares : {std::array<float, 4>{1, 1, 1, 1}, {0.1f, 0.2f, 0.3f, 0.4f}, {1, 2, 0, 1e-6f}}) {
        const RegionMask::Cell cell = quantizedShares(shares);
        EXPECT_EQ(cell[0] + cell[1] + cell[2] + cell[3], 255);
        const float total = shares[0] + shares[1] + shares[2] + shares[3];
        for (std::size_t r = 0; r < 4; ++r)
            EXPECT_NEAR(cell[r], 255 * shares[r] / total, 1.01);
    }
}

TEST(RegionMask, AUniformMaskStaysUniformAtEverySize) {
    for (const int region : {0, 1, 3}) {
        RegionMask mask;
        std::array<float, 4> shares{};
        shares[static_cast<std::size_t>(region)] = 1;
        for (int y = 0; y < RegionMask::kSide; ++y) {
            for (int x = 0; x < RegionMask::kSide; ++x)
                mask.set(x, y, shares);
        }
        for (const Extent& map : {Extent{1, 1}, Extent{3, 5}, Extent{64, 113}, Extent{300, 517}}) {
            const Extent padded{map.height * 4, map.width * 4};
            for (const std::uint32_t word :
                 reduced(mask, {padded.height - 3, std::max(1, padded.width - 2)}, padded, map))
                EXPECT_EQ(word, 255u << (8 * region));
        }
    }
}

TEST(RegionMask, AnEdgeFallsWhereThePictureHasIt) {
    // 100 of 112 columns are content: the edge is at the 50th input column, the 12.5th of the map.
    const auto words = reduced(halves(), {60, 100}, {64, 112}, {16, 28});
    for (int y = 0; y < 16; ++y) {
        for (int x = 0; x < 28; ++x) {
            const int weight = weightOf(words[static_cast<std::size_t>(y * 28 + x)], 1);
            EXPECT_NEAR(weight, x < 12 ? 0 : x > 12 ? 255 : 128, x == 12 ? 3 : 0) << x;
        }
    }
}

TEST(RegionMask, FinerThanTheGridItIsLinear) {
    const auto words = reduced(halves(), {8, 1024}, {8, 1024}, {8, 1024});
    for (int x = 0; x + 1 < 1024; ++x) {
        const int step =
            weightOf(words[static_cast<std::size_t>(x) + 1], 1) - weightOf(words[static_cast<std::size_t>(x)], 1);
        EXPECT_GE(step, 0);
        EXPECT_LE(step, 66) << "an edge of the grid spreads over four pixels";
    }
}

}  // namespace
}  // namespace impasto::nn
