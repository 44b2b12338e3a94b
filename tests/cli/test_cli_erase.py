"""`pentimento erase`, `--fill` and `--supersampling` as a person meets them."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from pentimento.pixels.codec import read_picture


@pytest.fixture
def wire(tmp_path):
    """A grey picture with a white line, and the mask of the line."""
    samples = np.full((64, 64, 3), 90, np.uint8)
    mask = np.zeros((64, 64), np.uint8)
    mask[30:34] = 255
    samples[30:34] = 255
    PIL.Image.fromarray(samples).save("wire.png")
    PIL.Image.fromarray(mask).save("mask.png")
    return samples, mask


def seen(name):
    return read_picture(Path(name).read_bytes()).samples


@pytest.mark.parametrize("option", ["--with", "--fill"], ids=["with", "as inpaint calls it"])
@pytest.mark.parametrize("way", ["telea", "navier-stokes", "blur"])
def test_a_wire_is_taken_away(shell, wire, way, option):
    said = shell("erase", "wire.png", "mask.png", option, way, "-o", "clean.png")
    assert said.code == 0, said.err
    assert np.abs(seen("clean.png").astype(int) - 90).max() <= 2


def test_what_is_not_there_is_told(shell, wire):
    said = shell("erase", "wire.png", "mask.png", "--with", "magic")
    assert said.code == 2
    assert "There are: blur, telea, navier-stokes" in said.err


def test_the_fill_is_a_setting_that_the_picture_carries(shell, wire, models):
    given = ("inpaint", "wire.png", "mask.png", "-p", "x", "--models-dir", models, "--checkpoint", "tiny", "-s", 1)
    how = ("--masked-content", "fill", "--steps", 1, "--denoising-strength", 0.2)
    said = [shell(*given, *how, "--fill", way, "-o", f"{way}.png") for way in ("blur", "telea")]
    assert all(one.code == 0 for one in said), said
    assert not np.array_equal(seen("blur.png"), seen("telea.png"))
    assert shell(*given, "--from", "telea.png", "-o", "again.png").code == 0
    assert np.array_equal(seen("again.png"), seen("telea.png"))


@pytest.mark.parametrize("compat", ["none", "webui"])
def test_only_masked_can_be_worked_on_larger_and_shrunk_back(shell, wire, models, compat):
    given = ("inpaint", "wire.png", "mask.png", "-p", "x", "--models-dir", models, "--checkpoint", "tiny", "-s", 1)
    how = ("--only-masked", "--steps", 1, "--width", 64, "--height", 64, "--compat", compat, "--mask-blur", 0)
    said = shell(*given, *how, "--supersampling", 2, "-o", "large.png")
    assert said.code == 0, said.err
    assert "128×128" in said.err
    assert seen("large.png").shape == (64, 64, 3)
    assert np.array_equal(seen("large.png")[wire[1] == 0], wire[0][wire[1] == 0])


@pytest.mark.parametrize("compat", ["none", "webui"])
def test_a_supersampled_picture_is_made_again_from_its_text_and_from_its_round(shell, wire, models, compat):
    given = ("inpaint", "wire.png", "mask.png", "--models-dir", models, "--checkpoint", "tiny")
    how = ("--only-masked", "--steps", 1, "--width", 64, "--height", 56, "--compat", compat, "-s", 1, "-p", "x")
    assert shell(*given, *how, "--supersampling", 1.5, "-o", "one.png").code == 0
    text = read_picture(Path("one.png").read_bytes()).text["parameters"]
    assert "Size: 64x56" in text
    if compat == "none":  # the reference's text has no place for it
        assert "Supersampling: 1.5" in text
        assert shell(*given, "--from", "one.png", "-o", "again.png").code == 0
        assert np.array_equal(seen("again.png"), seen("one.png"))
    assert shell(*given, *how, "-o", "plain.png").code == 0
    assert not np.array_equal(seen("plain.png"), seen("one.png"))
