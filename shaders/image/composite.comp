#version 450
// SPDX-License-Identifier: MIT
// Computes: the network's output as a picture: cropped to the content and resized to the output, alpha 1. Specialized to
//   kCompositeCopy: nothing is resized;
//   kCompositeResize: bilinear where it grows, mean of the area where it shrinks, per axis;
//   kCompositeGuided: it grows along the full picture's edges: S + g·gain·(Y(full picture) − Y), interpolated from the guide
//   map (shaders/image/guide.comp), g the guidance in the frame block.
// Where kColoured the frame block's colour mode then gives it the full picture's colours (image/colour.glsl): a variant of
// its own, because a software device runs whatever a branch or a loop may run.
// With factor 2 the source is before the network's last step, pixel shuffle.
// Layouts: source feature map of 3 channels in 0..1, with factor 2 of 12 at half size; target as in
// image/last_picture.glsl.
// Bindings: 0 source, 1 target, 2 guide map, 3 full picture (RGBA8, one uint per pixel), 4 frame block, 5 colour
// buffer.
// Specialization: 0 what it does, 1 the factor, 2 whether colours are kept or matched, 3 whether rows of the full picture
// are whole pairs of pixels (read as such with WIDE_STORES: a software device reads word by word).
// Dispatch: (ceil(width / kConvLanes), ceil(height / kConvLanes), 1), divided by how many pixels an invocation writes:
// 2 × factor for a copy, 2 × kGuidedRows when guided, else 2 × 1.
#include "common/feature.glsl"
#include "image/colour.h"
#include "image/picture.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(constant_id = 0) const int kMode = kCompositeResize;
layout(constant_id = 1) const int kFactor = 1;
layout(constant_id = 2) const bool kColoured = false;
layout(constant_id = 3) const bool kWholePairs = false;
layout(push_constant) uniform Push {
    CompositePush compositePush;
    PictureEnds endsPush;
};
// Uniform values are read once, before anything is masked: a software device reads them lane by lane then.
CompositePush p;
PictureEnds ends;

FEATURE_INPUT(0, source)
FEATURE_INPUT(2, guide)
layout(std430, set = 0, binding = 3) readonly buffer Picture { uint picture[]; };
#ifdef WIDE_STORES
layout(std430, set = 0, binding = 3) readonly buffer PicturePairs { uint64_t picturePairs[]; };
#endif
layout(std430, set = 0, binding = 4) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 5) readonly buffer Colours { float colours[]; };
#include "image/last_picture.glsl"
LAST_PICTURE(1)
#include "image/colour.glsl"

// Stores two pixels side by side that lie inside, if `row` says so for theirs.
void store(ivec2 pixel, bool row, vec3 left, vec3 right) {
    if (kColoured) {
        left = recoloured(left, pixel);
        right = recoloured(right, pixel + ivec2(1, 0));
    }
    if (row && pixel.x < ends.width)
        storePair(pixel, left, right);
}

vec3 at(int x, int y) {
    if (kFactor == 1)
        return source(y * p.featureWidth + x).lo.rgb;
    int texel = (y >> 1) * p.featureWidth + (x >> 1);
    int phase = (y & 1) * 2 + (x & 1);
    F8 redGreen = source(texel);
    F8 blue = source(p.featureWidth * p.featureHeight + texel);
    return vec3(redGreen.lo[phase], redGreen.hi[phase], blue.lo[phase]);
}

