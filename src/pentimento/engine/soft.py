"""Soft inpainting: old and new mixed by degree, during sampling and when pasting back.

Facts of the built-in extension of stable-diffusion-webui 1.8+; see docs/compat.md.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pentimento.words.images import Mask
from pentimento.words.latents import LatentMask, Latents
from pentimento.words.request import SoftInpainting

RADIUS = 2
"""Half the side of the window that differences are smoothed over, in latent cells."""

FLOOR = 1e-5


def _kernel() -> NDArray[np.float64]:
    offsets = np.arange(-RADIUS, RADIUS + 1)
    squares = offsets[:, None] ** 2 + offsets[None, :] ** 2
    return np.clip((np.exp(-squares / 2.25) - np.exp(-4)) / (1 - np.exp(-4)), 0, None)


KERNEL = _kernel()
"""How much each cell of a window counts, the middle 1."""

PLACES = np.arange(KERNEL.size, dtype=np.uint64)
NOWHERE = np.uint64(KERNEL.size)
WEIGHTS = np.append(KERNEL, 0)
"""A window's weights by place, and nothing for the place past the border."""

CELLS_AT_ONCE = 1024


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
    length = _length(mixed) + FLOOR
    return mixed * (strengths / length).to(mixed)


def _norm(latents: Latents) -> Tensor:
    return _length(latents.double())


def _length(latents: Latents) -> Tensor:
    """(B, 1, h, w) over channels; torch's own norm takes ten times as long over a dimension in the middle."""
    return latents.square().sum(dim=1, keepdim=True).sqrt()


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
    return _length(new - known)[:, 0].float().cpu().numpy()


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

    The slice is at least one unit of weight wide; windows end at the border. A few rows at a time: what is made on
    the way then stays in the processor's cache.
    """
    windows, there = _windows(values), _windows(np.ones(values.shape, np.bool_))
    rows = max(1, CELLS_AT_ONCE // values.shape[1])
    parts = [slice(first, first + rows) for first in range(0, len(values), rows)]
    means = [
        _slice_means(windows[part].reshape(-1, KERNEL.size), there[part].reshape(-1, KERNEL.size), low, high)
        for part in parts
    ]
    return np.concatenate(means).reshape(values.shape).astype(np.float32)


def _slice_means(window: NDArray[np.float32], there: NDArray[np.bool_], low: float, high: float) -> NDArray[np.float64]:
    """`_rank_mean` of n windows (n, window), and which of their values there are.

    Values are not negative, so that their bits sort as they do: value and place go through one sort of whole numbers.
    """
    places = np.where(there, PLACES, NOWHERE)
    ranked = np.sort(window.view(np.uint32).astype(np.uint64) << 32 | places, axis=-1)
    values = (ranked >> 32).astype(np.uint32).view(np.float32)
    ends = WEIGHTS[ranked & 0xFFFFFFFF].cumsum(-1)

    total = ends[:, -1:]
    start, end = low * total, high * total
    centre = (start + end) / 2
    narrow = end - start < 1
    start, end = np.where(narrow, centre - 0.5, start), np.where(narrow, centre + 0.5, end)
    shift = np.minimum(total - end, 0) + np.maximum(-start, 0)
    start, end = start + shift, end + shift

    taken = np.diff(np.clip(ends, start, end), axis=-1, prepend=start)
    return (taken * values).sum(-1) / taken.sum(-1)


def _windows(values: NDArray[Any]) -> NDArray[Any]:
    """(h, w, side, side) the values around each cell, 0 past the border."""
    return np.lib.stride_tricks.sliding_window_view(np.pad(values, RADIUS), KERNEL.shape)
