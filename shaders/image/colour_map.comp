#version 450
// SPDX-License-Identifier: MIT
// Computes: the affine map of colours that gives the styled picture the source's mean and covariance and moves colours least:
//   x ↦ T·(x − μo) + μs,  T = R⁻¹·(R·Σs·R)^½·R⁻¹,  R = Σo^½,
// the Monge-Kantorovich map between two normal distributions (Pitié and Kokaram 2007), with λ = kLeastColourVariance added to
// the diagonals of both covariances Σs (source) and Σo (styled).
// Layouts: colour buffer: the map as three rows (T, offset) first, then the partials of image/colour_statistics.comp.
// Bindings: 0 colour buffer.
// Dispatch: (1, 1, 1), indirect: none where colours are not matched.
#include "image/colour.h"

layout(local_size_x = 1) in;
layout(push_constant) uniform Push { ColourPush p; };
layout(std430, set = 0, binding = 0) buffer Colours { float colours[]; };

struct Moments {
    vec3 mean;
    mat3 covariance;
};

// Pixels of partial k when they are dealt round-robin.
float pixelsOf(int k, int pixels) { return float((pixels - k + kColourPartials - 1) / kColourPartials); }

// Partials merged after Chan et al. 1983.
Moments merged(int offset) {
    int pixels = p.contentWidth * p.contentHeight;
    float count = 0.0;
    Moments sum = Moments(vec3(0.0), mat3(0.0));
    for (int k = 0; k < min(kColourPartials, pixels); ++k) {
        int at = kColourMapFloats + k * 2 * kColourFloats + offset;
        float n = pixelsOf(k, pixels);
        float total = count + n;
        vec3 difference = vec3(colours[at], colours[at + 1], colours[at + 2]) - sum.mean;
        sum.mean += difference * (n / total);
        float xy = colours[at + 6], xz = colours[at + 7], yz = colours[at + 8];
        mat3 own = mat3(colours[at + 3], xy, xz, xy, colours[at + 4], yz, xz, yz, colours[at + 5]);
        sum.covariance += own + outerProduct(difference, difference) * (count * n / total);
        count = total;
    }
    sum.covariance = sum.covariance / count + mat3(kLeastColourVariance);
    return sum;
}

// One Jacobi rotation that zeroes a[row][column] of a symmetric matrix; v collects the rotations.
void rotate(inout mat3 a, inout mat3 v, int row, int column) {
    float off = a[row][column];
    if (abs(off) < 1e-12)
        return;
    float theta = (a[column][column] - a[row][row]) / (2.0 * off);
    float t = (theta < 0.0 ? -1.0 : 1.0) / (abs(theta) + sqrt(theta * theta + 1.0));
    float c = inversesqrt(t * t + 1.0);
    mat3 r = mat3(1.0);
    r[row][row] = c;
    r[column][column] = c;
    r[column][row] = t * c;
    r[row][column] = -t * c;
    a = transpose(r) * a * r;
    v = v * r;
}

mat3 power(mat3 a, float exponent) {
    mat3 v = mat3(1.0);
    for (int sweep = 0; sweep < 6; ++sweep) {
        rotate(a, v, 0, 1);
        rotate(a, v, 0, 2);
        rotate(a, v, 1, 2);
    }
    vec3 values = pow(max(vec3(a[0][0], a[1][1], a[2][2]), vec3(1e-12)), vec3(exponent));
    mat3 scaled = mat3(v[0] * values.x, v[1] * values.y, v[2] * values.z);
    return scaled * transpose(v);
}

void main() {
    Moments source = merged(0);
    Moments styled = merged(kColourFloats);
    mat3 root = power(styled.covariance, 0.5);
    mat3 inverseRoot = power(styled.covariance, -0.5);
    mat3 map = inverseRoot * power(root * source.covariance * root, 0.5) * inverseRoot;
    vec3 offset = source.mean - map * styled.mean;
    for (int row = 0; row < 3; ++row) {
        for (int column = 0; column < 3; ++column)
            colours[row * 4 + column] = map[column][row];
        colours[row * 4 + 3] = offset[row];
    }
}
