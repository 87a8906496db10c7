// SPDX-License-Identifier: MIT
// The composite's colour modes. Needs `p` (CompositePush), `ends` (PictureEnds), `picture` (RGBA8), `frameBlock` and
// `colours`.

vec3 pictureUnder(ivec2 pixel) {
    ivec2 at = min(pixel * ivec2(p.sourceWidth, p.sourceHeight) / ivec2(ends.width, ends.height),
                   ivec2(p.sourceWidth, p.sourceHeight) - 1);
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
    int mode = floatBitsToInt(frameBlock[p.colourWord]);
    vec3 bounded = clamp(rgb, 0.0, 1.0);
    if (mode == kColourLuma)
        rgb = keepColour(bounded, pictureUnder(pixel));
    if (mode == kColourMatched)
        rgb = matchColour(bounded);
    return rgb;
}
