# SPDX-License-Identifier: MIT
"""Invented graphic styles: flat shapes, stripes, dots and hatching in few strong colours.

Paintings seldom have such contrast; without them the networks only tint with bold styles.
"""
import math
import random

from PIL import Image, ImageDraw, ImageFilter

_CANVAS = 512


def _palette(rng):
    """Three to six colours, at least one near black and one near white most of the time."""
    colours = [tuple(rng.randrange(256) for _ in range(3)) for _ in range(rng.randint(2, 4))]
    if rng.random() < 0.8:
        colours.append(tuple(rng.randrange(225, 256) for _ in range(3)))
    if rng.random() < 0.8:
        colours.append(tuple(rng.randrange(40) for _ in range(3)))
    return colours


def _polygon(rng, size, corners):
    x, y, turn = rng.uniform(0, _CANVAS), rng.uniform(0, _CANVAS), rng.uniform(0, math.tau)
    radii = [size * rng.uniform(0.5, 1) for _ in range(corners)]
    return [(x + r * math.cos(turn + k / corners * math.tau),
             y + r * math.sin(turn + k / corners * math.tau)) for k, r in enumerate(radii)]


def _shapes(draw, rng, colours):
    outline = min(colours, key=sum) if rng.random() < 0.5 else None
    width = rng.randint(2, 8)
    for _ in range(rng.randint(10, 60)):
        corners = rng.choice((3, 4, 4, 5, 24))
        draw.polygon(_polygon(rng, rng.uniform(15, 160), corners), fill=rng.choice(colours),
                     outline=outline, width=width)


def _stripes(draw, rng, colours):
    turn, step = rng.uniform(0, math.pi), rng.uniform(5, 30)
    dx, dy = math.cos(turn), math.sin(turn)
    for k in range(-round(_CANVAS / step), round(2 * _CANVAS / step)):
        x, y = -dy * k * step, dx * k * step
        ends = [(x - 999 * dx, y - 999 * dy), (x + 999 * dx, y + 999 * dy)]
        draw.line(ends, fill=rng.choice(colours), width=round(step * rng.uniform(0.2, 0.7)))


def _dots(draw, rng, colours):
    step, colour = rng.uniform(8, 26), rng.choice(colours)
    for row in range(round(_CANVAS / step) + 1):
        for column in range(round(_CANVAS / step) + 1):
            x, y, r = column * step, row * step, step * rng.uniform(0.15, 0.5)
            draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)


def _strokes(draw, rng, colours):
    for _ in range(rng.randint(150, 700)):
        x, y = rng.uniform(0, _CANVAS), rng.uniform(0, _CANVAS)
        turn, length = rng.gauss(math.sin(x / 90) + y / 200, 0.25), rng.uniform(10, 60)
        draw.line((x, y, x + length * math.cos(turn), y + length * math.sin(turn)),
                  fill=rng.choice(colours), width=rng.randint(1, 7))


def invent(seed):
    """A 256×256 picture; the same for the same seed."""
    rng = random.Random(seed)
    colours = _palette(rng)
    image = Image.new("RGB", (_CANVAS, _CANVAS), rng.choice(colours))
    for marks in rng.sample((_shapes, _stripes, _dots, _strokes, _shapes), rng.randint(1, 3)):
        marks(ImageDraw.Draw(image), rng, colours)
    if rng.random() < 0.3:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.5, 3)))
    return image.resize((256, 256), Image.LANCZOS)
