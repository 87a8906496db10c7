// SPDX-License-Identifier: MIT
// The network's picture and what it made of it, pixel by pixel, where its first and last step (pixel unshuffle and shuffle,
// scale and shift) were taken over by the picture kernels. Needs the feature inputs `styled` and `picture`, and `p` with width,
// height (padding included), entryFactor, exitFactor, scale and shift.

vec3 unshuffle(F8 redGreen, F8 blue, int phase) { return vec3(redGreen.lo[phase], redGreen.hi[phase], blue.lo[phase]); }

vec3 styledAt(ivec2 at) {
    if (p.exitFactor == 1)
        return styled(at.y * p.width + at.x).lo.rgb;
    int width = p.width / 2;
    int texel = (at.y >> 1) * width + (at.x >> 1);
    return unshuffle(styled(texel), styled(width * (p.height / 2) + texel), (at.y & 1) * 2 + (at.x & 1));
}

vec3 pictureAt(ivec2 at) {
    vec3 rgb;
    if (p.entryFactor == 1) {
        rgb = picture(at.y * p.width + at.x).lo.rgb;
    } else {
        int width = p.width / 2;
        int texel = (at.y >> 1) * width + (at.x >> 1);
        rgb = unshuffle(picture(texel), picture(width * (p.height / 2) + texel), (at.y & 1) * 2 + (at.x & 1));
    }
    return (rgb - p.shift) / p.scale;
}
