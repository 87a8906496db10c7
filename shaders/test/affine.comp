// SPDX-License-Identifier: MIT
// y[i] = scale * x[i] + offset + BIAS for i < count, fp32.
// Bindings: 0 x, 1 y; storage buffers, or rgba32f texel buffers with TEXEL (count is then in texels).
// Specialization: 0 BIAS, 1 SIGN (bit pattern of a float). Push: scale, offset, count. Dispatch: (ceil(count / 64), 1, 1).
#version 450

layout(local_size_x = 64) in;
layout(constant_id = 0) const int BIAS = 0;
layout(constant_id = 1) const float SIGN = 1.0;

#ifdef TEXEL
layout(binding = 0) uniform textureBuffer x;
layout(binding = 1, rgba32f) uniform writeonly imageBuffer y;
#else
layout(binding = 0) readonly buffer X { float x[]; };
layout(binding = 1) writeonly buffer Y { float y[]; };
#endif

layout(push_constant) uniform Push {
    float scale;
    float offset;
    uint count;
};

void main() {
    const uint i = gl_GlobalInvocationID.x;
    if (i >= count)
        return;
#ifdef TEXEL
    imageStore(y, int(i), SIGN * (scale * texelFetch(x, int(i)) + offset + float(BIAS)));
#else
    y[i] = SIGN * (scale * x[i] + offset + float(BIAS));
#endif
}
