"""Faces of a finished picture: found, restored one by one, and put back only where that is no loss."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.checkpoint.restorers import restorer_file
from pentimento.nets.faces import restored_face
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.crop import Crop, at
from pentimento.pixels.faces.align import Alignment, feather
from pentimento.pixels.faces.find import Detector, confidence, find_faces
from pentimento.pixels.paste import paste
from pentimento.pixels.view import image_of
from pentimento.words.choices import FaceRestorer, ResizeMode
from pentimento.words.errors import UnsupportedModelError
from pentimento.words.faces import Face
from pentimento.words.images import Image, Mask, Picture
from pentimento.words.reports import FaceReport, FacesReport
from pentimento.words.sizes import Box, Size

UNTOUCHED = "does not touch the mask"
WORSE = 0.1
"""How much less sure of a face one may be after it was restored."""

FAR = 0.2
"""Difference of two faces, as `difference` tells it, from which on the new one is somebody else."""

AROUND = 0.6
"""Surroundings of a face that it is looked for in again, shares of its sides."""


@dataclass(frozen=True)
class Restoring:
    """Face `number` of `total`, counted from 1, is being restored; `step` of `steps` where it is painted."""

    number: int
    total: int
    step: int = 0
    steps: int = 0

    def __str__(self) -> str:
        painted = f", step {self.step} of {self.steps}" if self.steps else ""
        return f"restoring face {self.number} of {self.total}{painted}"


Step: TypeAlias = tuple[int, int]
"""Which step of how many."""

Treatment: TypeAlias = Callable[[Picture, Face, Mask | None], Generator[Step, None, Picture]]
"""One face of a picture restored, and nothing outside of it nor where the mask is 0 changed; yields its steps."""


@dataclass(frozen=True, eq=False)
class Faces:
    """How faces are restored.

    treat     what is done with each
    detector  a better one than the cascades, if there is one
    judged    a face that is less of one afterwards, or somebody else's, stays as it was
    """

    treat: Treatment
    detector: Detector | None = None
    judged: bool = True

    def restored(
        self, picture: Picture, mask: Mask | None, background: str
    ) -> Generator[Restoring, None, tuple[Picture, FacesReport]]:
        """The picture with its faces restored, and which ones.

        mask        where was painted, of the picture's size; faces that do not touch it stay. None: all may change
        background  what is seen through transparency
        """
        faces = find_faces(image_of(picture, background), self.detector)
        reports = []
        for number, face in enumerate(faces, 1):
            left = "" if _is_touched(face, mask, picture.size) else UNTOUCHED
            if not left:
                yield Restoring(number, len(faces))
                treating = self.treat(picture, face, mask)
                while True:
                    try:
                        yield Restoring(number, len(faces), *next(treating))
                    except StopIteration as done:
                        changed: Picture = done.value
                        break
                left = self._fault(face, image_of(picture, background), image_of(changed, background))
                picture = picture if left else changed
            reports.append(FaceReport(_rounded(face), face.confidence, left))
        return picture, FacesReport(tuple(reports))

    def _fault(self, face: Face, before: Image, after: Image) -> str:
        """Why the old face is the better one; empty where it is not."""
        if not self.judged:
            return ""
        box = _around(face).clipped(Size(before.shape[1], before.shape[0]))
        near = face.moved(-box.left, -box.top)
        was, now = (confidence(np.ascontiguousarray(at(image, box)), near, self.detector) for image in (before, after))
        if now < was - WORSE:
            return f"stayed: restored it is less of a face, {now:.2f} against {was:.2f}"
        away = difference(face, before, after)
        if away > FAR:
            return f"stayed: restored it is somebody else, {away:.2f} away where {FAR} is the limit"
        return ""


def faces_touched(picture: Picture, mask: Mask | None, background: str, detector: Detector | None = None) -> int:
    """How many faces of a picture `Faces.restored` would restore."""
    found = find_faces(image_of(picture, background), detector)
    return sum(_is_touched(face, mask, picture.size) for face in found)


def difference(face: Face, before: Image, after: Image) -> float:
    """How far apart a face is in two pictures, without its detail: 0 alike, 1 black and white.

    The root mean square over 32 × 32 pixels of the aligned oval.
    """
    alignment = Alignment.of(face)
    small = [
        cv2.resize(alignment.cut(image), (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)
        for image in (before, after)
    ]
    share = cv2.resize(feather(), (32, 32), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    return float(np.sqrt((((small[0] - small[1]) / 255) ** 2 * share).sum() / (3 * share.sum())))


# ---------------------------------------------------------------------------------------------------- by a network


class ByNetwork:
    """A treatment: the face aligned, through a network, and put back with a soft edge.

    weight  as of `restored_face`
    """

    def __init__(self, net: PictureNet, weight: float, *, background: str) -> None:
        self.net, self.weight, self.background = net, weight, background

    def __call__(self, picture: Picture, face: Face, mask: Mask | None) -> Generator[Step, None, Picture]:
        image, alignment = image_of(picture, self.background), Alignment.of(face)
        drawn, seen = alignment.put(self._through(alignment.cut(image)), feather(), image)
        if mask is not None:
            seen = np.rint(seen.astype(np.float32) * mask / np.float32(255)).astype(np.uint8)
        yield from ()
        return paste(picture, drawn, Crop.whole(picture.size, picture.size, ResizeMode.STRETCH), seen)

    def _through(self, aligned: Image) -> Image:
        face = planes(aligned)
        made = restored_face(self.net, face, self.weight)[0].permute(1, 2, 0).numpy() * np.float32(255)
        return made.round().astype(np.uint8)


def open_restorer(restorer: FaceRestorer, library: Library, nets: PictureNets) -> PictureNet:
    """The network of a design. Raises what `restorer_file` and `open_picture_net` raise."""
    file = restorer_file(restorer, library)
    net = nets.open(file, Purpose.FACE)
    if net.name != restorer.label:
        raise UnsupportedModelError(f"{file.name} is a {net.name}, and a {restorer.label} is wanted", "Rename it.")
    return net


# ---------------------------------------------------------------------------------------------------------- places


def _rounded(face: Face) -> Box:
    return Box(*(round(side) for side in face[:4]))


def _is_touched(face: Face, mask: Mask | None, size: Size) -> bool:
    return mask is None or bool(at(mask, _inside(face, size)).any())


def _inside(face: Face, size: Size) -> Box:
    return _rounded(face).clipped(size)


def _around(face: Face) -> Box:
    across, down = round(face.width * AROUND), round(face.height * AROUND)
    left, top, right, bottom = _rounded(face)
    return Box(left - across, top - down, right + across, bottom + down)


def planes(image: Image) -> torch.Tensor:
    """(H, W, 3) uint8 → (1, 3, H, W) float32 in [0, 1], what networks of faces take."""
    return torch.from_numpy(image.astype(np.float32) / np.float32(255)).permute(2, 0, 1)[None]
