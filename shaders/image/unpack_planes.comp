#version 450
// SPDX-License-Identifier: MIT
// Computes: decoded or captured YUV samples as an RGBA8 picture: chroma interpolated at its siting, matrix and range as the
// header says, optionally flipped left to right. reference::rgbOfPlanes is the same on the CPU.
// Method: kPlanePixels pixels of a row per invocation, whose samples are read as words; a software device reads and stores
// lane by lane, whatever the size.
// Layouts: samples in bytes behind the PlanesHeader, rows tight, and 16 bytes that may be anything; target one uint per
// pixel, R in the low byte.
// Bindings: 0 header and samples, 1 target.
// Specialization: 0 the layout, 1 whether chroma has half the rows, 2 whether rows are whole pairs of pixels (stored as such
// with WIDE_STORES).
// Dispatch: (ceil(width / kPlanePixels / kConvLanes), ceil(height / kConvLanes), 1).
#ifdef WIDE_STORES
#extension GL_EXT_shader_explicit_arithmetic_types_int64 : require
#endif
#extension GL_EXT_control_flow_attributes : require
#include "image/picture.h"

#define INVOCATION ivec3(gl_WorkGroupID * gl_WorkGroupSize + gl_LocalInvocationID)

layout(local_size_x = kConvLanes, local_size_y = kConvLanes) in;
layout(constant_id = 0) const int kLayout = kPlanesPlanar;
layout(constant_id = 1) const bool kHalfHeight = true;
layout(constant_id = 2) const bool kWholePairs = false;
layout(push_constant) uniform Push { PlanesPush p; };

layout(std430, set = 0, binding = 0) readonly buffer Samples {
    PlanesHeader header;
    uint samples[];
};
#ifdef WIDE_STORES
layout(std430, set = 0, binding = 1) writeonly buffer TargetPairs { uint64_t targetPairs[]; };
#endif
layout(std430, set = 0, binding = 1) writeonly buffer Target { uint target[]; };

const int kColumns = kPlanePixels / 2;  // of chroma
const int kWindow = kColumns + 2;       // with the columns beside them

vec4 bytesOf(uint word) { return vec4(uvec4(word, word >> 8, word >> 16, word >> 24) & 0xffu); }

// Eight bytes from byte `at` on.
uvec2 eightBytes(int at) {
    int word = at >> 2;
    int shift = 8 * (at & 3);
    uvec3 words = uvec3(samples[word], samples[word + 1], samples[word + 2]);
    return (words.xy >> shift) | ((words.yz << 1) << (31 - shift));
}

// U and V of the columns first − 1 … first + kColumns of a row of chroma, those beside the picture like its last.
void fetchChroma(int row, int first, int width, out vec2 uv[kWindow]) {
    if (kLayout == kPlanesPacked) {
        [[unroll]] for (int i = 0; i < kWindow; ++i)
            uv[i] = bytesOf(samples[(row >> 2) + clamp(first - 1 + i, 0, width - 1)]).yw;
        return;
    }
    if (kLayout == kPlanesInterleaved) {
        int at = p.uBase + row + 2 * (first - 1);
        uvec2 low = eightBytes(at);
        vec4 a = bytesOf(low.x), b = bytesOf(low.y), c = bytesOf(eightBytes(at + 8).x);
        uv = vec2[kWindow](a.xy, a.zw, b.xy, b.zw, c.xy, c.zw);
    } else {
        uvec2 u = eightBytes(p.uBase + row + first - 1);
        uvec2 v = eightBytes(p.vBase + row + first - 1);
        vec4 u0 = bytesOf(u.x), v0 = bytesOf(v.x), u1 = bytesOf(u.y), v1 = bytesOf(v.y);
        uv = vec2[kWindow](vec2(u0.x, v0.x), vec2(u0.y, v0.y), vec2(u0.z, v0.z), vec2(u0.w, v0.w), vec2(u1.x, v1.x),
                           vec2(u1.y, v1.y));
    }
    if (first == 0)
        uv[0] = uv[1];
    [[unroll]] for (int i = 2; i < kWindow; ++i)
        uv[i] = first - 1 + i < width ? uv[i] : uv[i - 1];
}

