# SPDX-License-Identifier: MIT
"""What a training run shows: a progress line, a log, a curve, a contact sheet."""
import csv
import sys
import time
from pathlib import Path

import torch
from PIL import Image, ImageDraw

from train import images

_COLOURS = ("#2b6cb0", "#c05621", "#2f855a", "#805ad5", "#b83280", "#4a5568")


class Progress:
    """Smooths the loss terms, prints one line, appends to a .csv."""

    def __init__(self, log_path):
        self._start, self._smooth = time.monotonic(), {}
        self._log_path = Path(log_path)

    def update(self, step, fraction, rate, terms):
        for name, value in terms.items():
            self._smooth[name] = value + 0.97 * (self._smooth.get(name, value) - value)
        minutes = (time.monotonic() - self._start) / 60
        left = minutes * (1 - fraction) / fraction if fraction > 0 else 0
        bar = "#" * round(20 * fraction)
        losses = " ".join(f"{name} {value:.3f}" for name, value in self._smooth.items())
        line = f"[{bar:<20}] step {step} {losses} rate {rate:.1e} {minutes:.1f} min, {left:.1f} left"
        if sys.stdout.isatty():
            print(f"\r{line}", end="", flush=True)
        elif step % 50 == 0:
            print(line, flush=True)
        if step % 10 == 0 or fraction >= 1:
            self._append(step, minutes)

    def _append(self, step, minutes):
        new = not self._log_path.exists()
        with open(self._log_path, "a", newline="") as file:
            writer = csv.writer(file)
            if new:
                writer.writerow(["step", "minutes", *self._smooth])
            writer.writerow([step, f"{minutes:.2f}",
                             *(f"{value:.5f}" for value in self._smooth.values())])


def draw_curves(log_paths, output, columns=("content", "style")):
    """The smoothed loss terms of one or more logs, one after the other, as a PNG."""
    width, height, border = 960, 420, 44
    rows = [row for path in log_paths for row in csv.DictReader(open(path, newline=""))][5:]
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    top = max((float(row[name]) for row in rows for name in columns), default=1.0)
    draw.rectangle((border, 12, width - 12, height - border), outline="#a0aec0")
    for k in range(6):
        y = height - border - k / 5 * (height - border - 12)
        draw.text((4, y - 6), f"{top * k / 5:.2f}", fill="#4a5568")
        draw.line((border, y, width - 12, y), fill="#edf2f7")
    for k, name in enumerate(columns):
        points = [(border + i / max(1, len(rows) - 1) * (width - 12 - border),
                   height - border - float(row[name]) / top * (height - border - 12))
                  for i, row in enumerate(rows)]
        if len(points) > 1:
            draw.line(points, fill=_COLOURS[k], width=2)
        draw.text((width - 140, height - border - 40 + 14 * k), name, fill=_COLOURS[k])
    draw.text((border, height - 28), f"{10 * len(rows)} steps", fill="#4a5568")
    sheet.save(output)


@torch.no_grad()
def contact_sheet(restyle, photos, styles, output, cell=192):
    """A grid: photos down, styles across; `restyle(photo, style)` takes names."""
    grid = Image.new("RGB", (cell * (len(styles) + 1), cell * (len(photos) + 1)), "white")
    scale = lambda rgb: images.to_image(rgb).resize((cell, cell), Image.LANCZOS)
    for column, style in enumerate(styles, 1):
        grid.paste(scale(styles[style]), (column * cell, 0))
    for row, photo in enumerate(photos, 1):
        grid.paste(scale(photos[photo]), (0, row * cell))
        for column, style in enumerate(styles, 1):
            grid.paste(scale(restyle(photo, style)), (column * cell, row * cell))
    grid.save(output, quality=88)
