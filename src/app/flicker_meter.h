// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "app/laboratory.h"
#include "tensor/tensor.h"

namespace impasto::app {

/// Both measures of flicker over the last two seconds of a stream, on a fixed sixteenth of its pixels: one per 4×4
/// block at a place that varies from block to block. One thread.
class FlickerMeter {
  public:
    /// Adds a frame: `output` and the `source` it was made from, RGBA8 of `extent`. Another extent starts anew.
    void add(double seconds, Extent extent, std::span<const std::uint8_t> output, std::span<const std::uint8_t> source);
    void reset();

    Flicker flicker() const;

    static constexpr double kWindowSeconds = 2.0;
    /// A pixel of the source stands still when its deviation over the window is below this, 0..255.
    static constexpr double kStill = 4.0;

  private:
    struct Frame {
        double seconds = 0;
        double difference = -1;  ///< against the frame before; −1: there is none
        std::vector<std::uint8_t> output;
        std::vector<std::uint8_t> source;
    };
    Extent extent_;
    std::vector<std::uint32_t> places_;  ///< byte offsets of the pixels looked at
    std::deque<Frame> frames_;
    std::vector<Frame> spare_;
};

/// Mean |(oₜ − oₜ₋₁) − (cₜ − cₜ₋₁)| of RGBA8 pictures over their colour channels, 0..255.
double frameDifferenceFlicker(std::span<const std::uint8_t> output, std::span<const std::uint8_t> outputBefore,
                              std::span<const std::uint8_t> source, std::span<const std::uint8_t> sourceBefore);

}  // namespace impasto::app
