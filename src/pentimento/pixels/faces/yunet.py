"""Faces found by YuNet (Wu and others 2023), where a person has its file; OpenCV runs it."""

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np

from pentimento.words.errors import ModelFileError
from pentimento.words.faces import Face
from pentimento.words.images import Image, size_of

LONGEST = 1280
"""Longer side of what is looked at, pixels."""

SURE, SAME, MOST = 0.6, 0.3, 5000


def faces_by(file: Path, image: Image) -> list[Face]:
    """The faces that a `face_detection_yunet_*.onnx` finds, surest first. Raises ModelFileError where it is none."""
    scale = min(1.0, LONGEST / max(size_of(image)))
    seen = cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
    if scale < 1:
        seen = cv2.resize(seen, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    try:
        detector = _detector(file)
        detector.setInputSize((seen.shape[1], seen.shape[0]))
        _, rows = detector.detect(seen)
    except cv2.error as fault:
        raise ModelFileError(
            f"{file.name} finds no faces: {str(fault).strip().splitlines()[-1]}",
            "Put a face_detection_yunet_….onnx of OpenCV's model zoo there, or take the file away.",
        ) from fault
    return [_face(row).moved(0, 0, 1 / scale) for row in (() if rows is None else sorted(rows, key=lambda r: -r[-1]))]


def _face(row: np.ndarray) -> Face:
    """x, y, width, height, then five points, the person's right first, then how sure it is."""
    left, top, width, height = map(float, row[:4])
    one, two, three, four, five = map(tuple, row[4:14].reshape(5, 2).astype(float).tolist())
    return Face(left, top, left + width, top + height, float(row[14]), (one, two, three, four, five), "yunet")


@lru_cache(maxsize=1)
def _detector(file: Path) -> cv2.FaceDetectorYN:
    return cv2.FaceDetectorYN.create(str(file), "", (320, 320), SURE, SAME, MOST)
