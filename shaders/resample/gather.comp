#version 450
// SPDX-License-Identifier: MIT
// Computes: one of the operations that only move or pick values, chosen at build time:
//   PIXEL_SHUFFLE    y[c][Y][X] = x[c·f² + (Y mod f)·f + X mod f][Y/f][X/f]
//   PIXEL_UNSHUFFLE  y[c·f² + dy·f + dx][Y][X] = x[c][Y·f + dy][X·f + dx]
//   CONCAT           y[c] = x[c − channelOffset] for the input's channels; called once per input, the others are kept
//   MAX_POOL         y = max over the window, parts outside the picture ignored
//   RESIZE           nearest (mode 0) or bilinear with half-pixel centres (mode 1)
// Layouts: feature maps. Bindings: 0 x, 1 y, 2 overflow counter; CONCAT: 3 y as input.
// Dispatch: (ceil(W·H / kLinearGroup), C / 8 rounded up, 1) of y.
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { ResamplePush p; };

OVERFLOW_COUNTER(2)
FEATURE_INPUT(0, source)
FEATURE_OUTPUT(1, target)

float sourceAt(int c, int y, int x) {
    return channelOf(source(((c >> 3) * p.inHeight + y) * p.inWidth + x), c & 7);
}

F8 sourceBlock(int block, int y, int x) { return source((block * p.inHeight + y) * p.inWidth + x); }

#if defined(PIXEL_SHUFFLE) || defined(PIXEL_UNSHUFFLE) || defined(CONCAT)

float pick(int c, int y, int x) {
#if defined(PIXEL_SHUFFLE)
    int f = p.factor;
    return sourceAt(c * f * f + (y % f) * f + x % f, y / f, x / f);
#elif defined(PIXEL_UNSHUFFLE)
    int f = p.factor;
    int phase = c % (f * f);
    return sourceAt(c / (f * f), y * f + phase / f, x * f + phase % f);
#else
    return sourceAt(c - p.channelOffset, y, x);
#endif
}

F8 compute(int block, int y, int x, F8 kept) {
    float v[8] = float[8](kept.lo.x, kept.lo.y, kept.lo.z, kept.lo.w, kept.hi.x, kept.hi.y, kept.hi.z, kept.hi.w);
    for (int i = 0; i < 8; ++i) {
        int c = block * 8 + i;
#ifdef CONCAT
        if (c >= p.channelOffset && c < p.channelOffset + p.inChannels)
#else
        if (c < p.outChannels)
#endif
            v[i] = pick(c, y, x);
    }
    return F8(vec4(v[0], v[1], v[2], v[3]), vec4(v[4], v[5], v[6], v[7]));
}

#elif defined(MAX_POOL)

F8 compute(int block, int y, int x, F8 kept) {
    int y0 = y * p.strideY;
    int x0 = x * p.strideX;
    F8 v = sourceBlock(block, y0, x0);
    for (int sy = y0; sy < min(y0 + p.kernelHeight, p.inHeight); ++sy) {
        for (int sx = x0; sx < min(x0 + p.kernelWidth, p.inWidth); ++sx) {
            F8 w = sourceBlock(block, sy, sx);
            v = F8(max(v.lo, w.lo), max(v.hi, w.hi));
        }
    }
    return v;
}

#else

F8 compute(int block, int y, int x, F8 kept) {
    if (p.mode == 0) {
        int sy = min(int(floor(float(y) * p.scaleY)), p.inHeight - 1);
        int sx = min(int(floor(float(x) * p.scaleX)), p.inWidth - 1);
        return sourceBlock(block, sy, sx);
    }
    vec2 at = max((vec2(x, y) + 0.5) * vec2(p.scaleX, p.scaleY) - 0.5, vec2(0.0));
    ivec2 low = min(ivec2(at), ivec2(p.inWidth, p.inHeight) - 1);
    ivec2 high = min(low + 1, ivec2(p.inWidth, p.inHeight) - 1);
    vec2 f = at - vec2(low);
    F8 v00 = sourceBlock(block, low.y, low.x);
    F8 v01 = sourceBlock(block, low.y, high.x);
    F8 v10 = sourceBlock(block, high.y, low.x);
    F8 v11 = sourceBlock(block, high.y, high.x);
    return F8(mix(mix(v00.lo, v01.lo, f.x), mix(v10.lo, v11.lo, f.x), f.y),
              mix(mix(v00.hi, v01.hi, f.x), mix(v10.hi, v11.hi, f.x), f.y));
}

#endif

#ifdef CONCAT
FEATURE_INPUT(3, previous)
#endif

void main() {
    int pixel = INVOCATION.x;
    int block = INVOCATION.y;
    int plane = p.outWidth * p.outHeight;
    if (pixel >= plane)
        return;
    int texel = block * plane + pixel;
    F8 kept = F8(vec4(0.0), vec4(0.0));
#ifdef CONCAT
    if (block * 8 < p.channelOffset)
        kept = maskChannels(previous(texel), block, p.channelOffset);
    if ((block + 1) * 8 <= p.channelOffset) {
        return;
    }
#endif
    store_target(texel, compute(block, pixel / p.outWidth, pixel % p.outWidth, kept));
    countSaturated();
}
