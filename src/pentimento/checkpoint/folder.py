"""A checkpoint as diffusers keeps it: a folder with `model_index.json` and a folder for each network.

All of it is read as data. No name in it is imported, and `.bin` files go through the same restricted reader as any
other PyTorch file. Tensors are brought to the names of the original layout, so that nothing else has to know.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pentimento.checkpoint.architecture import Shapes, UNetArchitecture, VAEArchitecture
from pentimento.checkpoint.entries import broken
from pentimento.checkpoint.header import Header, read_header
from pentimento.checkpoint.keys import inverted, renamed, unet_modules, vae_modules
from pentimento.checkpoint.sidecar import LONGEST, Sidecar, read_sidecar
from pentimento.words.errors import ModelFileError, UnknownModelError, UnsupportedModelError

INDEX = "model_index.json"

PIPELINES = frozenset({
    "StableDiffusionPipeline", "StableDiffusionImg2ImgPipeline", "StableDiffusionInpaintPipeline",
    "StableDiffusionInpaintPipelineLegacy", "StableDiffusionInstructPix2PixPipeline",
})  # fmt: skip
"""Values of `_class_name` that mean Stable Diffusion 1.x or 2.x."""

NETWORKS = ("unet", "vae", "text_encoder")

WEIGHTS = tuple(
    f"{stem}{variant}{suffix}"
    for suffix in (".safetensors", ".bin")
    for stem in ("diffusion_pytorch_model", "model", "pytorch_model")
    for variant in ("", ".fp16")
)
"""File names of a network's weights, the one to take first."""

OLD_ATTENTION = {"query": "to_q", "key": "to_k", "value": "to_v", "proj_attn": "to_out.0"}
"""Names in VAEs that were written before diffusers 0.15."""

SD2_WIDTHS = {1024: "an SD 2.x checkpoint", 2048: "an SDXL checkpoint"}


@dataclass(frozen=True)
class Part:
    """One network of a folder: the file of its weights, and its tensors' names there → in the original layout."""

    file: Path
    names: Mapping[str, str]


def is_folder(path: Path) -> bool:
    """Whether this is a checkpoint in diffusers' layout."""
    return (path / INDEX).is_file()


def weights_file(path: Path) -> Path:
    """The file whose hash names a checkpoint: itself, or of a folder the U-Net's weights, else its index."""
    return (_found(path, "unet") or path / INDEX) if path.is_dir() else path


def stored_bytes(path: Path) -> int:
    """Size on disk of a checkpoint's weights: of the file, or of the networks that a folder has."""
    if not path.is_dir():
        return path.stat().st_size
    return sum(file.stat().st_size for part in NETWORKS if (file := _found(path, part)))


def header_of(path: Path) -> Header:
    """Names and shapes alone, of a file or a folder; the .yaml beside a file is left unread. Raises as below."""
    return read_description(path)[0] if path.is_dir() else read_header(path)


def read_description(path: Path) -> tuple[Header, Sidecar]:
    """What `identify` needs to know of a checkpoint, be it a file or a folder; no tensor is read.

    Raises what `read_header` and `read_sidecar` raise, and UnsupportedModelError for a folder of another family.
    """
    if not path.is_dir():
        return read_header(path), read_sidecar(path)
    parts = parts_of(path)
    entries = {}
    for part in parts:
        header = read_header(part.file)
        entries |= {new: header.entries[old] for old, new in part.names.items()}
    scheduler = _settings(path / "scheduler" / "scheduler_config.json")
    metadata = {
        "modelspec.prediction_type": str(scheduler.get("prediction_type", "epsilon")),
        "modelspec.zero_terminal_snr": str(scheduler.get("rescale_betas_zero_snr", False)),
    }
    sidecar = Sidecar(
        latent_scale=_number(_settings(path / "vae" / "config.json"), "scaling_factor"),
        linear_start=_number(scheduler, "beta_start"),
        linear_end=_number(scheduler, "beta_end"),
    )
    return Header(path, entries, metadata), sidecar


