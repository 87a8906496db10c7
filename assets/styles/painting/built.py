# SPDX-License-Identifier: MIT
"""Styles put together from pieces: stained_glass, mosaic, cubist_facets, geometric."""
import numpy as np
from scipy import ndimage
from scipy.spatial import cKDTree

from .brush import Canvas, Layer, paint
from .core import (SIZE, blur, fractal, grid, luma, mix, noise, palette, ramp, relief, rgb,
                   saturate, smoothstep, warp)
from .shapes import below, blob, disc, edges, line, outline, polygon, ribbon, spline


class Panes:
    """Labelled areas, each with its range of glass colours; later areas lie over earlier ones."""

    def __init__(self):
        self.label = np.zeros((SIZE, SIZE), np.int32)
        self.colours = []

    def add(self, mask, codes):
        self.label[mask > 0.5] = len(self.colours)
        self.colours.append(palette(codes))


def stained_glass(rng):
    """A church window: sun over hills, a winding river and lilies."""
    x, y = grid()
    panes = Panes()
    sx, sy = 0.5, 0.33
    a, d = np.arctan2(y - sy, x - sx), np.hypot(x - sx, y - sy)
    sky = ["#1746b8 #2a66e0 #123a9a #4f8ff0", "#2f86e8 #58b4f5 #1f6ad0 #86d0fa"]
    sector = np.floor((a + np.pi) / (2 * np.pi) * 20).astype(int)
    for k in range(20):
        panes.add((sector == k) * 1.0, sky[k % 2])
        panes.add((sector == k) * (d < 0.25 + 0.05 * (k % 2)) * 1.0,
                  "#ffb01f #ffcf3a #f58a1a #ffe27a" if k % 2 else "#f5701a #e8451a #ff9a2a #d92a1a")
    panes.add(disc(sx, sy, 0.125), "#fff0a8 #ffe060 #ffd23a #fff8d0")
    for pts, codes in ((((-.1, .50), (.15, .41), (.35, .50), (.6, .44), (.85, .40), (1.1, .5)),
                        "#5a3fb0 #7a5ad0 #43309a #9a86e0"),
                       (((-.1, .52), (.25, .55), (.5, .50), (.8, .54), (1.1, .47)),
                        "#1a8a5a #2fb06a #127048 #63c87a"),
                       (((-.1, .62), (.3, .60), (.6, .66), (1.1, .58)), "#7fb81f #a5d03a #5a9a1c #cfe060"),
                       (((-.1, .74), (.3, .80), (.7, .73), (1.1, .79)), "#157a3f #2a9a4c #0f5c38 #4fb85c")):
        curve = spline(pts, 40)
        panes.add(below(curve[:, 0], curve[:, 1]), codes)
    river = spline([(.52, .50), (.60, .57), (.42, .66), (.60, .78), (.40, .92), (.5, 1.1)])
    wide = np.linspace(0.02, 0.26, len(river))
    panes.add(ribbon(river, wide), "#1fb0d8 #63d8f0 #1a86c8 #a8f0f5")
    panes.add(ribbon(river + [0.015, 0], wide * 0.4), "#c8f5f8 #8ce4f2 #e8fbff #5cc8ea")
    for fx, fy, r, codes in ((.16, .76, .105, "#f03a6a #ff6a90 #d01a4a #ffa0b8"),
                             (.84, .72, .11, "#f5f0ff #d8c8ff #ffffff #c0a8f0"),
                             (.27, .93, .09, "#ffa01f #ffc84a #f5701a #ffe08a"),
                             (.76, .93, .10, "#d0206a #f0509a #a81458 #ff8abf")):
        stalk = spline([(fx, fy), (fx + 0.03, fy + 0.15), (fx - 0.01, 1.1)])
        panes.add(ribbon(stalk, np.full(len(stalk), 0.022)), "#0f6a3a #1f8a4a #2fa05a #0c5030")
        for k in range(8):
            t = k * np.pi / 4 + 0.2
            px, py = fx + r * 0.6 * np.cos(t), fy + r * 0.6 * np.sin(t)
            u, v = (x - px) * np.cos(t) + (y - py) * np.sin(t), -(x - px) * np.sin(t) + (y - py) * np.cos(t)
            panes.add((np.hypot(u / (r * 0.48), v / (r * 0.24)) < 1) * 1.0, codes)
        panes.add(disc(fx, fy, r * 0.26), "#ffe23a #fff08a #f5b81a #ffd060")
    rim = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    slot = np.floor((np.where(np.minimum(y, 1 - y) < np.minimum(x, 1 - x), x, y)) * 16).astype(int)
    for k in range(16):
        panes.add(((rim < 0.045) & (slot == k)) * 1.0,
                  ("#c8142a #e8303f #a00c20 #f0586a", "#1a3fb8 #2f62e0 #122c90 #4f86f0")[k % 2])

    seeds = rng.random((620, 2))
    pixels = np.stack([x.ravel(), y.ravel()], 1)
    for _ in range(3):
        owner = cKDTree(seeds).query(pixels[::7])[1]
        for c in range(2):
            seeds[:, c] = np.bincount(owner, pixels[::7, c],
                                      len(seeds)) / np.maximum(np.bincount(owner, minlength=len(seeds)), 1)
    cell = cKDTree(seeds).query(pixels)[1].reshape(SIZE, SIZE)
    sunny, ray = d < 0.125, np.floor((a + np.pi) * 9.999 / (2 * np.pi)).astype(int) + 1
    cell = np.where(sunny, np.where(d > 0.055, ray, 0), np.where(rim < 0.045, 0, cell))
    piece = panes.label * 1000 + cell
    _, piece = np.unique(piece, return_inverse=True)
    piece = piece.reshape(SIZE, SIZE)
    count = piece.max() + 1
    first = np.zeros(count, np.int32)
    first[piece.ravel()] = panes.label.ravel()
    colour = np.stack([panes.colours[f][rng.integers(4)] for f in first]) * rng.uniform(0.78, 1.12,
                                                                                        (count, 1))
    glass = colour[piece].astype(np.float32)
    tilt = rng.uniform(0, 6.3, count)[piece]
    streak = noise(rng, 0.02, stretch=(3, 0.6))
    swirl = warp(streak, 0.05 * np.cos(tilt), 0.05 * np.sin(tilt))
    seedy = fractal(rng, 0.012, 3)
    glass *= (0.72 + 0.42 * swirl + 0.24 * (seedy - 0.5))[..., None]
    wall = edges(panes.label, 13.0)
    lead = np.maximum(edges(piece, 7.5), wall)
    distance = ndimage.distance_transform_edt(lead < 0.5)
    glass *= (0.55 + 0.45 * smoothstep(0, 12, distance))[..., None]
    glow = np.exp(-(d / 0.42) ** 2)[..., None]
    glass = glass * (1.05 + 0.30 * glow) + 0.10 * glow * rgb("#ffd890")
    bubble = smoothstep(0.86, 0.98, noise(rng, 0.006)) * 0.22
    glass = glass + bubble[..., None]
    bead = np.sqrt(np.clip(lead, 0, 1)) * 3 + 0.8 * fractal(rng, 0.01, 2)
    metal = rgb("#23222a") * (0.35 + 0.75 * relief(blur(bead, 1.6), 1.6)[..., None])
    halo = blur(glass * (1 - lead[..., None]), 10)
    return mix(saturate(glass, 1.12) + 0.16 * halo, metal, lead)


