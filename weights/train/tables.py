# SPDX-License-Identifier: MIT
"""First values of a network's normalization tables, measured on images."""
import torch

from train import images
from train.network import statistics
from train.weights_file import NormalizationTables


@torch.no_grad()
def batch_statistics(network, batches):
    """Per site (mean [C], variance [C]) over all pixels of all pictures."""
    sums, count = None, 0
    for rgb in batches:
        moments = [(f.mean((0, 2, 3)).double(), (f.double() ** 2).mean((0, 2, 3)))
                   for f in network.encode(rgb)]
        sums = moments if sums is None else [(a + c, b + d) for (a, b), (c, d) in zip(sums, moments)]
        count += 1
    return [((m / count).float(), (q / count - (m / count) ** 2).clamp_min(0).float())
            for m, q in sums]


@torch.no_grad()
def mean_style(network, styles):
    """Per site (gamma [C], beta [C]): the average over style images [N,3,H,W]."""
    per_site = [statistics(features) for features in network.encode(styles)]
    return [(deviation.mean(0).flatten(), mean.mean(0).flatten()) for mean, deviation in per_site]


@torch.no_grad()
def style_rows(network, paths):
    """Per site (gamma [S,C], beta [S,C]): the statistics of each style image file."""
    styles = [network.style_of(images.style_tensor(path).unsqueeze(0)) for path in paths]
    return [tuple(torch.stack([style[site][part].flatten() for style in styles])
                  for part in (0, 1)) for site in range(3)]


def measure(network, photos, paintings):
    """Tables for a network whose trunk has just changed: nothing in them is trained."""
    return NormalizationTables(
        batch=batch_statistics(network, (photos.batch(8, 224) for _ in range(12))),
        learned=mean_style(network, paintings.batch(64)[0]))
