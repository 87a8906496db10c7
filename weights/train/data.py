# SPDX-License-Identifier: MIT
"""Training images in memory: photo crops, and paintings with their statistics."""
import random
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from train import images
from train.procedural import invent
from train.losses import style_statistics

STYLE_SIDE = 256


class Photos:
    """Random square crops of a folder's photos at their own scale, mirrored half of the time."""

    def __init__(self, folder):
        self._photos = [np.array(images.open_rgb(path)) for path in images.list_images(folder)]

    def __len__(self):
        return len(self._photos)

    def _crop(self, photo, side, rng):
        y, x = rng.randint(0, photo.shape[0] - side), rng.randint(0, photo.shape[1] - side)
        crop = photo[y : y + side, x : x + side]
        return crop[:, ::-1] if rng.random() < 0.5 else crop

    def batch(self, count, side):
        crops = []
        while len(crops) < count:
            photo = random.choice(self._photos)
            if min(photo.shape[:2]) >= side:
                crops.append(self._crop(photo, side, random))
        rgb = torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).float() / 255
        light = 1 + 0.15 * (2 * torch.rand(count, 1, 1, 1) - 1)
        return (rgb * light).clamp(0, 1)

    def fixed_crops(self, per_photo, side):
        """[N,3,side,side] bytes, the same each time."""
        rng = random.Random(2)
        crops = [self._crop(photo, side, rng) for photo in self._photos
                 for _ in range(per_photo) if min(photo.shape[:2]) >= side]
        return torch.from_numpy(np.stack(crops)).permute(0, 3, 1, 2).contiguous()


class ContentCrops:
    """A fixed set of photo crops whose relu4_1 features are computed once, when first drawn.

    The features live in a memory-mapped file, which processes that run side by side share.
    """

    def __init__(self, photos, encoder, folder, side, margin, per_photo=2):
        self._crops = photos.fixed_crops(per_photo, side + margin)
        self._encoder, self._side = encoder, side
        shape = (len(self._crops), 512, side // 8, side // 8)
        stem = Path(folder) / f"content_{side}_{len(self._crops)}"
        self._features = self._mapped(f"{stem}.features", np.float16, shape)
        self._known = self._mapped(f"{stem}.known", np.uint8, shape[:1])

    @staticmethod
    def _mapped(path, dtype, shape):
        mode = "r+" if Path(path).exists() else "w+"
        return np.memmap(path, dtype, mode, shape=shape)

    def batch(self, count):
        """(crops with their margin at bottom and right, relu4_1 features of the crops without it)."""
        chosen = random.sample(range(len(self._crops)), count)
        wide = self._crops[chosen].float() / 255
        missing = [k for k, index in enumerate(chosen) if not self._known[index]]
        if missing:
            with torch.no_grad():
                found = self._encoder(wide[missing, :, : self._side, : self._side])[-1]
            for k, features in zip(missing, found.half().contiguous().numpy()):
                self._features[chosen[k]], self._known[chosen[k]] = features, 1
        return wide, torch.from_numpy(self._features[chosen]).float()


def _views(image, closer, rng):
    """The whole centre square, then closer, sometimes recoloured looks at the same painting."""
    side = min(image.size)
    yield images.centre_square(image, STYLE_SIDE)
    for _ in range(closer):
        near = round(side * rng.uniform(0.55, 0.95))
        x, y = rng.randint(0, image.width - near), rng.randint(0, image.height - near)
        view = image.crop((x, y, x + near, y + near)).resize((STYLE_SIDE,) * 2, Image.LANCZOS)
        if rng.random() < 0.5:
            bands = list(view.split())
            rng.shuffle(bands)
            view = Image.merge("RGB", bands)
        yield view


class Paintings:
    """Fixed 256×256 views of each painting, and the reference encoder's statistics of each."""

    def __init__(self, folder, encoder, cache, closer=1, invented=0):
        """Adds `invented` procedural pictures. Statistics are computed once and kept in the file `cache`."""
        cache = Path(cache)
        if not cache.exists():
            self._build(folder, encoder, cache, closer, invented)
        stored = torch.load(cache)
        self._views, self._statistics = stored["views"], stored["statistics"]

    @staticmethod
    def _build(folder, encoder, cache, closer, invented):
        rng = random.Random(1)
        views = [view for path in images.list_images(folder)
                 for view in _views(images.open_rgb(path), closer, rng)]
        views += [invent(seed) for seed in range(invented)]
        views = torch.stack([torch.from_numpy(np.array(view)) for view in views])
        views = views.permute(0, 3, 1, 2).contiguous()
        parts = []
        with torch.no_grad():
            for chunk in views.split(4):
                parts.append(style_statistics(encoder(chunk.float() / 255)))
        merged = [tuple(torch.cat([part[tap][k] for part in parts]) for k in (0, 1))
                  for tap in range(4)]
        torch.save({"views": views, "statistics": merged}, cache)

    def batch(self, count):
        """(rgb [count,3,256,256], statistics per tap)."""
        chosen = torch.randint(len(self._views), (count,))
        return (self._views[chosen].float() / 255,
                [(mean[chosen], deviation[chosen]) for mean, deviation in self._statistics])


class StyleMix:
    """Paintings, with a share of a second set: strong graphic styles are rare among paintings."""

    def __init__(self, paintings, extra, share):
        self._paintings, self._extra, self._share = paintings, extra, share

    def batch(self, count):
        few = sum(random.random() < self._share for _ in range(count))
        if few in (0, count):
            return (self._extra if few else self._paintings).batch(count)
        (rgb, statistics), (more_rgb, more) = (self._paintings.batch(count - few),
                                               self._extra.batch(few))
        return (torch.cat([rgb, more_rgb]),
                [tuple(torch.cat(pair) for pair in zip(a, b)) for a, b in zip(statistics, more)])
