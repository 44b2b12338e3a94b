"""Routes that list what there is."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from pentimento.api.dependencies import ServicesDep
from pentimento.api.webui.scripts import IMG, SCRIPTS, TXT, offered
from pentimento.api.webui.state import styles_of
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.library import ModelFile
from pentimento.checkpoint.restorers import restorers
from pentimento.pixels.enlarge import UPSCALERS
from pentimento.words.choices import HiresUpscaler
from pentimento.words.errors import ModelFileError
from pentimento.words.samplers import FACTS, SCHEDULERS, NoiseKind, SamplerFacts

router = APIRouter(prefix="/sdapi/v1", tags=["webui: lists"])

LATENT = "Latent"
PIXEL_SCALE = 4
"""What the dialect tells of every upscaler, whatever its network's own factor is."""
REALESRGAN = "realesrgan"
"""The folder of a family that the dialect lists by itself."""


@router.get("/sd-models")
def list_checkpoints(services: ServicesDep) -> list[dict[str, Any]]:
    """Checkpoints; the folder is looked through at every call."""
    return [_checkpoint(file) for file in services.library.checkpoints()]


@router.get("/sd-vae")
def list_vaes(services: ServicesDep) -> list[dict[str, str]]:
    """VAE files."""
    return [{"model_name": name, "filename": str(path)} for name, path in services.library.vaes().items()]


@router.get("/loras")
def list_loras(services: ServicesDep) -> list[dict[str, Any]]:
    """LoRA files; prompts name them as <lora:NAME:0.8>."""
    return [_lora(name, path) for name, path in services.library.networks().items()]


@router.get("/embeddings")
def list_embeddings(services: ServicesDep) -> dict[str, dict[str, Any]]:
    """Textual inversions: those that can be used, and those that cannot."""
    told = {name: _embedding(path) for name, path in services.library.embeddings().items()}
    return {
        "loaded": {name: facts for name, facts in told.items() if facts["vectors"]},
        "skipped": {name: facts for name, facts in told.items() if not facts["vectors"]},
    }


@router.get("/samplers")
def list_samplers() -> list[dict[str, Any]]:
    """The methods that remove the noise."""
    return [{"name": name, "aliases": list(facts.aliases), "options": _options(facts)} for name, facts in FACTS.items()]


@router.get("/schedulers")
def list_schedulers() -> list[dict[str, Any]]:
    """How noise levels are spaced."""
    return [
        {
            "name": facts.name,
            "label": label,
            "aliases": list(facts.aliases) or None,
            "default_rho": -1.0 if facts.rho is None else facts.rho,
            "need_inner_model": facts.needs_model,
        }
        for label, facts in SCHEDULERS.items()
    ]


@router.get("/upscalers")
def list_upscalers(services: ServicesDep) -> list[dict[str, Any]]:
    """How extras and a second pass can enlarge a picture: filters, then networks by their files' names."""
    files = sorted(services.library.upscalers().items(), key=lambda file: file[0].lower())
    rows = [*((name, None) for name in ("None", *UPSCALERS)), *files]
    return [
        {
            "name": name,
            "model_name": path and path.stem,
            "model_path": path and str(path),
            "model_url": None,
            "scale": PIXEL_SCALE,
        }
        for name, path in rows
    ]


@router.get("/realesrgan-models")
def list_realesrgan(services: ServicesDep) -> list[dict[str, Any]]:
    """Networks in the folder RealESRGAN."""
    files = services.library.upscalers().items()
    return [
        {"name": name, "path": str(path), "scale": PIXEL_SCALE}
        for name, path in files
        if REALESRGAN in (folder.name.lower() for folder in path.parents)
    ]


@router.get("/latent-upscale-modes")
def list_latent_upscalers() -> list[dict[str, str]]:
    """How a second pass can enlarge latents."""
    return [{"name": name} for name in HiresUpscaler if name.startswith(LATENT)]


@router.get("/prompt-styles")
def list_styles(services: ServicesDep) -> list[dict[str, str]]:
    """The styles of the styles file."""
    return [style._asdict() for style in styles_of(services).values()]


@router.get("/face-restorers")
def list_face_restorers(services: ServicesDep) -> list[dict[str, Any]]:
    """What `face_restoration_model` may be: those whose file is there, and Detail, which needs none."""
    found = restorers(services.library).items()
    return [{"name": restorer.label, "cmd_dir": str(path.parent) if path else None} for restorer, path in found]


@router.get("/hypernetworks")
@router.get("/extensions")
def list_nothing() -> list[Any]:
    """None of these are run here."""
    return []


@router.get("/scripts")
def list_scripts() -> dict[str, list[str]]:
    """Scripts by name, for either task."""
    return {task: [script.name for script in offered(task)] for task in (TXT, IMG)}


@router.get("/script-info")
def tell_scripts() -> list[dict[str, Any]]:
    """Scripts with their arguments, in order."""
    return [
        {
            "name": script.name,
            "is_alwayson": script.always_on,
            "is_img2img": task == IMG,
            "args": [asdict(control) for control in script.controls],
        }
        for script in SCRIPTS
        for task in script.tasks
    ]


@router.post("/refresh-checkpoints")
@router.post("/refresh-vae")
@router.post("/refresh-embeddings")
@router.post("/refresh-loras")
def refresh() -> None:
    """Nothing to do: folders are looked through at every call."""


# -------------------------------------------------------------------------------------------------------------- rows


def _checkpoint(file: ModelFile) -> dict[str, Any]:
    """One client looks for `name` where the others take `title` or `model_name`."""
    return {
        "title": file.title,
        "model_name": file.model_name,
        "hash": file.shorthash,
        "sha256": file.sha256,
        "filename": str(file.path),
        "config": None,
        "name": file.name,
    }


def _lora(name: str, path: Path) -> dict[str, Any]:
    try:
        metadata = dict(read_header(path).metadata)
    except ModelFileError:
        metadata = {}
    return {"name": name, "alias": metadata.get("ss_output_name", name), "path": str(path), "metadata": metadata}


def _embedding(path: Path) -> dict[str, Any]:
    try:
        shapes = read_header(path).shapes
    except ModelFileError:
        shapes = {}
    found = [shape for name, shape in shapes.items() if name.startswith("string_to_param.") or name == "emb_params"]
    shape = next(iter(found or (shapes.values() if len(shapes) == 1 else ())), ())
    vectors, width = (1, *shape)[-2:] if 1 <= len(shape) <= 2 else (0, 0)
    return {"step": None, "sd_checkpoint": None, "sd_checkpoint_name": None, "shape": width, "vectors": vectors}


OPTIONS: Mapping[str, Callable[[SamplerFacts], str | None]] = {
    "scheduler": lambda facts: SCHEDULERS[facts.automatic].name if facts.automatic else None,
    "second_order": lambda facts: "True" if facts.second_order else None,
    "brownian_noise": lambda facts: "True" if facts.noise is NoiseKind.BROWNIAN else None,
    "discard_next_to_last_sigma": lambda facts: "True" if facts.discards_penultimate else None,
    "uses_ensd": lambda facts: "True" if facts.uses_ensd else None,
}
"""What the dialect tells of a sampler, as text, where it holds."""


def _options(facts: SamplerFacts) -> dict[str, str]:
    return {name: text for name, told in OPTIONS.items() if (text := told(facts)) is not None}
