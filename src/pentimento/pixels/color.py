"""Colour correction: a result given the colours of what it was made from, its light left alone."""

import cv2
import numpy as np
from numpy.typing import NDArray

from pentimento.words.images import Image, Mask

LUMINOSITY = (0.299, 0.587, 0.114)
"""Weights of R, G, B in the luminosity of the blend modes' SetLum (W3C compositing, ITU-R BT.601 rounded)."""


def corrected(image: Image, target: Image, keep: Mask | None = None, *, truncate: bool) -> Image:
    """The image with its colours matched to the target's, histogram by histogram in 8-bit LAB.

    image     H × W × 3, what was made
    target    H × W × 3, whose colours are wanted (size may differ when `keep` is not given)
    keep      H × W mask: colours are learned only where it is 0, where both show the same; None: everywhere
    truncate  cut to 8 bit as the reference does; else round
    """
    lab, wanted = _converted(image, cv2.COLOR_RGB2LAB), _converted(target, cv2.COLOR_RGB2LAB)
    known = np.s_[:, :] if keep is None else keep == 0
    if not lab[known].size:
        return image
    tables = [matching(lab[known][..., i].ravel(), wanted[known][..., i].ravel()) for i in range(3)]
    if keep is not None:
        tables = [continued(table, lab[known][..., i].ravel()) for i, table in enumerate(tables)]
    matched = np.stack([table[lab[..., i]] for i, table in enumerate(tables)], axis=-1)
    recoloured = _converted((matched if truncate else np.rint(matched)).astype(np.uint8), cv2.COLOR_LAB2RGB)
    out = with_luminosity(recoloured / 255, image / 255) * 255
    return (out if truncate else np.rint(out)).astype(np.uint8)


def _converted(image: Image, code: int) -> Image:
    return np.asarray(cv2.cvtColor(image, code), np.uint8)


def matching(source: NDArray[np.uint8], wanted: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The table of 256 values that turns the distribution of `source` into that of `wanted`."""
    have, want = np.bincount(source, minlength=256), np.bincount(wanted, minlength=256)
    occurring = np.flatnonzero(want)
    return np.interp(np.cumsum(have) / source.size, np.cumsum(want)[occurring] / wanted.size, occurring)


def continued(table: NDArray[np.float64], source: NDArray[np.uint8]) -> NDArray[np.float64]:
    """The table where it was learned; other values are shifted as far as those next to them.

    So what is painted in the hole keeps colours that the rest of the picture does not have.
    """
    learned, values = np.flatnonzero(np.bincount(source, minlength=256)), np.arange(256.0)
    return np.clip(values + np.interp(values, learned, table[learned] - learned), 0, 255)


def luminosity(color: NDArray[np.float64]) -> NDArray[np.float64]:
    """H × W × 1; summed red first, since white must come out as exactly as it does for the reference."""
    red, green, blue = (weight * color[..., i] for i, weight in enumerate(LUMINOSITY))
    return (red + green + blue)[..., None]


def with_luminosity(color: NDArray[np.float64], light: NDArray[np.float64]) -> NDArray[np.float64]:
    """The colour of one picture with the luminosity of another, both H × W × 3 in [0, 1].

    Source: SetLum and ClipColor of the PDF and W3C blend modes. Minimum and maximum are taken once, before
    either side is clipped, as the reference has it.
    """
    shifted = color + (luminosity(light) - luminosity(color))
    level = luminosity(shifted)
    low, high = shifted.min(axis=-1, keepdims=True), shifted.max(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        shifted = np.where(low < 0, level + (shifted - level) * level / (level - low), shifted)
        shifted = np.where(high > 1, level + (shifted - level) * (1 - level) / (high - level), shifted)
    return np.clip(shifted, 0, 1)
