// SPDX-License-Identifier: MIT
#pragma once

namespace impasto::nn {

/// Whose colours the picture has: the network's; the source's, of which only the brightness is restyled; or the
/// network's, moved so that their mean and covariance are the source's. See reference/reference.h for the formulas.
enum class ColourMode { Styled, Luma, Matched };
inline constexpr int kColourModeCount = 3;

}  // namespace impasto::nn
