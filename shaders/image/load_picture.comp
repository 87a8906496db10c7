#version 450
// SPDX-License-Identifier: MIT
// Computes: an RGBA8 picture as the network's input, RGB in 0..1: resized to the content size (mean of the area each pixel
// covers where it shrinks, bilinear where it grows, per axis), then sides under 16 edge-replicated to 16 and the rest of
// the target filled by reflection; then scale·rgb + shift, and with factor 2 pixel unshuffle, the network's first steps.
// Layouts: source one uint per pixel, R in the low byte; target feature map of 3 channels, with factor 2 of 12 at half size.
// Bindings: 0 source, 1 target, 2 overflow counter. Specialization: 0 the factor, 1 whether anything is resized.
// Dispatch: (ceil(targetWidth·targetHeight / factor² / kLinearGroup), 1, 1); one target texel per invocation.
#include "common/feature.glsl"
#include "common/pad.glsl"

layout(local_size_x = kLinearGroup) in;
layout(constant_id = 0) const int kFactor = 1;
layout(constant_id = 1) const int kResized = 1;
layout(push_constant) uniform Push { LoadPicturePush p; };

OVERFLOW_COUNTER(2)
layout(set = 0, binding = 0) readonly buffer Source { uint source[]; };
FEATURE_OUTPUT(1, target)

const int kMinInputSide = 16;

// Position in the content of a padded position.
int contentIndex(int i, int size) {
    int replicated = max(size, kMinInputSide);
    // Back and forth as often as needed: a network's multiple may exceed the picture.
    i %= 2 * (replicated - 1);
    return min(reflectIndex(i, replicated), size - 1);
}

// The source pixels that make up output pixel `i` along one axis: first, last, and the position weights refer to.
struct Span {
    int first;
    int last;
    float begin;
    float end;
    bool area;
};

Span spanOf(int i, int size, int sourceSize) {
    float scale = float(sourceSize) / float(size);
    Span s;
    s.area = sourceSize > size;
    if (s.area) {
        s.begin = float(i) * scale;
        s.end = float(i + 1) * scale;
        s.first = int(s.begin);
        s.last = min(int(ceil(s.end)), sourceSize) - 1;
    } else {
        s.begin = clamp((float(i) + 0.5) * scale - 0.5, 0.0, float(sourceSize - 1));
        s.end = s.begin;
        s.first = int(s.begin);
        s.last = min(s.first + 1, sourceSize - 1);
    }
    return s;
}

float weightOf(Span s, int i) {
    if (s.area)
        return max(min(s.end, float(i + 1)) - max(s.begin, float(i)), 0.0);
    float f = s.begin - float(s.first);
    return i == s.first ? 1.0 - f : f;
}

vec3 pictureAt(int x, int y) {
    x = contentIndex(x, p.contentWidth);
    y = contentIndex(y, p.contentHeight);
    if (p.mirror != 0)
        x = p.contentWidth - 1 - x;
    if (kResized == 0)
        return p.scale * unpackUnorm4x8(source[y * p.sourceWidth + x]).rgb + p.shift;
    Span sx = spanOf(x, p.contentWidth, p.sourceWidth);
    Span sy = spanOf(y, p.contentHeight, p.sourceHeight);
    vec3 sum = vec3(0.0);
    float total = 0.0;
    for (int j = sy.first; j <= sy.last; ++j) {
        float wy = weightOf(sy, j);
        for (int i = sx.first; i <= sx.last; ++i) {
            float w = wy * weightOf(sx, i);
            sum += w * unpackUnorm4x8(source[j * p.sourceWidth + i]).rgb;
            total += w;
        }
    }
    return p.scale * (sum / total) + p.shift;
}

void main() {
    int texel = int(INVOCATION.x);
    int width = p.targetWidth / kFactor;
    int plane = width * (p.targetHeight / kFactor);
    if (texel >= plane)
        return;
    int x = texel % width * kFactor;
    int y = texel / width * kFactor;
    vec3 first = pictureAt(x, y);
    if (kFactor == 1) {
        store_target(texel, F8(vec4(first, 0.0), vec4(0.0)));
        countSaturated();
        return;
    }
    vec3 right = pictureAt(x + 1, y);
    vec3 below = pictureAt(x, y + 1);
    vec3 last = pictureAt(x + 1, y + 1);
    store_target(texel, F8(vec4(first.r, right.r, below.r, last.r), vec4(first.g, right.g, below.g, last.g)));
    store_target(plane + texel, F8(vec4(first.b, right.b, below.b, last.b), vec4(0.0)));
    countSaturated();
}
