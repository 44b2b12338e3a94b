"""Jobs in order, and the threads that have them run: one for each runner."""

import logging
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pentimento.jobs.job import Job, State
from pentimento.jobs.pace import Pace
from pentimento.jobs.runner import Previews, Runner
from pentimento.words.errors import PentimentoError, ProgramError, QueueFullError, UnknownJobError
from pentimento.words.events import LAST, Cancelled, Event, Failed, Queued, Stepped
from pentimento.words.request import Request, with_seeds
from pentimento.words.tasks import Task

LOG = logging.getLogger(__name__)

Heard = Callable[[Job, Event], Event]
"""Told of every event of a running job before anyone who listens, who hear what it returns; a PentimentoError it raises
ends the job."""

NEAR = 8
"""Jobs this near to the front are told when they move up."""


@dataclass(frozen=True)
class Limits:
    """How much a queue holds: jobs that wait, and jobs that ended and can still be asked for, with their pictures."""

    waiting: int = 1000
    kept: int = 100
    kept_bytes: int = 512 * 2**20


class Queue:
    """First come, first served, by as many runners as there are.

    runners  each gets a thread of its own; they are closed with the queue
    heard    see `Heard`; called in that thread
    """

    def __init__(
        self, runners: Sequence[Runner], *, limits: Limits | None = None, heard: Heard = lambda job, event: event
    ) -> None:
        self.runners = tuple(runners)
        self.limits = limits or Limits()
        self._heard = heard
        self._waiting: deque[Job] = deque()
        self._running: list[Job] = []
        self._ended: OrderedDict[str, Job] = OrderedDict()
        self._jobs: dict[str, Job] = {}
        self._changed = threading.Condition(threading.RLock())
        self._closed = False
        self._pace = Pace(len(runners))
        self._threads = [threading.Thread(target=self._serve, args=(runner,), daemon=True) for runner in runners]
        for thread in self._threads:
            thread.start()

    def submit(
        self,
        request: Request,
        files: Mapping[str, bytes],
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
        owner: str = "",
        about: object = None,
    ) -> Job:
        """Put a job behind the others; returns at once. Its seeds are drawn now.

        files   bytes of the pictures that the request names, by their sha256
        raises  QueueFullError
        """
        job = Job(with_seeds(request), files, task=task, previews=previews, owner=owner, about=about)
        with self._changed:
            if len(self._waiting) >= self.limits.waiting:
                raise QueueFullError(len(self._waiting), self.limits.waiting)
            self._waiting.append(job)
            self._jobs[job.id] = job
            self._place(job, len(self._running) + len(self._waiting) - 1)
            self._changed.notify()
        _log("job queued", job, waiting=len(self._waiting), task=job.task, checkpoint=job.request.checkpoint)
        return job

    def job(self, id: str) -> Job:
        """Raises UnknownJobError where it never was, or has ended and been forgotten."""
        with self._changed:
            if id not in self._jobs:
                raise UnknownJobError(id)
            return self._jobs[id]

    @property
    def jobs(self) -> list[Job]:
        """Running, then waiting in their order, then ended, the latest first."""
        with self._changed:
            return [*self._running, *self._waiting, *reversed(self._ended.values())]

    @property
    def running(self) -> list[Job]:
        with self._changed:
            return list(self._running)

    @property
    def waiting(self) -> list[Job]:
        with self._changed:
            return list(self._waiting)

    @property
    def time_left(self) -> float | None:
        """Seconds until all that is here is thought to be done; None while nothing is known."""
        with self._changed:
            return self._pace.until(self._running, self._waiting)

    def cancel(self, id: str) -> Job:
        """End a job: a waiting one at once, a running one within a step. One that has ended stays as it is."""
        with self._changed:
            job = self.job(id)
            job.control.cancel()
            if job.state is State.QUEUED and job in self._waiting:
                self._waiting.remove(job)
                job.say(Cancelled())
                self._put_away(job)
                self._moved()
        return job

    def cancel_all(self) -> int:
        """End every job, waiting and running; how many there were."""
        with self._changed:
            jobs = [*self._waiting, *self._running]
            for job in jobs:
                self.cancel(job.id)
        return len(jobs)

    def interrupt(self) -> int:
        """End every running job with its pictures as they are; how many there were. Waiting ones go on."""
        running = self.running
        for job in running:
            job.control.stop()
        return len(running)

    def skip(self, id: str) -> Job:
        """End the batch that a job is at, with its pictures as they are, and go on with its next."""
        job = self.job(id)
        at = job.latest(Stepped)
        if job.state is State.RUNNING:
            job.control.skip(at.batch if isinstance(at, Stepped) else 1)
        return job

    def close(self) -> None:
        """Cancel all, and let go of the runners."""
        with self._changed:
            self._closed = True
            self.cancel_all()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()
        for runner in self.runners:
            runner.close()

    # ------------------------------------------------------------------------------------------------------- threads

    def _serve(self, runner: Runner) -> None:
        while (job := self._next()) is not None:
            last = self._run(runner, job)
            with self._changed:
                self._running.remove(job)
                job.say(last)
                self._pace.learn(job)
                self._put_away(job)
                self._moved()

    def _next(self) -> Job | None:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            job = self._waiting.popleft()
            self._running.append(job)
            job.begin()
            self._moved()
            return job

    def _run(self, runner: Runner, job: Job) -> Event:
        """Have it run; returns how it ended, whatever happened."""
        last: Event = Cancelled()
        try:
            for event in runner.run(job.request, job.files, job.control, task=job.task, previews=job.previews):
                if isinstance(event, LAST):
                    last = event
                else:
                    job.say(self._heard(job, event))
                if job.control.cancelled:
                    break
            last = self._heard(job, last)
        except PentimentoError as error:
            last = Failed.of(error)
        except Exception as fault:  # whatever it is, the queue lives on and the end is told
            LOG.exception("job %s", job.id)
            last = Failed.of(ProgramError(fault))
        return last

    def _moved(self) -> None:
        """Tell the jobs near the front where they are now."""
        for place, job in enumerate(self._waiting):
            position = len(self._running) + place
            if place < NEAR and job.position != position:
                self._place(job, position)
            job.position = position

    def _place(self, job: Job, position: int) -> None:
        """Tell a waiting job how many come before it, and when it is thought to begin."""
        waits = self._pace.until(self._running, self._waiting, job)
        job.position, job.due = position, None if waits is None else time.monotonic() + waits
        job.say(Queued(position, waits))

    def _put_away(self, job: Job) -> None:
        """Keep an ended job to be asked for, and forget the oldest where there are too many."""
        took = round(job.ended - (job.started or job.ended), 3) if job.ended else None
        error = {"code": job.error.code} if job.error else {}
        _log("job ended", job, state=job.state, pictures=len(job.painted), seconds=took, **error)
        self._ended[job.id] = job
        kept = sum(map(_weight, self._ended.values()))
        while len(self._ended) > self.limits.kept or (kept > self.limits.kept_bytes and len(self._ended) > 1):
            id, oldest = self._ended.popitem(last=False)
            kept -= _weight(oldest)
            del self._jobs[id]


def _log(message: str, job: Job, **said: Any) -> None:
    """A line of the log; what was asked for in words is not among it."""
    LOG.info(message, extra={"said": {"job": job.id, "user": job.owner, **said}})


def _weight(job: Job) -> int:
    """Bytes of a job's pictures."""
    return sum(painted.picture.samples.nbytes for painted in job.painted)
