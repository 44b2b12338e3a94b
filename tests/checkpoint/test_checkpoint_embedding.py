"""Textual inversions are read from every layout there is, and only where they fit."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from pentimento.checkpoint.embedding import read_embedding
from pentimento.words.errors import ModelFileError, UnsafePickleError, UnsupportedModelError

VECTORS = torch.arange(8.0).reshape(2, 4)


class Evil:
    def __reduce__(self):
        return eval, ("1",)


LAYOUTS = {
    "webui": {"string_to_token": {"*": 265}, "string_to_param": {"*": VECTORS}, "name": "other", "step": 100},
    "first": {"string_to_param": torch.nn.ParameterDict({"*": torch.nn.Parameter(VECTORS)})},
    "emb_params": {"emb_params": VECTORS},
    "diffusers": {"<word>": VECTORS},
    "half": {"<word>": VECTORS.half()},
}


@pytest.mark.parametrize("suffix", ["pt", "bin"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_of_a_pickle_gives_its_vectors(layout, suffix, tmp_path):
    torch.save(LAYOUTS[layout], path := tmp_path / f"word.{suffix}")
    found = read_embedding(path, width=4)
    assert (found.name, found.width, found.vectors.dtype) == ("word", 4, torch.float32)
    assert torch.equal(found.vectors, VECTORS)


@pytest.mark.parametrize("name", ["emb_params", "<word>"])
def test_safetensors_give_their_vectors(name, tmp_path):
    save_file({name: VECTORS}, path := tmp_path / "word.safetensors")
    assert torch.equal(read_embedding(path).vectors, VECTORS)


def test_a_single_vector_is_one_row(tmp_path):
    torch.save({"<word>": VECTORS[1]}, path := tmp_path / "word.bin")
    assert torch.equal(read_embedding(path, width=4).vectors, VECTORS[1:])


def test_another_width_is_refused_with_both(tmp_path):
    save_file({"emb_params": VECTORS}, path := tmp_path / "word.safetensors")
    with pytest.raises(UnsupportedModelError, match=r"word\.safetensors is 4 wide .* features are 768"):
        read_embedding(path, width=768)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({"clip_l": VECTORS, "clip_g": VECTORS}, UnsupportedModelError, "SDXL"),
        ({"a": VECTORS, "b": VECTORS}, ModelFileError, "holds 2 tensors"),
        ({"name": "x"}, ModelFileError, "holds 0 tensors"),
        ({"a": torch.ones(2, 2, 2)}, ModelFileError, r"\(2, 2, 2\)"),
        ({"a": torch.ones(0, 4)}, ModelFileError, r"\(0, 4\)"),
        ({"a": torch.ones(2, 2, dtype=torch.int64)}, ModelFileError, "belongs"),
        ({"a": VECTORS, "evil": Evil()}, UnsafePickleError, "eval"),
    ],
)
def test_what_is_no_embedding_is_refused(content, error, message, tmp_path):
    torch.save(content, path := tmp_path / "word.pt")
    with pytest.raises(error, match=message):
        read_embedding(path, width=4)


def test_the_recorded_embeddings_are_read(golden):
    folder = golden / "checkpoints" / "embeddings"
    first, second = read_embedding(folder / "tinyemb.pt", 64), read_embedding(folder / "tinyemb2.safetensors", 64)
    assert (first.name, first.hash, first.vectors.shape) == ("tinyemb", "73b06d6749ad", (3, 64))
    assert (second.name, second.hash, second.vectors.shape) == ("tinyemb2", "ef3509bb6a59", (2, 64))
    assert np.isfinite(first.vectors.numpy()).all()