void fetchLuma(int y, int left, int lastWord, out float luma[kPlanePixels]) {
    if (kLayout == kPlanesPacked) {
        [[unroll]] for (int i = 0; i < kColumns; ++i) {
            vec4 bytes = bytesOf(samples[min((y * p.lumaRow >> 2) + left / 2 + i, lastWord)]);
            luma[2 * i] = bytes.x;
            luma[2 * i + 1] = bytes.z;
        }
        return;
    }
    uvec2 words = eightBytes(y * p.lumaRow + left);
    vec4 a = bytesOf(words.x), b = bytesOf(words.y);
    luma = float[kPlanePixels](a.x, a.y, a.z, a.w, b.x, b.y, b.z, b.w);
}

void main() {
    // Uniform values are read before anything is masked: a software device reads them lane by lane then.
    PlanesHeader h = header;
    int width = p.width;
    int height = p.height;
    int chromaWidth = p.chromaWidth;
    int left = INVOCATION.x * kPlanePixels;
    int y = INVOCATION.y;
    bool inside = left < width && y < height;
    left = min(left, (width - 1) / kPlanePixels * kPlanePixels);
    y = min(y, height - 1);

    float row = float(y);
    if (kHalfHeight)
        row = clamp((row - h.chromaY) * 0.5, 0.0, float(p.chromaHeight - 1));
    int top = int(row);
    vec2 uv[kWindow];
    fetchChroma(top * p.chromaRow, left / 2, chromaWidth, uv);
    if (kHalfHeight) {
        vec2 below[kWindow];
        fetchChroma(min(top + 1, p.chromaHeight - 1) * p.chromaRow, left / 2, chromaWidth, below);
        [[unroll]] for (int i = 0; i < kWindow; ++i)
            uv[i] = mix(uv[i], below[i], row - float(top));
    }
    float luma[kPlanePixels];
    fetchLuma(y, left, (p.lumaRow >> 2) * height - 1, luma);

    uint rgba[kPlanePixels];
    [[unroll]] for (int i = 0; i < kPlanePixels; ++i) {
        // From the pixel's own column of chroma to the one it lies nearer to.
        int column = i / 2 + 1;
        float position = (float(i % 2) - h.chromaX) * 0.5;
        vec2 chroma = uv[column] + max(position, 0.0) * (uv[column + 1] - uv[column]) +
                      max(-position, 0.0) * (uv[column - 1] - uv[column]) - 128.0;
        float level = h.lumaScale * (luma[i] - h.lumaOffset);
        vec3 rgb = vec3(level + h.redOfV * chroma.y, level + h.greenOfU * chroma.x + h.greenOfV * chroma.y,
                        level + h.blueOfU * chroma.x);
        rgba[i] = packUnorm4x8(vec4(clamp(rgb, 0.0, 1.0), 1.0));
    }
    bool mirror = h.mirror != 0;
    int first = y * width + (mirror ? width - 1 - left : left);
    int step = mirror ? -1 : 1;
#ifdef WIDE_STORES
    if (kWholePairs) {
        int pair = (mirror ? first - 1 : first) >> 1;
        [[unroll]] for (int i = 0; i < kPlanePixels; i += 2) {
            uvec2 pixels = uvec2(rgba[i], rgba[i + 1]);
            if (inside && left + i < width)
                targetPairs[pair + step * i / 2] = packUint2x32(mirror ? pixels.yx : pixels);
        }
        return;
    }
#endif
    [[unroll]] for (int i = 0; i < kPlanePixels; ++i) {
        if (inside && left + i < width)
            target[first + step * i] = rgba[i];
    }
}
