"""Grids, starting states, comparisons, folders, prompt files and growing pictures from the command line."""

import numpy as np
import pytest

from pentimento.cli.batchjob import masks_for, pictures_in
from pentimento.cli.prompts import read_jobs
from pentimento.pixels.codec import encode_picture, picture_of, read_picture
from pentimento.words.errors import RequestError

QUICK = ("-p", "a cat", "--steps", 1, "--checkpoint", "tiny", "--device", "cpu", "--seed", 5)


def samples(path):
    return read_picture(path.read_bytes()).samples


def write(path, array):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode_picture(picture_of(array), ".png", None))
    return path


@pytest.fixture
def scene(tmp_path):
    """A picture and a mask of 64 × 48."""
    rng = np.random.default_rng(0)
    mask = np.zeros((48, 64, 1), np.uint8)
    mask[12:36, 16:48] = 255
    picture = write(tmp_path / "in" / "a.png", rng.integers(0, 256, (48, 64, 3), np.uint8))
    return picture, write(tmp_path / "masks" / "a.png", mask)


def test_a_grid_is_a_sheet_and_its_cells(shell, models, scene, tmp_path):
    done = shell(
        "grid", *scene, *QUICK, "--models-dir", models, "-o", tmp_path / "g.png",
        "--x", "masked_content=fill,original", "--y", "cfg_scale=1:7:6",
    )  # fmt: skip
    assert done.code == 0, done.err
    cells = sorted(path.name for path in (tmp_path / "g").iterdir())
    assert cells == ["z1-y1-x1.png", "z1-y1-x2.png", "z1-y2-x1.png", "z1-y2-x2.png"]
    cell, sheet = samples(tmp_path / "g" / "z1-y2-x2.png"), samples(tmp_path / "g.png")
    assert any(
        (sheet[y : y + 48, x : x + 64] == cell).all()
        for y in range(sheet.shape[0] - 47)
        for x in range(sheet.shape[1] - 63)
    )
    assert "cfg_scale = 1, 7" in read_picture((tmp_path / "g.png").read_bytes()).text["parameters"]


def test_a_failing_cell_is_blank_and_the_others_go_on(shell, models, scene, tmp_path):
    done = shell(
        "grid", *scene, *QUICK, "--models-dir", models, "-o", tmp_path / "out", "--x", "checkpoint=nobody,tiny"
    )
    assert done.code == 1
    assert "1 of 2 cells failed" in done.err
    assert "nobody" in done.err
    assert [path.name for path in (tmp_path / "out" / "grid-1").iterdir()] == ["z1-y1-x2.png"]
    assert (tmp_path / "out" / "grid-1.png").exists()


@pytest.mark.parametrize("axis", ["cfg=1,2", "cfg_scale=100", "steps=0:1:0", "seed"])
def test_an_axis_that_cannot_be_is_refused_before_anything_is_run(shell, models, scene, tmp_path, axis):
    done = shell("grid", *scene, *QUICK, "--models-dir", models, "-o", tmp_path / "out", "--x", axis)
    assert done.code == 2
    assert not (tmp_path / "out").exists()


def test_a_grid_without_pictures_draws_from_words(shell, models, tmp_path):
    done = shell(
        "grid", *QUICK, "--models-dir", models, "-o", tmp_path / "out", "--width", 32, "--height", 32,
        "--x", "prompt=cat|dog", "--z", "hires_scale=0,2",
    )  # fmt: skip
    assert done.code == 0, done.err
    assert samples(tmp_path / "out" / "grid-1" / "z2-y1-x1.png").shape == (64, 64, 3)


def test_the_four_starting_states_are_pictures(shell, models, scene, tmp_path):
    done = shell("start-states", *scene, *QUICK, "--models-dir", models, "-o", tmp_path / "s.png")
    assert done.code == 0, done.err
    names = {path.stem for path in (tmp_path / "s").iterdir()}
    assert names == {"fill", "original", "latent-noise", "latent-nothing"}
    states = [samples(path) for path in sorted((tmp_path / "s").iterdir())]
    assert all((one != other).any() for one in states for other in states if one is not other)
    assert samples(tmp_path / "s.png").shape[1] > 4 * 64


