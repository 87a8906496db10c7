// SPDX-License-Identifier: MIT
#pragma once

#include "tensor/tensor.h"

namespace impasto::model {

/// Smallest input side; shorter sides are edge-replicated up to it.
inline constexpr int kMinInputSide = 16;
inline constexpr int kStyleShortSide = 256;

/// Extent the network runs at for a picture of `extent`: sides under 16 become 16, then both are rounded up to the
/// multiple (filled by reflection at bottom and right). Statistics cover the padded area; the result is cropped.
Extent paddedExtent(Extent extent, int multiple);

/// Extent of the picture at the network for a source: exact short side `shortSide`, aspect kept, never enlarged beyond
/// the source, sides ≥ 1.
Extent networkExtent(Extent source, int shortSide);

/// Extent a style picture is area-reduced to before it is encoded: short side 256·styleScale, never enlarged.
Extent styleExtent(Extent picture, float styleScale);

}  // namespace impasto::model
