// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <vector>

#include "app/settings.h"

namespace impasto::app {

/// The weights of a mix as they are used, one per style: zero where a style is muted, or not solo beside one that is.
std::vector<float> audibleWeights(const StyleMix& mix);

/// `count` weights of sum 1, each mix of the seed's sequence another; one or two styles stand out in most.
std::vector<float> randomWeights(std::uint32_t seed, std::size_t count);

/// The way of a drift: from the weights as set to random ones, from those to others, and so on, each part taking
/// `partSeconds`, eased at both ends. The same seed gives the same way.
struct DriftWay {
    std::uint32_t seed = 1;
    float partSeconds = 8.0f;
};
/// Weights `seconds` after the drift began, one per style. Styles that do not take part stay at zero, and the sum stays
/// that of the weights as set.
std::vector<float> driftedWeights(const StyleMix& mix, const DriftWay& way, double seconds);

}  // namespace impasto::app
