"""What a job says, as JSON."""

import base64
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from pentimento.api.native.telling import picture
from pentimento.api.native.values import EstimateValue, Fault, JobPicture, MachineValue, SizeValue, Value
from pentimento.jobs.job import Job
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.words.events import (
    Cancelled,
    Event,
    Failed,
    Finished,
    Loading,
    Painted,
    Preparing,
    Queued,
    Retried,
    Started,
    Stepped,
)
from pentimento.words.images import Image

PREVIEW_QUALITY = 80


class QueuedValue(Value):
    """The job waits; said anew when it comes near the front."""

    kind: Literal["queued"] = Field("queued", description="the event's name")
    position: int = Field(description="jobs before it, running ones included")
    time_left: float | None = Field(description="seconds until it is thought to begin; null while not known")


class LoadingEvent(Value):
    """A checkpoint is read into memory."""

    kind: Literal["loading"] = Field("loading", description="the event's name")
    checkpoint: str = Field(description="which one")
    done: int = Field(description="bytes read so far")
    total: int = Field(description="bytes in all")


class PreparingValue(Value):
    """What is done before the first step."""

    kind: Literal["preparing"] = Field("preparing", description="the event's name")
    what: str = Field(description="such as: reading the prompt")


class StartedValue(Value):
    """The job runs."""

    kind: Literal["started"] = Field("started", description="the event's name")
    pictures: int = Field(description="how many it will make")
    batches: int = Field(description="in how many batches")
    steps: int = Field(description="how many steps each batch has")
    working: SizeValue = Field(description="the size it is worked on at")
    warnings: tuple[str, ...] = Field(description="what a person should know before")
    expected: EstimateValue | None = Field(description="what it is thought to take")


class SteppedValue(Value):
    """One step of one batch is done."""

    kind: Literal["stepped"] = Field("stepped", description="the event's name")
    batch: int = Field(description="which batch, counted from 1")
    step: int = Field(description="which step of it, counted from 1")
    sigma: float = Field(description="the noise level reached")
    time_left: float | None = Field(description="seconds until the job is thought to end; null while not known")
    previews: tuple[str, ...] = Field(
        description="what each picture of the batch looks like so far, as data URLs; "
        "empty where none was asked for, and in a replay for all steps but the latest"
    )


class PaintedValue(Value):
    """A picture is done."""

    kind: Literal["painted"] = Field("painted", description="the event's name")
    picture: JobPicture = Field(description="the picture")


class RetriedValue(Value):
    """Who computed the job died; it begins anew. Pictures that were done stay."""

    kind: Literal["retried"] = Field("retried", description="the event's name")
    cause: str = Field(description="what it died of")


class FinishedValue(Value):
    """All pictures are done; the last event."""

    kind: Literal["finished"] = Field("finished", description="the event's name")
    machine: MachineValue | None = Field(description="what it was made on; null where nothing was computed")
    warnings: tuple[str, ...] = Field(description="what turned out on the way")


class FailedValue(Fault):
    """The job failed; the last event."""

    kind: Literal["failed"] = Field("failed", description="the event's name")


class CancelledValue(Value):
    """The job was cancelled; pictures that were done stay. The last event."""

    kind: Literal["cancelled"] = Field("cancelled", description="the event's name")


EventValue: TypeAlias = Annotated[
    QueuedValue
    | LoadingEvent
    | PreparingValue
    | StartedValue
    | SteppedValue
    | PaintedValue
    | RetriedValue
    | FinishedValue
    | FailedValue
    | CancelledValue,
    Field(discriminator="kind"),
]
ADAPTER: TypeAdapter[Any] = TypeAdapter(EventValue)


def value_of(job: Job, event: Event) -> Value:
    """An event as it goes out."""
    match event:
        case Painted():
            return PaintedValue(picture=picture(job, event))
        case Stepped():
            return SteppedValue(
                batch=event.batch,
                step=event.step,
                sigma=event.sigma,
                time_left=event.time_left,
                previews=tuple(map(_data_url, event.previews)),
            )
        case _:
            return VALUES[type(event)].model_validate(event)


VALUES: Mapping[type[Event], type[Value]] = {
    Queued: QueuedValue,
    Loading: LoadingEvent,
    Preparing: PreparingValue,
    Started: StartedValue,
    Retried: RetriedValue,
    Finished: FinishedValue,
    Failed: FailedValue,
    Cancelled: CancelledValue,
}


def _data_url(preview: Image) -> str:
    data = encode_picture(picture_of(preview), ".jpg", None, PREVIEW_QUALITY)
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"
