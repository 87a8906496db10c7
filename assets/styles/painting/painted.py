# SPDX-License-Identifier: MIT
"""Styles laid with a brush: night_strokes, oil_impasto, pointillism, pastel, watercolour."""
import numpy as np

from .brush import Canvas, Layer, contour_angle, paint, wandering_angle
from .core import (SIZE, blur, fractal, grid, luma, mix, noise, palette, paper, ramp, relief, rgb,
                   saturate, smoothstep, warp)
from .shapes import below, blob, disc, line, polygon, spline


def _ridge(rng, level, height, octaves=6, gain=0.5):
    """A hill line: x [n] and y [n]."""
    x = np.linspace(-0.05, 1.05, 240)
    y = np.full_like(x, level)
    for k in range(octaves):
        phase, rate = rng.uniform(0, 6.3), rng.uniform(0.7, 1.3) * 2.0 ** k
        y += height * gain ** k * np.sin(x * rate * 4.0 + phase)
    return x, y


def night_strokes(rng):
    """A village under a turning sky: blues crossed by yellow lights."""
    x, y = grid()
    sky = ramp(y * 1.15 + 0.25 * (fractal(rng, 0.25) - 0.5), "#0b1f5c #173f91 #2c6fc0 #6fb0d8 #b8d8c8")
    angle = 0.35 * np.sin(x * 5.0 + 1.0) + 0.2 * np.sin(y * 9 + x * 3)
    swirls = [(0.40, 0.30, 0.19, 1.0), (0.62, 0.42, 0.12, -1.0), (0.83, 0.17, 0.17, 1.0)]
    stars = [(0.09, 0.12), (0.24, 0.09), (0.45, 0.07), (0.60, 0.13), (0.16, 0.35), (0.93, 0.45),
             (0.30, 0.50), (0.75, 0.36), (0.66, 0.27)]
    vx, vy = np.cos(angle), np.sin(angle)
    for cx, cy, r, turn in swirls + [(sx, sy, 0.055, 1.0) for sx, sy in stars]:
        dx, dy = x - cx, y - cy
        d = np.hypot(dx, dy)
        pull = 3.0 * np.exp(-(d / r) ** 2)
        vx += pull * (-dy * turn + 0.25 * dx) / (d + 1e-3)
        vy += pull * (dx * turn + 0.25 * dy) / (d + 1e-3)
    for cx, cy, r, turn in swirls[:2]:
        d, a = np.hypot(x - cx, y - cy), np.arctan2(y - cy, x - cx)
        arm = 0.5 + 0.5 * np.sin(2 * a - turn * d * 55)
        sky = mix(sky, rgb("#d7e6d2"), 0.75 * arm * np.exp(-(d / r) ** 2 * 0.9))
    for sx, sy in stars:
        d = np.hypot(x - sx, y - sy)
        halo = np.exp(-(d / 0.060) ** 2) * (0.80 + 0.20 * np.cos(d * 190))
        sky = mix(sky, rgb("#f3cf49"), np.clip(halo, 0, 1))
        sky = mix(sky, rgb("#fff6cf"), np.exp(-(d / 0.022) ** 2))
    d = np.hypot(x - 0.83, y - 0.17)
    sky = mix(sky, rgb("#f0b429"), np.exp(-(d / 0.14) ** 2) * (0.74 + 0.26 * np.cos(d * 110)))
    crescent = disc(0.83, 0.17, 0.06) * (1 - disc(0.855, 0.155, 0.045))
    scene = mix(sky, rgb("#ffdf63"), crescent)

    for level, tall, codes in ((0.60, 0.035, "#6f9fc8 #3468a8"), (0.68, 0.04, "#2f5a98 #15295f"),
                               (0.78, 0.02, "#4a7a5a #16324a")):
        hx, hy = _ridge(rng, level, tall)
        hill = below(hx, hy)
        depth = np.clip((y - np.interp(x[0], hx, hy)[None]) * 6, 0, 1)
        scene = mix(scene, ramp(depth + 0.2 * (fractal(rng, 0.1) - 0.5), codes), hill)
        slope = np.interp(x[0], hx, np.gradient(hy, hx))[None]
        vx, vy = mix(vx[..., None], 1.0, hill)[..., 0], mix(vy[..., None], slope[..., None], hill)[..., 0]

    for k, hy in enumerate(np.sort(rng.uniform(0.78, 0.95, 22))):
        hx = 0.27 + 0.70 * ((k * 0.618) % 1.0)
        w, h = rng.uniform(0.030, 0.044), rng.uniform(0.034, 0.046)
        wall = rgb(rng.choice(["#7fa6c0", "#5f86b0", "#a8bcae", "#4a6aa0"]))
        scene = mix(scene, wall, polygon([(hx - w, hy), (hx + w, hy), (hx + w, hy + h), (hx - w, hy + h)]))
        roof = rgb(rng.choice(["#1b2749", "#8f4a2f", "#31508c", "#141c3a"]))
        scene = mix(scene, roof, polygon([(hx - w * 1.15, hy), (hx, hy - h), (hx + w * 1.15, hy)]))
        lit = [disc(hx + w * s, hy + h * 0.55, 0.011) for s in ((0.0,), (-0.45, 0.45))[k % 2]]
        scene = mix(scene, rgb("#ffcf3f"), sum(lit))
    scene = mix(scene, rgb("#22386f"), polygon([(0.585, 0.86), (0.605, 0.58), (0.625, 0.86)]))
    scene = mix(scene, rgb("#86a0b8"), polygon([(0.588, 0.86), (0.588, 0.76), (0.622, 0.76),
                                                (0.622, 0.86)]))

    cypress = blob([(0.03, 1.05), (0.05, 0.75), (0.09, 0.50), (0.125, 0.24), (0.15, 0.16), (0.165, 0.30),
                    (0.19, 0.50), (0.20, 0.72), (0.25, 0.90), (0.24, 1.05)])
    flame = ramp(0.5 + 0.5 * np.sin(x * 95 + 4 * np.sin(y * 14)) * fractal(rng, 0.1),
                 "#0c1a20 #1c3a2f #4a5a2c")
    scene = mix(scene, flame, cypress)
    angle = np.arctan2(vy, vx)
    angle = np.where(cypress > 0.5, np.pi / 2 + 0.35 * np.sin(y * 16 + x * 20), angle)

    canvas = Canvas(rgb("#1a2b4f"), rng)
    paint(canvas, scene, angle, [
        Layer(26, 110, 20, 0.04, tolerance=0.7),
        Layer(14, 75, 12, 0.055, tolerance=0.45, bristle=0.45),
        Layer(8, 40, 9, 0.07, tolerance=0.28, bristle=0.5, detail=0.14)], rng)
    return saturate(canvas.colour, 1.12) * relief(canvas.height, 1.6)[..., None] ** 0.55


