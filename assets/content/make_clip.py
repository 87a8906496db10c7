#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make assets/clip.mp4 from the content photographs: a camera on a stand, in the evening, by lamps that flicker.

That is what a webcam mostly sees. The astronaut sways and the cat turns its head, which is a smooth displacement of the
photograph around them; the coffee is lit by a candle, the rocket by its floodlights. A lamp that flickers changes the
statistics of the whole frame, and with them everything a network makes of it, which is what temporal statistics are for.
Shots dissolve into each other in linear light, the last into the first, so the clip loops without a seam.

    make_clip.py [OUTPUT]            the bundled clip
    make_clip.py --pans [OUTPUT]     slow pans and zooms over the same photographs instead, a camera that never rests
"""
import argparse
import pathlib
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
from PIL import Image

HERE = pathlib.Path(__file__).resolve().parent
WIDTH, HEIGHT, FPS = 640, 360, 30
NOISE = 2.0  # a small camera's, standard deviation in steps of 0..255, before the encoder takes most of it away


def to_linear(c):
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def to_srgb(c):
    c = np.clip(c, 0.0, 1.0)
    return np.where(c <= 0.0031308, 12.92 * c, 1.055 * c ** (1 / 2.4) - 0.055)


def through_box(photo, cx, cy, width):
    """What a box of the photograph shows, from one resampling with a filter as wide as the reduction asks for; its corners
    are fractional, so motion is smooth below one pixel. Centre and width are fractions of the photograph's sides."""
    width *= photo.width
    height = width * HEIGHT / WIDTH
    x = min(max(cx * photo.width - width / 2, 0.0), photo.width - width)
    y = min(max(cy * photo.height - height / 2, 0.0), photo.height - height)
    seen = photo.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC, box=(x, y, x + width, y + height))
    return np.asarray(seen, np.float32) / 255.0


@dataclass
class Lamp:
    """A flickering disc of light with a faint glow. Lengths are fractions of the frame's width."""
    x: float
    y: float
    radius: float
    colour: tuple
    seed: int


@dataclass
class Evening:
    """A shot of a camera at rest; `sway` is centre x, y, radius and the way, right and down, of what moves in it."""
    photo: str
    box: tuple
    exposure: float
    lamp: Lamp = None
    sway: tuple = None
    sway_period_s: float = 1.0
    floodlights_seed: int = None


@dataclass
class Pan:
    """A shot of a moving camera: the box at its start and at its end."""
    photo: str
    start: tuple
    end: tuple


EVENING = [
    Evening("astronaut.png", (0.47, 0.27, 0.94), 0.30, Lamp(0.67, 0.07, 0.040, (1.0, 0.70, 0.38), 5),
            sway=(0.42, 0.20, 0.36, 0.010, 0.002), sway_period_s=2.4),
    Evening("chelsea.png", (0.53, 0.48, 0.90), 0.30, Lamp(0.955, 0.10, 0.045, (1.0, 0.62, 0.25), 3),
            sway=(0.45, 0.30, 0.50, 0.006, 0.006), sway_period_s=2.8),
    Evening("coffee.png", (0.48, 0.44, 0.92), 0.22, Lamp(0.05, 0.05, 0.045, (1.0, 0.60, 0.22), 2)),
    Evening("rocket.jpg", (0.52, 0.55, 0.92), 0.90, floodlights_seed=1),
]
PANS = [
    Pan("astronaut.png", (0.45, 0.21, 0.74), (0.50, 0.28, 0.98)),
    Pan("chelsea.png", (0.56, 0.52, 0.96), (0.50, 0.40, 0.72)),
    Pan("coffee.png", (0.42, 0.40, 0.84), (0.52, 0.46, 0.98)),
    Pan("rocket.jpg", (0.54, 0.56, 0.80), (0.50, 0.44, 0.98)),
]

# Seconds from one shot to the next, and of the dissolve at its end.
EVENING_TIMES = 4.0, 0.3
PANS_TIMES = 2.0, 0.6

X, Y = np.meshgrid((np.arange(WIDTH) + 0.5) / WIDTH, (np.arange(HEIGHT) + 0.5) / WIDTH)


def flame(seed, time_s):
    """A flame's unrest at a time, standard deviation about 0.6: noise at 9 and at 15 changes a second."""
    values = np.random.default_rng(seed).standard_normal(2048)
    ticks = np.arange(values.size)
    return 0.5 * (np.interp(time_s * 9, ticks, values) + np.interp(time_s * 15, ticks, values[::-1]))


def displaced(picture, right, down):
    """The picture moved by so many pixels at each pixel, edges repeated."""
    x = np.clip(np.arange(WIDTH)[None, :] - right, 0, WIDTH - 1.001)
    y = np.clip(np.arange(HEIGHT)[:, None] - down, 0, HEIGHT - 1.001)
    left, top = x.astype(int), y.astype(int)
    fx, fy = (x - left)[..., None], (y - top)[..., None]
    above = picture[top, left] * (1 - fx) + picture[top, left + 1] * fx
    below = picture[top + 1, left] * (1 - fx) + picture[top + 1, left + 1] * fx
    return above * (1 - fy) + below * fy


