# SPDX-License-Identifier: MIT
"""Images in and out, as [3,H,W] tensors in 0..1."""
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps

SUFFIXES = {".png", ".jpg", ".jpeg"}


def list_images(folder):
    """The images of a folder, sorted by name."""
    paths = sorted(p for p in Path(folder).iterdir() if p.suffix.lower() in SUFFIXES)
    if not paths:
        raise FileNotFoundError(f"{folder} has no .png or .jpg images")
    return paths


def open_rgb(path):
    return ImageOps.exif_transpose(Image.open(path)).convert("RGB")


def to_tensor(image):
    return torch.from_numpy(np.array(image)).permute(2, 0, 1).float() / 255


def to_image(tensor):
    array = (tensor.clamp(0, 1) * 255).round().byte()
    return Image.fromarray(array.permute(1, 2, 0).contiguous().numpy())


def short_side(image, side):
    """Area-reduced so that the short side is `side`; a smaller image stays as it is."""
    scale = side / min(image.size)
    if scale >= 1:
        return image
    return image.resize([max(1, round(n * scale)) for n in image.size], Image.BOX)


def centre_square(image, side):
    """The centre square, Lanczos to side × side: the evaluation protocol's input."""
    n = min(image.size)
    left, top = (image.width - n) // 2, (image.height - n) // 2
    image = image.crop((left, top, left + n, top + n))
    return image.resize((side, side), Image.LANCZOS)


def pad_to_multiple(rgb, multiple=8):
    """Reflects at bottom and right until H and W are multiples, as the program does."""
    height, width = rgb.shape[-2:]
    padding = (0, -width % multiple, 0, -height % multiple)
    return torch.nn.functional.pad(rgb.unsqueeze(0), padding, mode="reflect").squeeze(0)


def style_tensor(path, side=256):
    """A style image as the program encodes it, [3,H,W]."""
    return pad_to_multiple(to_tensor(short_side(open_rgb(path), side)))
