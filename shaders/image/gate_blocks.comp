#version 450
// SPDX-License-Identifier: MIT
// Computes: how far every 16×16 block of the similarity gate is open: d = mean |c − reference| over its pixels and colours,
// times 255; opening max(smoothstep(T, 2T, d), opening before − release), 1 where `open` is set, which the next frame does not
// remember; and for how many frames it has been held, that is open by less than half.
// Layouts: picture RGBA8, one uint per pixel; reference two packed unorm16 pairs per pixel; blocks (opening, frames held; −1 after `open`).
// Bindings: 0 picture, 1 reference, 2 blocks, 3 frame block (T, release, open at gateWord).
// Dispatch: (blocks across, blocks down, 1).
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { GatePush p; };

layout(std430, set = 0, binding = 0) readonly buffer Picture { uint picture[]; };
layout(std430, set = 0, binding = 1) readonly buffer Reference { uvec2 reference[]; };
layout(std430, set = 0, binding = 2) buffer Blocks { vec2 blocks[]; };
layout(std430, set = 0, binding = 3) readonly buffer FrameBlock { float frameBlock[]; };

shared float sums[kLinearGroup];

void main() {
    int lane = int(gl_LocalInvocationID.x);
    ivec2 corner = ivec2(gl_WorkGroupID.xy) * kGateBlock;
    ivec2 size = min(ivec2(kGateBlock), ivec2(p.width, p.height) - corner);
    float sum = 0.0;
    for (int i = lane; i < size.x * size.y; i += kLinearGroup) {
        int at = (corner.y + i / size.x) * p.width + corner.x + i % size.x;
        vec3 c = unpackUnorm4x8(picture[at]).rgb;
        vec3 r = vec3(unpackUnorm2x16(reference[at].x), unpackUnorm2x16(reference[at].y).x);
        sum += dot(abs(c - r), vec3(1.0));
    }
    sums[lane] = sum;
    barrier();
    if (lane != 0)
        return;
    float total = 0.0;
    for (int i = 0; i < kLinearGroup; ++i)
        total += sums[i];
    float d = total * 255.0 / float(3 * size.x * size.y);
    float threshold = frameBlock[p.gateWord];
    float release = frameBlock[p.gateWord + 1];
    bool open = frameBlock[p.gateWord + 2] > 0.0;
    int at = int(gl_WorkGroupID.y) * p.blocksAcross + int(gl_WorkGroupID.x);
    vec2 before = blocks[at];
    float x = threshold > 0.0 ? clamp((d - threshold) / threshold, 0.0, 1.0) : 1.0;
    float remembered = before.y < 0.0 ? 0.0 : before.x;
    float opening = max(x * x * (3.0 - 2.0 * x), remembered - release);
    if (open)
        blocks[at] = vec2(1.0, -1.0);
    else
        blocks[at] = vec2(opening, opening < 0.5 ? max(before.y, 0.0) + 1.0 : 0.0);
}
