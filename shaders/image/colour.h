// SPDX-License-Identifier: MIT
// Constants and push constants of the colour modes, shared by GLSL and C++. As in common/shared.h, only int, uint and
// float members.
#ifndef IMPASTO_SHADERS_IMAGE_COLOUR_H
#define IMPASTO_SHADERS_IMAGE_COLOUR_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_COLOUR_CONST inline constexpr
#else
#define IMPASTO_COLOUR_CONST const
#endif

/// ColourMode, in the order of nn/colour_mode.h.
IMPASTO_COLOUR_CONST int kColourStyled = 0;
IMPASTO_COLOUR_CONST int kColourLuma = 1;
IMPASTO_COLOUR_CONST int kColourMatched = 2;
/// Colour buffer: a map of 3 rows of 4, then per partial and picture mean, squares and products of three channels.
IMPASTO_COLOUR_CONST int kColourMapFloats = 12;
IMPASTO_COLOUR_CONST int kColourFloats = 9;
IMPASTO_COLOUR_CONST int kColourPartials = 256;
/// Added to the variances before colours are matched, that of a deviation of 5/255: a nearly grey picture's colours are
/// not driven up without bound.
IMPASTO_COLOUR_CONST float kLeastColourVariance = 4e-4f;

struct ColourPush {
    int width;  ///< of the network's input and output, padding included
    int height;
    int entryFactor;  ///< of nn::Entry and nn::Exit
    int exitFactor;
    float scale;  ///< of nn::Entry
    float shift;
    int contentWidth;
    int contentHeight;
};

#ifdef __cplusplus
}  // namespace impasto::shaders
#endif
#undef IMPASTO_COLOUR_CONST

#endif
