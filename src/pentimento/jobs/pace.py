"""How long jobs take, learnt from those that ended."""

from collections.abc import Iterable

from pentimento.jobs.job import Job, State
from pentimento.words.request import Request
from pentimento.words.tasks import Task

NEW = 0.3
"""Share of the latest job in what is expected of the next."""
SIDE = 512
"""Pixels a side of a picture whose size is not said."""


class Pace:
    """Seconds for each step of each picture of a size, over the last few jobs."""

    def __init__(self, runners: int) -> None:
        self.runners = max(1, runners)
        self.seconds: float | None = None

    def learn(self, job: Job) -> None:
        """Take a job that ended into account; only those that painted all tell something."""
        if job.state is State.DONE and job.task is Task.PAINT and job.started and job.ended:
            latest = (job.ended - job.started) / work(job.request)
            self.seconds = latest if self.seconds is None else self.seconds + NEW * (latest - self.seconds)

    def expected(self, job: Job) -> float | None:
        """Seconds of a whole job; None where nothing was learnt yet. What does not paint is not worth telling."""
        if job.task is not Task.PAINT:
            return 0.0
        return None if self.seconds is None else self.seconds * work(job.request)

    def until(self, running: Iterable[Job], waiting: Iterable[Job], job: Job | None = None) -> float | None:
        """Seconds until a waiting job is thought to begin, or, without one, until all are done."""
        total = 0.0
        for one in running:
            left = one.time_left if one.time_left is not None else self.expected(one)
            if left is None:
                return None
            total += left
        for one in waiting:
            if one is job:
                break
            takes = self.expected(one)
            if takes is None:
                return None
            total += takes
        return total / self.runners


def work(request: Request) -> float:
    """How much there is to do: steps × pictures, in units of a picture of `SIDE`²."""
    share = 1.0 if not request.images or request.exact_steps else max(request.denoising_strength, 0.05)
    area = (request.width or SIDE) * (request.height or SIDE) / SIDE**2
    return request.steps * share * request.batch_size * request.batch_count * area
