#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(x)) + bias) + residual) for square kernels KERNEL and strides STRIDE fixed at build time;
// with PHASES the input is enlarged ×2 (nearest) first, as four KERNEL 2 convolutions at source resolution, one per
// output phase (rows 2y+py, columns 2x+px): nearest ×2, reflect 1, conv 3×3 reads two source rows and columns per phase,
// and reflection at the enlarged border is clamping at the source's.
// Method: kConvPixels adjacent pixels × 8 output channels per invocation (32 accumulators). Each lane fetches the weights of
// its own output channel, one texel for 8 input channels, and constant subgroup shuffles spread them: on llvmpipe a
// shuffle is one permute, a uniform read eight scalar loads.
// Layouts: x, residual, y feature maps; weights as feature texels [phase][Cout][Cin/8][ky][kx]; bias [Cout rounded up to 8].
// Preconditions: subgroup size 8 = kConvLanes; groups 1, dilation 1; pad reflect or replicate (PHASES: replicate).
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter.
// Dispatch: (ceil(W / (kConvLanes·kConvPixels)), ceil(H / kConvRows), Cout/8 [· 4 with PHASES]); W, H of y, or of x with PHASES.
#extension GL_KHR_shader_subgroup_basic : require
#extension GL_KHR_shader_subgroup_shuffle : require
#extension GL_EXT_control_flow_attributes : require
#include "common/activation.glsl"
#include "common/pad.glsl"

layout(local_size_x = kConvLanes, local_size_y = kConvRows) in;
layout(push_constant) uniform Push { ConvPush p; };

OVERFLOW_COUNTER(5)
FEATURE_INPUT(0, source)
FEATURE_INPUT(1, weights)
layout(std430, set = 0, binding = 2) readonly buffer Bias { float bias[]; };
FEATURE_INPUT(3, residual)
FEATURE_OUTPUT(4, target)

const int kWindow = (kConvPixels - 1) * STRIDE + KERNEL;

F8 sum[kConvPixels];

// Adds one input channel (component C of half HALF) of one kernel column to all sums.
#define ACCUMULATE(HALF, C)                                                                        \
    {                                                                                              \
        vec4 lo = vec4(subgroupShuffle(w.HALF.C, 0), subgroupShuffle(w.HALF.C, 1), subgroupShuffle(w.HALF.C, 2), \
                       subgroupShuffle(w.HALF.C, 3));                                              \
        vec4 hi = vec4(subgroupShuffle(w.HALF.C, 4), subgroupShuffle(w.HALF.C, 5), subgroupShuffle(w.HALF.C, 6), \
                       subgroupShuffle(w.HALF.C, 7));                                              \
        [[unroll]] for (int i = 0; i < kConvPixels; ++i) {                                         \
            sum[i].lo += x[i * STRIDE + kx].HALF.C * lo;                                           \
            sum[i].hi += x[i * STRIDE + kx].HALF.C * hi;                                           \
        }                                                                                          \
    }

void main() {
    int lane = int(gl_LocalInvocationID.x);
    int firstX = INVOCATION.x * kConvPixels;
    int y = INVOCATION.y;
    int block = int(gl_WorkGroupID.z);
#ifdef PHASES
    int phase = block / p.outBlocks;
    block -= phase * p.outBlocks;
    int phaseY = phase >> 1;
    int phaseX = phase & 1;
    int padTop = 1 - phaseY;
    int padLeft = 1 - phaseX;
    int rows = p.inHeight;
    int columns = p.inWidth;
    int weightBase = phase * p.outBlocks * 8;
#else
    int padTop = p.padTop;
    int padLeft = p.padLeft;
    int rows = p.outHeight;
    int columns = p.outWidth;
    int weightBase = 0;
#endif
    if (y >= rows)
        return;

    int column[kWindow];
    [[unroll]] for (int i = 0; i < kWindow; ++i)
        column[i] = padIndex(firstX * STRIDE + i - padLeft, p.inWidth, p.padMode);

    F8 biases = F8(vec4(bias[block * 8], bias[block * 8 + 1], bias[block * 8 + 2], bias[block * 8 + 3]),
                   vec4(bias[block * 8 + 4], bias[block * 8 + 5], bias[block * 8 + 6], bias[block * 8 + 7]));
    [[unroll]] for (int i = 0; i < kConvPixels; ++i)
        sum[i] = biases;

    int weight = (weightBase + block * 8 + lane) * p.inBlocks * KERNEL * KERNEL;
    [[dont_unroll]] for (int inBlock = 0; inBlock < p.inBlocks; ++inBlock) {
        [[dont_unroll]] for (int ky = 0; ky < KERNEL; ++ky) {
            int row = (inBlock * p.inHeight + padIndex(y * STRIDE + ky - padTop, p.inHeight, p.padMode)) * p.inWidth;
            F8 x[kWindow];
            [[unroll]] for (int i = 0; i < kWindow; ++i)
                x[i] = source(row + column[i]);
            [[unroll]] for (int kx = 0; kx < KERNEL; ++kx) {
                F8 w = weights(weight++);
                ACCUMULATE(lo, x)
                ACCUMULATE(lo, y)
                ACCUMULATE(lo, z)
                ACCUMULATE(lo, w)
                ACCUMULATE(hi, x)
                ACCUMULATE(hi, y)
                ACCUMULATE(hi, z)
                ACCUMULATE(hi, w)
            }
        }
    }

    [[unroll]] for (int i = 0; i < kConvPixels; ++i) {
        int x = firstX + i;
        if (x < columns) {
#ifdef PHASES
            int texel = (block * p.outHeight + 2 * y + phaseY) * p.outWidth + 2 * x + phaseX;
#else
            int texel = (block * p.outHeight + y) * p.outWidth + x;
#endif
            F8 value = activate8(sum[i], p.activation, p.slope);
            if (p.residual != 0) {
                F8 r = residual(texel);
                value = F8(value.lo + r.lo, value.hi + r.hi);
            }
            value = activate8(value, p.activationAfter, p.slopeAfter);
            store_target(texel, maskChannels(value, block, p.outChannels));
        }
    }
}
