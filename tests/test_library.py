"""The library's front door: a few lines of Python."""

import inspect
import subprocess
import sys

import numpy as np
import PIL.Image
import pytest

import pentimento
from pentimento.pixels.codec import read_picture


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("PENTIMENTO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def settings(tiny_checkpoint):
    """Where the small checkpoint is, and few steps."""
    return {"checkpoint": str(tiny_checkpoint), "models_dir": str(tiny_checkpoint.parent), "device": "cpu", "steps": 3}


@pytest.fixture
def photo(tmp_path):
    path = tmp_path / "photo.png"
    PIL.Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)).save(path)
    return path


@pytest.fixture
def mask(tmp_path):
    path = tmp_path / "mask.png"
    pixels = np.zeros((64, 64), np.uint8)
    pixels[24:40, 24:40] = 255
    PIL.Image.fromarray(pixels).save(path)
    return path


def test_five_lines_inpaint(photo, mask, settings, tmp_path):
    made = list(pentimento.inpaint(photo, mask, "a (red:1.3) scarf", batch_size=2, seed=5, mask_blur=0, **settings))
    files = [one.save(tmp_path / "out" / f"{one.seed}.png") for one in made]
    assert [one.seed for one in made] == [5, 6]
    assert [file.name for file in files] == ["5.png", "6.png"]
    assert read_picture(files[0].read_bytes()).text["parameters"] == made[0].parameters
    assert made[0].background.largest == 0
    assert made[0].mask.coverage == pytest.approx(1 / 16)
    changed = (made[0].picture.samples != np.array(PIL.Image.open(photo))).any(axis=2)
    assert changed.any()
    assert not (changed & (np.array(PIL.Image.open(mask)) == 0)).any()


def test_bytes_and_text_serve_as_pictures(photo, mask, settings):
    one = next(pentimento.inpaint(str(photo), mask.read_bytes(), "a cup", seed=1, **settings))
    other = next(pentimento.inpaint(photo.read_bytes(), mask, "a cup", seed=1, **settings))
    assert np.array_equal(one.picture.samples, other.picture.samples)


def test_whole_pictures_are_redrawn_and_drawn(photo, settings):
    redrawn = next(pentimento.img2img(photo, "a cup", denoising_strength=0.5, **settings))
    drawn = next(pentimento.txt2img("a cup", width=96, height=64, **settings))
    assert redrawn.picture.size == (64, 64)
    assert drawn.picture.size == (96, 64)
    assert drawn.mask is None
    assert drawn.background is None


def test_a_picture_is_enlarged_and_erased_from_without_a_checkpoint(photo, mask, tmp_path):
    where = {"models_dir": tmp_path, "device": "cpu"}
    larger = pentimento.upscale(photo, 1.5, **where)
    assert larger.picture.size == (96, 96)
    assert pentimento.upscale(photo, upscaler="nearest", hires_width=128, **where).picture.size == (128, 128)
    clean = pentimento.erase(photo, mask, "navier-stokes", **where)
    before, drawn = np.array(PIL.Image.open(photo)), np.array(PIL.Image.open(mask))
    assert np.array_equal(clean.picture.samples[drawn == 0], before[drawn == 0])
    assert (clean.picture.samples != before)[drawn > 0].mean() > 0.9
    assert clean.background.largest == 0


def test_faces_are_mended_and_told(photo, settings):
    made = pentimento.restore_faces(photo, **settings)
    assert made.faces.faces == ()
    assert np.array_equal(made.picture.samples, np.array(PIL.Image.open(photo)))
    with pytest.raises(pentimento.PentimentoError, match="GFPGAN has no file"):
        pentimento.restore_faces(photo, "gfpgan", **settings)


def test_a_grid_is_one_call(photo, mask, settings, tmp_path):
    made = pentimento.grid(photo, mask, "a cup", x="cfg_scale=1,7", y="checkpoint=tiny,missing", seed=5, **settings)
    assert list(made.cells) == [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0)]
    [one], [other] = made.cells[0, 0, 0], made.cells[1, 0, 0]
    [alone] = pentimento.inpaint(photo, mask, "a cup", seed=5, cfg_scale=7, **settings)
    assert np.array_equal(other.picture.samples, alone.picture.samples)
    assert not np.array_equal(one.picture.samples, other.picture.samples)
    assert made.cells[0, 1, 0] == ()
    assert set(made.problems) == {(0, 1, 0), (1, 1, 0)}
    assert "missing" in made.problems[0, 1, 0]
    assert made.sheet.size.width > 2 * 64
    saved = read_picture(made.save(tmp_path / "sheet.png").read_bytes())
    assert saved.text["parameters"] == "X: cfg_scale = 1, 7\nY: checkpoint = tiny, missing"


def test_a_grid_draws_from_words_too_and_its_seeds_count_on_where_asked(settings):
    how = settings | {"steps": 1}
    made = pentimento.grid(prompt="a cup", x="cfg_scale=1,7", seed=5, width=64, height=64, vary_seeds="x", **how)
    assert [one.seed for cell in made.cells.values() for one in cell] == [5, 6]


@pytest.mark.parametrize("axes", [{}, {"x": "cfg_scale"}, {"x": "no_such=1"}, {"x": "steps=1,2", "vary_seeds": "w"}])
def test_a_grid_that_cannot_be_is_refused_before_anything_runs(axes, settings):
    with pytest.raises(pentimento.PentimentoError) as refused:
        pentimento.grid(prompt="a cup", **axes, **settings)
    assert refused.value.hint


def test_a_request_is_run_by_a_runner_of_ones_own(photo, settings, tiny_checkpoint):
    from pentimento.pixels.files import Files

    files = Files()
    runner = pentimento.InlineRunner(tiny_checkpoint.parent, device="cpu")
    request = pentimento.Request(images=(files.add(photo),), checkpoint="tiny", steps=2, seed=3)
    assert [made.seed for made in pentimento.run(request, files, runner)] == [3]


def test_a_mistyped_setting_is_refused(photo, mask, settings):
    with pytest.raises(pentimento.PentimentoError, match="mask_blurr") as refused:
        pentimento.inpaint(photo, mask, "a cup", mask_blurr=3, **settings)
    assert refused.value.hint


def test_a_missing_picture_is_told_before_anything_runs(mask, settings):
    with pytest.raises(pentimento.PentimentoError, match=r"none\.png"):
        pentimento.inpaint("none.png", mask, "a cup", **settings)


def test_what_is_public_is_what_is_listed_and_every_name_is_there():
    own = {*pentimento.PUBLIC, "__version__"}
    assert set(pentimento.__all__) == own
    for name in pentimento.__all__:
        assert getattr(pentimento, name) is not None
    for name in pentimento.PUBLIC:
        assert inspect.getdoc(getattr(pentimento, name)), f"{name} has no paragraph"
    assert set(dir(pentimento)) == set(pentimento.__all__)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="repaint"):
        _ = pentimento.repaint


def test_importing_the_package_costs_nothing():
    code = "import sys, time; a = time.process_time(); import pentimento; b = time.process_time();"
    code += "print(b - a, *(m for m in ('torch', 'numpy', 'pydantic', 'PIL') if m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, *heavy = done.stdout.split()
    assert heavy == []
    assert float(seconds) < 0.1
