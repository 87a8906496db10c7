// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

#include "nn/region_mask.h"

namespace impasto::app {

/// A mask as text for presets: the planes of the regions from 1 on, deflated, in base64.
std::string maskToText(const nn::RegionMask& mask);

/// The inverse. Throws std::invalid_argument with the reason for what is no mask: bad base64, a damaged or longer or
/// shorter stream, weights that sum to more than 255. Never allocates more than a mask and its text take.
nn::RegionMask maskFromText(std::string_view text);

inline constexpr std::size_t kMaxMaskText = 300'000;

}  // namespace impasto::app
