"""What a file of weights holds: names, shapes, number types and metadata, without reading a tensor."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pentimento.checkpoint.entries import Entry, broken
from pentimento.checkpoint.pickles import read_pickle
from pentimento.checkpoint.safetensors import read_safetensors
from pentimento.words.errors import ModelFileError, UnknownModelError

SAFETENSORS = ".safetensors"
PICKLES = (".ckpt", ".pt", ".pth", ".bin")

NOT_WEIGHTS: Mapping[bytes, tuple[str, str]] = {
    # how it begins                      what it is                what to do
    b"version https://git-lfs":          ("a Git LFS pointer",     "Fetch the file itself with `git lfs pull`."),
    b"<!doctype":                        ("a web page",            "Download the file itself, not the page about it."),
    b"<html":                            ("a web page",            "Download the file itself, not the page about it."),
    b"\x89png":                          ("a picture",             "Give it as the picture, not as the model."),
    b"\xff\xd8\xff":                     ("a picture",             "Give it as the picture, not as the model."),
    b"gguf":                             ("a GGUF file",           "Use its .safetensors version."),
}  # fmt: skip

OLD_TEXT = re.compile(r"cond_stage_model\.transformer\.(?=embeddings\.|encoder\.|final_layer_norm\.)")
NEW_TEXT = "cond_stage_model.transformer.text_model."


@dataclass(frozen=True)
class Header:
    """A file of weights before it is loaded.

    entries   each tensor's name → its number type, shape and place; old names of the text encoder brought to today's
    metadata  what its maker wrote beside the tensors, as text
    """

    path: Path
    entries: Mapping[str, Entry]
    metadata: Mapping[str, str]

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        return {name: entry.shape for name, entry in self.entries.items()}


def read_header(path: Path) -> Header:
    """The header of a .safetensors or PyTorch file.

    Raises UnknownModelError (no such file), UnsafePickleError (it wants to run code) or ModelFileError (anything else
    that keeps it from being read), each naming the file.
    """
    try:
        start = _start(path)
        _check_kind(path, start)
        read = read_safetensors if path.suffix.lower() == SAFETENSORS else read_pickle
        entries, metadata = read(path)
    except FileNotFoundError as missing:
        raise UnknownModelError(f"there is no file {path}", "Check the path.") from missing
    except OSError as fault:
        raise ModelFileError(
            f"{path} cannot be read: {fault.strerror}", "Check that it is a file you may read."
        ) from fault
    return Header(path, _renamed(entries), metadata)


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(32)


def _check_kind(path: Path, start: bytes) -> None:
    suffix = path.suffix.lower()
    if not start:
        raise broken(path, "it is empty", "The download failed; download it again.")
    for mark, (kind, hint) in NOT_WEIGHTS.items():
        if start.lower().startswith(mark):
            raise broken(path, f"it is {kind}", hint)
    if suffix not in (SAFETENSORS, *PICKLES):
        raise broken(path, f"files ending in {suffix!r} are not known", f"Known: {SAFETENSORS}, {', '.join(PICKLES)}.")
    zipped, json = start.startswith(b"PK\x03\x04"), start[8:9] == b"{"
    if suffix == SAFETENSORS and zipped:
        raise broken(path, "it is a PyTorch file", "Rename it so that it ends in .ckpt.")
    if suffix in PICKLES and json and not zipped:
        raise broken(path, "it is a safetensors file", f"Rename it so that it ends in {SAFETENSORS}.")


def _renamed(entries: Mapping[str, Entry]) -> dict[str, Entry]:
    return {OLD_TEXT.sub(NEW_TEXT, name, count=1): entry for name, entry in entries.items()}
