// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace impasto {

/// IEEE 754 binary16, round to nearest even. Finite values beyond ±65504 saturate to ±65504, as feature storage does;
/// infinities and NaN are kept.
std::uint16_t toHalf(float value);
float fromHalf(std::uint16_t bits);

}  // namespace impasto
