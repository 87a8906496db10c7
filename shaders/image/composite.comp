#version 450
// SPDX-License-Identifier: MIT
// Computes: the network's output as a picture: cropped to the content and resized to the output (bilinear where it grows, mean
// of the area where it shrinks, per axis), alpha 1.
// Layouts: source feature map of 3 channels in 0..1; target rgba8 image.
// Bindings: 0 source, 1 target.
// Dispatch: (ceil(outWidth / kConvLanes), ceil(outHeight / kConvLanes), 1).
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(push_constant) uniform Push { CompositePush p; };

FEATURE_INPUT(0, source)
layout(set = 0, binding = 1, rgba8) writeonly uniform image2D target;

vec3 at(int x, int y) { return source(y * p.featureWidth + x).lo.rgb; }

vec3 bilinear(vec2 position) {
    vec2 clamped = clamp(position - 0.5, vec2(0.0), vec2(p.contentWidth - 1, p.contentHeight - 1));
    ivec2 low = ivec2(clamped);
    ivec2 high = min(low + 1, ivec2(p.contentWidth, p.contentHeight) - 1);
    vec2 f = clamped - vec2(low);
    return mix(mix(at(low.x, low.y), at(high.x, low.y), f.x), mix(at(low.x, high.y), at(high.x, high.y), f.x), f.y);
}

void main() {
    ivec2 pixel = INVOCATION.xy;
    if (pixel.x >= p.outWidth || pixel.y >= p.outHeight)
        return;
    vec3 rgb;
    if (p.outWidth == p.contentWidth && p.outHeight == p.contentHeight) {
        rgb = at(pixel.x, pixel.y);
    } else {
        // Where the output is smaller, a grid of bilinear samples covers the area of the output pixel.
        vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(p.outWidth, p.outHeight);
        ivec2 samples = max(ivec2(ceil(scale)), ivec2(1));
        rgb = vec3(0.0);
        for (int j = 0; j < samples.y; ++j) {
            for (int i = 0; i < samples.x; ++i)
                rgb += bilinear((vec2(pixel) + (vec2(i, j) + 0.5) / vec2(samples)) * scale);
        }
        rgb /= float(samples.x * samples.y);
    }
    imageStore(target, pixel, vec4(rgb, 1.0));
}
