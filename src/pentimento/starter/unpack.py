"""A file that ships → the folder of a training, as if a phase had just ended: `python -m pentimento.starter.unpack`."""

import argparse
from collections.abc import Sequence
from pathlib import Path

import torch

from pentimento.checkpoint.open import open_checkpoint
from pentimento.starter.autoencoder import VAE
from pentimento.starter.networks import Geometry, Networks, text_of, unet_of, vae_of
from pentimento.starter.recipe import SITTING


def unpacked(file: Path, geometry: Geometry, in_channels: int = 4) -> Networks:
    """Networks from an exported file, float32; RuntimeError where it is of another geometry."""
    held = open_checkpoint(file).networks
    vae, unet, text = vae_of(geometry), unet_of(geometry, in_channels), text_of(geometry)
    for network, own in ((vae, held.vae), (unet, held.unet), (text, held.text)):
        network.load_state_dict(own.module.state_dict())
    return Networks(vae, unet, text)


def main(arguments: Sequence[str] | None = None) -> None:
    phases = [phase.name for phase in SITTING.phases]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, help="of 4 or 9 channels, as export writes it")
    parser.add_argument("--out", type=Path, default=Path("training"), help="the folder of the training")
    parser.add_argument("--phase", choices=phases, required=True, help="which the file counts as the end of")
    chosen = parser.parse_args(arguments)
    channels = SITTING.phase(chosen.phase).in_channels
    networks = unpacked(chosen.file, SITTING.geometry, channels)
    chosen.out.mkdir(parents=True, exist_ok=True)
    torch.save(networks.vae.state_dict(), chosen.out / VAE)
    torch.save(networks.unet.state_dict(), chosen.out / f"{chosen.phase}-unet.pt")
    torch.save(networks.text.state_dict(), chosen.out / f"{chosen.phase}-text.pt")


if __name__ == "__main__":
    main()
