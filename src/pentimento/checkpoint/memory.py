"""What was found out about files, remembered on disk as long as they stay as they are."""

import json
import os
import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, TypeAlias

from pentimento.checkpoint.stamps import stamp, stamps

Memory: TypeAlias = dict[str, dict[str, Any]]
"""Path → stamp, and what is known by its name."""

FILE = "hashes.json"

_lock = Lock()


def cache_folder() -> Path:
    """PENTIMENTO_CACHE, else `pentimento` in the user's cache folder."""
    if own := os.environ.get("PENTIMENTO_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pentimento"


def remembered(path: Path, what: str, compute: Callable[[], str]) -> str:
    """What is remembered of a file or folder under a name, else computed now and remembered from now on."""
    known = recall(path, what)
    if known is not None:
        return known
    before = _stamp(path)
    value = compute()
    with _lock:
        memory = dict(_memory())
        entry = memory.get(str(path.resolve()), {})
        kept = entry if entry.get("stamp") == before else {}
        memory[str(path.resolve())] = {**kept, "stamp": before, what: value}
        _keep(memory)
    return value


def recall(path: Path, what: str) -> str | None:
    """What is remembered of a file or folder that has not changed since; the file is not opened."""
    entry = _memory().get(str(path.resolve()), {})
    value = entry.get(what) if what in entry and entry.get("stamp") == _stamp(path) else None
    return value if isinstance(value, str) else None


def _stamp(path: Path) -> list[object]:
    return [list(one) for one in stamps(path)] if path.is_dir() else list(stamp(path)[1:])


def _memory() -> Memory:
    """What is remembered; nothing if the file is missing or spoilt."""
    file = cache_folder() / FILE
    try:
        return _read(*stamp(file))
    except OSError:
        return {}


@lru_cache(maxsize=1)
def _read(file: str, _size: int, _changed: int) -> Memory:
    try:
        memory = json.loads(Path(file).read_bytes())
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
        os.replace(name, folder / FILE)
    except OSError:
        return
