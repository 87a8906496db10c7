#version 450
// SPDX-License-Identifier: MIT
// Computes: covariance of every pair of channels, mean of (x_i − μ_i)(x_j − μ_j) over the pixels, fp32, for j ≥ i by blocks of
// 8 channels; the other half is its mirror image and not written.
// Layouts: x feature map; statistics (mean, variance) as the coefficients kernel left them; covariance [C][C].
// Bindings: 0 x, 1 frame block, 2 statistics, 3 covariance.
// Dispatch: (C / 8 rounded up, C / 8 rounded up, 1), indirect: zero groups where it is not wanted. A workgroup makes the 8×8
// entries of a pair of blocks.
#include "common/feature.glsl"
#include "common/low_rank.h"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { LowRankPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 2) readonly buffer Statistics { vec2 statistics[]; };
layout(std430, set = 0, binding = 3) writeonly buffer Covariance { float covariance[]; };

shared vec4 sums[kLinearGroup * 2];

float meanOf(int base, int channel) { return channel < p.channels ? statistics[base + channel].x : 0.0; }

F8 meansOf(int base, int block) {
    int c = block * 8;
    return F8(vec4(meanOf(base, c), meanOf(base, c + 1), meanOf(base, c + 2), meanOf(base, c + 3)),
              vec4(meanOf(base, c + 4), meanOf(base, c + 5), meanOf(base, c + 6), meanOf(base, c + 7)));
}

void main() {
    int left = int(gl_WorkGroupID.y);
    int right = int(gl_WorkGroupID.x);
    if (right < left)
        return;
    int lane = int(gl_LocalInvocationID.x);
    int base = floatBitsToInt(frameBlock[p.site * kSiteHeaderWords + 12]);
    F8 meanLeft = meansOf(base, left);
    F8 meanRight = meansOf(base, right);
    vec4 lo[8];
    vec4 hi[8];
    for (int i = 0; i < 8; ++i) {
        lo[i] = vec4(0.0);
        hi[i] = vec4(0.0);
    }
    for (int pixel = lane; pixel < p.pixels; pixel += kLinearGroup) {
        F8 a = source(left * p.pixels + pixel);
        F8 b = source(right * p.pixels + pixel);
        a.lo -= meanLeft.lo;
        a.hi -= meanLeft.hi;
        b.lo -= meanRight.lo;
        b.hi -= meanRight.hi;
        for (int i = 0; i < 4; ++i) {
            lo[i] += a.lo[i] * b.lo;
            hi[i] += a.lo[i] * b.hi;
            lo[i + 4] += a.hi[i] * b.lo;
            hi[i + 4] += a.hi[i] * b.hi;
        }
    }
    for (int i = 0; i < 8; ++i) {
        sums[lane * 2] = lo[i];
        sums[lane * 2 + 1] = hi[i];
        barrier();
        for (int half_ = kLinearGroup / 2; half_ > 0; half_ /= 2) {
            if (lane < half_) {
                sums[lane * 2] += sums[(lane + half_) * 2];
                sums[lane * 2 + 1] += sums[(lane + half_) * 2 + 1];
            }
            barrier();
        }
        if (lane < 8 && left * 8 + i < p.channels && right * 8 + lane < p.channels) {
            float value = lane < 4 ? sums[0][lane] : sums[1][lane - 4];
            covariance[p.covarianceBase + (left * 8 + i) * p.channels + right * 8 + lane] = value / float(p.pixels);
        }
        barrier();
    }
}
