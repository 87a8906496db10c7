# SPDX-License-Identifier: MIT
"""Antialiased shapes as masks [SIZE,SIZE] in 0..1, from points in 0..1."""
import numpy as np
from PIL import Image, ImageDraw
from scipy import ndimage

from .core import SIZE, grid, mix


def spline(points, per_span=16, closed=False):
    """Catmull-Rom curve through points [n,2]."""
    p = np.asarray(points, np.float64)
    if closed:
        p = np.concatenate([p[-1:], p, p[:2]])
    else:
        p = np.concatenate([2 * p[:1] - p[1:2], p, 2 * p[-1:] - p[-2:-1]])
    t = np.linspace(0, 1, per_span, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:]):
        out.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2
                          + (3 * b - a - 3 * c + d) * t ** 3))
    if not closed:
        out.append(p[-2:-1])
    return np.concatenate(out)


def _draw(points, margin, fill):
    """Mask of what fill(draw, place) draws; place(p) turns fractions into the drawing's px."""
    low = np.clip(np.floor((points.min(0) - margin) * SIZE) - 1, 0, SIZE).astype(int)
    high = np.clip(np.ceil((points.max(0) + margin) * SIZE) + 1, 0, SIZE).astype(int)
    mask = np.zeros((SIZE, SIZE), np.float32)
    width, height = high - low
    if width > 0 and height > 0:
        # PIL draws without antialiasing, so draw on twice the grid and average.
        image = Image.new("L", (int(width) * 2, int(height) * 2), 0)
        fill(ImageDraw.Draw(image), lambda p: tuple((p * SIZE - low) * 2))
        mask[low[1]:high[1], low[0]:high[0]] = np.asarray(image.reduce(2), np.float32) / 255.0
    return mask


def polygon(points):
    pts = np.asarray(points, np.float64)
    return _draw(pts, 0.0, lambda d, place: d.polygon([place(q) for q in pts], fill=255))


def blob(points):
    """Closed smooth shape through the points."""
    return polygon(spline(points, closed=True))


def line(points, width):
    """Polyline with round joints; width is a fraction of the side, or one per point."""
    pts = np.asarray(points, np.float64)
    widths = np.broadcast_to(np.asarray(width, np.float64), len(pts))

    def fill(d, place):
        for a, b, w, v in zip(pts, pts[1:], widths, widths[1:]):
            d.line([place(a), place(b)], fill=255, width=max(1, int((w + v) * SIZE)))
        for a, w in zip(pts, widths):
            d.ellipse([place(a - w / 2), place(a + w / 2)], fill=255)
    return _draw(pts, widths.max() / 2, fill)


def ribbon(points, widths):
    """Smooth stroke of varying width as one polygon: no joints to see."""
    p = np.asarray(points, np.float64)
    w = np.asarray(widths, np.float64)[:, None] / 2
    tangent = np.gradient(p, axis=0)
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], 1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-9
    return polygon(np.concatenate([p + normal * w, (p - normal * w)[::-1]]))


def disc(x, y, r, ry=None):
    ry = ry or r
    mask = np.zeros((SIZE, SIZE), np.float32)
    x0, x1 = (int(np.clip(c * SIZE, 0, SIZE)) for c in (x - r - 0.003, x + r + 0.004))
    y0, y1 = (int(np.clip(c * SIZE, 0, SIZE)) for c in (y - ry - 0.003, y + ry + 0.004))
    gx, gy = (np.arange(x0, x1) + 0.5) / SIZE, (np.arange(y0, y1) + 0.5) / SIZE
    d = np.hypot((gx[None, :] - x) / r, (gy[:, None] - y) / ry)
    mask[y0:y1, x0:x1] = np.clip((1.0 - d) * min(r, ry) * SIZE + 0.5, 0.0, 1.0)
    return mask


def below(curve_x, curve_y):
    """1 below the height line through the points (x ascending)."""
    gx, gy = grid()
    edge = np.interp(gx[0], curve_x, curve_y)
    return np.clip((gy - edge[None, :]) * SIZE + 0.5, 0.0, 1.0).astype(np.float32)


def outline(mask, width_px):
    """Band along the mask's edge, width_px wide, antialiased."""
    band = np.zeros(mask.shape, np.float32)
    near = around(mask > 0.5, int(width_px) + 4)
    inside = mask[near] > 0.5
    if inside.any():
        d = ndimage.distance_transform_edt(inside)
        if not inside.all():
            d += ndimage.distance_transform_edt(~inside)
        band[near] = np.clip(width_px / 2 - d + 1.5, 0.0, 1.0)
    return band


def around(inside, margin):
    """Slices of the smallest box round the true pixels, widened by margin; empty if none."""
    box = []
    for axis in (1, 0):
        hit = np.flatnonzero(inside.any(axis))
        box.append(slice(max(0, hit[0] - margin), hit[-1] + 1 + margin) if len(hit) else slice(0, 0))
    return tuple(box)


def lay(image, colour, mask):
    """Changes image where mask is not 0: colour [3] or [H,W,3] over it."""
    near = around(mask > 0, 0)
    over = colour if colour.ndim == 1 else colour[near]
    image[near] = mix(image[near], over, mask[near])


def edges(labels, width_px):
    """Band along the borders between the labels of [SIZE,SIZE]."""
    border = np.zeros(labels.shape, bool)
    border[:, 1:] |= labels[:, 1:] != labels[:, :-1]
    border[1:, :] |= labels[1:, :] != labels[:-1, :]
    d = ndimage.distance_transform_edt(~border)
    return np.clip(width_px / 2 - d + 0.5, 0.0, 1.0).astype(np.float32)
