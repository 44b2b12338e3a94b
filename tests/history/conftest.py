"""A history of one's own, and somebody who paints."""

import pytest

from pentimento.history.history import History
from rounds import Painter


@pytest.fixture
def history(tmp_path):
    kept = History(tmp_path / "data")
    yield kept
    kept.close()


@pytest.fixture
def painter(history):
    return Painter(history)
