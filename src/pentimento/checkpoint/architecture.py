"""The sizes of a checkpoint's networks, read from the shapes of its tensors.

Number of attention heads is the one fact shapes do not show: SD 1.x has 8 in the U-Net, and its text encoder
one for every 64 features (at least 4).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from pentimento.words.errors import ModelFileError

Shapes: TypeAlias = Mapping[str, tuple[int, ...]]


class PartError(ModelFileError):
    """A network of a file is not whole; the file is named where it is known."""


@dataclass(frozen=True)
class UNetArchitecture:
    """A U-Net of Stable Diffusion 1.x.

    channels   features of each level, finest first
    attention  whether each level attends to the text
    layers     residual blocks per level on the way down
    context    width of the text features
    """

    in_channels: int
    out_channels: int
    channels: tuple[int, ...]
    attention: tuple[bool, ...]
    layers: int
    context: int
    heads: int = 8


@dataclass(frozen=True)
class VAEArchitecture:
    """The autoencoder: features of each level, finest first, and residual blocks per level."""

    channels: tuple[int, ...]
    layers: int
    latent_channels: int


@dataclass(frozen=True)
class TextArchitecture:
    """The CLIP text encoder."""

    width: int
    layers: int
    inner_width: int
    vocabulary: int
    positions: int

    @property
    def heads(self) -> int:
        return max(4, self.width // 64)


def unet_architecture(shapes: Shapes, *, heads: int = 8) -> UNetArchitecture:
    """Sizes of the U-Net; names start at `input_blocks.` and its siblings."""
    try:
        downs = sorted(int(m[1]) for key in shapes if (m := re.fullmatch(r"input_blocks\.(\d+)\.0\.op\.weight", key)))
        last = max(int(m[1]) for key in shapes if (m := re.match(r"input_blocks\.(\d+)\.", key)))
        layers = (downs[0] if downs else last + 1) - 1
        firsts = [1, *(down + 1 for down in downs)]
        keys = [f"input_blocks.{first}." for first in firsts]
        contexts = {shapes[key][1] for key in shapes if key.endswith("attn2.to_k.weight")}
        return UNetArchitecture(
            in_channels=shapes["input_blocks.0.0.weight"][1],
            out_channels=shapes["out.2.weight"][0],
            channels=tuple(shapes[f"{key}0.out_layers.3.weight"][0] for key in keys),
            attention=tuple(f"{key}1.proj_in.weight" in shapes for key in keys),
            layers=layers,
            context=contexts.pop(),
            heads=heads,
        )
    except (KeyError, IndexError, ValueError) as missing:
        raise _incomplete("U-Net", missing) from missing


def vae_architecture(shapes: Shapes) -> VAEArchitecture:
    """Sizes of the autoencoder; names start at `encoder.` and `decoder.`."""
    try:
        levels = 1 + max(int(m[1]) for key in shapes if (m := re.match(r"encoder\.down\.(\d+)\.", key)))
        layers = 1 + max(int(m[1]) for key in shapes if (m := re.match(r"encoder\.down\.0\.block\.(\d+)\.", key)))
        return VAEArchitecture(
            channels=tuple(shapes[f"encoder.down.{level}.block.0.conv2.weight"][0] for level in range(levels)),
            layers=layers,
            latent_channels=shapes["post_quant_conv.weight"][0],
        )
    except (KeyError, ValueError) as missing:
        raise _incomplete("VAE", missing) from missing


def text_architecture(shapes: Shapes) -> TextArchitecture:
    """Sizes of the text encoder; names start at `embeddings.` and `encoder.`."""
    try:
        vocabulary, width = shapes["embeddings.token_embedding.weight"]
        return TextArchitecture(
            width=width,
            layers=1 + max(int(m[1]) for key in shapes if (m := re.match(r"encoder\.layers\.(\d+)\.", key))),
            inner_width=shapes["encoder.layers.0.mlp.fc1.weight"][0],
            vocabulary=vocabulary,
            positions=shapes["embeddings.position_embedding.weight"][0],
        )
    except (KeyError, ValueError) as missing:
        raise _incomplete("text encoder", missing) from missing


def _incomplete(network: str, missing: Exception) -> PartError:
    return PartError(f"the {network} is not whole: {missing}", "It may be truncated; download it again.")
