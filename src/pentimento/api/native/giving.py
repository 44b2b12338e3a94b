"""Pictures on their way out: format, size, and what is taken out of them."""

import io
from collections.abc import Mapping
from dataclasses import replace
from enum import StrEnum
from typing import Annotated, TypeAlias

import PIL.Image
from fastapi import Depends, Query, Response
from pydantic import BaseModel, Field

from pentimento.api.dependencies import ServicesDep
from pentimento.pixels.codec import encode_picture, read_picture
from pentimento.pixels.gps import without_gps
from pentimento.pixels.view import pillow_of
from pentimento.words.images import Picture
from pentimento.words.reports import MACHINE


class Format(StrEnum):
    PNG = "png"
    JPEG = "jpeg"
    WEBP = "webp"


SUFFIXES: Mapping[Format, str] = {Format.PNG: ".png", Format.JPEG: ".jpg", Format.WEBP: ".webp"}
THUMBNAIL_QUALITY = 82
FOREVER = {"Cache-Control": "private, max-age=31536000, immutable"}
"""What goes by its hash never changes."""


class _Asked(BaseModel):
    format: Format | None = Field(None, description="png, jpeg or webp; default: as it is kept")
    quality: int | None = Field(None, ge=1, le=100, description="of jpeg (95 if not said) and webp (lossless if not)")
    side: int | None = Field(None, ge=16, le=4096, description="a small one for show: the longer side in pixels")
    metadata: bool | None = Field(None, description="with the settings that made it; default: as the server is set")
    gps: bool | None = Field(None, description="with where it was taken; default: as the server is set")


class Giving:
    """How one request wants its picture."""

    def __init__(self, services: ServicesDep, asked: Annotated[_Asked, Query()]) -> None:
        settings = services.settings.now
        self.asked = asked
        self.metadata = settings.metadata if asked.metadata is None else asked.metadata
        self.gps = settings.gps if asked.gps is None else asked.gps

    def file(self, data: bytes, kind: str) -> Response:
        """A file that is kept, as it is where nothing else is wanted."""
        if self.asked.format is None and self.asked.side is None and (self.metadata or kind != "image/png"):
            return self._answer(data, kind)
        return self.picture(read_picture(data))

    def picture(self, picture: Picture, parameters: str | None = None) -> Response:
        """A picture, with its own settings or with those given."""
        if self.asked.side is not None:
            return self._answer(*_thumbnail(picture, self.asked))
        format = self.asked.format or Format.PNG
        settings = (parameters or picture.text.get("parameters")) if self.metadata else None
        if not self.metadata:
            picture = replace(picture, text={key: text for key, text in picture.text.items() if key not in OURS})
        data = encode_picture(picture, SUFFIXES[format], settings, self.asked.quality)
        return self._answer(data, f"image/{format}")

    def _answer(self, data: bytes, kind: str) -> Response:
        return Response(data if self.gps else without_gps(data), media_type=kind, headers=FOREVER)


OURS = frozenset({"parameters", MACHINE})
"""Text entries that tell how a picture was made."""

GivingDep: TypeAlias = Annotated[Giving, Depends()]


def _thumbnail(picture: Picture, asked: _Asked) -> tuple[bytes, str]:
    """Small, without profile and text."""
    seen, out = pillow_of(picture), io.BytesIO()
    side = asked.side or max(picture.size)
    seen.thumbnail((side, side), PIL.Image.Resampling.LANCZOS)
    format = asked.format or Format.WEBP
    shown = seen.convert("RGB") if format is Format.JPEG or not picture.has_alpha else seen.convert("RGBA")
    shown.save(out, format, quality=asked.quality or THUMBNAIL_QUALITY)
    return out.getvalue(), f"image/{format}"
