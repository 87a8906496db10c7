# SPDX-License-Identifier: MIT
"""Trains one network and writes its weights file; see README.md."""
import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import torch  # noqa: E402

from train import data, quality, tables, vgg, weights_file  # noqa: E402
from train.distil import distil  # noqa: E402
from train.network import WIDTHS, RestylingNetwork  # noqa: E402
from train.progress import Progress, contact_sheet, draw_curves  # noqa: E402
from train.trainer import Settings, Trainer  # noqa: E402
from train.widen import widen  # noqa: E402

PREVIEW_EVERY = 5  # of the eval pairs; weights/evaluate measures all of them


def parse():
    parser = argparse.ArgumentParser(prog="train", description=__doc__)
    parser.add_argument("--name", choices=WIDTHS, required=True)
    parser.add_argument("--photos", required=True, help="folder of content photos")
    parser.add_argument("--paintings", required=True, help="folder of style images")
    parser.add_argument("--styles", help="folder of further style images, drawn more often")
    parser.add_argument("--styles-share", type=float, default=0.15)
    parser.add_argument("--encoder", required=True, help="the AdaIN reference encoder, .pth")
    parser.add_argument("--output", required=True, help="the weights file to write")
    parser.add_argument("--work", required=True, help="folder for cache, log, previews")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--resume-from", help="a weights file of the same widths")
    start.add_argument("--widen-from", help="a weights file of half the widths")
    start.add_argument("--distil-from", help="a weights file of any widths to learn from first")
    parser.add_argument("--distil-steps", type=int, default=2000)
    parser.add_argument("--eval", help="folder with content/ and style/ for previews and figures")
    parser.add_argument("--preview-every", type=int, default=200, help="steps")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--note", default="")
    for name, default in vars(Settings()).items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)
    return parser.parse_args()


def starting_network(arguments, photos, paintings, work):
    if arguments.distil_from:
        report = Progress(work / f"{arguments.name}_distil_log.csv").update
        teacher = weights_file.load(arguments.distil_from)[0]
        return distil(teacher, WIDTHS[arguments.name], photos, paintings,
                      arguments.distil_steps, report)
    if arguments.widen_from:
        return widen(weights_file.load(arguments.widen_from)[0])
    if arguments.resume_from:
        return weights_file.load(arguments.resume_from)[0]
    return RestylingNetwork(WIDTHS[arguments.name])


class Preview:
    """Now and then: the file so far, a contact sheet, the curve, the eval figures."""

    def __init__(self, arguments, encoder, photos, paintings):
        self._arguments, self._work = arguments, Path(arguments.work)
        self._photos, self._paintings = photos, paintings
        self._measures = None
        if arguments.eval:
            self._measures = quality.Measures(
                encoder, quality.load_squares(Path(arguments.eval) / "content"),
                quality.load_squares(Path(arguments.eval) / "style"))

    def write(self, network, step, log_path):
        arguments = self._arguments
        weights_file.save(arguments.output, network,
                          tables.measure(network, self._photos, self._paintings),
                          arguments.name, arguments.note, "<f4")
        draw_curves([log_path], self._work / f"{arguments.name}_curve.png")
        if self._measures:
            photos, styles = self._measures.photos, self._measures.paintings
            restyle = quality.network_restyler(network, photos, styles)
            (content, style, ssim), _ = self._measures.table(restyle, PREVIEW_EVERY)
            print(f"\nsome eval pairs at step {step}: content {content:.3f} style {style:.3f} SSIM {ssim:.3f}",
                  flush=True)
            contact_sheet(restyle, {k: photos[k] for k in list(photos)[::3]},
                          {k: styles[k] for k in list(styles)[::2]},
                          self._work / f"{arguments.name}_sheet.png")


def main():
    arguments = parse()
    torch.set_num_threads(arguments.threads)
    work = Path(arguments.work)
    work.mkdir(parents=True, exist_ok=True)
    settings = Settings(**{name: getattr(arguments, name) for name in vars(Settings())})
    encoder = vgg.Encoder(arguments.encoder, torch.bfloat16)
    photos = data.Photos(arguments.photos)
    paintings = data.Paintings(arguments.paintings, encoder, work / "paintings.pt")
    if arguments.styles:
        styles = data.Paintings(arguments.styles, encoder, work / "styles.pt", closer=7,
                                invented=200)
        paintings = data.StyleMix(paintings, styles, arguments.styles_share)
    trainer = Trainer(starting_network(arguments, photos, paintings, work), encoder, photos,
                      paintings, settings, work)
    log_path = work / f"{arguments.name}_log.csv"
    changes = work / f"{arguments.name}_changes.json"
    progress, preview = Progress(log_path), Preview(arguments, encoder, photos, paintings)
    while trainer.progress < 1:
        terms = trainer.step()
        progress.update(trainer.step_count, trainer.progress, trainer.rate(), terms)
        if trainer.step_count % 20 == 0 and changes.exists():
            trainer.change(json.loads(changes.read_text()))
        if trainer.step_count % arguments.preview_every == 0:
            preview.write(trainer.averaged, trainer.step_count, log_path)
    if trainer.step_count % arguments.preview_every:
        preview.write(trainer.averaged, trainer.step_count, log_path)


if __name__ == "__main__":
    main()
