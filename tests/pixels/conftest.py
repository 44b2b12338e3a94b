from pathlib import Path

import numpy as np
import PIL.Image
import pytest

GOLDEN = Path(__file__).parent.parent / "golden" / "pixels"


@pytest.fixture
def golden():
    """Read one of the recorded pictures: `golden("chelsea_192x128")`, in another mode if named."""

    def read(name: str, mode: str | None = None):
        with PIL.Image.open(GOLDEN / f"{name}.png") as file:
            return np.asarray(file.convert(mode or file.mode))

    return read
