"""Whether a job fits into the memory that is free, and in which pieces it does; told before it begins."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

from pentimento.engine.estimate import WHOLE, Pass, Pieces
from pentimento.engine.memory import FEWEST_ROWS, FIRST_ROWS
from pentimento.words.errors import MemoryShortError
from pentimento.words.reports import in_bytes
from pentimento.words.sizes import CELL, Size

Room: TypeAlias = Callable[[int], int]
"""Bytes that a job wants beside its networks → bytes that it may take; others are let go for it where that helps."""

plenty: Room = lambda size: size  # noqa: E731


class Fit(NamedTuple):
    """The pieces in which a job fits, and why it is not computed whole."""

    pieces: Pieces = WHOLE
    notes: tuple[str, ...] = ()


def fit(passes: Sequence[Pass], room: Room, *, wraps: bool) -> Fit:
    """The largest pieces in which a job fits.

    wraps   pictures shall tile: the autoencoder is not done in strips then
    raises  MemoryShortError where even the smallest pieces do not fit
    """
    if not passes:
        return Fit()
    taken = _taken(passes, WHOLE)
    free = room(taken)
    if taken <= free:
        return Fit()
    most = max(one.rows for one in passes)
    rows = [one for one in _halves(most) if max(each.sampling(one) for each in passes) <= free]
    strips = [
        strip
        for strip in (None, *(() if wraps else _halves(FIRST_ROWS, FEWEST_ROWS)))
        if max(each.coding(strip) for each in passes) <= free
    ]
    if not rows or not strips:
        raise _too_much(passes, free, wraps=wraps)
    pieces = Pieces(None if rows[0] == most else rows[0], strips[0])
    how = []
    if pieces.rows:
        how.append(f"the U-Net computes {pieces.rows} instead of {most} latents at once")
    if pieces.strip:
        how.append(f"the autoencoder works in strips of {pieces.strip} rows")
    note = (
        f"the job would take {in_bytes(taken)} of memory beside the checkpoint, and {in_bytes(free)} are free: "
        f"{' and '.join(how)}, which takes {in_bytes(_taken(passes, pieces))} and is slower; the pictures stay the same"
    )
    return Fit(pieces, (note,))


def _too_much(passes: Sequence[Pass], free: int, *, wraps: bool) -> MemoryShortError:
    smallest = Pieces(1, None if wraps else FEWEST_ROWS)
    largest = max(passes, key=lambda one: one.working(smallest))
    fitting = (size for size in _smaller(largest.size) if largest._replace(size=size).working(smallest) <= free)
    size = next(fitting, None)
    most = f"Work at {size} at most instead of {largest.size}" if size else "Work at a smaller size"
    return MemoryShortError(
        f"the job takes {in_bytes(_taken(passes, smallest))} of memory beside the checkpoint even in the smallest "
        f"pieces, and {in_bytes(max(free, 0))} are free",
        f"{most}, repaint only the masked part, or close other programs.",
    )


def _taken(passes: Sequence[Pass], pieces: Pieces) -> int:
    return round(max(one.working(pieces) for one in passes))


def _smaller(size: Size) -> Iterator[Size]:
    """Smaller sizes of about the same shape, down to one latent cell."""
    for cells in range(size.cells.width - 1, 0, -1):
        width = cells * CELL
        yield Size(width, max(1, round(width * size.height / size.width / CELL)) * CELL)


def _halves(most: int, fewest: int = 1) -> Iterator[int]:
    while most >= fewest:
        yield most
        most //= 2
