#version 450
// SPDX-License-Identifier: MIT
// Computes: partial mean and sum of squared deviations (Welford, fp32) of every channel over a share of its pixels.
// Layouts: x feature map; partials floats [block][partial][mean of 8 channels, M2 of 8 channels].
// Preconditions: partials is a multiple of kLinearGroup; partial k owns pixels k, k + partials, … (possibly none).
// Bindings: 0 x, 1 partials.
// Dispatch: (partials / kLinearGroup, C / 8 rounded up, 1), indirect: zero groups where stored statistics are used.
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { StatisticsPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) writeonly buffer Partials { vec4 partials[]; };

void main() {
    int partial = INVOCATION.x;
    int block = INVOCATION.y;
    F8 mean = F8(vec4(0.0), vec4(0.0));
    F8 squares = F8(vec4(0.0), vec4(0.0));
    float count = 0.0;
    for (int pixel = partial; pixel < p.pixels; pixel += p.partials) {
        F8 v = source(block * p.pixels + pixel);
        count += 1.0;
        float share = 1.0 / count;
        vec4 lo = v.lo - mean.lo;
        vec4 hi = v.hi - mean.hi;
        mean.lo += lo * share;
        mean.hi += hi * share;
        squares.lo += lo * (v.lo - mean.lo);
        squares.hi += hi * (v.hi - mean.hi);
    }
    int base = p.partialBase / 4 + (block * p.partials + partial) * 4;
    partials[base] = mean.lo;
    partials[base + 1] = mean.hi;
    partials[base + 2] = squares.lo;
    partials[base + 3] = squares.hi;
}
