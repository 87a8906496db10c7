// SPDX-License-Identifier: MIT
// results[i] = quotient(numbers[i].x, numbers[i].y), see common/divide.glsl.
// Bindings: 0 numbers, 1 results. Push constant: how many. Dispatch: (ceil(count / 64), 1, 1).
#version 450
#include "common/divide.glsl"

layout(local_size_x = 64) in;
layout(push_constant) uniform Push { int count; };
layout(std430, set = 0, binding = 0) readonly buffer Numbers { ivec2 numbers[]; };
layout(std430, set = 0, binding = 1) writeonly buffer Results { int results[]; };

void main() {
    int i = int(gl_GlobalInvocationID.x);
    if (i < count)
        results[i] = quotient(numbers[i].x, numbers[i].y);
}
