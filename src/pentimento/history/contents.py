"""What an exported tree says of itself. It may come from anywhere, so it is read only where all of it is right."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, Json, model_validator

from pentimento.history.rounds import At
from pentimento.history.rows import known
from pentimento.words.reports import BackgroundReport, FacesReport, MachineReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.tasks import Task

VERSION = 1


def _with_extent(report: MaskReport) -> MaskReport:
    if min(*report.crop.size, *report.working) < 1:
        raise ValueError("the part worked on has no extent")
    return report


Id = Annotated[str, Field(pattern="^[0-9a-f]{12}$")]
Name = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Number = Annotated[int, Field(ge=0, le=100_000)]
Seed = Annotated[int, Field(ge=-1, lt=2**63)]
Side = Annotated[int, Field(ge=1, lt=2**31)]
Time = Annotated[float, Field(ge=0, lt=253_402_300_800)]
"""Seconds since 1970, up to the last year of four digits."""
Asked = Annotated[Request, BeforeValidator(known)]
Where = Annotated[Json[MaskReport], AfterValidator(_with_extent)]


class Part(BaseModel):
    """What later versions add is passed over."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class CandidatePart(Part):
    """As `Candidate`; its reports are texts."""

    number: Number
    file: Name
    width: Side
    height: Side
    seed: Seed
    variation_seed: Seed
    parameters: str
    complete: bool
    mask: Where | None
    background: Json[BackgroundReport] | None
    faces: Json[FacesReport] | None = None
    unrestored: Name | None = None


class RoundPart(Part):
    """As `Round`."""

    id: Id
    task: Task = Task.PAINT
    parent: At | None
    request: Asked
    machine: Json[MachineReport] | None
    name: str
    created: Time
    candidates: tuple[CandidatePart, ...] = Field(min_length=1)

    @property
    def inputs(self) -> set[str]:
        return {*self.request.images, *([self.request.mask] if self.request.mask else [])}


class Contents(Part):
    """As `Tree`, with its rounds, each behind the one that it began from."""

    version: int = Field(ge=1, le=VERSION)
    id: Id
    root: Name | None
    name: str
    at: At | None
    created: Time
    changed: Time
    rounds: tuple[RoundPart, ...]

    @model_validator(mode="after")
    def _fits_together(self) -> "Contents":
        there: set[Any] = {None}
        for round in self.rounds:
            own = {At(round.id, one.number) for one in round.candidates}
            if round.parent not in there:
                raise ValueError(f"round {round.id} began from {round.parent}, which is missing")
            if own & there or len(own) < len(round.candidates):
                raise ValueError(f"there are two candidates {round.id}:{round.candidates[0].number}")
            there |= own
        if self.at not in there:
            raise ValueError(f"what is looked at, {self.at}, is missing")
        return self

    @property
    def files(self) -> Iterator[str]:
        """Every picture that has to come along."""
        yield from [self.root] if self.root else []
        for round in self.rounds:
            yield from round.inputs
            for one in round.candidates:
                yield from [one.file, *([one.unrestored] if one.unrestored else [])]
