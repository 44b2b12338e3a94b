"""scikit-image's astronaut at any size and turn, and where her face is."""

from typing import NamedTuple

import cv2
import numpy as np
import PIL.Image
import skimage.data

from pentimento.words.faces import Face, Spot
from pentimento.words.images import Image

LEFT, TOP, SIDE = 177, 66, 95
"""Of her face, read off the picture, pixels."""


class Turned(NamedTuple):
    """A picture, and the middle and the height of the face in it."""

    picture: Image
    middle: Spot
    tall: int

    def faces(self, found: list[Face]) -> list[Face]:
        """Those found whose middle lies in the face."""
        x, y = self.middle
        half = self.tall / 2
        return [face for face in found if abs(face.middle[0] - x) < half and abs(face.middle[1] - y) < half]


def astronaut(tall: int, turn: float) -> Turned:
    """Her face so many pixels high, turned about its middle by so many degrees against the clock."""
    whole, scale = PIL.Image.fromarray(skimage.data.astronaut()), tall / SIDE
    size = (round(whole.width * scale), round(whole.height * scale))
    x, y = (LEFT + SIDE / 2) * scale, (TOP + SIDE / 2) * scale
    matrix = cv2.getRotationMatrix2D((x, y), turn, 1)
    seen = cv2.warpAffine(np.asarray(whole.resize(size)), matrix, size, borderMode=cv2.BORDER_REFLECT)
    return Turned(seen.astype(np.uint8), (x, y), tall)
