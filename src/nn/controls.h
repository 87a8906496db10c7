// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "model/normalization.h"

namespace impasto::nn {

/// Everything that changes a picture without new commands: in effect in the next frame. Built anew from the settings
/// for every frame; the statistics pointed to must live through the call.
struct Controls {
    std::vector<Normalization> cells;  ///< one per site, in the order of model::sites, or one for all
    float epsilon = 1e-5f;
    float strength = 1.0f;  ///< α, 0..1

    struct BlendedStyle {
        const StyleStatistics* statistics = nullptr;  ///< null: those of the frame itself
        int conditionalRow = -1;  ///< row of the network's conditional tables; −1: use the adaptive statistics
        float weight = 1.0f;
    };
    std::vector<BlendedStyle> styles;  ///< at most kMaxBlendedStyles
    bool normalizeWeights = true;      ///< divide the weights by their sum

    /// How far a picture larger than the network's follows the edges of the full source, 0..1; 0 is plain
    /// interpolation.
    float guidance = 0.0f;

    const Normalization& cell(std::size_t site) const { return cells.size() == 1 ? cells.front() : cells.at(site); }
};

}  // namespace impasto::nn
