"""`pentimento erase`, `--fill` and `--supersampling` as a person meets them."""

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from pentimento.pixels.codec import encode_picture, read_picture
from pentimento.words.images import Picture
from picturenets import write_lama, write_mat


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


@pytest.mark.parametrize(
    ("name", "write"),
    [("LaMa/big-lama.pth", write_lama), pytest.param("MAT/Places.pth", write_mat, marks=pytest.mark.long)],
)
def test_networks_take_away_what_is_masked_and_nothing_else(shell, wire, tmp_path, name, write):
    if write is write_mat:
        pytest.importorskip("spandrel_extra_arches", reason="an extra that forbids commercial use")
    file = write(tmp_path / "own" / name)
    given = ("erase", "wire.png", "mask.png", "--models-dir", tmp_path / "own", "--device", "cpu")
    said = shell(*given, "--with", file.stem, "-o", "clean.png")
    assert said.code == 0, said.err
    assert np.array_equal(seen("clean.png")[wire[1] == 0], wire[0][wire[1] == 0])
    assert not np.array_equal(seen("clean.png"), wire[0])


def test_what_is_not_there_is_told(shell, wire):
    said = shell("erase", "wire.png", "mask.png", "--with", "magic")
    assert said.code == 2
    assert "There are: blur, telea, navier-stokes" in said.err


def test_a_mask_of_another_size_is_refused_with_what_then_helps(shell, wire):
    half = np.zeros((32, 32), np.uint8)
    half[13:19] = 255
    PIL.Image.fromarray(half).save("half.png")
    said = shell("erase", "wire.png", "half.png")
    assert said.code == 2
    assert said.err.splitlines()[0] == "Error: the mask is 32×32 but the picture is 64×64"
    assert "--resize-mask" in said.err
    assert shell("erase", "wire.png", "half.png", "--resize-mask", "-o", "clean.png").code == 0
    assert np.abs(seen("clean.png").astype(int) - 90).max() <= 2


@pytest.mark.parametrize("way", ["telea", "navier-stokes"])
def test_a_mask_of_nothing_and_one_of_everything_are_told(shell, wire, way):
    PIL.Image.fromarray(np.zeros((64, 64), np.uint8)).save("none.png")
    PIL.Image.fromarray(np.full((64, 64), 255, np.uint8)).save("all.png")
    said = shell("erase", "wire.png", "none.png", "--with", way, "-o", "same.png")
    assert said.code == 0
    assert "the mask is empty: the picture is returned as it was" in said.err
    assert np.array_equal(seen("same.png"), wire[0])
    said = shell("erase", "wire.png", "all.png", "--with", way, "-o", "gone.png")
    assert said.code == 2
    assert "the mask covers all of the picture" in said.err
    assert not Path("gone.png").exists()


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


@pytest.mark.parametrize("shape", [(8, 8, 3), (61, 47, 3), (300, 3, 3), (40, 40, 4), (40, 40, 1), (33, 40, 2)])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_supersampling_keeps_every_sample_outside_the_mask_of_any_picture(shell, models, shape, dtype):
    samples = np.random.default_rng(0).integers(0, np.iinfo(dtype).max, shape, dtype, endpoint=True)
    mask = np.zeros(shape[:2], np.uint8)
    mask[3:6, :2] = 255
    Path("odd.png").write_bytes(encode_picture(Picture(samples), ".png", None))
    PIL.Image.fromarray(mask).save("small.png")
    given = ("odd.png", "small.png", "-p", "x", "--models-dir", models, "--checkpoint", "tiny", "-s", 1, "--steps", 1)
    how = ("--only-masked", "--width", 24, "--height", 24, "--supersampling", 1.7, "--mask-blur", 0)
    assert shell("inpaint", *given, *how, "-o", "made.png").code == 0
    made = seen("made.png")
    assert (made.shape, made.dtype) == (samples.shape, samples.dtype)
    assert np.array_equal(made[mask == 0], samples[mask == 0])
    assert not np.array_equal(made[mask > 0], samples[mask > 0])


@pytest.mark.parametrize("factor", ["0.5", "4.1", "nan", "x"])
def test_a_factor_out_of_range_is_told_in_one_sentence(shell, wire, models, factor):
    given = ("wire.png", "mask.png", "-p", "x", "--models-dir", models, "--checkpoint", "tiny", "--only-masked")
    said = shell("inpaint", *given, "--supersampling", factor, "-o", "made.png")
    assert said.code == 2
    assert said.err.startswith(f"Error: supersampling is '{factor}': input should be ")
    assert not Path("made.png").exists()


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
