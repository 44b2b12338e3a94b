"""The .yaml beside a checkpoint: a few numbers that tensors do not show. Read as data; no name in it is imported."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Any

from pentimento.checkpoint.entries import broken
from pentimento.words.errors import ModelFileError

LONGEST = 1 << 20


@dataclass(frozen=True)
class Sidecar:
    """What a .yaml says; None where it is silent.

    prediction    "eps" or "v": what the network predicts
    latent_scale  factor that brings latents to unit variance
    linear_start  β of the first training step (the schedule is linear in √β)
    linear_end    β of the last
    heads         attention heads of the U-Net
    zero_snr      whether the last training step is pure noise
    """

    prediction: str | None = None
    latent_scale: float | None = None
    linear_start: float | None = None
    linear_end: float | None = None
    heads: int | None = None
    zero_snr: bool | None = None


def sidecar_of(checkpoint: Path) -> Path:
    """Where the .yaml of a checkpoint file would be."""
    return checkpoint.with_suffix(".yaml")


def read_sidecar(checkpoint: Path) -> Sidecar:
    """The .yaml with the checkpoint's stem beside it; empty where there is none.

    Raises ModelFileError naming the .yaml: it is not YAML, or a value in it is not what it should be.
    """
    path = sidecar_of(checkpoint)
    if not path.is_file():
        return Sidecar()
    import yaml  # here, because few checkpoints need it

    try:
        if path.stat().st_size > LONGEST:
            raise ValueError(f"it is {path.stat().st_size:,} bytes long")
        tree = yaml.safe_load(path.read_text(encoding="utf-8"))
        return _sidecar(_branch(_branch(tree, "model"), "params"))
    except (yaml.YAMLError, ValueError, RecursionError, OSError) as fault:
        raise _refused(path, fault) from fault


def _sidecar(params: Mapping[str, Any]) -> Sidecar:
    unet = _branch(_branch(params, "unet_config"), "params")
    heads = _number(unet, "num_heads")
    return Sidecar(
        prediction=_prediction(params),
        latent_scale=_number(params, "scale_factor"),
        linear_start=_number(params, "linear_start"),
        linear_end=_number(params, "linear_end"),
        heads=None if heads is None else int(heads),
        zero_snr=_flag(params, "zero_terminal_snr", "zsnr"),
    )


def _branch(tree: Any, name: str) -> Mapping[str, Any]:
    branch = tree.get(name, {}) if isinstance(tree, dict) else None
    if not isinstance(branch, dict):
        raise ValueError(f"{name} is not a group of settings")
    return branch


def _number(params: Mapping[str, Any], name: str) -> float | None:
    value = params.get(name)
    if isinstance(value, str):  # YAML 1.1 reads 1e-4, without a point, as text
        value = float(value)
    if value is None or (type(value) in (int, float) and isfinite(value) and value > 0):
        return value
    raise ValueError(f"{name} is {value}; a positive number belongs there")


def _prediction(params: Mapping[str, Any]) -> str | None:
    value = params.get("parameterization")
    if value not in (None, "eps", "v"):
        raise ValueError(f"parameterization is {value!r}; eps or v belongs there")
    return value


def _flag(params: Mapping[str, Any], *names: str) -> bool | None:
    given = [params[name] for name in names if name in params]
    if not all(isinstance(value, bool) for value in given):
        raise ValueError(f"{names[0]} is {given[0]!r}; true or false belongs there")
    return given[0] if given else None


def _refused(path: Path, fault: Exception) -> ModelFileError:
    return broken(path, " ".join(str(fault).split()), "Mend it, or delete it: most checkpoints need no .yaml.")
