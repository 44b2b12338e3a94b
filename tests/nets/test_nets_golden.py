"""The networks give what the reference's networks give, for recorded inputs."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from pentimento.checkpoint.open import open_checkpoint
from pentimento.nets.networks import Networks

FILES = {"sd15": "tiny-sd15.safetensors", "inpainting": "tiny-sd15-inpainting.safetensors"}


@pytest.fixture(scope="module", params=FILES)
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def networks(kind: str, golden: Path) -> Networks:
    return open_checkpoint(golden / "checkpoints" / FILES[kind]).networks


@pytest.fixture(scope="module")
def recorded(kind: str, golden: Path) -> dict[str, np.ndarray]:
    return dict(np.load(golden / "components" / f"model_{kind}.npz"))


@pytest.mark.parametrize("time", ["t999", "t400", "t20", "tfrac"])
def test_unet_predicts_what_the_reference_predicts(time, networks, recorded):
    x = torch.from_numpy(recorded[f"unet/{time}/x"])
    if f"unet/{time}/concat" in recorded:
        x = torch.cat([x, torch.from_numpy(recorded[f"unet/{time}/concat"])], dim=1)
    times = recorded[f"unet/{time}/t"] if time == "tfrac" else [float(time[1:])] * len(x)
    context = torch.from_numpy(recorded["unet/cond"])
    for row, t in enumerate(times):
        eps = networks.unet(x[row : row + 1], float(t), context[row : row + 1])
        assert np.abs(eps.numpy() - recorded[f"unet/{time}/eps"][row : row + 1]).max() < 1e-4


@pytest.mark.parametrize("name, every", [("astronaut_192x128", 1), ("chelsea_128x96", 2)])
def test_vae_encodes_and_decodes_as_the_reference_does(name, every, networks, recorded, golden):
    pixels = np.asarray(Image.open(golden / "inputs" / f"{name}.png").convert("RGB"), dtype=np.float32)
    image = torch.from_numpy(pixels).permute(2, 0, 1)[None] / 127.5 - 1
    latents = networks.vae.encode(image).mean
    assert np.abs(latents.numpy() - recorded[f"vae_encode/{name}"]).max() < 1e-4
    decoded = networks.vae.decode(latents)[..., ::every, ::every]
    assert np.abs(decoded.numpy() - recorded[f"vae_decode_of_encode/{name}"]).max() < 1e-3
