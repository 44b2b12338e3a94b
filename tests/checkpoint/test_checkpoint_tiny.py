"""A tiny decoder is found in the folder of models and read in each layout that it is passed about in."""

from pathlib import Path

import pytest
import torch
from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny
from safetensors.torch import save_file
from torch import Tensor

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.tiny import open_tiny, tiny_file
from pentimento.words.errors import UnknownModelError, UnsupportedModelError

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def whole() -> AutoencoderTiny:
    with torch.random.fork_rng():
        torch.manual_seed(3)
        return AutoencoderTiny().eval().requires_grad_(False)


def author_s(whole: AutoencoderTiny) -> dict[str, Tensor]:
    """Layers count from 1, since a clamp comes first."""
    split = [(name.split(".", 1), tensor) for name, tensor in whole.decoder.layers.state_dict().items()]
    return {f"{int(number) + 1}.{rest}": tensor for (number, rest), tensor in split}


LAYOUTS = {
    "diffusers' autoencoder": lambda whole: whole.state_dict(),
    "diffusers' decoder": lambda whole: whole.decoder.state_dict(),
    "the authors' decoder": author_s,
    "both in one file": lambda whole: {f"taesd_decoder.{name}": tensor for name, tensor in author_s(whole).items()},
    "float16": lambda whole: {name: tensor.half() for name, tensor in author_s(whole).items()},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", ["safetensors", "pth"])
def test_each_layout_decodes_as_diffusers_does(whole, layout, suffix, tmp_path):
    file = tmp_path / f"taesd_decoder.{suffix}"
    tensors = {name: tensor.contiguous() for name, tensor in LAYOUTS[layout](whole).items()}
    save_file(tensors, file) if suffix == "safetensors" else torch.save(tensors, file)
    latents = torch.randn(2, 4, 5, 7, generator=torch.Generator().manual_seed(1))
    near = 2e-2 if layout == "float16" else 1e-6
    torch.testing.assert_close(open_tiny(file, CPU)(latents), whole.decode(latents).sample, atol=near, rtol=near)


@pytest.mark.parametrize(
    "name, listed",
    [
        ("VAE-approx/taesd_decoder.pth", True),
        ("vae_approx/taesd_decoder.safetensors", True),
        ("VAE-taesd/taesd_decoder.pth", True),
        ("VAE-approx/taesd/diffusion_pytorch_model.safetensors", True),
        ("VAE-approx/taesd_encoder.pth", False),
        ("VAE-approx/taesdxl_decoder.pth", False),
        ("VAE-approx/taesd3_decoder.pth", False),
        ("VAE-approx/model.pt", False),
        ("VAE/taesd_decoder.pth", False),
    ],
)
def test_files_are_told_by_their_names(name, listed, tmp_path):
    (tmp_path / name).parent.mkdir(parents=True)
    (tmp_path / name).touch()
    assert list(Library(tmp_path).tiny_decoders().values()) == ([tmp_path / name] if listed else [])


def test_without_a_file_the_folder_and_the_remedy_are_named(tmp_path):
    with pytest.raises(UnknownModelError) as refused:
        tiny_file(Library(tmp_path))
    assert str(tmp_path / "VAE-approx") in refused.value.message
    assert "taesd_decoder.safetensors" in refused.value.hint
    assert "linear" in refused.value.hint


@pytest.mark.parametrize(
    "channels, said",
    [(16, "a first layer for 16 channels"), (None, "no first layer")],
    ids=["another family", "none"],
)
def test_another_network_is_refused_by_name(whole, channels, said, tmp_path):
    file = tmp_path / "taesd_decoder.safetensors"
    tensors = author_s(AutoencoderTiny(latent_channels=channels)) if channels else {"weight": torch.zeros(3)}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file)
    with pytest.raises(UnsupportedModelError, match=said):
        open_tiny(file, CPU)


def test_a_file_that_was_exchanged_is_read_anew(whole, tmp_path):
    file = tmp_path / "taesd_decoder.safetensors"
    latents = torch.randn(1, 4, 4, 4)
    save_file(author_s(whole), file)
    first = open_tiny(file, CPU)
    assert open_tiny(file, CPU) is first
    save_file({name: tensor / 2 for name, tensor in author_s(whole).items()} | {"metadata": torch.zeros(1)}, Path(file))
    with pytest.raises(UnsupportedModelError):
        open_tiny(file, CPU)
    save_file({name: tensor / 2 for name, tensor in author_s(whole).items()}, file)
    assert not torch.equal(open_tiny(file, CPU)(latents), first(latents))


def test_its_work_is_counted_as_its_layers_do_it(whole, tmp_path):
    file = tmp_path / "taesd_decoder.safetensors"
    save_file(author_s(whole), file)
    tiny, counted = open_tiny(file, CPU), []
    for part in tiny.module.modules():
        if isinstance(part, torch.nn.Conv2d):
            part.register_forward_hook(
                lambda layer, given, made: counted.append(2 * layer.weight.numel() * made.shape[-2] * made.shape[-1])
            )
    tiny(torch.zeros(1, 4, 3, 5))
    assert tiny.operations(15) == sum(counted)
