// SPDX-License-Identifier: MIT
// seen[gl_WorkGroupID.x] = gl_WorkGroupID.x + 1: which workgroups ran, and under which number.
// Bindings: 0 seen, storage buffer of at least as many words as workgroups. Dispatch: any (n, 1, 1), with any base.
#version 450

layout(local_size_x = 1) in;
layout(binding = 0) writeonly buffer Seen { uint seen[]; };

void main() {
    seen[gl_WorkGroupID.x] = gl_WorkGroupID.x + 1u;
}
