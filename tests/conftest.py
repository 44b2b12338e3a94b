"""The strictest numerics, the folder of recorded cases, and checkpoints small enough to run.

The ordinary run tries the same examples every time; the long one looks for new ones.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from forks import Forks

LONG = bool(os.environ.get("PENTIMENTO_LONG"))

os.environ["PENTIMENTO_DTYPE"] = "float32"  # else every machine tests another number type

settings.register_profile("pentimento", derandomize=not LONG, deadline=None, print_blob=True)
settings.load_profile("pentimento")


@pytest.fixture(scope="session", autouse=True)
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What is made in tests is kept in a folder of theirs; commands compute in this process, which starts once."""
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("PENTIMENTO_DATA_DIR", str(folder))
        patched.setenv("PENTIMENTO_RUNNER", "inline")
        yield folder


@pytest.fixture(scope="session")
def forks() -> Iterator["Forks"]:
    """Where real servers come from, quickly."""
    from forks import Forks

    with closing(Forks()) as forks:
        yield forks


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of goldens that need weights; see tests/golden/README.md."""
    folder = os.environ.get("GOLDEN")
    if not folder:
        pytest.skip("not run: GOLDEN is not set")
    return Path(folder)


@pytest.fixture(scope="session")
def tiny_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SD 1.x checkpoint of random numbers: U-Net 32 wide, VAE 8 times down, text 64 wide; native side 64."""
    from tiny import write_tiny

    return write_tiny(tmp_path_factory.mktemp("tiny") / "Stable-diffusion" / "tiny.safetensors")


@pytest.fixture(scope="session")
def tiny_inpainting_checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same with 9 input channels."""
    from tiny import write_tiny

    return write_tiny(tmp_path_factory.mktemp("tiny9") / "Stable-diffusion" / "tiny-inpainting.safetensors", 9)
