// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>

#include "nn/colour_mode.h"

namespace impasto::app {

/// As in presets and on the command line: styled, luma, matched.
inline constexpr std::string_view kColourNames[nn::kColourModeCount] = {"styled", "luma", "matched"};

inline std::string_view colourName(nn::ColourMode mode) {
    return kColourNames[static_cast<int>(mode)];
}
inline std::optional<nn::ColourMode> parseColour(std::string_view name) {
    for (int i = 0; i < nn::kColourModeCount; ++i) {
        if (kColourNames[i] == name)
            return static_cast<nn::ColourMode>(i);
    }
    return std::nullopt;
}

}  // namespace impasto::app
