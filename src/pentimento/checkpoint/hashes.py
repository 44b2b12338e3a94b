"""Names of files by their contents, as the field prints them; the slow ones remembered on disk."""

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from pentimento.checkpoint.safetensors import body_start

Memory: TypeAlias = dict[str, dict[str, Any]]

BLOCK = 1 << 20
LEGACY_START, LEGACY_LENGTH = 0x100000, 0x10000
SHORT, ADD_ON_SHORT = 10, 12

_lock = Lock()


def file_hash(path: Path, told: Callable[[int], None] | None = None) -> str:
    """sha256 of the whole file, 64 hex digits; remembered while path, size and time of change stay the same.

    Its first 10 digits are a checkpoint's hash, its first 12 an embedding's.

    told  is called with the number of bytes of each block that was read
    """
    return _remembered(path, "sha256", lambda: _sha256(path, 0, told))


def cached_hash(path: Path) -> str | None:
    """`file_hash` if it is remembered, else None; never reads the file."""
    return _recall(path, "sha256")


def body_hash(path: Path) -> str:
    """sha256 of a .safetensors file without its header: what names a LoRA, whatever its metadata say."""
    return _remembered(path, "body", lambda: _sha256(path, body_start(path)))


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


def cache_folder() -> Path:
    """PENTIMENTO_CACHE, else `pentimento` in the user's cache folder."""
    if own := os.environ.get("PENTIMENTO_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pentimento"


def _sha256(path: Path, start: int, told: Callable[[int], None] | None = None) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        while block := file.read(BLOCK):
            digest.update(block)
            if told:
                told(len(block))
    return digest.hexdigest()


def _remembered(path: Path, kind: str, compute: Callable[[], str]) -> str:
    if known := _recall(path, kind):
        return known
    stamp = _stamp(path)
    value = compute()
    with _lock:
        memory = dict(_memory())
        entry = memory.get(str(path.resolve()), {})
        kept = entry if entry.get("stamp") == stamp else {}
        memory[str(path.resolve())] = {**kept, "stamp": stamp, kind: value}
        _keep(memory)
    return value


def _recall(path: Path, kind: str) -> str | None:
    entry = _memory().get(str(path.resolve()), {})
    value = entry.get(kind) if entry.get("stamp") == _stamp(path) else None
    return value if isinstance(value, str) and len(value) == 64 else None


def _stamp(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def _memory() -> Memory:
    """What is remembered; nothing if the file is missing or spoilt."""
    file = cache_folder() / "hashes.json"
    try:
        return _read(file, *_stamp(file))
    except OSError:
        return {}


@lru_cache(maxsize=1)
def _read(file: Path, _size: int, _changed: int) -> Memory:
    try:
        memory = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return {}
    if not isinstance(memory, dict):
        return {}
    return {path: entry for path, entry in memory.items() if isinstance(entry, dict)}


def _keep(memory: Memory) -> None:
    """Write all at once or not at all; a cache that cannot be written is no reason to fail."""
    try:
        folder = cache_folder()
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, prefix="hashes", suffix=".tmp")
        with os.fdopen(handle, "w") as file:
            json.dump(memory, file, indent=1)
        os.replace(name, folder / "hashes.json")
    except OSError:
        return
