// SPDX-License-Identifier: MIT
// Stores the pictures that people see, RGBA8 with alpha 1, two pixels side by side at a time. With WIDE_STORES they go to a
// buffer that is copied to the image afterwards, for devices that store word by word and convert every pixel of an image.
// Needs `ends` (PictureEnds).
#ifndef LAST_PICTURE_GLSL
#define LAST_PICTURE_GLSL

#include "common/feature.glsl"
#include "image/picture.h"

// LAST_PICTURE(binding) declares `void storePair(ivec2 pixel, vec3 left, vec3 right)`, `pixel` the left one, in an even
// column.
#ifdef WIDE_STORES

#define LAST_PICTURE(BINDING)                                                                      \
    layout(std430, set = 0, binding = BINDING) writeonly buffer LastPicture { uint64_t pixelPairs[]; }; \
    void storePair(ivec2 pixel, vec3 left, vec3 right) {                                           \
        uvec2 pair = uvec2(packUnorm4x8(vec4(left, 1.0)), packUnorm4x8(vec4(right, 1.0)));         \
        pixelPairs[(pixel.y * ends.rowPixels + pixel.x) >> 1] = packUint2x32(pair);                \
    }

#else

#define LAST_PICTURE(BINDING)                                                                      \
    layout(set = 0, binding = BINDING, rgba8) writeonly uniform image2D lastPicture;               \
    void storeInside(ivec2 pixel, vec3 rgb) {                                                      \
        if (pixel.x < ends.width && pixel.y < ends.height)                                         \
            imageStore(lastPicture, pixel, vec4(rgb, 1.0));                                        \
    }                                                                                              \
    void storePair(ivec2 pixel, vec3 left, vec3 right) {                                           \
        storeInside(pixel, left);                                                                  \
        storeInside(pixel + ivec2(1, 0), right);                                                   \
    }

#endif
#endif
