#version 450
// SPDX-License-Identifier: MIT
// Computes: the network's output as a picture: cropped to the content and resized to the output, alpha 1. Specialized to
//   kCompositeCopy: nothing is resized;
//   kCompositeResize: bilinear where it grows, mean of the area where it shrinks, per axis;
//   kCompositeGuided: it grows along the full picture's edges: S + g·gain·(Y(full picture) − Y), interpolated from the guide
//   map (shaders/image/guide.comp), g the guidance in the frame block.
// The frame block's colour mode then gives it the full picture's colours (image/colour.glsl).
// With factor 2 the source is before the network's last step, pixel shuffle.
// Layouts: source feature map of 3 channels in 0..1, with factor 2 of 12 at half size; target rgba8 image.
// Bindings: 0 source, 1 target, 2 guide map, 3 full picture (RGBA8, one uint per pixel), 4 frame block, 5 colour
// buffer.
// Specialization: 0 what it does, 1 the factor.
// Dispatch: (ceil(outWidth / kConvLanes), ceil(outHeight / kConvLanes), 1), divided by how many pixels an invocation writes:
// factor × factor for a copy, 1 × kGuidedRows when guided, else one.
#include "common/feature.glsl"
#include "image/colour.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(constant_id = 0) const int kMode = kCompositeResize;
layout(constant_id = 1) const int kFactor = 1;
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
    if (kFactor == 1)
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

void copyTexel(ivec2 texel) {
    if (texel.x >= p.featureWidth || texel.y >= p.featureHeight)
        return;
    int index = texel.y * p.featureWidth + texel.x;
    F8 redGreen = source(index);
    if (kFactor == 1) {
        storeInside(texel, redGreen.lo.rgb);
        return;
    }
    vec4 blue = source(p.featureWidth * p.featureHeight + index).lo;
    ivec2 pixel = 2 * texel;
    storeInside(pixel, vec3(redGreen.lo.x, redGreen.hi.x, blue.x));
    storeInside(pixel + ivec2(1, 0), vec3(redGreen.lo.y, redGreen.hi.y, blue.y));
    storeInside(pixel + ivec2(0, 1), vec3(redGreen.lo.z, redGreen.hi.z, blue.z));
    storeInside(pixel + ivec2(1, 1), vec3(redGreen.lo.w, redGreen.hi.w, blue.w));
}

// Positions to interpolate between along one axis: half-pixel centres, edge repeated.
float clampedPosition(float position, int size) { return clamp(position - 0.5, 0.0, float(size - 1)); }

vec3 bilinear(vec2 position) {
    vec2 clamped = vec2(clampedPosition(position.x, p.contentWidth), clampedPosition(position.y, p.contentHeight));
    ivec2 low = ivec2(clamped);
    ivec2 high = min(low + 1, ivec2(p.contentWidth, p.contentHeight) - 1);
    vec2 f = clamped - vec2(low);
    return mix(mix(at(low.x, low.y), at(high.x, low.y), f.x), mix(at(low.x, high.y), at(high.x, high.y), f.x), f.y);
}

void resizeTo(ivec2 pixel) {
    // Where the output is smaller, a grid of bilinear samples covers the area of the output pixel.
    vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(p.outWidth, p.outHeight);
    ivec2 samples = max(ivec2(ceil(scale)), ivec2(1));
    vec3 rgb = vec3(0.0);
    for (int j = 0; j < samples.y; ++j) {
        for (int i = 0; i < samples.x; ++i)
            rgb += bilinear((vec2(pixel) + (vec2(i, j) + 0.5) / vec2(samples)) * scale);
    }
    storeInside(pixel, rgb / float(samples.x * samples.y));
}

// A row of the guide map interpolated at one column.
F8 guideRow(int row, int low, int high, float f) {
    F8 a = guide(row * p.guideWidth + low);
    F8 b = guide(row * p.guideWidth + high);
    return F8(mix(a.lo, b.lo, f), mix(a.hi, b.hi, f));
}

void storeGuided(ivec2 pixel, vec4 slope, vec3 styled, float guidance) {
    int x = p.mirror != 0 ? p.sourceWidth - 1 - pixel.x : pixel.x;
    int at = clamp(pixel.y * p.sourceWidth + x, 0, p.sourceWidth * p.outHeight - 1);
    float luma = dot(vec3(0.299, 0.587, 0.114), unpackUnorm4x8(picture[at]).rgb);
    storeInside(pixel, clamp(styled + guidance * slope.rgb * (luma - slope.a), 0.0, 1.0));
}

// Two rows of the picture at a time: as it grows they lie between three rows of the guide map at most.
void guidedTo(ivec2 pixel) {
    vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(p.outWidth, p.outHeight);
    float x = clampedPosition((float(pixel.x) + 0.5) * scale.x, p.contentWidth);
    int low = int(x), high = min(low + 1, p.contentWidth - 1);
    float f = x - float(low);
    float guidance = frameBlock[p.guidanceWord];
    float y0 = clampedPosition((float(pixel.y) + 0.5) * scale.y, p.contentHeight);
    float y1 = clampedPosition((float(pixel.y) + 1.5) * scale.y, p.contentHeight);
    int row = int(y0);
    F8 a = guideRow(row, low, high, f);
    F8 b = guideRow(min(row + 1, p.contentHeight - 1), low, high, f);
    F8 c = guideRow(min(row + 2, p.contentHeight - 1), low, high, f);
    float f0 = y0 - float(row);
    storeGuided(pixel, mix(a.lo, b.lo, f0), mix(a.hi.rgb, b.hi.rgb, f0), guidance);
    float f1 = y1 - float(row);
    bool next = f1 >= 1.0;
    f1 = next ? f1 - 1.0 : f1;
    storeGuided(pixel + ivec2(0, 1), mix(next ? b.lo : a.lo, next ? c.lo : b.lo, f1),
                mix(next ? b.hi.rgb : a.hi.rgb, next ? c.hi.rgb : b.hi.rgb, f1), guidance);
}

void main() {
    ivec2 at = INVOCATION.xy;
    if (kMode == kCompositeCopy) {
        copyTexel(at);
        return;
    }
    if (kMode == kCompositeGuided)
        at.y *= kGuidedRows;
    if (at.x >= p.outWidth || at.y >= p.outHeight)
        return;
    if (kMode == kCompositeGuided)
        guidedTo(at);
    else
        resizeTo(at);
}
