#version 450
// SPDX-License-Identifier: MIT
// Computes: y = a·x + b per channel; with regions y = (Σ mᵣ·aᵣ)·x + Σ mᵣ·bᵣ, mᵣ the mask at the pixel.
// Layouts: x, y feature maps of one shape; coefficients (a, b) interleaved; mask one word per pixel, four weights of sum 255.
// Bindings: 0 x, 1 coefficients, 2 y, 3 overflow counter, 4 frame block, 5 mask.
// Dispatch: (ceil(H·W / (kLinearGroup·kAffinePixels)), C / 8 rounded up, 1); an invocation treats kAffinePixels pixels of one
// block with the same coefficients.
#include "common/feature.glsl"
#include "norm/regions.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { RegionAffinePush p; };

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) readonly buffer Coefficients { vec2 coefficients[]; };
FEATURE_OUTPUT(2, target)
layout(std430, set = 0, binding = 4) readonly buffer FrameBlock { int frameBlock[]; };
layout(std430, set = 0, binding = 5) readonly buffer Mask { uint mask[]; };

#include "norm/block_coefficients.glsl"

void coefficientsOf(int region, int block, out F8 a, out F8 b) {
    blockCoefficients(p.plain.coefficientBase + region * p.regionStride, block, p.plain.channels, a, b);
}

void main() {
    int block = INVOCATION.y;
    int regions = frameBlock[p.regionsWord];
    int first = int(gl_WorkGroupID.x) * kLinearGroup * kAffinePixels + int(gl_LocalInvocationID.x);
    F8 a, b;
    coefficientsOf(0, block, a, b);
    // Two loops of which one has no turns: a software device runs both sides of a branch, but leaves a loop.
    int plainPixels = regions > 1 ? 0 : kAffinePixels;
    for (int i = 0; i < plainPixels; ++i) {
        int pixel = first + i * kLinearGroup;
        if (pixel >= p.plain.planeTexels)
            break;
        F8 v = source(block * p.plain.planeTexels + pixel);
        v.lo = a.lo * v.lo + b.lo;
        v.hi = a.hi * v.hi + b.hi;
        store_target(block * p.plain.planeTexels + pixel, v);
    }
    int maskedPixels = regions > 1 ? kAffinePixels : 0;
    for (int i = 0; i < maskedPixels; ++i) {
        int pixel = first + i * kLinearGroup;
        if (pixel >= p.plain.planeTexels)
            break;
        uint weights = mask[p.maskBase + pixel];
        F8 sumA = F8(vec4(0.0), vec4(0.0));
        F8 sumB = sumA;
        for (int r = 0; r < regions; ++r) {
            // 255 · (1/255) is exactly 1 in fp32: where one region has all the weight, the result is that region's.
            float m = float(weights >> (8 * r) & 255u) * (1.0 / 255.0);
            coefficientsOf(r, block, a, b);
            sumA.lo += m * a.lo;
            sumA.hi += m * a.hi;
            sumB.lo += m * b.lo;
            sumB.hi += m * b.hi;
        }
        F8 v = source(block * p.plain.planeTexels + pixel);
        v.lo = sumA.lo * v.lo + sumB.lo;
        v.hi = sumA.hi * v.hi + sumB.hi;
        store_target(block * p.plain.planeTexels + pixel, v);
    }
    countSaturated();
}
