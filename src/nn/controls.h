// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "model/normalization.h"
#include "nn/colour_mode.h"
#include "nn/region_mask.h"

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
    /// With a mask: the styles of region 1 and further ones, at most kMaxRegions − 1; `styles` are region 0's.
    std::vector<std::vector<BlendedStyle>> regionStyles;
    std::shared_ptr<const RegionMask> mask;  ///< null: region 0 is everywhere
    bool normalizeWeights = true;            ///< divide the weights by their sum

    /// How far a picture larger than the network's follows the edges of the full source, 0..1; 0 is plain
    /// interpolation.
    float guidance = 0.0f;

    /// Time since the frame before, for averages over frames; 0 when it is the same frame again.
    float secondsSinceLast = 0.0f;
    /// The frame shows another scene than the one before: averages over frames begin anew. Frozen statistics stay.
    bool newScene = false;
    /// Take the picture's statistics also where the cell needs none, for somebody who looks at them.
    bool takeStatistics = false;

    /// Site and channel whose histogram is taken; −1: none.
    int histogramSite = -1;
    int histogramChannel = 0;

    /// Similarity gate: mean absolute difference of a block, 0..255, below which the shown picture is held; 0: no gate.
    float gateThreshold = 0.0f;
    /// Nothing is held in this frame: the settings have changed.
    bool openGate = false;

    ColourMode colour = ColourMode::Styled;

    int regions() const { return mask ? 1 + static_cast<int>(regionStyles.size()) : 1; }
    const std::vector<BlendedStyle>& stylesOf(int region) const {
        return region == 0 ? styles : regionStyles.at(static_cast<std::size_t>(region) - 1);
    }
    const Normalization& cell(std::size_t site) const { return cells.size() == 1 ? cells.front() : cells.at(site); }
};

}  // namespace impasto::nn
