"""Networks named in a prompt (`<lora:name:0.8>`): read from a file, checked as a whole, laid over a checkpoint's
weights, and taken off again without a trace."""

from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

import torch
from torch import Tensor, nn

from pentimento.checkpoint.deltas import Layer, ShapeError, sides
from pentimento.checkpoint.entries import broken
from pentimento.checkpoint.targets import Target, Targets
from pentimento.checkpoint.tensors import load_tensors
from pentimento.words.errors import ModelFileError, UnsupportedModelError

SUFFIXES: Mapping[str, str] = {
    # how a tensor's name ends          what it is
    ".lora_up.weight":                  "up",
    ".lora_down.weight":                "down",
    ".lora_mid.weight":                 "mid",
    ".lora_B.weight":                   "up",
    ".lora_A.weight":                   "down",
    ".lora_B.default.weight":           "up",
    ".lora_A.default.weight":           "down",
    ".lora.up.weight":                  "up",
    ".lora.down.weight":                "down",
    "_lora.up.weight":                  "up",
    "_lora.down.weight":                "down",
    ".lora_linear_layer.up.weight":     "up",
    ".lora_linear_layer.down.weight":   "down",
    ".dora_scale":                      "dora_scale",
    ".lora_magnitude_vector":           "dora_scale",
    ".lora_magnitude_vector.weight":    "dora_scale",
    ".lora_magnitude_vector.default.weight": "dora_scale",
    ".alpha":                           "alpha",
    ".scale":                           "scale",
    **{f".{name}": name for name in (
        "hada_w1_a", "hada_w1_b", "hada_w2_a", "hada_w2_b", "hada_t1", "hada_t2", "lokr_w1", "lokr_w1_a", "lokr_w1_b",
        "lokr_w2", "lokr_w2_a", "lokr_w2_b", "lokr_t2", "oft_blocks", "rescale", "diff", "diff_b", "w_norm", "b_norm",
        "on_input",
    )},
    ".oft_diag":                        "oft_blocks",
    **{f".{name}.weight": name for name in ("a1", "a2", "b1", "b2")},
    ".weight":                          "weight",
}  # fmt: skip
"""First match counts; `.weight` alone belongs to IA³."""

Originals: TypeAlias = dict[tuple[nn.Module, str], nn.Parameter | None]

SCALARS = ("alpha", "scale")
BUNDLED = "bundle_emb."


@dataclass(frozen=True, eq=False)
class Network:
    """What a file changes, module by module.

    name        the file's stem
    layers      its changes, by the names the file gives the modules
    ignored     tensors in it that are no part of any change
    embeddings  textual inversions that come with it: name → (k, width) vectors
    """

    name: str
    layers: Sequence[Layer]
    ignored: Sequence[str] = ()
    embeddings: Mapping[str, Tensor] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Use:
    """A network as a prompt asks for it.

    te, unet  multipliers in the text encoder and in the U-Net
    dyn       how many ranks of it to use; none takes all
    """

    network: Network
    te: float = 1.0
    unet: float = 1.0
    dyn: int | None = None

    def multiplier(self, target: Target) -> float:
        return self.te if target.network == "text" else self.unet


@dataclass(frozen=True, eq=False)
class Change:
    """One layer of a network and the module it goes to."""

    use: Use
    layer: Layer
    target: Target


def read_network(path: Path) -> Network:
    """A LoRA, LoCon, LoHa, LoKr, DoRA, full difference, norm, IA³, GLoRA or OFT file.

    Raises UnsupportedModelError for a kind that is not known, ModelFileError for numbers that are not finite, and
    what `read_header` raises.
    """
    tensors = load_tensors(path)
    bundled = {name: tensors.pop(name) for name in list(tensors) if name.startswith(BUNDLED)}
    parts, ignored = _sorted_by_module(tensors)
    layers = [_layer(path, name, found) for name, found in parts.items()]
    if not layers:
        raise UnsupportedModelError(f"{path.name} is no LoRA: nothing in it is named like one", "Choose another file.")
    return Network(path.stem, layers, ignored, _embeddings(bundled))


def _sorted_by_module(tensors: Mapping[str, Tensor]) -> tuple[dict[str, dict[str, Tensor]], list[str]]:
    parts: dict[str, dict[str, Tensor]] = {}
    ignored = []
    for name, tensor in tensors.items():
        suffix = next((suffix for suffix in SUFFIXES if name.endswith(suffix)), None)
        if suffix is None:
            ignored.append(name)
        else:
            parts.setdefault(name.removesuffix(suffix), {})[SUFFIXES[suffix]] = tensor
    return parts, ignored


