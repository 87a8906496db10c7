# SPDX-License-Identifier: MIT
"""Styles of line and dot: ink_hatching, pencil_sketch, woodcut, halftone."""
import numpy as np
from PIL import Image, ImageDraw

from .brush import follow
from .core import (SIZE, blur, fractal, grid, mix, noise, paper, ramp, rgb, smoothstep,
                   warp)
from .shapes import below, blob, disc, edges, outline, polygon, ribbon, spline


class Drawing:
    """Tone (0 black .. 1 paper), stroke direction and outlines of a scene built back to front."""

    def __init__(self, tone=1.0):
        self.tone = np.full((SIZE, SIZE), tone, np.float32)
        self.angle = np.full((SIZE, SIZE), 0.6, np.float32)
        self.labels = np.zeros((SIZE, SIZE), np.int32)

    def add(self, mask, tone, angle=None):
        inside = mask > 0.5
        self.tone = mix(self.tone[..., None], np.broadcast_to(tone, mask.shape)[..., None], mask)[..., 0]
        if angle is not None:
            self.angle = np.where(inside, angle, self.angle).astype(np.float32)
        self.labels[inside] = self.labels.max() + 1


def _hatch(rng, tone, angle, layers):
    """Ink [SIZE,SIZE] of pen strokes; layers are (below_tone, turn, spacing, length, width) in px."""
    sheet = Image.new("L", (SIZE * 2, SIZE * 2), 0)
    draw = ImageDraw.Draw(sheet)
    for limit, turn, spacing, length, width in layers:
        field = angle + turn
        n = int(SIZE / spacing) + 2
        gy, gx = np.mgrid[0:n, 0:n].reshape(2, -1) * spacing
        spots = np.stack([gx, gy], 1) + rng.uniform(-0.5, 0.5, (n * n, 2)) * spacing
        for x, y in spots:
            i, j = min(max(int(y), 0), SIZE - 1), min(max(int(x), 0), SIZE - 1)
            dark = limit - tone[i, j]
            if dark <= 0 or rng.random() > 0.25 + 5 * dark:
                continue
            path = follow(field, x, y, 5, length / 5 * rng.uniform(0.7, 1.3))
            ends = np.clip(path.astype(int), 0, SIZE - 1)
            keep = np.concatenate([[True], np.cumprod(tone[ends[1:, 1], ends[1:, 0]] < limit + 0.06) > 0])
            path = path[keep] * 2
            if len(path) < 2:
                continue
            w = width * rng.uniform(0.75, 1.25) * (0.8 + 0.7 * min(dark, 0.6))
            for k, (a, b) in enumerate(zip(path, path[1:])):
                taper = 1.0 - 0.45 * (k / len(path))
                draw.line([tuple(a), tuple(b)], fill=255, width=max(1, int(round(2 * w * taper))))
    return np.asarray(sheet.reduce(2), np.float32) / 255.0


