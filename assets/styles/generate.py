#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Make the bundled style images: generate.py [--sheet FILE] [--output DIR] [STYLE ...].

Without names, makes every style. The same numpy, scipy and Pillow versions
give the same pictures.
"""
import argparse
import multiprocessing
import pathlib
import zlib

import numpy as np
from PIL import Image

from painting import STYLES
from painting.core import finish

QUALITY = 88


def make(job):
    name, folder = job
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    image = Image.fromarray(finish(STYLES[name](rng)))
    path = folder / f"{name}.jpg"
    image.save(path, quality=QUALITY, optimize=True, subsampling="4:2:0")
    return path


def contact_sheet(paths, columns=4, side=320):
    rows = -(-len(paths) // columns)
    sheet = Image.new("RGB", (columns * side, rows * side))
    for k, path in enumerate(paths):
        tile = Image.open(path).resize((side, side), Image.Resampling.LANCZOS)
        sheet.paste(tile, (k % columns * side, k // columns * side))
    return sheet


def main():
    here = pathlib.Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description="Make the bundled style images.")
    parser.add_argument("styles", nargs="*", metavar="STYLE", help=f"of {', '.join(STYLES)}")
    parser.add_argument("--output", type=pathlib.Path, default=here, help="folder to write to")
    parser.add_argument("--sheet", type=pathlib.Path, help="also write a contact sheet here")
    args = parser.parse_args()
    unknown = set(args.styles) - set(STYLES)
    if unknown:
        parser.error(f"no such style: {', '.join(sorted(unknown))}")
    jobs = [(name, args.output) for name in args.styles or STYLES]
    with multiprocessing.Pool() as pool:
        paths = []
        for path in pool.imap(make, jobs):
            print(path.name, path.stat().st_size)
            paths.append(path)
    if args.sheet:
        contact_sheet(paths).save(args.sheet)


if __name__ == "__main__":
    main()
