#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Draws the roofline of one run of the benchmark: every operation by its arithmetic intensity and achieved rate, under
the two ceilings measured in the same run.

    impasto --benchmark --json > benchmark.json
    docs/roofline.py benchmark.json roofline.png [RUN]

RUN is the number of the run in the file, from 0. Needs Python 3 with matplotlib (Debian: python3-matplotlib).
"""
import json
import sys

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    with open(sys.argv[1], encoding="utf-8") as file:
        report = json.load(file)
    run = report["runs"][int(sys.argv[3]) if len(sys.argv) > 3 else 0]
    flops, bandwidth = run["ceiling"]["gflop_per_s"], run["ceiling"]["gbyte_per_s"]
    points = [o for o in run["operations"] if o["multiply_adds"] > 0 and o["bytes_moved"] > 0]
    intensity = [2 * o["multiply_adds"] / o["bytes_moved"] for o in points]

    figure, axes = plt.subplots(figsize=(9, 5.5), dpi=110)
    low, high = min(intensity + [flops / bandwidth]) / 3, max(intensity + [flops / bandwidth]) * 3
    ridge = flops / bandwidth
    axes.plot([low, ridge, high], [low * bandwidth, flops, flops], color="#444", linewidth=1.5)
    axes.scatter(intensity, [o["gflop_per_s"] for o in points], color="#c8553d", zorder=3, s=28)
    for x, o in zip(intensity, points):
        axes.annotate(" ".join(o["name"].split()[:3]), (x, o["gflop_per_s"]), xytext=(5, -3),
                      textcoords="offset points", fontsize=7, color="#333")
    axes.text(high, flops * 1.05, f"{flops:.0f} GFLOP/s multiply-add", ha="right", fontsize=8)
    axes.text(low * 1.1, low * bandwidth * 1.5, f"{bandwidth:.1f} GB/s copy", fontsize=8)
    axes.set(xscale="log", yscale="log", xlim=(low, high), xlabel="FLOP per byte moved",
             ylabel="GFLOP/s (executed)", ylim=(min(o["gflop_per_s"] for o in points) / 3, flops * 2))
    size = run["network_extent"]
    axes.set_title(f'{run["model"]} {run["precision"]} at {size["width"]}×{size["height"]}: '
                   f'{run["frames_per_second"]:.1f} frames a second\n{report["device"]}', fontsize=10)
    axes.grid(True, which="both", color="#eee")
    figure.tight_layout()
    figure.savefig(sys.argv[2])


if __name__ == "__main__":
    main()
