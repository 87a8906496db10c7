#version 450
// SPDX-License-Identifier: MIT
// Computes: channels of a feature map as grey tiles, each mean ± 2.5 deviations from black to white, nearest pixel.
// Layouts: x feature map; picture RGBA8, one uint per pixel, kFeatureViewSide squared.
// Bindings: 0 x, 1 picture.
// Dispatch: (tiles, 1, 1); a workgroup makes one tile, those beyond the last channel come out black.
#include "common/feature.glsl"
#include "common/shared.h"
#include "common/views.h"

layout(local_size_x = kLinearGroup) in;
layout(push_constant) uniform Push { FeatureViewPush p; };

FEATURE_INPUT(0, source)
layout(std430, set = 0, binding = 1) writeonly buffer Picture { uint picture[]; };

shared float sums[kLinearGroup];
shared float squares[kLinearGroup];

void main() {
    int lane = int(gl_LocalInvocationID.x);
    int tile = int(gl_WorkGroupID.x);
    int channel = p.first + tile;
    bool inside = channel < p.channels;
    int plane = channel / 8 * p.width * p.height;
    int pixels = p.width * p.height;
    float sum = 0.0;
    float square = 0.0;
    // A rough range is enough for grey values: at most some thousand pixels are looked at.
    int stride = max(1, pixels / 4096);
    float shift = inside ? channelOf(source(plane), channel % 8) : 0.0;
    float count = 0.0;
    for (int i = lane * stride; inside && i < pixels; i += kLinearGroup * stride) {
        float x = channelOf(source(plane + i), channel % 8) - shift;
        sum += x;
        square += x * x;
        count += 1.0;
    }
    sums[lane] = sum;
    squares[lane] = square;
    barrier();
    float mean = 0.0;
    float total = 0.0;
    for (int i = 0; i < kLinearGroup; ++i) {
        mean += sums[i];
        total += squares[i];
    }
    float all = float((pixels + stride - 1) / stride);
    mean /= all;
    float sigma = sqrt(max(total / all - mean * mean, 0.0));
    mean += shift;
    // The map keeps its proportions within the square tile; one pixel stays free between tiles.
    int space = max(1, p.tile - 1);
    float scale = float(max(p.width, p.height)) / float(space);
    int left = tile % p.across * p.tile;
    int top = tile / p.across * p.tile;
    for (int i = lane; i < p.tile * p.tile; i += kLinearGroup) {
        int x = i % p.tile;
        int y = i / p.tile;
        int sourceX = int((float(x) + 0.5) * scale);
        int sourceY = int((float(y) + 0.5) * scale);
        float grey = 0.0;
        if (inside && x < space && y < space && sourceX < p.width && sourceY < p.height) {
            float value = channelOf(source(plane + sourceY * p.width + sourceX), channel % 8);
            grey = clamp(0.5 + (value - mean) / max(5.0 * sigma, 1e-12), 0.02, 1.0);
        }
        picture[(top + y) * kFeatureViewSide + left + x] = packUnorm4x8(vec4(vec3(grey), 1.0));
    }
}
