"""Small files of weights, built on the spot."""

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

WIDTH = 4  # bytes of a float32

Write = Callable[..., Path]


def safetensors_bytes(shapes: Mapping[str, tuple[int, ...]], metadata: Mapping[str, str] | None = None) -> bytes:
    """A whole .safetensors file of float32 zeros, written from the format's description."""
    header: dict[str, object] = {"__metadata__": dict(metadata)} if metadata else {}
    end = 0
    for name, shape in shapes.items():
        size = WIDTH
        for side in shape:
            size *= side
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    return len(text).to_bytes(8, "little") + text + bytes(end)


@pytest.fixture
def write_weights(tmp_path: Path) -> Write:
    """(name, shapes, metadata) → a .safetensors file in tmp_path."""

    def write(name: str, shapes: Mapping[str, tuple[int, ...]], metadata: Mapping[str, str] | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(safetensors_bytes(shapes, metadata))
        return path

    return write


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Hashes remembered by a test are forgotten with it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setitem(os.environ, "PENTIMENTO_CACHE", str(folder))
    return folder
