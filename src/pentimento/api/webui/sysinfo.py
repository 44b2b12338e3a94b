"""What whoever reports a mistake is asked for: program, machine, settings, libraries; nothing of the environment."""

import os
import platform
from importlib.metadata import distributions
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from pentimento.api.dependencies import ServicesDep
from pentimento.api.webui.controls import get_memory
from pentimento.api.webui.state import options_shown
from pentimento.jobs.runner import Health
from pentimento.version import __version__

router = APIRouter(tags=["webui: settings and machine"])


@router.get("/internal/sysinfo")
def get_sysinfo(
    services: ServicesDep, attachment: Annotated[bool, Query(description="browsers save it as a file")] = False
) -> JSONResponse:
    """Program, machine, settings, and the libraries it stands on."""
    told = {
        "Platform": platform.platform(),
        "Python": platform.python_version(),
        "Version": __version__,
        "Data path": str(services.history.folder),
        "Models path": str(services.library.models_dir),
        "CPU": {"model": platform.processor(), "count logical": os.cpu_count()},
        "RAM": {name: f"{size / 2**30:.1f} GiB" for name, size in get_memory(services)["ram"].items()},
        "Devices": [_runner(runner.health()) for runner in services.queue.runners],
        "Extensions": [],
        "Inactive extensions": [],
        "Config": options_shown(services),
        "Packages": sorted(f"{one.name}=={one.version}" for one in distributions()),
    }
    headers = {"Content-Disposition": 'attachment; filename="sysinfo.json"'} if attachment else None
    return JSONResponse(told, headers=headers)


def _runner(health: Health) -> dict[str, Any]:
    resident = [one.checkpoint for one in health.resident]
    return {"device": health.device, "alive": health.alive, "restarts": health.restarts, "loaded": resident}
