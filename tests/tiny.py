"""Whole SD 1.x checkpoints of random numbers, small enough to be made and run within a second."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from pentimento.checkpoint.architecture import TextArchitecture, UNetArchitecture, VAEArchitecture
from pentimento.checkpoint.keys import inverted, renamed, unet_modules, vae_modules
from pentimento.checkpoint.open import AUTOENCODER, TEXT, UNET
from pentimento.nets.text import text_module
from pentimento.nets.unet import unet_module
from pentimento.nets.vae import vae_module

WIDTH = 64
SIDE = 64
"""Native side: only masked works on a part enlarged to about this much."""

AUTOENCODER_SIZES = VAEArchitecture(channels=(32, 64, 64, 64), layers=1, latent_channels=4)
TEXT_SIZES = TextArchitecture(width=WIDTH, layers=2, inner_width=128, vocabulary=49408, positions=77)


def unet_sizes(in_channels: int) -> UNetArchitecture:
    return UNetArchitecture(in_channels, 4, channels=(32, 64), attention=(True, True), layers=1, context=WIDTH)


def tiny_modules(in_channels: int = 4, seed: int = 0) -> dict[str, torch.nn.Module]:
    """U-Net, VAE and text encoder in our own layout; equal seeds give equal numbers."""
    unet, vae, text = unet_sizes(in_channels), AUTOENCODER_SIZES, TEXT_SIZES
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        modules = {
            "unet": unet_module(**vars(unet)),
            "vae": vae_module(**vars(vae)),
            "text": text_module(**vars(text), heads=text.heads),
        }
    with torch.no_grad(), torch.random.fork_rng():
        torch.manual_seed(seed)
        modules["vae"].encoder.conv_out.weight *= 4  # or else every picture looks the same to it
        modules["text"].final_layer_norm.bias.uniform_(0, 0.2)  # emphasis divides by the features' mean
    return modules


def tiny_tensors(in_channels: int = 4, seed: int = 0) -> dict[str, Tensor]:
    """The tensors of a whole checkpoint in the original layout, float16."""
    modules = tiny_modules(in_channels, seed)
    maps: Mapping[str, tuple[str, Mapping[str, str] | None]] = {
        "unet": (UNET, inverted(unet_modules(unet_sizes(in_channels)))),
        "vae": (AUTOENCODER, inverted(vae_modules(AUTOENCODER_SIZES))),
        "text": (TEXT, None),
    }
    found: dict[str, Tensor] = {}
    for part, (prefix, names) in maps.items():
        tensors = modules[part].state_dict()
        news = {key: key for key in tensors} if names is None else renamed(tensors, names)
        found |= {prefix + news[key]: tensor.half().contiguous() for key, tensor in tensors.items()}
    return found


def write_tiny(path: Path, in_channels: int = 4, seed: int = 0, metadata: Mapping[str, str] | None = None) -> Path:
    """A checkpoint file in the original layout."""
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(tiny_tensors(in_channels, seed), path, {"modelspec.resolution": str(SIDE), **(metadata or {})})
    return path
