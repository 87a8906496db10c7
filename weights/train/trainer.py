# SPDX-License-Identifier: MIT
"""One network's training on feature and style losses, with identity and video terms."""
import copy
import math
import random
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from train.data import ContentCrops
from train.losses import disturbed, noisy, style_distance, total_variation
from train.optimizer import Soap

MAX_SHIFT = 8
STILL_NOISE = 4 / 255


def _soften(distance, knee=10.0):
    """Linear below the knee, a root above it: the few boldest styles must not take every step."""
    return knee * ((1 + 2 * distance / knee).sqrt() - 1)


@dataclass
class Settings:
    """Weights of the loss terms, and the schedule."""
    steps: int = 4000
    rate: float = 2e-3
    batch: int = 4
    side: int = 128
    style_weight: float = 10.0      # at the start; moves to hold content loss at its target
    content_target: float = 1.8
    identity_weight: float = 5.0
    variation_weight: float = 0.5
    consistency_weight: float = 3.0
    noise_weight: float = 0.0
    average: float = 0.998
    optimizer: str = "soap"         # or adam


class Trainer:
    """Trains `network`; `averaged` is the exponential average of its weights, what is kept."""

    def __init__(self, network, encoder, photos, paintings, settings, work):
        self.network = network.to(memory_format=torch.channels_last).train()
        self.averaged = copy.deepcopy(network).eval()
        self._encoder, self._paintings, self._settings = encoder, paintings, settings
        self._crops = ContentCrops(photos, encoder, work, settings.side, MAX_SHIFT)
        parameters = list(network.parameters())
        self._optimizer = (Soap(parameters, settings.rate) if settings.optimizer == "soap" else
                           torch.optim.Adam(parameters, settings.rate, betas=(0.9, 0.99)))
        self._style_weight, self._content_loss = settings.style_weight, settings.content_target
        self.step_count = 0

    def change(self, settings):
        """Settings by name, to change while the training runs."""
        for name, value in settings.items():
            setattr(self._settings, name, type(getattr(self._settings, name))(value))

    @property
    def progress(self):
        """0 at the start, 1 when the schedule is over."""
        return min(1.0, self.step_count / self._settings.steps)

    def rate(self):
        warm_up = min(1.0, (self.step_count + 1) / 100)
        return self._settings.rate * warm_up * (0.02 + 0.49 * (1 + math.cos(math.pi * self.progress)))

    def step(self):
        """One optimizer step; returns the loss terms by name."""
        for group in self._optimizer.param_groups:
            group["lr"] = self.rate()
        terms = self._loss_terms()
        loss = sum(terms.values())
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(self.network.parameters(), 20.0)
        if not torch.isfinite(norm):
            raise FloatingPointError("the gradient is not finite; lower the rate")
        self._optimizer.step()
        self.step_count += 1
        self._average_weights()
        report = {name: value.item() for name, value in terms.items()}
        report["style"] /= self._style_weight
        return {**report, "style weight": self._style_weight}

    def _average_weights(self):
        decay = min(self._settings.average, (1 + self.step_count) / (10 + self.step_count))
        with torch.no_grad():
            for kept, live in zip(self.averaged.parameters(), self.network.parameters()):
                kept.lerp_(live, 1 - decay)

    def _steer(self, content_loss):
        """Content loss is a budget: whatever it leaves goes into style."""
        self._content_loss += 0.01 * (content_loss - self._content_loss)
        excess = self._content_loss / self._settings.content_target - 1
        self._style_weight *= math.exp(-0.004 * max(-0.5, min(0.5, excess)))

    def _loss_terms(self):
        """The batch is painted and seen by the loss network; one more crop only comes back as it was."""
        settings, network, side = self._settings, self.network, self._settings.side
        wide, wanted = self._crops.batch(settings.batch)
        content = wide[..., :side, :side]
        styles, targets = self._paintings.batch(settings.batch)
        with torch.autocast("cpu", torch.bfloat16):
            style = network.style_of(styles)
            features = network.encode(content)
            output = network.restyle_features(features, style).float()
            same = network.decode([site[-1:] for site in features]).float()
        taps = self._encoder(output)
        content_loss = F.mse_loss(taps[-1].float(), wanted)
        self._steer(content_loss.item())
        following, still = self._next_frame(wide, output, style)
        return {
            "content": content_loss,
            "style": self._style_weight * _soften(style_distance(taps, targets)).mean(),
            "identity": settings.identity_weight * (same - content[-1:]).abs().mean(),
            "variation": settings.variation_weight * total_variation(output),
            "consistency": settings.consistency_weight * following,
            "noise": settings.noise_weight * still,
        }

    def _next_frame(self, wide, output, style):
        """How far the restyled next frame is from this one: of one that moved, is noisy and brighter or darker, this one
        moved as well; and of a still camera's, which is only noisy."""
        side, few = self._settings.side, max(1, wide.shape[0] // 4)
        dy, dx = random.randint(0, MAX_SHIFT), random.randint(0, MAX_SHIFT)
        moved = disturbed(wide[:few, :, dy : dy + side, dx : dx + side])
        still = noisy(wide[:few, :, :side, :side], STILL_NOISE)
        twice = [(torch.cat([gamma[:few]] * 2), torch.cat([beta[:few]] * 2)) for gamma, beta in style]
        with torch.autocast("cpu", torch.bfloat16):
            following = self.network(torch.cat([moved, still]), twice).float()
        # The margin keeps the borders' padding out of the comparison.
        margin = 2 * MAX_SHIFT
        here = output[:few, :, margin + dy : side - margin + dy, margin + dx : side - margin + dx]
        there = following[:few, :, margin : side - margin, margin : side - margin]
        return (here - there).abs().mean(), (output[:few] - following[few:]).abs().mean()
