#version 450
// SPDX-License-Identifier: MIT
// Computes: partial mean and sum of squared deviations (Welford, fp32) of every channel over a share of its samples: all
// pixels, one hashed pixel of every k, or means of k×k blocks (sparsePixel and sampleCount in model/normalization.h).
// Layouts: x feature map; partials floats [block][partial][mean of 8 channels, M2 of 8 channels].
// Preconditions: partials is a multiple of kLinearGroup; partial k owns samples k, k + partials, … (possibly none).
// Bindings: 0 x, 1 partials, 2 frame block.
// Dispatch: (partials / kLinearGroup, C / 8 rounded up, 1), indirect: zero groups where stored statistics are used.
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { StatisticsPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) writeonly buffer Partials { vec4 partials[]; };
layout(std430, set = 0, binding = 2) readonly buffer FrameBlock { float frameBlock[]; };

int headerInt(int word) { return floatBitsToInt(frameBlock[p.site * kSiteHeaderWords + word]); }

F8 blockMean(int plane, int index, int step) {
    int columns = (p.width + step - 1) / step;
    int top = index / columns * step;
    int left = index % columns * step;
    int bottom = min(top + step, p.height);
    int right = min(left + step, p.width);
    F8 sum = F8(vec4(0.0), vec4(0.0));
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            F8 v = source(plane + y * p.width + x);
            sum.lo += v.lo;
            sum.hi += v.hi;
        }
    }
    float share = 1.0 / float((bottom - top) * (right - left));
    return F8(sum.lo * share, sum.hi * share);
}

void main() {
    int partial = INVOCATION.x;
    int block = INVOCATION.y;
    int samples = headerInt(16);
    int kind = headerInt(17);
    int step = headerInt(18);
    int pixels = p.width * p.height;
    int plane = block * pixels;
    F8 mean = F8(vec4(0.0), vec4(0.0));
    F8 squares = F8(vec4(0.0), vec4(0.0));
    float count = 0.0;
    for (int i = partial; i < samples; i += p.partials) {
        F8 v;
        if (kind == kSampleThumbnail) {
            v = blockMean(plane, i, step);
        } else {
            int pixel = i;
            if (kind == kSampleSparse)
                pixel = min(i * step + int((uint(i) * 2654435761u >> 16) % uint(step)), pixels - 1);
            v = source(plane + pixel);
        }
        count += 1.0;
        float share = 1.0 / count;
        vec4 lo = v.lo - mean.lo;
        vec4 hi = v.hi - mean.hi;
        mean.lo += lo * share;
        mean.hi += hi * share;
        squares.lo += lo * (v.lo - mean.lo);
        squares.hi += hi * (v.hi - mean.hi);
    }
    int base = p.partialBase / 4 + (block * p.partials + partial) * 4;
    partials[base] = mean.lo;
    partials[base + 1] = mean.hi;
    partials[base + 2] = squares.lo;
    partials[base + 3] = squares.hi;
}
