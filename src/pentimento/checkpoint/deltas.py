"""What a network in a prompt adds to one weight: every way that files of LoRAs and their kin write it down.

Each kind is a row of `KINDS`: the parts it is known by, the formula, and the rank its `alpha` is divided by. Weights of
linear layers are (out, in), of convolutions (out, in, h, w).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

Parts: TypeAlias = Mapping[str, Tensor]
Formula: TypeAlias = Callable[["Layer", Tensor, int | None], Tensor]


class ShapeError(ValueError):
    """A change does not have the shape of the weight it is meant for."""


@dataclass(frozen=True, eq=False)
class Layer:
    """What a file holds for one module.

    name   the module, as the file calls it
    parts  its tensors by their usual short names ("up", "down", "hada_w1_a", …)
    alpha  numerator of the scale; for OFT the bound on the rotation
    scale  the scale itself, where the file gives it
    """

    name: str
    parts: Parts
    alpha: float | None = None
    scale: float | None = None

    @property
    def kind(self) -> "Kind | None":
        return next((kind for kind in KINDS if kind.fits(self.parts)), None)

    def to(self, device: torch.device | str) -> "Layer":
        parts = {name: part.to(device, torch.float32) for name, part in self.parts.items()}
        return Layer(self.name, parts, self.alpha, self.scale)

    def delta(self, weight: Tensor, dyn: int | None = None) -> Tensor | None:
        """ΔW for a weight, in float32 on its device; None where the layer changes the bias alone.

        weight   the weight as it is before; DoRA, IA³, GLoRA and OFT depend on it
        dyn      how many ranks of a LoRA to use; none takes all
        returns  as `weight`: scaled, renormalised for DoRA, not yet multiplied by the prompt's multiplier
        Raises ShapeError or RuntimeError where the shapes do not go together.
        """
        kind = self.kind
        if kind is None:
            return None
        layer, base = self.to(weight.device), weight.float()
        delta = fitted(kind.formula(layer, base, dyn), base) * self.strength
        return renormalised(delta, base, layer.parts["dora_scale"]) if "dora_scale" in self.parts else delta

    def bias_delta(self, bias: Tensor) -> Tensor | None:
        """What is added to the bias, in float32; None if nothing."""
        part = self.parts.get("diff_b", self.parts.get("b_norm"))
        if part is None:
            return None
        if part.numel() != bias.numel():
            raise ShapeError(f"{sides(part)} for a bias of {sides(bias)}")
        return part.to(bias.device, torch.float32).reshape(bias.shape)

    @property
    def strength(self) -> float:
        """The scale if given, else alpha / rank, else 1."""
        rank = self.kind.rank(self.parts) if self.kind else None
        if self.scale is not None:
            return self.scale
        return self.alpha / rank if self.alpha is not None and rank else 1.0


@dataclass(frozen=True)
class Kind:
    """A way to write a change down.

    parts    a layer is of this kind if it has all parts of one of these groups
    formula  (layer, weight in float32, dyn rank) → ΔW before scaling, in any shape with the right count
    rank     parts → what alpha is divided by; None where alpha is no part of the scale
    """

    name: str
    parts: tuple[frozenset[str], ...]
    formula: Formula
    rank: Callable[[Parts], int | None] = lambda parts: None

    def fits(self, parts: Parts) -> bool:
        return any(group <= parts.keys() for group in self.parts)


def lora(layer: Layer, _weight: Tensor, dyn: int | None) -> Tensor:
    """up·down (arXiv:2106.09685); with `mid` a convolution between two 1×1 ones (LyCORIS, arXiv:2309.14859)."""
    up, down = layer.parts["up"][:, :dyn], layer.parts["down"][:dyn]
    if "mid" in layer.parts:
        mid = layer.parts["mid"][:dyn, :dyn]
        return torch.einsum("op,pqhw,qi->oihw", up.flatten(1), mid, down.flatten(1))
    return (up.flatten(1) @ down.flatten(1)).reshape(len(up), *down.shape[1:])


def loha(layer: Layer, _weight: Tensor, _dyn: int | None) -> Tensor:
    """(w1a·w1b) ∘ (w2a·w2b) (FedPara, arXiv:2108.06098), each with a core t where the file has one."""
    p = layer.parts
    first = _product(p["hada_w1_a"], p["hada_w1_b"], p.get("hada_t1"))
    return first * _product(p["hada_w2_a"], p["hada_w2_b"], p.get("hada_t2"))


def lokr(layer: Layer, _weight: Tensor, _dyn: int | None) -> Tensor:
    """w1 ⊗ w2, the Kronecker product (LyCORIS), either written whole or as a product."""
    first, second = _factor(layer.parts, "lokr_w1", None), _factor(layer.parts, "lokr_w2", "lokr_t2")
    return torch.kron(first.reshape(*first.shape[:2], *[1] * (second.dim() - 2)), second.contiguous())


def full(layer: Layer, _weight: Tensor, _dyn: int | None) -> Tensor:
    """The difference itself, of a weight or of a norm's."""
    return layer.parts["diff"] if "diff" in layer.parts else layer.parts["w_norm"]


