// SPDX-License-Identifier: MIT
// a and b of y = a·x + b for 8 channels. Wants `coefficients`, a buffer of (a, b) interleaved.
#ifndef BLOCK_COEFFICIENTS_GLSL
#define BLOCK_COEFFICIENTS_GLSL

// Of the channels of `block`, channel 0 at `base`; zero beyond `channels`. Without a branch, behind which a software device
// would read lane by lane.
void blockCoefficients(int base, int block, int channels, out F8 a, out F8 b) {
    vec2 k[8];
    for (int i = 0; i < 8; ++i)
        k[i] = coefficients[base + min(block * 8 + i, channels - 1)];
    a = maskChannels(F8(vec4(k[0].x, k[1].x, k[2].x, k[3].x), vec4(k[4].x, k[5].x, k[6].x, k[7].x)), block, channels);
    b = maskChannels(F8(vec4(k[0].y, k[1].y, k[2].y, k[3].y), vec4(k[4].y, k[5].y, k[6].y, k[7].y)), block, channels);
}

#endif