def oil_impasto(rng):
    """An autumn avenue in thick paint, wet ground holding the colours of the trees."""
    x, y = grid()
    horizon = 0.60
    scene = ramp(np.clip(y / horizon, 0, 1) + 0.3 * (fractal(rng, 0.2) - 0.5),
                 "#2d5c88 #4f8fae #9cc2bd #f5d9a0 #f6b45c")
    scene = mix(scene, rgb("#fff0b8"), np.exp(-(((x - 0.53) / 0.11) ** 2 + ((y - 0.50) / 0.13) ** 2)))
    crowns = palette("#c8371b #e2601d #f29a1f #f7c631 #9c2a22 #7f8f2c #3d6b3a #d97a1c")
    for depth in np.linspace(0.15, 1.0, 7):
        for side in (-1, 1):
            cx = 0.53 + side * (0.09 + 0.42 * depth)
            foot = horizon + 0.26 * depth ** 1.4
            trunk = spline([(cx, foot), (cx + 0.01 * side, foot - 0.25 * depth),
                            (cx - 0.03 * side, foot - 0.62 * depth)])
            for _ in range(int(14 + 26 * depth)):
                r = (0.02 + 0.075 * depth) * rng.uniform(0.5, 1.1)
                px = cx + rng.normal(0, 0.16 * depth) - side * 0.05 * depth
                py = foot - depth * rng.uniform(0.34, 0.95)
                scene = mix(scene, crowns[rng.integers(len(crowns))] * rng.uniform(0.65, 1.1),
                            disc(px, py, r, r * 0.75))
            scene = mix(scene, rgb("#2a1a1c") * rng.uniform(0.8, 1.5), line(trunk, 0.008 + 0.03 * depth))
    ground = y > horizon + 0.004
    mirror = np.clip(2 * horizon - y, 0, 1)
    rows = np.clip((mirror * SIZE).astype(int), 0, SIZE - 1)
    wet = warp(scene[rows, (x * SIZE).astype(int)], 0.03 * (noise(rng, 0.03, stretch=(4, 0.6)) - 0.5),
               0 * x)
    half_path = 0.03 + 0.75 * np.maximum(y - horizon, 0)
    path = np.abs(x - 0.53) < half_path
    leaf = ramp(fractal(rng, 0.06, 3) * 1.5 - 0.25, "#5a2317 #a33a18 #d9741f #f0b23a #6d6a2a")
    floor = np.where(path[..., None], 0.72 * wet + 0.28 * rgb("#3a5a8a"), 0.3 * wet + 0.7 * leaf)
    scene = np.where(ground[..., None], floor, scene)
    for px, tall in ((0.50, 0.085), (0.525, 0.08)):
        scene = mix(scene, rgb("#241c33"), blob([(px - 0.012, 0.70), (px - 0.014, 0.70 - tall * 0.6),
                                                 (px, 0.70 - tall), (px + 0.014, 0.70 - tall * 0.6),
                                                 (px + 0.012, 0.70)]))
    scene = mix(scene, rgb("#c4262e"), disc(0.512, 0.612, 0.034, 0.016))

    angle = contour_angle(scene, 12) * 0.25 + wandering_angle(rng, 0.16, 1.5)
    angle = np.where(ground, np.where(path, wandering_angle(rng, 0.1, 0.5), 0.2), angle)
    canvas = Canvas(rgb("#5a3524"), rng)
    paint(canvas, saturate(scene, 1.15), angle, [
        Layer(46, 90, 32, 0.06, tolerance=0.9, body=1.0),
        Layer(28, 58, 19, 0.09, tolerance=0.6, bristle=0.35, body=1.3),
        Layer(15, 36, 13, 0.12, tolerance=0.5, bristle=0.35, detail=0.2, body=1.5),
        Layer(7, 22, 10, 0.10, tolerance=0.5, detail=0.32, body=1.5)], rng)
    light = relief(blur(canvas.height, 1.2), 3.0)
    return saturate(canvas.colour, 1.1) * (0.25 + 0.75 * light[..., None]) + 0.12 * smoothstep(
        1.35, 1.9, light)[..., None]


