// SPDX-License-Identifier: MIT
// Push constants of the kernels that show a network's inside, shared by GLSL and C++.
#ifndef IMPASTO_SHADERS_COMMON_VIEWS_H
#define IMPASTO_SHADERS_COMMON_VIEWS_H

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_VIEW_CONST inline constexpr int
#else
#define IMPASTO_VIEW_CONST const int
#endif

/// Bins of the histogram of one channel, before and after its site each.
IMPASTO_VIEW_CONST kHistogramBins = 64;
/// Side of the square picture of a layer's channels.
IMPASTO_VIEW_CONST kFeatureViewSide = 512;

struct HistogramPush {
    int pixels;
    int channels;
    int site;
    int coefficientBase;
    int channelWord;  ///< in the frame block: the channel looked at
};

struct FeatureViewPush {
    int width;
    int height;
    int channels;
    int first;    ///< channel in the first tile
    int across;   ///< tiles in a row; 1: one channel fills the picture
    int tile;     ///< side of a tile in pixels
};

#ifdef __cplusplus
}  // namespace impasto::shaders
#undef IMPASTO_VIEW_CONST
#endif

#endif
