#version 450
// SPDX-License-Identifier: MIT
// Computes: how many pixels of one channel fall into each of kHistogramBins bins before and after y = a·x + b. Both histograms
// share the range from the lower of (μ − 4σ) before and after to the higher of (μ + 4σ); what lies outside counts at the ends.
// Layouts: x feature map; statistics (mean, variance); coefficients (a, b); histogram uints, before then after.
// Bindings: 0 x, 1 frame block, 2 statistics, 3 coefficients, 4 histogram.
// Dispatch: (1, 1, 1), indirect: zero groups where nobody looks.
#include "common/feature.glsl"
#include "common/shared.h"
#include "common/views.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { HistogramPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer FrameBlock { float frameBlock[]; };
layout(std430, set = 0, binding = 2) readonly buffer Statistics { vec2 statistics[]; };
layout(std430, set = 0, binding = 3) readonly buffer Coefficients { vec2 coefficients[]; };
layout(std430, set = 0, binding = 4) writeonly buffer Histogram { uint histogram[]; };

shared uint counts[2 * kHistogramBins];

int binOf(float value, float low, float high) {
    return clamp(int((value - low) / max(high - low, 1e-12) * float(kHistogramBins)), 0, kHistogramBins - 1);
}

void main() {
    int lane = int(gl_LocalInvocationID.x);
    for (int i = lane; i < 2 * kHistogramBins; i += kLinearGroup)
        counts[i] = 0u;
    barrier();
    int channel = clamp(floatBitsToInt(frameBlock[p.channelWord]), 0, p.channels - 1);
    vec2 s = statistics[floatBitsToInt(frameBlock[p.site * kSiteHeaderWords + 12]) + channel];
    vec2 k = coefficients[p.coefficientBase + channel];
    float sigma = sqrt(s.y);
    float after = k.x * s.x + k.y;
    float low = min(s.x - 4.0 * sigma, after - 4.0 * abs(k.x) * sigma);
    float high = max(s.x + 4.0 * sigma, after + 4.0 * abs(k.x) * sigma);
    for (int pixel = lane; pixel < p.pixels; pixel += kLinearGroup) {
        float x = channelOf(source(channel / 8 * p.pixels + pixel), channel % 8);
        atomicAdd(counts[binOf(x, low, high)], 1u);
        atomicAdd(counts[kHistogramBins + binOf(k.x * x + k.y, low, high)], 1u);
    }
    barrier();
    for (int i = lane; i < 2 * kHistogramBins; i += kLinearGroup)
        histogram[i] = counts[i];
}
