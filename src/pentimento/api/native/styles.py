"""Styles: named pieces of prompt, in the server's file of them, which webui can read too."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import Field, field_validator

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.values import StyleValue
from pentimento.pixels.codec import make_folder, write_whole
from pentimento.prompt.styles import Style, read_styles, rows_of, written_styles
from pentimento.words.errors import RequestError
from pentimento.words.request import Closed

router = APIRouter(prefix="/styles", tags=["styles"])
_WRITING = threading.Lock()

LONGEST = 100_000
Name = Annotated[str, Query(min_length=1, max_length=200, description="what it is called")]


class StyleGiven(Closed):
    """A style to be kept."""

    name: str = Field(min_length=1, max_length=200, description="what it is called; one of this name is replaced")
    prompt: str = Field("", max_length=LONGEST, description="text for the prompt; {prompt} is where the words go")
    negative_prompt: str = Field("", max_length=LONGEST, description="text for the negative prompt")

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, value: str) -> str:
        if value.startswith("#") or not value.strip() or not value.isprintable():
            raise ValueError(f"a style cannot be called {value!r}: begin with a letter or a number")
        return value.strip()


@router.get("")
def list_styles(services: ServicesDep) -> list[StyleValue]:
    """The styles of the styles file; none where there is no file."""
    styles = read_styles(services.styles) if services.styles.is_file() else {}
    return [StyleValue(**style._asdict()) for style in styles.values()]


@router.post("")
def keep_style(services: ServicesDep, given: Annotated[StyleGiven, Body()]) -> list[StyleValue]:
    """Keep a style in the styles file, in place of one of its name: all there are then."""
    style = Style(given.name, given.prompt, given.negative_prompt)

    def kept(rows: list[Style]) -> list[Style]:
        there = any(row.name == style.name for row in rows)
        return [style if row.name == style.name else row for row in rows] + ([] if there else [style])

    _change(services.styles, kept)
    return list_styles(services)


@router.delete("")
def drop_style(services: ServicesDep, name: Name) -> list[StyleValue]:
    """Take a style out of the styles file: all there are then."""
    if name not in {style.name for style in list_styles(services)}:
        raise RequestError(f"no style is called {name!r}", "GET /api/v1/styles shows all there are.")
    _change(services.styles, lambda rows: [row for row in rows if row.name != name])
    return list_styles(services)


def _change(file: Path, change: Callable[[list[Style]], list[Style]]) -> None:
    """Raises RequestError where the file there holds no styles, OutputError."""
    with _WRITING:
        rows = rows_of(file) if file.is_file() else []
        make_folder(file.parent)
        write_whole(file, written_styles(change(rows)))