def _tiles(rng, angle, count, steps=7):
    """Centroidal tiling by squares turned to `angle` (after Hausner, "Simulating decorative
    mosaics", 2001): owner [SIZE,SIZE], seeds [count,2] px and each pixel's (u, v) in its tile."""
    seeds = rng.uniform(0, SIZE, (count, 2))

    def assign(step):
        c = np.arange(step // 2, SIZE, step, dtype=np.float32)
        px, py = (m.ravel() for m in np.meshgrid(c, c))
        near = cKDTree(seeds).query(np.stack([px, py], 1), k=6)[1]
        t = angle[np.clip(seeds[:, 1], 0, SIZE - 1).astype(int),
                  np.clip(seeds[:, 0], 0, SIZE - 1).astype(int)]
        ox, oy = px[:, None] - seeds[near, 0], py[:, None] - seeds[near, 1]
        u = ox * np.cos(t[near]) + oy * np.sin(t[near])
        v = -ox * np.sin(t[near]) + oy * np.cos(t[near])
        best = np.maximum(np.abs(u), np.abs(v)).argmin(1)[:, None]
        pick = [np.take_along_axis(m, best, 1)[:, 0] for m in (near, u, v)]
        return px, py, *pick

    for _ in range(steps):
        px, py, owner, _, _ = assign(4)
        size = np.bincount(owner, minlength=count)
        for c, p in enumerate((px, py)):
            mean = np.bincount(owner, p, count) / np.maximum(size, 1)
            seeds[:, c] = np.where(size > 0, mean, seeds[:, c])
    _, _, owner, u, v = assign(1)
    shape = (SIZE, SIZE)
    return owner.reshape(shape), seeds, u.reshape(shape), v.reshape(shape)


def mosaic(rng):
    """Two fish in a whirling sea, in marble and gold tesserae."""
    x, y = grid()
    phase = (y + 0.035 * np.sin(x * 13) + 0.03 * np.sin(x * 5 + y * 9)) * 11
    scene = ramp(np.abs((phase % 1) * 2 - 1) * 0.9 + 0.15 * (fractal(rng, 0.1) - 0.5),
                 "#0c3566 #14649a #2aa4b4 #8fdccb #f2f5dc")
    gy, gx = np.gradient(phase)
    angle = np.arctan2(gy, gx)

    def swirl(cx, cy, r):
        nonlocal scene, angle
        d, a = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        inside = d < r
        turn = ((d / r * 3 + a / (2 * np.pi)) % 1.0)
        scene = np.where(inside[..., None], ramp(np.abs(turn * 2 - 1), "#f4ead0 #e2b84a #c8782a #7a2f1f"),
                         scene)
        angle = np.where(inside, a, angle)

    for cx, cy, r in ((.14, .15, .115), (.86, .86, .12), (.90, .12, .085), (.08, .88, .075)):
        swirl(cx, cy, r)

    def fish(cx, cy, s, turn, codes, belly):
        nonlocal scene, angle
        c, n = np.cos(turn), np.sin(turn)
        u, v = ((x - cx) * c + (y - cy) * n) / s, (-(x - cx) * n + (y - cy) * c) / s
        v = v - 0.10 * np.sin(u * 4.2)
        half = 0.20 * np.sqrt(np.clip(1 - (u / 0.48) ** 2, 0, 1)) * (1 - 0.25 * u)
        body = (np.abs(v) < half) & (np.abs(u) < 0.48)
        tail = ((u < -0.38) & (u > -0.68) & (np.abs(v) < 0.05 + (-0.40 - u) * 0.85)
                & (np.abs(v) > (-0.55 - u) * 0.9))
        fins = ((np.abs(u + 0.02) < 0.24 - 0.5 * np.maximum(np.abs(v) - half, 0))
                & (np.abs(v) < half + 0.10 * (1 + np.sin(u * 9)) * 0.6) & ~body)
        rim = (np.abs(v) < half + 0.028) & (np.abs(u) < 0.51)
        scene = np.where((tail | fins)[..., None],
                         ramp((np.abs(v) * 9 + u * 5) % 1, "#7a1f2a #d8502a #f2a03a"), scene)
        scene = np.where((rim & ~body)[..., None], rgb("#1c1420"), scene)
        scales = ((u * 14 + 0.5 * (np.floor(v * 22) % 2)) % 1)
        tone = np.clip(0.55 - v * 2.2 + 0.35 * (scales - 0.5), 0, 1)
        scene = np.where(body[..., None], ramp(tone, codes), scene)
        scene = np.where((body & (v > half * 0.45))[..., None], rgb(belly), scene)
        gill = body & (np.abs(np.hypot(u - 0.44, v) - 0.20) < 0.016)
        scene = np.where(gill[..., None], rgb("#1c1420"), scene)
        eye = np.hypot(u - 0.34, v + 0.05)
        scene = np.where((eye < 0.058)[..., None], rgb("#fff6e0"), scene)
        scene = np.where((eye < 0.032)[..., None], rgb("#14101a"), scene)
        angle = np.where(rim | tail | fins,
                         turn + 0.40 * np.cos(u * 4.2) + np.where(np.abs(v) > half * 0.7,
                                                                  np.sign(v) * u * 0.4, 0), angle)

    fish(0.47, 0.36, 0.62, 0.25, "#f7e3a0 #f2b03a #e0681f #a82a1f #5a1420", "#fbf3dc")
    fish(0.55, 0.71, 0.56, np.pi + 0.18, "#e8f5e8 #8fd0b8 #2f9a9a #1f5a8a #142a5a", "#f6e8c8")
    rim = np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y))
    along = np.where(np.minimum(y, 1 - y) < np.minimum(x, 1 - x), x, y)
    key = np.where((np.floor(along * 22) % 2) == 0, 1.0, 0.0)
    border = ramp(key, "#7a1a20 #e8bf4f")
    scene = np.where((rim < 0.052)[..., None], border, scene)
    scene = np.where((np.abs(rim - 0.056) < 0.010)[..., None], rgb("#f6eeda"), scene)
    angle = np.where(rim < 0.066, 0.0, angle)

    owner, seeds, u, v = _tiles(rng, angle, 5200)
    at = np.clip(seeds.astype(int), 0, SIZE - 1)
    stone = scene[at[:, 1], at[:, 0]] * rng.uniform(0.82, 1.20,
                                                    (len(seeds), 1)) + rng.normal(0, 0.03, (len(seeds), 3))
    side = np.sqrt(SIZE * SIZE / len(seeds)) / 2
    gap = edges(owner, 3.4)
    corner = smoothstep(side * 1.02, side * 0.78, np.maximum(np.abs(u), np.abs(v)))
    tile = (1 - gap) * smoothstep(0.0, 0.4, corner + 0.35)
    slope = rng.normal(0, 0.06, (len(seeds), 2))
    tilt = slope[owner, 0] * u / side + slope[owner, 1] * v / side + rng.normal(0, 0.06, len(seeds))[owner]
    dome = blur(tile, 1.8) * 1.8 + 0.5 * fractal(rng, 0.01, 3)
    veins = 0.86 + 0.28 * fractal(rng, 0.02, 4)
    lit = relief(dome, 1.0) * (1 + tilt * 1.6)
    glassy = np.clip(stone[owner], 0, 1) * (veins * (0.45 + 0.65 * lit))[..., None]
    sparkle = smoothstep(1.22, 1.5, lit) * 0.5
    mortar = rgb("#54483f") * (0.55 + 0.6 * fractal(rng, 0.008, 2))[..., None]
    return mix(mortar, glassy + sparkle[..., None], tile)


