#version 450
// SPDX-License-Identifier: MIT
// Computes: for every site, mean and biased variance of each channel (partials merged after Chan et al. 1983), their
// averaging or pooling over frames, their merging into groups or the layer, and a, b of y = a·x + b:
//   a = γ/√(σ²+ε), b = β − a·μ, then strength α: a' = α·a + 1 − α, b' = α·b.
// Layouts: see SiteHeader in common/shared.h and RegionHeader in norm/regions.h; frame block: headers first, then the parameter arrays.
// Bindings: 0 frame block, 1 partials, 2 statistics, 3 coefficients, 4 history.
// Dispatch: (1, 1, 1) with the site as the base of z.
#include "norm/regions.h"

layout(local_size_x = kCoefficientsGroup) in;
layout(push_constant) uniform Push { CoefficientsPush p; };

layout(std430, set = 0, binding = 0) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 1) readonly buffer Partials { float partials[]; };
layout(std430, set = 0, binding = 2) buffer Statistics { vec2 statistics[]; };
layout(std430, set = 0, binding = 3) writeonly buffer Coefficients { vec2 coefficients[]; };
layout(std430, set = 0, binding = 4) buffer History { vec2 history[]; };

int headerInt(int site, int word) { return floatBitsToInt(frameBlock[site * kSiteHeaderWords + word]); }
float headerFloat(int site, int word) { return frameBlock[site * kSiteHeaderWords + word]; }

// Samples of partial k when `pixels` of them are dealt round-robin.
float pixelsOf(int k, int pixels, int partialCount) { return float((pixels - k + partialCount - 1) / partialCount); }

vec2 mergePartials(int channel, int base, int partialCount, int pixels) {
    int block = channel >> 3;
    int lane = channel & 7;
    float count = 0.0;
    float mean = 0.0;
    float squares = 0.0;
    for (int k = 0; k < partialCount; ++k) {
        float n = pixelsOf(k, pixels, partialCount);
        if (n <= 0.0)
            break;
        int at = base + (block * partialCount + k) * 16 + lane;
        float difference = partials[at] - mean;
        float total = count + n;
        mean += difference * (n / total);
        squares += partials[at + 8] + difference * difference * (count * n / total);
        count = total;
    }
    return vec2(mean, squares / count);
}

// Mean of means and mean of var + (μ − μ̄)² over entries first, first + step, … before `end` of `statistics`.
vec2 mergeChannels(int first, int end, int step) {
    float count = float((end - first + step - 1) / step);
    float mean = 0.0;
    for (int i = first; i < end; i += step)
        mean += statistics[i].x;
    mean /= count;
    float variance = 0.0;
    for (int i = first; i < end; i += step) {
        vec2 s = statistics[i];
        variance += s.y + (s.x - mean) * (s.x - mean);
    }
    return vec2(mean, variance / count);
}

// Mean and variance of the average of μ and E[x²], written so that nothing cancels.
vec2 average(vec2 state, vec2 frame, float weight) {
    float mean = mix(state.x, frame.x, weight);
    return vec2(mean, mix(state.y + (state.x - mean) * (state.x - mean), frame.y + (frame.x - mean) * (frame.x - mean),
                          weight));
}

vec2 mergeFrames(int base, int channels, int channel, int slot, int count) {
    float mean = 0.0;
    for (int i = 0; i < count; ++i)
        mean += history[base + ((slot - i + kHistoryFrames) % kHistoryFrames) * channels + channel].x;
    mean /= float(count);
    float variance = 0.0;
    for (int i = 0; i < count; ++i) {
        vec2 s = history[base + ((slot - i + kHistoryFrames) % kHistoryFrames) * channels + channel];
        variance += s.y + (s.x - mean) * (s.x - mean);
    }
    return vec2(mean, variance / float(count));
}

void main() {
    int site = int(gl_WorkGroupID.z);
    int lane = int(gl_LocalInvocationID.x);
    int kind = headerInt(site, 0);
    int groups = headerInt(site, 1);
    int lastFrames = headerInt(site, 2);
    int historyCount = headerInt(site, 3);
    int historySlot = headerInt(site, 4);
    int regionHeader = p.regionBase + site * kRegionHeaderWords;
    int regions = floatBitsToInt(frameBlock[regionHeader]);
    int regionStride = floatBitsToInt(frameBlock[regionHeader + 1]);
    int passThrough = headerInt(site, 5) | floatBitsToInt(frameBlock[regionHeader + 2]);
    float epsilon = headerFloat(site, 6);
    float strength = headerFloat(site, 7);
    int channels = headerInt(site, 8);
    int partialCount = headerInt(site, 9);
    int partialBase = headerInt(site, 10);
    int parameters = headerInt(site, 11);
    int statisticsBase = headerInt(site, 12);
    int coefficientBase = headerInt(site, 13);
    int historyBase = headerInt(site, 14);
    bool readsContent = headerInt(site, 15) != 0;
    int stateBase = headerInt(site, 19);
    float temporalWeight = headerFloat(site, 20);
    int channelStep = headerInt(site, 21);

    if (readsContent) {
        for (int c = lane; c < channels; c += kCoefficientsGroup) {
            vec2 s = mergePartials(c, partialBase, partialCount, headerInt(site, 16));
            statistics[statisticsBase + c] = s;
            history[historyBase + historySlot * channels + c] = s;
            if (lastFrames > 0)
                s = mergeFrames(historyBase, channels, c, historySlot, historyCount);
            else if (temporalWeight < 1.0)
                s = average(statistics[stateBase + c], s, temporalWeight);
            statistics[stateBase + c] = s;
        }
    }
    memoryBarrierBuffer();
    barrier();

    // Group g covers channels [g·C/G, (g+1)·C/G); the layer is one group, a channel by itself is a group of one.
    for (int g = lane; g < groups; g += kCoefficientsGroup) {
        int first = g * channels / groups;
        int end = (g + 1) * channels / groups;
        vec2 merged = vec2(0.0);
        if (kind == kStatisticsLayer || kind == kStatisticsGroup)
            merged = mergeChannels(stateBase + first, stateBase + end, channelStep);
        for (int c = first; c < end; ++c) {
            vec2 own = statistics[statisticsBase + c];
            // μ and σ² to normalize by; with none σ is exactly 1 and takes no ε.
            vec2 s = merged;
            if (kind == kStatisticsInstance)
                s = statistics[stateBase + c];
            if (kind == kStatisticsBatch) {
                s = lastFrames > 0 ? statistics[stateBase + c]
                                   : vec2(frameBlock[parameters + 2 * channels + c],
                                          frameBlock[parameters + 3 * channels + c]);
            }
            for (int r = 0; r < regions; ++r) {
                int at = parameters + (r == 0 ? 0 : 2 * (r + 1) * channels) + c;
                float gamma = frameBlock[at];
                float beta = frameBlock[at + channels];
                float sourceWeight = r == 0 ? headerFloat(site, 22) : frameBlock[regionHeader + 2 + r];
                if (sourceWeight != 0.0) {
                    gamma += sourceWeight * sqrt(own.y + epsilon);
                    beta += sourceWeight * own.x;
                }
                float a = gamma;
                float b = beta;
                if (kind != kStatisticsNone) {
                    a = gamma / sqrt(s.y + epsilon);
                    b = beta - a * s.x;
                }
                coefficients[coefficientBase + r * regionStride + c] =
                    (passThrough >> r & 1) != 0 ? vec2(1.0, 0.0)
                                                : vec2(strength * a + (1.0 - strength), strength * b);
            }
        }
    }
}
