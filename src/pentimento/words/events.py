"""What a job says, in order.

Queued, then, once it runs: Loading, Preparing, Started, Stepped and Painted as it goes. One of Finished, Failed and
Cancelled is the last. Retried says that all begins anew, because who computed it died; pictures already painted stay.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from pentimento.words.errors import PentimentoError, told
from pentimento.words.images import Image, Picture
from pentimento.words.reports import BackgroundReport, Estimate, FacesReport, MachineReport, MaskReport
from pentimento.words.sizes import Size


@dataclass(frozen=True)
class Queued:
    """The job waits; said anew when it comes near the front.

    position   how many jobs come before this one, running ones included
    time_left  seconds until it is thought to begin; None where nothing is known yet
    """

    position: int
    time_left: float | None = None


@dataclass(frozen=True)
class Loading:
    """A checkpoint is read into memory: so many bytes of so many."""

    checkpoint: str
    done: int
    total: int

    @property
    def share(self) -> float:
        """0…1"""
        return self.done / self.total if self.total else 1.0


@dataclass(frozen=True)
class Preparing:
    """What is done beside the steps, such as `reading the prompt`, or `restoring face 1 of 2`."""

    what: str


@dataclass(frozen=True)
class Started:
    """The job runs: how many pictures it will make, how many steps each batch has, and what it is thought to take."""

    pictures: int
    batches: int
    steps: int
    working: Size
    warnings: tuple[str, ...] = ()
    expected: Estimate | None = None


@dataclass(frozen=True, eq=False)
class Stepped:
    """One step of one batch is done; both count from 1.

    time_left  seconds until the job is thought to end, told from its own steps
    previews   what each picture of the batch looks like so far, at the working size or smaller; of the steps that
               were not asked for one, and of all steps but the latest in a replay, empty
    """

    batch: int
    step: int
    sigma: float
    time_left: float | None = None
    previews: tuple[Image, ...] = ()


@dataclass(frozen=True, eq=False)
class Painted:
    """A picture is done.

    number      0, 1, 2, … within the job
    seed        the seed that makes this one alone
    parameters  the settings text that goes into its file
    complete    False where its batch was skipped: it shows the best guess of the step it stopped at
    label       which one it is, where a task makes unlike pictures: a starting state's masked content
    faces       which faces were found, and what became of them; None where none were looked for
    unrestored  the same picture with its faces as they were; None where none was restored
    """

    number: int
    seed: int
    variation_seed: int
    picture: Picture
    parameters: str
    mask: MaskReport | None
    background: BackgroundReport | None
    complete: bool = True
    label: str = ""
    faces: FacesReport | None = None
    unrestored: Picture | None = None


@dataclass(frozen=True)
class Retried:
    """Who computed the job died, for the cause that is told; it begins anew."""

    cause: str


@dataclass(frozen=True)
class Finished:
    """All pictures are done; no machine where nothing was computed."""

    machine: MachineReport | None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failed:
    """The job ended with an error, told as `PentimentoError` tells it."""

    code: str
    message: str
    hint: str
    status: int
    exit_code: int

    @classmethod
    def of(cls, error: PentimentoError) -> "Failed":
        return cls(error.code, error.message, error.hint, error.status, error.exit_code)

    @property
    def error(self) -> PentimentoError:
        """The error anew, to be raised."""
        return told(self.code, self.message, self.hint)


@dataclass(frozen=True)
class Cancelled:
    """The job was cancelled; pictures that were done stay."""


Event: TypeAlias = Queued | Loading | Preparing | Started | Stepped | Painted | Retried | Finished | Failed | Cancelled

KINDS: Mapping[type[Event], str] = MappingProxyType(
    {
        Queued: "queued",
        Loading: "loading",
        Preparing: "preparing",
        Started: "started",
        Stepped: "stepped",
        Painted: "painted",
        Retried: "retried",
        Finished: "finished",
        Failed: "failed",
        Cancelled: "cancelled",
    }
)
"""Each event's name outside of Python."""

LAST = (Finished, Failed, Cancelled)
"""The events after which there are no more."""
