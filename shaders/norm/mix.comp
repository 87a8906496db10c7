#version 450
// SPDX-License-Identifier: MIT
// Computes: y = M·(x − μ) + k + s·μ over channels at every pixel, the low-rank normalization of model/low_rank.h with strength α
// mixed in by the host: M = α·M' + (1 − α)·I, k = α·β, s = 1 − α + α·w with w the weight of the frame as its own style.
// Layouts: x, y feature maps of one shape; frame block at matrixBase: M [C][C], then k [C]; statistics (mean, variance).
// Bindings: 0 x, 1 frame block, 2 statistics, 3 y, 4 overflow counter.
// Dispatch: (ceil(H·W / kLinearGroup), C / 8 rounded up, 1), indirect: zero groups where the affine kernel's result stays.
#include "common/feature.glsl"
#include "common/low_rank.h"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { LowRankPush p; };

OVERFLOW_COUNTER(4)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 2) readonly buffer Statistics { vec2 statistics[]; };
FEATURE_OUTPUT(3, target)

void main() {
    int pixel = INVOCATION.x;
    int block = INVOCATION.y;
    if (pixel >= p.pixels)
        return;
    int statisticsBase = floatBitsToInt(frameBlock[p.site * kSiteHeaderWords + 12]);
    float strength = frameBlock[p.site * kSiteHeaderWords + 7];
    float share = 1.0 - strength + strength * frameBlock[p.site * kSiteHeaderWords + 22];
    float sums[8];
    for (int i = 0; i < 8; ++i) {
        int c = block * 8 + i;
        sums[i] = c < p.channels ? frameBlock[p.matrixBase + p.channels * p.channels + c] +
                                       share * statistics[statisticsBase + c].x
                                 : 0.0;
    }
    for (int from = 0; from < (p.channels + 7) / 8; ++from) {
        F8 v = source(from * p.pixels + pixel);
        for (int j = 0; j < 8; ++j) {
            int column = from * 8 + j;
            if (column >= p.channels)
                break;
            float x = channelOf(v, j) - statistics[statisticsBase + column].x;
            for (int i = 0; i < 8; ++i) {
                int c = block * 8 + i;
                if (c < p.channels)
                    sums[i] += frameBlock[p.matrixBase + c * p.channels + column] * x;
            }
        }
    }
    F8 y = F8(vec4(sums[0], sums[1], sums[2], sums[3]), vec4(sums[4], sums[5], sums[6], sums[7]));
    store_target(block * p.pixels + pixel, y);
    countSaturated();
}
