"""A mask of which only its box is known: enough to foresee a job, and nothing has to be sent at each stroke."""

import io
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, TypeAlias

import PIL.Image
import PIL.ImageDraw
from fastapi import Query

from pentimento.api.services import Services
from pentimento.pixels.head import head_of
from pentimento.words.choices import MaskMode
from pentimento.words.errors import PictureError
from pentimento.words.reports import Forecast
from pentimento.words.request import Request
from pentimento.words.sizes import Box, Size

Marked: TypeAlias = Annotated[
    str | None,
    Query(
        pattern=r"^\d{1,6}(,\d{1,6}){3}$",
        description="left,top,right,bottom of all that will be repainted, pixels of the first picture, right and "
        "bottom exclusive: in place of a mask",
    ),
]
Coverage: TypeAlias = Annotated[
    float | None, Query(ge=0, le=1, description="share of the picture that such a mask repaints; null: the whole box")
]
NAME = "0" * 64
"""The hash by which the request names a mask that nobody keeps."""


def with_box(services: Services, request: Request, marked: str) -> tuple[Request, Mapping[str, bytes]]:
    """The request with its box for a mask, and the pictures it names.

    Raises PictureError without a picture, or where the box reaches past it; UnknownPictureError.
    """
    if not request.images:
        raise PictureError("marked needs a picture", "Send one to /api/v1/files, and name it in images.")
    plain = request.model_copy(update={"mask": None})
    stored = services.stored(plain)
    size, box = head_of(stored[request.images[0]]).upright, Box(*map(int, marked.split(",")))
    if box.clipped(size) != box:
        raise PictureError(f"marked is {marked} but the picture {size}", "Give a box that lies on the picture.")
    masked = plain.model_copy(update={"mask": NAME, "mask_mode": MaskMode.MASKED})
    return masked, {**stored, NAME: _drawn(size, box)}


def foreseen(forecast: Forecast, coverage: float | None) -> Forecast:
    """The forecast, with the share of the picture that who painted the mask has counted."""
    if forecast.mask is None or coverage is None:
        return forecast
    return replace(forecast, mask=replace(forecast.mask, coverage=coverage))


def _drawn(size: Size, box: Box) -> bytes:
    """A PNG of one bit: large pictures cost little."""
    mask = PIL.Image.new("1", size)
    if box.width > 0 and box.height > 0:
        PIL.ImageDraw.Draw(mask).rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=1)
    file = io.BytesIO()
    mask.save(file, "PNG", compress_level=1)
    return file.getvalue()
