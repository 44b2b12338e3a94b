"""A face turned upright at the size that restoring networks know, and put back."""

from dataclasses import dataclass
from functools import cache
from typing import Self, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from pentimento.words.faces import Face, Spot
from pentimento.words.images import Image, Mask

SIDE = 512
"""Of an aligned face, pixels."""

TEMPLATE: tuple[Spot, ...] = (
    (192.98138, 239.94708),
    (318.90277, 240.1936),
    (256.63416, 314.01935),
    (201.26117, 371.41043),
    (313.08905, 371.15118),
)
"""Where the five spots lie in it: the FFHQ layout that CodeFormer, GFPGAN and RestoreFormer learned from."""

BORDER = (132, 133, 135)
"""RGB around a face that the picture's edge cuts, as facexlib has it, which counts blue first."""

FLAT = 1e-3
"""Spots nearer to each other than this share of the face tell nothing."""

Matrix: TypeAlias = NDArray[np.float64]
"""2 × 3: (x, y, 1) → (x, y)."""


@dataclass(frozen=True, eq=False)
class Alignment:
    """The similarity between a picture's pixels and an aligned face's; pixels' middles have whole coordinates."""

    there: Matrix

    @classmethod
    def of(cls, face: Face) -> Self:
        """The similarity (turn, scale, shift; no mirroring) that brings the spots nearest to the template's.

        Spots that all but coincide give way to what the box tells.
        """
        spots = np.array(face.spots, np.float64)
        if np.ptp(spots, axis=0).max() < FLAT * max(face.width, face.height):
            spots = _spots_of_box(face)
        return cls(similarity(spots - 0.5, np.array(TEMPLATE)))

    @classmethod
    def robust(cls, face: Face) -> Self:
        """As webui has it: the similarity whose median miss is least, so that a spot far off is left out.

        The spots are taken as they are told, their middles half a pixel off.
        """
        spots = np.array(face.spots, np.float64)
        there, _ = cv2.estimateAffinePartial2D(spots, np.array(TEMPLATE), method=cv2.LMEDS)
        return cls.of(face) if there is None else cls(there.astype(np.float64))

    @property
    def back(self) -> Matrix:
        """The inverse, exact."""
        turn = np.linalg.inv(self.there[:, :2])
        return np.column_stack([turn, -(turn @ self.there[:, 2])]).astype(np.float64)

    @property
    def scale(self) -> float:
        """Aligned pixels for each pixel of the picture."""
        return float(np.sqrt(np.linalg.det(self.there[:, :2])))

    def cut(self, image: Image) -> Image:
        """The face, SIDE × SIDE × 3; smoothed first where it is reduced."""
        matrix = self.there
        if self.scale < 0.5:
            height, width = (max(1, round(side * self.scale)) for side in image.shape[:2])
            across, down = width / image.shape[1], height / image.shape[0]
            image = cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA).astype(np.uint8)
            matrix = matrix @ _from_reduced(across, down)
        return cv2.warpAffine(image, matrix, (SIDE, SIDE), flags=cv2.INTER_LINEAR, borderValue=BORDER).astype(np.uint8)

    def put(self, aligned: Image, feather: Mask, image: Image) -> tuple[Image, Mask]:
        """The picture with an aligned face, wherever that reaches, and where it is seen: 0…255, 0 outside of it."""
        size = (image.shape[1], image.shape[0])
        smooth = aligned if self.scale <= 1 else _smoothed(aligned, self.scale)
        flags = cv2.INTER_LINEAR
        drawn = cv2.warpAffine(smooth, self.back, size, flags=flags, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)
        return drawn, cv2.warpAffine(feather, self.back, size, flags=flags).astype(np.uint8)


def similarity(points: Matrix, wanted: Matrix) -> Matrix:
    """The turn, scale and shift that bring points, N × 2, nearest to wanted ones by least squares.

    As complex numbers that is one factor and one shift (Umeyama 1991 for the plane).
    """
    mean, middle = points.mean(0), wanted.mean(0)
    z, w = (points - mean) @ (1, 1j), (wanted - middle) @ (1, 1j)
    factor = (np.conj(z) @ w) / (np.abs(z) ** 2).sum()
    turn = np.array([[factor.real, -factor.imag], [factor.imag, factor.real]])
    return np.column_stack([turn, middle - turn @ mean])


@cache
def feather() -> Mask:
    """Where an aligned face is shown: an oval from the brow to the chin with a soft edge, 0 at the border."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    x, y = TEMPLATE[2]
    away = np.hypot((columns - x) / OVAL[0], (rows - (y - 10)) / OVAL[1])
    share = np.clip((1 - away) / SOFT, 0, 1)
    return np.rint(255 * share * share * (3 - 2 * share)).astype(np.uint8)


OVAL = (178.0, 190.0)
SOFT = 0.3


def _spots_of_box(face: Face) -> Matrix:
    shares = np.array(TEMPLATE) / SIDE
    return shares * (face.width * 1.5, face.height * 1.5) + (
        face.left - face.width * 0.25,
        face.top - face.height * 0.35,
    )


def _from_reduced(across: float, down: float) -> Matrix:
    """3 × 3: a reduced picture's pixels in the whole one's."""
    return np.array([[1 / across, 0, 0.5 / across - 0.5], [0, 1 / down, 0.5 / down - 0.5], [0, 0, 1]])


def _smoothed(aligned: Image, scale: float) -> Image:
    """Without what is too fine for a picture so many times smaller."""
    return cv2.GaussianBlur(aligned, (0, 0), 0.45 * np.sqrt(scale * scale - 1)).astype(np.uint8)
