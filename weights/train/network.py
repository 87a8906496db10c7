# SPDX-License-Identifier: MIT
"""The restyling network: a three-level encoder, three normalization sites, a decoder.

Images are [N,3,H,W] in 0..1 with H and W multiples of 8. A style is the list of its
(gamma, beta) per site, each [N,C,1,1]: adaptive instance normalization, Huang & Belongie 2017.
"""
import torch
from torch import nn
from torch.nn import functional as F

from train.graph import EPSILON, LEAKY_SLOPE, RESIDUAL_BLOCKS
from train.layers import ReflectConv, channel_moments

WIDTHS = {"nano": (8, 16, 32), "micro": (16, 32, 64), "full": (32, 64, 128)}
SITES = (1, 2, 3)


def statistics(features):
    """Per-channel (mean, standard deviation) over H and W, in fp32; the variance is biased."""
    mean, variance = channel_moments(features)
    return mean, (variance + EPSILON).sqrt()


def instance_normalize(features):
    mean, deviation = statistics(features)
    return (features - mean) / deviation


class RestylingNetwork(nn.Module):
    """Parameter names equal the tensor names of the weights file."""

    def __init__(self, widths):
        super().__init__()
        a, b, c = self.widths = tuple(widths)
        self.e1, self.e2, self.e3 = ReflectConv(12, a), ReflectConv(a, b, 2), ReflectConv(b, c, 2)
        self.r = nn.ModuleList(
            nn.ModuleList([ReflectConv(c, c), ReflectConv(c, c)]) for _ in range(RESIDUAL_BLOCKS))
        self.d2, self.m2, self.d1, self.h = ReflectConv(c, b), ReflectConv(b, b), ReflectConv(b, a), ReflectConv(a, 12)

    def encode(self, rgb):
        """[f1, f2, f3]: the features at the three sites, at 1/2, 1/4 and 1/8 of the size."""
        features, x = [], F.pixel_unshuffle(2 * rgb - 1, 2)
        for conv in (self.e1, self.e2, self.e3):
            x = F.leaky_relu(conv(x), LEAKY_SLOPE)
            features.append(x)
        return features

    def decode(self, sites):
        n1, n2, y = sites
        for first, second in self.r:
            y = y + second(F.relu(first(y)))
        y = F.relu(self.d2(F.interpolate(y, scale_factor=2)) + n2)
        y = y + F.relu(self.m2(y))
        y = F.relu(self.d1(F.interpolate(y, scale_factor=2)) + n1)
        return torch.sigmoid(F.pixel_shuffle(self.h(y), 2))

    def style_of(self, rgb):
        """The (gamma, beta) per site that `adaptive` takes from a style image."""
        return [(deviation, mean) for mean, deviation in map(statistics, self.encode(rgb))]

    def forward(self, content, style, strength=1.0, normalize=instance_normalize):
        """Restyles `content` by `style`, a list of (gamma, beta) per site."""
        return self.restyle_features(self.encode(content), style, strength, normalize)

    def restyle_features(self, features, style, strength=1.0, normalize=instance_normalize):
        """`forward` from the features that `encode` gave."""
        sites = []
        for site, (gamma, beta) in zip(features, style):
            restyled = normalize(site) * gamma + beta
            sites.append(strength * restyled + (1 - strength) * site)
        return self.decode(sites)
