"""All of the dialect: its routers, and the shape of its errors."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute

from pentimento.api.webui import absent, controls, extras, generating, lists, sysinfo
from pentimento.words.errors import PentimentoError

STARTS = ("/sdapi/", "/controlnet/", "/internal/")
PLAIN = "HTTPException"
"""What the reference calls an error that is the client's, or that something is not done."""
FAULTS = frozenset({500, 502, 507})


def shape(error: PentimentoError, status: int) -> Mapping[str, Any]:
    """An error as the reference tells it."""
    kind = type(error).__name__ if status in FAULTS else PLAIN
    return {"error": kind, "detail": error.message, "body": "", "errors": str(error)}


def _both_ways(router: APIRouter) -> APIRouter:
    """Every route with a slash at its end too, which spares clients a redirect with the whole body."""
    for route in [route for route in router.routes if isinstance(route, APIRoute)]:
        router.add_api_route(
            f"{route.path.removeprefix(router.prefix)}/",
            route.endpoint,
            methods=list(route.methods or ()),
            include_in_schema=False,
        )
    return router


ROUTERS = tuple(map(_both_ways, (module.router for module in (generating, lists, controls, extras, sysinfo, absent))))
