// SPDX-License-Identifier: MIT
// The composite's colour modes. Needs `p` (CompositePush), `colourUse`, `picture` (RGBA8), `frameBlock` and `colours`.

vec3 pictureUnder(ivec2 pixel) {
    ivec2 at = ivec2(pixel.x * p.sourceWidth / p.outWidth, pixel.y * colourUse.sourceHeight / p.outHeight);
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
        result[row] = dot(vec3(colours[row * 4], colours[row * 4 + 1], colours[row * 4 + 2]), rgb) + colours[row * 4 + 3];
    return result;
}

vec3 recoloured(vec3 rgb, ivec2 pixel) {
    int mode = floatBitsToInt(frameBlock[colourUse.word]);
    // Loops of at most one turn: a software device runs both sides of a branch, but leaves a loop.
    for (int i = 0; i < (mode == kColourLuma ? 1 : 0); ++i)
        rgb = keepColour(clamp(rgb, 0.0, 1.0), pictureUnder(pixel));
    for (int i = 0; i < (mode == kColourMatched ? 1 : 0); ++i)
        rgb = matchColour(clamp(rgb, 0.0, 1.0));
    return rgb;
}
