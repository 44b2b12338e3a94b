"""What a file's tensors hold stays the same when their memory is given back."""

from mmap import PAGESIZE
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from pentimento.checkpoint.library import BUILTIN
from pentimento.checkpoint.open import open_checkpoint
from pentimento.checkpoint.tensors import load_tensors
from pentimento.engine.paint import paint
from pentimento.nets import pages
from pentimento.nets.route import Route
from pentimento.nets.vae import VAE
from pentimento.words.request import Request


def resident(tensor: torch.Tensor) -> int:
    """Bytes of a tensor which this process has in memory, in whole pages."""
    first, last = tensor.data_ptr() // PAGESIZE, (tensor.data_ptr() + tensor.nbytes - 1) // PAGESIZE
    with Path("/proc/self/pagemap").open("rb") as map:
        map.seek(8 * first)
        entries = np.frombuffer(map.read(8 * (last - first + 1)), np.uint64)
    return PAGESIZE * int((entries >> np.uint64(63)).sum())


def tensor_of_a_file(tmp_path) -> torch.Tensor:
    file = tmp_path / "a.safetensors"
    save_file({"a": torch.arange(1 << 20, dtype=torch.float32)}, file)
    return load_tensors(file)["a"]


def test_memory_is_given_back_and_the_numbers_are_read_again(tmp_path):
    tensor = tensor_of_a_file(tmp_path)
    total = tensor.sum()
    before = resident(tensor)
    pages.let_go(tensor)
    assert resident(tensor) < before / 2
    assert torch.equal(tensor.sum(), total)


def test_what_was_written_stays(tmp_path):
    tensor = tensor_of_a_file(tmp_path)
    tensor.mul_(0)
    pages.let_go(tensor)
    assert not tensor.any()


def test_a_tensor_of_no_file_stays():
    tensor = torch.arange(1 << 20)
    pages.let_go(tensor)
    assert torch.equal(tensor, torch.arange(1 << 20))


def test_a_network_that_was_called_gives_its_pages_back_and_is_the_same_when_called_again():
    networks = open_checkpoint(BUILTIN / "starter.safetensors", route=Route(stored=True)).networks
    tokens = torch.arange(77)[None]
    table = networks.text.module.embeddings.token_embedding.weight
    first = networks.text(tokens)
    assert resident(table) < table.nbytes / 2
    assert torch.equal(networks.text(tokens), first)


def test_while_a_picture_is_decoded_the_unets_pages_are_given_back(monkeypatch):
    opened = open_checkpoint(BUILTIN / "starter.safetensors", route=Route(stored=True))
    widest = max(opened.networks.unet.module.parameters(), key=torch.Tensor.numel)
    seen = []
    decode = VAE.decode

    def watched(vae, latents):
        seen.append(resident(widest))
        return decode(vae, latents)

    monkeypatch.setattr(VAE, "decode", watched)
    request = Request(prompt="a woman", width=64, height=64, steps=1, seed=1, batch_count=2)
    for _ in paint(request, ("a woman", ""), [], None, opened, {}):
        pass
    assert len(seen) == 2
    assert all(kept < widest.nbytes / 2 for kept in seen)
