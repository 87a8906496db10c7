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

vec2 coefficient(int region, int c) {
    return c < p.plain.channels ? coefficients[p.plain.coefficientBase + region * p.regionStride + c] : vec2(0.0);
}

void coefficientsOf(int region, int block, out F8 a, out F8 b) {
    int c = block * 8;
    vec2 k0 = coefficient(region, c), k1 = coefficient(region, c + 1);
    vec2 k2 = coefficient(region, c + 2), k3 = coefficient(region, c + 3);
    vec2 k4 = coefficient(region, c + 4), k5 = coefficient(region, c + 5);
    vec2 k6 = coefficient(region, c + 6), k7 = coefficient(region, c + 7);
    a = F8(vec4(k0.x, k1.x, k2.x, k3.x), vec4(k4.x, k5.x, k6.x, k7.x));
    b = F8(vec4(k0.y, k1.y, k2.y, k3.y), vec4(k4.y, k5.y, k6.y, k7.y));
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
            return;
        F8 v = source(block * p.plain.planeTexels + pixel);
        v.lo = a.lo * v.lo + b.lo;
        v.hi = a.hi * v.hi + b.hi;
        store_target(block * p.plain.planeTexels + pixel, v);
    }
    int maskedPixels = regions > 1 ? kAffinePixels : 0;
    for (int i = 0; i < maskedPixels; ++i) {
        int pixel = first + i * kLinearGroup;
        if (pixel >= p.plain.planeTexels)
            return;
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
}
