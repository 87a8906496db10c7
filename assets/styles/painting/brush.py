# SPDX-License-Identifier: MIT
"""Brush strokes: curved ribbons with bristles, laid over a reference picture.

Layers go from large to small brushes, as in Hertzmann, "Painterly rendering
with curved brush strokes of multiple sizes" (1998); the direction comes from a
field the style composes, not from the picture's gradient alone.
"""
from dataclasses import dataclass

import numpy as np

from .core import SIZE, blur, fractal, luma


class Canvas:
    """Colour and height of the paint."""

    def __init__(self, ground, rng):
        self.colour = np.array(np.broadcast_to(ground, (SIZE, SIZE, 3)), np.float32)
        self.height = np.zeros((SIZE, SIZE), np.float32)
        # Bristles: noise drawn out along the stroke (axis 1) and fine across it.
        fine = rng.random((256, 64)).astype(np.float32)
        long = np.repeat(rng.random((128, 8)), 2, 0).repeat(8, 1).astype(np.float32)
        self.bristles = 0.45 * np.apply_along_axis(
            lambda r: np.convolve(r, np.ones(9) / 9, "same"), 1, fine) + 0.55 * long

    def stroke(self, path, width, colour, rng, opacity=1.0, bristle=0.25, dry=0.3, body=1.0):
        """One stroke along path [n,2] px (x, y).

        bristle: contrast of the hairs in colour; dry: how soon the brush runs
        out of paint; body: thickness of the paint.
        """
        half = width / 2
        low = np.floor(path.min(0) - half - 2).astype(int)
        high = np.ceil(path.max(0) + half + 2).astype(int)
        x0, y0 = np.maximum(low, 0)
        x1, y1 = np.minimum(high, SIZE)
        if x1 <= x0 or y1 <= y0:
            return
        along, across, length = _ribbon_coordinates(path, x0, x1, y0, y1)
        u = along / max(length, 1e-3)
        v = across / half
        k, j = rng.integers(0, 256), rng.integers(0, 64)
        hair = self.bristles[(k + (v * 0.5 + 0.5) * 24).astype(int) % 256,
                             (j + along * 0.16).astype(int) % 64]
        # The ribbon narrows a little at its end and its rim is as ragged as its hairs.
        reach = (1.0 - 0.45 * u ** 3) * (0.8 + 0.4 * hair)
        alpha = np.clip((reach - np.abs(v)) * half * 0.9, 0.0, 1.0)
        alpha *= np.clip(1.0 + (hair - 0.35 - u * dry) * 3.0 * dry, 0.0, 1.0) * opacity
        a = alpha[..., None]
        area = (slice(y0, y1), slice(x0, x1))
        tone = 1.0 + bristle * (hair - 0.5)
        self.colour[area] = self.colour[area] * (1 - a) + colour * tone[..., None] * a
        ridge = body * (hair * 0.8 + 0.5 * np.abs(v) ** 3 + 0.3 * u)
        self.height[area] = self.height[area] * (1 - 0.85 * alpha) + ridge * alpha


def _ribbon_coordinates(path, x0, x1, y0, y1):
    """Along [h,w] and signed across [h,w] in px of the nearest point on the path; its length."""
    px = np.arange(x0, x1, dtype=np.float32)[None, None, :] + 0.5
    py = np.arange(y0, y1, dtype=np.float32)[None, :, None] + 0.5
    start, step = path[:-1].astype(np.float32), np.diff(path, axis=0).astype(np.float32)
    span = np.hypot(step[:, 0], step[:, 1]) + 1e-6
    done = np.concatenate([[0.0], np.cumsum(span)])
    tx, ty = (step[:, 0] / span)[:, None, None], (step[:, 1] / span)[:, None, None]
    rx, ry = px - start[:, 0, None, None], py - start[:, 1, None, None]
    t = np.clip(rx * tx + ry * ty, 0.0, span[:, None, None])
    ox, oy = rx - t * tx, ry - t * ty
    d2 = ox * ox + oy * oy
    best = d2.argmin(0)[None]
    side = np.take_along_axis(tx * oy - ty * ox, best, 0)[0]
    dist = np.sqrt(np.take_along_axis(d2, best, 0)[0])
    along = np.take_along_axis(t, best, 0)[0] + done[best[0]]
    return along, np.where(side < 0, -dist, dist), done[-1]


def follow(angle, x, y, steps, step_px, reference=None, tolerance=1.0):
    """Path [n,2] px from (x, y) along the field; ends where the reference changes colour."""
    path = [(x, y)]
    first = None
    dx = dy = 0.0
    for _ in range(steps):
        i, j = min(max(int(y), 0), SIZE - 1), min(max(int(x), 0), SIZE - 1)
        if reference is not None:
            colour = reference[i, j]
            if first is None:
                first = colour
            elif np.abs(colour - first).sum() > tolerance and len(path) > 2:
                break
        cx, cy = np.cos(angle[i, j]), np.sin(angle[i, j])
        if cx * dx + cy * dy < 0:
            cx, cy = -cx, -cy
        dx, dy = cx, cy
        x, y = x + dx * step_px, y + dy * step_px
        path.append((x, y))
    return np.array(path)


@dataclass
class Layer:
    width: float            # px
    length: float           # px
    spacing: float          # px between the strokes' starts
    jitter: float = 0.06    # of the colour, per stroke
    opacity: float = 0.95
    bristle: float = 0.3
    dry: float = 0.3
    body: float = 1.0
    detail: float = 0.0     # paint only where the canvas differs by more than this
    tolerance: float = 0.35


def paint(canvas, reference, angle, layers, rng, recolour=None):
    """Covers the canvas with the layers; recolour(colour, x, y, rng) varies a stroke's colour."""
    for layer in layers:
        target = blur(reference, layer.width * 0.25)
        n = int(SIZE / layer.spacing) + 2
        gy, gx = np.mgrid[0:n, 0:n].reshape(2, -1) * layer.spacing
        spots = np.stack([gx, gy], 1) + rng.normal(0, layer.spacing * 0.4, (n * n, 2))
        rng.shuffle(spots)
        steps = max(2, int(round(layer.length / max(layer.width * 0.7, 4))))
        for x, y in spots:
            i, j = min(max(int(y), 0), SIZE - 1), min(max(int(x), 0), SIZE - 1)
            colour = target[i, j]
            if layer.detail and np.abs(canvas.colour[i, j] - colour).sum() < layer.detail:
                continue
            colour = colour * (1 + rng.normal(0, layer.jitter)) + rng.normal(0, layer.jitter, 3)
            if recolour:
                colour = recolour(colour, x / SIZE, y / SIZE, rng)
            path = follow(angle, x, y, steps, layer.length / steps * rng.uniform(0.6, 1.2),
                          target, layer.tolerance)
            canvas.stroke(path, layer.width * rng.uniform(0.7, 1.2), np.clip(colour, 0, 1), rng,
                          layer.opacity, layer.bristle, layer.dry, layer.body)


def contour_angle(image, radius_px):
    """Direction along the picture's contours, smoothed as a tensor."""
    gy, gx = np.gradient(blur(luma(image), radius_px * 0.3))
    xx, yy, xy = (blur(g, radius_px) for g in (gx * gx, gy * gy, gx * gy))
    return 0.5 * np.arctan2(2 * xy, xx - yy) + np.pi / 2


def wandering_angle(rng, period, spread):
    """Directions around 0 that wander by `spread` radians."""
    return (fractal(rng, period, 2) - 0.5) * 2 * spread
