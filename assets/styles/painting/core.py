# SPDX-License-Identifier: MIT
"""Noise, colour and resampling shared by every style.

Images are float32 arrays [H,W,3] in 0..1, masks [H,W]. Styles are made at
SIZE x SIZE and reduced to half of that at the end, which antialiases them.
Positions in pictures are fractions of the side: x to the right, y downward.
"""
import numpy as np
from PIL import Image
from scipy import ndimage

SIZE = 1024


def grid(size=SIZE):
    """x [H,W] and y [H,W] at pixel centres, 0..1."""
    c = (np.arange(size, dtype=np.float32) + 0.5) / size
    return np.meshgrid(c, c)


def noise(rng, period, size=SIZE, stretch=(1.0, 1.0)):
    """Smooth noise with features of `period` (fraction of the side), about 0..1."""
    cells = [max(2, int(round(1.0 / (period * s)))) + 3 for s in stretch]
    coarse = rng.random((cells[1], cells[0])).astype(np.float32)
    image = Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC,
                                           box=(1, 1, cells[0] - 1, cells[1] - 1))
    return np.asarray(image)


def fractal(rng, period, octaves=4, gain=0.5, size=SIZE, stretch=(1.0, 1.0)):
    """Sum of `octaves` noises, each at half the period; mean about 0.5."""
    total = np.zeros((size, size), np.float32)
    weight, sum_weight = 1.0, 0.0
    for k in range(octaves):
        total += weight * noise(rng, period / 2 ** k, size, stretch)
        sum_weight += weight
        weight *= gain
    return total / sum_weight


def warp(image, dx, dy):
    """image sampled at (x + dx, y + dy), offsets in fractions of the side."""
    height, width = image.shape[:2]
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    where = [yy + dy * SIZE, xx + dx * SIZE]
    if image.ndim == 2:
        return ndimage.map_coordinates(image, where, order=1, mode="reflect")
    return np.stack([ndimage.map_coordinates(image[..., c], where, order=1, mode="reflect")
                     for c in range(image.shape[2])], axis=-1)


def blur(image, radius_px):
    sigma = (radius_px, radius_px, 0) if image.ndim == 3 else radius_px
    return ndimage.gaussian_filter(image, sigma)


def smoothstep(a, b, x):
    t = np.clip((x - a) / (b - a), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def mix(a, b, t):
    """a where t is 0, b where t is 1; t is a mask [H,W] or a number."""
    if isinstance(t, np.ndarray) and t.ndim == 2:
        t = t[..., None]
    return a * (1.0 - t) + b * t


def rgb(code):
    """'#rrggbb' as float32 [3]."""
    return np.array([int(code[i:i + 2], 16) for i in (1, 3, 5)], np.float32) / 255.0


def palette(codes):
    return np.stack([rgb(c) for c in codes.split()])


def ramp(t, codes):
    """Colours of a gradient given as '#.. #.. #..' at t in 0..1."""
    colours = palette(codes) if isinstance(codes, str) else codes
    at = np.clip(t, 0.0, 1.0) * (len(colours) - 1)
    low = np.minimum(at.astype(np.int32), len(colours) - 2)
    k = (at - low)[..., None]
    return (colours[low] * (1.0 - k) + colours[low + 1] * k).astype(np.float32)


def luma(image):
    return image @ np.array([0.299, 0.587, 0.114], np.float32)


def saturate(image, amount):
    grey = luma(image)[..., None]
    return np.clip(grey + (image - grey) * amount, 0.0, 1.0)


def relief(height, strength, light=(-0.6, -0.7)):
    """Shade of a height map under light from the upper left, 1 on flat ground."""
    gy, gx = np.gradient(height)
    slope = (gx * light[0] + gy * light[1]) * strength
    return 1.0 + slope / np.sqrt(1.0 + slope * slope)


def paper(rng, strength=0.06):
    """Grain of rough paper, around 1."""
    grain = fractal(rng, 6.0 / SIZE, 2) * 0.6 + fractal(rng, 14.0 / SIZE, 2) * 0.4
    return 1.0 + strength * (relief(grain, 6.0) - 1.0) + strength * (grain - 0.5)


def finish(image):
    """uint8 [SIZE/2, SIZE/2, 3], averaged 2 x 2."""
    h, w, _ = image.shape
    small = np.clip(image, 0, 1).reshape(h // 2, 2, w // 2, 2, 3).mean(axis=(1, 3))
    return (small * 255.0 + 0.5).astype(np.uint8)
