"""The tiny decoder that previews may be made with: which file it is, and the network in it."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.stamps import Stamp, stamp
from pentimento.checkpoint.tensors import load_tensors
from pentimento.nets.tiny import TinyDecoder, tiny_module
from pentimento.words.errors import UnknownModelError, UnsupportedModelError

FOLDER = "VAE-approx"
"""Where a new file belongs."""
PREFIXES = ("decoder.layers.", "taesd_decoder.", "decoder.", "layers.", "")
"""What stands before a layer's number, in diffusers' files and in the authors'."""


def tiny_file(library: Library) -> Path:
    """The first file of a tiny decoder. Raises UnknownModelError where there is none."""
    found = next(iter(library.tiny_decoders().values()), None)
    if found is None:
        raise UnknownModelError(
            f"previews by a tiny decoder need its file, and {library.models_dir / FOLDER} has none",
            "Put taesd_decoder.safetensors (or .pth, or diffusers' taesd) there, or ask for linear previews.",
        )
    return found


def open_tiny(path: Path, device: torch.device) -> TinyDecoder:
    """The network in a file, float32; the one used last stays in memory as long as its file stays as it is.

    raises  UnsupportedModelError for another network; what `load_tensors` raises
    """
    return _opened(stamp(path), path, device)


@lru_cache(maxsize=1)
def _opened(read: Stamp, path: Path, device: torch.device) -> TinyDecoder:
    module = tiny_module()
    wanted = module.layers.state_dict()
    tensors = _layers(load_tensors(path))
    if {name: tensor.shape for name, tensor in tensors.items()} != {name: one.shape for name, one in wanted.items()}:
        first = tensors.get("0.weight")
        seen = "no first layer" if first is None else f"a first layer for {first.shape[1]} channels"
        raise UnsupportedModelError(
            f"{path.name} is no tiny decoder for Stable Diffusion 1.x: it has {len(tensors)} tensors and {seen}, "
            f"and {len(wanted)} and 4 channels are wanted",
            "Use taesd_decoder, or diffusers' madebyollin/taesd.",
        )
    module.layers.load_state_dict({name: tensor.float() for name, tensor in tensors.items()})
    return TinyDecoder(module.to(device))


def _layers(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The decoder's tensors by layer, counted from 0; the authors count from 1, as theirs clamps first."""
    for prefix in PREFIXES:
        found = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
        if found and all(name[0].isdecimal() for name in found):
            less = 0 if "0.weight" in found else 1
            parts = {name: name.partition(".") for name in found}
            return {f"{int(parts[name][0]) - less}.{parts[name][2]}": tensor for name, tensor in found.items()}
    return {}