def test_starting_states_want_something_masked(shell, models, scene, tmp_path):
    empty = write(tmp_path / "empty.png", np.zeros((48, 64, 1), np.uint8))
    done = shell("start-states", scene[0], empty, *QUICK, "--models-dir", models, "-o", tmp_path / "s.png")
    assert done.code == 2
    assert "empty" in done.err


def test_two_pictures_are_compared_in_numbers_and_side_by_side(shell, scene, tmp_path):
    other = samples(scene[0]).copy()
    other[20, 20] ^= 4
    changed = write(tmp_path / "b.png", other)
    done = shell("compare", scene[0], changed, "--mask", scene[1], "-o", tmp_path / "strip.png")
    assert done.code == 0, done.err
    everything, inside, outside, place = done.out.splitlines()
    assert "largest 4 of 255" in everything
    assert "largest 4" in inside
    assert "largest 0" in outside
    assert "PSNR ∞" in outside
    assert place == str(tmp_path / "strip.png")
    assert samples(tmp_path / "strip.png").shape[1] > 3 * 64
    assert "PSNR ∞" in shell("compare", scene[0], scene[0]).out


def test_pictures_of_two_sizes_are_not_compared(shell, scene, tmp_path):
    small = write(tmp_path / "small.png", np.zeros((10, 20, 3), np.uint8))
    done = shell("compare", scene[0], small)
    assert done.code == 2
    assert "64×48" in done.err
    assert "20×10" in done.err


def test_a_folder_goes_on_after_a_bad_file_and_says_so_at_the_end(shell, models, scene, tmp_path):
    picture, mask = scene
    folder, masks = picture.parent, mask.parent
    (folder / "b.png").write_bytes(b"no picture")
    write(folder / "c10.png", samples(picture)[::-1].copy())
    write(folder / "c9.png", samples(picture))
    write(masks / "c10_mask.png", samples(mask))
    (folder / "notes.txt").write_text("not a picture")
    done = shell("batch", folder, masks, *QUICK, "--models-dir", models, "-o", tmp_path / "out")
    assert done.code == 1
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.png", "c10.png"]
    table = done.err.splitlines()[-5:]
    assert [line.split()[:3] for line in table[:4]] == [
        ["a.png", "5", "ok"], ["b.png", "6", "FAILED"], ["c9.png", "7", "FAILED"], ["c10.png", "8", "ok"],
    ]  # fmt: skip
    assert table[4] == "2 of 4 pictures done, 2 failed"
    alone = shell(
        "inpaint", folder / "c10.png", mask, *QUICK[:-1], 8, "--models-dir", models, "-o", tmp_path / "one.png"
    )
    assert alone.code == 0
    assert (samples(tmp_path / "one.png") == samples(tmp_path / "out" / "c10.png")).all()


def test_one_mask_serves_a_whole_folder_and_no_mask_with_extend(shell, models, scene, tmp_path):
    folder = scene[0].parent
    assert shell("batch", folder, scene[1], *QUICK, "--models-dir", models, "-o", tmp_path / "one").code == 0
    grown = shell("batch", folder, *QUICK, "--extend", "8,0,0,8", "--models-dir", models, "-o", tmp_path / "two")
    assert grown.code == 0, grown.err
    assert (samples(tmp_path / "two" / "a.png")[:48, 8:] == samples(scene[0])).all()


