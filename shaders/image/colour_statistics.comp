#version 450
// SPDX-License-Identifier: MIT
// Computes: partial mean and sum of products of deviations (Welford, fp32) of the colours of the network's picture and of what
// it made of it, over a share of the pixels of the content.
// Layouts: styled and picture as the network's exit and entry; partials: kColourFloats per partial and picture, see below.
// Preconditions: partial k owns pixels k, k + kColourPartials, … (possibly none).
// Bindings: 0 styled, 1 picture, 2 colour buffer.
// Dispatch: (kColourPartials / kLinearGroup, 1, 1), indirect: none where colours are not matched.
#include "common/divide.glsl"
#include "common/feature.glsl"
#include "image/colour.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { ColourPush p; };

FEATURE_INPUT(0, styled)
FEATURE_INPUT(1, picture)
layout(std430, set = 0, binding = 2) writeonly buffer Colours { float colours[]; };

#include "image/ends.glsl"

struct Moments {
    vec3 mean;
    vec3 squares;   // xx, yy, zz
    vec3 products;  // xy, xz, yz
};

void add(inout Moments m, vec3 value, float count) {
    vec3 before = value - m.mean;
    m.mean += before / count;
    vec3 after = value - m.mean;
    m.squares += before * after;
    m.products += before.xxy * after.yzz;
}

// Per partial: mean 3, squares 3, products 3.
void store(int base, Moments m) {
    for (int i = 0; i < 3; ++i) {
        colours[base + i] = m.mean[i];
        colours[base + 3 + i] = m.squares[i];
        colours[base + 6 + i] = m.products[i];
    }
}

void main() {
    int partial = INVOCATION.x;
    Moments source = Moments(vec3(0.0), vec3(0.0), vec3(0.0));
    Moments result = source;
    float count = 0.0;
    int width = p.contentWidth;
    int pixels = width * p.contentHeight;
    for (int pixel = partial; pixel < pixels; pixel += kColourPartials) {
        int row = quotient(pixel, width);
        ivec2 at = ivec2(pixel - row * width, row);
        count += 1.0;
        add(source, pictureAt(at), count);
        add(result, clamp(styledAt(at), 0.0, 1.0), count);
    }
    int base = kColourMapFloats + partial * 2 * kColourFloats;
    store(base, source);
    store(base + kColourFloats, result);
}