def _shards(rng, count):
    """Areas cut out of the square by `count` straight cuts, each through one existing area."""
    x, y = grid()
    label = np.zeros((SIZE, SIZE), np.int32)
    areas = [SIZE * SIZE]
    while len(areas) < count:
        k = int(rng.choice(len(areas), p=np.array(areas) ** 1.25 / (np.array(areas) ** 1.25).sum()))
        inside = label == k
        cx, cy = x[inside].mean() + rng.normal(0, 0.015), y[inside].mean() + rng.normal(0, 0.015)
        t = rng.choice([0.5, 1.05, 2.1, 2.6, 1.57]) + rng.normal(0, 0.18)
        cut = inside & ((x - cx) * np.cos(t) + (y - cy) * np.sin(t) > 0)
        n = int(cut.sum())
        if 900 < n < areas[k] - 900:
            label[cut] = len(areas)
            areas.append(n)
            areas[k] -= n
    return label, len(areas)


def cubist_facets(rng):
    """A guitar, a bottle and a glass on a table, broken into shaded planes."""
    x, y = grid()
    scene = ramp(y * 0.8 + 0.5 * fractal(rng, 0.3, 2), "#4f7f9a #8fb0b0 #c8b88a #9a7444")
    stripes = (np.sin(x * 60) > 0.2) & (x < 0.30) & (y < 0.6)
    scene = np.where(stripes[..., None], rgb("#3f6070"), scene)
    scene = mix(scene, rgb("#6a3f24"), polygon([(-.1, .72), (.5, .60), (1.1, .70), (1.1, 1.1), (-.1, 1.1)]))
    scene = mix(scene, rgb("#efe3c4"), polygon([(.10, .74), (.52, .66), (.75, .88), (.30, .98)]))
    for k in range(9):
        scene = mix(scene, rgb("#2a241f"),
                    line([(.19 + k * .018, .755 + k * .022), (.50 + k * .022, .70 + k * .021)], .0035))
    scene = mix(scene, rgb("#1f4f44"), blob([(.17, .88), (.155, .60), (.17, .46), (.20, .40), (.205, .20),
                                             (.255, .20), (.26, .40), (.29, .46), (.305, .60), (.29, .88)]))
    scene = mix(scene, rgb("#e2cf98"), polygon([(.165, .56), (.295, .55), (.295, .72), (.165, .73)]))
    body = blob([(.52, .44), (.42, .50), (.43, .58), (.47, .63), (.38, .72), (.42, .86), (.56, .93),
                 (.73, .88), (.78, .74), (.71, .63), (.73, .56), (.74, .47), (.63, .41)])
    scene = mix(scene, rgb("#6a2f14"), warp(body, np.full_like(x, -.018), np.full_like(x, -.012)))
    scene = mix(scene, ramp(0.5 + 0.5 * np.sin((x + 0.3 * y) * 120) * 0.4 + (x - 0.6) * 1.4,
                            "#8a4a1c #c8792c #e8a848 #f5cf7f"), body)
    scene = mix(scene, rgb("#1c1411"), disc(.585, .66, .062))
    scene = mix(scene, rgb("#f2dca0"), outline(disc(.585, .66, .074), 8))
    scene = mix(scene, rgb("#2b1a14"), polygon([(.545, .64), (.655, .08), (.705, .09), (.615, .66)]))
    scene = mix(scene, rgb("#4f2b18"), polygon([(.645, .09), (.665, .01), (.735, .02), (.71, .10)]))
    for k in range(5):
        scene = mix(scene, rgb("#f5ecd0"), line([(.552 + k * .012, .84), (.662 + k * .008, .06)], .0028))
    scene = mix(scene, rgb("#2a1812"), polygon([(.50, .82), (.66, .845), (.655, .87), (.495, .845)]))
    glass = polygon([(.83, .50), (.98, .49), (.94, .66), (.87, .67)])
    scene = mix(scene, rgb("#cfe0dc"), 0.75 * glass)
    scene = mix(scene, rgb("#a8324a"), polygon([(.845, .57), (.965, .565), (.94, .66), (.87, .67)]))
    scene = mix(scene, rgb("#dfe8e0"), line([(.905, .66), (.905, .80)],
                                            .012) + disc(.905, .81, .06, .015) * 0.8)
    for fx, fy, code in ((.20, .93, "#c8402a"), (.30, .90, "#d8a02c"), (.88, .90, "#7a9a3a")):
        scene = mix(scene, rgb(code), disc(fx, fy, .055))

    for cx, cy, w, h, code in ((.36, .30, .17, .20, "#e8dcc0"), (.86, .22, .16, .22, "#d8a05a"),
                               (.10, .30, .12, .16, "#a83f2a")):
        card = polygon([(cx - w / 2, cy - h / 2), (cx + w / 2, cy - h / 2 + .02),
                        (cx + w / 2 - .01, cy + h / 2), (cx - w / 2 + .02, cy + h / 2 - .01)])
        scene = mix(scene, rgb(code), card)
        print_lines = card * ((y * 75) % 1 < 0.4) * (noise(rng, 0.008, stretch=(2, 0.5)) > 0.42)
        scene = mix(scene, rgb("#2a241f"), print_lines * 0.8)
    label, count = _shards(rng, 62)
    # Every plane sees the still life from its own place: moved, turned and enlarged.
    turn, zoom = rng.normal(0, 0.13, count)[label], (1 + rng.normal(0, 0.08, count))[label]
    cx, cy = (ndimage.mean(m, label, np.arange(count))[label] for m in (x, y))
    mx, my = rng.normal(0, 0.013, count)[label], rng.normal(0, 0.013, count)[label]
    u, v = x - cx, y - cy
    seen = warp(scene, ((u * np.cos(turn) - v * np.sin(turn)) * zoom - u + mx).astype(np.float32),
                ((u * np.sin(turn) + v * np.cos(turn)) * zoom - v + my).astype(np.float32))
    tints = palette("#c8a060 #8a5a34 #6f8a94 #d8c8a0 #3f4f58 #b0553a #a8a890 #55683f")
    seen = mix(seen, tints[rng.integers(len(tints), size=count)][label],
               np.clip(rng.normal(0.16, 0.14, count), 0, 0.5)[label].astype(np.float32))
    t = rng.uniform(0, 2 * np.pi, count)
    slide = (u * np.cos(t[label]) + v * np.sin(t[label])) / 0.16
    seen = saturate(seen, 1.25) * np.clip(1.0 + 0.62 * slide, 0.30, 1.7)[..., None]
    canvas = Canvas(rgb("#4a3a2c"), rng)
    paint(canvas, np.clip(seen, 0, 1), (t + np.pi / 2)[label], [
        Layer(20, 55, 15, 0.03, tolerance=0.35),
        Layer(9, 30, 9, 0.04, tolerance=0.22, bristle=0.35, detail=0.05)], rng)
    image = canvas.colour * relief(canvas.height, 1.2)[..., None] ** 0.5
    border = edges(label, 5.0) * (0.35 + 0.9 * fractal(rng, 0.1, 2))
    image = mix(image, rgb("#1d1612"), np.clip(border, 0, 1) * 0.9)
    lift = warp(edges(label, 4.0), np.full_like(x, -0.005),
                np.full_like(x, -0.004)) * smoothstep(0.45, 0.6, fractal(rng, 0.15, 2))
    image = mix(image, rgb("#f5e8c8"), 0.65 * lift)
    weave = 1 + 0.04 * np.sin(x * SIZE * 1.3) * np.sin(y * SIZE * 1.3)
    return saturate(image, 1.15) * weave[..., None]


