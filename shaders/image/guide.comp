#version 450
// SPDX-License-Identifier: MIT
// Computes: what the composite needs to bring a small stylized picture to display size along the source's edges: per pixel
// the stylized colour S, the luma Y of the network's input, and the local gain cov(Y, S) / (var(Y) + kFlatVariance) of the
// 4×4 pixels around its quad, the slope of S against Y as in a guided filter (He, Sun, Tang 2010).
// Layouts: styled and picture as the network's exit and entry (factor 2: 12 channels at half size), guide feature map
// (gain RGB, Y, S RGB, 0) of the network's full size.
// Bindings: 0 styled, 1 picture, 2 guide, 3 overflow counter. Specialization: 0 factor of the entry, 1 of the exit.
// Dispatch: (ceil(width / 2 · height / 2 / kLinearGroup), 1, 1), sides rounded up; indirect: none where guidance is off.
#include "common/divide.glsl"
#include "common/feature.glsl"
#include "image/picture.h"

layout(local_size_x = kLinearGroup) in;
layout(constant_id = 0) const int kEntryFactor = 1;
layout(constant_id = 1) const int kExitFactor = 1;
layout(push_constant) uniform Push { GuidePush push; };
GuidePush p;  // read once, before anything is masked: a software device reads uniform values lane by lane then

OVERFLOW_COUNTER(3)
FEATURE_INPUT(0, styled)
FEATURE_INPUT(1, picture)
FEATURE_OUTPUT(2, guide)

// Flatter areas than a deviation of 8/255 carry no edge worth following.
const float kFlatVariance = 1e-3;
const float kLargestGain = 2.0;
const vec3 kLuma = vec3(0.299, 0.587, 0.114);

// Two by two pixels in reading order.
struct Quad {
    vec4 red;
    vec4 green;
    vec4 blue;
    vec4 luma;
};

ivec2 quads;  // how many there are

int pixelIndex(ivec2 quad, int phase) {
    ivec2 at = min(2 * quad + ivec2(phase & 1, phase >> 1), ivec2(p.width, p.height) - 1);
    return at.y * p.width + at.x;
}

void fetchStyled(ivec2 quad, inout Quad q) {
    if (kExitFactor == 2) {
        int texel = quad.y * quads.x + quad.x;
        F8 redGreen = styled(texel);
        q.red = redGreen.lo;
        q.green = redGreen.hi;
        q.blue = styled(quads.x * quads.y + texel).lo;
        return;
    }
    vec3 a = styled(pixelIndex(quad, 0)).lo.rgb, b = styled(pixelIndex(quad, 1)).lo.rgb;
    vec3 c = styled(pixelIndex(quad, 2)).lo.rgb, d = styled(pixelIndex(quad, 3)).lo.rgb;
    q.red = vec4(a.r, b.r, c.r, d.r);
    q.green = vec4(a.g, b.g, c.g, d.g);
    q.blue = vec4(a.b, b.b, c.b, d.b);
}

void fetchLuma(ivec2 quad, inout Quad q) {
    vec4 scaled;
    if (kEntryFactor == 2) {
        int texel = quad.y * quads.x + quad.x;
        F8 redGreen = picture(texel);
        scaled = kLuma.r * redGreen.lo + kLuma.g * redGreen.hi + kLuma.b * picture(quads.x * quads.y + texel).lo;
    } else {
        scaled = vec4(dot(kLuma, picture(pixelIndex(quad, 0)).lo.rgb), dot(kLuma, picture(pixelIndex(quad, 1)).lo.rgb),
                      dot(kLuma, picture(pixelIndex(quad, 2)).lo.rgb), dot(kLuma, picture(pixelIndex(quad, 3)).lo.rgb));
    }
    q.luma = (scaled - p.shift) / p.scale;
}

Quad quadAt(ivec2 quad) {
    quad = clamp(quad, ivec2(0), quads - 1);
    Quad q;
    fetchStyled(quad, q);
    fetchLuma(quad, q);
    return q;
}

float pick(vec4 v, bool right, bool below) {
    vec2 column = right ? v.yw : v.xz;
    return below ? column.y : column.x;
}

// Sums over the window, relative to the first pixel of the middle quad so that nothing cancels.
vec3 colourOrigin;
float lumaOrigin;
vec3 colourSum = vec3(0.0);
float lumaSum = 0.0;
float lumaSquares = 0.0;
vec3 products = vec3(0.0);

void add(Quad q, bool right, bool below) {
    vec3 colour = vec3(pick(q.red, right, below), pick(q.green, right, below), pick(q.blue, right, below)) - colourOrigin;
    float luma = pick(q.luma, right, below) - lumaOrigin;
    colourSum += colour;
    lumaSum += luma;
    lumaSquares += luma * luma;
    products += luma * colour;
}

void addRow(ivec2 quad, bool below, bool leftEdge, bool rightEdge) {
    add(quadAt(quad + ivec2(-1, 0)), !leftEdge, below);
    Quad q = quadAt(quad);
    add(q, false, below);
    add(q, true, below);
    add(quadAt(quad + ivec2(1, 0)), rightEdge, below);
}

void store(bool inside, ivec2 at, vec3 gain, Quad q, int phase) {
    if (inside && at.x < p.width && at.y < p.height) {
        vec4 styledColour = vec4(q.red[phase], q.green[phase], q.blue[phase], 0.0);
        store_guide(at.y * p.width + at.x, F8(vec4(gain, q.luma[phase]), styledColour));
    }
}

void main() {
    p = push;
    quads = (ivec2(p.width, p.height) + 1) / 2;
    bool inside = INVOCATION.x < quads.x * quads.y;
    int index = min(INVOCATION.x, quads.x * quads.y - 1);
    int row = quotient(index, quads.x);
    ivec2 quad = ivec2(index - row * quads.x, row);
    // Beyond an edge its own pixels are repeated: the other one of the clamped quad.
    bool left = quad.x == 0, right = quad.x == quads.x - 1;
    bool top = quad.y == 0, bottom = quad.y == quads.y - 1;
    Quad middle = quadAt(quad);
    colourOrigin = vec3(middle.red.x, middle.green.x, middle.blue.x);
    lumaOrigin = middle.luma.x;
    addRow(quad + ivec2(0, -1), !top, left, right);
    Quad before = quadAt(quad + ivec2(-1, 0));
    Quad after = quadAt(quad + ivec2(1, 0));
    add(before, !left, false);
    add(before, !left, true);
    add(middle, false, false);
    add(middle, true, false);
    add(middle, false, true);
    add(middle, true, true);
    add(after, right, false);
    add(after, right, true);
    addRow(quad + ivec2(0, 1), bottom, left, right);

    vec3 covariance = products / 16.0 - colourSum / 16.0 * (lumaSum / 16.0);
    float variance = max(lumaSquares / 16.0 - lumaSum / 16.0 * (lumaSum / 16.0), 0.0);
    vec3 gain = clamp(covariance / (variance + kFlatVariance), -kLargestGain, kLargestGain);
    store(inside, 2 * quad, gain, middle, 0);
    store(inside, 2 * quad + ivec2(1, 0), gain, middle, 1);
    store(inside, 2 * quad + ivec2(0, 1), gain, middle, 2);
    store(inside, 2 * quad + ivec2(1, 1), gain, middle, 3);
    countSaturated();
}
