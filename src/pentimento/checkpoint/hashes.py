"""Names of files by their contents, as the field prints them; the slow ones are remembered."""

import hashlib
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

from pentimento.checkpoint.memory import recall, remembered
from pentimento.checkpoint.safetensors import body_start
from pentimento.checkpoint.stamps import stamp

BLOCK = 1 << 20
LEGACY_START, LEGACY_LENGTH = 0x100000, 0x10000
SHORT, ADD_ON_SHORT = 10, 12


def file_hash(path: Path, told: Callable[[int], None] | None = None) -> str:
    """sha256 of the whole file, 64 hex digits; remembered while path, size and time of change stay the same.

    Its first 10 digits are a checkpoint's hash, its first 12 an embedding's.

    told  is called with the number of bytes of each block that was read
    """
    return remembered(path, "sha256", lambda: _sha256(path, 0, told))


def cached_hash(path: Path) -> str | None:
    """`file_hash` if it is remembered, else None; never reads the file."""
    return recall(path, "sha256")


def body_hash(path: Path) -> str:
    """sha256 of a .safetensors file without its header: what names a LoRA, whatever its metadata say."""
    return remembered(path, "body", lambda: _sha256(path, body_start(path)))


def legacy_hash(path: Path) -> str:
    """8 hex digits over 64 kB at 1 MB: what programs printed before 2023. Many files share one."""
    with path.open("rb") as file:
        file.seek(LEGACY_START)
        return hashlib.sha256(file.read(LEGACY_LENGTH)).hexdigest()[:8]


def short_hash(sha256: str) -> str:
    """A checkpoint's hash as titles and infotext print it."""
    return sha256[:SHORT]


def embedding_hash(path: Path) -> str:
    """12 hex digits, as infotext's `TI hashes` prints them."""
    return file_hash(path)[:ADD_ON_SHORT]


def network_hash(path: Path, metadata: Mapping[str, str] | None = None) -> str:
    """12 hex digits, as infotext's `Lora hashes` prints them: `sshs_model_hash` if the metadata have it."""
    if said := (metadata or {}).get("sshs_model_hash"):
        return said[:ADD_ON_SHORT]
    return (body_hash if path.suffix.lower() == ".safetensors" else file_hash)(path)[:ADD_ON_SHORT]


def hashing(path: Path) -> Generator[int, None, str]:
    """Read a whole file, which brings it into the system's memory, and hash it unless its hash is remembered.

    yields   the bytes of each block that was read
    returns  as `file_hash`
    """
    known, before = cached_hash(path), stamp(path)
    if known is None:
        found = yield from _reading(path, 0)
        return remembered(path, "sha256", lambda: found) if stamp(path) == before else found
    block = memoryview(bytearray(BLOCK))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(block):
            yield count
    return known


def _sha256(path: Path, start: int, told: Callable[[int], None] | None = None) -> str:
    reading = _reading(path, start)
    while True:
        try:
            count = next(reading)
        except StopIteration as done:
            return done.value
        if told:
            told(count)


def _reading(path: Path, start: int) -> Generator[int, None, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK):
            digest.update(block)
            yield len(block)
    return digest.hexdigest()
