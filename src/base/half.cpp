// SPDX-License-Identifier: MIT
#include "base/half.h"

#include <bit>
#include <cmath>

namespace impasto {

std::uint16_t toHalf(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16) & 0x8000u);
    const std::uint32_t magnitude = bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u)
        return static_cast<std::uint16_t>(sign | 0x7e00u);
    if (magnitude == 0x7f800000u)
        return static_cast<std::uint16_t>(sign | 0x7c00u);
    if (magnitude >= 0x477fe000u)
        return static_cast<std::uint16_t>(sign | 0x7bffu);
    if (magnitude < 0x38800000u) {
        // Subnormal: the value in units of 2^-24, rounded to nearest even by the current rounding mode.
        const float scaled = std::bit_cast<float>(magnitude) * 16777216.0f;
        return static_cast<std::uint16_t>(sign | static_cast<std::uint16_t>(std::nearbyintf(scaled)));
    }
    const std::uint32_t rounded = magnitude + 0xfffu + ((magnitude >> 13) & 1u);
    const std::uint32_t half = (rounded - 0x38000000u) >> 13;
    return static_cast<std::uint16_t>(sign | (half > 0x7bffu ? 0x7bffu : half));
}

float fromHalf(std::uint16_t bits) {
    const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1fu;
    const std::uint32_t fraction = bits & 0x3ffu;
    if (exponent == 0) {
        const float magnitude = static_cast<float>(fraction) * 0x1p-24f;
        return sign ? -magnitude : magnitude;
    }
    if (exponent == 31)
        return std::bit_cast<float>(sign | 0x7f800000u | (fraction << 13));
    return std::bit_cast<float>(sign | ((exponent + 112u) << 23) | (fraction << 13));
}

}  // namespace impasto
