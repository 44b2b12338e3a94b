"""The command line as a person meets it: arguments in; exit code, printed lines and files out."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import PIL.Image
import pytest

from pentimento.cli import main


class Said(NamedTuple):
    code: int
    out: str
    err: str

    @property
    def files(self) -> list[Path]:
        return [Path(line) for line in self.out.splitlines()]


Shell = Callable[..., Said]


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test starts in an empty folder and remembers neither hashes nor rounds."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(os.environ, "PENTIMENTO_CACHE", str(tmp_path / "cache"))
    monkeypatch.setitem(os.environ, "PENTIMENTO_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("PENTIMENTO_MODELS_DIR", raising=False)
    return tmp_path


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Shell:
    """Run `pentimento ARGUMENTS` in this process, main and all."""

    def run(*arguments: object) -> Said:
        monkeypatch.setattr(sys, "argv", ["pentimento", *map(str, arguments)])
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        capfd.readouterr()
        code = 0
        try:
            main()
        except SystemExit as left:
            code = int(left.code or 0)
        return Said(code, *capfd.readouterr())

    return run


@pytest.fixture
def models(tmp_path: Path, tiny_checkpoint: Path, tiny_inpainting_checkpoint: Path) -> Path:
    """A `models` folder as webui lays it out."""
    folder = tmp_path / "webui" / "models"
    (folder / "Stable-diffusion" / "inpainting").mkdir(parents=True)
    (folder / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    (folder / "Stable-diffusion" / "inpainting" / "tiny9.safetensors").symlink_to(tiny_inpainting_checkpoint)
    for name in ("VAE", "Lora", "Codeformer", "GFPGAN", "ControlNet", "VAE-approx"):
        (folder / name).mkdir()
    return folder


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """64 × 64, something everywhere."""
    path = tmp_path / "photo.png"
    PIL.Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    """White in the middle."""
    path = tmp_path / "mask.png"
    pixels = np.zeros((64, 64), np.uint8)
    pixels[24:40, 24:40] = 255
    PIL.Image.fromarray(pixels).save(path)
    return path


@pytest.fixture
def quick(models: Path) -> tuple[object, ...]:
    """What makes a run short."""
    return ("--models-dir", models, "--checkpoint", "tiny", "--steps", "3", "--device", "cpu")
