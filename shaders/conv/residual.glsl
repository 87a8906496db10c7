// SPDX-License-Identifier: MIT
// What a convolution adds to its sums: a feature map as it is, or, with kResidualSite, the input of a normalization site as
// a·x + b with the site's coefficients, so that no pass has to write the site's output; rounded as if one had, so that
// both ways make the same picture. Wants p.residualCoefficients (of the site's first channel), p.outChannels and
// conv/variant.glsl; RESIDUAL is the binding of the residual, and RESIDUAL_COEFFICIENTS that of the coefficients.
#ifndef RESIDUAL_GLSL
#define RESIDUAL_GLSL

FEATURE_INPUT(RESIDUAL, residual)
layout(std430, set = 0, binding = RESIDUAL_COEFFICIENTS) readonly buffer Coefficients { vec2 coefficients[]; };
#include "norm/block_coefficients.glsl"

struct ResidualScale {
    F8 a;
    F8 b;
};

// To be called where all invocations are: in a branch a software device reads lane by lane.
ResidualScale residualScale(int block) {
    ResidualScale scale;
    if (kResidualSite)
        blockCoefficients(p.residualCoefficients, block, p.outChannels, scale.a, scale.b);
    return scale;
}

// Values that would have been stored saturated, of all an invocation adds: counted at its end, for an atomic operation in
// every pixel's branch would take as long as all the rest.
uint saturatedResiduals = 0u;

F8 asStored(F8 value) {
#ifndef FEATURE_FP32
    F8 bounded = F8(clamp(value.lo, -kLargestHalf, kLargestHalf), clamp(value.hi, -kLargestHalf, kLargestHalf));
    saturatedResiduals += uint(any(notEqual(bounded.lo, value.lo)) || any(notEqual(bounded.hi, value.hi)));
    value = decode(encode(bounded));
#endif
    return value;
}

F8 addResidual(F8 value, int texel, ResidualScale scale) {
    if (kResidual) {
        F8 r = residual(texel);
        if (kResidualSite)
            r = asStored(F8(scale.a.lo * r.lo + scale.b.lo, scale.a.hi * r.hi + scale.b.hi));
        value = F8(value.lo + r.lo, value.hi + r.hi);
    }
    return value;
}

void countSaturatedResiduals() {
    if (kResidualSite && saturatedResiduals > 0u)
        atomicAdd(overflowCount, saturatedResiduals);
    saturatedResiduals = 0u;
}

#endif
