// SPDX-License-Identifier: MIT
// What the normalization kernels need to know of regions, shared by GLSL and C++. As in common/shared.h, only int, uint and
// float members.
#ifndef IMPASTO_SHADERS_NORM_REGIONS_H
#define IMPASTO_SHADERS_NORM_REGIONS_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_REGION_CONST inline constexpr int
#else
#define IMPASTO_REGION_CONST const int
#endif

/// Mixes of styles a mask can part the picture into.
IMPASTO_REGION_CONST kMaxRegions = 4;
/// Words of a RegionHeader in the frame block.
IMPASTO_REGION_CONST kRegionHeaderWords = 6;

/// Beside a site's SiteHeader, which holds what concerns region 0. γ and β of region r ≥ 1 lie in the frame block at
/// parameterBase + 2·(r + 1)·channels, its coefficients r·regionStride after region 0's.
struct RegionHeader {
    int regions;       ///< 1: no mask
    int regionStride;  ///< channels of all sites
    int passThrough;   ///< bit r: a = 1, b = 0 in region r ≥ 1
    float sourceWeight1;
    float sourceWeight2;
    float sourceWeight3;
};

struct CoefficientsPush {
    int regionBase;  ///< the first site's RegionHeader in the frame block
};

struct RegionAffinePush {
    AffinePush plain;
    int regionStride;
    int regionsWord;  ///< where the frame block holds the site's RegionHeader::regions
    int maskBase;     ///< of the site in the mask buffer
};

#ifdef __cplusplus
static_assert(sizeof(RegionHeader) == 4 * kRegionHeaderWords);
}  // namespace impasto::shaders
#endif
#undef IMPASTO_REGION_CONST

#endif