def parts_of(path: Path) -> list[Part]:
    """The networks of a folder. Raises UnsupportedModelError, UnknownModelError or ModelFileError."""
    pipeline = str(_settings(path / INDEX).get("_class_name"))
    if pipeline not in PIPELINES:
        raise UnsupportedModelError(
            f"{path.name} is a folder for {pipeline}, which is not run yet", f"Known: {', '.join(sorted(PIPELINES))}."
        )
    files = {part: _weights(path, part) for part in NETWORKS}
    shapes = {part: read_header(file).shapes for part, file in files.items()}
    try:
        unet = _unet_names(path, shapes["unet"])
        return [
            Part(files["unet"], unet),
            Part(files["vae"], _vae_names(shapes["vae"])),
            Part(files["text_encoder"], {name: _text_name(name) for name in shapes["text_encoder"]}),
        ]
    except (KeyError, IndexError, ValueError) as missing:
        raise broken(path, f"one of its networks is not whole: {missing}") from missing


def _weights(path: Path, part: str) -> Path:
    found = _found(path, part)
    if found is None:
        raise UnknownModelError(f"{path.name} has no weights in its folder {part}", f"Looked for {', '.join(WEIGHTS)}.")
    return found


def _found(path: Path, part: str) -> Path | None:
    return next((path / part / name for name in WEIGHTS if (path / part / name).is_file()), None)


def _settings(file: Path) -> Mapping[str, Any]:
    """A .json of the folder; nothing where there is none."""
    if not file.is_file():
        return {}
    try:
        if file.stat().st_size > LONGEST:
            raise ValueError(f"it is {file.stat().st_size:,} bytes long")
        settings = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as fault:
        raise broken(file, str(fault)) from fault
    except OSError as fault:
        raise ModelFileError(f"{file} cannot be read: {fault.strerror}", "Check that you may read it.") from fault
    if not isinstance(settings, dict):
        raise broken(file, "it is no group of settings")
    return settings


def _number(settings: Mapping[str, Any], name: str) -> float | None:
    value = settings.get(name)
    return float(value) if isinstance(value, int | float) and 0 < value < 1e6 else None


def _unet_names(path: Path, shapes: Shapes) -> dict[str, str]:
    levels = _count(shapes, r"down_blocks\.(\d+)\.")
    context = shapes["down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight"][1]
    if context in SD2_WIDTHS:
        raise UnsupportedModelError(
            f"{path.name} is {SD2_WIDTHS[context]}, a family that is not run yet", "Use an SD 1.x checkpoint."
        )
    architecture = UNetArchitecture(
        in_channels=shapes["conv_in.weight"][1],
        out_channels=shapes["conv_out.weight"][0],
        channels=tuple(shapes[f"down_blocks.{level}.resnets.0.conv1.weight"][0] for level in range(levels)),
        attention=tuple(f"down_blocks.{level}.attentions.0.norm.weight" in shapes for level in range(levels)),
        layers=_count(shapes, r"down_blocks\.0\.resnets\.(\d+)\."),
        context=context,
    )
    return _prefixed("model.diffusion_model.", renamed(shapes, inverted(unet_modules(architecture))))


def _vae_names(shapes: Shapes) -> dict[str, str]:
    levels = _count(shapes, r"encoder\.down_blocks\.(\d+)\.")
    architecture = VAEArchitecture(
        channels=tuple(shapes[f"encoder.down_blocks.{level}.resnets.0.conv2.weight"][0] for level in range(levels)),
        layers=_count(shapes, r"encoder\.down_blocks\.0\.resnets\.(\d+)\."),
        latent_channels=shapes["post_quant_conv.weight"][0],
    )
    here = {name: _todays(name) for name in shapes}
    there = renamed(here.values(), inverted(vae_modules(architecture)))
    return _prefixed("first_stage_model.", {name: there[new] for name, new in here.items() if new in there})


def _todays(name: str) -> str:
    *path, module, kind = name.split(".")
    return ".".join([*path, OLD_ATTENTION.get(module, module), kind]) if "attentions" in path else name


def _text_name(name: str) -> str:
    return f"cond_stage_model.transformer.text_model.{name.removeprefix('text_model.')}"


def _prefixed(prefix: str, names: Mapping[str, str]) -> dict[str, str]:
    return {old: prefix + new for old, new in names.items()}


def _count(shapes: Shapes, pattern: str) -> int:
    return 1 + max(int(found[1]) for name in shapes if (found := re.match(pattern, name)))
