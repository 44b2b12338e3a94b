"""Runs requests in a process of its own, which may die or freeze and take nothing along."""

import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import count
from queue import Empty
from typing import Any

from pentimento.jobs.control import Control
from pentimento.jobs.runner import Health, Previews, Task
from pentimento.runners.frames import Asked, Build, Ended, Foresee, Run, Said
from pentimento.runners.lull import LEAST, LONGEST, Lull
from pentimento.runners.process import Process
from pentimento.words.errors import WorkerError
from pentimento.words.events import LAST, Event, Painted, Retried
from pentimento.words.reports import Forecast
from pentimento.words.request import Request, with_seeds

INLINE = "pentimento.runners.inline:InlineRunner"
GLANCE = 0.05
"""Seconds after which a runner that waits looks whether something is asked of it."""
BEGINNING = 120.0
"""Seconds that a new process may take to its first word; a busy machine is slow to start one."""
GRACE = 10.0
"""Seconds that a cancelled job has for its step; then the process ends with it, and what it had read is read again."""
ATTEMPTS = 2
HINT = "The server and other jobs go on. If memory is short, use a smaller size or --batch-size, or work --only-masked."


class WorkerRunner:
    """Any runner, in a process of its own; the same events.

    A process that dies, or says nothing for `patience` seconds, or lives but tells of no event for as long as `Lull`
    has it, is replaced. The job it was at is begun anew once, and what it had painted is not told twice; then it fails
    with the cause. A job that was cancelled ends within `grace` seconds, however long its step is.

    factory    what the process makes its runner from, `module:name`; `arguments` are that one's
    """

    def __init__(
        self,
        factory: str = INLINE,
        *,
        patience: float = 30.0,
        longest: float = LONGEST,
        least: float = LEAST,
        grace: float = GRACE,
        **arguments: Any,
    ) -> None:
        self.patience, self.longest, self.least, self.grace = patience, longest, least, grace
        self._build = Build(factory, arguments)
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._busy = False
        self._closed = False
        self._restarts, self._fault = 0, ""
        self._process = Process(self._build)

    def run(
        self,
        request: Request,
        files: Mapping[str, bytes],
        control: Control | None = None,
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
    ) -> Iterator[Event]:
        """As `Runner.run`. Raises WorkerError where the process died twice."""
        control, request = control or Control(), with_seeds(request)
        told: set[int] = set()
        self._busy = True
        try:
            for attempt in range(1, ATTEMPTS + 1):
                run = Run(next(self._numbers), request, dict(files), task, previews or Previews())
                try:
                    for event in self._attempt(run, control):
                        if isinstance(event, Painted):
                            if event.number in told:
                                continue
                            told.add(event.number)
                        yield event
                    return
                except _DiedError as death:
                    if control.cancelled or self._closed:
                        return
                    if attempt == ATTEMPTS:
                        raise WorkerError(f"{death}, twice", HINT) from death
                    yield Retried(str(death))
        finally:
            self._busy = False

    def forecast(self, request: Request, files: Mapping[str, bytes]) -> Forecast:
        """As `Runner.forecast`. Raises WorkerError where the process dies, or is silent for its `patience`."""
        process = self._living()
        patience = self.patience if process.health else max(self.patience, BEGINNING)
        try:
            return process.ask(Foresee(next(self._numbers), request, dict(files))).result(patience)
        except TimeoutError:
            raise WorkerError(f"the worker said nothing for {patience:g} seconds", "Ask again.") from None

    def health(self) -> Health:
        process = self._process
        known = process.health or Health(False, "", False, process.pid)
        return replace(
            known,
            alive=process.alive and process.silence < self.patience,
            busy=self._busy,
            pid=process.pid,
            restarts=self._restarts,
            fault=self._fault,
        )

    def close(self) -> None:
        with self._lock:
            self._closed = True
            self._process.close()

    def _attempt(self, run: Run, control: Control) -> Iterator[Event]:
        """One try at a job. Raises _DiedError, and what the job fails with."""
        process = self._living()
        process.send(run)
        asked = Asked.of(run.number, Control())
        over, lull = False, Lull(run.request, time.monotonic(), longest=self.longest, least=self.least)
        until = float("inf")
        last: Event | None = None
        try:
            while not over:
                if (now := Asked.of(run.number, control)) != asked:
                    asked = now
                    process.send(asked)
                    until = time.monotonic() + self.grace if asked.cancelled else until
                try:
                    frame = process.frames.get(timeout=GLANCE)
                except Empty:
                    self._look_after(process, lull)
                    if time.monotonic() > until:
                        process.kill(f"a job that was cancelled did not end within {self.grace:g} seconds")
                    continue
                lull.hear(frame.event if isinstance(frame, Said) else None, time.monotonic())
                match frame:
                    case None:
                        raise self._died(process)
                    case Said(number, event) if number == run.number:
                        if isinstance(event, LAST):
                            last = event  # told when the worker is free again
                        else:
                            yield event
                    case Ended(number, failed) if number in (run.number, 0):
                        over = True
                        if failed is not None:
                            raise failed.error
                        if last is not None:
                            yield last
        finally:
            if not over and process.alive:
                process.send(Asked(run.number, cancelled=True, stopping=False, skipped=frozenset()))

    def _look_after(self, process: Process, lull: Lull) -> None:
        """End a process that froze; that it is dead is heard then as of any other."""
        patience = self.patience if process.speaks else max(self.patience, BEGINNING)
        if process.silence > patience:
            process.kill(f"the worker froze: no sign of life for {patience:g} seconds")
        elif lull.is_over(time.monotonic()):
            process.kill(f"the worker was stuck: it lived, but did nothing for {lull.limit:.3g} seconds")

    def _living(self) -> Process:
        """The process, a new one where it died meanwhile."""
        process = self._process
        if not process.alive:
            self._died(process)
        return self._process

    def _died(self, process: Process) -> "_DiedError":
        """Note what it died of, and put another in its place."""
        cause = process.cause()
        with self._lock:
            if self._process is process and not self._closed:
                self._process = Process(self._build)
                self._restarts, self._fault = self._restarts + 1, cause
        return _DiedError(cause)


class _DiedError(Exception):
    """The process died of this."""
