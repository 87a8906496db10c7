#version 450
// SPDX-License-Identifier: MIT
// Computes: m[k] = u[k]·v[k] for every k of a tile's transformed values: the products of Winograd's convolutions, one matrix
// product for each.
// Method: kWinogradTiles tiles × kWinogradBlocks blocks of 8 output channels per invocation, so that a texel fetched serves
// both blocks and a weight spread, as in tiled.comp, all tiles.
// Layouts: v feature texels [values][Cin/8][tiles]; u feature texels [values][Cout/8][Cin/8][8 outputs]; m feature texels
// [values][Cout/16][tiles][2], of an odd number of blocks the last twice.
// Preconditions: full subgroups of 8 = kConvLanes, 16, 32 or 64 lanes (tried at 8 only).
// Bindings: 0 v, 1 u, 2 m, 3 overflow counter.
// Dispatch: (ceil(tiles / (kConvLanes·rows·kWinogradTiles)), 1, values·ceil(Cout / (8·kWinogradBlocks))).
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/divide.glsl"
#include "common/feature.glsl"
#include "conv/spread.glsl"
#include "conv/winograd.h"

// Rows of a workgroup, at least as many as make a whole subgroup.
layout(local_size_x = kConvLanes, local_size_y = kConvRows, local_size_y_id = 4) in;
layout(push_constant) uniform Push { WinogradPush p; };

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, source)
WEIGHT_INPUT(1, weights)
FEATURE_PAIR_OUTPUT(2, target)

#define OUTPUT(SUM, W, OUT, D, LANE)                                                               \
    {                                                                                              \
        vec4 lo = SPREAD(W.lo, LANE);                                                              \
        vec4 hi = SPREAD(W.hi, LANE);                                                              \
        [[unroll]] for (int i = 0; i < kWinogradTiles; ++i)                                        \
            SUM[i].OUT.D += dot(x[i].lo, lo) + dot(x[i].hi, hi);                                   \
    }
#define BLOCK(SUM, W)                                                                              \
    OUTPUT(SUM, W, lo, x, 0)                                                                       \
    OUTPUT(SUM, W, lo, y, 1)                                                                       \
    OUTPUT(SUM, W, lo, z, 2)                                                                       \
    OUTPUT(SUM, W, lo, w, 3)                                                                       \
    OUTPUT(SUM, W, hi, x, 4)                                                                       \
    OUTPUT(SUM, W, hi, y, 5)                                                                       \
    OUTPUT(SUM, W, hi, z, 6)                                                                       \
    OUTPUT(SUM, W, hi, w, 7)

void main() {
    int inBlocks = p.inBlocks;
    int outBlocks = p.outBlocks;
    int tiles = p.tiles;
    int invocation = int(gl_SubgroupID * gl_SubgroupSize + gl_SubgroupInvocationID);
    int lane = invocation % kConvLanes;
    int rowOfGroup = int(gl_WorkGroupID.x * gl_WorkGroupSize.y) + invocation / kConvLanes;
    int first = rowOfGroup * kConvLanes * kWinogradTiles + lane;
    int groups = (outBlocks + kWinogradBlocks - 1) / kWinogradBlocks;
    int value = quotient(int(gl_WorkGroupID.z), groups);
    int block = (int(gl_WorkGroupID.z) - value * groups) * kWinogradBlocks;
    bool hasNext = block + 1 < outBlocks;
    int weight = (value * outBlocks + block) * inBlocks * 8 + lane;
    int nextWeight = weight + (hasNext ? inBlocks * 8 : 0);
    int plane = value * inBlocks * tiles;
    numberLanes(p.zero);

    int tile[kWinogradTiles];
    F8 sum[kWinogradTiles];
    F8 nextSum[kWinogradTiles];
    [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
        tile[i] = plane + min(first + i * kConvLanes, tiles - 1);
        sum[i] = F8(vec4(0.0), vec4(0.0));
        nextSum[i] = F8(vec4(0.0), vec4(0.0));
    }
    // Not tested at its end as tiled.comp's: the sums, twice as many as there, then take more copies (llvmpipe, 1.07 of the time).
    [[dont_unroll]] for (int step = 0; step < inBlocks; ++step) {
        F8 x[kWinogradTiles];
        [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
            x[i] = scaledDown(fetch_source(tile[i]));
            tile[i] += tiles;
        }
        F8 w = weights(weight);
        F8 nextW = weights(nextWeight);
        weight += 8;
        nextWeight += 8;
        BLOCK(sum, w)
        BLOCK(nextSum, nextW)
    }
    int pair = (value * groups + block / kWinogradBlocks) * tiles + first;
    [[unroll]] for (int i = 0; i < kWinogradTiles; ++i) {
        if (first + i * kConvLanes < tiles)
            store_target(pair + i * kConvLanes, sum[i], nextSum[i]);
    }
    countSaturated();
}
