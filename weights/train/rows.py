# SPDX-License-Identifier: MIT
"""Trains a network's `conditional` rows and `learned` parameters; the trunk stays as it is.

Every style starts from its own statistics, so step 0 is what `adaptive` gives. A row is to beat that on its own style:
each sample's style loss is taken relative to what `adaptive` gets on the same crop, and content loss may rise by
CONTENT_RISE before it counts.
"""
import math

import torch
from torch.nn import functional as F

from train import images
from train.data import ContentCrops
from train.losses import style_distance, style_statistics, total_variation
from train.network import EPSILON, instance_normalize
from train.tables import style_rows

SIDE = 128
CONTENT_RISE = 0.12
CONTENT_WEIGHT = 6.0
VARIATION_WEIGHT = 0.5
SHARES = (1.0, 0.85, 0.7, 0.55, 0.4, 0.2)


def batch_normalize(mean, variance):
    """Normalization by stored statistics [C]."""
    mean, variance = mean.view(1, -1, 1, 1), variance.view(1, -1, 1, 1)
    return lambda features: (features - mean) / (variance + EPSILON).sqrt()


class RowTrainer:
    """Rows for every style image, and one further row that also sees `batch` statistics."""

    def __init__(self, network, encoder, photos, style_paths, learned_style, batch_tables, work):
        self._network, self._encoder, self._photos = network.requires_grad_(False), encoder, photos
        self._crops = ContentCrops(photos, encoder, work, SIDE, margin=8)
        self._names = [path.stem for path in style_paths]
        self._learned = [path.stem for path in style_paths].index(learned_style)
        self._batch = [batch_normalize(*pair) for pair in batch_tables]
        squares = torch.stack([images.to_tensor(images.centre_square(images.open_rgb(p), 256))
                               for p in style_paths])
        with torch.no_grad():
            parts = [style_statistics(encoder(rgb[None])) for rgb in squares]
        self._targets = [tuple(torch.cat([part[tap][k] for part in parts]) for k in (0, 1))
                         for tap in range(4)]
        rows = [torch.cat([table, table[self._learned][None]])
                for pair in style_rows(network, style_paths) for table in pair]
        # Rows move by a share of their site's typical deviation, whatever its scale.
        self._scales = [rows[2 * (k // 2)].mean() for k in range(len(rows))]
        self._start = rows
        self._offsets = [torch.zeros_like(row, requires_grad=True) for row in rows]

    def _rows(self):
        return [row + scale * offset
                for row, scale, offset in zip(self._start, self._scales, self._offsets)]

    def train(self, steps, report, rate=0.03, batch=6):
        optimizer = torch.optim.Adam(self._offsets, rate, betas=(0.9, 0.99))
        for step in range(steps):
            for group in optimizer.param_groups:
                group["lr"] = rate * (0.02 + 0.49 * (1 + math.cos(math.pi * step / steps)))
            terms = self._loss_terms(batch, step)
            optimizer.zero_grad(set_to_none=True)
            sum(terms.values()).backward()
            optimizer.step()
            report(step + 1, (step + 1) / steps, optimizer.param_groups[0]["lr"],
                   {name: value.item() for name, value in terms.items()})

    def _normalized(self, content, stored_too):
        """The sites' normalized features [N,C,H,W]; of the last two samples by the stored statistics where asked."""
        sites = []
        for site, features in enumerate(self._network.encode(content)):
            normalized = instance_normalize(features.float())
            if stored_too:
                stored = self._batch[site](features[-2:].float())
                normalized = torch.cat([normalized[:-2], stored])
            sites.append(normalized)
        return sites

    def _restyled(self, normalized, rows, chosen):
        sites = []
        for site, features in enumerate(normalized):
            gamma, beta = (rows[2 * site + k][chosen][..., None, None] for k in (0, 1))
            sites.append(features * gamma + beta)
        return self._network.decode(sites).float()

    def _losses(self, output, wanted, targets):
        """Content and style loss per sample [N]."""
        taps = self._encoder(output)
        return ((taps[-1].float() - wanted) ** 2).mean((1, 2, 3)), style_distance(taps, targets)

    def _loss_terms(self, batch, step):
        """The last two samples of a batch train the learned row, by turns over both cells."""
        count = len(self._start[0]) - 1
        chosen = torch.cat([torch.randint(count, (batch - 2,)), torch.full((2,), count)])
        own_style = torch.where(chosen == count, self._learned, chosen)
        targets = [(m[own_style], d[own_style]) for m, d in self._targets]
        wide, wanted = self._crops.batch(batch)
        content = wide[..., :SIDE, :SIDE]
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                normalized = self._normalized(content, step % 2)
                plain = self._restyled(normalized, self._start, chosen)
            output = self._restyled(normalized, self._rows(), chosen)
        with torch.no_grad():
            plain_content, plain_style = self._losses(plain, wanted, targets)
        content_loss, style_loss = self._losses(output, wanted, targets)
        rise = content_loss / plain_content - 1 - CONTENT_RISE
        return {
            "content": CONTENT_WEIGHT * rise.clamp_min(0).mean(),
            "style": (style_loss / plain_style).mean(),
            "variation": VARIATION_WEIGHT * total_variation(output),
        }

    @torch.no_grad()
    def limit_content(self, most=1.05, photos=4, side=256):
        """Takes each row back towards the style's own statistics, to the largest of SHARES whose content loss on
        `photos` crops is at most `most` times that of the statistics themselves (none: all the way). Returns per row
        (style, share, content loss and style loss as multiples of the statistics' own)."""
        content = self._photos.batch(photos, side)
        tap = self._encoder(content)[-1].float()
        normalized = [instance_normalize(f) for f in self._network.encode(content)]

        def losses(row, share):
            tables = [(start[row] + scale * share * offset[row]).view(1, -1, 1, 1) for start, scale, offset
                      in zip(self._start, self._scales, self._offsets)]
            sites = [n * gamma + beta for n, gamma, beta in zip(normalized, tables[::2], tables[1::2])]
            taps = self._encoder(self._network.decode(sites).clamp(0, 1))
            style = self._learned if row == len(self._names) else row
            targets = [(mean[style : style + 1], deviation[style : style + 1]) for mean, deviation in self._targets]
            return F.mse_loss(taps[-1].float(), tap).item(), style_distance(taps, targets).mean().item()

        report = []
        for row, name in enumerate(self._names + ["learned"]):
            content_before, style_before = losses(row, 0.0)
            share, ratios = 0.0, (1.0, 1.0)
            for tried in SHARES:
                content_loss, style_loss = losses(row, tried)
                if content_loss <= most * content_before:
                    share, ratios = tried, (content_loss / content_before, style_loss / style_before)
                    break
            for offset in self._offsets:
                offset[row] *= share
            report.append((name, share, *ratios))
        return report

    @torch.no_grad()
    def result(self):
        """(conditional, learned): per site (gamma, beta), [S,C] and [C]."""
        rows = self._rows()
        pairs = list(zip(rows[::2], rows[1::2]))
        return ([(g[:-1].clone(), b[:-1].clone()) for g, b in pairs],
                [(g[-1].clone(), b[-1].clone()) for g, b in pairs])
