#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Makes a trained network ready to ship: batch statistics, trained rows, fp16.

Measures `batch` over the photos, trains a `conditional` row per style image and the `learned`
parameters for one of them, with the trunk frozen.
"""
import argparse
from pathlib import Path

import torch

from train import data, images, tables, vgg, weights_file
from train.progress import Progress
from train.rows import RowTrainer

TRAINED_CELLS = ["instance+adaptive", "instance+conditional", "instance+learned", "batch+learned"]


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("input", help="a weights file from the trainer")
    parser.add_argument("--output", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--styles", required=True, help="folder of style images, one row each")
    parser.add_argument("--learned-style", default="night_strokes", help="file stem of one of them")
    parser.add_argument("--photos", required=True)
    parser.add_argument("--encoder", required=True, help="the AdaIN reference encoder, .pth")
    parser.add_argument("--work", required=True, help="folder for the log and the cached features")
    parser.add_argument("--steps", type=int, default=350,
                        help="0 leaves every row at the style's own statistics, untrained")
    parser.add_argument("--note", required=True, help="training note for the metadata")
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args()


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    network, stored, _ = weights_file.load(arguments.input)
    photos = data.Photos(arguments.photos)
    paths = images.list_images(arguments.styles)
    stored.batch = tables.batch_statistics(network, (photos.batch(8, 224) for _ in range(40)))
    trainer = RowTrainer(network, vgg.Encoder(arguments.encoder, torch.bfloat16), photos, paths,
                         arguments.learned_style, stored.batch, arguments.work)
    log = Path(arguments.work) / f"{arguments.name}_rows_log.csv"
    if arguments.steps:
        trainer.train(arguments.steps, Progress(log).update)
        print("row, share kept, content and style loss as multiples of the style's own statistics'")
        for name, share, content, style in trainer.limit_content():
            print(f"{name:20} {share:.1f} {content:.2f} {style:.2f}", flush=True)
        stored.trained_cells = TRAINED_CELLS
    stored.conditional, stored.learned = trainer.result()
    stored.conditional_styles = [path.stem for path in paths]
    stored.learned_style = arguments.learned_style
    weights_file.save(arguments.output, network, stored, arguments.name, arguments.note)


if __name__ == "__main__":
    main()
