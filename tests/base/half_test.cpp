// SPDX-License-Identifier: MIT
#include "base/half.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace impasto {
namespace {

constexpr std::uint16_t kInfinityBits = 0x7c00;
constexpr std::uint16_t kLargestBits = 0x7bff;
constexpr std::uint16_t kSignBit = 0x8000;

/// The value by the definition of binary16, not by shuffling bits.
double valueOf(std::uint16_t bits) {
    const int exponent = (bits >> 10) & 31;
    const int fraction = bits & 1023;
    const double magnitude = exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024 + fraction, exponent - 25);
    return bits & kSignBit ? -magnitude : magnitude;
}

TEST(Half, EveryFiniteValueConvertsExactlyAndBack) {
    for (std::uint32_t i = 0; i <= 0xffff; ++i) {
        const auto bits = static_cast<std::uint16_t>(i);
        if ((bits & kInfinityBits) == kInfinityBits)
            continue;
        ASSERT_EQ(fromHalf(bits), valueOf(bits)) << bits;
        ASSERT_EQ(std::signbit(fromHalf(bits)), (bits & kSignBit) != 0) << bits;
        ASSERT_EQ(toHalf(fromHalf(bits)), bits);
    }
}

TEST(Half, EveryNanStaysNan) {
    for (std::uint16_t fraction = 1; fraction < 1024; ++fraction) {
        for (const std::uint16_t sign : {std::uint16_t{0}, kSignBit}) {
            const float value = fromHalf(static_cast<std::uint16_t>(sign | kInfinityBits | fraction));
            ASSERT_TRUE(std::isnan(value));
            ASSERT_TRUE(std::isnan(fromHalf(toHalf(value))));
        }
    }
}

TEST(Half, RoundsToNearestAndHalfwayToEvenBetweenAllNeighbours) {
    for (std::uint16_t low = 0; low < kLargestBits; ++low) {
        const auto high = static_cast<std::uint16_t>(low + 1);
        const auto middle = static_cast<float>((valueOf(low) + valueOf(high)) / 2);
        const std::uint16_t even = low % 2 == 0 ? low : high;
        for (const float sign : {1.0f, -1.0f}) {
            const std::uint16_t signBit = sign < 0 ? kSignBit : std::uint16_t{0};
            ASSERT_EQ(toHalf(sign * middle), even | signBit) << low;
            ASSERT_EQ(toHalf(sign * std::nextafter(middle, 0.0f)), low | signBit) << low;
            ASSERT_EQ(toHalf(sign * std::nextafter(middle, 1e9f)), high | signBit) << low;
        }
    }
}

TEST(Half, SaturatesFiniteValuesAndKeepsInfinity) {
    for (const float value : {65504.0f, 65519.0f, 65520.0f, 65536.0f, 1e9f, std::numeric_limits<float>::max()}) {
        EXPECT_EQ(toHalf(value), kLargestBits) << value;
        EXPECT_EQ(toHalf(-value), kLargestBits | kSignBit) << value;
    }
    const float infinity = std::numeric_limits<float>::infinity();
    EXPECT_EQ(toHalf(infinity), kInfinityBits);
    EXPECT_EQ(toHalf(-infinity), kInfinityBits | kSignBit);
    EXPECT_EQ(fromHalf(kInfinityBits), infinity);
    EXPECT_EQ(fromHalf(kInfinityBits | kSignBit), -infinity);
}

TEST(Half, TinyValuesBecomeZeroWithTheirSign) {
    EXPECT_EQ(toHalf(std::numeric_limits<float>::denorm_min()), 0);
    EXPECT_EQ(toHalf(-std::numeric_limits<float>::denorm_min()), kSignBit);
    EXPECT_EQ(toHalf(0x1p-25f), 0);
    EXPECT_EQ(toHalf(std::nextafter(0x1p-25f, 1.0f)), 1);
}

}  // namespace
}  // namespace impasto
