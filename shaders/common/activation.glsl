// SPDX-License-Identifier: MIT
#ifndef ACTIVATION_GLSL
#define ACTIVATION_GLSL

#include "common/feature.glsl"
#include "common/shared.h"

vec4 activate4(vec4 v, int kind, float slope) {
    if (kind == kActivationRelu)
        return max(v, 0.0);
    if (kind == kActivationLeakyRelu)
        return max(v, 0.0) + slope * min(v, 0.0);
    if (kind == kActivationSigmoid)
        return 1.0 / (1.0 + exp(-v));
    if (kind == kActivationTanh)
        return 1.0 - 2.0 / (1.0 + exp(2.0 * v));
    return v;
}

F8 activate8(F8 v, int kind, float slope) { return F8(activate4(v.lo, kind, slope), activate4(v.hi, kind, slope)); }

#endif
