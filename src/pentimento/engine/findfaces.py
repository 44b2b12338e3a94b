"""The better detectors that a person brings, as ways to look for faces."""

from functools import partial

import cv2
import numpy as np
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.faces import planes
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.pixels.faces.find import Detector, yunet
from pentimento.words.faces import Face, overlap
from pentimento.words.images import Image, size_of

SHORT, LONG = 640, 2560
"""Shorter side of what RetinaFace looks at, pixels, as webui has it; and the longer one's limit."""

SURE, CERTAIN = 0.8, 0.97
"""How sure it has to be; the second as webui has it."""

SAME = 0.4
"""Overlap of two boxes from which on they are one face."""

EYES = 5.0
"""Pixels between eyes from which on a face is large enough."""


def open_detector(library: Library, nets: PictureNets, *, as_webui: bool = False) -> Detector | None:
    """RetinaFace's file, else YuNet's; None where there is neither, or with webui's habits not the first.

    raises  what `open_picture_net` raises
    """
    file = library.face_helper("detection_resnet50")
    if file is None:
        return yunet(library.face_detector())
    net = nets.open(file, Purpose.FIND)
    sure = CERTAIN if as_webui else SURE
    return Detector("retinaface", partial(faces_by_net, net, sure=sure), alone=as_webui)


@torch.inference_mode()
def faces_by_net(net: PictureNet, image: Image, sure: float = SURE) -> list[Face]:
    """The faces that RetinaFace finds, surest first."""
    size = size_of(image)
    scale = max(min(size) / SHORT, max(size) / LONG)
    width, height = (max(1, int(side / scale)) for side in size)
    seen = cv2.resize(image, (width, height), interpolation=cv2.INTER_LANCZOS4).astype(np.uint8)
    told = net.call(planes(seen).to(net.device)).cpu().numpy()
    found = [_face(row) for row in sorted(told[told[:, 0] > sure].tolist(), reverse=True)]
    return [one for face in _apart(found) if _eyes(one := face.moved(0, 0, scale)) >= EYES]


def _face(row: list[float]) -> Face:
    confidence, left, top, right, bottom, *spots = row
    return Face(left, top, right, bottom, confidence, tuple(zip(spots[::2], spots[1::2], strict=True)), "retinaface")


def _apart(found: list[Face]) -> list[Face]:
    kept: list[Face] = []
    for face in found:
        if all(overlap(face, other) <= SAME for other in kept):
            kept.append(face)
    return kept


def _eyes(face: Face) -> float:
    (x, y), (other, below), *_ = face.spots
    return float(np.hypot(x - other, y - below))
