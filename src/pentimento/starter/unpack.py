"""A file that ships → the folder of a training, as if a phase had just ended: `python -m pentimento.starter.unpack`."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from pentimento.checkpoint.keys import renamed, unet_modules, vae_modules
from pentimento.starter.autoencoder import VAE
from pentimento.starter.export import AUTOENCODER, TEXT, UNET, unet_architecture, vae_architecture
from pentimento.starter.networks import Geometry, Networks, text_of, unet_of, vae_of
from pentimento.starter.recipe import SITTING


def unpacked(tensors: Mapping[str, Tensor], geometry: Geometry, in_channels: int = 4) -> Networks:
    """Networks from the tensors of an exported file; RuntimeError where the file is of another geometry."""
    unet, vae, text = unet_of(geometry, in_channels), vae_of(geometry), text_of(geometry)
    unet.load_state_dict(inside(tensors, UNET, unet_modules(unet_architecture(geometry, in_channels))))
    held = inside(tensors, AUTOENCODER, vae_modules(vae_architecture(geometry)))
    vae.load_state_dict({key: tensor.view_as(vae.state_dict()[key]) for key, tensor in held.items()})
    named = {key.removeprefix(TEXT): tensor.float() for key, tensor in tensors.items() if key.startswith(TEXT)}
    prefix = "text_model." if any(key.startswith("text_model.") for key in text.state_dict()) else ""
    text.load_state_dict({prefix + key: tensor for key, tensor in named.items()})
    return Networks(vae, unet, text)


def inside(tensors: Mapping[str, Tensor], prefix: str, modules: Mapping[str, str]) -> dict[str, Tensor]:
    """One network's tensors under the names that diffusers has for them, float32."""
    own = {key.removeprefix(prefix): tensor for key, tensor in tensors.items() if key.startswith(prefix)}
    names = renamed(own, modules)
    return {names[key]: tensor.float() for key, tensor in own.items() if key in names}


def main(arguments: Sequence[str] | None = None) -> None:
    phases = [phase.name for phase in SITTING.phases]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="of 4 or 9 channels, as export writes it")
    parser.add_argument("--out", type=Path, default=Path("training"), help="the folder of the training")
    parser.add_argument("--phase", choices=phases, required=True, help="which the file counts as the end of")
    chosen = parser.parse_args(arguments)
    channels = SITTING.phase(chosen.phase).in_channels
    networks = unpacked(load_file(chosen.file), SITTING.geometry, channels)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(networks.vae.state_dict(), chosen.out / VAE)
    torch.save(networks.unet.state_dict(), chosen.out / f"{chosen.phase}-unet.pt")
    torch.save(networks.text.state_dict(), chosen.out / f"{chosen.phase}-text.pt")


if __name__ == "__main__":
    main()
