"""What a client can show before a run: nothing here asks a network, or waits for a job."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.jobs import with_defaults
from pentimento.api.native.marked import Coverage, Marked, foreseen, with_box
from pentimento.api.native.prompts import PromptValue, read
from pentimento.api.native.values import EstimateValue, MaskValue, SizeValue, Value
from pentimento.words.request import Request

router = APIRouter(tags=["before a run"])


class ForecastValue(Value):
    """What is known of a job before it runs."""

    working: SizeValue = Field(description="the size it will be worked on at")
    steps: int = Field(description="steps of one batch; 0 where nothing will be painted")
    mask: MaskValue | None = Field(description="where will be painted, the crop and its scale; null without a mask")
    warnings: tuple[str, ...] = Field(description="what a person should know, each with what would do")
    expected: EstimateValue | None = Field(description="time and memory; null while the machine's speed is not known")


@router.post("/prompt")
def read_prompt(services: ServicesDep, request: Annotated[Request, Body()]) -> PromptValue:
    """How both prompts of a request are read: a tree, tokens, and what holds when."""
    asked = with_defaults(services, request)
    services.bounds.check(asked)
    return read(asked, services.library)


@router.post("/forecast")
def foresee(
    services: ServicesDep, request: Annotated[Request, Body()], marked: Marked = None, coverage: Coverage = None
) -> ForecastValue:
    """Mask, crop and working scale, warnings, time and memory of a request.

    Who paints a mask need not send it for this: the box it lies in will do.
    """
    asked = with_defaults(services, request)
    services.bounds.check(asked)
    services.check_names(asked)
    if marked is None:
        return ForecastValue.model_validate(services.forecast(asked))
    told = services.forecast(*with_box(services, asked, marked))
    return ForecastValue.model_validate(foreseen(told, coverage))
