// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "model/network.h"
#include "nn/controls.h"

namespace impasto::nn {

/// γ and β of one site in one region: identity, learned, or blended `γ = Σ wₖ·√(σₖ²+ε)`, `β = Σ wₖ·μₖ` (adaptive) and
/// `Σ wₖ·rowₖ` (conditional). `passThrough`: every weight is zero, or there is no style, where the source needs one.
struct BlendedAffine {
    std::vector<float> gamma;
    std::vector<float> beta;
    bool passThrough = false;
    float sourceWeight = 0;  ///< what √(σ²+ε) and μ of the frame itself are added with
};
BlendedAffine blendStyles(const model::Network::SiteParameters& parameters, const Controls& controls, std::size_t site,
                          int region = 0);
/// The same into `result`, which keeps its memory from call to call.
void blendStyles(const model::Network::SiteParameters& parameters, const Controls& controls, std::size_t site,
                 int region, BlendedAffine& result);

}  // namespace impasto::nn
