"""Errors as HTTP answers: one shape for each part of the API, and nothing of a traceback."""

import json
import logging
import os
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from pentimento.words.errors import LoginError, PentimentoError, ProgramError, RequestError, TooOftenError
from pentimento.words.sayings import short

LOG = logging.getLogger(__name__)

Shape: TypeAlias = Callable[[PentimentoError, int], Mapping[str, Any]]
"""An error and the HTTP status → the body that tells of it."""


def native(error: PentimentoError, status: int) -> Mapping[str, Any]:
    return {"code": error.code, "message": error.message, "hint": error.hint}


SHAPES: dict[str, Shape] = {"/": native}
"""Beginning of a path → the shape of errors there; the longest that fits counts. A dialect adds its own row."""


class RouteError(PentimentoError):
    """There is no such address, or it does not answer to that method."""

    def __init__(self, status: int, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.status = status


def answer(path: str, error: PentimentoError, status: int | None = None) -> Response:
    """An error as the answer to a request for a path; letters beyond ASCII are escaped, lone surrogates too."""
    status = status or error.status
    shape = SHAPES[max((start for start in SHAPES if path.startswith(start)), key=len)]
    headers = dict(CHALLENGES.get(type(error), {}))
    if isinstance(error, TooOftenError):
        headers["Retry-After"] = str(error.wait)
    body = json.dumps(shape(error, status)).encode("ascii")
    return Response(body, status, headers, media_type="application/json")


CHALLENGES: Mapping[type[PentimentoError], Mapping[str, str]] = {
    LoginError: {"WWW-Authenticate": 'Basic realm="Pentimento", charset="UTF-8"'},
}


def install(app: FastAPI) -> None:
    """Have every error of an app told so."""
    app.add_exception_handler(PentimentoError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _routing)
    app.add_exception_handler(Exception, _unforeseen)


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, PentimentoError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        LOG.warning("%s: %s", error.code, "" if isinstance(error, ProgramError) else error.message)
    return answer(request.url.path, error)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return answer(request.url.path, RequestError(_told(error.errors()), "GET /openapi.json lists every field."))


def _routing(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    path = request.url.path
    if isinstance(error.__cause__, PentimentoError):  # raised while the body was read
        return answer(path, error.__cause__)
    told = {
        404: RouteError(404, f"there is nothing at {short(path)}", "GET /openapi.json lists what there is."),
        405: RouteError(405, f"{request.method} is not for {short(path)}", "GET /openapi.json lists what is."),
    }
    known = told.get(error.status_code) or RouteError(error.status_code, short(str(error.detail)))
    response = answer(path, known)
    response.headers.update(error.headers or {})
    return response


def _unforeseen(request: Request, fault: Exception) -> Response:
    LOG.error("%s %s", request.method, request.url.path, exc_info=fault)
    error = ProgramError(fault)
    if not os.environ.get("PENTIMENTO_DEBUG"):
        error.message = f"an unforeseen fault of the program: {type(fault).__name__}"
        error.hint = "The server's log tells where; please report it."
    return answer(request.url.path, error)


def _told(problems: Sequence[Any]) -> str:
    """The first complaint, with the field's name and what was given."""
    first = problems[0]
    place = ".".join(str(part) for part in first["loc"] if part not in PLACES)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] == "json_invalid":
        return f"the body is no JSON: {first.get('ctx', {}).get('error', message)}"
    if not place:
        return short(message, 400)
    if first["type"] in ("missing", "extra_forbidden"):
        return f"{short(place)}: {message.lower()}"
    return f"{short(place)} is {short(repr(first['input']))}: {message[:1].lower()}{short(message[1:], 400)}"


PLACES = frozenset({"body", "query", "path", "header", "cookie"})
