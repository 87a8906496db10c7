#version 450
// SPDX-License-Identifier: MIT
// Computes: the network's output as a picture: cropped to the content and resized to the output (bilinear where it grows, mean
// of the area where it shrinks, per axis), alpha 1.
// Where it grows and the frame block asks for guidance g: S + g·gain·(Y(full picture) − Y), interpolated from the guide map
// (shaders/image/guide.comp), so that edges fall where the full picture has them.
// The frame block's colour mode then gives it the full picture's colours (image/colour.glsl).
// With factor 2 the source is before the network's last step, pixel shuffle.
// Layouts: source feature map of 3 channels in 0..1, with factor 2 of 12 at half size; target rgba8 image.
// Bindings: 0 source, 1 target, 2 guide map, 3 full picture (RGBA8, one uint per pixel), 4 frame block, 5 colour buffer.
// Dispatch: (ceil(outWidth / kConvLanes), ceil(outHeight / kConvLanes), 1); where nothing is resized, a quarter of that with
// factor 2: an invocation writes the four pixels of a texel.
#include "common/feature.glsl"
#include "image/colour.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(push_constant) uniform Push {
    CompositePush p;
    ColourUse colourUse;
};

FEATURE_INPUT(0, source)
FEATURE_INPUT(2, guide)
layout(std430, set = 0, binding = 3) readonly buffer Picture { uint picture[]; };
layout(std430, set = 0, binding = 4) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 5) readonly buffer Colours { float colours[]; };
layout(set = 0, binding = 1, rgba8) writeonly uniform image2D target;

#include "image/colour.glsl"

vec3 at(int x, int y) {
    if (p.factor == 1)
        return source(y * p.featureWidth + x).lo.rgb;
    int texel = (y >> 1) * p.featureWidth + (x >> 1);
    int phase = (y & 1) * 2 + (x & 1);
    F8 redGreen = source(texel);
    F8 blue = source(p.featureWidth * p.featureHeight + texel);
    return vec3(redGreen.lo[phase], redGreen.hi[phase], blue.lo[phase]);
}

void storeInside(ivec2 pixel, vec3 rgb) {
    if (pixel.x < p.outWidth && pixel.y < p.outHeight)
        imageStore(target, pixel, vec4(recoloured(rgb, pixel), 1.0));
}

void storeQuad(ivec2 texel) {
    if (texel.x >= p.featureWidth || texel.y >= p.featureHeight)
        return;
    int index = texel.y * p.featureWidth + texel.x;
    F8 redGreen = source(index);
    vec4 blue = source(p.featureWidth * p.featureHeight + index).lo;
    ivec2 pixel = 2 * texel;
    storeInside(pixel, vec3(redGreen.lo.x, redGreen.hi.x, blue.x));
    storeInside(pixel + ivec2(1, 0), vec3(redGreen.lo.y, redGreen.hi.y, blue.y));
    storeInside(pixel + ivec2(0, 1), vec3(redGreen.lo.z, redGreen.hi.z, blue.z));
    storeInside(pixel + ivec2(1, 1), vec3(redGreen.lo.w, redGreen.hi.w, blue.w));
}

vec3 bilinear(vec2 position) {
    vec2 clamped = clamp(position - 0.5, vec2(0.0), vec2(p.contentWidth - 1, p.contentHeight - 1));
    ivec2 low = ivec2(clamped);
    ivec2 high = min(low + 1, ivec2(p.contentWidth, p.contentHeight) - 1);
    vec2 f = clamped - vec2(low);
    return mix(mix(at(low.x, low.y), at(high.x, low.y), f.x), mix(at(low.x, high.y), at(high.x, high.y), f.x), f.y);
}

vec3 guided(ivec2 pixel, vec2 position, float guidance) {
    vec2 clamped = clamp(position - 0.5, vec2(0.0), vec2(p.contentWidth - 1, p.contentHeight - 1));
    ivec2 low = ivec2(clamped);
    ivec2 high = min(low + 1, ivec2(p.contentWidth, p.contentHeight) - 1);
    vec2 f = clamped - vec2(low);
    F8 g00 = guide(low.y * p.guideWidth + low.x);
    F8 g01 = guide(low.y * p.guideWidth + high.x);
    F8 g10 = guide(high.y * p.guideWidth + low.x);
    F8 g11 = guide(high.y * p.guideWidth + high.x);
    vec4 slope = mix(mix(g00.lo, g01.lo, f.x), mix(g10.lo, g11.lo, f.x), f.y);
    vec3 styled = mix(mix(g00.hi.rgb, g01.hi.rgb, f.x), mix(g10.hi.rgb, g11.hi.rgb, f.x), f.y);
    int x = p.mirror != 0 ? p.sourceWidth - 1 - pixel.x : pixel.x;
    float luma = dot(vec3(0.299, 0.587, 0.114), unpackUnorm4x8(picture[pixel.y * p.sourceWidth + x]).rgb);
    return clamp(styled + guidance * slope.rgb * (luma - slope.a), 0.0, 1.0);
}

void main() {
    ivec2 pixel = INVOCATION.xy;
    bool resized = p.outWidth != p.contentWidth || p.outHeight != p.contentHeight;
    if (!resized && p.factor == 2) {
        storeQuad(pixel);
        return;
    }
    if (pixel.x >= p.outWidth || pixel.y >= p.outHeight)
        return;
    vec3 rgb;
    if (!resized) {
        rgb = at(pixel.x, pixel.y);
    } else {
        // Where the output is smaller, a grid of bilinear samples covers the area of the output pixel.
        vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(p.outWidth, p.outHeight);
        float guidance = p.guidanceWord >= 0 ? frameBlock[p.guidanceWord] : 0.0;
        if (guidance > 0.0) {
            vec3 sharp = guided(pixel, (vec2(pixel) + 0.5) * scale, guidance);
            imageStore(target, pixel, vec4(recoloured(sharp, pixel), 1.0));
            return;
        }
        ivec2 samples = max(ivec2(ceil(scale)), ivec2(1));
        rgb = vec3(0.0);
        for (int j = 0; j < samples.y; ++j) {
            for (int i = 0; i < samples.x; ++i)
                rgb += bilinear((vec2(pixel) + (vec2(i, j) + 0.5) / vec2(samples)) * scale);
        }
        rgb /= float(samples.x * samples.y);
    }
    imageStore(target, pixel, vec4(recoloured(rgb, pixel), 1.0));
}
