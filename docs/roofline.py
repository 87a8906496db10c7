#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the roofline of one run of the benchmark as SVG: every operation by its arithmetic intensity and the rate it
reached, under the two ceilings measured in the same run.

    impasto --benchmark --json > benchmark.json
    docs/roofline.py benchmark.json roofline.svg [RUN]

RUN is the number of the run in the file, from 0. Needs Python 3 alone.
"""
import json
import math
import sys
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 900, 540
LEFT, RIGHT, TOP, BOTTOM = 70, 24, 56, 52


class Axes:
    """Logarithmic on both axes."""

    def __init__(self, x_range, y_range):
        self.x_range, self.y_range = x_range, y_range

    def x(self, value):
        low, high = map(math.log10, self.x_range)
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    def y(self, value):
        low, high = map(math.log10, self.y_range)
        return HEIGHT - BOTTOM - (math.log10(value) - low) / (high - low) * (HEIGHT - TOP - BOTTOM)


def text(x, y, words, size=11, anchor="start", color="#333"):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" text-anchor="{anchor}" fill="{color}">{escape(words)}</text>'


def line(points, color, width):
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline points="{joined}" fill="none" stroke="{color}" stroke-width="{width}"/>'


def decades(low, high):
    return [10.0**n for n in range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1) if low <= 10.0**n <= high]


def draw(report, run):
    flops, bandwidth = run["ceiling"]["gflop_per_s"], run["ceiling"]["gbyte_per_s"]
    points = [(2 * o["multiply_adds"] / o["bytes_moved"], o["gflop_per_s"], o["name"])
              for o in run["operations"] if o["multiply_adds"] > 0 and o["bytes_moved"] > 0 and o["gflop_per_s"] > 0]
    if not points or flops <= 0 or bandwidth <= 0:
        sys.exit("roofline: this run has no operation with both arithmetic and a time")
    ridge = flops / bandwidth
    xs, ys = [p[0] for p in points] + [ridge], [p[1] for p in points]
    axes = Axes((min(xs) / 2, max(xs) * 3), (min(ys) / 2, flops * 2))

    size = run["network_extent"]
    title = f'{run["model"]} {run["precision"]} at {size["width"]}×{size["height"]}: {run["frames_per_second"]:.1f} pictures a second'
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="Inter, sans-serif">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', text(LEFT, 24, title, 15),
           text(LEFT, 42, report["device"], 11, color="#777")]
    for x in decades(*axes.x_range):
        out += [line([(axes.x(x), TOP), (axes.x(x), HEIGHT - BOTTOM)], "#eee", 1),
                text(axes.x(x), HEIGHT - BOTTOM + 16, f"{x:g}", 10, "middle", "#777")]
    for y in decades(*axes.y_range):
        out += [line([(LEFT, axes.y(y)), (WIDTH - RIGHT, axes.y(y))], "#eee", 1),
                text(LEFT - 6, axes.y(y) + 4, f"{y:g}", 10, "end", "#777")]
    # The slanted roof begins where it enters the picture.
    start = max(axes.x_range[0], axes.y_range[0] / bandwidth)
    roof = [(start, start * bandwidth), (ridge, flops), (axes.x_range[1], flops)]
    out.append(line([(axes.x(x), axes.y(y)) for x, y in roof], "#444", 1.6))
    out.append(text(WIDTH - RIGHT - 4, axes.y(flops) - 6, f"{flops:.0f} GFLOP/s multiply-add", 11, "end"))
    out.append(text(axes.x(start) + 6, axes.y(start * bandwidth) - 10, f"{bandwidth:.1f} GB/s copy", 11))
    for x, y, name in points:
        out.append(f'<circle cx="{axes.x(x):.1f}" cy="{axes.y(y):.1f}" r="4" fill="#c8553d"/>')
        out.append(text(axes.x(x) + 7, axes.y(y) + 3, " ".join(name.split()[1:3]), 8, color="#555"))
    out += [text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 14, "FLOP per byte moved", 11, "middle"),
            text(LEFT, TOP - 4, "GFLOP/s, executed", 10, color="#777"), "</svg>"]
    return "\n".join(out) + "\n"


def main():
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    run = report["runs"][int(sys.argv[3]) if len(sys.argv) > 3 else 0]
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write(draw(report, run))


if __name__ == "__main__":
    main()