def _dots(rng, image, scene, radius_px, spacing, colour_of):
    """Round touches of paint on a jittered grid, in random order."""
    n = int(SIZE / spacing) + 2
    gy, gx = np.mgrid[0:n, 0:n].reshape(2, -1) * spacing
    spots = np.stack([gx, gy], 1) + rng.uniform(-0.6, 0.6, (n * n, 2)) * spacing
    rng.shuffle(spots)
    height = np.zeros((SIZE, SIZE), np.float32)
    for px, py in spots:
        r = radius_px * rng.uniform(0.75, 1.25)
        x0, x1 = max(0, int(px - r - 2)), min(SIZE, int(px + r + 3))
        y0, y1 = max(0, int(py - r - 2)), min(SIZE, int(py + r + 3))
        if x1 <= x0 or y1 <= y0:
            continue
        colour = colour_of(scene[min(max(int(py), 0), SIZE - 1), min(max(int(px), 0), SIZE - 1)])
        d = np.hypot(np.arange(x0, x1)[None] - px, np.arange(y0, y1)[:, None] - py)
        a = np.clip(r - d, 0, 1)[..., None]
        image[y0:y1, x0:x1] = image[y0:y1, x0:x1] * (1 - a) + colour * a
        height[y0:y1, x0:x1] = height[y0:y1,
                                      x0:x1] * (1 - a[..., 0]) + np.clip(1 - (d / r) ** 2, 0, 1) * a[..., 0]
    return image, height


