"""What is under way for clients of the dialect, and how far it is."""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, field

from pentimento.jobs.job import Job, State
from pentimento.jobs.queue import Queue
from pentimento.words.events import Stepped
from pentimento.words.images import Image

KEPT = 100
"""Works that are remembered after their end."""


@dataclass(frozen=True, eq=False)
class Progress:
    """How far a work is, in the dialect's own way of counting.

    share     0…1, 0.01 as soon as it runs
    left      seconds until its end, if it goes on as fast
    batches   in all; batch counts from 0
    previews  what the batch in work looks like; empty if not known
    """

    share: float
    left: float
    batches: int
    batch: int
    step: int
    steps: int
    previews: Sequence[Image]


@dataclass(eq=False)
class Work:
    """What one call asked for: one job, or one after another for a script.

    id       as the client named it, or made up
    name     txt2img or img2img
    batches  of all its jobs; a script that finds out later how many corrects it
    jobs     those submitted so far
    """

    id: str
    name: str
    batches: int
    jobs: list[Job] = field(default_factory=list)
    began: float = field(default_factory=time.time)
    interrupted: bool = False
    skipped: bool = False
    ended: bool = False

    @property
    def job(self) -> Job | None:
        """The one at hand."""
        return self.jobs[-1] if self.jobs else None

    @property
    def queued(self) -> bool:
        return not self.ended and (self.job is None or (len(self.jobs) == 1 and self.job.state is State.QUEUED))

    @property
    def timestamp(self) -> str:
        return time.strftime("%Y%m%d%H%M%S", time.localtime(self.began))

    @property
    def progress(self) -> Progress:
        earlier = sum(job.request.batch_count for job in self.jobs[:-1])
        if self.job is None:
            return Progress(0, 0, 0, 0, 0, 0, ())
        status, stepped = self.job.status, self.job.latest(Stepped)
        batch, batches = earlier + max(status.batch - 1, 0), max(self.batches, earlier + 1)
        steps = status.steps or self.job.request.steps
        share = min(1.0, 0.01 + (batch + status.step / steps) / batches)
        elapsed = time.time() - (self.jobs[0].started or time.time())
        shown = stepped.previews if isinstance(stepped, Stepped) else ()
        return Progress(share, elapsed / share - elapsed, batches, batch, status.step, steps, shown)


class Works:
    """Those under way, and those that ended lately. For any number of threads."""

    def __init__(self) -> None:
        self._works: OrderedDict[str, Work] = OrderedDict()
        self._lock = threading.Lock()

    def begin(self, name: str, batches: int, id: str | None) -> Work:
        work = Work(id or f"task({secrets.token_hex(8)})", name, batches)
        with self._lock:
            self._works[work.id] = work
            while len(self._works) > KEPT:
                oldest = next((one for one in self._works.values() if one.ended), None)
                if oldest is None:
                    break
                del self._works[oldest.id]
        return work

    def named(self, id: str | None) -> Work | None:
        return self._works.get(id or "")

    @property
    def waiting(self) -> list[Work]:
        with self._lock:
            return [work for work in self._works.values() if work.queued]

    def running(self, queue: Queue) -> Work | None:
        """What runs now, whoever asked for it; jobs that came another way are works of one job.

        A script runs from its first job to its last, between them too.
        """
        jobs = queue.running
        with self._lock:
            works = [work for work in self._works.values() if not work.ended]
        job = next(iter(jobs), None)
        known = next((work for work in works if work.job is not None and work.job is job), None)
        between = None if job else next((work for work in works if work.jobs), None)
        if found := known or between:
            return found
        return Work(job.id, str(job.task), job.request.batch_count, [job]) if job else None

    def interrupt(self, queue: Queue) -> None:
        """End what runs, with its pictures as they are."""
        if work := self.running(queue):
            work.interrupted = True
        queue.interrupt()

    def skip(self, queue: Queue) -> None:
        """End the batch at hand."""
        if (work := self.running(queue)) and work.job:
            work.skipped = True
            queue.skip(work.job.id)
