"""Names of modules and tensors: the original layout of SD 1.x files, and diffusers' modules that we run.

A map goes from the module's name in the file to its name in our networks; a tensor's name is its module's
longest known prefix replaced. The inverse maps write files.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

from pentimento.checkpoint.architecture import UNetArchitecture, VAEArchitecture

RESNET = {
    "in_layers.0": "norm1",
    "in_layers.2": "conv1",
    "emb_layers.1": "time_emb_proj",
    "out_layers.0": "norm2",
    "out_layers.3": "conv2",
    "skip_connection": "conv_shortcut",
}

UNET_ENDS = {
    "time_embed.0": "time_embedding.linear_1",
    "time_embed.2": "time_embedding.linear_2",
    "input_blocks.0.0": "conv_in",
    "middle_block.1": "mid_block.attentions.0",
    "out.0": "conv_norm_out",
    "out.2": "conv_out",
}

VAE_RESNET = {"norm1": "norm1", "conv1": "conv1", "norm2": "norm2", "conv2": "conv2", "nin_shortcut": "conv_shortcut"}
VAE_ATTENTION = {"norm": "group_norm", "q": "to_q", "k": "to_k", "v": "to_v", "proj_out": "to_out.0"}


def unet_modules(unet: UNetArchitecture) -> dict[str, str]:
    """Module names of the U-Net: in the file (without `model.diffusion_model.`) → in UNet2DConditionModel.

    Attention blocks stand as prefixes: what is inside them has the same names on both sides.
    """
    resnets = {"middle_block.0": "mid_block.resnets.0", "middle_block.2": "mid_block.resnets.1"}
    others = dict(UNET_ENDS)
    top = len(unet.channels) - 1
    stride = unet.layers + 1
    for level, attention in enumerate(unet.attention):
        for layer in range(unet.layers):
            block = f"input_blocks.{1 + level * stride + layer}"
            resnets[f"{block}.0"] = f"down_blocks.{level}.resnets.{layer}"
            if attention:
                others[f"{block}.1"] = f"down_blocks.{level}.attentions.{layer}"
        if level < top:
            others[f"input_blocks.{(level + 1) * stride}.0.op"] = f"down_blocks.{level}.downsamplers.0.conv"
    for up, attention in enumerate(reversed(unet.attention)):
        for layer in range(stride):
            block = f"output_blocks.{up * stride + layer}"
            resnets[f"{block}.0"] = f"up_blocks.{up}.resnets.{layer}"
            if attention:
                others[f"{block}.1"] = f"up_blocks.{up}.attentions.{layer}"
        if up < top:
            place = 2 if attention else 1
            others[f"output_blocks.{up * stride + unet.layers}.{place}.conv"] = f"up_blocks.{up}.upsamplers.0.conv"
    return others | _inside(resnets, RESNET)


def vae_modules(vae: VAEArchitecture) -> dict[str, str]:
    """Module names of the autoencoder: in the file (without `first_stage_model.`) → in AutoencoderKL."""
    resnets: dict[str, str] = {}
    attentions: dict[str, str] = {}
    others = {"quant_conv": "quant_conv", "post_quant_conv": "post_quant_conv"}
    top = len(vae.channels) - 1
    for half in ("encoder", "decoder"):
        resnets |= {f"{half}.mid.block_{i + 1}": f"{half}.mid_block.resnets.{i}" for i in (0, 1)}
        attentions[f"{half}.mid.attn_1"] = f"{half}.mid_block.attentions.0"
        ends = {"conv_in": "conv_in", "norm_out": "conv_norm_out", "conv_out": "conv_out"}
        others |= {f"{half}.{there}": f"{half}.{here}" for there, here in ends.items()}
    for level in range(top + 1):
        down, up = f"encoder.down_blocks.{level}", f"decoder.up_blocks.{top - level}"
        resnets |= {f"encoder.down.{level}.block.{i}": f"{down}.resnets.{i}" for i in range(vae.layers)}
        resnets |= {f"decoder.up.{level}.block.{i}": f"{up}.resnets.{i}" for i in range(vae.layers + 1)}
        if level < top:
            others[f"encoder.down.{level}.downsample.conv"] = f"{down}.downsamplers.0.conv"
        if level > 0:
            others[f"decoder.up.{level}.upsample.conv"] = f"{up}.upsamplers.0.conv"
    return others | _inside(resnets, VAE_RESNET) | _inside(attentions, VAE_ATTENTION)


def _inside(blocks: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    return dict(
        chain.from_iterable(
            ((f"{there}.{a}", f"{here}.{b}") for a, b in names.items()) for there, here in blocks.items()
        )
    )


def renamed(keys: Iterable[str], modules: Mapping[str, str]) -> dict[str, str]:
    """Each tensor's name → its name on the other side; names whose module is not in the map are left out."""
    return {key: new for key in keys if (new := rename(key, modules)) is not None}


def rename(key: str, modules: Mapping[str, str]) -> str | None:
    """One tensor's or module's name on the other side: its longest known prefix replaced."""
    prefix = key
    while prefix:
        if (new := modules.get(prefix)) is not None:
            return new + key[len(prefix) :]
        prefix = prefix.rpartition(".")[0]
    return None


def inverted(modules: Mapping[str, str]) -> dict[str, str]:
    """The same map the other way, for writing files."""
    return {here: there for there, here in modules.items()}
