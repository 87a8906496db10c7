// SPDX-License-Identifier: MIT
// Winograd's transforms along one axis, for OUTPUTS 2 or 4 of 3 taps and 3 of 2: of inputs by Bᵀ and of products by Aᵀ; G, of weights, is in
// src/nn/device_weights.cpp. Matrices by Lavin and Gray, Fast Algorithms for Convolutional Neural Networks, 2015; for F(4, 3)
// with other points (winograd.h), Bᵀ halved and G doubled, so that values keep to what halves hold.
#ifndef WINOGRAD_TRANSFORMS_GLSL
#define WINOGRAD_TRANSFORMS_GLSL

#include "common/feature.glsl"
#include "conv/winograd.h"

const int kSide = OUTPUTS + TAPS - 1;

F8 plus(F8 a, F8 b) { return F8(a.lo + b.lo, a.hi + b.hi); }
F8 minus(F8 a, F8 b) { return F8(a.lo - b.lo, a.hi - b.hi); }
F8 times(float a, F8 b) { return F8(a * b.lo, a * b.hi); }

#if OUTPUTS + TAPS == 5

void transformInput(inout F8 d[kSide]) {
    F8 d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3];
    d[0] = minus(d0, d2);
    d[1] = plus(d1, d2);
    d[2] = minus(d2, d1);
    d[3] = minus(d1, d3);
}

void transformProducts(F8 m[kSide], out F8 y[OUTPUTS]) {
#if OUTPUTS == 2
    y[0] = plus(plus(m[0], m[1]), m[2]);
    y[1] = minus(minus(m[1], m[2]), m[3]);
#else
    F8 both = plus(m[1], m[2]);
    y[0] = plus(m[0], both);
    y[1] = minus(m[1], m[2]);
    y[2] = minus(both, m[3]);
#endif
}

#else

const float kA = kWinogradA;
const float kB = kWinogradB;

void transformInput(inout F8 d[kSide]) {
    F8 d0 = d[0], d1 = d[1], d2 = d[2], d3 = d[3], d4 = d[4], d5 = d[5];
    const float squares = 0.5 * (kA * kA + kB * kB);
    const float product = 0.5 * kA * kA * kB * kB;
    // What the polynomials of A and -A have in common, even and odd powers, and those of B and -B.
    F8 evenA = minus(times(0.5, d4), times(0.5 * kB * kB, d2));
    F8 oddA = minus(times(0.5 * kA, d3), times(0.5 * kA * kB * kB, d1));
    F8 evenB = minus(times(0.5, d4), times(0.5 * kA * kA, d2));
    F8 oddB = minus(times(0.5 * kB, d3), times(0.5 * kB * kA * kA, d1));
    d[0] = plus(minus(times(product, d0), times(squares, d2)), times(0.5, d4));
    d[1] = plus(evenA, oddA);
    d[2] = minus(evenA, oddA);
    d[3] = plus(evenB, oddB);
    d[4] = minus(evenB, oddB);
    d[5] = plus(minus(times(product, d1), times(squares, d3)), times(0.5, d5));
}

void transformProducts(F8 m[kSide], out F8 y[OUTPUTS]) {
    F8 evenA = plus(m[1], m[2]), oddA = minus(m[1], m[2]);
    F8 evenB = plus(m[3], m[4]), oddB = minus(m[3], m[4]);
    y[0] = plus(plus(m[0], evenA), evenB);
    y[1] = plus(times(kA, oddA), times(kB, oddB));
    y[2] = plus(times(kA * kA, evenA), times(kB * kB, evenB));
    y[3] = plus(plus(times(kA * kA * kA, oddA), times(kB * kB * kB, oddB)), m[5]);
}

#endif

#endif
