"""What a running job says, in order: Started, then Stepped and Painted as it goes, Finished last."""

from dataclasses import dataclass
from typing import TypeAlias

from pentimento.words.images import Picture
from pentimento.words.reports import BackgroundReport, Estimate, MachineReport, MaskReport
from pentimento.words.sizes import Size


@dataclass(frozen=True)
class Started:
    """The job runs: how many pictures it will make, how many steps each batch has, and what it is thought to take."""

    pictures: int
    batches: int
    steps: int
    working: Size
    warnings: tuple[str, ...] = ()
    expected: Estimate | None = None


@dataclass(frozen=True)
class Stepped:
    """One step of one batch is done; both count from 1."""

    batch: int
    step: int
    sigma: float


@dataclass(frozen=True, eq=False)
class Painted:
    """A picture is done.

    number      0, 1, 2, … within the job
    seed        the seed that makes this one alone
    parameters  the settings text that goes into its file
    """

    number: int
    seed: int
    variation_seed: int
    picture: Picture
    parameters: str
    mask: MaskReport | None
    background: BackgroundReport | None


@dataclass(frozen=True)
class Finished:
    """All pictures are done."""

    machine: MachineReport
    warnings: tuple[str, ...] = ()


Event: TypeAlias = Started | Stepped | Painted | Finished
