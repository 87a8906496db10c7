#version 450
// SPDX-License-Identifier: MIT
// Computes: an RGBA8 picture as the network's input, RGB in 0..1: resized to the content size (mean of the area each pixel
// covers where it shrinks, bilinear where it grows, per axis), then sides under 16 edge-replicated to 16 and the rest of
// the target filled by reflection; then scale·rgb + shift, and with factor 2 pixel unshuffle, the network's first steps.
// Method: bilinear is the mean over one pixel's extent from a position between two, so that both are one sum of overlaps
// (LoadPictureAxis). The two columns and rows of a texel lie side by side: each source pixel is fetched once for all four,
// with WIDE_STORES in pairs, since a software device reads word by word, whatever the size.
// Layouts: source one uint per pixel, R in the low byte; target feature map of 3 channels, with factor 2 of 12 at half size.
// Bindings: 0 source, 1 target, 2 overflow counter.
// Specialization: 0 the factor, 1 whether anything is resized, 2 whether the content is reflected more than once, 3 whether
// rows of the source are whole pairs of pixels.
// Dispatch: (ceil(targetWidth / factor / kConvLanes), ceil(targetHeight / factor / kConvLanes), 1); a target texel per
// invocation.
#include "common/feature.glsl"
#include "common/pad.glsl"
#include "image/picture.h"

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(constant_id = 0) const int kFactor = 1;
layout(constant_id = 1) const bool kResized = true;
layout(constant_id = 2) const bool kFolded = false;
layout(constant_id = 3) const bool kWholePairs = false;
layout(push_constant) uniform Push { LoadPicturePush push; };
LoadPicturePush p;  // read once, before anything is masked: a software device reads uniform values lane by lane then

OVERFLOW_COUNTER(2)
layout(set = 0, binding = 0) readonly buffer Source { uint source[]; };
#ifdef WIDE_STORES
layout(set = 0, binding = 0) readonly buffer SourcePairs { uint64_t sourcePairs[]; };
#endif
FEATURE_OUTPUT(1, target)

const int kMinInputSide = 16;

// Position in the content of a padded position.
int contentIndex(int i, int size) {
    int replicated = max(size, kMinInputSide);
    // Back and forth as often as needed: a network's multiple may exceed the picture.
    if (kFolded)
        i %= 2 * (replicated - 1);
    return min(reflectIndex(i, replicated), size - 1);
}

vec3 bytesOf(uint rgba) { return vec3(ivec3(uvec3(rgba, rgba >> 8, rgba >> 16) & 255u)); }
vec3 bytesAt(int index) { return bytesOf(source[index]); }

// Pixels read at once, and those from an even `index` on.
#ifdef WIDE_STORES
const int kAtOnce = kWholePairs ? 2 : 1;
uvec2 pixelsAt(int index) { return kWholePairs ? unpackUint2x32(sourcePairs[index >> 1]) : uvec2(source[index]); }
#else
const int kAtOnce = 1;
uvec2 pixelsAt(int index) { return uvec2(source[index]); }
#endif

// Where the pixels of `columns` or `rows` begin in the source.
vec2 beginOf(ivec2 pixels, float scale, float offset, float last) {
    return clamp(vec2(pixels) * scale + offset, 0.0, last);
}

// How much of source pixel `at` each of two extents covers.
vec2 overlaps(vec2 begin, float extent, float at) {
    return max(min(begin + extent, at + 1.0) - max(begin, at), 0.0);
}

// The texel's pixels in reading order.
vec3 rgb[4];

void fetch(ivec2 columns, ivec2 rows) {
    for (int i = 0; i < kFactor * kFactor; ++i)
        rgb[i] = bytesAt(rows[i >> 1] * p.sourceWidth + columns[i & 1]);
}

void resize(ivec2 columns, ivec2 rows) {
    int sourceWidth = p.sourceWidth;
    int lastColumn = sourceWidth - 1;
    int lastRow = p.sourceHeight - 1;
    vec2 beginX = beginOf(columns, p.x.scale, p.x.offset, p.x.last);
    vec2 beginY = beginOf(rows, p.y.scale, p.y.offset, p.y.last);
    float extentX = p.x.extent;
    float extentY = p.y.extent;
    int tapsX = p.x.taps + kAtOnce - 1;  // more where the first is not the first of its pair
    int tapsY = p.y.taps;
    int firstX = int(min(beginX.x, beginX.y)) & -kAtOnce;
    int firstY = int(min(beginY.x, beginY.y));
    for (int i = 0; i < 4; ++i)
        rgb[i] = vec3(0.0);
    int j = 0;
    // Tested at their ends: where branches are masks a loop tested at its beginning runs once more, for no lane.
    do {
        vec2 weightY = overlaps(beginY, extentY, float(firstY + j));
        int row = min(firstY + j, lastRow) * sourceWidth;
        vec3 left = vec3(0.0);
        vec3 right = vec3(0.0);
        int i = 0;
        do {
            uvec2 pixels = pixelsAt(row + min(firstX + i, lastColumn & -kAtOnce));
            for (int k = 0; k < kAtOnce; ++k) {
                vec2 weightX = overlaps(beginX, extentX, float(firstX + i + k));
                vec3 bytes = bytesOf(pixels[k]);
                left += weightX.x * bytes;
                right += weightX.y * bytes;
            }
            i += kAtOnce;
        } while (i < tapsX);
        rgb[0] += weightY.x * left;
        rgb[1] += weightY.x * right;
        rgb[2] += weightY.y * left;
        rgb[3] += weightY.y * right;
        ++j;
    } while (j < tapsY);
}

void main() {
    p = push;
    int width = p.targetWidth / kFactor;
    int height = p.targetHeight / kFactor;
    ivec2 cell = min(INVOCATION.xy, ivec2(width, height) - 1);
    ivec2 pixel = cell * kFactor;
    ivec2 columns = ivec2(contentIndex(pixel.x, p.contentWidth), contentIndex(pixel.x + kFactor - 1, p.contentWidth));
    ivec2 rows = ivec2(contentIndex(pixel.y, p.contentHeight), contentIndex(pixel.y + kFactor - 1, p.contentHeight));
    if (p.mirror != 0)
        columns = p.contentWidth - 1 - columns;
    if (kResized)
        resize(columns, rows);
    else
        fetch(columns, rows);
    for (int i = 0; i < 4; ++i)
        rgb[i] = p.scale * rgb[i] + p.shift;
    int texel = cell.y * width + cell.x;
    if (cell == INVOCATION.xy) {
        if (kFactor == 1) {
            store_target(texel, F8(vec4(rgb[0], 0.0), vec4(0.0)));
        } else {
            store_target(texel,
                         F8(vec4(rgb[0].r, rgb[1].r, rgb[2].r, rgb[3].r), vec4(rgb[0].g, rgb[1].g, rgb[2].g, rgb[3].g)));
            store_target(height * width + texel, F8(vec4(rgb[0].b, rgb[1].b, rgb[2].b, rgb[3].b), vec4(0.0)));
        }
    }
    countSaturated();
}
