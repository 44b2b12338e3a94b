"""Faces in any picture: a photograph's by OpenCV's cascades or a better detector, a drawing's by our own network."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pentimento.pixels.faces.cascades import photographed_faces
from pentimento.pixels.faces.drawn import CERTAIN, drawn_faces
from pentimento.pixels.faces.several import apart
from pentimento.pixels.faces.yunet import faces_by
from pentimento.words.faces import Face
from pentimento.words.images import Image

DRAWING = "drawing"
Look = Callable[[Image], list[Face]]
Ways = Mapping[str, Look]


class Detector(NamedTuple):
    """What a person's file brings; it takes the cascades' place.

    way    as `Face.way` names it
    alone  drawn faces are not looked for beside it
    """

    way: str
    look: Look
    alone: bool = False


def yunet(file: Path | None) -> Detector | None:
    """The detector in YuNet's file, if there is one."""
    return None if file is None else Detector("yunet", partial(faces_by, file))


def ways(detector: Detector | None = None) -> Ways:
    """Each way that faces are looked for, by the name that `Face.way` has."""
    if detector is None:
        return {DRAWING: drawn_faces, "photograph": photographed_faces}
    drawn = {} if detector.alone else {DRAWING: drawn_faces}
    return {**drawn, detector.way: detector.look}


def find_faces(image: Image, detector: Detector | None = None) -> list[Face]:
    """Every face once, from left to right. Raises ModelFileError where the detector's file is none."""
    found = apart((face for look in ways(detector).values() for face in look(image)), trust=_trust)
    return sorted(found, key=lambda face: face.middle)


def _trust(face: Face) -> tuple[int, float]:
    """Where two ways find one face, a drawing's counts if it is certain, which it never was of a photographed face
    (benchmarks/finders.py): else the other way's."""
    return (1 if face.way != DRAWING else 2 if face.confidence >= CERTAIN else 0), face.confidence


def confidence(image: Image, at: Face, detector: Detector | None = None) -> float:
    """How surely the face nearest to a place is one, told in the way that found it; 0 where there is none."""
    x, y = at.middle
    there = [
        face
        for face in ways(detector)[at.way](image)
        if abs(face.middle[0] - x) < at.width / 2 and abs(face.middle[1] - y) < at.height / 2
    ]
    return max((face.confidence for face in there), default=0.0)
