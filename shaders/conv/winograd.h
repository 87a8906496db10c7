// SPDX-License-Identifier: MIT
// Push constants of the Winograd convolution's three kernels, shared by GLSL and C++.
#ifndef IMPASTO_SHADERS_CONV_WINOGRAD_H
#define IMPASTO_SHADERS_CONV_WINOGRAD_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_WINOGRAD_CONST inline constexpr int
#else
#define IMPASTO_WINOGRAD_CONST const int
#endif

/// Values of a transformed tile: 4×4 of the input, for 2×2 of the output.
IMPASTO_WINOGRAD_CONST kWinogradValues = 16;
/// Tiles, and blocks of 8 output channels, an invocation of the product computes; the shader is written for two blocks.
IMPASTO_WINOGRAD_CONST kWinogradTiles = 8;
IMPASTO_WINOGRAD_CONST kWinogradBlocks = 2;

struct WinogradPush {
    int inWidth;
    int inHeight;
    int inBlocks;
    int outWidth;
    int outHeight;
    int outBlocks;
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
