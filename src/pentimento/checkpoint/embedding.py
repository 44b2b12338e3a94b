"""Textual inversions: a few vectors that stand for a word of the prompt (arXiv:2208.01618)."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from pentimento.checkpoint.entries import broken
from pentimento.checkpoint.hashes import embedding_hash
from pentimento.checkpoint.tensors import load_tensors
from pentimento.words.errors import UnsupportedModelError


@dataclass(frozen=True, eq=False)
class Embedding:
    """The vectors that a name in the prompt stands for.

    name     the file's stem
    vectors  (k, width), float32: one for each token that the name takes up
    hash     12 hex digits, as in `TI hashes`
    """

    name: str
    vectors: Tensor
    hash: str

    @property
    def width(self) -> int:
        return self.vectors.shape[1]


def read_embedding(path: Path, width: int | None = None) -> Embedding:
    """A textual inversion file (.pt, .bin, .safetensors), in any of its layouts.

    width  that of the text features it must fit; none takes any
    Raises UnsupportedModelError (another width, an SDXL embedding) or what `read_header` raises.
    """
    vectors = _vectors(path, load_tensors(path)).float().clone()
    if width is not None and vectors.shape[1] != width:
        raise UnsupportedModelError(
            f"the embedding {path.name} is {vectors.shape[1]} wide but the checkpoint's text features are {width}",
            "It belongs to another family of checkpoints.",
        )
    return Embedding(path.stem, vectors, embedding_hash(path))


def _vectors(path: Path, tensors: Mapping[str, Tensor]) -> Tensor:
    """The one (k, width) tensor: under `string_to_param`, as `emb_params`, or alone under the word itself."""
    if {"clip_l", "clip_g"} & tensors.keys():
        raise UnsupportedModelError(f"{path.name} is an SDXL embedding", "Use one made for Stable Diffusion 1.x.")
    named = {name: tensor for name, tensor in tensors.items() if name.startswith("string_to_param.")}
    found = named or {name: tensor for name, tensor in tensors.items() if name == "emb_params"} or dict(tensors)
    if len(found) != 1:
        raise broken(path, f"it holds {len(found)} tensors where an embedding has one", "Is it an embedding?")
    (vectors,) = found.values()
    vectors = vectors[None] if vectors.dim() == 1 else vectors
    if vectors.dim() != 2 or not vectors.is_floating_point() or not len(vectors):
        raise broken(
            path, f"its tensor is {tuple(vectors.shape)} where (vectors, width) belongs", "Is it an embedding?"
        )
    return vectors
