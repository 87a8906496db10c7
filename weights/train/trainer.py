# SPDX-License-Identifier: MIT
"""One network's training on feature and style losses, with identity and video terms."""
import copy
import math
import random
import time
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from train.losses import (adain_target, disturbed, style_distance, style_statistics,
                          total_variation)
from train.network import statistics

MAX_SHIFT = 8


@dataclass
class Settings:
    """Weights of the loss terms, and the schedule."""
    steps: int = 2000
    minutes: float = 0.0            # when set, ends the cosine by the clock instead
    rate: float = 6e-4
    batch: int = 6
    side: int = 128
    style_weight: float = 10.0
    identity_weight: float = 5.0
    variation_weight: float = 0.5
    consistency_weight: float = 2.0
    average: float = 0.996


class Trainer:
    """Trains `network`; `averaged` is the exponential average of its weights, what is kept."""

    def __init__(self, network, encoder, photos, paintings, settings):
        self.network = network.to(memory_format=torch.channels_last).train()
        self.averaged = copy.deepcopy(network).eval()
        self._encoder, self._photos, self._paintings = encoder, photos, paintings
        self._settings = settings
        self._optimizer = torch.optim.Adam(network.parameters(), settings.rate, betas=(0.9, 0.99))
        self._start = time.monotonic()
        self.step_count = 0

    @property
    def progress(self):
        """0 at the start, 1 when the schedule is over."""
        if self._settings.minutes:
            return min(1.0, (time.monotonic() - self._start) / 60 / self._settings.minutes)
        return min(1.0, self.step_count / self._settings.steps)

    def rate(self):
        warm_up = min(1.0, (self.step_count + 1) / 50)
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
        return {name: value.item() for name, value in terms.items()}

    def _average_weights(self):
        decay = min(self._settings.average, (1 + self.step_count) / (10 + self.step_count))
        with torch.no_grad():
            for kept, live in zip(self.averaged.parameters(), self.network.parameters()):
                kept.lerp_(live, 1 - decay)

    def _draw(self):
        """(wide content, content, styles, their tap statistics, style index per sample)."""
        settings = self._settings
        wide = self._photos.batch(settings.batch, settings.side + MAX_SHIFT)
        content = wide[..., : settings.side, : settings.side]
        styles, tap_statistics = self._paintings.batch((settings.batch + 1) // 2)
        return wide, content, styles, tap_statistics, torch.arange(settings.batch - 1) // 2

    def _loss_terms(self):
        settings, network = self._settings, self.network
        wide, content, styles, tap_statistics, index = self._draw()
        with torch.no_grad():
            content_taps = self._encoder(content)
            own = style_statistics([tap[-1:] for tap in content_taps])
            targets = [tuple(torch.cat([given[index], mine]) for given, mine in zip(pair, last))
                       for pair, last in zip(tap_statistics, own)]
            target = adain_target(content_taps[-1], targets[-1])
        with torch.autocast("cpu", torch.bfloat16):
            site_styles = network.style_of(styles)
            features = network.encode(content)
            # The last sample is its own style: it keeps strength 0 faithful.
            style = []
            for site, (gamma, beta) in zip(features, site_styles):
                mean, deviation = statistics(site[-1:])
                style.append((torch.cat([gamma[index], deviation]), torch.cat([beta[index], mean])))
            output = network.restyle_features(features, style).float()
        taps = self._encoder(output)
        return {
            "content": F.mse_loss(taps[-1].float(), target),
            "style": settings.style_weight * style_distance(taps, targets).mean(),
            "identity": settings.identity_weight * (output[-1] - content[-1]).abs().mean(),
            "variation": settings.variation_weight * total_variation(output),
            "consistency": settings.consistency_weight * self._consistency(wide, output, style),
        }

    def _consistency(self, wide, output, style):
        """How far the restyled next frame (moved, noisy, brighter) is from this one, moved."""
        side, few = self._settings.side, max(1, wide.shape[0] // 3)
        dy, dx = random.randint(0, MAX_SHIFT), random.randint(0, MAX_SHIFT)
        moved = disturbed(wide[:few, :, dy : dy + side, dx : dx + side])
        with torch.autocast("cpu", torch.bfloat16):
            following = self.network(moved, [(g[:few], b[:few]) for g, b in style]).float()
        # The margin keeps the borders' padding out of the comparison.
        margin = 2 * MAX_SHIFT
        here = output[:few, :, margin + dy : side - margin + dy, margin + dx : side - margin + dx]
        there = following[:, :, margin : side - margin, margin : side - margin]
        return (here - there).abs().mean()
