"""Pictures on the shelf are the pictures they were, and leave nothing in the folder."""

import numpy as np
import pytest

from pentimento.pixels.shelf import shelved
from pentimento.words.errors import OutputError
from pentimento.words.images import Picture


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_picture_comes_off_the_shelf_as_it_was(tmp_path, kind, channels):
    samples = np.random.default_rng(0).integers(0, np.iinfo(kind).max, (7, 5, channels + 1), kind)[..., :channels]
    kept = shelved(Picture(samples, icc=b"i", text={"a": "b"}), tmp_path)
    assert (kept.icc, kept.text) == (b"i", {"a": "b"})
    assert kept.samples.dtype == kind
    assert np.array_equal(kept.samples, samples)
    assert type(kept.samples) is np.ndarray
    assert not list(tmp_path.iterdir())


def test_where_there_is_no_room_it_is_said(tmp_path):
    with pytest.raises(OutputError, match="cannot be kept"):
        shelved(Picture(np.zeros((2, 2, 3), np.uint8)), tmp_path / "missing")
