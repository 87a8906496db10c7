#version 450
// SPDX-License-Identifier: MIT
// Computes: for every site of a group, partial mean and sum of squared deviations (Welford, fp32) of every channel over a share
// of its samples: all pixels, one hashed pixel of every k, or means of k×k blocks (sparsePixel and sampleCount in
// model/normalization.h).
// Layouts: x the memory that holds the sites' feature maps; partials floats [block][partial][mean of 8 channels, M2 of 8 channels].
// Preconditions: a site's partials are a multiple of kLinearGroup; partial k owns samples k, k + partials, … (possibly none).
// Bindings: 0 x, 1 partials, 2 frame block.
// Dispatch: (workgroups of the sites, 1, 1), indirect: a site whose stored statistics are used has none, else partials /
// kLinearGroup for every 8 channels.
#include "common/divide.glsl"
#include "common/feature.glsl"
#include "norm/statistics.h"
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { StatisticsPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) writeonly buffer Partials { vec4 partials[]; };
layout(std430, set = 0, binding = 2) readonly buffer FrameBlock { float frameBlock[]; };

int blockInt(int word) { return floatBitsToInt(frameBlock[word]); }

// Workgroups are dealt so that the first and the second half of them have sites of every size: a software device with two
// threads gives each of them a half.
int dealt(int group, int groups) {
    int most = groups / 2;
    return group < most ? 2 * group : group < 2 * most ? 2 * (group - most) + 1 : group;
}

F8 blockMean(int plane, int index, int step, ivec2 extent) {
    int columns = quotient(extent.x + step - 1, step);
    int row = quotient(index, columns);
    int top = row * step;
    int left = (index - row * columns) * step;
    int bottom = min(top + step, extent.y);
    int right = min(left + step, extent.x);
    F8 sum = F8(vec4(0.0), vec4(0.0));
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < right; ++x) {
            F8 v = source(plane + y * extent.x + x);
            sum.lo += v.lo;
            sum.hi += v.hi;
        }
    }
    float share = 1.0 / float((bottom - top) * (right - left));
    return F8(sum.lo * share, sum.hi * share);
}

F8 mean = F8(vec4(0.0), vec4(0.0));
F8 squares = F8(vec4(0.0), vec4(0.0));
float count = 0.0;

void take(F8 v) {
    count += 1.0;
    float share = 1.0 / count;
    vec4 lo = v.lo - mean.lo;
    vec4 hi = v.hi - mean.hi;
    mean.lo += lo * share;
    mean.hi += hi * share;
    squares.lo += lo * (v.lo - mean.lo);
    squares.hi += hi * (v.hi - mean.hi);
}

void main() {
    // Everything uniform is read before the loops: inside them llvmpipe reads it lane by lane.
    int group = dealt(int(gl_WorkGroupID.x), blockInt(p.groupsWord));
    int sites = p.sites;
    int site = 0;
    [[unroll]] for (int i = 1; i < kMaxSiteGroup; ++i)
        site = group >= blockInt(p.firstGroupWord + min(i, sites - 1)) ? min(i, sites - 1) : site;
    group -= blockInt(p.firstGroupWord + site);
    int header = (p.firstSite + site) * kSiteHeaderWords;
    int shares = blockInt(header + 9);
    int samples = blockInt(header + 16);
    int kind = blockInt(header + 17);
    int step = blockInt(header + 18);
    int groupsPerBlock = shares / kLinearGroup;
    int block = group / groupsPerBlock;
    int partial = (group - block * groupsPerBlock) * kLinearGroup + int(gl_LocalInvocationID.x);
    int base = blockInt(header + 10) / 4 + (block * shares + partial) * 4;
    ivec2 extent = ivec2(p.places[site].width, p.places[site].height);
    int pixels = extent.x * extent.y;
    int plane = p.places[site].firstTexel + block * pixels;
    // A loop for each kind, of which one has turns: a software device computes both sides of a branch, but leaves a loop.
    int all = kind == kSampleAll ? samples : 0;
    int sparse = kind == kSampleSparse ? samples : 0;
    int blocks = kind == kSampleThumbnail ? samples : 0;
    for (int i = partial; i < all; i += shares)
        take(source(plane + i));
    for (int i = partial; i < sparse; i += shares)
        take(source(plane + min(i * step + int((uint(i) * 2654435761u >> 16) % uint(step)), pixels - 1)));
    for (int i = partial; i < blocks; i += shares)
        take(blockMean(plane, i, step, extent));
    partials[base] = mean.lo;
    partials[base + 1] = mean.hi;
    partials[base + 2] = squares.lo;
    partials[base + 3] = squares.hi;
}
