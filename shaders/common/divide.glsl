// SPDX-License-Identifier: MIT
#ifndef DIVIDE_GLSL
#define DIVIDE_GLSL

// n / d of integers for 0 <= n and 0 < d, of a quotient below 2^21. Software devices divide integers lane by lane, floats at
// once: the rounded quotient is wrong by one at most.
int quotient(int n, int d) {
    int q = int(float(n) / float(d));
    int rest = n - q * d;
    return q + int(rest >= d) - int(rest < 0);
}

#endif