def _layer(path: Path, name: str, parts: Mapping[str, Tensor]) -> Layer:
    for part, tensor in parts.items():
        if tensor.is_complex() or not tensor.float().isfinite().all():
            raise broken(path, f"{name} ({part}) holds numbers that are not finite", "Use another version of it.")
    numbers = {part: float(parts[part].float().mean()) for part in SCALARS if part in parts}
    layer = Layer(name, {part: parts[part] for part in parts if part not in SCALARS}, **numbers)
    if layer.kind is None and not {"diff_b", "b_norm"} & parts.keys():
        raise UnsupportedModelError(
            f"{path.name} is a LoRA of an unknown kind: {name} has {', '.join(sorted(parts))}",
            "Known: LoRA, LoCon, DoRA, LoHa, LoKr, IA³, GLoRA, OFT, full differences and norms.",
        )
    return layer


def _embeddings(bundled: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """`bundle_emb.NAME.string_to_param.*` or `bundle_emb.NAME.emb_params` → vectors by name."""
    return {name[len(BUNDLED) :].split(".")[0]: tensor.float().clone() for name, tensor in bundled.items()}


def planned(modules: Mapping[str, nn.Module], uses: Iterable[Use]) -> tuple[list[Change], list[str]]:
    """Where every layer goes, each checked against the weight it changes, and what to warn of. Nothing is touched.

    modules  "unet" → UNet2DConditionModel, "text" → CLIPTextModel
    Raises UnsupportedModelError for a network of another family, with both shapes.
    """
    targets = Targets(modules)
    changes: list[Change] = []
    warnings: list[str] = []
    for use in uses:
        found = [(layer, targets.find(layer.name)) for layer in use.network.layers]
        own = [Change(use, layer, target) for layer, target in found if target is not None]
        missing = [layer.name for layer, target in found if target is None]
        if not own:
            raise UnsupportedModelError(
                f"the LoRA {use.network.name} is made for another family: the checkpoint has no {missing[0]}",
                "Use one made for Stable Diffusion 1.x.",
            )
        for change in own:
            _check(change)
        if strange := [*missing, *use.network.ignored]:
            warnings.append(
                f"the LoRA {use.network.name} holds {len(strange)} things this checkpoint has no place for, "
                f"such as {strange[0]}; they are left out"
            )
        changes += own
    return changes, warnings


@contextmanager
def applied(modules: Mapping[str, nn.Module], uses: Iterable[Use]) -> Generator[list[str]]:
    """Networks laid over a checkpoint's weights.

    One after another: W ← W + multiplier · ΔW, each time rounded to the weight's number type.
    Yields the warnings. Nothing is touched unless all of them fit; at the end every weight is the very one it was.
    Raises as `planned`.
    """
    changes, warnings = planned(modules, uses)
    originals: Originals = {}
    try:
        for change in changes:
            _apply(change, originals)
        yield warnings
    finally:
        for (module, name), original in originals.items():
            setattr(module, name, original)


def _check(change: Change) -> None:
    """Work the change out on tensors without numbers, so that only shapes are computed."""
    target = change.target
    try:
        layer = change.layer.to("meta")
        layer.delta(target.weight.to("meta"), change.use.dyn)
        layer.bias_delta(target.bias.to("meta"))
    except (ShapeError, RuntimeError) as misfit:
        raise _unfit(change, misfit) from misfit


def _unfit(change: Change, misfit: Exception) -> ModelFileError:
    sizes = ", ".join(f"{name} {sides(part)}" for name, part in sorted(change.layer.parts.items()))
    found = str(misfit) if isinstance(misfit, ShapeError) else f"{sizes} for a weight of {sides(change.target.weight)}"
    return UnsupportedModelError(
        f"the LoRA {change.use.network.name} is made for another family: {change.layer.name} is {found}",
        "Use one made for Stable Diffusion 1.x.",
    )


@torch.inference_mode(mode=False)
@torch.no_grad()
def _apply(change: Change, originals: Originals) -> None:
    target, multiplier = change.target, change.use.multiplier(change.target)
    if multiplier == 0:
        return
    weight, bias = target.weight, target.bias
    for name, old, delta in (
        ("weight", weight, change.layer.delta(weight, change.use.dyn)),
        ("bias", bias, change.layer.bias_delta(bias)),
    ):
        if delta is not None:
            originals.setdefault((target.module, name), getattr(target.module, name))
            new = (old.float() + delta * multiplier).to(getattr(target.module, "computes", old.dtype))
            setattr(target.module, name, nn.Parameter(new, requires_grad=False))
