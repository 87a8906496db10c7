# SPDX-License-Identifier: MIT
"""A first network from a trained one of another width: it learns to paint the same pictures.

No loss network is involved, so a step costs a tenth of one of the main training. Trained from
scratch on feature and style losses alone, networks this small collapse to a tint.
"""
import math

import torch

from train.network import RestylingNetwork
from train.optimizer import Soap
from train.trainer import MAX_SHIFT


def _edges(rgb):
    return rgb.diff(dim=2)[..., :-1], rgb.diff(dim=3)[:, :, :-1]


def _difference(output, wanted):
    """L1 of pictures, of their edges, and of pictures reduced by 8 (overall colour)."""
    loss = (output - wanted).abs().mean()
    for mine, theirs in zip(_edges(output), _edges(wanted)):
        loss = loss + (mine - theirs).abs().mean()
    return loss + torch.nn.functional.avg_pool2d(output - wanted, 8).abs().mean()


def distil(teacher, widths, photos, paintings, steps, report, rate=3e-3, batch=8, side=128):
    """Returns a network of the given widths; `report(step, fraction, rate, terms)` each step."""
    network = RestylingNetwork(widths).to(memory_format=torch.channels_last)
    optimizer = Soap(network.parameters(), rate)
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * (0.02 + 0.49 * (1 + math.cos(math.pi * step / steps)))
        content = photos.batch(batch, side + MAX_SHIFT)[..., :side, :side]
        styles, _ = paintings.batch(batch // 2)
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                pairs = [(g.repeat_interleave(2, 0), b.repeat_interleave(2, 0))
                         for g, b in teacher.style_of(styles)]
                wanted = teacher(content, pairs).float()
            pairs = [(g.repeat_interleave(2, 0), b.repeat_interleave(2, 0))
                     for g, b in network.style_of(styles)]
            output = network(content, pairs).float()
        loss = _difference(output, wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()
        report(step + 1, (step + 1) / steps, optimizer.param_groups[0]["lr"],
               {"distillation": loss.item()})
    return network
