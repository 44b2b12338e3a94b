"""Soft inpainting: old and new mixed by degree, during sampling and when pasting back.

Facts of the built-in extension of stable-diffusion-webui 1.8+; see docs/compat.md.
"""

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pentimento.words.images import Mask
from pentimento.words.latents import LatentMask, Latents
from pentimento.words.request import SoftInpainting

RADIUS = 2
"""Half the side of the window that differences are smoothed over, in latent cells."""

FLOOR = 1e-5


def blend(known: Latents, new: Latents, hole: LatentMask, sigma: float, soft: SoftInpainting) -> Latents:
    """Mix by a mask that hardens as noise falls, keeping each pixel's strength instead of averaging it away.

    known, new  (B, C, h, w)
    hole        (1, 1, h, w) in [0, 1], 1 repaints
    sigma       the noise level in force
    """
    share = hole ** (sigma**soft.schedule_bias * soft.preservation_strength)
    mixed = known * (1 - share) + new * share
    detail = soft.transition_contrast_boost
    strengths = (_norm(known) ** detail * (1 - share) + _norm(new) ** detail * share) ** (1 / detail)
    length = mixed.norm(dim=1, keepdim=True) + FLOOR
    return mixed * (strengths / length).to(mixed)


def _norm(latents: Latents) -> Tensor:
    return latents.double().norm(dim=1, keepdim=True)


def changed(known: Latents, new: Latents, hole: LatentMask, soft: SoftInpainting) -> list[Mask]:
    """Where each picture really changed: one h × w mask per picture, 255 new, 0 old.

    Differences are smoothed by two rank filters, compared with a threshold that the mask may shift,
    and turned into a smooth step.
    """
    inside = hole[0, 0].float().cpu().numpy().clip(0, 1)
    bias = 1 - inside ** (soft.preservation_strength / 2)
    bias = 0.5 * (1 - soft.mask_influence) + bias * soft.mask_influence
    threshold = soft.difference_threshold * bias / (1.00001 - bias)
    return [_step(_smoothed(distance), threshold, soft.difference_contrast) for distance in _distances(known, new)]


def _distances(known: Latents, new: Latents) -> NDArray[np.float32]:
    return (new - known).norm(dim=1).float().cpu().numpy()


def _smoothed(distance: NDArray[np.float32]) -> NDArray[np.float32]:
    return _rank_mean(_rank_mean(distance, 0.9, 1.0), 0.25, 0.75)


def _step(distance: NDArray[np.float32], threshold: NDArray[np.float32], contrast: float) -> Mask:
    """In float32 throughout: what is nearly 1 there is 255 here, and in float64 would be cut to 254."""
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.nan_to_num(distance / threshold, nan=0.0, posinf=np.inf)
        same = 1 / (1 + ratio**contrast)
    same = same**3 * (same * (6 * same - 15) + 10)
    return (255 * (1 - same)).astype(np.uint8)


def _rank_mean(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """Weighted mean, over each cell's window, of the values ranked between two fractions of the window's weight.

    The slice is at least one unit of weight wide; windows end at the border.
    """
    offsets = np.arange(-RADIUS, RADIUS + 1)
    squares = offsets[:, None] ** 2 + offsets[None, :] ** 2
    kernel = np.clip((np.exp(-squares / 2.25) - np.exp(-4)) / (1 - np.exp(-4)), 0, None)

    around = np.lib.stride_tricks.sliding_window_view
    side = kernel.shape
    window = around(np.pad(values, RADIUS), side).reshape(*values.shape, -1)
    there = around(np.pad(np.ones_like(values), RADIUS), side).reshape(*values.shape, -1)
    weight = there * kernel.reshape(-1)

    order = np.argsort(window, axis=-1, kind="stable")
    window, weight = np.take_along_axis(window, order, -1), np.take_along_axis(weight, order, -1)
    ends = weight.cumsum(-1)
    total = ends[..., -1:]
    start, end = low * total, high * total
    centre = (start + end) / 2
    narrow = end - start < 1
    start, end = np.where(narrow, centre - 0.5, start), np.where(narrow, centre + 0.5, end)
    shift = np.minimum(total - end, 0) + np.maximum(-start, 0)
    start, end = start + shift, end + shift

    taken = np.clip(np.minimum(ends, end) - np.maximum(ends - weight, start), 0, None)
    return ((taken * window).sum(-1) / taken.sum(-1)).astype(np.float32)
