// SPDX-License-Identifier: MIT
// The end of a convolution: activations, residual, store. Wants ConvPush p, residual, target and conv/variant.glsl.
#ifndef FINISH_GLSL
#define FINISH_GLSL

void finish(F8 value, ivec2 position, int block) {
    if (position.x >= p.outWidth || position.y >= p.outHeight)
        return;
    int texel = (block * p.outHeight + position.y) * p.outWidth + position.x;
    value = activate8(value, kActivation, p.slope);
    if (kResidual) {
        F8 r = residual(texel);
        value = F8(value.lo + r.lo, value.hi + r.hi);
    }
    value = activate8(value, kActivationAfter, p.slopeAfter);
    store_target(texel, maskChannels(value, block, p.outChannels));
}

#endif
