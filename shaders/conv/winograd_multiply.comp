#version 450
// SPDX-License-Identifier: MIT
// Computes: m[k] = u[k]·v[k] for k = 0..15: the products of Winograd's F(2×2, 3×3), one matrix product for each of a
// tile's transformed values.
// Method: kWinogradTiles tiles × 8 output channels per invocation; weights spread by constant subgroup shuffles, as in
// tiled.comp.
// Layouts: v feature texels [16][Cin/8][tiles]; u feature texels [16][Cout/8][Cin/8][8 outputs]; m feature texels
// [16][Cout/8][tiles].
// Preconditions: full subgroups of 8 = kConvLanes, 16, 32 or 64 lanes (tried at 8 only).
// Bindings: 0 v, 1 u, 2 m, 3 overflow counter.
// Dispatch: (ceil(tiles / (kConvLanes·rows·kWinogradTiles)), 1, 16·Cout/8).
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/feature.glsl"
#include "conv/winograd.h"

// Rows of a workgroup, at least as many as make a whole subgroup.
layout(local_size_x = kConvLanes, local_size_y = kConvRows, local_size_y_id = 4) in;
layout(push_constant) uniform Push { WinogradPush p; };

OVERFLOW_COUNTER(3)
#include "conv/winograd_store.glsl"
FEATURE_INPUT(0, source)
FEATURE_INPUT(1, weights)
WINOGRAD_OUTPUT(2, target)

#define OUTPUT(OUT, D, LANE)                                                                       \
    {                                                                                              \
        vec4 lo = vec4(subgroupShuffle(w.lo.x, LANE), subgroupShuffle(w.lo.y, LANE),               \
                       subgroupShuffle(w.lo.z, LANE), subgroupShuffle(w.lo.w, LANE));              \
        vec4 hi = vec4(subgroupShuffle(w.hi.x, LANE), subgroupShuffle(w.hi.y, LANE),               \
                       subgroupShuffle(w.hi.z, LANE), subgroupShuffle(w.hi.w, LANE));              \
        [[unroll]] for (int i = 0; i < kWinogradTiles; ++i)                                        \
            sum[i].OUT.D += dot(x[i].lo, lo) + dot(x[i].hi, hi);                                   \
    }

void main() {
    int inBlocks = p.inBlocks;
    int tiles = p.tiles;
    int invocation = int(gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID);
    int lane = invocation % kConvLanes;
    int rowOfGroup = int(gl_WorkGroupID.x * gl_WorkGroupSize.y) + invocation / kConvLanes;
    int first = rowOfGroup * kConvLanes * kWinogradTiles + lane;
    int product = int(gl_WorkGroupID.z);  // value · Cout/8 + block of outputs
    int value = product / p.outBlocks;
    int weight = product * inBlocks * 8 + lane;
    int plane = value * inBlocks * tiles;

    int tile[kWinogradTiles];
    F8 sum[kWinogradTiles];
    [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
        tile[i] = plane + min(first + i * kConvLanes, tiles - 1);
        sum[i] = F8(vec4(0.0), vec4(0.0));
    }
    [[dont_unroll]] for (int step = 0; step < inBlocks; ++step) {
        F8 x[kWinogradTiles];
        [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
            x[i] = source(tile[i]);
            tile[i] += tiles;
        }
        F8 w = weights(weight);
        weight += 8;
        OUTPUT(lo, x, 0)
        OUTPUT(lo, y, 1)
        OUTPUT(lo, z, 2)
        OUTPUT(lo, w, 3)
        OUTPUT(hi, x, 4)
        OUTPUT(hi, y, 5)
        OUTPUT(hi, z, 6)
        OUTPUT(hi, w, 7)
    }
    int firstTarget = product * tiles + first;
    [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
        if (first + i * kConvLanes < tiles)
            keep_target(firstTarget + i * kConvLanes, sum[i]);
    }
    countSaturated();
}
