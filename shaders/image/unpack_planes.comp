#version 450
// SPDX-License-Identifier: MIT
// Computes: decoded or captured YUV samples as an RGBA8 picture: chroma interpolated at its siting, matrix and range as the
// header says, optionally flipped left to right. reference::rgbOfPlanes is the same on the CPU.
// Layouts: samples in bytes behind the PlanesHeader, rows tight, addressed by the steps in the push constants; target one
// uint per pixel, R in the low byte.
// Bindings: 0 header and samples, 1 target.
// Dispatch: (ceil(width / kPlanePixels / kConvLanes), ceil(height / kConvLanes), 1); kPlanePixels pixels of a row per
// invocation.
#include "image/picture.h"

#define INVOCATION ivec3(gl_WorkGroupID * gl_WorkGroupSize + gl_LocalInvocationID)

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(push_constant) uniform Push { PlanesPush p; };

layout(std430, set = 0, binding = 0) readonly buffer Samples {
    PlanesHeader header;
    uint samples[];
};
layout(std430, set = 0, binding = 1) writeonly buffer Target { uint target[]; };

float byteAt(int i) { return float(samples[i >> 2] >> (8 * (i & 3)) & 0xffu); }

// Both chroma samples of column `i`, interpolated between two rows.
vec2 chromaAt(int i, int top, int bottom, float f) {
    int column = clamp(i, 0, p.chromaWidth - 1) * p.chromaStep;
    vec2 above = vec2(byteAt(p.uBase + top + column), byteAt(p.vBase + top + column));
    if (p.chromaHalfHeight == 0)
        return above;
    return mix(above, vec2(byteAt(p.uBase + bottom + column), byteAt(p.vBase + bottom + column)), f);
}

// One pixel from the chroma column it belongs to and the ones beside it. `odd`: the pixel's own column is odd.
void shade(int x, int y, bool odd, vec2 before, vec2 here, vec2 after) {
    if (x >= p.width)
        return;
    float position = ((odd ? 1.0 : 0.0) - header.chromaX) * 0.5;
    vec2 uv = (position < 0.0 ? mix(before, here, position + 1.0) : mix(here, after, position)) - 128.0;
    float luma = header.lumaScale * (byteAt(y * p.lumaRow + x * p.lumaStep) - header.lumaOffset);
    vec3 rgb = vec3(luma + header.redOfV * uv.y, luma + header.greenOfU * uv.x + header.greenOfV * uv.y,
                    luma + header.blueOfU * uv.x);
    int column = header.mirror != 0 ? p.width - 1 - x : x;
    target[y * p.width + column] = packUnorm4x8(vec4(clamp(rgb, 0.0, 1.0), 1.0));
}

void main() {
    int left = INVOCATION.x * kPlanePixels;
    int y = INVOCATION.y;
    if (left >= p.width || y >= p.height)
        return;
    float row = float(y);
    if (p.chromaHalfHeight != 0)
        row = clamp((row - header.chromaY) * 0.5, 0.0, float(p.chromaHeight - 1));
    int top = int(row);
    int bottom = min(top + 1, p.chromaHeight - 1);
    float f = row - float(top);
    top *= p.chromaRow;
    bottom *= p.chromaRow;
    int k = left / 2;
    vec2 before = chromaAt(k - 1, top, bottom, f);
    vec2 first = chromaAt(k, top, bottom, f);
    vec2 second = chromaAt(k + 1, top, bottom, f);
    vec2 after = chromaAt(k + 2, top, bottom, f);
    shade(left, y, false, before, first, second);
    shade(left + 1, y, true, before, first, second);
    shade(left + 2, y, false, first, second, after);
    shade(left + 3, y, true, first, second, after);
}
