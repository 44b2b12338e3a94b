"""Faces in photographs, found by the cascades that come with OpenCV (Viola, Jones 2001; Lienhart, Maydt 2002)."""

from collections.abc import Iterator
from functools import cache

import cv2
import cv2.data
import numpy as np
from numpy.typing import NDArray

from pentimento.pixels.faces.align import TEMPLATE, similarity
from pentimento.pixels.faces.several import apart
from pentimento.words.faces import Face, Spot
from pentimento.words.images import Image, size_of

FRONTAL, PROFILE, EYE = "haarcascade_frontalface_alt2", "haarcascade_profileface", "haarcascade_eye"
LONGEST = 1280
"""Longer side of what is looked at, pixels."""

STEP, NEIGHBOURS = 1.1, 4
LEAST = 24
"""Smallest face in what is looked at, pixels."""

EYES: tuple[Spot, Spot] = ((0.31, 0.39), (0.69, 0.39))
"""Where eyes are in a frontal box where none are found, shares of its sides."""

FIRM = 12.0
"""Neighbouring finds with which the confidence is one half."""


def photographed_faces(image: Image) -> list[Face]:
    """The faces of a photograph, surest first; their spots follow from the eyes."""
    scale = min(1.0, LONGEST / max(size_of(image)))
    grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        grey = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grey = np.asarray(grey, np.uint8)
    return [face.moved(0, 0, 1 / scale) for face in apart((*_frontal(grey), *_profiles(grey)))]


def _frontal(grey: NDArray[np.uint8]) -> Iterator[Face]:
    for (left, top, width, height), found in _finds(FRONTAL, grey):
        eyes = _eyes(grey[top : top + height, left : left + width])
        yield _face(left, top, width, height, found, [(left + x, top + y) for x, y in eyes])


def _profiles(grey: NDArray[np.uint8]) -> Iterator[Face]:
    """The cascade knows faces that look to the left; mirrored, it finds those that look to the right."""
    for seen, mirrored in ((grey, False), (np.ascontiguousarray(grey[:, ::-1]), True)):
        for (left, top, width, height), found in _finds(PROFILE, seen):
            left = grey.shape[1] - left - width if mirrored else left
            eyes = [(left + x * width, top + y * height) for x, y in EYES]
            yield _face(left, top, width, height, found / 2, eyes)


def _face(left: int, top: int, width: int, height: int, found: float, eyes: list[Spot]) -> Face:
    """The whole of it from the eyes, as the template's lie to its eyes."""
    there = similarity(np.array(TEMPLATE[:2]), np.array(eyes))
    spots = np.array(TEMPLATE) @ there[:, :2].T + there[:, 2]
    one, two, three, four, five = map(tuple, spots.tolist())
    confidence = found / (found + FIRM)
    return Face(left, top, left + width, top + height, confidence, (one, two, three, four, five), "photograph")


def _eyes(face: NDArray[np.uint8]) -> list[Spot]:
    """The left and the right one, where one is found in each half and they are level; else where they mostly are."""
    side = face.shape[0]
    upper = face[: round(side * 0.6)]
    found = [(x + w / 2, y + h / 2) for (x, y, w, h), _ in _finds(EYE, upper, round(side * 0.15))]
    halves = [[eye for eye in found if (eye[0] > side / 2) == right] for right in (False, True)]
    usual = [(x * side, y * side) for x, y in EYES]
    eyes = [
        min(half, key=lambda eye, at=at: np.hypot(eye[0] - at[0], eye[1] - at[1]), default=at)
        for half, at in zip(halves, usual, strict=True)
    ]
    level = abs(eyes[0][1] - eyes[1][1]) < 0.15 * side and eyes[1][0] - eyes[0][0] > 0.25 * side
    return eyes if level else usual


def _finds(name: str, grey: NDArray[np.uint8], least: int = LEAST) -> Iterator[tuple[tuple[int, int, int, int], float]]:
    boxes, counts = _cascade(name).detectMultiScale2(grey, STEP, NEIGHBOURS, minSize=(least, least))
    for box, count in zip(boxes, counts, strict=True):
        left, top, width, height = map(int, box)
        yield (left, top, width, height), float(count)


@cache
def _cascade(name: str) -> cv2.CascadeClassifier:
    return cv2.CascadeClassifier(f"{cv2.data.haarcascades}{name}.xml")