def pointillism(rng):
    """A river bank on a bright afternoon, in dots of divided colour."""
    _, y = grid()
    scene = ramp(y * 2.1 + 0.25 * (fractal(rng, 0.2) - 0.5), "#6fa8dc #9cc9e8 #cfe3e0 #f7e8c0")
    cloud = smoothstep(0.52, 0.72, fractal(rng, 0.25, 4, stretch=(1.8, 0.8))) * smoothstep(0.42, 0.1, y)
    scene = mix(scene, rgb("#fff5e4"), cloud)
    hx, hy = _ridge(rng, 0.43, 0.018)
    scene = mix(scene, ramp(fractal(rng, 0.05), "#4a7fa0 #6fae8a #8fb89a"), below(hx, hy))
    water = y > 0.47
    ripple = np.sin(np.maximum(y - 0.47, 0) ** 0.6 * 190 + 6 * noise(rng, 0.12)) * 0.5 + 0.5
    river = ramp(0.55 * ripple + (y - 0.47) * 1.2, "#f4e6b8 #8fc4dc #3f86c4 #2a5aa6")
    scene = np.where(water[..., None], river, scene)
    for bx, by, s in ((0.30, 0.535, 1.0), (0.55, 0.50, 0.55), (0.13, 0.50, 0.5)):
        scene = mix(scene, rgb("#fffdf0"), polygon([(bx, by), (bx, by - 0.16 * s), (bx + 0.09 * s, by)]))
        scene = mix(scene, rgb("#ffc9a0"),
                    polygon([(bx - 0.005, by), (bx - 0.005, by - 0.14 * s), (bx - 0.06 * s, by)]))
        scene = mix(scene, rgb("#7a2f4a"),
                    blob([(bx - 0.075 * s, by), (bx + 0.1 * s, by), (bx + 0.06 * s, by + 0.022 * s),
                          (bx - 0.05 * s, by + 0.022 * s)]))
        scene = mix(scene, rgb("#f6efd8"),
                    0.6 * polygon([(bx - 0.02, by + 0.025 * s), (bx + 0.05 * s, by + 0.025 * s),
                                   (bx + 0.01, by + 0.15 * s)]))
    bank = below(*zip((-0.1, 0.98), (0.2, 0.90), (0.5, 0.80), (0.75, 0.66), (1.1, 0.55)))
    light = fractal(rng, 0.09, 4)
    scene = mix(scene, ramp(light * 1.7 - 0.35, "#1f4f3a #3f8a3c #8cc43f #e9e35a"), bank)
    shade = polygon([(0.45, 0.88), (0.7, 0.80), (1.05, 0.78), (1.05, 0.93), (0.7, 0.95)])
    scene = mix(scene, rgb("#23355f"), 0.75 * shade)
    scene = mix(scene, rgb("#4a2a4a"), line(spline([(0.84, 0.86), (0.82, 0.6), (0.85, 0.4), (0.80, 0.2)]),
                                            0.045))
    for _ in range(90):
        r = rng.uniform(0.025, 0.07)
        px, py = 0.80 + rng.normal(0, 0.13), 0.20 + rng.normal(0, 0.11)
        leaf = palette("#1f5a3c #2f8040 #6fb03a #c9d84a #1d3f66 #f0c23a")[min(5,
                                                                              int(rng.random() ** 1.3 * 6))]
        scene = mix(scene, leaf, disc(px, py, r, r * 0.7))
    for fx, fy, s, dress in ((0.58, 0.90, 1.0, "#c22f3f"), (0.67, 0.885, 0.95, "#3a2f7a"),
                             (0.36, 0.93, 0.7, "#f0f0ff")):
        scene = mix(scene, rgb(dress), blob([(fx - 0.045 * s, fy), (fx - 0.02 * s, fy - 0.10 * s),
                                             (fx, fy - 0.17 * s), (fx + 0.02 * s, fy - 0.10 * s),
                                             (fx + 0.05 * s, fy)]))
        scene = mix(scene, rgb("#f3c79c"), disc(fx, fy - 0.185 * s, 0.017 * s))
        scene = mix(scene, rgb("#ff9d2e"), disc(fx + 0.01, fy - 0.215 * s, 0.06 * s, 0.024 * s))

    hues = palette("#2a50b8 #3f8fe0 #f2b21c #f7e04a #e2502c #c22a5a #7a3fa8 #2c9a4c #8ccc3a #fff6e0 #1d2f5c")

    def divide(colour):
        # A third of the dots are pure hues near the colour, some its opposite.
        pick = rng.random()
        if pick < 0.30:
            near = np.abs(hues - colour).sum(1) + rng.uniform(0, 0.55, len(hues))
            return hues[near.argmin()]
        if pick < 0.37:
            opposite = 1.0 - colour
            opposite += 0.75 * (colour.mean() - opposite.mean())
            return np.clip(opposite, 0, 1)
        return np.clip(colour + rng.normal(0, 0.09, 3), 0, 1)

    image = np.array(np.broadcast_to(rgb("#efe4c8"), scene.shape), np.float32)
    scene = saturate(scene, 1.3)
    image, _ = _dots(rng, image, blur(scene, 3), 8.5, 9.0, divide)
    image, height = _dots(rng, image, scene, 5.6, 8.6, divide)
    return image * relief(height, 0.8)[..., None] ** 0.3


