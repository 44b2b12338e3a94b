"""The bundled example: a picture with something missing, its mask, and settings that paint it."""

import json
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import FileResponse

from pentimento.api.native.values import Responses, Value
from pentimento.checkpoint.library import BUILTIN

BUNDLED = BUILTIN.parent
PNG: Responses = {200: {"content": {"image/png": {}}, "description": "the picture"}}

router = APIRouter(prefix="/demo", tags=["demo"])


class DemoValue(Value):
    """How the example is painted."""

    settings: dict[str, Any] = Field(description="settings of a request, but for pictures and mask")
    sentence: str = Field(description="what a person is told to do with the picture")


@router.get("")
def get_demo() -> DemoValue:
    """The settings of the bundled example, and what to do with it."""
    settings = json.loads((BUNDLED / "demo.json").read_bytes())
    return DemoValue(settings=settings, sentence=(BUNDLED / "demo.txt").read_text(encoding="utf-8").strip())


@router.get("/picture", responses=PNG, response_class=FileResponse)
def get_demo_picture() -> FileResponse:
    """Its picture, which has something missing."""
    return FileResponse(BUNDLED / "demo.png")


@router.get("/mask", responses=PNG, response_class=FileResponse)
def get_demo_mask() -> FileResponse:
    """Its mask: white repaints."""
    return FileResponse(BUNDLED / "demo-mask.png")
