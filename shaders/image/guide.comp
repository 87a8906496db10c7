#version 450
// SPDX-License-Identifier: MIT
// Computes: what the composite needs to bring a small stylized picture to display size along the source's edges: per pixel
// the stylized colour S, the luma Y of the network's input, and the local gain cov(Y, S) / (var(Y) + kFlatVariance) of the
// 4×4 pixels around its quad, the slope of S against Y as in a guided filter (He, Sun, Tang 2010).
// Layouts: styled and picture as the network's exit and entry (factor 2: 12 channels at half size), guide feature map
// (gain RGB, Y, S RGB, 0) of the network's full size.
// Bindings: 0 styled, 1 picture, 2 guide, 3 overflow counter.
// Dispatch: (ceil(width / 2 · height / 2 / kLinearGroup), 1, 1), sides rounded up; indirect: none where guidance is off.
#include "common/feature.glsl"
#include "common/shared.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { GuidePush p; };

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, styled)
FEATURE_INPUT(1, picture)
FEATURE_OUTPUT(2, guide)

// Flatter areas than a deviation of 8/255 carry no edge worth following.
const float kFlatVariance = 1e-3;
const float kLargestGain = 2.0;
const vec3 kLuma = vec3(0.299, 0.587, 0.114);

#include "image/ends.glsl"

void main() {
    int quad = INVOCATION.x;
    int columns = (p.width + 1) / 2;
    if (quad >= columns * ((p.height + 1) / 2))
        return;
    ivec2 corner = 2 * ivec2(quad % columns, quad / columns);
    vec3 colours[16];
    float lumas[16];
    vec3 meanColour = vec3(0.0);
    float meanLuma = 0.0;
    for (int i = 0; i < 16; ++i) {
        ivec2 at = clamp(corner + ivec2(i & 3, i >> 2) - 1, ivec2(0), ivec2(p.width, p.height) - 1);
        colours[i] = styledAt(at);
        lumas[i] = dot(kLuma, pictureAt(at));
        meanColour += colours[i] / 16.0;
        meanLuma += lumas[i] / 16.0;
    }
    vec3 covariance = vec3(0.0);
    float variance = 0.0;
    for (int i = 0; i < 16; ++i) {
        float luma = lumas[i] - meanLuma;
        covariance += luma * (colours[i] - meanColour) / 16.0;
        variance += luma * luma / 16.0;
    }
    vec3 gain = clamp(covariance / (variance + kFlatVariance), -kLargestGain, kLargestGain);
    for (int i = 0; i < 4; ++i) {
        ivec2 offset = ivec2(i & 1, i >> 1);
        ivec2 at = corner + offset;
        int k = (offset.y + 1) * 4 + offset.x + 1;
        if (at.x < p.width && at.y < p.height)
            store_guide(at.y * p.width + at.x, F8(vec4(gain, lumas[k]), vec4(colours[k], 0.0)));
    }
}
