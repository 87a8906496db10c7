// SPDX-License-Identifier: MIT
// Push constants of the statistics kernel, shared by GLSL and C++. As in common/shared.h, only int, uint and float members.
#ifndef IMPASTO_SHADERS_NORM_STATISTICS_H
#define IMPASTO_SHADERS_NORM_STATISTICS_H

#include "common/shared.h"

#ifdef __cplusplus
namespace impasto::shaders {
#define IMPASTO_STATISTICS_CONST inline constexpr int
#else
#define IMPASTO_STATISTICS_CONST const int
#endif

/// Sites one dispatch takes the statistics of, at most.
IMPASTO_STATISTICS_CONST kMaxSiteGroup = 8;

/// A site's features within the memory the kernel reads.
struct SitePlace {
    int firstTexel;
    int width;
    int height;
};

struct StatisticsPush {
    int firstSite;  ///< of `sites` sites with consecutive headers
    int sites;
    int firstGroupWord;  ///< in the frame block: every site's first workgroup; a site with none begins where the next does
    int groupsWord;      ///< in the frame block: workgroups of all of them
    SitePlace places[kMaxSiteGroup];
};

#ifdef __cplusplus
static_assert(sizeof(StatisticsPush) <= 128, "push constants beyond 128 bytes are not guaranteed");
}  // namespace impasto::shaders
#endif
#undef IMPASTO_STATISTICS_CONST

#endif
