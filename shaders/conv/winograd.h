// SPDX-License-Identifier: MIT
// Winograd's convolutions F(2×2, 3×3), F(4×4, 3×3) and, for the phases of an enlarged picture, F(3×3, 2×2): constants
// and push constants of their three kernels, shared by GLSL and C++. Of a picture's tiles of OUTPUTS × OUTPUTS pixels,
// each is computed from OUTPUTS + TAPS − 1 inputs along either axis.
#ifndef IMPASTO_SHADERS_CONV_WINOGRAD_H
#define IMPASTO_SHADERS_CONV_WINOGRAD_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_WINOGRAD_CONST inline constexpr
#else
#define IMPASTO_WINOGRAD_CONST const
#endif

/// Tiles, and blocks of 8 output channels, an invocation of the product computes; the shader is written for two blocks.
IMPASTO_WINOGRAD_CONST int kWinogradTiles = 8;
IMPASTO_WINOGRAD_CONST int kWinogradBlocks = 2;
/// F(4×4, 3×3) evaluates polynomials at 0, ±A, ±B and infinity. With the usual 1 and 2 halves make five times the error
/// (NMSE); of the pairs tried, see docs/performance.md, none makes less.
IMPASTO_WINOGRAD_CONST float kWinogradA = 0.625;
IMPASTO_WINOGRAD_CONST float kWinogradB = 1.5;

struct WinogradPush {
    int inWidth;
    int inHeight;
    int inBlocks;
    int outWidth;
    int outHeight;
    int outBlocks;  ///< of all phases
    int padTop;
    int padLeft;
    int tilesAcross;
    int tiles;  ///< of the whole picture
    int outChannels;
    float slope;
    float slopeAfter;
    int residualCoefficients;  ///< see conv/residual.glsl
    int zero;                  ///< 0, see conv/spread.glsl
};

#ifdef __cplusplus
}  // namespace impasto::shaders
#endif
#undef IMPASTO_WINOGRAD_CONST

#endif
