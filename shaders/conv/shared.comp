#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv3×3(pad(x)) + bias) + residual), stride 1.
// Method: implicit matrix product through shared memory. A workgroup computes a tile of kSharedWidth × kSharedHeight pixels of 8
// output channels; for 8 input channels at a time it keeps the tile with its border and the weights in shared memory, and an
// invocation accumulates kSharedPixels pixels, kSharedLanes apart. For graphics cards; on llvmpipe shared memory is slow.
// Layouts: x, residual, y feature maps; weights floats [Cout/8][Cin/8][ky][kx][8 inputs][8 outputs]; bias [Cout rounded up to 8].
// Preconditions: groups 1, dilation 1; 11.8 KiB of shared memory.
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients.
// Dispatch: (ceil(W / kSharedWidth), ceil(H / kSharedHeight), Cout / 8 rounded up).
#include "common/activation.glsl"
#include "common/pad.glsl"
#include "conv/tiles.h"

const int kSharedLanes = 8;
const int kSharedPixels = kSharedWidth / kSharedLanes;
const int kInvocations = kSharedLanes * kSharedHeight;
const int kTileWidth = kSharedWidth + 2;
const int kTileTexels = kTileWidth * (kSharedHeight + 2);

layout(local_size_x = kSharedLanes, local_size_y = kSharedHeight) in;
layout(push_constant) uniform Push { ConvPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(5)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Weights { vec4 weights[]; };
layout(std430, set = 0, binding = 2) readonly buffer Bias { vec4 bias[]; };
#define RESIDUAL 3
#define RESIDUAL_COEFFICIENTS 6
#include "conv/residual.glsl"
FEATURE_OUTPUT(4, target)
#include "conv/finish.glsl"

shared vec4 tileLo[kTileTexels];
shared vec4 tileHi[kTileTexels];
shared vec4 tileWeights[9 * 16];

void loadTile(int inBlock, ivec2 origin) {
    for (int i = int(gl_LocalInvocationIndex); i < kTileTexels; i += kInvocations) {
        int sy = origin.y + i / kTileWidth - p.padTop;
        int sx = origin.x + i % kTileWidth - p.padLeft;
        bool outside = kPadMode == kPadZero && (sy < 0 || sx < 0 || sy >= p.inHeight || sx >= p.inWidth);
        int row = padIndex(sy, p.inHeight, kPadMode);
        F8 v = source((inBlock * p.inHeight + row) * p.inWidth + padIndex(sx, p.inWidth, kPadMode));
        float keep = outside ? 0.0 : 1.0;
        tileLo[i] = v.lo * keep;
        tileHi[i] = v.hi * keep;
    }
}

void main() {
    ivec2 lane = ivec2(gl_LocalInvocationID.xy);
    ivec2 origin = ivec2(gl_WorkGroupID.xy) * ivec2(kSharedWidth, kSharedHeight);
    int block = int(gl_WorkGroupID.z);
    F8 sum[kSharedPixels];
    for (int i = 0; i < kSharedPixels; ++i)
        sum[i] = F8(bias[block * 2], bias[block * 2 + 1]);

    for (int inBlock = 0; inBlock < p.inBlocks; ++inBlock) {
        barrier();
        loadTile(inBlock, origin);
        int first = (block * p.inBlocks + inBlock) * 9 * 16;
        for (int i = int(gl_LocalInvocationIndex); i < 9 * 16; i += kInvocations)
            tileWeights[i] = weights[first + i];
        barrier();
        for (int tap = 0; tap < 9; ++tap) {
            int at = (lane.y + tap / 3) * kTileWidth + lane.x + tap % 3;
            for (int c = 0; c < 4; ++c) {
                vec4 w0 = tileWeights[tap * 16 + 2 * c], w1 = tileWeights[tap * 16 + 2 * c + 1];
                vec4 w2 = tileWeights[tap * 16 + 8 + 2 * c], w3 = tileWeights[tap * 16 + 9 + 2 * c];
                for (int i = 0; i < kSharedPixels; ++i) {
                    float lo = tileLo[at + i * kSharedLanes][c];
                    float hi = tileHi[at + i * kSharedLanes][c];
                    sum[i].lo += lo * w0 + hi * w2;
                    sum[i].hi += lo * w1 + hi * w3;
                }
            }
        }
    }
    for (int i = 0; i < kSharedPixels; ++i)
        finish(sum[i], origin + ivec2(lane.x + i * kSharedLanes, lane.y), block);
}
