# SPDX-License-Identifier: MIT
"""What the networks are trained against; the reference encoder's features are `taps`."""
import torch

from train.network import statistics


def style_statistics(taps):
    """[(mean, std)] of each tap, [N,C,1,1], fp32."""
    return [statistics(tap) for tap in taps]


def adain_target(content_tap, style):
    """The content's deepest features with the style's statistics; `style` is (mean, std)."""
    mean, deviation = statistics(content_tap)
    return (content_tap.float() - mean) / deviation * style[1] + style[0]


def style_distance(taps, style):
    """Sum over taps of the MSE of means and of standard deviations, per sample [N]."""
    total = 0
    for tap, (mean, deviation) in zip(taps, style):
        own_mean, own_deviation = statistics(tap)
        total = total + ((own_mean - mean) ** 2).mean((1, 2, 3))
        total = total + ((own_deviation - deviation) ** 2).mean((1, 2, 3))
    return total


def total_variation(rgb):
    return (rgb.diff(dim=2).abs().mean() + rgb.diff(dim=3).abs().mean())


def noisy(rgb, sigma):
    """The same pictures as a sensor sees them once more; sigma per sample [N,1,1,1], or one for all."""
    return (rgb + torch.randn_like(rgb) * sigma).clamp(0, 1)


def disturbed(rgb):
    """The same pictures as a camera's next frame: noisier and a little brighter or darker."""
    count = rgb.shape[0]
    gain = 1 + 0.06 * (2 * torch.rand(count, 1, 1, 1) - 1)
    return noisy(rgb * gain, torch.rand(count, 1, 1, 1) * (5 / 255))
