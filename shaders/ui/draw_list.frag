// SPDX-License-Identifier: MIT
// Fragments of an ImGui draw list: texture times colour. Binding 0: font atlas, thumbnail or picture, any layout.
// AREA is for pictures drawn smaller than they are: up to 8×8 taps over what one pixel covers are averaged, because
// images carry no mipmaps and single bilinear taps would flicker on video.
#version 450

layout(set = 0, binding = 0) uniform sampler2D image;

layout(location = 0) in vec2 fragmentCoordinate;
layout(location = 1) in vec4 fragmentColor;
layout(location = 0) out vec4 result;

#ifdef AREA
vec4 areaSample() {
    vec2 footprint = abs(dFdx(fragmentCoordinate)) + abs(dFdy(fragmentCoordinate));
    vec2 texels = footprint * vec2(textureSize(image, 0));
    // A bilinear tap covers two texels along each axis.
    ivec2 taps = clamp(ivec2(ceil(texels * 0.5 + 0.45)), ivec2(1), ivec2(8));
    vec4 sum = vec4(0.0);
    for (int y = 0; y < taps.y; ++y) {
        for (int x = 0; x < taps.x; ++x) {
            vec2 within = (vec2(x, y) + 0.5) / vec2(taps) - 0.5;
            sum += textureLod(image, fragmentCoordinate + within * footprint, 0.0);
        }
    }
    return sum / float(taps.x * taps.y);
}
#endif

void main() {
#ifdef AREA
    result = fragmentColor * areaSample();
#else
    result = fragmentColor * texture(image, fragmentCoordinate);
#endif
}
