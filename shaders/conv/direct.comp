#version 450
// SPDX-License-Identifier: MIT
// Computes: y = act2(act1(conv(pad(upsample(x))) + bias) + residual), the plain way: any kernel, stride, dilation, groups.
// Layouts: x, residual, y feature maps; weights [Cout][Cin/groups][kh][kw] floats; bias [Cout].
// Preconditions: groups divides both channel counts; reflect pads are smaller than the enlarged input's sides.
// Bindings: 0 x, 1 weights, 2 bias, 3 residual (x again where there is none), 4 y, 5 overflow counter, 6 the residual's coefficients.
// Dispatch: (ceil(W / (kConvLanes)), ceil(H / kConvRows), Cout / 8 rounded up); one pixel of one block per invocation.
#include "common/activation.glsl"
#include "common/pad.glsl"

layout(local_size_x = kConvLanes, local_size_y = kConvRows) in;
layout(push_constant) uniform Push { ConvPush p; };
#include "conv/variant.glsl"

OVERFLOW_COUNTER(5)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Weights { float weights[]; };
layout(std430, set = 0, binding = 2) readonly buffer Bias { float bias[]; };
#define RESIDUAL 3
#define RESIDUAL_COEFFICIENTS 6
#include "conv/residual.glsl"
FEATURE_OUTPUT(4, target)
#include "conv/finish.glsl"

float sourceAt(int c, int y, int x) {
    int height = p.inHeight * p.upsample;
    int width = p.inWidth * p.upsample;
    if (kPadMode == kPadZero && (y < 0 || x < 0 || y >= height || x >= width))
        return 0.0;
    y = padIndex(y, height, kPadMode) / p.upsample;
    x = padIndex(x, width, kPadMode) / p.upsample;
    return channelOf(source(((c >> 3) * p.inHeight + y) * p.inWidth + x), c & 7);
}

float convolve(int o, int y, int x) {
    int channelsPerGroup = p.inChannels / p.groups;
    int firstChannel = o / (p.outChannels / p.groups) * channelsPerGroup;
    int w = o * channelsPerGroup * p.kernelHeight * p.kernelWidth;
    float sum = 0.0;
    for (int c = 0; c < channelsPerGroup; ++c) {
        for (int ky = 0; ky < p.kernelHeight; ++ky) {
            int sy = y * p.strideY + ky * p.dilationY - p.padTop;
            for (int kx = 0; kx < p.kernelWidth; ++kx) {
                int sx = x * p.strideX + kx * p.dilationX - p.padLeft;
                sum += weights[w++] * sourceAt(firstChannel + c, sy, sx);
            }
        }
    }
    return sum + bias[o];
}

void main() {
    ivec3 position = INVOCATION;
    if (position.x >= p.outWidth || position.y >= p.outHeight)
        return;
    float result[8];
    for (int i = 0; i < 8; ++i) {
        int o = position.z * 8 + i;
        result[i] = o < p.outChannels ? convolve(o, position.y, position.x) : 0.0;
    }
    F8 y = F8(vec4(result[0], result[1], result[2], result[3]), vec4(result[4], result[5], result[6], result[7]));
    finish(y, position.xy, position.z);
}
