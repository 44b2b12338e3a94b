"""How far two pictures are apart: numbers, and where."""

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pentimento.pixels.view import image_of
from pentimento.words.errors import PictureError
from pentimento.words.images import Image, Mask, Picture

Samples32 = NDArray[np.int32]


@dataclass(frozen=True)
class Difference:
    """Of the samples of two pictures, or of a part of them.

    largest, mean  of the absolute differences, in sample values
    share          of the samples that differ at all, 0…1
    psnr           peak signal to noise ratio in dB; infinite for equal ones
    samples        how many there are
    full           largest value that a sample can have
    """

    largest: int
    mean: float
    share: float
    psnr: float
    samples: int
    full: int

    def __str__(self) -> str:
        if not self.samples:
            return "no samples"
        ratio = "∞" if math.isinf(self.psnr) else f"{self.psnr:.2f}"
        return f"largest {self.largest} of {self.full}, mean {self.mean:.4g}, {self.share:.2%} differ, PSNR {ratio} dB"


def differences(one: Picture, other: Picture) -> tuple[Samples32, int]:
    """The absolute differences H × W × C, and the largest value that a sample can have.

    Pictures of one kind are compared sample by sample, alpha included; of two kinds, as 8-bit RGB.

    raises  PictureError for pictures of two sizes
    """
    if one.size != other.size:
        raise PictureError(
            f"the pictures are {one.size} and {other.size}", "Compare pictures of one size; crop or scale one of them."
        )
    if one.samples.shape == other.samples.shape and one.samples.dtype == other.samples.dtype:
        return np.abs(one.samples.astype(np.int32) - other.samples), one.full
    return np.abs(image_of(one).astype(np.int32) - image_of(other)), 255


def difference(apart: Samples32, full: int, where: NDArray[np.bool_] | None = None) -> Difference:
    """The numbers, of the whole or of the pixels `where` (H × W)."""
    part = (apart if where is None else apart[where]).astype(np.float64)
    if not part.size:
        return Difference(0, 0, 0, math.inf, 0, full)
    error = float((part**2).mean())
    psnr = 10 * math.log10(full**2 / error) if error else math.inf
    return Difference(int(part.max()), float(part.mean()), float((part > 0).mean()), psnr, part.size, full)


def heat_map(apart: Samples32, mask: Mask | None = None) -> Image:
    """Where two pictures differ: black nothing, through red and yellow to white the largest difference there is.

    Small differences are lifted (square root), so that one level shows. The mask's outline is drawn in blue.
    """
    pixels = apart.max(axis=2).astype(np.float64)
    scaled = np.sqrt(pixels / max(pixels.max(), 1)) * 255
    heat = cv2.applyColorMap(np.rint(scaled).astype(np.uint8), cv2.COLORMAP_HOT)[..., ::-1].copy()
    if mask is not None:
        outlines, _ = cv2.findContours((mask > 0).astype(np.uint8), cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        cv2.drawContours(heat, outlines, -1, (90, 160, 255), 1)
    return np.asarray(heat, np.uint8)
