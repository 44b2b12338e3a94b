"""One face found twice is one face."""

from collections.abc import Callable, Iterable
from typing import Any

from pentimento.words.faces import Face, shared

SAME = 0.5
"""Share of the smaller box that both cover, from which on both are the same."""


def apart(found: Iterable[Face], trust: Callable[[Face], Any] = lambda face: face.confidence) -> list[Face]:
    """The faces without those that one covers which is more to be trusted, that first."""
    kept: list[Face] = []
    for face in sorted(found, key=trust, reverse=True):
        if all(shared(face, other) < SAME * min(face.area, other.area) for other in kept):
            kept.append(face)
    return kept
