#version 450
// SPDX-License-Identifier: MIT
// Computes: nothing of use: `rounds` times 32 steps of 16 independent multiply-adds per invocation, the most arithmetic the
// device does per second. The values stay finite and reach memory so that nothing is optimized away. Steps are unrolled:
// under a loop's execution mask software devices merge every value once a round.
// Bindings: 0 one vec4 per invocation. Dispatch: (invocations / 64, 1, 1).
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = 64) in;
layout(push_constant) uniform Push {
    int rounds;
    float factor;
    float term;
};
layout(std430, set = 0, binding = 0) writeonly buffer Results { vec4 results[]; };

void main() {
    vec4 v[4];
    [[unroll]] for (int i = 0; i < 4; ++i)
        v[i] = vec4(0.0, 0.25, 0.5, 0.75) + float(i) + float(gl_LocalInvocationID.x);
    [[dont_unroll]] for (int round = 0; round < rounds; ++round) {
        vec4 w[4] = v;
        [[unroll]] for (int step = 0; step < 32; ++step) {
            [[unroll]] for (int i = 0; i < 4; ++i)
                w[i] = w[i] * factor + term;
        }
        v = w;
    }
    results[gl_WorkGroupID.x * 64 + gl_LocalInvocationID.x] = v[0] + v[1] + v[2] + v[3];
}
