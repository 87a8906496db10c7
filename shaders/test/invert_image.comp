// SPDX-License-Identifier: MIT
// target = 1 - source, per channel, read with a sampler at texel centres.
// Bindings: 0 source, sampled image, 1 target, storage image of the same size. Dispatch: (ceil(width / 8), ceil(height / 8), 1).
#version 450

layout(local_size_x = 8, local_size_y = 8) in;
layout(binding = 0) uniform sampler2D source;
layout(binding = 1, rgba8) uniform writeonly image2D target;

void main() {
    const ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
    const ivec2 size = imageSize(target);
    if (any(greaterThanEqual(pixel, size)))
        return;
    imageStore(target, pixel, 1.0 - textureLod(source, (vec2(pixel) + 0.5) / vec2(size), 0.0));
}
