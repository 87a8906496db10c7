// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "media/frame.h"

namespace impasto::app {

/// Tells a cut from motion by 24×16 pixels of every frame. Averages over frames begin anew at a cut, so that a picture
/// is never normalized by the statistics of another scene.
class SceneChange {
  public:
    /// Whether `frame` shows another scene than the frame given before: brought to the same brightness, it differs from
    /// it by 24 steps or more (mean absolute difference of luma, of green where the frame is Rgba8), and by four times
    /// what the last frames did. So light that flickers and a fast pan are none, nor is the first frame or one of
    /// another size or format.
    bool isCut(const media::Frame& frame);

  private:
    static constexpr int kColumns = 24;
    static constexpr int kRows = 16;
    using Glance = std::array<std::uint8_t, static_cast<std::size_t>(kColumns) * kRows>;

    Glance seen_{};
    int width_ = 0;
    int height_ = 0;
    PixelFormat format_ = PixelFormat::Rgba8;
    double usualDifference_ = 0;
};

}  // namespace impasto::app