def ink_hatching(rng):
    """An old town by a river, in cross-hatched sepia ink."""
    x, y = grid()
    d = Drawing(0.97)
    billow = fractal(rng, 0.22, 4, stretch=(1.7, 0.7))
    sky = 0.74 + 0.24 * smoothstep(0.0, 0.42, y) + 0.4 * smoothstep(0.48, 0.56, billow)
    d.add(np.ones_like(x), np.clip(sky, 0, 1), 0.12 + 0.4 * (noise(rng, 0.3) - 0.5))
    hill = below(*zip((-.1, .50), (.15, .42), (.35, .38), (.6, .43), (.8, .36), (1.1, .44)))
    d.add(hill, 0.62 + 0.3 * (fractal(rng, 0.1) - 0.5), 0.9 + 0.8 * (x - 0.5))

    def house(px, base, w, h, roof, light=0.9):
        front, side = w * 0.6, w * 0.4
        d.add(polygon([(px, base), (px, base - h), (px + front, base - h), (px + front, base)]), light,
              np.pi / 2)
        d.add(polygon([(px + front, base), (px + front, base - h), (px + w, base - h + 0.012),
                       (px + w, base)]), 0.40, 1.35)
        d.add(polygon([(px - 0.008, base - h), (px + front / 2, base - h - roof),
                       (px + front + 0.006, base - h)]), light - 0.12, 0.9)
        d.add(polygon([(px + front / 2, base - h - roof), (px + front + 0.004, base - h),
                       (px + w + 0.006, base - h + 0.012),
                       (px + front / 2 + side, base - h - roof + 0.012)]), 0.32, 1.9)
        for wy in np.arange(base - h + 0.018, base - 0.02, 0.042):
            for wx in np.arange(px + 0.012, px + front - 0.016, 0.032):
                d.add(polygon([(wx, wy), (wx + 0.014, wy), (wx + 0.014, wy + 0.023), (wx, wy + 0.023)]),
                      0.12, 0.7)

    def tower(px, base, w, h, spire):
        shade = 0.95 - 0.75 * smoothstep(px, px + w, x)
        d.add(polygon([(px, base), (px, base - h), (px + w, base - h), (px + w, base)]), shade, np.pi / 2)
        d.add(polygon([(px - 0.012, base - h), (px + w / 2, base - h - spire), (px + w + 0.012, base - h)]),
              shade * 0.55, np.pi / 2 + (x - px - w / 2) * 6)
        for k in range(int(h / 0.075)):
            d.add(blob([(px + w * 0.36, base - h + 0.06 + k * 0.075),
                        (px + w * 0.5, base - h + 0.025 + k * 0.075),
                        (px + w * 0.64, base - h + 0.06 + k * 0.075)]), 0.08, 0.5)

    tower(0.44, 0.62, 0.085, 0.34, 0.21)
    tower(0.73, 0.63, 0.06, 0.22, 0.15)
    for px, base, w, h, roof in ((0.02, .62, .12, .13, .08), (0.13, .63, .10, .17, .07),
                                 (0.24, .62, .13, .12, .09),
                                 (0.35, .64, .10, .15, .07), (0.53, .63, .11, .16, .08),
                                 (0.63, .64, .10, .12, .08),
                                 (0.79, .64, .12, .15, .09), (0.90, .64, .13, .11, .08)):
        house(px, base, w, h, roof)
    water = (y > 0.645).astype(np.float32)
    ripple = 0.5 + 0.5 * np.sin(y * 260 + 8 * noise(rng, 0.1))
    mirrored = d.tone[np.clip(((1.29 - y) * SIZE).astype(int), 0, SIZE - 1), (x * SIZE).astype(int)]
    d.add(water, np.clip(0.55 * mirrored + 0.25 * ripple + 0.22, 0, 1), 0.06 * np.sin(x * 12))
    bridge = polygon([(-0.05, 0.67), (0.3, 0.625), (0.70, 0.67), (1.05, 0.72), (1.05, 0.80), (-0.05, 0.83)])
    for cx, r in ((0.05, 0.085), (0.25, 0.090), (0.45, 0.085), (0.64, 0.075), (0.81, 0.065)):
        bridge = bridge * (1 - disc(cx, 0.81, r, r * 1.35))
    stones = 0.62 + 0.30 * (np.sin(y * 210) > 0.75) - 0.45 * fractal(rng, 0.03, 3) + 0.25 * (y < 0.665)
    d.add(bridge, stones, 0.25 + 0.3 * np.sin(x * 9))
    bank = below(*zip((-.1, .99), (.3, .985), (.55, .93), (.75, .85), (1.1, .78)))
    d.add(bank, 0.68 - 0.5 * fractal(rng, 0.07, 3), 1.3 + 0.6 * (noise(rng, 0.1) - 0.5))
    trunk = spline([(0.87, 0.93), (0.865, 0.72), (0.89, 0.5), (0.86, 0.3)])
    d.add(ribbon(trunk, np.linspace(0.05, 0.012, len(trunk))), 0.85 - 1.4 * (x - 0.85) / 0.05,
          1.4 + 0.3 * np.sin(y * 60))
    for _ in range(46):
        cx, cy, r = 0.86 + rng.normal(0, 0.10), 0.24 + rng.normal(0, 0.11), rng.uniform(0.025, 0.055)
        lit = np.clip(0.62 - 0.7 * ((x - cx) + (y - cy)) / r * 0.6 - 0.3 * fractal(rng, 0.03, 2), 0.03,
                      0.97)
        lump = warp(disc(cx, cy, r, r * 0.8), *(0.030 * (noise(rng, 0.010) - 0.5) for _ in range(2)))
        d.add(lump, lit, np.arctan2(y - cy, x - cx) + np.pi / 2)
    angle = d.angle + 0.12 * (noise(rng, 0.06) - 0.5)
    ink = _hatch(rng, d.tone, angle, [
        (0.92, 0.0, 9.0, 40, 0.95), (0.66, 1.05, 8.5, 34, 1.0), (0.45, -0.9, 7.5, 28, 1.1),
        (0.26, 0.45, 6.0, 24, 1.35)])
    wobble = [(noise(rng, 0.012) - 0.5) * 0.004 for _ in range(2)]
    pen = warp(edges(d.labels, 3.0) * (0.55 + 0.6 * fractal(rng, 0.05, 2)), *wobble)
    ink = np.maximum(ink, np.clip(pen * 1.2, 0, 1))
    sheet = rgb("#f3e8cd") * paper(rng, 0.10)[..., None] * (0.93 + 0.12 * fractal(rng, 0.4, 4))[..., None]
    sheet = mix(sheet, rgb("#c89a5c"), 0.20 * smoothstep(0.8, 0.3, blur(d.tone, 8)))
    return mix(sheet, ramp(0.6 * fractal(rng, 0.1, 3), "#140f0e #3a2417"), ink * 0.95)


