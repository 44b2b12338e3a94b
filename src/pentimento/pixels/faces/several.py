"""One face found twice is one face."""

from collections.abc import Iterable

from pentimento.words.faces import Face, overlap

SAME = 0.35
"""Overlap from which on two finds are the same face."""


def apart(found: Iterable[Face]) -> list[Face]:
    """The faces without those that a surer one covers, surest first."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.confidence):
        if all(overlap(face, other) < SAME and not _inside(face, other) for other in kept):
            kept.append(face)
    return kept


def _inside(face: Face, other: Face) -> bool:
    """The middle of one lies in the inner half of the other."""
    (x, y), (ox, oy) = face.middle, other.middle
    return abs(x - ox) < other.width / 4 and abs(y - oy) < other.height / 4
