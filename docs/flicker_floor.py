#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How low the frame difference of the bundled clip can get, and where it comes from.

The clip's motion is known exactly (assets/content/make_clip.py), so a picture whose painted marks are perfectly fixed to
the things under them can be made: the stylized frame before, carried along by that motion. Its frame difference is what
remains when nothing flickers but everything moves. Also told: what share of the flicker lies in blocks of 16×16 pixels
whose source changes by less than the similarity gate's threshold.

    docs/flicker_floor.py [NETWORK]        needs a build, ffmpeg, python3-numpy and python3-pil
"""
import pathlib
import subprocess
import sys
import tempfile

import numpy as np
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "assets/content"))
import make_clip  # noqa: E402

WIDTH, HEIGHT, FPS = make_clip.WIDTH, make_clip.HEIGHT, make_clip.FPS
BLOCK = 16


def box(photos, frame):
    """Left, top and width, in the photograph's pixels, of what a frame shows outside of dissolves."""
    time = frame / FPS
    index = int(time // make_clip.SHOT_S)
    seen = {}

    class Probe:
        width, height = photos[index].size

        @staticmethod
        def resize(_, __, box):
            seen["box"] = box

    into = time - index * make_clip.SHOT_S
    make_clip.view(Probe, *make_clip.SHOTS[index][1:],
                   (into + make_clip.DISSOLVE_S) / (make_clip.SHOT_S + make_clip.DISSOLVE_S))
    left, top, right, _ = seen["box"]
    return left, top, right - left


def carried(picture, before, now):
    """`picture` of the box `before` as the camera at `now` sees it."""
    scale = now[2] / before[2]
    x, y = ((now[i] - before[i]) * WIDTH / before[2] for i in (0, 1))
    return np.asarray(Image.fromarray(picture).transform(
        (WIDTH, HEIGHT), Image.Transform.AFFINE, (scale, 0, x, 0, scale, y), Image.Resampling.BICUBIC))


def difference(o, o_before, c, c_before):
    return np.abs((o.astype(np.int16) - o_before) - (c.astype(np.int16) - c_before)).mean(2)


def main():
    network = sys.argv[1] if len(sys.argv) > 1 else "micro"
    photos = [Image.open(ROOT / "assets/content" / name).convert("RGB") for name, *_ in make_clip.SHOTS]
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", ROOT / "assets/clip.mp4", "-f", "rawvideo", "-pix_fmt", "rgb24",
                          "-"], check=True, capture_output=True).stdout
    source = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([ROOT / "build/src/impasto", ROOT / "assets/clip.mp4", "--model", network, "--norm", "adain",
                        "--frames", str(len(source)), "--output", f"{folder}/%03d.png"],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        made = np.stack([np.asarray(Image.open(path).convert("RGB"))
                         for path in sorted(pathlib.Path(folder).glob("*.png"))])

    changes, flicker = [], []
    rows = HEIGHT // BLOCK
    for t in range(1, len(made)):
        def blocks(values):
            return values[:rows * BLOCK].reshape(rows, BLOCK, WIDTH // BLOCK, BLOCK).mean((1, 3)).ravel()
        flicker.append(blocks(difference(made[t], made[t - 1], source[t], source[t - 1])))
        changes.append(blocks(np.abs(source[t].astype(np.int16) - source[t - 1]).mean(2)))
    changes, flicker = np.concatenate(changes), np.concatenate(flicker)
    print(f"{network}, whole clip: frame difference {flicker.mean():.2f}")
    for threshold in (1, 2, 4, 8):
        still = changes < threshold
        print(f"  blocks changing by less than {threshold}: {still.mean():.0%} of the picture, "
              f"{flicker[still].sum() / flicker.sum():.0%} of the flicker")

    shot = int(make_clip.SHOT_S * FPS)
    steady = int((make_clip.SHOT_S - make_clip.DISSOLVE_S) * FPS)
    for index, (name, *_) in enumerate(make_clip.SHOTS):
        as_made, fixed = [], []
        for t in range(index * shot + 1, index * shot + steady - 1):
            ideal = carried(made[t - 1], box(photos, t - 1), box(photos, t))
            as_made.append(difference(made[t], made[t - 1], source[t], source[t - 1]).mean())
            fixed.append(difference(ideal, made[t - 1], source[t], source[t - 1]).mean())
        print(f"  {name}: as made {np.mean(as_made):.2f}, marks perfectly fixed to things {np.mean(fixed):.2f}, "
              f"{np.mean(fixed) / np.mean(as_made):.2f} of it")


if __name__ == "__main__":
    main()