def evening_light(shot, photos, time_s):
    """Linear light of a shot at rest at a time."""
    picture = through_box(photos[shot.photo], *shot.box)
    if shot.sway:
        x, y, radius, right, down = shot.sway
        near = np.clip(1 - ((X - x) ** 2 + (Y - y) ** 2) / radius ** 2, 0, 1) ** 2
        swing = WIDTH * np.sin(2 * np.pi * time_s / shot.sway_period_s)
        picture = displaced(picture, right * swing * near, down * swing * near)
    light = to_linear(picture) * shot.exposure
    if shot.lamp:
        lamp = shot.lamp
        distance = np.hypot(X - lamp.x, Y - lamp.y)
        disc = 1 / (1 + np.exp((distance - lamp.radius) / 0.005))
        power = 0.60 * np.clip(1 + 0.9 * flame(lamp.seed, time_s), 0.08, 2)
        light = light + (power * (disc + 0.2 * np.exp(-distance / 0.03)))[..., None] * np.array(lamp.colour)
    if shot.floodlights_seed is not None:
        bright = np.clip((to_linear(picture).max(2) - 0.25) / 0.5, 0, 1) * np.clip((Y - 0.40) / 0.06, 0, 1)
        lit = np.maximum(1 + 0.9 * flame(shot.floodlights_seed, time_s) * bright, 0.1)
        light = light * lit[..., None]
    return np.clip(light, 0, 1)


def pan_box(shot, t):
    """The box at time t (0..1) of a pan: half linear, half smoothstep, gentle at both ends, never at rest."""
    k = 0.5 * t + 0.5 * t * t * (3.0 - 2.0 * t)
    cx, cy = (a + (b - a) * k for a, b in zip(shot.start[:2], shot.end[:2]))
    return cx, cy, shot.start[2] * (shot.end[2] / shot.start[2]) ** k


def shot_light(shot, photos, time_s, span_s):
    """Linear light of a shot that lasts span_s, time_s after it began to appear."""
    if isinstance(shot, Evening):
        return evening_light(shot, photos, time_s)
    return to_linear(through_box(photos[shot.photo], *pan_box(shot, time_s / span_s)))


def frame(shots, times, photos, number):
    """Frame of the clip, 0..255 without noise; shot k begins to appear a dissolve before k times its length."""
    length_s, dissolve_s = times
    index, into = divmod(number / FPS, length_s)
    index = int(index)
    span = length_s + dissolve_s
    light = shot_light(shots[index], photos, into + dissolve_s, span)
    fade = (into - (length_s - dissolve_s)) / dissolve_s
    if fade > 0.0:
        coming = shot_light(shots[(index + 1) % len(shots)], photos, into - length_s + dissolve_s, span)
        mix = fade * fade * (3.0 - 2.0 * fade)
        light = light * (1.0 - mix) + coming * mix
    return 255.0 * to_srgb(light)


def load_photos(shots):
    return {shot.photo: Image.open(HERE / shot.photo).convert("RGB") for shot in shots}


def write(output, pans=False):
    shots, times = (PANS, PANS_TIMES) if pans else (EVENING, EVENING_TIMES)
    photos = load_photos(shots)
    quality = ["-crf", "19"] if pans else ["-crf", "23", "-tune", "grain"]
    encoder = subprocess.Popen(
        ["ffmpeg", "-y", "-loglevel", "error", "-f", "rawvideo", "-pix_fmt", "rgb24",
         "-s", f"{WIDTH}x{HEIGHT}", "-r", str(FPS), "-i", "-",
         "-vf", "scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd+full_chroma_int,"
                "format=yuv420p",
         "-c:v", "libx264", "-preset", "slow", *quality, "-g", str(2 * FPS),
         "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
         "-color_range", "tv", "-fflags", "+bitexact", "-flags:v", "+bitexact",
         "-movflags", "+faststart", str(output)],
        stdin=subprocess.PIPE)
    for number in range(int(len(shots) * times[0] * FPS)):
        picture = frame(shots, times, photos, number)
        if not pans:
            random = np.random.default_rng(number)
            grey, coloured = (random.standard_normal((HEIGHT, WIDTH, n)) for n in (1, 3))
            picture = picture + NOISE * (0.8 * grey + 0.6 * coloured)
        encoder.stdin.write(np.clip(picture + 0.5, 0, 255).astype(np.uint8).tobytes())
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit(f"{output}: ffmpeg could not encode the clip; its message is above")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("output", nargs="?", type=pathlib.Path)
    parser.add_argument("--pans", action="store_true", help="a camera that never rests")
    arguments = parser.parse_args()
    write(arguments.output or HERE.parent / ("pans.mp4" if arguments.pans else "clip.mp4"), arguments.pans)


if __name__ == "__main__":
    main()
