"""Files of models: what there is, and which checkpoints are in memory. Folders are looked through at every call."""

from collections.abc import Iterable
from pathlib import Path as FilePath
from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import Field

from pentimento.api.dependencies import ServicesDep, UserDep
from pentimento.api.native.telling import told
from pentimento.api.native.values import CheckpointValue, JobValue, ModelValue
from pentimento.checkpoint.library import ModelFile
from pentimento.checkpoint.restorers import restorers
from pentimento.jobs.runner import PreviewKind
from pentimento.pixels.enlarge import UPSCALERS
from pentimento.pixels.fill import FILLS
from pentimento.words.errors import ModelFileError
from pentimento.words.request import Closed, Request
from pentimento.words.tasks import Task

router = APIRouter(tags=["models"])

NAME = Request.model_fields["checkpoint"].description
VAE = Request.model_fields["vae"].description


class Wanted(Closed):
    """A checkpoint to be read into memory."""

    checkpoint: str = Field(description=NAME, max_length=1000)
    vae: str = Field("Automatic", description=VAE, max_length=1000)


@router.get("/checkpoints")
def list_checkpoints(services: ServicesDep) -> list[CheckpointValue]:
    """Every checkpoint, the built-in ones first; a file just dropped into the folder is there."""
    resident = {one.checkpoint for runner in services.queue.runners for one in runner.health().resident}
    return [_checkpoint(file, file.name in resident) for file in services.library.checkpoints()]


@router.post("/checkpoints/load", status_code=202)
def load_checkpoint(services: ServicesDep, user: UserDep, wanted: Annotated[Wanted, Body()]) -> JobValue:
    """Read a checkpoint into memory: a job, with progress in bytes, that can be cancelled."""
    request = Request(checkpoint=wanted.checkpoint, vae=wanted.vae)
    return told(services.submit(request, task=Task.LOAD, owner=user))


@router.post("/checkpoints/unload", status_code=202)
def unload_checkpoints(services: ServicesDep, user: UserDep) -> JobValue:
    """Let all checkpoints go and give their memory back: a job, behind those that wait."""
    return told(services.submit(Request(), task=Task.UNLOAD, owner=user))


@router.get("/vaes")
def list_vaes(services: ServicesDep) -> list[ModelValue]:
    """VAE files, beside Automatic and None."""
    return [ModelValue(name=name, file=name) for name in services.library.vaes()]


@router.get("/loras")
def list_loras(services: ServicesDep) -> list[ModelValue]:
    """LoRA files; prompts name them as <lora:NAME:0.8>."""
    return _named(services.library.networks().values())


@router.get("/embeddings")
def list_embeddings(services: ServicesDep) -> list[ModelValue]:
    """Textual inversions; their names stand in the prompt."""
    return _named(services.library.embeddings().values())


@router.get("/upscalers")
def list_upscalers(services: ServicesDep) -> list[ModelValue]:
    """What enlarges pictures: two filters, which have no file, and each network in the folder of models."""
    filters = [ModelValue(name=name, file="") for name in UPSCALERS]
    return [*filters, *_named(services.library.upscalers().values())]


@router.get("/erasers")
def list_erasers(services: ServicesDep) -> list[ModelValue]:
    """What `fill` may be: ways that have no file, and each network in the folder of models."""
    return [*(ModelValue(name=name, file="") for name in FILLS), *_named(services.library.erasers().values())]


@router.get("/face-restorers")
def list_face_restorers(services: ServicesDep) -> list[ModelValue]:
    """What `restore_faces` may be: detail, and each network whose file lies in the folder of models."""
    found = restorers(services.library).items()
    return [ModelValue(name=str(restorer), file=path.name if path else "") for restorer, path in found]


@router.get("/previews")
def list_previews(services: ServicesDep) -> list[ModelValue]:
    """What the kind of previews may be; tiny where its file lies in the folder of models."""
    tiny = next(iter(services.library.tiny_decoders()), "")
    kinds = [kind for kind in PreviewKind if tiny or kind is not PreviewKind.TINY]
    return [ModelValue(name=str(kind), file=tiny if kind is PreviewKind.TINY else "") for kind in kinds]


def _named(paths: Iterable[FilePath]) -> list[ModelValue]:
    return [ModelValue(name=path.stem, file=path.name) for path in paths]


def _checkpoint(file: ModelFile, resident: bool) -> CheckpointValue:
    try:
        kind, problem = file.kind, ""
    except ModelFileError as error:
        kind, problem = "", error.message
    return CheckpointValue(
        name=file.name,
        stem=file.stem,
        title=file.title,
        sha256=file.sha256,
        kind=kind,
        problem=problem,
        resident=resident,
    )