def pastel(rng):
    """Poppies and irises in chalk on dark paper."""
    x, y = grid()
    scene = ramp(fractal(rng, 0.35, 3) * 1.5 - 0.25 + 0.25 * (y - 0.5),
                 "#1d2a3f #2c4f63 #4f8a86 #8fc0a0 #274a4f")
    angle = wandering_angle(rng, 0.3, 1.2) + 1.1
    canvas = Canvas(rgb("#231f2a"), rng)
    for _ in range(70):
        bx = rng.uniform(-0.05, 1.05)
        stem = spline([(bx, 1.05), (bx + rng.normal(0, 0.05), 0.8),
                       (bx + rng.normal(0, 0.1), rng.uniform(0.35, 0.7))])
        scene = mix(scene, ramp(np.array(rng.random()), "#143a2a #2f7a3f #7fae3f #b9d86a"),
                    line(stem, rng.uniform(0.006, 0.014)) * 0.9)
    families = ["#7a0f1f #d9261f #ff5a2a #ffa35a", "#5a1240 #c22a6a #ff6aa0 #ffd0dc",
                "#2a1f7a #4f4fd0 #8f9cf5 #dce0ff", "#a85a00 #f2a01c #ffd84a #fff5b0",
                "#6a2a8a #a45ad0 #d8a8f2 #f8e8ff"]
    blooms = [(0.30, 0.34, 0.17, 0), (0.66, 0.26, 0.13, 2), (0.72, 0.56, 0.16, 1), (0.24, 0.68, 0.13, 3),
              (0.48, 0.53, 0.11, 4), (0.50, 0.83, 0.14, 0), (0.88, 0.80, 0.12, 2), (0.07, 0.45, 0.10, 1),
              (0.92, 0.38, 0.09, 3), (0.10, 0.90, 0.11, 4), (0.47, 0.13, 0.09, 3), (0.08, 0.12, 0.10, 2),
              (0.90, 0.08, 0.1, 0)]
    for cx, cy, r, family in sorted(blooms, key=lambda b: b[2]):
        turn, petals = rng.uniform(0, 6.3), rng.integers(5, 8)
        dx, dy = (x - cx), (y - cy) / rng.uniform(0.75, 0.95)
        d, a = np.hypot(dx, dy) / r, np.arctan2(dy, dx) + turn
        rim = 0.80 + 0.20 * np.abs(np.cos(a * petals / 2)) + 0.06 * np.sin(a * 11)
        inside = np.clip((rim - d) * 30, 0, 1)
        fold = 0.5 + 0.5 * np.cos(a * petals) * 0.6 + 0.25 * np.sin(a * 37 + d * 5)
        tone = np.clip(0.25 + 0.5 * d * rim + 0.45 * (fold - 0.5) - 0.2 * dy / r, 0, 1)
        scene = mix(scene, ramp(tone, families[family]), inside)
        scene = mix(scene, rgb("#1a1420"), smoothstep(0.26, 0.18, d))
        seeds = smoothstep(0.34, 0.22, d) * smoothstep(0.14, 0.20, d) * (np.cos(a * 17) > 0.2)
        scene = mix(scene, rgb("#ffd23a"), seeds)
        angle = np.where(inside > 0.5, np.arctan2(dy, dx) + 0.3 * np.sin(a * 5), angle)
    paint(canvas, saturate(scene, 1.1), angle, [
        Layer(24, 100, 21, 0.06, opacity=0.75, dry=0.9, bristle=0.2, tolerance=0.7),
        Layer(11, 60, 12, 0.10, opacity=0.9, dry=0.9, bristle=0.2, tolerance=0.5),
        Layer(6, 34, 10, 0.14, opacity=0.95, dry=0.7, bristle=0.2, tolerance=0.5, detail=0.14)], rng)
    # The paper's tooth shows through where the chalk skipped.
    tooth = fractal(rng, 7 / SIZE, 2)
    chalk = smoothstep(0.28, 0.5, tooth + 0.28 * luma(canvas.colour))
    return mix(rgb("#231f2a") * (0.8 + 0.4 * tooth[..., None]), canvas.colour * 1.08, 0.25 + 0.75 * chalk)


