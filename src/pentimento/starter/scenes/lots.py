"""Drawing lots, with shares that stand in tables."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from numpy.random import Generator

T = TypeVar("T")


def pick(rng: Generator, names: Sequence[T]) -> T:
    """Any of them, all alike."""
    return names[int(rng.integers(len(names)))]


def pick_by(rng: Generator, shares: Mapping[T, float]) -> T:
    """Any of them, by shares that need not add up to 1."""
    names = list(shares)
    total = sum(shares.values())
    return names[int(rng.choice(len(names), p=[share / total for share in shares.values()]))]


def chance(rng: Generator, share: float) -> bool:
    return bool(rng.random() < share)
