#version 450
// SPDX-License-Identifier: MIT
// Computes: nothing of use: kCeilingRounds·kCeilingUnroll·16 independent multiply-adds per invocation, the most arithmetic the
// device does per second. The values stay finite and reach memory so that nothing is optimized away.
// Bindings: 0 one float per invocation. Dispatch: (invocations / kLinearGroup, 1, 1).
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { CeilingPush p; };
layout(std430, set = 0, binding = 0) writeonly buffer Sums { float sums[]; };

void main() {
    int i = int(gl_GlobalInvocationID.x);
    vec4 a = vec4(i) + vec4(0.0, 1.0, 2.0, 3.0);
    vec4 b = a + 4.0, c = a + 8.0, d = a + 12.0;
    for (int round = 0; round < p.rounds; ++round) {
        for (int k = 0; k < kCeilingUnroll; ++k) {
            a = a * p.factor + p.summand;
            b = b * p.factor + p.summand;
            c = c * p.factor + p.summand;
            d = d * p.factor + p.summand;
        }
    }
    vec4 sum = a + b + c + d;
    sums[i] = sum.x + sum.y + sum.z + sum.w;
}
