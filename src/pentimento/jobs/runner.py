"""Who computes: the protocol that a queue knows its runners by. It says nothing of processes, machines or tensors."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pentimento.jobs.control import Control
from pentimento.words.events import Event
from pentimento.words.reports import Forecast
from pentimento.words.request import Request
from pentimento.words.tasks import Task


class PreviewKind(StrEnum):
    """How a preview is made: not at all, by a linear map at an eighth of the size, by a tiny decoder, a file in
    models/VAE-approx, or by the autoencoder."""

    NONE = "none"
    LINEAR = "linear"
    TINY = "tiny"
    FULL = "full"


@dataclass(frozen=True)
class Previews:
    """How previews are made, and every how many steps."""

    kind: PreviewKind = PreviewKind.NONE
    every: int = 1

    def wanted(self, step: int) -> bool:
        """Whether a step, counted from 1, shows one."""
        return self.kind is not PreviewKind.NONE and step % self.every == 0


@dataclass(frozen=True)
class Resident:
    """A checkpoint in memory, and the bytes it takes."""

    checkpoint: str
    size: int


@dataclass(frozen=True)
class Usage:
    """Memory in bytes, of the device that computes and of the process.

    total, free  the device's; where the processor computes, the machine's
    process      what the process has taken of the machine's memory
    budget       what checkpoints in memory may take together
    """

    total: int
    free: int
    process: int
    budget: int


@dataclass(frozen=True)
class Health:
    """How a runner is. Known at once, whatever it is doing; of a worker process not older than a heartbeat or two.

    alive     it can take jobs
    device    cpu, cuda:0, …
    busy      it is running something
    pid       its process
    restarts  how often that process had to be replaced
    fault     why it was the last time; empty if never
    resident  checkpoints in memory, the one used last first
    usage     None while not known
    """

    alive: bool
    device: str
    busy: bool
    pid: int
    restarts: int = 0
    fault: str = ""
    resident: tuple[Resident, ...] = ()
    usage: Usage | None = None


class Runner(Protocol):
    """Runs one job at a time: request → events.

    Lists of checkpoints and the like are read from the folder at every job, so there is nothing to refresh.
    """

    def run(
        self,
        request: Request,
        files: Mapping[str, bytes],
        control: Control = ...,
        *,
        task: Task = ...,
        previews: Previews = ...,
    ) -> Iterator[Event]:
        """Everything that happens from Loading to Finished; to stop, stop iterating.

        request   with seeds that are drawn
        files     bytes of the pictures that it names, by their sha256
        control   looked at between steps; a cancelled run ends without Finished
        task      what is done with the request. To load a checkpoint, only its name and VAE count. Without a
                  checkpoint the first picture is enlarged, as `hires_upscaler` (else `upscaler`), `hires_scale`,
                  `hires_width` and `hires_height` say; or what its mask covers is erased, as `fill` says
        previews  what the steps show
        raises    any PentimentoError
        """
        ...

    def forecast(self, request: Request, files: Mapping[str, bytes]) -> Forecast:
        """What is known of a request before it runs; no network is asked, and no job waited for.

        raises  any PentimentoError that the request would fail with at once
        """
        ...

    def health(self) -> Health:
        """How it is; never waits for a job."""
        ...

    def close(self) -> None:
        """Let go of everything; a job that still runs is cancelled."""
        ...
