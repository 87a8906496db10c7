// SPDX-License-Identifier: MIT
// Wants OVERFLOW_COUNTER. Stores of the maps between the Winograd convolution's kernels: as FEATURE_OUTPUT, but saturation is counted once for an
// invocation (countSaturated), because a software device pays for the counting of every store whether it happens or not.
#ifndef WINOGRAD_STORE_GLSL
#define WINOGRAD_STORE_GLSL

#include "common/feature.glsl"

#ifdef FEATURE_FP32

#define WINOGRAD_OUTPUT(BINDING, NAME)                                                             \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { vec4 NAME##Data[]; }; \
    void keep_##NAME(int texel, F8 value) {                                                        \
        NAME##Data[2 * texel] = value.lo;                                                          \
        NAME##Data[2 * texel + 1] = value.hi;                                                      \
    }

void countSaturated() {}

#else

bool saturated = false;

#define WINOGRAD_OUTPUT(BINDING, NAME)                                                             \
    layout(std430, set = 0, binding = BINDING) writeonly buffer NAME##Buffer { uvec4 NAME##Data[]; }; \
    void keep_##NAME(int texel, F8 value) {                                                        \
        F8 bounded = F8(clamp(value.lo, -kLargestHalf, kLargestHalf), clamp(value.hi, -kLargestHalf, kLargestHalf)); \
        saturated = saturated || any(notEqual(bounded.lo, value.lo)) || any(notEqual(bounded.hi, value.hi)); \
        NAME##Data[texel] = encode(bounded);                                                       \
    }

void countSaturated() {
    if (saturated)
        atomicAdd(overflowCount, 1u);
}

#endif

#endif
