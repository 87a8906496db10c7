// SPDX-License-Identifier: MIT
// What a convolution does around its sums, fixed when the pipeline is built: where both sides of a branch are computed for
// lack of real branches, as on llvmpipe, every kind of activation would be paid for.
#ifndef VARIANT_GLSL
#define VARIANT_GLSL

layout(constant_id = 0) const int kActivation = kActivationNone;  // before the residual
layout(constant_id = 1) const int kActivationAfter = kActivationNone;
layout(constant_id = 2) const bool kResidual = false;
layout(constant_id = 3) const int kPadMode = kPadReflect;
// Constant 4 is the rows of a tiled kernel's workgroup.
layout(constant_id = 5) const bool kResidualSite = false;  // see conv/residual.glsl

#endif
