# SPDX-License-Identifier: MIT
"""The measures: content and style loss on the reference encoder, SSIM to the photo, flicker."""
import numpy as np
import torch
from torch.nn import functional as F

from train import images
from train.losses import style_distance, style_statistics

LUMA = torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)


def load_squares(folder, side=256):
    """{stem: [3,side,side]} of a folder, as the protocol wants them."""
    return {path.stem: images.to_tensor(images.centre_square(images.open_rgb(path), side))
            for path in images.list_images(folder)}


def _gaussian_blur(x, size=11, sigma=1.5):
    taps = torch.exp(-((torch.arange(size) - size // 2) ** 2) / (2 * sigma**2))
    taps = taps / taps.sum()
    return F.conv2d(F.conv2d(x, taps.view(1, 1, 1, -1)), taps.view(1, 1, -1, 1))


def ssim(first, second):
    """On luma, 11×11 Gaussian with sigma 1.5, valid area; per sample [N]."""
    x, y = ((rgb * LUMA).sum(1, keepdim=True) for rgb in (first, second))
    mx, my = _gaussian_blur(x), _gaussian_blur(y)
    vx, vy = _gaussian_blur(x * x) - mx * mx, _gaussian_blur(y * y) - my * my
    covariance = _gaussian_blur(x * y) - mx * my
    c1, c2 = 0.01**2, 0.03**2
    score = ((2 * mx * my + c1) * (2 * covariance + c2)
             / ((mx * mx + my * my + c1) * (vx + vy + c2)))
    return score.mean((1, 2, 3))


class Measures:
    """Holds the eval pairs' features; measures results against them."""

    def __init__(self, encoder, photos, paintings):
        self._encoder, self.photos, self.paintings = encoder, photos, paintings
        with torch.no_grad():
            self._content = {k: encoder(v[None])[-1].float() for k, v in photos.items()}
            self._style = {k: style_statistics(encoder(v[None])) for k, v in paintings.items()}

    @torch.no_grad()
    def pair(self, photo, painting, result):
        """(content loss, style loss, SSIM) of one result [3,H,W]."""
        taps = self._encoder(result[None])
        content = F.mse_loss(taps[-1].float(), self._content[photo])
        style = style_distance(taps, self._style[painting])
        return (content.item(), style.item(), ssim(result[None], self.photos[photo][None]).item())

    def table(self, restyle, every=1):
        """Means over every n-th pair; `restyle(photo_name, painting_name)` gives [3,H,W] or None."""
        rows = []
        pairs = [(photo, painting) for photo in self.photos for painting in self.paintings]
        for photo, painting in pairs[::every]:
            result = restyle(photo, painting)
            if result is not None:
                rows.append(self.pair(photo, painting, result))
        return np.mean(rows, axis=0), len(rows)


def network_restyler(network, photos, paintings, strength=1.0):
    """A `restyle` for Measures.table; encodes each painting once."""
    with torch.no_grad():
        styles = {name: network.style_of(rgb[None]) for name, rgb in paintings.items()}

    @torch.no_grad()
    def restyle(photo, painting):
        return network(photos[photo][None], styles[painting], strength)[0].clamp(0, 1)

    return restyle


@torch.no_grad()
def noise_flicker(restyle, still, copies=16, sigma=2 / 255):
    """Temporal standard deviation × 255 over noisy copies of one still [3,H,W]."""
    generator = torch.Generator().manual_seed(1)
    outputs = torch.stack([
        restyle((still + sigma * torch.randn(still.shape, generator=generator)).clamp(0, 1))
        for _ in range(copies)])
    return 255 * outputs.std(0, unbiased=False).mean().item()


@torch.no_grad()
def frame_flicker(restyle, frames):
    """Mean |(o_t - o_{t-1}) - (c_t - c_{t-1})| × 255 over a clip of [3,H,W] frames."""
    previous, values = None, []
    for frame in frames:
        difference = restyle(frame) - frame
        if previous is not None:
            values.append((difference - previous).abs().mean().item())
        previous = difference
    return 255 * float(np.mean(values))
