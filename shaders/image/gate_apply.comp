#version 450
// SPDX-License-Identifier: MIT
// Computes: the picture behind the similarity gate: held + w·(new − held), w interpolated between the openings of the block
// centres; what is shown is held for the next frame. The reference follows the source by w, and in blocks that are held it is
// the mean of the source's first kGateReferenceFrames held frames, so that noise does not look like change.
// Layouts: target rgba8 image, read and written; held RGBA8; the rest as in gate_blocks.comp.
// Bindings: 0 picture, 1 reference, 2 blocks, 3 held, 4 target.
// Dispatch: (ceil(width / kConvLanes), ceil(height / kConvLanes), 1).
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(push_constant) uniform Push { GatePush p; };

layout(std430, set = 0, binding = 0) readonly buffer Picture { uint picture[]; };
layout(std430, set = 0, binding = 1) buffer Reference { uvec2 reference[]; };
layout(std430, set = 0, binding = 2) readonly buffer Blocks { vec2 blocks[]; };
layout(std430, set = 0, binding = 3) buffer Held { uint held[]; };
layout(set = 0, binding = 4, rgba8) uniform image2D target;

float openingAt(int x, int y) {
    return blocks[clamp(y, 0, p.blocksDown - 1) * p.blocksAcross + clamp(x, 0, p.blocksAcross - 1)].x;
}

void main() {
    ivec2 pixel = INVOCATION.xy;
    if (pixel.x >= p.width || pixel.y >= p.height)
        return;
    vec2 position = (vec2(pixel) + 0.5) / float(kGateBlock) - 0.5;
    ivec2 low = ivec2(floor(position));
    vec2 f = position - vec2(low);
    float w = mix(mix(openingAt(low.x, low.y), openingAt(low.x + 1, low.y), f.x),
                  mix(openingAt(low.x, low.y + 1), openingAt(low.x + 1, low.y + 1), f.x), f.y);
    int at = pixel.y * p.width + pixel.x;
    vec3 shown = mix(unpackUnorm4x8(held[at]).rgb, imageLoad(target, pixel).rgb, w);
    held[at] = packUnorm4x8(vec4(shown, 1.0));
    imageStore(target, pixel, vec4(shown, 1.0));

    float frames = blocks[pixel.y / kGateBlock * p.blocksAcross + pixel.x / kGateBlock].y;
    float follow = frames > 0.0 && frames <= float(kGateReferenceFrames) ? max(w, 1.0 / (frames + 1.0)) : w;
    vec3 r = vec3(unpackUnorm2x16(reference[at].x), unpackUnorm2x16(reference[at].y).x);
    r = mix(r, unpackUnorm4x8(picture[at]).rgb, follow);
    reference[at] = uvec2(packUnorm2x16(r.rg), packUnorm2x16(vec2(r.b, 0.0)));
}
