#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Draws contact sheets of weights files on a folder of photos and one of style images.

Per network: `<name>_styles.jpg`, every photo in every style, and `<name>_controls.jpg`, strength
from 0 to 1 and the way from one style to another.
"""
import argparse
from pathlib import Path

import torch

from train import images, quality, weights_file
from train.progress import contact_sheet


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("photos")
    parser.add_argument("styles")
    parser.add_argument("networks", nargs="+", help="weights files")
    parser.add_argument("--output", required=True, help="folder for the sheets")
    parser.add_argument("--blend", nargs=2, default=["night_strokes", "stained_glass"])
    parser.add_argument("--side", type=int, default=256)
    parser.add_argument("--cell", type=int, default=144)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def controls_restyler(network, photos, first, second):
    """Columns of the second sheet: name -> function of a photo's name."""
    mix = lambda t: [tuple((1 - t) * a + t * b for a, b in zip(*pair))
                     for pair in zip(first, second)]
    column = lambda t, strength: lambda photo: network(photos[photo][None], mix(t), strength)[0]
    return {"strength 0": column(0, 0.0), "strength 0.5": column(0, 0.5), "first": column(0, 1.0),
            "1/4": column(0.25, 1.0), "halfway": column(0.5, 1.0), "3/4": column(0.75, 1.0),
            "second": column(1, 1.0)}


@torch.no_grad()
def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    output = Path(arguments.output)
    output.mkdir(parents=True, exist_ok=True)
    photos = quality.load_squares(arguments.photos, arguments.side)
    styles = quality.load_squares(arguments.styles)
    for path in arguments.networks:
        network, _, _ = weights_file.load(path)
        name = Path(path).stem
        contact_sheet(quality.network_restyler(network, photos, styles), photos, styles,
                      output / f"{name}_styles.jpg", arguments.cell)
        first, second = (network.style_of(styles[style][None]) for style in arguments.blend)
        columns = controls_restyler(network, photos, first, second)
        # Only the two pure columns have a head: the style they show.
        heads = {key: torch.ones(3, 8, 8) for key in columns}
        heads["first"], heads["second"] = (styles[style] for style in arguments.blend)
        contact_sheet(lambda photo, column: columns[column](photo), photos, heads,
                      output / f"{name}_controls.jpg", arguments.cell)


if __name__ == "__main__":
    main()
