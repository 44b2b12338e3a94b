"""What runner and worker process say to each other: values, each as its length (8 bytes, little endian) and a pickle.

Both ends are this program on this machine, over pipes that nobody else holds.
"""

import pickle
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

from pentimento.jobs.control import Control
from pentimento.jobs.runner import Health, Previews
from pentimento.words.events import Event, Failed
from pentimento.words.reports import Forecast
from pentimento.words.request import Request
from pentimento.words.tasks import Task

LENGTH = 8


@dataclass(frozen=True)
class Build:
    """To the worker, first of all: the runner it is to make, `module:name` and the arguments."""

    factory: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Run:
    """To the worker: a job. Numbers count up, so that words about an earlier one are told apart."""

    number: int
    request: Request
    files: Mapping[str, bytes]
    task: Task
    previews: Previews


@dataclass(frozen=True)
class Asked:
    """To the worker: what is asked of a job now."""

    number: int
    cancelled: bool
    stopping: bool
    skipped: frozenset[int]

    @classmethod
    def of(cls, number: int, control: Control) -> "Asked":
        return cls(number, control.cancelled, control.stopping, control.skipped)

    def tell(self, control: Control) -> None:
        control.cancelled, control.stopping, control.skipped = self.cancelled, self.stopping, self.skipped


@dataclass(frozen=True)
class Foresee:
    """To the worker: what is known of a request before it runs? Answered beside a job that runs."""

    number: int
    request: Request
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class Foreseen:
    """From the worker: that, or why it would fail at once."""

    number: int
    forecast: Forecast | Failed


@dataclass(frozen=True)
class Said:
    """From the worker: an event of a job."""

    number: int
    event: Event


@dataclass(frozen=True)
class Ended:
    """From the worker: a job is over; number 0 means that no runner could be made."""

    number: int
    failed: Failed | None


@dataclass(frozen=True)
class Beat:
    """From the worker, every second: it lives. No health before its runner is made."""

    health: Health | None


Frame: TypeAlias = Build | Run | Asked | Foresee | Foreseen | Said | Ended | Beat


def write_frame(stream: BinaryIO, frame: Frame) -> None:
    data = pickle.dumps(frame, protocol=5)
    stream.write(len(data).to_bytes(LENGTH, "little"))
    stream.write(data)
    stream.flush()


def read_frame(stream: BinaryIO) -> Frame:
    """Raises EOFError where the other end is gone, in the middle of a frame too."""
    return pickle.loads(_exactly(stream, int.from_bytes(_exactly(stream, LENGTH), "little")))


def _exactly(stream: BinaryIO, count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