def ia3(layer: Layer, weight: Tensor, _dyn: int | None) -> Tensor:
    """W scaled along its inputs or its outputs (arXiv:2205.05638)."""
    axis = 1 if bool(layer.parts["on_input"].any()) else 0
    scale = layer.parts["weight"].flatten()
    return weight * scale.reshape([len(scale) if i == axis else 1 for i in range(weight.dim())])


def glora(layer: Layer, weight: Tensor, _dyn: int | None) -> Tensor:
    """b2·b1 + W·a2·a1 (arXiv:2306.07967)."""
    p = layer.parts
    return p["b2"] @ p["b1"] + weight.flatten(1) @ p["a2"] @ p["a1"]


def oft(layer: Layer, weight: Tensor, _dyn: int | None) -> Tensor:
    """Blocks of output rows turned by rotations: Cayley's (I+Q)(I−Q)⁻¹, Q skew (arXiv:2306.07280).

    alpha bounds |Q| by alpha · rows.
    """
    blocks = layer.parts["oft_blocks"]
    skew = blocks - blocks.transpose(1, 2)
    if layer.alpha:
        norm = skew.norm()
        skew = skew * (norm.clamp(max=layer.alpha * len(weight)) + 1e-8) / (norm + 1e-8)
    one = torch.eye(blocks.shape[1], device=weight.device)
    turn = (one + skew) @ torch.linalg.inv(one - skew)
    turned = torch.einsum("knm,kni->kmi", turn, weight.reshape(*blocks.shape[:2], -1)).reshape(weight.shape)
    return turned * layer.parts.get("rescale", torch.ones((), device=weight.device)) - weight


def _product(a: Tensor, b: Tensor, core: Tensor | None) -> Tensor:
    """a·b; with a core (r, r, h, w) and factors (r, out), (r, in) the Tucker product (out, in, h, w)."""
    return a @ b if core is None else torch.einsum("pqhw,po,qi->oihw", core, a, b)


def _factor(parts: Parts, name: str, core: str | None) -> Tensor:
    if name in parts:
        return parts[name]
    return _product(parts[f"{name}_a"], parts[f"{name}_b"], parts.get(core) if core else None)


def _lokr_rank(parts: Parts) -> int | None:
    split = next((parts[name] for name in ("lokr_w2_b", "lokr_w1_b") if name in parts), None)
    return None if split is None else len(split)


def _groups(*groups: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(group.split()) for group in groups)


KINDS = (
    Kind("LoRA", _groups("up down"), lora, lambda parts: len(parts["down"])),
    Kind("LoHa", _groups("hada_w1_a hada_w1_b hada_w2_a hada_w2_b"), loha, lambda parts: len(parts["hada_w1_b"])),
    Kind("IA³", _groups("weight on_input"), ia3),
    Kind(
        "LoKr",
        _groups(
            "lokr_w1 lokr_w2", "lokr_w1 lokr_w2_a lokr_w2_b", "lokr_w1_a lokr_w1_b lokr_w2",
            "lokr_w1_a lokr_w1_b lokr_w2_a lokr_w2_b",
        ),
        lokr,
        _lokr_rank,
    ),
    Kind("full difference", _groups("diff", "w_norm"), full),
    Kind("GLoRA", _groups("a1 a2 b1 b2"), glora),
    Kind("OFT", _groups("oft_blocks"), oft),
)  # fmt: skip


def fitted(delta: Tensor, weight: Tensor) -> Tensor:
    """ΔW in the weight's shape; the 5 inputs that an inpainting U-Net has more than 4 get zeros."""
    if delta.numel() == weight.numel() and len(delta) == len(weight):
        return delta.reshape(weight.shape)
    if weight.dim() == 4 and weight.shape[1] == 9 and delta.numel() * 9 == weight.numel() * 4:
        grown = weight.new_zeros(weight.shape)
        grown[:, :4] = delta.reshape(len(weight), 4, *weight.shape[2:])
        return grown
    raise ShapeError(f"{sides(delta)} for a weight of {sides(weight)}")


def renormalised(delta: Tensor, weight: Tensor, magnitude: Tensor) -> Tensor:
    """DoRA (arXiv:2402.09353): W + ΔW brought to the magnitude learned for each input or each output, minus W.

    magnitude  (1, in, 1, 1) for inputs, (out, 1, 1, 1) or (out,) for outputs; 1s as many as the weight has sides
    """
    axis = 1 if magnitude.dim() > 1 and magnitude.shape[0] == 1 else 0
    if magnitude.numel() != weight.shape[axis]:
        raise ShapeError(f"magnitudes of {sides(magnitude)} for a weight of {sides(weight)}")
    merged = weight + delta
    others = [side for side in range(weight.dim()) if side != axis]
    norm = torch.linalg.vector_norm(merged, dim=others, keepdim=True).clamp(min=torch.finfo(torch.float32).tiny)
    return merged * (magnitude.reshape(norm.shape) / norm) - weight


def sides(tensor: Tensor) -> str:
    """A tensor's shape as people write it."""
    return "×".join(map(str, tensor.shape)) or "a single number"
