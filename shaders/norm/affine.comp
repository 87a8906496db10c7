#version 450
// SPDX-License-Identifier: MIT
// Computes: y = a·x + b per channel.
// Layouts: x, y feature maps of one shape; coefficients (a, b) interleaved.
// Bindings: 0 x, 1 coefficients, 2 y, 3 overflow counter.
// Dispatch: (ceil(H·W / (kLinearGroup·kAffinePixels)), C / 8 rounded up, 1); an invocation treats kAffinePixels pixels of one
// block with the same coefficients.
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { AffinePush p; };

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Coefficients { vec2 coefficients[]; };
FEATURE_OUTPUT(2, target)

vec2 coefficient(int c) { return c < p.channels ? coefficients[p.coefficientBase + c] : vec2(0.0); }

void main() {
    int block = INVOCATION.y;
    int c = block * 8;
    vec2 k0 = coefficient(c), k1 = coefficient(c + 1), k2 = coefficient(c + 2), k3 = coefficient(c + 3);
    vec2 k4 = coefficient(c + 4), k5 = coefficient(c + 5), k6 = coefficient(c + 6), k7 = coefficient(c + 7);
    F8 a = F8(vec4(k0.x, k1.x, k2.x, k3.x), vec4(k4.x, k5.x, k6.x, k7.x));
    F8 b = F8(vec4(k0.y, k1.y, k2.y, k3.y), vec4(k4.y, k5.y, k6.y, k7.y));
    int group = int(gl_WorkGroupID.x) * kLinearGroup * kAffinePixels + int(gl_LocalInvocationID.x);
    for (int i = 0; i < kAffinePixels; ++i) {
        int pixel = group + i * kLinearGroup;
        if (pixel >= p.planeTexels)
            return;
        F8 v = source(block * p.planeTexels + pixel);
        v.lo = a.lo * v.lo + b.lo;
        v.hi = a.hi * v.hi + b.hi;
        store_target(block * p.planeTexels + pixel, v);
    }
}
