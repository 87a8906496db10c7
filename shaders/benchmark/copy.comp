#version 450
// SPDX-License-Identifier: MIT
// Computes: y = x, the way kernels move feature maps: the most bytes the device moves per second.
// Layouts: 16-byte texels, read through a texel buffer, written through a storage buffer.
// Bindings: 0 x, 1 y. Dispatch: (texels / kLinearGroup, 1, 1).
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(set = 0, binding = 0) uniform utextureBuffer source;
layout(std430, set = 0, binding = 1) writeonly buffer Target { uvec4 target[]; };

void main() {
    int i = int(gl_GlobalInvocationID.x);
    target[i] = texelFetch(source, i);
}
