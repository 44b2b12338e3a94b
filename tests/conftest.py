"""The strictest numerics, and the folder of recorded cases."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def golden() -> Path:
    """The folder of goldens that need weights; see tests/golden/README.md."""
    folder = os.environ.get("GOLDEN")
    if not folder:
        pytest.skip("not run: GOLDEN is not set")
    return Path(folder)
