"""A file that is replaced under a living runner is read again, whatever kind of file it is."""

import os
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from test_checkpoint_folder import write_folder

from pentimento.checkpoint.open import AUTOENCODER
from pentimento.infotext.text import parse
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.events import Painted
from pentimento.words.request import Request
from tiny import tiny_tensors, write_tiny

LAYER = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"


@pytest.fixture
def models(tmp_path) -> Path:
    write_tiny(tmp_path / "models" / "Stable-diffusion" / "tiny.safetensors")
    return tmp_path / "models"


@pytest.fixture
def painted(models):
    """(settings) → pixels and recorded fields, by one runner that lives through the test."""
    runner = InlineRunner(models, device="cpu", threads=1)

    def run(**settings):
        asked = {"prompt": "a cat", "steps": 2, "seed": 3, "checkpoint": "tiny", "width": 64, "height": 64} | settings
        events = runner.run(Request(**asked), Files())
        (made,) = [event for event in events if isinstance(event, Painted)]
        return made.picture.samples.tobytes(), parse(made.parameters)

    run.runner = runner
    return run


def put(path: Path, write) -> None:
    """Replaced as programs do it: written aside, then renamed."""
    path.parent.mkdir(exist_ok=True)
    write(aside := path.with_name(f"new-{path.name}"))
    os.replace(aside, path)


def write_vae(path: Path, seed: int) -> None:
    tensors = {key: tensor for key, tensor in tiny_tensors(seed=seed).items() if key.startswith(AUTOENCODER)}
    save_file({key.removeprefix(AUTOENCODER): tensor for key, tensor in tensors.items()}, path)


def write_lora(path: Path, seed: int) -> None:
    torch.manual_seed(seed)
    save_file({f"{LAYER}.lora_up.weight": torch.randn(32, 2), f"{LAYER}.lora_down.weight": torch.randn(2, 32)}, path)


def write_embedding(path: Path, seed: int) -> None:
    torch.manual_seed(seed)
    save_file({"emb_params": torch.randn(2, 64)}, path)


CASES = {
    # where                                         how it is written   what asks for it        what names it
    "Stable-diffusion/tiny.safetensors": (lambda path, seed: write_tiny(path, seed=seed), {}, "Model hash"),
    "VAE/own.safetensors": (write_vae, {"vae": "own"}, "VAE hash"),
    "Lora/some.safetensors": (write_lora, {"prompt": "a cat <lora:some:1>"}, "Lora hashes"),
    "embeddings/word.safetensors": (write_embedding, {"prompt": "a word"}, "TI hashes"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_replaced_file_is_noticed(name, models, painted):
    write, settings, field = CASES[name]
    put(models / name, lambda path: write(path, 1))
    before, told = painted(**settings)
    assert painted(**settings) == (before, told)
    put(models / name, lambda path: write(path, 2))
    after, now = painted(**settings)
    assert after != before
    assert now[field] != told[field]


def test_a_file_that_stays_is_not_read_again(models, painted):
    painted()
    [loaded] = painted.runner._loaded
    painted(prompt="another")
    assert painted.runner._loaded == [loaded]


def test_the_yaml_beside_it_belongs_to_a_checkpoint(models, painted):
    before, _ = painted()
    (models / "Stable-diffusion" / "tiny.yaml").write_text("model: {params: {parameterization: v}}")
    assert painted()[0] != before


def test_every_file_of_a_folder_belongs_to_it(models, painted, tmp_path):
    write_folder(models / "Stable-diffusion" / "whole")
    before, _ = painted(checkpoint="whole")
    index = models / "Stable-diffusion" / "whole" / "scheduler" / "scheduler_config.json"
    index.parent.mkdir()
    index.write_text('{"prediction_type": "v_prediction"}')
    assert painted(checkpoint="whole")[0] != before