@pytest.mark.parametrize("compat", ["none", "webui"])
def test_a_blank_mask_changes_nothing_for_the_pictures_after_it(shell, models, scene, tmp_path, compat):
    picture, mask = scene
    folder, masks = picture.parent, mask.parent
    write(folder / "b.png", samples(picture))
    write(masks / "a.png", np.zeros((48, 64, 1), np.uint8))
    write(masks / "b.png", samples(mask))
    how = (*QUICK[:-1], "8", "--only-masked", "--compat", compat, "--models-dir", models)
    both = shell("batch", folder, masks, *how, "-o", tmp_path / "out")
    assert both.code == 0, both.err
    seed = ("--seed", "9")
    alone = shell("inpaint", folder / "b.png", mask, *how, *seed, "-o", tmp_path / "one.png")
    assert alone.code == 0, alone.err
    assert (samples(tmp_path / "one.png") == samples(tmp_path / "out" / "b.png")).all()


def test_a_batch_never_writes_where_it_reads(shell, models, scene):
    before = scene[0].read_bytes()
    done = shell("batch", scene[0].parent, scene[1], *QUICK, "--models-dir", models, "-o", scene[0].parent)
    assert done.code == 2
    assert scene[0].read_bytes() == before


def test_masks_belong_by_name(tmp_path):
    for name in ("room.jpg", "Sea.PNG", "x2.png", "x10.png"):
        write(tmp_path / "p" / name, np.zeros((8, 8, 3), np.uint8))
    for name in ("room_mask.png", "sea.webp", "x2.png"):
        write(tmp_path / "m" / name, np.zeros((8, 8, 1), np.uint8))
    pictures = pictures_in(tmp_path / "p")
    assert [path.name for path in pictures] == ["room.jpg", "Sea.PNG", "x2.png", "x10.png"]
    found = masks_for(pictures, tmp_path / "m")
    assert [found[path].name for path in pictures] == ["room_mask.png", "sea.webp", "x2.png", "x10.png"]
    with pytest.raises(RequestError):
        pictures_in(tmp_path / "m" / "none")


def test_a_file_of_prompts_is_a_job_for_each_line(shell, models, tmp_path):
    file = tmp_path / "prompts.txt"
    file.write_text('a cat\n\n--prompt a big dog --seed 7 --tiling --cfg-scale 3\n--prompt "a hat" --n_iter 2\n')
    assert read_jobs(file) == [
        {"prompt": "a cat"},
        {"prompt": "a big dog", "seed": "7", "tiling": True, "cfg_scale": "3"},
        {"prompt": "a hat", "batch_count": "2"},
    ]
    size = ("--width", 32, "--height", 32)
    done = shell("txt2img", *QUICK, *size, "--prompts-file", file, "--models-dir", models, "-o", tmp_path / "out")
    assert done.code == 0, done.err
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["00001-5.png", "00002-7.png", "00003-5.png", "00004-6.png"]
    assert "a big dog" in read_picture((tmp_path / "out" / names[1]).read_bytes()).text["parameters"]


@pytest.mark.parametrize("line", ["--prompt 'a", "a cat --steps 3", "--nothing 3", "--steps", "--images x"])
def test_a_line_that_cannot_be_read_is_named(tmp_path, line):
    (tmp_path / "p.txt").write_text(f"a cat\n{line}\n")
    with pytest.raises(RequestError, match="line 2"):
        read_jobs(tmp_path / "p.txt")


def test_a_picture_grows(shell, models, scene, tmp_path):
    done = shell("inpaint", scene[0], *QUICK, "--extend", "0,0,16,0", "--models-dir", models, "-o", tmp_path / "o.png")
    assert done.code == 0, done.err
    assert (samples(tmp_path / "o.png")[:, :64] == samples(scene[0])).all()
    assert samples(tmp_path / "o.png").shape == (48, 80, 3)
    wrong = shell("inpaint", scene[0], *QUICK, "--extend", "0,0", "--models-dir", models, "-o", tmp_path / "x.png")
    assert wrong.code == 2
    assert "left,top,right,bottom" in wrong.err
    assert "MASK" in shell("inpaint", scene[0], *QUICK).err