def watercolour(rng):
    """Mountains, a lake and pines in transparent washes on white paper."""
    x, y = grid()
    grain = fractal(rng, 9 / SIZE, 2)
    ink = np.zeros((SIZE, SIZE, 3), np.float32)     # optical density, adds up over washes

    def wash(shape, colour, strength, edge=0.55, bleed=0.012, pool=0.5):
        nonlocal ink
        wobble = [(fractal(rng, 0.06, 4) - 0.5) * bleed * 2 for _ in range(2)]
        soft = blur(warp(shape, *wobble), 1.5)
        rim = np.clip(soft - blur(soft, 9), 0, 1) * 2.2
        flow = 0.40 + 1.4 * pool * fractal(rng, 0.16, 4) + 0.22 * (grain - 0.5)
        blooms = smoothstep(0.55, 0.60, fractal(rng, 0.2, 3)) * 0.35
        amount = soft * np.clip(flow - blooms, 0.05, 2) + edge * rim * soft
        ink += strength * amount[..., None] * -np.log(np.clip(rgb(colour), 0.02, 0.999))

    sky = smoothstep(0.55, 0.0, y + 0.2 * (fractal(rng, 0.3, 4) - 0.5))
    wash(sky * (1 - 0.8 * smoothstep(0.5, 0.65, fractal(rng, 0.22, 5))), "#3f86d0", 0.95, 0.9)
    wash(np.exp(-(((x - 0.68) / 0.34) ** 2 + ((y - 0.40) / 0.13) ** 2)), "#ff9a5c", 0.9, 0.2, 0.05)
    wash(disc(0.68, 0.33, 0.052), "#ff5a3c", 1.0, 0.8, 0.004)
    peaks = [((-.1, .5), (.08, .36), (.2, .22), (.28, .30), (.38, .17), (.5, .34), (.6, .42), (.8, .36),
              (1.1, .5)),
             ((-.1, .40), (.1, .46), (.25, .40), (.45, .50), (.62, .46), (.78, .33), (.92, .42),
              (1.1, .34)),
             ((-.1, .54), (.2, .52), (.4, .56), (.6, .53), (.85, .55), (1.1, .50))]
    for pts, colour, strength in zip(peaks, ("#7f8fd0", "#4f6fb0", "#2f7a86"), (0.8, 0.9, 1.0)):
        px, py = zip(*pts)
        fine = np.linspace(-0.1, 1.1, 300)
        level = np.interp(fine, px, py) + 0.012 * np.cumsum(rng.normal(0, 0.15, 300)) * 0.3
        body = below(fine, level) * (y < 0.585)
        wash(body * smoothstep(0.75, 0.4, y), colour, strength, 0.9, 0.006)
        facets = body * smoothstep(0.5, 0.56, warp(fractal(rng, 0.08, 3), 0.5 * y, 0 * y))
        wash(facets, colour, strength * 0.6, 0.7, 0.004)
    lake = ((y > 0.58) * 1.0).astype(np.float32)
    streak = smoothstep(0.35, 0.62, noise(rng, 0.018, stretch=(9, 0.7)))
    wash(lake * (0.35 + 0.65 * streak), "#2f86b8", 0.85, 0.6, 0.004)
    wash(lake * smoothstep(0.8, 0.58, y) * (1 - streak), "#6a6fc0", 0.6, 0.4, 0.006)
    wash(np.exp(-((x - 0.68) / 0.07) ** 2) * lake * smoothstep(0.9, 0.6, y) * streak, "#ff8a5c", 0.9, 0.4)
    shore = below(*zip((-.1, .80), (.12, .76), (.3, .83), (.5, .93), (.7, .90), (.9, .86), (1.1, .82)))
    wash(shore, "#a8b83f", 1.0, 0.8, 0.02)
    wash(shore * smoothstep(0.5, 0.62, fractal(rng, 0.1, 4)), "#3f7a3a", 0.9, 0.8, 0.02)
    wash(shore * smoothstep(0.55, 0.66, fractal(rng, 0.12, 4)), "#c8642c", 0.9, 0.8, 0.02)
    for tx, foot, tall in ((0.10, 0.84, 0.46), (0.19, 0.86, 0.34), (0.03, 0.88, 0.36), (0.87, 0.92, 0.40),
                           (0.95, 0.94, 0.50), (0.27, 0.88, 0.2)):
        tree = line([(tx, foot), (tx, foot - tall)], np.array([0.012, 0.003]))
        for k in np.linspace(0.08, 0.98, 22):
            reach = 0.105 * tall / 0.4 * (1 - k) ** 0.8 * rng.uniform(0.7, 1.15) + 0.006
            by = foot - tall * k
            for side in (-1, 1):
                bough = spline([(tx, by), (tx + side * reach * 0.6, by + 0.008),
                                (tx + side * reach * rng.uniform(0.8, 1.2), by + 0.03)])
                tree = np.maximum(tree, line(bough, np.linspace(0.026, 0.006, len(bough))))
        wash(tree, "#2f7a5c", 1.1, 1.0, 0.012, 0.8)
        wash(tree * (x > tx), "#1a3a5c", 0.8, 0.5, 0.01)
    for _ in range(140):
        wash_r = rng.uniform(0.001, 0.005)
        px, py = rng.uniform(0, 1), rng.uniform(0.8, 1)
        spot = disc(px, py, wash_r)[..., None]
        ink += spot * rng.uniform(0.3,
                                  1.0) * -np.log(np.clip(rgb(rng.choice(["#c8322c", "#1f4f4a", "#e0a02c",
                                                                         "#2f5a9a"])), 0.02, 1))
    torn = fractal(rng, 0.05, 4) * 0.03 + 0.012
    inside = (np.minimum(np.minimum(x, 1 - x), np.minimum(y, 1 - y)) - torn) * 90
    ink *= np.clip(inside, 0, 1)[..., None]
    granular = 1.0 + 0.3 * (grain[..., None] - 0.5)
    return saturate(rgb("#fbf7ee") * np.exp(-1.0 * ink * granular), 1.25) * paper(rng, 0.10)[..., None]
