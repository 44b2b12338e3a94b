"""What the routes of `/api/v1` answer with: the house's own values, each field described."""

from typing import Any, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field

from pentimento.jobs.job import State
from pentimento.words.request import Request
from pentimento.words.tasks import Task

Responses: TypeAlias = dict[int | str, dict[str, Any]]
"""What an address answers with, for its description."""


class Value(BaseModel):
    """Made from one of the house's values by `model_validate`."""

    model_config = ConfigDict(from_attributes=True, frozen=True)


class Fault(Value):
    """An error, always in this shape."""

    code: str = Field(description="the error's name for programs, such as mask_size")
    message: str = Field(description="what is wrong, with the values in it")
    hint: str = Field(description="what to do about it; may be empty")


class SizeValue(Value):
    width: int = Field(description="image pixels")
    height: int = Field(description="image pixels")


class BoxValue(Value):
    left: int = Field(description="image pixels, origin top left")
    top: int = Field(description="image pixels")
    right: int = Field(description="image pixels, exclusive")
    bottom: int = Field(description="image pixels, exclusive")


class MaskValue(Value):
    """Where is painted, and how large it is worked on."""

    coverage: float = Field(description="share of the picture that the mask touches, 0…1")
    crop: BoxValue = Field(description="the part worked on, in pixels of the picture")
    working: SizeValue = Field(description="the size it is worked on at")
    scale: float = Field(description="working pixels for each pixel of the picture: above 1 it is enlarged")
    sides: tuple[str, ...] = Field(description="sides of the picture that the mask touches: left, top, right, bottom")


class BackgroundValue(Value):
    """What changed where the mask is 0."""

    largest: int = Field(description="largest difference of any sample; 0: nothing changed")
    samples: int = Field(description="how many samples were compared")


class FaceValue(Value):
    """A face that was found."""

    box: BoxValue = Field(description="where, in pixels of the picture; may reach past its edge")
    confidence: float = Field(description="how surely it is a face, 0…1, before it was restored")
    left: str = Field(description="why it stayed as it was; empty where it was restored")


class FacesValue(Value):
    """Which faces were found, and what became of them."""

    restored: int = Field(description="how many were restored")
    faces: tuple[FaceValue, ...] = Field(description="each, from left to right")


class EstimateValue(Value):
    """What a job is thought to take."""

    memory: int = Field(description="bytes at the peak, weights included, in the pieces in which the job fits")
    seconds: float = Field(description="from its first step to its last")


class MachineValue(Value):
    """What bit-identical repetition needs to be the same."""

    device: str = Field(description="cpu, cuda:0, …")
    dtype: str = Field(description="number type, and the route of the networks")
    threads: int = Field(description="threads of the processor")
    batch_size: int = Field(description="pictures computed at once")


class FileValue(Value):
    """A picture that is kept."""

    hash: str = Field(description="sha256 of its bytes, in hex: the name that requests give it")
    bytes: int = Field(description="how long the file is")
    kind: str = Field(description="media type, such as image/png")
    width: int = Field(description="image pixels, upright")
    height: int = Field(description="image pixels, upright")
    bits: int = Field(description="of a sample: 8 or 16")
    alpha: bool = Field(description="it has an alpha channel")
    profile: bool = Field(description="it has a colour profile")
    parameters: str | None = Field(description="settings text that it carries, if any")
    settings: dict[str, Any] | None = Field(description="… read as settings of a request")
    notes: tuple[str, ...] = Field(description="what reading it changed")


class AtValue(Value):
    round: str = Field(description="id of the round")
    number: int = Field(description="which of its candidates, counted from 0")


class CandidateValue(Value):
    """A finished picture of a round."""

    number: int = Field(description="counted from 0")
    file: str = Field(description="hash of its PNG: GET /api/v1/files/{hash}")
    size: SizeValue = Field(description="its size")
    seed: int = Field(description="the seed that makes this one alone")
    variation_seed: int = Field(description="the variation seed that belongs to it")
    parameters: str = Field(description="settings text that its file carries")
    complete: bool = Field(description="false where it was ended early")
    mask: MaskValue | None = Field(description="where was painted; null without a mask")
    background: BackgroundValue | None = Field(description="what changed outside the mask; null without one")
    faces: FacesValue | None = Field(description="which faces were found; null where none were looked for")
    unrestored: str | None = Field(description="hash of its PNG with the faces as they were; null where none changed")
    binned: bool = Field(description="it lies in the bin by itself")


class RoundValue(Value):
    """A request, what came of it, and the candidate it began from."""

    id: str = Field(description="12 hex digits")
    tree: str = Field(description="id of the picture it belongs to")
    parent: AtValue | None = Field(description="what it began from; null: from the picture itself, or from words")
    task: Task = Field(description="what was done with the request")
    request: Request = Field(description="what was asked for, seeds drawn")
    candidates: tuple[CandidateValue, ...] = Field(description="what came of it")
    name: str = Field(description="as somebody named it; empty if nobody did")
    created: float = Field(description="seconds since 1970")
    machine: MachineValue | None = Field(description="what it was made on; null where that is not known")
    binned: bool = Field(description="it lies in the bin")


class TreeValue(Value):
    """A picture, and how many rounds began from it."""

    id: str = Field(description="12 hex digits")
    root: str | None = Field(description="hash of the picture; null where all began from words")
    name: str = Field(description="as somebody named it; empty if nobody did")
    at: AtValue | None = Field(description="the candidate that is looked at; null: the picture itself")
    created: float = Field(description="seconds since 1970")
    changed: float = Field(description="when a round was last added, seconds since 1970")
    rounds: int = Field(description="how many rounds it has, the bin's left out")
    binned: bool = Field(description="it lies in the bin")


