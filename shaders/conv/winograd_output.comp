#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(Aᵀ·m·A + bias) + residual), 2×2 pixels of every tile: the end of Winograd's F(2×2, 3×3).
// Layouts: m feature texels [16][Cout/8][tiles]; residual, y feature maps; bias [Cout rounded up to 8].
// Bindings: 0 m, 1 bias, 2 residual (m again where there is none), 3 y, 4 overflow counter, 5 the residual's coefficients.
// Dispatch: (ceil(tiles / kLinearGroup), Cout/8, 1).
#include "common/activation.glsl"
#include "conv/winograd.h"
#extension GL_EXT_control_flow_attributes : require

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { WinogradPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(4)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Bias { vec4 bias[]; };
#define RESIDUAL 2
#define RESIDUAL_COEFFICIENTS 5
#include "conv/residual.glsl"
FEATURE_OUTPUT(3, target)

F8 minus(F8 a, F8 b) { return F8(a.lo - b.lo, a.hi - b.hi); }
F8 plus(F8 a, F8 b) { return F8(a.lo + b.lo, a.hi + b.hi); }

void main() {
    int tiles = p.tiles;
    int outWidth = p.outWidth;
    int outHeight = p.outHeight;
    int outChannels = p.outChannels;
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    int tile = INVOCATION.x;
    int block = int(gl_WorkGroupID.y);
    int stride = p.outBlocks * tiles;
    int first = block * tiles + min(tile, tiles - 1);
    int top = tile / p.tilesAcross * 2;
    int left = tile % p.tilesAcross * 2;
    ResidualScale residuals = residualScale(block);
    F8 biases = F8(bias[block * 2], bias[block * 2 + 1]);

    // Aᵀ·m, two rows of four.
    F8 rows[8];
    [[unroll]] for (int x = 0; x < 4; ++x) {
        F8 m0 = source(first + x * stride), m1 = source(first + (4 + x) * stride);
        F8 m2 = source(first + (8 + x) * stride), m3 = source(first + (12 + x) * stride);
        rows[x] = plus(plus(m0, m1), m2);
        rows[4 + x] = minus(minus(m1, m2), m3);
    }
    [[unroll]] for (int i = 0; i < 4; ++i) {
        int r = i / 2 * 4;
        F8 y = i % 2 == 0 ? plus(plus(rows[r], rows[r + 1]), rows[r + 2])
                          : minus(minus(rows[r + 1], rows[r + 2]), rows[r + 3]);
        ivec2 position = ivec2(left + i % 2, top + i / 2);
        if (tile < tiles && position.x < outWidth && position.y < outHeight) {
            int texel = (block * outHeight + position.y) * outWidth + position.x;
            y = addResidual(activate8(plus(y, biases), kActivation, slope), texel, residuals);
            y = activate8(y, kActivationAfter, slopeAfter);
            store_target(texel, maskChannels(y, block, outChannels));
        }
    }
    countSaturated();
}
