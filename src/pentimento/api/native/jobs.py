"""Jobs: in, how far, what they say, and how they are ended."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.events import EventValue, Value, value_of
from pentimento.api.native.files import PICTURE
from pentimento.api.native.giving import GivingDep
from pentimento.api.native.streams import Streams
from pentimento.api.native.telling import told
from pentimento.api.native.values import AtValue, Count, JobValue, Responses
from pentimento.api.services import Services
from pentimento.history.rounds import At
from pentimento.jobs.job import Job
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.pixels.enlarge import asked_size
from pentimento.pixels.head import head_of
from pentimento.words.errors import PictureError, RequestError
from pentimento.words.request import Closed
from pentimento.words.request import Request as Painting
from pentimento.words.tasks import RETOUCHING, Task

router = APIRouter(prefix="/jobs", tags=["jobs"])

Id = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="id of the job")]
Number = Annotated[int, Path(ge=0, le=10_000, description="which picture, counted from 0")]
STREAM: Responses = {
    200: {
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
        "description": "`event:` is an event's kind, `data:` its JSON as in /jobs/{id}/log, `id:` its number from 0",
    }
}


class PreviewWish(Closed):
    """How previews are made."""

    kind: PreviewKind | None = Field(None, description="null: as the server is set")
    every: int | None = Field(None, ge=1, le=150, description="at every so many steps; null: as the server is set")


class Submission(Closed):
    """A job as it is put in the queue."""

    request: Painting = Field(Painting(), description="what to paint; what it leaves out is as in /settings, defaults")
    task: Task = Field(
        Task.PAINT,
        description="paint; show what each masked content begins with: start states; upscale the picture by "
        "hires_upscaler (null: upscaler), hires_scale times or to hires_width and hires_height; or erase what is "
        "masked by fill (unsaid: telea); both without a checkpoint",
    )
    previews: PreviewWish = Field(PreviewWish(), description="how previews are made")
    record: bool = Field(True, description="keep it as a round of the history")
    parent: AtValue | None = Field(None, description="candidate it begins from; null: the one its picture is, if any")
    tree: str | None = Field(
        None, pattern="^[0-9a-f]{12}$", description="id of the picture it belongs to; null: told from its picture"
    )


async def job_of(services: ServicesDep, id: Id) -> Job:
    """Raises UnknownJobError."""
    return services.queue.job(id)


JobDep = Annotated[Job, Depends(job_of)]
PAINTING = frozenset({Task.PAINT, Task.START_STATES}) | RETOUCHING
FEW = 20
"""Jobs that are told without a thread for it: on a busy machine to hand over takes longer than to tell."""
ERASER = "telea"
"""What erases where a job does not say."""
FILE = {"type": "string", "format": "binary"}
PARTS: dict[str, Any] = {
    "type": "object",
    "properties": {
        "job": {
            "type": "string",
            "contentMediaType": "application/json",
            "contentSchema": {"$ref": "#/components/schemas/Submission"},
            "description": "the same as JSON, in which pictures may be named by their hash too",
        },
        "images": {"type": "array", "items": FILE, "description": "pictures, after those that the request names"},
        "mask": {**FILE, "description": "the mask"},
    },
}
"""The body with pictures in it, which `sending` reads."""


@router.post(
    "", status_code=202, openapi_extra={"requestBody": {"content": {"multipart/form-data": {"schema": PARTS}}}}
)
def submit_job(services: ServicesDep, user: UserDep, submission: Submission) -> JobValue:
    """Put a job in the queue; watch it at `/jobs/{id}/events`, end it with DELETE.

    Pictures and mask are named by their hash, or come along as parts of a form.
    """
    return put_in(services, user, submission)


def put_in(services: Services, user: str, submission: Submission) -> JobValue:
    """Put a job in the queue. Raises what `Services.submit` raises, RequestError, PictureError."""
    if submission.task not in PAINTING:
        raise RequestError(f"task is {submission.task}", "Checkpoints are loaded at POST /api/v1/checkpoints/load.")
    request = with_defaults(services, submission.request)
    _check_pictures(services, submission.task, request)
    if submission.task is Task.ERASE and "fill" not in submission.request.model_fields_set:
        request = request.model_copy(update={"fill": ERASER})
    parent = At(submission.parent.round, submission.parent.number) if submission.parent else None
    if submission.tree:
        services.history.tree(submission.tree)
    job = services.submit(
        request,
        task=submission.task,
        previews=wished(services, submission.previews),
        owner=user,
        record=submission.record,
        parent=parent,
        tree=submission.tree,
    )
    return told(job)


def _check_pictures(services: Services, task: Task, request: Painting) -> None:
    """Raises PictureError where a task lacks the pictures it needs, LimitError where it would make too large a one."""
    if task in (Task.START_STATES, Task.ERASE) and request.mask is None:
        raise PictureError(f"{task} needs a picture and a mask", "Send both to /api/v1/files, and name them.")
    if task is Task.UPSCALE:
        if not request.images:
            raise PictureError(f"{task} needs a picture", "Send it to /api/v1/files, and name it.")
        own = head_of(services.stored(request)[request.images[0]]).size
        services.bounds.check_size(asked_size(request, own))


@router.get("")
async def list_jobs(
    services: ServicesDep, limit: Annotated[int, Query(ge=1, le=1000, description="how many at most")] = 100
) -> list[JobValue]:
    """Running, then waiting in their order, then ended, the latest first."""
    jobs = services.queue.jobs[:limit]
    if len(jobs) <= FEW:
        return [told(job) for job in jobs]
    return await run_in_threadpool(lambda: [told(job) for job in jobs])


@router.delete("")
def cancel_jobs(services: ServicesDep) -> Count:
    """End every job, waiting and running: how many there were."""
    return Count(count=services.queue.cancel_all())


@router.post("/interrupt")
async def interrupt_jobs(services: ServicesDep) -> Count:
    """End every running job with its pictures as they are; waiting ones go on: how many there were."""
    return Count(count=services.queue.interrupt())


@router.get("/{id}")
async def get_job(job: JobDep) -> JobValue:
    """How far a job is."""
    return told(job)


@router.delete("/{id}")
async def cancel_job(services: ServicesDep, job: JobDep) -> JobValue:
    """End a job, waiting at once, running within a step; loading too. Pictures that are done stay."""
    return told(services.queue.cancel(job.id))


@router.post("/{id}/stop")
async def stop_job(job: JobDep) -> JobValue:
    """End a running job with its pictures as they are."""
    job.control.stop()
    return told(job)


@router.post("/{id}/skip")
async def skip_batch(services: ServicesDep, job: JobDep) -> JobValue:
    """End the batch that a job is at with its pictures as they are, and go on with its next."""
    return told(services.queue.skip(job.id))


@router.get("/{id}/events", response_class=StreamingResponse, responses=STREAM)
async def get_events(
    request: Request,
    job: JobDep,
    last_event_id: Annotated[
        int | None, Header(ge=0, le=10**9, description="the last event that was heard: those after it are told")
    ] = None,
) -> StreamingResponse:
    """Every event of a job from its first, then live, to its last."""
    streams: Streams = request.app.state.streams
    after = 0 if last_event_id is None else last_event_id + 1
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(streams.stream(job, after), media_type="text/event-stream", headers=headers)


@router.get("/{id}/log", response_model=list[EventValue])
def get_log(
    job: JobDep,
    after: Annotated[int, Query(ge=0, le=10**9, description="from this number on, counted from 0")] = 0,
) -> list[Value]:
    """Every event of a job so far, for who does not listen to its stream."""
    return [value_of(job, event) for event in job.events[after:]]


@router.get("/{id}/pictures/{number}", response_class=Response, responses=PICTURE)
def get_job_picture(
    job: JobDep,
    number: Number,
    giving: GivingDep,
    unrestored: Annotated[bool, Query(description="with its faces as they were before they were restored")] = False,
) -> Response:
    """A picture that a job has done."""
    for painted in job.painted:
        if painted.number == number:
            if unrestored and painted.unrestored:
                return giving.picture(painted.unrestored, painted.parameters or None)
            return giving.picture(painted.picture, painted.parameters or None)
    raise PictureError(f"job {job.id} has no picture {number} yet", "GET /api/v1/jobs/{id} lists those it has.")


def with_defaults(services: Services, request: Painting) -> Painting:
    """What a client left out is as the server is set."""
    defaults = services.settings.now.defaults
    said = {name: getattr(request, name) for name in request.model_fields_set}
    return Painting.model_validate({**defaults, **said}) if defaults else request


def wished(services: Services, wish: PreviewWish) -> Previews:
    settings = services.settings.now
    return Previews(wish.kind or settings.previews, wish.every or settings.preview_every)
