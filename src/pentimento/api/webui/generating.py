"""Routes that paint, and that tell how far it is."""

import base64
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from fastapi.concurrency import run_in_threadpool

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.services import Services
from pentimento.api.webui.answers import answered
from pentimento.api.webui.bodies import Body, Img2ImgBody, ProgressBody, Txt2ImgBody
from pentimento.api.webui.options import changes, refuse_unknown
from pentimento.api.webui.painting import Painter
from pentimento.api.webui.plays import PLAYS, plain
from pentimento.api.webui.scripts import arguments, script_named
from pentimento.api.webui.state import WorksDep, options_in_force, options_shown, previews_of, styles_of
from pentimento.api.webui.tiles import rows_of, tiled
from pentimento.api.webui.translation import translate
from pentimento.api.webui.works import Work, Works
from pentimento.pixels.codec import encode_picture, picture_of
from pentimento.pixels.head import head_of
from pentimento.words.images import Image
from pentimento.words.request import Request

router = APIRouter(tags=["webui: painting"], strict_content_type=False)


class Door:
    """Keeps pictures that come in, unless they are none or too large."""

    def __init__(self, services: Services) -> None:
        self.services = services

    def keep(self, data: bytes) -> str:
        """Raises PictureError, LimitError."""
        self.services.bounds.check_size(head_of(data).size)
        return self.services.keep(data)


@router.post("/sdapi/v1/txt2img")
async def text_to_image(services: ServicesDep, works: WorksDep, user: UserDep, body: Txt2ImgBody) -> Response:
    """Paint from words; answers when the pictures are done."""
    return await _painted(services, works, user, "txt2img", body)


@router.post("/sdapi/v1/img2img")
async def image_to_image(services: ServicesDep, works: WorksDep, user: UserDep, body: Img2ImgBody) -> Response:
    """Redraw a picture, or with a mask a part of it; answers when the pictures are done."""
    return await _painted(services, works, user, "img2img", body)


async def _painted(services: Services, works: Works, user: str, task: str, body: Body) -> Response:
    refuse_unknown(body.override_settings or {})
    script = script_named(body.script_name, task) if body.script_name not in (None, "", "None") else None
    request = await run_in_threadpool(requested, services, body)
    shown = await run_in_threadpool(options_shown, services)
    options = shown | (body.override_settings or {})
    changes(body.override_settings or {}, shown)
    if not body.override_settings_restore_afterwards:
        await run_in_threadpool(keep_options, services, body.override_settings or {})
    work = works.begin(task, request.batch_count, body.force_task_id)
    painter = Painter(services, work, previews_of(services, options), user)
    try:
        play, args = (PLAYS[script.title], arguments(script, body.script_args)) if script else (plain, [])
        outcome = await play(painter, request, args)
    finally:
        work.ended = True
    content = await run_in_threadpool(answered, services, body, options, outcome, work)
    return Response(content, media_type="application/json")


def requested(services: Services, body: Body) -> Request:
    """What a body asks for; its pictures are kept. Raises RequestError, PictureError, UnknownModelError, LimitError."""
    compat = services.settings.now.compat
    request = translate(body, options_in_force(services), compat, Door(services), styles_of(services), services.fetch)
    services.bounds.check(request)
    return request


def keep_options(services: Services, given: dict[str, Any]) -> dict[str, Any]:
    """Have settings hold from now on; those that are other than before."""
    changed = changes(given, options_shown(services))
    if changed:
        services.settings.change({"options": services.settings.now.options | changed})
    return changed


@router.get("/sdapi/v1/progress")
def get_progress(
    services: ServicesDep,
    works: WorksDep,
    skip_current_image: Annotated[bool, Query(description="leave out what it looks like so far")] = False,
) -> dict[str, Any]:
    """How far the job that runs is."""
    work = works.running(services.queue)
    if work is None:
        return {"progress": 0.0, "eta_relative": 0.0, "state": _state(None), "current_image": None, "textinfo": None}
    progress = work.progress
    return {
        "progress": progress.share,
        "eta_relative": progress.left,
        "state": _state(work),
        "current_image": None if skip_current_image else _shown(progress.previews),
        "textinfo": None,
    }


@router.post("/internal/progress")
def get_task_progress(services: ServicesDep, works: WorksDep, body: ProgressBody) -> dict[str, Any]:
    """How far a task is, by the `force_task_id` that it was sent with."""
    work = works.named(body.id_task)
    active = work is not None and not work.ended and not work.queued
    told = {
        "active": active,
        "queued": work is not None and work.queued,
        "completed": work is not None and work.ended,
        "progress": None,
        "eta": None,
        "live_preview": None,
        "id_live_preview": -1,
        "textinfo": "Waiting..." if work is not None and work.queued else None,
    }
    if work is None or not active:
        return told
    progress = work.progress
    number = progress.batch * progress.steps + progress.step
    image = _shown(progress.previews) if body.live_preview and number != body.id_live_preview else None
    return told | {
        "progress": progress.share,
        "eta": progress.left,
        "live_preview": f"data:image/png;base64,{image}" if image else None,
        "id_live_preview": number if image else body.id_live_preview,
    }


@router.get("/internal/pending-tasks")
def list_pending(works: WorksDep) -> dict[str, Any]:
    """Tasks that wait for their turn."""
    waiting = [work.id for work in works.waiting]
    return {"size": len(waiting), "tasks": waiting}


@router.get("/internal/ping")
def ping() -> dict[str, Any]:
    """The server is there."""
    return {}


@router.post("/sdapi/v1/interrupt")
def interrupt(services: ServicesDep, works: WorksDep) -> dict[str, Any]:
    """End what runs, with its pictures as they are."""
    works.interrupt(services.queue)
    return {}


@router.post("/sdapi/v1/skip")
def skip(services: ServicesDep, works: WorksDep) -> None:
    """End the batch that runs, and go on with the next."""
    works.skip(services.queue)


def _state(work: Work | None) -> dict[str, Any]:
    progress = work.progress if work else None
    return {
        "skipped": bool(work and work.skipped),
        "interrupted": bool(work and work.interrupted),
        "stopping_generation": False,
        "job": work.id if work else "",
        "job_count": progress.batches if progress else 0,
        "job_timestamp": work.timestamp if work else "0",
        "job_no": progress.batch if progress else 0,
        "sampling_step": progress.step if progress else 0,
        "sampling_steps": progress.steps if progress else 0,
    }


def _shown(previews: Sequence[Image]) -> str | None:
    """The pictures of a batch side by side, as base64."""
    if not previews:
        return None
    seen = tiled(previews, columns=-(-len(previews) // rows_of(len(previews))))
    return base64.b64encode(encode_picture(picture_of(seen), ".png", None)).decode()
