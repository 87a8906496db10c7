// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <vector>

#include "ui/ui.h"

namespace impasto::ui {

inline constexpr int kMaxPadStyles = 8;

/// Corners of a regular polygon of radius 1 around the origin, the first at the top, clockwise (y down); two lie left
/// and right. `count` is 1..kMaxPadStyles.
std::vector<ImVec2> padCorners(int count);

/// The point of the polygon that is nearest to `point`: itself when it is inside.
ImVec2 insidePad(std::span<const ImVec2> corners, ImVec2 point);

/// Mean value coordinates (Floater 2003; edges and corners as in Hormann and Floater 2006) of a point of the convex
/// polygon: smooth, none negative, of sum 1, exactly 1 at a corner; the corners weighted with them give the point
/// again. Two corners: the share along the line between them.
std::vector<float> padWeights(std::span<const ImVec2> corners, ImVec2 point);

/// The inverse: the mean of the corners under the weights; the middle when all are zero. It needs no memory of its own,
/// so that whatever carries the weights carries the point.
ImVec2 padPoint(std::span<const ImVec2> corners, std::span<const float> weights);

/// The pad: the first kMaxPadStyles styles of the mix at the rim of `rect`, the point inside. Dragging it, or the arrow
/// keys while it has the focus, sets their weights.
void drawStylePad(Ui& ui, const ImRect& rect);

}  // namespace impasto::ui
