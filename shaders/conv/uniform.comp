#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(upsample(x))) + bias) + residual): any kernel size, stride and ×1 or ×2 enlargement.
// Method: two pixels × 8 output channels per invocation; all invocations of a workgroup read the same weights, which devices
// with scalar loads or a constant cache read once for all. For graphics cards; llvmpipe reads every weight lane by lane.
// Layouts: x, residual, y feature maps; weights floats [Cout/8][Cin/8][ky][kx][8 inputs][8 outputs]; bias [Cout rounded up to 8].
// Preconditions: groups 1, dilation 1.
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients.
// Dispatch: (ceil(W / (kUniformSide·2)), ceil(H / kUniformSide), Cout / 8 rounded up); W, H of y.
#include "common/activation.glsl"
#include "common/pad.glsl"
#include "conv/tiles.h"

layout(local_size_x = kUniformSide, local_size_y = kUniformSide) in;
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

/// The texel under position (x, y) of the enlarged, padded input; zero where zeros are padded.
F8 sourceAt(int block, int y, int x) {
    int height = p.inHeight * p.upsample;
    int width = p.inWidth * p.upsample;
    bool outside = kPadMode == kPadZero && (y < 0 || x < 0 || y >= height || x >= width);
    y = padIndex(y, height, kPadMode) / p.upsample;
    x = padIndex(x, width, kPadMode) / p.upsample;
    F8 v = source((block * p.inHeight + y) * p.inWidth + x);
    float keep = outside ? 0.0 : 1.0;
    return F8(v.lo * keep, v.hi * keep);
}

void multiplyAdd(inout F8 sum, F8 x, int weight) {
    sum.lo += x.lo.x * weights[weight] + x.lo.y * weights[weight + 2] + x.lo.z * weights[weight + 4] +
              x.lo.w * weights[weight + 6];
    sum.hi += x.lo.x * weights[weight + 1] + x.lo.y * weights[weight + 3] + x.lo.z * weights[weight + 5] +
              x.lo.w * weights[weight + 7];
    sum.lo += x.hi.x * weights[weight + 8] + x.hi.y * weights[weight + 10] + x.hi.z * weights[weight + 12] +
              x.hi.w * weights[weight + 14];
    sum.hi += x.hi.x * weights[weight + 9] + x.hi.y * weights[weight + 11] + x.hi.z * weights[weight + 13] +
              x.hi.w * weights[weight + 15];
}

void main() {
    // Two pixels a workgroup apart, so that neighbouring invocations read neighbouring texels.
    int y = INVOCATION.y;
    int x0 = int(gl_WorkGroupID.x) * 2 * kUniformSide + int(gl_LocalInvocationID.x);
    int x1 = x0 + kUniformSide;
    int block = int(gl_WorkGroupID.z);
    int taps = p.kernelHeight * p.kernelWidth;
    F8 sum0 = F8(bias[block * 2], bias[block * 2 + 1]);
    F8 sum1 = sum0;
    int weight = block * p.inBlocks * taps * 16;
    for (int inBlock = 0; inBlock < p.inBlocks; ++inBlock) {
        for (int ky = 0; ky < p.kernelHeight; ++ky) {
            int sy = y * p.strideY + ky - p.padTop;
            for (int kx = 0; kx < p.kernelWidth; ++kx) {
                multiplyAdd(sum0, sourceAt(inBlock, sy, x0 * p.strideX + kx - p.padLeft), weight);
                multiplyAdd(sum1, sourceAt(inBlock, sy, x1 * p.strideX + kx - p.padLeft), weight);
                weight += 16;
            }
        }
    }
    finish(sum0, ivec2(x0, y), block);
    finish(sum1, ivec2(x1, y), block);
}
