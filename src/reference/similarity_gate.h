// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tensor/tensor.h"

namespace impasto::reference {

/// Holds a picture where its source stands still. Per 16×16 block d = 255·mean |c − reference|, opening
/// max(smoothstep(T, 2T, d), opening before − release); shown = held + w·(new − held) with w the openings interpolated
/// between block centres. The reference follows the source by w; in a block that is held (open by less than half) it is
/// the mean of the first 16 held frames, so that noise does not look like change, and slow change adds up.
class SimilarityGate {
  public:
    struct Step {
        float threshold = 2.0f;  ///< T, 0..255; 0 holds nothing
        float release = 0.1f;    ///< of the opening per frame
        bool open = false;       ///< everything is new
    };
    /// Both `[3,H,W]` in 0..1. What is shown, which is also what is held for the next step.
    Tensor apply(const Tensor& source, const Tensor& picture, const Step& step);

  private:
    struct Block {
        float opening = 0;
        float framesHeld = 0;  ///< −1: everything was new in the frame before, which is not remembered
    };
    float openingAt(float x, float y) const;

    Tensor reference_;
    Tensor held_;
    int across_ = 0;
    int down_ = 0;
    std::vector<Block> blocks_;
};

}  // namespace impasto::reference
