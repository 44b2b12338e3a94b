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


@router.get("")
def get_demo() -> DemoValue:
    """The settings of the bundled example."""
    return DemoValue(settings=json.loads((BUNDLED / "demo.json").read_bytes()))


@router.get("/picture", responses=PNG, response_class=FileResponse)
def get_demo_picture() -> FileResponse:
    """Its picture, which has something missing."""
    return FileResponse(BUNDLED / "demo.png")


@router.get("/mask", responses=PNG, response_class=FileResponse)
def get_demo_mask() -> FileResponse:
    """Its mask: white repaints."""
    return FileResponse(BUNDLED / "demo-mask.png")
