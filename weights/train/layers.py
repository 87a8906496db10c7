# SPDX-License-Identifier: MIT
"""Building blocks that also run in bfloat16 and keep channels_last, in few passes."""
import torch
from torch import nn
from torch.nn import functional as F


class _ReflectPad1(torch.autograd.Function):
    """Reflection padding by one; PyTorch 1.13 has none for bfloat16 on the CPU."""

    @staticmethod
    def forward(_, x):
        n, c, h, w = x.shape
        y = torch.empty((n, c, h + 2, w + 2), dtype=x.dtype, memory_format=torch.channels_last)
        y[:, :, 1:-1, 1:-1] = x
        y[:, :, 0, 1:-1], y[:, :, -1, 1:-1] = x[:, :, 1], x[:, :, -2]
        y[:, :, :, 0], y[:, :, :, -1] = y[:, :, :, 2], y[:, :, :, -3]
        return y

    @staticmethod
    def backward(_, gradient):
        inner = gradient[:, :, 1:-1, 1:-1].clone(memory_format=torch.channels_last)
        top, bottom = gradient[:, :, 0, 1:-1].clone(), gradient[:, :, -1, 1:-1].clone()
        left, right = gradient[:, :, :, 0], gradient[:, :, :, -1]
        for row, k in ((top, 0), (bottom, -1)):
            row[:, :, 1] += left[:, :, k]
            row[:, :, -2] += right[:, :, k]
        inner[:, :, :, 1] += left[:, :, 1:-1]
        inner[:, :, :, -2] += right[:, :, 1:-1]
        inner[:, :, 1] += top
        inner[:, :, -2] += bottom
        return inner


reflect_pad = _ReflectPad1.apply


class _ChannelMoments(torch.autograd.Function):
    """(mean, variance) over H and W in fp32; its backward is one pass in the input's type."""

    @staticmethod
    def forward(context, x):
        rows = x.permute(0, 2, 3, 1).flatten(1, 2).float()
        mean = rows.mean(1)
        rows = rows - mean[:, None]
        variance = rows.square_().mean(1)
        mean, variance = mean[..., None, None], variance[..., None, None]
        context.save_for_backward(x, mean)
        return mean, variance

    @staticmethod
    def backward(context, mean_gradient, variance_gradient):
        x, mean = context.saved_tensors
        scale = variance_gradient * (2 / (x.shape[2] * x.shape[3]))
        shift = mean_gradient / (x.shape[2] * x.shape[3]) - scale * mean
        return torch.addcmul(shift.to(x.dtype), x, scale.to(x.dtype))


channel_moments = _ChannelMoments.apply


class ReflectConv(nn.Conv2d):
    """3×3 convolution, reflection padding 1."""

    def __init__(self, inputs, outputs, stride=1):
        super().__init__(inputs, outputs, 3, stride)

    def forward(self, x):
        return F.conv2d(reflect_pad(x), self.weight, self.bias, self.stride)
