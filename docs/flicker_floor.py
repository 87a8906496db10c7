#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""How low the frame difference of a clip whose camera never rests can get, and where it comes from.

The motion of `assets/content/make_clip.py --pans`, which this makes, is known exactly, so a picture whose painted marks are perfectly fixed to
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
LENGTH_S, DISSOLVE_S = make_clip.PANS_TIMES
BLOCK = 16


def box(photos, frame):
    """Left, top and width, in the photograph's pixels, of what a frame shows outside of dissolves."""
    index, into = divmod(frame / FPS, LENGTH_S)
    shot = make_clip.PANS[int(index)]
    photo = photos[shot.photo]
    cx, cy, width = make_clip.pan_box(shot, (into + DISSOLVE_S) / (LENGTH_S + DISSOLVE_S))
    width *= photo.width
    height = width * HEIGHT / WIDTH
    return (min(max(cx * photo.width - width / 2, 0.0), photo.width - width),
            min(max(cy * photo.height - height / 2, 0.0), photo.height - height), width)


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
    photos = make_clip.load_photos(make_clip.PANS)
    with tempfile.TemporaryDirectory() as folder:
        clip = f"{folder}/pans.mp4"
        make_clip.write(clip, pans=True)
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", clip, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                             check=True, capture_output=True).stdout
        source = np.frombuffer(raw, np.uint8).reshape(-1, HEIGHT, WIDTH, 3)
        subprocess.run([ROOT / "build/src/impasto", clip, "--model", network, "--norm", "adain",
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

    shot = int(LENGTH_S * FPS)
    steady = int((LENGTH_S - DISSOLVE_S) * FPS)
    for index, name in enumerate(photos):
        as_made, fixed = [], []
        for t in range(index * shot + 1, index * shot + steady - 1):
            ideal = carried(made[t - 1], box(photos, t - 1), box(photos, t))
            as_made.append(difference(made[t], made[t - 1], source[t], source[t - 1]).mean())
            fixed.append(difference(ideal, made[t - 1], source[t], source[t - 1]).mean())
        print(f"  {name}: as made {np.mean(as_made):.2f}, marks perfectly fixed to things {np.mean(fixed):.2f}, "
              f"{np.mean(fixed) / np.mean(as_made):.2f} of it")


if __name__ == "__main__":
    main()
