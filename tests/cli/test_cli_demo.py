"""`pentimento demo`."""

import json

import numpy as np
import PIL.Image
import pytest

from pentimento.checkpoint.library import BUILTIN
from pentimento.cli.demo import GAP, SHOWN, beside
from pentimento.words.request import Request


@pytest.fixture
def bundle(tmp_path, photo, mask, tiny_checkpoint, monkeypatch):
    """What the package holds, with a small checkpoint in place of the starter."""
    folder = tmp_path / "package"
    (folder / "weights").mkdir(parents=True)
    photo.rename(folder / "demo.png")
    mask.rename(folder / "demo-mask.png")
    settings = json.loads((BUILTIN.parent / "demo.json").read_bytes())
    (folder / "weights" / f"{settings['checkpoint']}.safetensors").symlink_to(tiny_checkpoint)
    (folder / "demo.json").write_text(json.dumps({**settings, "steps": 2}))
    monkeypatch.setattr("pentimento.cli.demo.BUNDLED", folder)
    monkeypatch.setattr("pentimento.cli.demo.BUILTIN", folder / "weights")
    monkeypatch.setattr("pentimento.runners.inline.BUILTIN", folder / "weights")
    return folder


def enlarged(path):
    with PIL.Image.open(path) as picture:
        return np.array(picture.resize((SHOWN, SHOWN), PIL.Image.Resampling.LANCZOS))


def test_the_demo_writes_before_mask_four_candidates_and_a_strip(shell, bundle, tmp_path):
    said = shell("demo", "--device", "cpu")
    assert said.code == 0, said.err
    out = tmp_path / "out" / "demo"
    names = ["after-1.png", "after-2.png", "after-3.png", "after-4.png", "before.png", "mask.png", "strip.png"]
    assert sorted(path.name for path in out.iterdir()) == names
    assert "out/demo/strip.png" in said.out
    strip = np.array(PIL.Image.open(out / "strip.png"))
    before, after = (enlarged(out / name) for name in ("before.png", "after-1.png"))
    assert strip.shape == (SHOWN, 3 * SHOWN + 2 * GAP, 3)
    assert np.array_equal(strip[:, :SHOWN], before)
    assert np.array_equal(strip[:, -SHOWN:], after)
    assert not np.array_equal(before, after)


def test_without_weights_the_demo_says_what_to_do(shell, bundle):
    for weights in (bundle / "weights").iterdir():
        weights.unlink()
    said = shell("demo")
    assert said.code == 2
    assert "starter model is not in" in said.err
    assert "make starter-train" in said.err


def test_the_bundled_settings_make_a_request_of_four():
    settings = json.loads((BUILTIN.parent / "demo.json").read_bytes())
    assert Request(**settings).batch_size == 4


def test_pictures_stand_side_by_side_large_enough_to_be_seen():
    black = np.zeros((SHOWN // 3, 20, 3), np.uint8)
    row = beside([black, black])
    assert row.shape == (SHOWN, 60 + GAP + 60, 3)
    assert (row[:, 60 : 60 + GAP] == 255).all()
