// SPDX-License-Identifier: MIT
// The composite's colour modes. Needs `p` (CompositePush), `ends` (PictureEnds), `picture` (RGBA8), `frameBlock`,
// `colours` and kMode.
#include "common/divide.glsl"

int colourMode;
vec4 colourRows[3];  // of the affine map that matches colours

// Before recoloured(), where all invocations are.
void readColours() {
    colourMode = floatBitsToInt(frameBlock[p.colourWord]);
    for (int row = 0; row < 3; ++row)
        colourRows[row] = vec4(colours[row * 4], colours[row * 4 + 1], colours[row * 4 + 2], colours[row * 4 + 3]);
}

vec3 pictureUnder(ivec2 pixel) {
    ivec2 source = ivec2(p.sourceWidth, p.sourceHeight);
    ivec2 at = pixel;
    // Followed edges are those of a source of the output's size.
    if (kMode != kCompositeGuided)
        at = ivec2(quotient(pixel.x * source.x, ends.width), quotient(pixel.y * source.y, ends.height));
    at = min(at, source - 1);
    if (p.mirror != 0)
        at.x = p.sourceWidth - 1 - at.x;
    return unpackUnorm4x8(picture[at.y * p.sourceWidth + at.x]).rgb;
}

// The picture's colour at the brightness Y of `rgb`: Y + s·(C − Y(C)), s ≤ 1 as large as 0..1 allows, so that neither the
// brightness nor the hue is clipped.
vec3 keepColour(vec3 rgb, vec3 colour) {
    const vec3 kLuma = vec3(0.299, 0.587, 0.114);
    float y = dot(kLuma, rgb);
    vec3 chroma = colour - dot(kLuma, colour);
    vec3 room = mix(vec3(y), vec3(1.0 - y), greaterThan(chroma, vec3(0.0)));
    vec3 scales = room / max(abs(chroma), vec3(1e-6));
    return y + min(1.0, min(scales.x, min(scales.y, scales.z))) * chroma;
}

vec3 matchColour(vec3 rgb) {
    vec3 result;
    for (int row = 0; row < 3; ++row)
        result[row] = dot(colourRows[row].xyz, rgb) + colourRows[row].w;
    return result;
}

vec3 recoloured(vec3 rgb, ivec2 pixel) {
    vec3 bounded = clamp(rgb, 0.0, 1.0);
    if (colourMode == kColourLuma)
        rgb = keepColour(bounded, pictureUnder(pixel));
    if (colourMode == kColourMatched)
        rgb = matchColour(bounded);
    return rgb;
}
