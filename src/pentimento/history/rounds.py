"""What is kept: trees of rounds, one tree for each picture that was worked on."""

from dataclasses import dataclass
from typing import NamedTuple

from pentimento.words.reports import BackgroundReport, FacesReport, MachineReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from pentimento.words.tasks import Task


class At(NamedTuple):
    """One candidate of one round."""

    round: str
    number: int

    def __str__(self) -> str:
        return f"{self.round}:{self.number}"


@dataclass(frozen=True)
class Candidate:
    """A finished picture of a round.

    file        name of its PNG in the store: the sha256 of its bytes
    complete    False where it was ended early
    faces       which faces were found, and what became of them; None where none were looked for
    unrestored  name of the PNG with its faces as they were; None where none was restored
    binned      it lies in the bin by itself
    """

    number: int
    file: str
    size: Size
    seed: int
    variation_seed: int
    parameters: str
    complete: bool
    mask: MaskReport | None
    background: BackgroundReport | None
    faces: FacesReport | None = None
    unrestored: str | None = None
    binned: bool = False


@dataclass(frozen=True)
class Round:
    """A request, what came of it, and the candidate it began from.

    id       12 hex digits, the same after export and import
    tree     which tree it belongs to
    task     what was done with the request
    parent   None where it began from the tree's own picture, or from words alone
    created  seconds since 1970
    machine  what it was made on; None where that is not known
    binned   it lies in the bin
    """

    id: str
    tree: str
    parent: At | None
    request: Request
    candidates: tuple[Candidate, ...]
    name: str
    created: float
    machine: MachineReport | None
    binned: bool
    task: Task = Task.PAINT


@dataclass(frozen=True)
class Tree:
    """A picture, and all rounds that began from it.

    root     name of the picture in the store; None where all began from words alone
    at       the candidate that is looked at; None: the picture itself
    changed  when a round was last added
    """

    id: str
    root: str | None
    name: str
    at: At | None
    created: float
    changed: float
    rounds: int
    binned: bool
