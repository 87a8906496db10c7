#version 450
// SPDX-License-Identifier: MIT
// Computes: v = Bᵀ·d·B for every 4×4 tile d of pad(x), tiles 2 apart: the input's part of Winograd's F(2×2, 3×3)
// (Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015).
// Layouts: x feature map; v feature texels [16][Cin/8][tiles]. Halves of v saturate at a quarter of what x may hold.
// Bindings: 0 x, 1 v, 2 overflow counter.
// Dispatch: (ceil(tiles / kLinearGroup), Cin/8, 1).
#include "common/feature.glsl"
#include "common/pad.glsl"
#include "conv/winograd.h"
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { WinogradPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(2)
FEATURE_INPUT(0, source)
FEATURE_OUTPUT(1, target)

F8 minus(F8 a, F8 b) { return F8(a.lo - b.lo, a.hi - b.hi); }
F8 plus(F8 a, F8 b) { return F8(a.lo + b.lo, a.hi + b.hi); }

void main() {
    int inWidth = p.inWidth;
    int inHeight = p.inHeight;
    int tiles = p.tiles;
    int stride = p.inBlocks * tiles;
    int tile = INVOCATION.x;
    int block = int(gl_WorkGroupID.y);
    int top = tile / p.tilesAcross * 2 - p.padTop;
    int left = tile % p.tilesAcross * 2 - p.padLeft;
    int plane = block * inHeight * inWidth;
    int first = block * tiles + tile;

    int column[4];
    int row[4];
    bool columnInside[4];
    bool rowInside[4];
    [[unroll]] for (int i = 0; i < 4; ++i) {
        column[i] = padIndex(left + i, inWidth, kPadMode);
        row[i] = plane + padIndex(top + i, inHeight, kPadMode) * inWidth;
        columnInside[i] = left + i >= 0 && left + i < inWidth;
        rowInside[i] = top + i >= 0 && top + i < inHeight;
    }
    F8 d[16];
    [[unroll]] for (int i = 0; i < 16; ++i) {
        d[i] = source(row[i / 4] + column[i % 4]);
        if (kPadMode == kPadZero) {
            float keep = rowInside[i / 4] && columnInside[i % 4] ? 1.0 : 0.0;
            d[i] = F8(d[i].lo * keep, d[i].hi * keep);
        }
    }
    [[unroll]] for (int x = 0; x < 4; ++x) {
        F8 d0 = d[x], d1 = d[4 + x], d2 = d[8 + x], d3 = d[12 + x];
        d[x] = minus(d0, d2);
        d[4 + x] = plus(d1, d2);
        d[8 + x] = minus(d2, d1);
        d[12 + x] = minus(d1, d3);
    }
    if (tile < tiles) {
        [[unroll]] for (int y = 0; y < 4; ++y) {
            F8 d0 = d[4 * y], d1 = d[4 * y + 1], d2 = d[4 * y + 2], d3 = d[4 * y + 3];
            int at = first + 4 * y * stride;
            store_target(at, minus(d0, d2));
            store_target(at + stride, plus(d1, d2));
            store_target(at + 2 * stride, minus(d2, d1));
            store_target(at + 3 * stride, minus(d1, d3));
        }
    }
    countSaturated();
}