class GrownTree(TreeValue):
    """A picture with all its rounds."""

    all_rounds: tuple[RoundValue, ...] = Field(description="oldest first; a round's parent comes before it")


class LoadingValue(Value):
    checkpoint: str = Field(description="what is loaded")
    done: int = Field(description="bytes")
    total: int = Field(description="bytes")


class JobPicture(Value):
    """A picture that a job has done."""

    number: int = Field(description="counted from 0 within the job")
    url: str = Field(description="where it is, as long as the job is remembered")
    file: str | None = Field(description="hash of its PNG in the history; null where it is not kept")
    seed: int = Field(description="the seed that makes this one alone")
    variation_seed: int = Field(description="the variation seed that belongs to it")
    label: str = Field(description="a starting state's masked content; else empty")
    parameters: str = Field(description="settings text that its file carries")
    complete: bool = Field(description="false where its batch was ended early")
    mask: MaskValue | None = Field(description="where was painted; null without a mask")
    background: BackgroundValue | None = Field(description="what changed outside the mask; null without one")
    faces: FacesValue | None = Field(description="which faces were found; null where none were looked for")
    unrestored: str | None = Field(description="where it is with its faces as they were; null where none changed")


class JobValue(Value):
    """How far a job is."""

    id: str = Field(description="16 hex digits")
    task: Task = Field(description="what is done with the request")
    state: State = Field(description="queued, then running, then done, cancelled or failed")
    request: Request = Field(description="what was asked for, seeds drawn")
    created: float = Field(description="seconds since 1970")
    started: float | None = Field(description="seconds since 1970; null before")
    ended: float | None = Field(description="seconds since 1970; null before")
    position: int | None = Field(description="jobs before it, running ones included; null when it has ended")
    batch: int = Field(description="the batch it is at, counted from 1; 0 before")
    batches: int = Field(description="of how many; 0 before it started")
    step: int = Field(description="the step it is at, counted from 1; 0 before")
    steps: int = Field(description="of how many a batch; 0 before it started")
    share: float = Field(description="of the whole that is done, 0…1")
    time_left: float | None = Field(description="seconds until it ends, or begins; null while nothing is known")
    loading: LoadingValue | None = Field(description="how far loading its checkpoint is; null when it is not loading")
    warnings: tuple[str, ...] = Field(description="what a person should know of it")
    expected: EstimateValue | None = Field(description="what it was thought to take when it started")
    round: str | None = Field(description="id of the round that is made of it; null where none is")
    tree: str | None = Field(description="id of the picture that round belongs to, once it is known")
    pictures: tuple[JobPicture, ...] = Field(description="those done so far")
    error: Fault | None = Field(description="why it failed; null where it did not")
    next: str | None = Field(description="id of the job that goes on from its picture, in a replay of several rounds")


class ModelValue(Value):
    """A file in the folder of models."""

    name: str = Field(description="the name that requests and prompts give it")
    file: str = Field(description="its file's name")


class CheckpointValue(Value):
    """A checkpoint."""

    name: str = Field(description="its path inside the folder of checkpoints: what requests name it by")
    stem: str = Field(description="its file's name without ending; works as a name too")
    title: str = Field(description="name, and hash where it is known; works as a name too")
    sha256: str | None = Field(description="hash of the file; null until it was loaded once")
    kind: str = Field(description="what it is, such as: an SD 1.x inpainting checkpoint; empty if unknown")
    problem: str = Field(description="why it cannot be used; empty if it can")
    resident: bool = Field(description="it is in memory")


class Listed(Value):
    """Something that requests name."""

    name: str = Field(description="the name that requests give it")
    aliases: tuple[str, ...] = Field(description="other names it answers to")


class SamplerValue(Listed):
    second_order: bool = Field(description="two network calls a step")
    automatic: str | None = Field(description="the scheduler it takes when none is chosen; null: uniform")


class SchedulerValue(Listed):
    label: str = Field(description="its name in the older dialect")


class StyleValue(Value):
    """Text to put around a prompt, where it says {prompt}, or after it."""

    name: str = Field(description="what it is called")
    prompt: str = Field(description="text for the prompt")
    negative_prompt: str = Field(description="text for the negative prompt")


class FoldersValue(Value):
    """Places on the server's machine."""

    models: str = Field(description="folder of models: what is dropped there is found")
    data: str = Field(description="folder of pictures, rounds and settings")
    styles: str = Field(description="file of styles")


class RunnerValue(Value):
    """Who computes."""

    alive: bool = Field(description="it can take jobs")
    device: str = Field(description="cpu, cuda:0, …; empty while it starts")
    busy: bool = Field(description="it is running something")
    restarts: int = Field(description="how often its process had to be replaced")
    fault: str = Field(description="why it was the last time; empty if never")
    resident: tuple["ResidentValue", ...] = Field(description="checkpoints in memory, the one used last first")
    usage: "UsageValue | None" = Field(description="memory; null while not known")


class ResidentValue(Value):
    checkpoint: str = Field(description="which one")
    size: int = Field(description="bytes it takes")


class UsageValue(Value):
    total: int = Field(description="bytes of memory of the device")
    free: int = Field(description="… that are free")
    process: int = Field(description="bytes that the process has taken of the machine's memory")
    budget: int = Field(description="bytes that checkpoints may take together")


class HealthValue(Value):
    """How the server is."""

    status: Literal["ok", "degraded"] = Field(description="degraded: one who computes is not there at the moment")
    version: str = Field(description="of the program")
    running: int = Field(description="jobs that run")
    waiting: int = Field(description="jobs that wait")
    time_left: float | None = Field(description="seconds until all are thought to be done; null while not known")
    runners: tuple[RunnerValue, ...] = Field(description="who computes")


class Count(Value):
    count: int = Field(description="how many there were")
