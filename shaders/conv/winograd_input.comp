#version 450
// SPDX-License-Identifier: MIT
// Computes: v = Bᵀ·d·B for every tile d of pad(x), OUTPUTS apart and kSide = OUTPUTS + TAPS − 1 wide and high: the input's part
// of Winograd's convolutions.
// Layouts: x feature map; v feature texels [kSide²][Cin/8][tiles]. Halves of v saturate at a quarter (kSide 4) or a seventh
// (F(4×4, 3×3)) of what x may hold.
// Bindings: 0 x, 1 v, 2 overflow counter.
// Dispatch: (ceil(tiles / kLinearGroup), Cin/8, 1).
#extension GL_EXT_control_flow_attributes : require
#include "common/divide.glsl"
#include "common/feature.glsl"
#include "common/pad.glsl"
#include "conv/winograd_transforms.glsl"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { WinogradPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(2)
FEATURE_INPUT(0, source)
FEATURE_OUTPUT(1, target)

void main() {
    int inWidth = p.inWidth;
    int inHeight = p.inHeight;
    int tiles = p.tiles;
    int stride = p.inBlocks * tiles;
    int tile = INVOCATION.x;
    int block = int(gl_WorkGroupID.y);
    int row = quotient(tile, p.tilesAcross);
    int top = row * OUTPUTS - p.padTop;
    int left = (tile - row * p.tilesAcross) * OUTPUTS - p.padLeft;
    int plane = block * inHeight * inWidth;
    int first = block * tiles + tile;

    int rows[kSide];
    bool rowInside[kSide];
    [[unroll]] for (int i = 0; i < kSide; ++i) {
        rows[i] = plane + padIndex(top + i, inHeight, kPadMode) * inWidth;
        rowInside[i] = top + i >= 0 && top + i < inHeight;
    }
    F8 v[kSide * kSide];
    [[unroll]] for (int x = 0; x < kSide; ++x) {
        int column = padIndex(left + x, inWidth, kPadMode);
        bool columnInside = left + x >= 0 && left + x < inWidth;
        F8 d[kSide];
        [[unroll]] for (int y = 0; y < kSide; ++y) {
            d[y] = source(rows[y] + column);
            if (kPadMode == kPadZero)
                d[y] = times(rowInside[y] && columnInside ? 1.0 : 0.0, d[y]);
        }
        transformInput(d);
        [[unroll]] for (int y = 0; y < kSide; ++y)
            v[kSide * y + x] = d[y];
    }
    if (tile < tiles) {
        [[unroll]] for (int y = 0; y < kSide; ++y) {
            F8 d[kSide];
            [[unroll]] for (int x = 0; x < kSide; ++x)
                d[x] = v[kSide * y + x];
            transformInput(d);
            [[unroll]] for (int x = 0; x < kSide; ++x)
                store_target(first + (kSide * y + x) * stride, d[x]);
        }
    }
    countSaturated();
}
