// SPDX-License-Identifier: MIT
// Sizes of the convolutions' workgroups, shared by GLSL and C++.
#ifndef IMPASTO_SHADERS_CONV_TILES_H
#define IMPASTO_SHADERS_CONV_TILES_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_TILE_CONST inline constexpr int
#else
#define IMPASTO_TILE_CONST const int
#endif

/// Adjacent pixels of a row that one invocation of the tiled convolution computes: a run; with HALF_TURNS; and with 2×2 taps.
/// Workgroups and their invocations number the runs of all rows, one row after the other.
IMPASTO_TILE_CONST kTiledPixels = 4;
IMPASTO_TILE_CONST kTurnPixels = 8;
IMPASTO_TILE_CONST kPhasePixels = 8;
/// Its workgroups along x at most; those beyond are the next along y.
IMPASTO_TILE_CONST kTiledGroupsAcross = 32768;
/// Side of the workgroup of the convolution with uniform weights; each invocation has two pixels.
IMPASTO_TILE_CONST kUniformSide = 8;
/// Pixels a workgroup of the convolution through shared memory computes.
IMPASTO_TILE_CONST kSharedWidth = 32;
IMPASTO_TILE_CONST kSharedHeight = 8;
/// Side of the tile a workgroup of the convolution by cooperative matrices computes, and its subgroups.
IMPASTO_TILE_CONST kMatrixSide = 16;
IMPASTO_TILE_CONST kMatrixSubgroups = 4;

#ifdef __cplusplus
#undef IMPASTO_TILE_CONST
}  // namespace impasto::shaders
#endif

#endif
