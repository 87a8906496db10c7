#version 450
// SPDX-License-Identifier: MIT
// Computes: y = x1 + x2, x1 · x2, activation(x1) or scale · x1 + shift.
// Layouts: feature maps of one shape. Bindings: 0 x1, 1 x2 (x1 again for one operand), 2 y, 3 overflow counter.
// Dispatch: (ceil(texels / kLinearGroup), 1, 1).
#include "common/activation.glsl"
#include "common/divide.glsl"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { ElementwisePush p; };
layout(constant_id = 0) const int kOperation = kElementwiseAdd;
layout(constant_id = 1) const int kActivation = kActivationNone;

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, first)
FEATURE_INPUT(1, second)
FEATURE_OUTPUT(2, target)

void main() {
    int texel = INVOCATION.x;
    if (texel >= p.texels)
        return;
    F8 v = first(texel);
    if (kOperation == kElementwiseAdd) {
        F8 w = second(texel);
        v = F8(v.lo + w.lo, v.hi + w.hi);
    } else if (kOperation == kElementwiseMul) {
        F8 w = second(texel);
        v = F8(v.lo * w.lo, v.hi * w.hi);
    } else if (kOperation == kElementwiseScaleShift) {
        v = F8(p.scale * v.lo + p.shift, p.scale * v.hi + p.shift);
    }
    v = activate8(v, kActivation, p.slope);
    store_target(texel, maskChannels(v, quotient(texel, p.planeTexels), p.channels));
    countSaturated();
}