void copyPair(ivec2 at) {
    if (kFactor == 1) {
        ivec2 pixel = at * ivec2(2, 1);
        int row = min(at.y, p.featureHeight - 1) * p.featureWidth;
        int last = p.featureWidth - 1;
        store(pixel, pixel.y < ends.height, source(row + min(pixel.x, last)).lo.rgb,
              source(row + min(pixel.x + 1, last)).lo.rgb);
        return;
    }
    ivec2 cell = min(at, ivec2(p.featureWidth, p.featureHeight) - 1);
    int texel = cell.y * p.featureWidth + cell.x;
    F8 redGreen = source(texel);
    vec4 blue = source(p.featureWidth * p.featureHeight + texel).lo;
    bool inside = cell == at;
    store(2 * at, inside, vec3(redGreen.lo.x, redGreen.hi.x, blue.x), vec3(redGreen.lo.y, redGreen.hi.y, blue.y));
    store(2 * at + ivec2(0, 1), inside, vec3(redGreen.lo.z, redGreen.hi.z, blue.z),
          vec3(redGreen.lo.w, redGreen.hi.w, blue.w));
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

vec3 resizedAt(ivec2 pixel) {
    // Where the output is smaller, a grid of bilinear samples covers the area of the output pixel.
    vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(ends.width, ends.height);
    ivec2 samples = max(ivec2(ceil(scale)), ivec2(1));
    vec3 rgb = vec3(0.0);
    for (int j = 0; j < samples.y; ++j) {
        for (int i = 0; i < samples.x; ++i)
            rgb += bilinear((vec2(pixel) + (vec2(i, j) + 0.5) / vec2(samples)) * scale);
    }
    return rgb / float(samples.x * samples.y);
}

// A row of the guide map interpolated at one column.
F8 guideRow(int row, int low, int high, float f) {
    F8 a = guide(row * p.guideWidth + low);
    F8 b = guide(row * p.guideWidth + high);
    return F8(mix(a.lo, b.lo, f), mix(a.hi, b.hi, f));
}

// Pixels of the full picture under one in an even column and the one beside it.
uvec2 picturePair(ivec2 pixel) {
    int row = min(pixel.y, p.sourceHeight - 1) * p.sourceWidth;
    int last = p.sourceWidth - 1;
    ivec2 columns = min(pixel.x + ivec2(0, 1), last);
    columns = p.mirror != 0 ? last - columns : columns;
#ifdef WIDE_STORES
    if (kWholePairs) {
        uvec2 pair = unpackUint2x32(picturePairs[(row + min(columns.x, columns.y)) >> 1]);
        return p.mirror != 0 ? pair.yx : pair;
    }
#endif
    return uvec2(picture[row + columns.x], picture[row + columns.y]);
}

vec3 alongEdges(uint under, vec4 slope, vec3 styled, float guidance) {
    const vec3 kLuma = vec3(0.299, 0.587, 0.114) / 255.0;
    float luma = dot(kLuma, vec3(ivec3(uvec3(under, under >> 8, under >> 16) & 255u)));
    return styled + guidance * slope.rgb * (luma - slope.a);
}

struct Column {
    vec3 upper;
    vec3 lower;
};

// Two rows of the picture at a time, from `top` on: as it grows they lie between three rows of the guide map at most.
// `under`: the full picture's pixels there.
Column guidedColumn(int left, int top, uvec2 under, float guidance) {
    vec2 scale = vec2(p.contentWidth, p.contentHeight) / vec2(ends.width, ends.height);
    float x = clampedPosition((float(left) + 0.5) * scale.x, p.contentWidth);
    int low = int(x), high = min(low + 1, p.contentWidth - 1);
    float f = x - float(low);
    float y0 = clampedPosition((float(top) + 0.5) * scale.y, p.contentHeight);
    float y1 = clampedPosition((float(top) + 1.5) * scale.y, p.contentHeight);
    int row = int(y0);
    F8 a = guideRow(row, low, high, f);
    F8 b = guideRow(min(row + 1, p.contentHeight - 1), low, high, f);
    F8 c = guideRow(min(row + 2, p.contentHeight - 1), low, high, f);
    float f0 = y0 - float(row);
    float f1 = y1 - float(row);
    bool next = f1 >= 1.0;
    f1 = next ? f1 - 1.0 : f1;
    Column column;
    column.upper = alongEdges(under.x, mix(a.lo, b.lo, f0), mix(a.hi.rgb, b.hi.rgb, f0), guidance);
    column.lower = alongEdges(under.y, mix(next ? b.lo : a.lo, next ? c.lo : b.lo, f1),
                              mix(next ? b.hi.rgb : a.hi.rgb, next ? c.hi.rgb : b.hi.rgb, f1), guidance);
    return column;
}

void main() {
    p = compositePush;
    ends = endsPush;
    if (kColoured)
        readColours();
    float guidance = kMode == kCompositeGuided ? frameBlock[p.guidanceWord] : 0.0;
    ivec2 at = INVOCATION.xy;
    if (kMode == kCompositeCopy) {
        copyPair(at);
    } else if (kMode == kCompositeGuided) {
        at *= ivec2(2, kGuidedRows);
        uvec2 upper = picturePair(at), lower = picturePair(at + ivec2(0, 1));
        Column left = guidedColumn(at.x, at.y, uvec2(upper.x, lower.x), guidance);
        Column right = guidedColumn(at.x + 1, at.y, uvec2(upper.y, lower.y), guidance);
        store(at, at.y < ends.height, left.upper, right.upper);
        store(at + ivec2(0, 1), at.y + 1 < ends.height, left.lower, right.lower);
    } else {
        at.x *= 2;
        store(at, at.y < ends.height, resizedAt(at), resizedAt(at + ivec2(1, 0)));
    }
}
