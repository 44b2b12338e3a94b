"""Masks: turned round, softened, measured, and brought down to latent cells. 255 repaints, 0 keeps."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import cv2
import numpy as np
import PIL.Image
from numpy.typing import NDArray

from pentimento.words.images import Mask, size_of
from pentimento.words.sizes import CELL, Box, Size

Cells: TypeAlias = NDArray[np.float32]
"""One value for each latent cell or pixel, H × W in [0, 1]: 1 repaints."""

FAINT = 2
"""Drawn values up to this are the noise of a canvas or of a lossy file, not a mask."""

Side: TypeAlias = Literal["left", "top", "right", "bottom"]


def inverted(mask: Mask) -> Mask:
    return 255 - mask


def blurred(mask: Mask, x: int, y: int) -> Mask:
    """The mask softened by a Gaussian of sigma `x` pixels across, then `y` down; rounded to 8 bit after each.

    The kernel ends at 2.5 sigma, so that nothing further off becomes nonzero.
    """
    if x > 0:
        mask = np.asarray(cv2.GaussianBlur(mask, (_kernel(x), 1), x), np.uint8)
    if y > 0:
        mask = np.asarray(cv2.GaussianBlur(mask, (1, _kernel(y)), y), np.uint8)
    return mask


def blurred_outwards(mask: Mask, x: int, y: int) -> Mask:
    """The mask softened outside of what was drawn: nothing drawn loses weight, however thin.

    Along a straight edge the weight falls from the drawn value, without a step, to 0 where that of `blurred` ends.
    """
    most = np.asarray(cv2.dilate(mask, np.ones((_kernel(y), _kernel(x)), np.uint8)), np.uint8)
    return np.maximum(mask, np.minimum(doubled(blurred(mask, x, y)), most))


def around(mask: Mask, reach: int, soften: Callable[[Mask], Mask]) -> Mask:
    """The mask softened, worked out only around what is marked; `reach` is how far off a mark is seen."""
    box = bounds(mask)
    soft = np.zeros_like(mask)
    if box is not None:
        left, top, right, bottom = box.grown(2 * reach).clipped(size_of(mask))
        soft[top:bottom, left:right] = soften(mask[top:bottom, left:right])
    return soft


def without_faint(mask: Mask) -> Mask:
    """The mask with what nobody meant to draw taken for nothing."""
    return np.where(mask > FAINT, mask, 0).astype(np.uint8)


def reach(sigma: int) -> int:
    """How many pixels further off a blur of `sigma` still is seen."""
    return int(2.5 * sigma + 0.5)


def _kernel(sigma: int) -> int:
    return 2 * reach(sigma) + 1


def doubled(mask: Mask) -> Mask:
    """Twice the mask, at most 255: all at or above half becomes wholly new (the reference, whole picture)."""
    return np.minimum(mask.astype(np.uint16) * 2, 255).astype(np.uint8)


def bounds(mask: Mask, above: int = 0) -> Box | None:
    """The smallest box around every pixel above a value; None where there is none."""
    rows = np.flatnonzero((mask > above).any(axis=1))
    columns = np.flatnonzero((mask > above).any(axis=0))
    if not rows.size:
        return None
    return Box(int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)


def coverage(mask: Mask) -> float:
    """The share of the picture that is repainted, soft pixels counted by their value: 0…1."""
    return float(mask.mean(dtype=np.float64)) / 255


def touches(mask: Mask) -> tuple[Side, ...]:
    """The sides of the picture that the mask reaches."""
    edges: dict[Side, Mask] = {"left": mask[:, 0], "top": mask[0], "right": mask[:, -1], "bottom": mask[-1]}
    return tuple(side for side, edge in edges.items() if edge.any())


def pixel_mask(mask: Mask, round: bool) -> Cells:
    """The mask as H × W values in [0, 1]; with `round` each is 0 or 1, halves going to the even."""
    return _unit(mask, round)


def latent_mask_bicubic(mask: Mask, cells: Size, round: bool) -> Cells:
    """The reference's latent mask: the mask made small by Pillow's bicubic filter, then as `pixel_mask`."""
    return _unit(np.array(PIL.Image.fromarray(mask).resize(cells, PIL.Image.Resampling.BICUBIC)), round)


def latent_mask_max(mask: Mask, round: bool = False) -> Cells:
    """The greatest value in each 8 × 8 cell, so that no stroke is too thin to be repainted; soft stays soft."""
    width, height = size_of(mask).cells
    tiles = mask[: height * CELL, : width * CELL].reshape(height, CELL, width, CELL)
    return _unit(tiles.max(axis=(1, 3)), round)


def touched(mask: Mask) -> Cells:
    """1 for each cell that the mask touches at all, else 0: whatever is seen of the new picture is new."""
    return np.ceil(latent_mask_max(mask))


def pixels_of(cells: Cells, size: Size) -> Cells:
    """H × W: each pixel the value of its cell; pixels past the last whole cell, that of the nearest."""
    rows, columns = cells.shape
    down = np.minimum(np.arange(size.height) // CELL, rows - 1)
    across = np.minimum(np.arange(size.width) // CELL, columns - 1)
    return cells[np.ix_(down, across)]


def conditioning_mask(mask: Mask, cells: Size, round: bool) -> Cells:
    """What an inpainting checkpoint is told: the pixel at the top left of each cell."""
    width, height = size_of(mask)
    rows, columns = np.arange(cells.height) * height // cells.height, np.arange(cells.width) * width // cells.width
    return _unit(mask[np.ix_(rows, columns)], round)


def _unit(mask: Mask, round: bool) -> Cells:
    values = mask.astype(np.float32) / np.float32(255)
    return np.rint(values) if round else values
