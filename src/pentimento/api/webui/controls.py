"""Routes that set, load, and tell of the machine."""

import os
from typing import Annotated, Any

from fastapi import APIRouter, Body
from fastapi.concurrency import run_in_threadpool

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.services import Services
from pentimento.api.webui.bodies import Txt2ImgBody
from pentimento.api.webui.generating import keep_options
from pentimento.api.webui.options import changes
from pentimento.api.webui.painting import settle
from pentimento.api.webui.state import checkpoint_now, options_shown
from pentimento.api.webui.translation import translate
from pentimento.pixels.files import Files
from pentimento.words.request import Request
from pentimento.words.tasks import Task

router = APIRouter(prefix="/sdapi/v1", tags=["webui: settings and machine"], strict_content_type=False)

LOADED = ("sd_model_checkpoint", "sd_vae")
"""Settings whose change loads a checkpoint at once, so that a client learns what is wrong with it."""


@router.get("/options")
def get_options(services: ServicesDep) -> dict[str, Any]:
    """Every setting; what was not set is as usual."""
    return options_shown(services)


@router.post("/options")
async def set_options(services: ServicesDep, user: UserDep, given: Annotated[dict[str, Any], Body()]) -> None:
    """Set some or all of them; they outlive the server. A checkpoint is loaded before the answer comes."""
    changed, loading = await run_in_threadpool(_tried, services, given)
    if loading is not None:
        await settle(services, loading, Task.LOAD, user)
    await run_in_threadpool(keep_options, services, changed)


def _tried(services: Services, given: dict[str, Any]) -> tuple[dict[str, Any], Request | None]:
    """What would change, and what has to be loaded for it. Raises what a job with these settings would."""
    changed = changes(given, options_shown(services))
    trial = services.settings.now.options | changed
    request = translate(Txt2ImgBody(), trial, services.settings.now.compat, Files())
    if not any(name in changed for name in LOADED):
        return changed, None
    loading = Request(checkpoint=_checkpoint(services, trial), vae=request.vae)
    services.check_names(loading)
    return changed, loading


@router.post("/unload-checkpoint")
async def unload(services: ServicesDep, user: UserDep) -> dict[str, Any]:
    """Let all checkpoints go and give their memory back, behind the jobs that wait."""
    now = await run_in_threadpool(_checkpoint, services, {})
    await settle(services, Request(checkpoint=now), Task.UNLOAD, user)
    return {}


@router.post("/reload-checkpoint")
async def reload(services: ServicesDep, user: UserDep) -> dict[str, Any]:
    """Read the checkpoint that is set into memory."""
    now = services.settings.now.options
    loading = Request(
        checkpoint=await run_in_threadpool(_checkpoint, services, now), vae=now.get("sd_vae") or "Automatic"
    )
    await settle(services, loading, Task.LOAD, user)
    return {}


@router.get("/memory")
def get_memory(services: ServicesDep) -> dict[str, Any]:
    """Bytes of memory: the machine's and this program's, and the accelerator's."""
    healths = [runner.health() for runner in services.queue.runners]
    taken = sum(one.usage.process for one in healths if one.usage)
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    ram = {"free": total - taken, "used": taken, "total": total}
    device = next((one.usage for one in healths if one.usage and one.device.startswith("cuda")), None)
    if device is None:
        return {"ram": ram, "cuda": {"error": "unavailable"}}
    system = {"free": device.free, "used": device.total - device.free, "total": device.total}
    return {"ram": ram, "cuda": {"system": system}}


@router.get("/cmd-flags")
def get_flags(services: ServicesDep) -> dict[str, Any]:
    """What the server was started with, as far as it has a name in the dialect."""
    return {
        "api": True,
        "nowebui": True,
        "api_server_stop": False,
        "allow_code": False,
        "data_dir": str(services.history.folder),
        "models_dir": str(services.library.models_dir),
        "styles_file": [str(services.styles)],
    }


def _checkpoint(services: Services, options: dict[str, Any]) -> str:
    now = checkpoint_now(services)
    return str(options.get("sd_model_checkpoint") or (now.name if now else "starter"))
