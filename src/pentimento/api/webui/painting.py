"""Jobs for one call of the dialect: in the queue, awaited, and their pictures handed on."""

import hashlib
from dataclasses import dataclass, field

from fastapi.concurrency import run_in_threadpool

from pentimento.api.services import Services
from pentimento.api.webui.works import Work
from pentimento.jobs.runner import Previews
from pentimento.words.errors import RequestError
from pentimento.words.events import Painted
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from pentimento.words.tasks import Task


@dataclass(frozen=True, eq=False)
class Sheet:
    """A picture made of others, and what it says of itself."""

    picture: Picture
    text: str


@dataclass(frozen=True, eq=False)
class Outcome:
    """What came of a call.

    request  the one whose settings are told
    painted  every picture
    sheets   what stands before them
    alone    False: the sheets are all that is handed out
    """

    request: Request
    painted: list[Painted]
    sheets: list[Sheet] = field(default_factory=list)
    alone: bool = True


@dataclass(frozen=True, eq=False)
class Painter:
    """Runs the jobs of one work, one after another, so that others get their turn between them."""

    services: Services
    work: Work
    previews: Previews
    owner: str

    async def paint(self, request: Request) -> list[Painted]:
        """The pictures of a job, as many as were done when it ended. Raises what it failed with."""
        job = await run_in_threadpool(self.services.submit, request, previews=self.previews, owner=self.owner)
        self.work.jobs.append(job)
        if self.work.interrupted:
            self.services.queue.cancel(job.id)
        await job.ended_async()
        if job.error:
            raise job.error.error
        return sorted(job.painted, key=lambda painted: painted.number)


async def upscaled(services: Services, data: bytes, upscaler: str, size: Size, owner: str) -> Picture:
    """A picture's file at a size, enlarged by a network: a job like any other.

    raises  what the job failed with; RequestError where somebody ended it
    """
    name = hashlib.sha256(data).hexdigest()
    request = Request(images=(name,), hires_upscaler=upscaler, hires_width=size.width, hires_height=size.height)
    job = await run_in_threadpool(services.submit, request, {name: data}, task=Task.UPSCALE, owner=owner, record=False)
    await job.ended_async()
    if job.error:
        raise job.error.error
    if not job.painted:
        raise RequestError("enlarging was ended before it was done", "Send it again.")
    return job.painted[0].picture


async def settle(services: Services, request: Request, task: Task, owner: str) -> None:
    """Do something that makes no picture, and wait for it. Raises what it failed with."""
    job = await run_in_threadpool(services.submit, request, task=task, owner=owner)
    await job.ended_async()
    if job.error:
        raise job.error.error
