#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(Aᵀ·m·A + bias) + residual), OUTPUTS × OUTPUTS pixels of every tile: the end of Winograd's
// convolutions. With PHASES, of four convolutions on the corners between the pixels of a picture that is to be enlarged ×2:
// that of phase (py, px) gives pixel (2j − py, 2i − px) of y at corner (j, i).
// Layouts: m feature texels [kSide²][Cout/16][tiles][2], with PHASES of [phase][Cout/8] blocks; residual, y feature maps; bias [Cout rounded up to 8].
// Bindings: 0 m, 1 bias, 2 residual (m again where there is none), 3 y, 4 overflow counter, 5 the residual's coefficients.
// Dispatch: (ceil(tiles / kLinearGroup), Cout/8 [· 4 with PHASES], 1).
#extension GL_EXT_control_flow_attributes : require
#include "common/activation.glsl"
#include "common/divide.glsl"
#include "conv/winograd_transforms.glsl"

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

void main() {
    int tiles = p.tiles;
    int outWidth = p.outWidth;
    int outHeight = p.outHeight;
    int outChannels = p.outChannels;
    float slope = p.slope;
    float slopeAfter = p.slopeAfter;
    int tile = INVOCATION.x;
    int block = int(gl_WorkGroupID.y);
    int stride = (p.outBlocks + 1) / 2 * 2 * tiles;
    int first = (block / 2 * tiles + min(tile, tiles - 1)) * 2 + block % 2;
#ifdef PHASES
    int phase = quotient(block, p.outBlocks >> 2);
    block -= phase * (p.outBlocks >> 2);
    ivec2 scale = ivec2(2);
    ivec2 shift = -ivec2(phase & 1, phase >> 1);
#else
    ivec2 scale = ivec2(1);
    ivec2 shift = ivec2(0);
#endif
    int row = quotient(tile, p.tilesAcross);
    int top = row * OUTPUTS;
    int left = (tile - row * p.tilesAcross) * OUTPUTS;
    ResidualScale residuals = residualScale(block);
    F8 biases = F8(bias[block * 2], bias[block * 2 + 1]);

    // Aᵀ·m, by rows.
    F8 rows[OUTPUTS * kSide];
    [[unroll]] for (int x = 0; x < kSide; ++x) {
        F8 m[kSide];
        [[unroll]] for (int y = 0; y < kSide; ++y)
            m[y] = source(first + (kSide * y + x) * stride);
        F8 column[OUTPUTS];
        transformProducts(m, column);
        [[unroll]] for (int y = 0; y < OUTPUTS; ++y)
            rows[kSide * y + x] = column[y];
    }
    [[unroll]] for (int y = 0; y < OUTPUTS; ++y) {
        F8 m[kSide];
        [[unroll]] for (int x = 0; x < kSide; ++x)
            m[x] = rows[kSide * y + x];
        F8 pixels[OUTPUTS];
        transformProducts(m, pixels);
        [[unroll]] for (int x = 0; x < OUTPUTS; ++x) {
            ivec2 position = ivec2(left + x, top + y) * scale + shift;
            bool inside = position.x < outWidth && position.y < outHeight;
#ifdef PHASES
            inside = inside && position.x >= 0 && position.y >= 0;
#endif
            if (tile < tiles && inside) {
                int texel = (block * outHeight + position.y) * outWidth + position.x;
                F8 value = addResidual(activate8(plus(pixels[x], biases), kActivation, slope), texel, residuals);
                value = activate8(value, kActivationAfter, slopeAfter);
                store_target(texel, maskChannels(value, block, outChannels));
            }
        }
    }
    countSaturated();
}
