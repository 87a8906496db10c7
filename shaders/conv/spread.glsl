// SPDX-License-Identifier: MIT
// Spreads what each of kConvLanes lanes fetched to all of a subgroup: subgroupShuffle(value, lanes[i]) is lane i's value.
// Known numbers of lanes suit devices that read a known lane at once. Mesa's llvmpipe makes two permutes of a shuffle by a
// known number and one of a shuffle by an unknown one; there the numbers are hidden behind a zero read when the kernel runs.
#ifndef SPREAD_GLSL
#define SPREAD_GLSL

#include "common/shared.h"

layout(constant_id = 7) const bool kHiddenLanes = false;

uint lanes[kConvLanes];

/// To be called where all invocations are; `zero` is 0.
void numberLanes(int zero) {
    for (int i = 0; i < kConvLanes; ++i)
        lanes[i] = kHiddenLanes ? uint(i + zero) : uint(i);
}

/// Lane LANE's four values of HALF, a variable.
#define SPREAD(HALF, LANE)                                                                         \
    vec4(subgroupShuffle(HALF.x, lanes[LANE]), subgroupShuffle(HALF.y, lanes[LANE]),               \
         subgroupShuffle(HALF.z, lanes[LANE]), subgroupShuffle(HALF.w, lanes[LANE]))

#endif
