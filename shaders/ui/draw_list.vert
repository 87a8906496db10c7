// SPDX-License-Identifier: MIT
// Vertices of an ImGui draw list: from ImGui's coordinates to clip space.
// Input: position in pixels, texture coordinate, colour (UNORM, straight alpha). Gamma-encoded values pass as they are.
#version 450

layout(location = 0) in vec2 position;
layout(location = 1) in vec2 coordinate;
layout(location = 2) in vec4 color;

layout(push_constant) uniform Push {
    vec2 scale;   // 2 / display size
    vec2 offset;  // −1 − display position · scale
};

layout(location = 0) out vec2 fragmentCoordinate;
layout(location = 1) out vec4 fragmentColor;

void main() {
    fragmentCoordinate = coordinate;
    fragmentColor = color;
    gl_Position = vec4(position * scale + offset, 0.0, 1.0);
}
