#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv3×3(pad(x)) + bias) + residual), stride 1, of fp16 maps; the sums are fp32.
// Method: implicit matrix product by cooperative matrices, see conv/matrix_product.glsl. A workgroup of kMatrixSubgroups
// whole subgroups computes a tile of kMatrixSide × kMatrixSide pixels of 16 output channels. For 16 input channels at a
// time the tile with its border lies in shared memory, so that 16 pixels of a row, shifted by a tap, are the 16 × 16
// matrix of one product; each subgroup has the sums of kMatrixRows rows, which leave through shared memory.
// For graphics cards. Never run on a device as it is: none with the extension was at hand. What was run is all but the
// extension, built with MATRIX_BY_HAND.
// Layouts: x, residual, y feature maps; weights halves [Cout/16][Cin/16][ky][kx][16 inputs][16 outputs], zero where there is no
// channel; bias [Cout rounded up to 8].
// Preconditions: groups 1, dilation 1; 14.2 KiB of shared memory.
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients.
// Dispatch: (ceil(W / kMatrixSide), ceil(H / kMatrixSide), ceil(Cout / 16)).
#extension GL_KHR_shader_subgroup_basic : require
#include "common/activation.glsl"
#include "common/pad.glsl"
#include "conv/tiles.h"

const int kMatrixRows = kMatrixSide / kMatrixSubgroups;
const int kTileSide = kMatrixSide + 2;
const int kTilePixels = kTileSide * kTileSide;

layout(local_size_x = 32, local_size_x_id = 4) in;  // kMatrixSubgroups whole subgroups
layout(push_constant) uniform Push { ConvPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(5)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Weights { uvec4 weights[]; };
layout(std430, set = 0, binding = 2) readonly buffer Bias { vec4 bias[]; };
#define RESIDUAL 3
#define RESIDUAL_COEFFICIENTS 6
#include "conv/residual.glsl"
FEATURE_OUTPUT(4, target)
#include "conv/finish.glsl"

shared uvec4 tile[2 * kTilePixels];                          // [pixel][16 inputs]
shared float tileSums[16 * kMatrixSide * kMatrixSubgroups];  // [subgroup][pixel of its row][16 outputs]
#include "conv/matrix_product.glsl"

uvec4 sourceHalves(int texel) {
#ifdef FEATURE_STORAGE
    return sourceData[texel];
#else
    return texelFetch(sourceData, texel);
#endif
}

void loadTile(int inGroup, ivec2 origin) {
    for (int i = int(gl_LocalInvocationIndex); i < 2 * kTilePixels; i += int(gl_WorkGroupSize.x)) {
        int half8 = i / kTilePixels;
        int pixel = i % kTilePixels;
        int inBlock = min(2 * inGroup + half8, p.inBlocks - 1);  // beyond the last the weights are zero
        int sy = origin.y + pixel / kTileSide - p.padTop;
        int sx = origin.x + pixel % kTileSide - p.padLeft;
        bool outside = kPadMode == kPadZero && (sy < 0 || sx < 0 || sy >= p.inHeight || sx >= p.inWidth);
        int row = inBlock * p.inHeight + padIndex(sy, p.inHeight, kPadMode);
        uvec4 halves = sourceHalves(row * p.inWidth + padIndex(sx, p.inWidth, kPadMode));
        tile[2 * pixel + half8] = outside ? uvec4(0u) : halves;
    }
}

vec4 sums4(int at) { return vec4(tileSums[at], tileSums[at + 1], tileSums[at + 2], tileSums[at + 3]); }

// The end of a row of every subgroup, whose sums are in tileSums; origin is in the first one's.
void finishRows(ivec2 origin) {
    for (int i = int(gl_LocalInvocationIndex); i < 2 * kMatrixSide * kMatrixSubgroups; i += int(gl_WorkGroupSize.x)) {
        int x = i % kMatrixSide;
        int subgroup = i / kMatrixSide % kMatrixSubgroups;
        int half8 = i / (kMatrixSide * kMatrixSubgroups);
        int block = 2 * int(gl_WorkGroupID.z) + half8;
        int at = (subgroup * kMatrixSide + x) * 16 + 8 * half8;
        if (block < p.outBlocks)
            finish(F8(sums4(at) + bias[2 * block], sums4(at + 4) + bias[2 * block + 1]),
                   origin + ivec2(x, subgroup * kMatrixRows), block);
    }
}

void main() {
    ivec2 origin = ivec2(gl_WorkGroupID.xy) * kMatrixSide;
    int subgroup = int(gl_SubgroupID);
    SumMatrix sums[kMatrixRows];
    for (int row = 0; row < kMatrixRows; ++row)
        sums[row] = zeroSums();

    int inGroups = (p.inBlocks + 1) / 2;
    for (int inGroup = 0; inGroup < inGroups; ++inGroup) {
        barrier();
        loadTile(inGroup, origin);
        barrier();
        for (int tap = 0; tap < 9; ++tap) {
            FactorMatrix factors = loadWeights(((int(gl_WorkGroupID.z) * inGroups + inGroup) * 9 + tap) * 32);
            for (int row = 0; row < kMatrixRows; ++row) {
                int y = subgroup * kMatrixRows + row + tap / 3;
                sums[row] = multiplyAdd(loadPixels(2 * (y * kTileSide + tap % 3)), factors, sums[row]);
            }
        }
    }
    for (int row = 0; row < kMatrixRows; ++row) {
        barrier();
        storeSums(sums[row], subgroup * kMatrixSide * 16);
        barrier();
        finishRows(origin + ivec2(0, row));
    }
}
