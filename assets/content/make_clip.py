#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make assets/clip.mp4: slow pans and zooms over the content photographs.

Every frame is one resampling of the photograph with a filter as wide as the
reduction asks for, from a box with fractional corners, so motion is smooth
below one pixel. Shots dissolve into each other in linear light, the last into
the first, so the clip loops without a seam.
"""
import pathlib
import subprocess
import sys

import numpy as np
from PIL import Image

WIDTH, HEIGHT, FPS = 640, 360, 30
SHOT_S, DISSOLVE_S = 2.0, 0.6

# photograph, then (centre x, centre y, width) of the box at the start and at
# the end of the shot, as fractions of the photograph's width and height.
SHOTS = [
    ("astronaut.png", (0.45, 0.21, 0.74), (0.50, 0.28, 0.98)),
    ("chelsea.png", (0.56, 0.52, 0.96), (0.50, 0.40, 0.72)),
    ("coffee.png", (0.42, 0.40, 0.84), (0.52, 0.46, 0.98)),
    ("rocket.jpg", (0.54, 0.56, 0.80), (0.50, 0.44, 0.98)),
]


def ease(t):
    """Half linear, half smoothstep: gentle at both ends, never at rest."""
    return 0.5 * t + 0.5 * t * t * (3.0 - 2.0 * t)


def to_linear(image):
    c = np.asarray(image, np.float32) / 255.0
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def to_srgb(c):
    c = np.where(c <= 0.0031308, 12.92 * c, 1.055 * np.maximum(c, 0.0) ** (1 / 2.4) - 0.055)
    return np.clip(c * 255.0 + 0.5, 0, 255).astype(np.uint8)


def view(photo, start, end, t):
    """The photograph through the box at time t (0..1) of its shot."""
    k = ease(t)
    cx, cy = (a + (b - a) * k for a, b in zip(start[:2], end[:2]))
    width = start[2] * (end[2] / start[2]) ** k * photo.width
    height = width * HEIGHT / WIDTH
    x = min(max(cx * photo.width - width / 2, 0.0), photo.width - width)
    y = min(max(cy * photo.height - height / 2, 0.0), photo.height - height)
    box = (x, y, x + width, y + height)
    return photo.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC, box=box)


def frame(photos, time_s):
    """Frame at time_s; shot k starts DISSOLVE_S before k * SHOT_S."""
    index = int(time_s // SHOT_S)
    span = SHOT_S + DISSOLVE_S
    into = time_s - index * SHOT_S
    current = view(photos[index], *SHOTS[index][1:], (into + DISSOLVE_S) / span)
    fade = (into - (SHOT_S - DISSOLVE_S)) / DISSOLVE_S
    if fade <= 0.0:
        return np.asarray(current)
    following = (index + 1) % len(SHOTS)
    coming = view(photos[following], *SHOTS[following][1:],
                  (into - SHOT_S + DISSOLVE_S) / span)
    mix = fade * fade * (3.0 - 2.0 * fade)
    return to_srgb(to_linear(current) * (1.0 - mix) + to_linear(coming) * mix)


def main():
    here = pathlib.Path(__file__).resolve().parent
    output = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else here.parent / "clip.mp4"
    photos = [Image.open(here / name).convert("RGB") for name, *_ in SHOTS]
    encoder = subprocess.Popen(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
         "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-",
         "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,"
                "format=yuv420p",
         "-c:v", "libx264", "-preset", "slow", "-crf", "19", "-g", str(FPS),
         "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
         "-color_range", "tv", "-fflags", "+bitexact", "-flags:v", "+bitexact",
         "-movflags", "+faststart", str(output)],
        stdin=subprocess.PIPE)
    for n in range(int(len(SHOTS) * SHOT_S * FPS)):
        encoder.stdin.write(frame(photos, n / FPS).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit(f"{output}: ffmpeg could not encode the clip; its message is above")


if __name__ == "__main__":
    main()
