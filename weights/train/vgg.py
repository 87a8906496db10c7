# SPDX-License-Identifier: MIT
"""The AdaIN reference encoder (VGG-19 to relu4_1) and decoder, in their published `.pth` form.

Layer numbers are those of the PyTorch port of AdaIN (Huang & Belongie 2017). Used as loss
network and as the reference for quality; not needed to run the trained networks.
"""
import torch
from torch import nn
from torch.nn import functional as F

from train.layers import ReflectConv

_ENCODER = ((2, 3, 64), (5, 64, 64), (9, 64, 128), (12, 128, 128), (16, 128, 256),
            (19, 256, 256), (22, 256, 256), (25, 256, 256), (29, 256, 512))
_TAPS, _POOLED = (2, 9, 16, 29), (5, 12, 25)
_DECODER = ((1, 512, 256), (5, 256, 256), (8, 256, 256), (11, 256, 256), (14, 256, 128),
            (18, 128, 128), (21, 128, 64), (25, 64, 64), (28, 64, 3))
_UPSAMPLED, _LAST = (1, 14, 21), 28


def _load_convolutions(path, table, fold_first=None):
    state = torch.load(path, map_location="cpu")
    layers = nn.ModuleDict()
    for number, inputs, outputs in table:
        conv = layers[str(number)] = ReflectConv(inputs, outputs)
        weight, bias = state[f"{number}.weight"], state[f"{number}.bias"]
        if number == fold_first:
            # A 1×1 convolution before a reflect-padded one folds into it exactly.
            mix, shift = state["0.weight"].flatten(1), state["0.bias"]
            bias = bias + torch.einsum("oikl,i->o", weight, shift)
            weight = torch.einsum("oikl,ij->ojkl", weight, mix)
        conv.weight.data, conv.bias.data = weight.clone(), bias.clone()
    return layers.requires_grad_(False).to(memory_format=torch.channels_last).eval()


class Encoder(nn.Module):
    """[N,3,H,W] in 0..1 -> [relu1_1, relu2_1, relu3_1, relu4_1]."""

    def __init__(self, path, dtype=torch.float32):
        super().__init__()
        self.layers = _load_convolutions(path, _ENCODER, fold_first=2).to(dtype)
        self.dtype = dtype

    def forward(self, rgb):
        taps, x = [], rgb.to(self.dtype).contiguous(memory_format=torch.channels_last)
        for number, _, _ in _ENCODER:
            x = F.relu_(self.layers[str(number)](x))
            if number in _TAPS:
                taps.append(x)
            if number in _POOLED:
                x = F.max_pool2d(x, 2, 2, ceil_mode=True)
        return taps


class Decoder(nn.Module):
    """relu4_1 features -> an image in about 0..1."""

    def __init__(self, path):
        super().__init__()
        self.layers = _load_convolutions(path, _DECODER)

    def forward(self, x):
        for number, _, _ in _DECODER:
            x = self.layers[str(number)](x)
            if number != _LAST:
                x = F.relu(x)
            if number in _UPSAMPLED:
                x = F.interpolate(x, scale_factor=2)
        return x
