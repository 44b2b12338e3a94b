"""What requests choose from, and what the server is set to."""

from typing import Annotated, Any

from fastapi import APIRouter, Body

from pentimento.api.dependencies import ServicesDep
from pentimento.api.native.values import FoldersValue, HealthValue, RunnerValue, SamplerValue, SchedulerValue
from pentimento.api.settings import Settings
from pentimento.version import __version__
from pentimento.words.samplers import FACTS, SCHEDULERS

router = APIRouter(tags=["settings"])


@router.get("/samplers")
async def list_samplers() -> list[SamplerValue]:
    """The methods that remove the noise."""
    return [
        SamplerValue(name=name, aliases=facts.aliases, second_order=facts.second_order, automatic=facts.automatic)
        for name, facts in FACTS.items()
    ]


@router.get("/schedulers")
async def list_schedulers() -> list[SchedulerValue]:
    """How noise levels are spaced."""
    return [SchedulerValue(name=name, aliases=facts.aliases, label=facts.name) for name, facts in SCHEDULERS.items()]


@router.get("/settings")
async def get_settings(services: ServicesDep) -> Settings:
    """What holds where a client says nothing."""
    return services.settings.now


@router.patch("/settings")
def change_settings(services: ServicesDep, changes: Annotated[dict[str, Any], Body()]) -> Settings:
    """Change some of them; they outlive the server."""
    return services.settings.change(changes)


@router.get("/folders")
def get_folders(services: ServicesDep) -> FoldersValue:
    """Where the server looks for models and keeps what is made."""
    return FoldersValue(
        models=str(services.library.models_dir.resolve()),
        data=str(services.settings.path.parent.resolve()),
        styles=str(services.styles.resolve()),
    )


@router.get("/health")
async def get_health(services: ServicesDep) -> HealthValue:
    """How the server is: who computes, memory, queue. Never waits for a job."""
    runners = [runner.health() for runner in services.queue.runners]
    return HealthValue(
        status="ok" if all(one.alive for one in runners) else "degraded",
        version=__version__,
        running=len(services.queue.running),
        waiting=len(services.queue.waiting),
        time_left=services.queue.time_left,
        runners=tuple(RunnerValue.model_validate(one) for one in runners),
    )


@router.get("/version")
async def get_version() -> dict[str, str]:
    """Of the program; answers to anyone."""
    return {"version": __version__}
