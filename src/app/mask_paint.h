// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <vector>

#include "nn/region_mask.h"

namespace impasto::app {

/// A place on the picture, 0..1 along each side.
struct MaskPoint {
    float x = 0;
    float y = 0;
};

/// A round brush. Lengths are fractions of the picture's shorter side.
struct Brush {
    float radius = 0.12f;
    float softness = 0.5f;  ///< 0..1: which part of the radius, from the rim inwards, fades
};

/// How strongly a place is covered, 0..1.
float brushCover(const Brush& brush, float distance);

/// One stroke of a brush, of any number of points: the picture is covered where the brush was, as often as it may have
/// been there, so that a soft rim stays soft. `aspect` is the picture's width over its height.
class MaskStroke {
  public:
    MaskStroke(std::shared_ptr<const nn::RegionMask> before, int region, const Brush& brush, float aspect);

    /// Goes on to `point` in a straight line.
    void moveTo(MaskPoint point);
    /// The mask with the stroke so far.
    nn::RegionMask result() const;

  private:
    std::shared_ptr<const nn::RegionMask> before_;
    int region_;
    Brush brush_;
    float aspect_;
    bool begun_ = false;
    MaskPoint last_;
    std::vector<float> cover_;
};

/// The whole picture given to `region`.
nn::RegionMask filledMask(int region);
/// `region` nowhere: its place is region 0's.
nn::RegionMask clearedMask(const nn::RegionMask& mask, int region);
/// The same, and further regions are one less: for a region that is taken away.
nn::RegionMask maskWithout(const nn::RegionMask& mask, int region);
/// `region` where region 0 was and the other way round.
nn::RegionMask invertedMask(const nn::RegionMask& mask, int region);
/// `region` at `from`, fading along the line until it is as before at `to`, and beyond both alike.
nn::RegionMask gradientMask(const nn::RegionMask& before, int region, MaskPoint from, MaskPoint to, float aspect);
/// `region` within the ellipse that fits into the box of two corners, fading over its outer `softness`.
nn::RegionMask ellipseMask(const nn::RegionMask& before, int region, MaskPoint corner, MaskPoint opposite,
                           float softness);

}  // namespace impasto::app