def geometric(rng):
    """Circles, bars and arcs in tension on a pale ground, after the 1920s abstractions."""
    x, y = grid()
    ground = ramp(fractal(rng, 0.5, 4) * 1.6 - 0.3, "#d8c49c #efe3c6 #f7efdc #e4cfae")
    tone = fractal(rng, 0.02, 4)
    image = ground * (0.92 + 0.16 * tone[..., None])
    glow = np.exp(-(((x - 0.35) / 0.35) ** 2 + ((y - 0.33) / 0.3) ** 2))
    image = mix(image, rgb("#f5d78a"), 0.5 * glow)

    def lay(mask, codes, along=0.0, opacity=1.0):
        """Paint laid flat with a dry, uneven brush, shaded from one end to the other."""
        nonlocal image
        t = np.deg2rad(along)
        drag = noise(rng, 0.01, stretch=(6, 0.5))
        drag = warp(drag, x * (np.cos(t) - 1) - y * np.sin(t), x * np.sin(t) + y * (np.cos(t) - 1))
        span = x * np.cos(t) + y * np.sin(t)
        inside = mask > 0.5
        if not inside.any():
            return
        low, high = span[inside].min(), span[inside].max()
        k = np.clip((span - low) / (high - low + 1e-6) + 0.45 * (drag - 0.5), 0, 1)
        colour = ramp(k, codes) * (0.84 + 0.3 * tone[..., None])
        rough = warp(mask, 0.003 * (noise(rng, 0.01) - 0.5), 0.003 * (noise(rng, 0.01) - 0.5))
        image = mix(image, colour, rough * opacity)

    def multiply(mask, code, opacity=0.85):
        nonlocal image
        image = image * mix(np.ones(3, np.float32), rgb(code), mask * opacity * (0.75 + 0.5 * tone))

    lay(polygon([(.02, .95), (.62, .30), (.74, .42), (.20, 1.02)]), "#e8b83a #f5d86a #f0c04a", 45)
    lay(polygon([(.52, .06), (.98, .20), (.90, .48), (.46, .33)]), "#2f6f8f #4f9fb0 #9fd0c8", 20)
    multiply(disc(.36, .34, .27), "#7fa8d8", 0.55)
    for r, codes in ((.225, "#16243f #28466f"), (.195, "#d8331f #f0582a"), (.150, "#f2b52a #f8d860"),
                     (.112, "#1f6f6a #35a08a"), (.072, "#f4e8cf #fff8e6"), (.040, "#1c1a22 #2f2c3a")):
        lay(disc(.34, .32, r), codes, rng.uniform(0, 180))
    lay(polygon([(.10, .58), (.93, .76), (.915, .82), (.085, .64)]), "#1b1920 #35303a #1b1920", 12)
    lay(polygon([(.55, .98), (.74, .48), (.95, .93)]), "#c8281f #e85a30 #f59a4a", 100)
    multiply(disc(.70, .72, .15), "#3f62b8", 0.85)
    lay(polygon([(.40, .70), (.56, .66), (.60, .82), (.44, .86)]), "#7a3f8a #b06aa8 #e0a0c0", 60)
    for i in range(6):
        for j in range(6):
            cx, cy = .075 + (i + .25 * j) * .026, .70 + (j - .2 * i) * .034
            if (i + j) % 2 == 0:
                lay(polygon([(cx, cy), (cx + .026, cy - .007), (cx + .0325, cy + .027),
                             (cx + .0065, cy + .034)]), "#1c1a22 #2c2a34", 0)
    for k in range(11):
        lay(polygon([(.66 + k * .026, .06 - k * .001), (.672 + k * .026, .06), (.652 + k * .026, .22),
                     (.64 + k * .026, .22)]),
            ("#e8452a #f07a3a", "#1c1a22 #3a3844", "#f2c23a #f8e07a")[k % 3], 90)
    for cx, cy, r0, a0, a1, w, code in ((.34, .32, .30, -.4, 1.9, .012, "#1c1a22"),
                                        (.34, .32, .335, .2, 1.3, .006, "#c8281f"),
                                        (.70, .72, .19, 2.4, 4.9, .010, "#1c1a22"),
                                        (.78, .30, .11, 0, 4.2, .016, "#f4ead2"),
                                        (.78, .30, .145, 1, 5.6, .006, "#1c1a22"),
                                        (.20, .86, .10, 3.3, 6.2, .022, "#1f7a78"),
                                        (.20, .86, .135, 3.3, 6.2, .010, "#d8331f")):
        t = np.linspace(a0, a1, 90)
        lay(ribbon(np.stack([cx + r0 * np.cos(t), cy + r0 * np.sin(t)], 1), w * np.linspace(0.4, 1.2, 90)),
            f"{code} {code}")
    for p, q, w in (((.02, .12), (.98, .66), .005), ((.06, .98), (.58, .03), .007),
                    ((.30, .99), (.99, .34), .004), ((.02, .46), (.50, .56), .004),
                    ((.62, .02), (.86, .99), .006), ((.03, .06), (.22, .60), .003),
                    ((.44, .02), (.99, .10), .003)):
        lay(line([p, q], w), "#1c1a22 #1c1a22")
    for cx, cy, r, codes in ((.78, .30, .055, "#d8331f #f27a4a"), (.88, .60, .05, "#f2c23a #f9e48a"),
                             (.08, .22, .045, "#2a4f9a #5f8fd0"), (.52, .50, .030, "#1f7a78 #58b8a0"),
                             (.13, .46, .024, "#d8331f #d8331f"),
                             (.93, .88, .035, "#1c1a22 #3a3844"), (.50, .92, .026, "#f2c23a #f2a02a"),
                             (.60, .17, .020, "#c8281f #c8281f"), (.94, .08, .028, "#7a3f8a #c080b0"),
                             (.30, .64, .016, "#f4ead2 #ffffff")):
        lay(disc(cx, cy, r), codes, rng.uniform(0, 180))
        if r > .03:
            lay(outline(disc(cx, cy, r * 1.28), 4), "#1c1a22 #1c1a22")
    wave = np.linspace(0, 1, 120)
    for k, code in enumerate(("#2a4f9a", "#d8331f", "#1c1a22")):
        lay(ribbon(np.stack([.40 + .22 * wave, .955 + .018 * k - .10 * wave + .014 * np.sin(wave * 26)], 1),
                   np.full(120, .006)), f"{code} {code}")
    grain = fractal(rng, 6 / SIZE, 2)
    weave = 0.5 * np.sin(x * SIZE * 1.1) + 0.5 * np.sin(y * SIZE * 1.1)
    thickness = luma(image) * 0.6 + 0.35 * grain + 0.05 * weave
    cracks = smoothstep(0.030, 0.0, np.abs(fractal(rng, 0.07, 4) - 0.5)) * 0.25 * (noise(rng, 0.2) > 0.55)
    return saturate(image, 1.1) * (relief(blur(thickness, 0.8), 2.2) ** 0.4 - cracks)[..., None]
