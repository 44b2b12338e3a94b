"""What is measured of pictures: distances, colours, shares with their intervals."""

from collections.abc import Mapping
from math import inf, log10, sqrt

import numpy as np
import torch
from numpy.typing import NDArray

from pentimento.nets.vae import VAE
from pentimento.starter.networks import pixels_to_tensor, tensor_to_pixels
from pentimento.words.images import Image, Mask


def psnr(one: Image, other: Image, where: Mask | None = None) -> float:
    """Peak signal-to-noise ratio in decibels, of the masked pixels (> 127) where a mask is given."""
    error = (one.astype(float) - other) ** 2
    mean = float((error if where is None else error[where > 127]).mean())
    return 10 * log10(255**2 / mean) if mean else inf


def wilson(hits: int, count: int, z: float = 1.96) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, spread = hits / count, z * z / count
    middle = (share + spread / 2) / (1 + spread)
    reach = z * sqrt(share * (1 - share) / count + spread / count / 4) / (1 + spread)
    return max(0.0, middle - reach), min(1.0, middle + reach)


def nearest(picture: Image, drawings: Mapping[str, Image], where: Mask) -> str:
    """Which of some drawings most of a picture's masked pixels (> 127) are nearest to, by CIELAB; "" without any.

    The drawings show the same scene and differ in one colour; told at each pixel, patterns and shades cannot mislead.
    """
    inside = where > 127
    if not inside.any():
        return ""
    seen = cielab(picture[inside])
    distances = [np.linalg.norm(cielab(drawing[inside]) - seen, axis=-1) for drawing in drawings.values()]
    votes = np.bincount(np.argmin(distances, axis=0), minlength=len(drawings))
    return list(drawings)[int(votes.argmax())]


def cielab(rgb: NDArray[np.uint8]) -> NDArray[np.float64]:
    """sRGB, … × 3, 0…255 → CIELAB under D65 (CIE 15; IEC 61966-2-1)."""
    x = rgb / 255
    linear = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    matrix = np.array(
        [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
    )
    xyz = linear @ matrix.T / np.array([0.95047, 1.0, 1.08883])
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.stack([116 * f[..., 1] - 16, 500 * (f[..., 0] - f[..., 1]), 200 * (f[..., 1] - f[..., 2])], axis=-1)


@torch.inference_mode()
def through_vae(picture: Image, vae: VAE) -> Image:
    """The picture encoded and decoded again: the best that any painting with this VAE can look."""
    device = next(vae.module.parameters()).device
    x = pixels_to_tensor(torch.from_numpy(picture.copy())[None]).to(device)
    return tensor_to_pixels(vae.decode(vae.encode(x).mean).cpu())[0].numpy()
