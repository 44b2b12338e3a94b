"""Which module of our networks a name in a LoRA file means: kohya's, LyCORIS's, peft's, diffusers' and LDM's names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from diffusers.models.unets.unet_2d_condition import UNet2DConditionModel
from torch import Tensor, nn

from pentimento.checkpoint.architecture import UNetArchitecture
from pentimento.checkpoint.keys import inverted, rename, unet_modules

PREFIXES: Mapping[str, str] = {
    # how names begin, dots as underscores            which network
    "lora_unet_": "unet",
    "lycoris_unet_": "unet",
    "lycoris_": "unet",
    "oft_unet_": "unet",
    "unet_": "unet",
    "base_model_model_unet_": "unet",
    "base_model_model_": "unet",
    "diffusion_model_": "unet",
    "model_diffusion_model_": "unet",
    "": "unet",
    "lora_te_text_model_": "text",
    "lora_te1_text_model_": "text",
    "lora_te_": "text",
    "lora_te1_": "text",
    "lycoris_text_model_": "text",
    "text_encoder_text_model_": "text",
    "text_encoder_": "text",
    "base_model_model_text_model_": "text",
    "cond_stage_model_transformer_text_model_": "text",
    "text_model_": "text",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Target:
    """A module that a network in a prompt may change; `network` is "unet" or "text"."""

    network: str
    name: str
    module: nn.Module

    @property
    def weight(self) -> Tensor:
        return self.module.get_parameter("weight")

    @property
    def bias(self) -> Tensor:
        """The module's bias; zeros where it has none."""
        bias = getattr(self.module, "bias", None)
        return self.weight.new_zeros(len(self.weight)) if bias is None else bias


class Targets:
    """Every module of a checkpoint that has a weight, by all names that files give it.

    modules  "unet" → UNet2DConditionModel, "text" → CLIPTextModel
    """

    def __init__(self, modules: Mapping[str, nn.Module]) -> None:
        self._targets: dict[tuple[str, str], Target] = {}
        for network, root in modules.items():
            originals = _original_names(root)
            for name, module in root.named_modules():
                if isinstance(getattr(module, "weight", None), nn.Parameter):
                    for alias in (name, rename(name, originals) or name):
                        self._targets[network, _flat(alias)] = Target(network, name, module)

    def find(self, name: str) -> Target | None:
        """The module that a name in a file means; None if this checkpoint has no such module."""
        flat = _flat(name.replace(".processor.", "."))
        ends = (flat, f"{flat}_0") if flat.endswith("_to_out") else (flat,)
        return next((target for end in ends for target in self._candidates(end)), None)

    def _candidates(self, flat: str) -> Iterator[Target]:
        for prefix, network in PREFIXES.items():
            if flat.startswith(prefix) and (target := self._targets.get((network, flat[len(prefix) :]))):
                yield target


def _flat(name: str) -> str:
    return name.replace(".", "_")


def _original_names(root: nn.Module) -> Mapping[str, str]:
    """Module names of a U-Net: ours → in files of the original layout."""
    if not isinstance(root, UNet2DConditionModel):
        return {}
    facts = root.config
    return inverted(
        unet_modules(
            UNetArchitecture(
                in_channels=facts["in_channels"],
                out_channels=facts["out_channels"],
                channels=tuple(facts["block_out_channels"]),
                attention=tuple(name.startswith("CrossAttn") for name in facts["down_block_types"]),
                layers=facts["layers_per_block"],
                context=facts["cross_attention_dim"],
            )
        )
    )
