// SPDX-License-Identifier: MIT
// The end of a convolution: activations, residual, store. Wants ConvPush p, target, conv/residual.glsl and conv/variant.glsl.
#ifndef FINISH_GLSL
#define FINISH_GLSL

void finish(F8 value, ivec2 position, int block) {
    ResidualScale scale = residualScale(block);
    if (position.x >= p.outWidth || position.y >= p.outHeight)
        return;
    int texel = (block * p.outHeight + position.y) * p.outWidth + position.x;
    value = addResidual(activate8(value, kActivation, p.slope), texel, scale);
    value = activate8(value, kActivationAfter, p.slopeAfter);
    store_target(texel, maskChannels(value, block, p.outChannels));
    countSaturated();
}

#endif
