// SPDX-License-Identifier: MIT
// size[i] = gl_SubgroupSize of invocation i. Bindings: 0 size, storage buffer of 64 words. Dispatch: (1, 1, 1).
#version 450
#extension GL_KHR_shader_subgroup_basic : require

layout(local_size_x = 64) in;
layout(binding = 0) writeonly buffer Size { uint size[]; };

void main() {
    size[gl_LocalInvocationIndex] = gl_SubgroupSize;
}
