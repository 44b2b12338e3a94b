"""One face found twice is one face."""

from collections.abc import Iterable

from pentimento.words.faces import Face, shared

SAME = 0.5
"""Share of the smaller box that a surer face covers, from which on both are the same."""


def apart(found: Iterable[Face]) -> list[Face]:
    """The faces without those that a surer one covers, surest first."""
    kept: list[Face] = []
    for face in sorted(found, key=lambda face: -face.confidence):
        if all(shared(face, other) < SAME * min(face.area, other.area) for other in kept):
            kept.append(face)
    return kept
