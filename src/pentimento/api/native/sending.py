"""Jobs whose pictures travel with the request: one POST of several parts."""

import hashlib
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import Headers
from starlette.routing import Match
from starlette.types import Scope

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.jobs import Submission, put_in
from pentimento.api.native.values import JobValue
from pentimento.words.errors import RequestError
from pentimento.words.sayings import first_problem


class Parted(APIRoute):
    """Answers only to bodies of several parts, so that the same address takes JSON too."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        kind = Headers(scope=scope).get("content-type", "") if scope["type"] == "http" else ""
        return super().matches(scope) if kind.lower().startswith("multipart/") else (Match.NONE, {})


router = APIRouter(prefix="/jobs", tags=["jobs"], route_class=Parted)

OBJECT: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])
NAMES: TypeAdapter[list[str]] = TypeAdapter(list[str])


@router.post("", status_code=202, include_in_schema=False)
def submit_job_with_pictures(
    services: ServicesDep,
    user: UserDep,
    job: Annotated[str, Form()] = "{}",
    images: Annotated[list[UploadFile] | None, File()] = None,
    mask: Annotated[UploadFile | None, File()] = None,
) -> JobValue:
    """As `submit_job`, which describes it: pictures sent come after those that the request names."""
    sent = [one.file.read() for one in images or ()]
    drawn = mask.file.read() if mask else None
    submission = _read(job, [_hash(data) for data in sent], None if drawn is None else _hash(drawn))
    given = [*sent, *([] if drawn is None else [drawn])]
    for data in given:
        services.check_picture(data)
    for data in given:
        services.keep(data)
    return put_in(services, user, submission)


def _read(job: str, images: list[str], mask: str | None) -> Submission:
    """What is to be done, with the names of what came along. Raises RequestError."""
    try:
        said = OBJECT.validate_json(job)
        request = OBJECT.validate_python(said.get("request", {}))
        if mask and request.get("mask"):
            raise RequestError("a mask is sent, and the request names another", "Leave one of them out.")
        named = NAMES.validate_python(request.get("images", []))
        own = {"images": [*named, *images], "mask": mask or request.get("mask")}
        return Submission.model_validate(said | {"request": request | own})
    except ValidationError as problem:
        raise RequestError(
            f"the part job: {first_problem(problem)}", "GET /openapi.json lists every field."
        ) from problem


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
