"""One request's life: queued → running → done, cancelled or failed, and everything that was said in it."""

import asyncio
import secrets
import threading
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pentimento.jobs.control import Control
from pentimento.jobs.runner import Previews
from pentimento.words.events import (
    LAST,
    Cancelled,
    Event,
    Failed,
    Finished,
    Loading,
    Painted,
    Started,
    Stepped,
)
from pentimento.words.request import Request
from pentimento.words.tasks import Task


class State(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def ended(self) -> bool:
        return self not in (State.QUEUED, State.RUNNING)


ENDINGS: Mapping[type[Event], State] = {
    Finished: State.DONE,
    Cancelled: State.CANCELLED,
    Failed: State.FAILED,
}


@dataclass(frozen=True)
class Status:
    """How far a job is.

    position            jobs before it, running ones included; 0 when it runs; None when it has ended
    batch, step         where it is, counted from 1; 0 before
    batches, steps      of how many; 0 before it started
    share               of the whole that is done, 0…1
    time_left           seconds until it is thought to end, or, while it waits, to begin; None while nothing is known
    pictures            how many are done
    """

    id: str
    task: Task
    state: State
    created: float
    started: float | None
    ended: float | None
    position: int | None
    batch: int
    batches: int
    step: int
    steps: int
    share: float
    time_left: float | None
    pictures: int
    loading: Loading | None
    error: Failed | None


class Job:
    """A request in a queue. Every event is kept, so whoever listens late still hears all from the first.

    request                  with the seeds drawn
    files                    bytes of its pictures by sha256; let go when it ends
    created, started, ended  seconds since 1970
    owner                    whose it is, for whoever asks; the queue does not care
    about                    what whoever submitted it wants to find with it again
    position, due            jobs before it, and when (by the monotonic clock) it is thought to begin
    """

    def __init__(
        self,
        request: Request,
        files: Mapping[str, bytes],
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
        owner: str = "",
        about: object = None,
    ) -> None:
        self.id = secrets.token_hex(8)
        self.request = request
        self.files = files
        self.task = task
        self.previews = previews or Previews()
        self.owner = owner
        self.about = about
        self.control = Control()
        self.state = State.QUEUED
        self.created = time.time()
        self.started: float | None = None
        self.ended: float | None = None
        self.position: int | None = None
        self.due: float | None = None
        self._events: list[Event] = []
        self._shown: int | None = None
        self._pace: tuple[int, float] | None = None
        self._latest: dict[type[Event], Event] = {}
        self._changed = threading.Condition()
        self._tasks: dict[asyncio.AbstractEventLoop, set[asyncio.Event]] = {}

    # ------------------------------------------------------------------------------------------------ listening

    @property
    def events(self) -> tuple[Event, ...]:
        """Everything said so far. Previews but the latest are dropped."""
        with self._changed:
            return tuple(self._events)

    def listen(self, after: int = 0) -> Iterator[Event]:
        """Every event from number `after` (counted from 0) on, then live, to the last. Blocks the thread."""
        while True:
            with self._changed:
                while len(self._events) <= after and not self._is_over:
                    self._changed.wait()
                fresh = self._events[after:]
            if not fresh:
                return
            yield from fresh
            after += len(fresh)

    async def listen_async(self, after: int = 0) -> AsyncIterator[tuple[Event, ...]]:
        """The same, awaited instead of blocking: all that is new, each time it is asked for."""
        loop, heard = asyncio.get_running_loop(), asyncio.Event()
        with self._changed:
            self._tasks.setdefault(loop, set()).add(heard)
        try:
            while True:
                heard.clear()
                with self._changed:
                    fresh, over = tuple(self._events[after:]), self._is_over
                if fresh:
                    yield fresh
                after += len(fresh)
                if over:
                    return
                await heard.wait()
        finally:
            with self._changed:
                self._tasks[loop].discard(heard)
                if not self._tasks[loop]:
                    del self._tasks[loop]

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the job has ended, or so many seconds; whether it has."""
        with self._changed:
            return self._changed.wait_for(lambda: self._is_over, timeout)

    async def ended_async(self) -> None:
        """Wait, without blocking, until the job has ended."""
        async for _ in self.listen_async(len(self.events)):
            pass

    # ------------------------------------------------------------------------------------------------- what is known

    @property
    def painted(self) -> list[Painted]:
        """The pictures done so far."""
        return [event for event in self.events if isinstance(event, Painted)]

    @property
    def error(self) -> Failed | None:
        last = self.latest(Failed)
        return last if isinstance(last, Failed) else None

    def latest(self, kind: type[Event]) -> Event | None:
        """The last event of a kind."""
        return self._latest.get(kind)

    @property
    def status(self) -> Status:
        started, stepped, loading = self.latest(Started), self.latest(Stepped), self.latest(Loading)
        batches, steps = (started.batches, started.steps) if isinstance(started, Started) else (0, 0)
        batch, step = (stepped.batch, stepped.step) if isinstance(stepped, Stepped) else (0, 0)
        share = ((batch - 1) * steps + step) / (batches * steps) if batch and steps else 0.0
        return Status(
            id=self.id,
            task=self.task,
            state=self.state,
            created=self.created,
            started=self.started,
            ended=self.ended,
            position=self.position,
            batch=batch,
            batches=batches,
            step=step,
            steps=steps,
            share=1.0 if self.state is State.DONE else min(share, 1.0),
            time_left=self.time_left,
            pictures=len(self.painted),
            loading=loading if isinstance(loading, Loading) and started is None else None,
            error=self.error,
        )

    @property
    def time_left(self) -> float | None:
        """Seconds until it is thought to end, or, while it waits, to begin; None while nothing is known."""
        if self.state.ended:
            return 0.0
        if self.state is State.QUEUED:
            return None if self.due is None else max(0.0, self.due - time.monotonic())
        stepped, started = self.latest(Stepped), self.latest(Started)
        if isinstance(stepped, Stepped):
            return stepped.time_left
        return started.expected.seconds if isinstance(started, Started) and started.expected else None

    @property
    def _is_over(self) -> bool:
        return self.state.ended

    # ---------------------------------------------------------------------------------------------- told by its queue

    def say(self, event: Event) -> None:
        """Keep an event and wake whoever listens. Only the queue calls this."""
        with self._changed:
            if isinstance(event, Stepped):
                event = self._timed(event)
                if event.previews:
                    self._drop_preview()
                    self._shown = len(self._events)
            self._events.append(event)
            self._latest[type(event)] = event
            if isinstance(event, LAST):
                self.state = ENDINGS[type(event)]
                self.ended = time.time()
                self.position = None
                self.files = {}
            self._changed.notify_all()
            for loop, waiting in self._tasks.items():
                _wake(loop, tuple(waiting))

    def begin(self) -> None:
        """It runs from now on."""
        with self._changed:
            self.state, self.started, self.position = State.RUNNING, time.time(), 0

    def _timed(self, event: Stepped) -> Stepped:
        """With the time left, as fast as its steps went so far, decoding between batches included."""
        started, now = self.latest(Started), time.monotonic()
        if not isinstance(started, Started) or not started.steps:
            return event
        done = (event.batch - 1) * started.steps + event.step
        if self._pace is None or done <= self._pace[0]:
            self._pace = (done, now)
            return event
        seconds = (now - self._pace[1]) / (done - self._pace[0])
        return replace(event, time_left=seconds * max(0, started.batches * started.steps - done))

    def _drop_preview(self) -> None:
        if self._shown is not None:
            event = self._events[self._shown]
            assert isinstance(event, Stepped)
            self._events[self._shown] = replace(event, previews=())


def _wake(loop: asyncio.AbstractEventLoop, waiting: tuple[asyncio.Event, ...]) -> None:
    def wake() -> None:
        for one in waiting:
            one.set()

    if not loop.is_closed():
        loop.call_soon_threadsafe(wake)