def pencil_sketch(rng):
    """A jug, pears and grapes on a draped table, in graphite."""
    x, y = grid()
    d = Drawing(0.9)
    d.add(np.ones_like(x),
          0.92 - 0.55 * smoothstep(0.05, 0.9, x - 0.25 * y) + 0.1 * (noise(rng, 0.3) - 0.5),
          2.2 + 0.15 * (noise(rng, 0.2) - 0.5))
    table = below(*zip((-.1, .64), (.5, .62), (1.1, .65)))
    folds = np.sin(x * 24 + 5 * np.sin(y * 3 + 1) + 6 * (y - 0.6) * (x - 0.4)) * smoothstep(0.72, 0.9, y)
    d.add(table, 0.84 + 0.26 * folds - 0.1 * (y < 0.72),
          np.where(y > 0.74, 1.5 + 0.5 * np.cos(x * 12), 0.05))

    def solid(mask, cx, cy, rx, ry, dark=0.0, gloss=0.9):
        nx, ny = (x - cx) / rx, (y - cy) / ry
        nz = np.sqrt(np.clip(1 - nx ** 2 - ny ** 2, 0, 1))
        lit = np.clip(-0.55 * nx - 0.55 * ny + 0.62 * nz, 0, 1)
        shine = np.exp(-(((nx + 0.42) / 0.16) ** 2 + ((ny + 0.45) / 0.18) ** 2))
        tone = (0.10 + (0.86 - dark) * lit ** 0.9
                + 0.16 * smoothstep(0.8, 1.0, np.hypot(nx, ny)) * (nx > 0) + gloss * shine)
        d.add(mask, np.clip(tone, 0.03, 1), np.arctan2(ny, nx) + np.pi / 2)

    def shadow(cx, cy, rx, ry):
        s = np.exp(-(((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2) * 1.3)
        d.tone = np.clip(d.tone * (1 - 0.85 * s), 0.03, 1)

    shadow(0.52, 0.70, 0.26, 0.06)
    body = [(0.30, 0.20), (0.305, 0.26), (0.27, 0.36), (0.20, 0.46), (0.20, 0.60), (0.28, 0.71),
            (0.38, 0.73),
            (0.48, 0.71), (0.56, 0.60), (0.56, 0.46), (0.49, 0.36), (0.455, 0.26), (0.47, 0.19)]
    handle = spline([(0.46, 0.24), (0.56, 0.21), (0.635, 0.30), (0.62, 0.42), (0.545, 0.48)])
    d.add(ribbon(handle, np.full(len(handle), 0.032)), 0.75 - 1.6 * (x - 0.55) * 2, 1.2 + (y - 0.2) * 3)
    solid(blob(body), 0.385, 0.50, 0.20, 0.42, 0.05)
    band = blob(body) * (np.abs(y - 0.44 - 0.05 * np.sqrt(np.clip(1 - ((x - 0.38) / 0.19) ** 2, 0,
                                                                  1))) < 0.035)
    zigzag = band * ((np.abs(((x * 16) % 1) - 0.5) * 0.14 + 0.415
                      + 0.05 * np.sqrt(np.clip(1 - ((x - 0.38) / 0.19) ** 2, 0, 1))) < y)
    d.add(zigzag, d.tone * 0.45, 0.3)
    d.add(disc(0.385, 0.20, 0.088, 0.028), 0.12 + 0.9 * np.clip((x - 0.34) * 5, 0, 0.6), 0.0)
    for cx, cy, s, lean in ((0.66, 0.66, 1.0, 0.25), (0.84, 0.71, 0.95, -0.35)):
        shadow(cx + 0.07, cy + 0.10 * s, 0.16 * s, 0.045)
        pear = blob([(cx - 0.02 + lean * 0.12, cy - 0.20 * s), (cx - 0.06 * s, cy - 0.08 * s),
                     (cx - 0.105 * s, cy + 0.03 * s), (cx - 0.06 * s, cy + 0.11 * s),
                     (cx + 0.04 * s, cy + 0.115 * s), (cx + 0.105 * s, cy + 0.04 * s),
                     (cx + 0.065 * s, cy - 0.07 * s), (cx + 0.03 + lean * 0.12, cy - 0.20 * s)])
        solid(pear, cx, cy, 0.125 * s, 0.20 * s)
        stem = spline([(cx + lean * 0.12, cy - 0.20 * s), (cx + lean * 0.15, cy - 0.24 * s),
                       (cx + lean * 0.32, cy - 0.27 * s)])
        d.add(ribbon(stem, np.linspace(0.008, 0.014, len(stem))), 0.1, 1.0)
    shadow(0.26, 0.85, 0.2, 0.05)
    for row, count in enumerate((5, 5, 4, 3, 2)):
        for k in range(count):
            cx, cy = (0.13 + k * 0.068 + row * 0.025 + rng.normal(0, 0.006),
                      0.755 + row * 0.034 + rng.normal(0, 0.006))
            solid(disc(cx, cy, 0.038), cx, cy, 0.04, 0.04, 0.15, 1.2)
    leaf = blob([(0.40, 0.75), (0.47, 0.73), (0.53, 0.77), (0.51, 0.83), (0.44, 0.84), (0.42, 0.80)])
    d.add(leaf, 0.45 + 0.4 * np.sin((x + y) * 70), 0.8)
    tone = np.clip(d.tone, 0, 1)
    angle = d.angle + 0.15 * (noise(rng, 0.08) - 0.5)
    soft = _hatch(rng, tone, angle, [(0.97, 0, 7, 44, 1.5), (0.74, 0.3, 6, 38, 1.5),
                                     (0.5, -0.35, 5.5, 30, 1.6)])
    hard = _hatch(rng, tone, angle, [(0.56, 0.12, 7, 34, 1.1), (0.34, -0.5, 6, 26, 1.3),
                                     (0.17, 0.7, 5.5, 22, 1.6)])
    tooth = blur(rng.random((SIZE, SIZE)).astype(np.float32), 1.3)
    grip = smoothstep(0.38, 0.60, tooth)
    smudge = smoothstep(1.0, 0.0, blur(tone, 5)) * 0.42
    wobble = [(noise(rng, 0.02) - 0.5) * 0.006 for _ in range(2)]
    contour = sum(warp(edges(d.labels, 2.4), w + o, v - o) for w, v,
                  o in ((wobble[0], wobble[1], 0.0), (wobble[1], wobble[0], 0.002)))
    lead = (smudge * (0.7 + 0.3 * grip) + 0.36 * soft * (0.35 + 0.65 * grip)
            + 0.5 * hard * (0.6 + 0.4 * grip)
            + 0.5 * np.clip(contour, 0, 1.2) * (0.4 + 0.6 * grip))
    sheet = rgb("#efece4") * paper(rng, 0.10)[..., None]
    return mix(sheet, rgb("#26262b"), np.clip(lead, 0, 0.96))


def _carve(rng, phase, tone, wobble=0.25):
    """Ink where cut lines leave wood: `phase` counts lines, `tone` is the white share of each."""
    shift = wobble * (fractal(rng, 0.03, 2) - 0.5) + 1.5 * wobble * (noise(rng, 0.12) - 0.5)
    share = np.clip(tone + 0.35 * (noise(rng, 0.018) - 0.5), 0, 1)
    cut = np.abs(((phase + shift) % 1.0) - 0.5) * 2.0      # 1 in the middle of a cut
    return (cut < 1.0 - share).astype(np.float32)


def woodcut(rng):
    """Sunrise over ploughed hills with a bare tree, two blocks: black and vermilion."""
    x, y = grid()
    sun_x, sun_y, sun_r = 0.62, 0.36, 0.115
    d, a = np.hypot(x - sun_x, y - sun_y), np.arctan2(y - sun_y, x - sun_x)
    rays = 54
    black = _carve(rng, a * rays / (2 * np.pi), 0.88 - 0.55 * smoothstep(sun_r, 0.75, d), 0.05)
    swirl = fractal(rng, 0.22, 4, stretch=(1.7, 0.7))
    cloud = smoothstep(0.55, 0.58, swirl) * smoothstep(0.40, 0.28, y)
    black = np.where(cloud > 0.5, _carve(rng, swirl * 62, 0.78 + 0.2 * (y < 0.1), 0.2), black)
    black = np.maximum(black, outline(cloud, 6))
    halo = d < sun_r + 0.028
    black = np.where(halo, 0.0, black)
    black = np.maximum(black, (np.abs(d - sun_r) < 0.005) * 1.0)
    black = np.where((d < sun_r) & (np.sin(y * 270) > 0.55 - 2.2 * (y - sun_y)), 1.0 * (y > sun_y), black)
    red = np.where(d < sun_r, 1.0, 0.62 * smoothstep(0.62, 0.12, d) * (y < 0.62))

    hills = [((-.1, .52), (.1, .47), (.3, .53), (.5, .47), (.75, .52), (.9, .45), (1.1, .5)),
             ((-.1, .56), (.2, .60), (.45, .54), (.7, .60), (1.1, .54)),
             ((-.1, .72), (.2, .65), (.5, .70), (.8, .63), (1.1, .68)),
             ((-.1, .80), (.25, .84), (.6, .77), (1.1, .82))]
    for k, pts in enumerate(hills):
        curve = spline(pts, 40)
        top = np.interp(x[0], curve[:, 0], curve[:, 1])[None]
        depth = np.clip(y - top, 0, 1)
        mask = y > top
        if k % 2:
            vanish = 0.62 - 0.9 * (k == 3)
            phase = (x - vanish) / (depth + 0.09 + 0.02 * k) * (2.6 + k)
            tone = 0.30 + 0.45 * np.sin(x * 8 + k) ** 2
        else:
            phase = (depth ** 0.8) * (95 - 12 * k) + 1.3 * np.sin(x * 9 + k)
            tone = 0.25 + 0.5 * smoothstep(0.16, 0.0, depth) * (0.5 + 0.5 * np.sin(x * 11 + 2 * k))
        black = np.where(mask, _carve(rng, phase, tone, 0.3), black)
        black = np.maximum(black, np.clip(3.5 - np.abs(y - top) * SIZE, 0, 1))
        red = np.where(mask, 0.35 * (k == 1) * smoothstep(0.1, 0.0, depth), red)
    for px, py, s in ((0.30, 0.60, 1.0), (0.36, 0.605, 0.8), (0.83, 0.585, 0.8)):
        hut = polygon([(px, py), (px, py - 0.05 * s), (px + 0.035 * s, py - 0.09 * s),
                       (px + 0.07 * s, py - 0.05 * s), (px + 0.07 * s, py)])
        black = np.where(hut > 0.5, _carve(rng, x * 90, 0.55, 0.1), black)
        black = np.maximum(black, outline(hut, 5))
    for _ in range(110):
        px, py = rng.uniform(0, 1), rng.uniform(0.86, 1.03)
        blade = spline([(px, py + 0.05), (px + rng.normal(0, 0.012), py),
                        (px + rng.normal(0, 0.035), py - rng.uniform(0.04, 0.11))], 6)
        taper = np.linspace(0.012, 0.001, len(blade))
        black = np.where(ribbon(blade, taper * 1.9) > 0.5, rng.random() < 0.55, black)

    tree = np.zeros_like(x)

    def branch(px, py, heading, length, width, level):
        nonlocal tree
        bend = rng.normal(0, 0.25)
        tip = (px + length * np.cos(heading), py + length * np.sin(heading))
        mid = ((px + tip[0]) / 2 + bend * length * 0.25, (py + tip[1]) / 2 + bend * length * 0.2)
        path = spline([(px, py), mid, tip], 8)
        tree = np.maximum(tree, ribbon(path, np.linspace(width, width * 0.62, len(path))))
        if level:
            for turn in rng.permutation([-0.55, 0.05, 0.55])[:3 if level > 2 else 2]:
                branch(*tip, heading + turn + rng.normal(0, 0.16), length * rng.uniform(0.62, 0.8),
                       width * 0.62, level - 1)

    branch(0.17, 0.96, -1.50, 0.30, 0.085, 5)
    bark = _carve(rng, (x + 0.03 * np.sin(y * 18)) * 95,
                  0.18 + 0.55 * smoothstep(0.13, 0.21, x) * (y > 0.5), 0.5)
    margin = blur(tree, 3) > 0.12
    black = np.where(margin, 0.0, black)
    black = np.where(tree > 0.5, np.maximum(bark, outline(tree, 5)), black)
    red = np.where(margin, 0.0, red)
    for px, py, s in ((0.44, 0.17, 1.0), (0.50, 0.21, 0.8), (0.40, 0.23, 0.7), (0.86, 0.19, 0.8)):
        wing = spline([(px - 0.045 * s, py - 0.018 * s), (px - 0.02 * s, py - 0.02 * s), (px, py),
                       (px + 0.02 * s, py - 0.022 * s), (px + 0.045 * s, py - 0.014 * s)])
        black = np.maximum(black, ribbon(wing, 0.014 * s * np.sin(np.linspace(0.15, 3, len(wing)))))
    frame = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) + 0.006 * (fractal(rng, 0.04, 3) - 0.5)
    black = np.where(frame < 0.018, 1.0, black)
    black = np.where(frame < 0.004, 0.0, black)
    black = smoothstep(0.3, 0.7, blur(black, 1.3))
    fibre = fractal(rng, 0.02, 3, stretch=(8, 0.25))
    sheet = rgb("#f2e3c2") * paper(rng, 0.08)[..., None]
    sheet = mix(sheet, rgb("#d8431f"), np.clip(blur(red, 2), 0,
                                               1) * (0.78 + 0.35 * (fibre - 0.4)) * (frame > 0.018))
    worn = smoothstep(0.16, 0.30, fractal(rng, 5 / SIZE, 2) * 0.5 + fibre * 0.5)
    return mix(sheet, rgb("#1b1613"), black * (0.80 + 0.20 * worn) * (0.5 + 0.5 * worn))


def _screen(period_px, degrees):
    """Height of a halftone screen 0..1: thresholding at t leaves dots covering about t."""
    yy, xx = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    t = np.deg2rad(degrees)
    u, v = (xx * np.cos(t) + yy * np.sin(t)), (-xx * np.sin(t) + yy * np.cos(t))
    du, dv = (u / period_px) % 1 - 0.5, (v / period_px) % 1 - 0.5
    return np.clip(np.pi * (du * du + dv * dv), 0, 1.0)


def halftone(rng):
    """A comic heroine behind sunglasses before a bursting sky, in Ben-Day dots."""
    x, y = grid()
    image = np.array(np.broadcast_to(rgb("#fbf6e6"), (SIZE, SIZE, 3)), np.float32)
    ink = np.zeros((SIZE, SIZE), np.float32)

    def flat(mask, code):
        nonlocal image, ink
        image, ink = mix(image, rgb(code), mask), ink * (1 - mask)

    def dots(mask, code, share, period=13.0, degrees=15.0):
        nonlocal image
        cover = np.clip((np.broadcast_to(share, mask.shape) - _screen(period, degrees)) * 9 + 0.5, 0, 1)
        image = mix(image, rgb(code), mask * cover)

    def contour(mask, width=9):
        nonlocal ink
        ink = np.maximum(ink, outline(mask, width))

    a = np.arctan2(y - 0.45, x - 0.5) + 0.1
    d = np.hypot(x - 0.5, y - 0.45)
    burst = np.clip(np.sin(a * 12) * d * 160 + 0.5, 0, 1)
    flat(np.ones_like(x), "#ffd91f")
    flat(burst, "#ee2b33")
    dots(1 - burst, "#f58a1c", smoothstep(0.25, 0.75, d) * 0.85, 15, 45)
    dots(burst, "#8a1450", smoothstep(0.3, 0.8, d) * 0.8, 15, 45)
    ink = np.maximum(ink, np.clip(3.5 - np.abs(np.sin(a * 12)) * d * 95, 0, 1))

    cloud = np.zeros_like(x)
    for cx, cy, r in ((0.04, 0.9, .13), (0.18, 0.97, .12), (0.9, 0.93, .14), (1.0, 0.8, .1),
                      (0.05, 0.08, .09), (0.15, 0.03, .08), (0.93, 0.06, .1), (0.83, 0.02, .07)):
        cloud = np.maximum(cloud, disc(cx, cy, r))
    flat(cloud, "#fdfaf0")
    dots(cloud, "#35b6e8", 0.15 + 0.5 * fractal(rng, 0.2, 2), 12, 15)
    contour(cloud)
    hair_back = blob([(.50, .07), (.33, .10), (.21, .24), (.17, .45), (.13, .66), (.21, .80), (.35, .80),
                      (.66, .80), (.81, .78), (.87, .64), (.81, .45), (.79, .24), (.68, .10)])
    flat(hair_back, "#1f3fbf")
    strands = np.sin((np.hypot(x - 0.5, (y - 0.30) * 0.8)) * 95 + 4 * np.sin(a * 3))
    flat(hair_back * np.clip((strands - 0.75) * 6, 0, 1), "#0d1440")
    dots(hair_back * np.clip((-strands - 0.3) * 6, 0, 1), "#57c8f5", 0.62, 10, 30)
    contour(hair_back, 11)
    dress = blob([(.12, 1.1), (.18, .93), (.38, .86), (.5, .93), (.62, .86), (.83, .93), (.9, 1.1)])
    neck = blob([(.42, .70), (.415, .82), (.34, .90), (.5, 1.02), (.67, .90), (.585, .82), (.58, .70)])
    flat(dress, "#12a36c")
    dots(dress, "#f7f03a", 0.42, 30, 45)
    contour(dress)
    flat(neck, "#ffe3cc")
    dots(neck, "#f0496a", 0.20 + 0.6 * smoothstep(0.86, 0.74, y), 11, 15)
    contour(neck)
    face = blob([(.33, .30), (.31, .45), (.335, .58), (.40, .70), (.50, .765), (.60, .70), (.665, .58),
                 (.69, .45), (.67, .30), (.58, .20), (.42, .20)])
    flat(face, "#ffe3cc")
    shade = smoothstep(0.50, 0.70, x + 0.1 * np.sin(y * 7))
    dots(face, "#f0496a", 0.16 + 0.42 * shade, 11, 15)
    for cx in (.385, .615):
        dots(disc(cx, .585, .05, .035) * face, "#ee2b33", 0.55, 11, 15)
    contour(face, 10)
    ink = np.maximum(ink, ribbon(spline([(.515, .47), (.54, .56), (.525, .585), (.485, .58)]),
                                 np.linspace(.004, .009, 49)))
    fringe = blob([(.31, .40), (.29, .26), (.38, .13), (.52, .09), (.66, .14), (.72, .30), (.70, .42),
                   (.66, .32), (.59, .235), (.52, .29), (.43, .235), (.36, .30)])
    flat(fringe, "#1f3fbf")
    dots(fringe * np.clip((np.sin(d * 170 + x * 20) - 0.1) * 5, 0, 1), "#57c8f5", 0.6, 10, 30)
    contour(fringe, 11)
    for lips, code in ((blob([(.425, .655), (.465, .632), (.50, .643), (.535, .632), (.575, .655),
                              (.50, .662)]), "#e3122d"),
                       (blob([(.425, .655), (.50, .660), (.575, .655), (.54, .692), (.50, .70),
                              (.46, .692)]), "#ff3b4a")):
        flat(lips, code)
        contour(lips, 6)
    flat(disc(.515, .680, .018, .006), "#ffffff")
    for side in (-1, 1):
        cx = .5 + side * .098
        lens = blob([(cx - .085, .40), (cx, .375), (cx + .085, .395 if side > 0 else .40), (cx + .075, .47),
                     (cx + .01, .52), (cx - .06, .49)])
        rim = blob([(cx - .10, .385), (cx, .355), (cx + .10, .38 if side > 0 else .385), (cx + .09, .475),
                    (cx + .01, .54), (cx - .075, .505)])
        flat(rim, "#ff4fa0")
        contour(rim, 8)
        flat(lens, "#101432")
        dots(lens, "#35b6e8", np.clip((y - 0.36) * 5.5, 0, 0.9), 10, 30)
        glare = polygon([(cx - .05, .36), (cx - .015, .36), (cx - .05, .53), (cx - .085, .53)]) * lens
        flat(glare, "#fdfaf0")
        flat(disc(cx + .035, .425, .016) * lens, "#ffd91f")
        contour(lens, 6)
        ear = disc(.5 + side * .178, .63, .026)
        flat(ear, "#ffd91f")
        contour(ear, 7)
    image = mix(image, rgb("#12101c"), np.clip(ink, 0, 1))
    shift = warp(image, np.full_like(x, 0.0022), np.full_like(x, -0.0015))
    image[..., 0] = shift[..., 0]
    return image * (0.93 + 0.10 * fractal(rng, 5 / SIZE, 2))[..., None] * paper(rng, 0.05)[..., None]
