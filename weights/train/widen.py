# SPDX-License-Identifier: MIT
"""A wider network that computes the same picture (Net2WiderNet, Chen et al. 2016).

Channels are duplicated; what reads a duplicated channel splits its weight at random between
the copies, so the copies can part from the first step on.
"""
import torch

from train.network import RestylingNetwork


def _split(weight, factor):
    """Spreads each input channel's weights over `factor` copies that sum to the original."""
    shares = torch.rand(factor, *weight.shape) + 0.5
    shares = shares / shares.sum(0)
    return torch.cat(list(shares * weight), dim=1)


@torch.no_grad()
def widen(network, factor=2):
    """All three widths times `factor`; inputs and outputs of the network stay as they are."""
    wide = RestylingNetwork([factor * width for width in network.widths])
    target = dict(wide.named_modules())
    for name, conv in network.named_modules():
        if not hasattr(conv, "weight"):
            continue
        weight, bias = conv.weight, conv.bias
        if name != "e1":
            weight = _split(weight, factor)
        if name != "h":
            # Output copies are made by splitting anew, so that no two copies have equal weights.
            halves = [weight] if name == "e1" else [weight] + [
                _split(conv.weight, factor) for _ in range(factor - 1)]
            weight = torch.cat(halves * (factor if name == "e1" else 1), dim=0)
            bias = bias.repeat(factor)
        target[name].weight.copy_(weight)
        target[name].bias.copy_(bias)
    return wide
