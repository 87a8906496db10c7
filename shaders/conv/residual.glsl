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

F8 addResidual(F8 value, int texel, ResidualScale scale) {
    if (kResidual) {
        F8 r = residual(texel);
        if (kResidualSite)
            r = asStored(F8(scale.a.lo * r.lo + scale.b.lo, scale.a.hi * r.hi + scale.b.hi));
        value = F8(value.lo + r.lo, value.hi + r.hi);
    }
    return value;
}

#endif
