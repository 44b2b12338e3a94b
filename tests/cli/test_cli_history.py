"""What is painted is kept; it can be listed, walked through, thrown away, given away and made again."""

import io

import numpy as np
import PIL.Image
import pytest
from PIL.ExifTags import IFD, Base

from pentimento.pixels.codec import read_picture


@pytest.fixture
def painted(shell, photo, mask, quick):
    """Paint, and say what came: `painted(…)` → files."""

    def paint(*more, image=photo, mask=mask):
        done = shell("inpaint", image, mask, "-p", "a cup", "--seed", "5", "-o", "out", *quick, *more)
        assert done.code == 0, done.err
        return done.files

    return paint


def samples(path):
    return read_picture(path.read_bytes()).samples


def ids(said):
    return [line.split()[0] for line in said.out.splitlines()]


def test_what_is_painted_is_kept_and_listed(painted, shell):
    painted("--batch-size", "2")
    listed = shell("history")
    assert "1 round " in listed.out
    assert "a cup" in listed.out
    (tree,) = ids(listed)
    _, round = ids(shell("history", "show", tree))
    shown = shell("history", "show", round[:5]).out
    assert "from the picture itself" in shown
    assert "seed 6" in shown
    assert "Steps: 3" in shown


def test_painting_on_what_was_painted_continues_its_tree(painted, shell):
    (first,) = painted()
    painted("-p", "a hat", image=first)
    (tree,) = ids(shell("history"))
    _, one, other = shell("history", "show", tree).out.splitlines()
    assert f"a hat  from {one.split()[0]}:0  *" in other


def test_no_history_keeps_nothing(painted, shell, tmp_path):
    painted("--no-history")
    assert not (tmp_path / "data").exists()
    assert shell("history").out == ""


def test_a_history_that_cannot_be_kept_costs_a_note_and_not_the_picture(painted, shell, tmp_path, photo, mask, quick):
    (tmp_path / "taken").write_text("")
    done = shell("inpaint", photo, mask, "--data-dir", "taken", "-o", "out", *quick)
    assert done.code == 0
    assert len(done.files) == 1
    assert "not kept in the history" in done.err


def test_the_pictures_of_a_folder_and_the_cells_of_a_grid_are_kept_too(shell, photo, mask, quick, tmp_path):
    (tmp_path / "photos").mkdir()
    photo.rename(tmp_path / "photos" / "one.png")
    assert shell("batch", "photos", mask, "-p", "a cup", "-o", "made", *quick).code == 0
    assert shell("grid", "-p", "a hat", "--x", "cfg_scale=1,3", "--width", "64", "--height", "64", *quick).code == 0
    assert [line.split()[-1] for line in shell("history").out.splitlines()] == ["hat", "hat", "cup"]


def test_undo_redo_names_and_the_bin(painted, shell):
    (first,) = painted()
    painted(image=first)
    (tree,) = ids(shell("history"))
    _, one, other = ids(shell("history", "show", tree))
    assert shell("history", "undo", tree).out == f"{one}:0\n"
    assert shell("history", "redo", tree).out == f"{other}:0\n"
    shell("history", "choose", f"{one}:0")
    shell("history", "name", tree, "holiday")
    shell("history", "name", one, "the good one")
    assert "holiday" in shell("history").out
    assert "the good one  *" in shell("history", "show", tree).out
    shell("history", "delete", other)
    assert ids(shell("history", "show", tree)) == [tree, one]
    shell("history", "restore", other)
    shell("history", "delete", f"{other}:0")
    assert ids(shell("history", "show", tree)) == [tree, one], "its only candidate took the round along"
    shell("history", "restore", f"{other}:0")
    assert ids(shell("history", "show", tree)) == [tree, one, other]
    shell("history", "delete", tree)
    assert ids(shell("history")) == []
    assert ids(shell("history", "--bin")) == [tree]
    assert shell("history", "empty-bin").out == "2 rounds and candidates deleted\n"
    missing = shell("history", "show", one)
    assert (missing.code, missing.out) == (2, "")
    assert f"there is no round '{one}'" in missing.err


def test_export_and_import_bring_it_elsewhere(painted, shell):
    painted()
    (tree,) = ids(shell("history"))
    shell("history", "export", tree, "tree.zip")
    assert ids(shell("history", "--data-dir", "elsewhere", "import", "tree.zip")) == [tree]
    assert ids(shell("history", "--data-dir", "elsewhere")) == [tree]


def test_a_round_is_made_again_bit_for_bit(painted, shell, quick):
    before = painted("--batch-size", "2", "--seed", "-1")
    (tree,) = ids(shell("history"))
    _, round = ids(shell("history", "show", tree))
    for which in (round, before[0]):
        again = shell("replay", which, *quick[:2], "--device", "cpu", "-o", "again")
        assert again.code == 0, again.err
        assert all(np.array_equal(samples(a), samples(b)) for a, b in zip(before, again.files, strict=True))


def test_a_chain_is_run_on_another_picture_each_round_on_the_one_before(painted, shell, tmp_path, mask, quick):
    (first,) = painted("--mask-blur", "0")
    painted("-p", "a hat", "--invert-mask", "--denoising-strength", "0.3", image=first)
    (tree,) = ids(shell("history"))
    *_, last = ids(shell("history", "show", tree))
    other = tmp_path / "other.png"
    PIL.Image.fromarray(np.random.default_rng(9).integers(0, 256, (128, 128, 3), np.uint8)).save(other)
    again = shell("replay", last, "--image", other, *quick[:2], "--device", "cpu", "-o", "again")
    assert again.code == 0, again.err
    (made,) = again.files
    assert samples(made).shape == (128, 128, 3), "the mask was scaled"
    *_, newer = shell("history", "show", ids(shell("history"))[0]).out.splitlines()
    assert "a hat  from" in newer
    settings = ("--seed", "5", "--resize-mask", *quick)
    one = shell("inpaint", other, mask, "-p", "a cup", "--mask-blur", "0", "-o", "1.png", *settings)
    assert one.code == 0, one.err
    second = ("-p", "a hat", "--invert-mask", "--denoising-strength", "0.3", "-o", "2.png")
    two = shell("inpaint", "1.png", mask, *second, *settings)
    assert np.array_equal(samples(made), samples(two.files[0]))


def test_a_chain_is_run_with_another_checkpoint(painted, shell, quick):
    (before,) = painted()
    (tree,) = ids(shell("history"))
    _, round = ids(shell("history", "show", tree))
    again = shell("replay", round, "--checkpoint", "tiny9", *quick[:2], "--device", "cpu", "-o", "again")
    assert again.code == 0, again.err
    assert not np.array_equal(samples(again.files[0]), samples(before))
    assert "Model: tiny9" in read_picture(again.files[0].read_bytes()).text["parameters"]


def test_a_png_of_unknown_origin_is_made_again_from_what_it_says(painted, shell, photo, mask, quick):
    (before,) = painted("--no-history")
    refused = shell("replay", before, *quick[:2])
    assert refused.code == 2
    assert "--image" in refused.err
    again = shell("replay", before, "--image", photo, "--mask", mask, *quick[:2], "--device", "cpu", "-o", "again")
    assert again.code == 0, again.err
    assert np.array_equal(samples(before), samples(again.files[0]))


def test_no_metadata_writes_no_settings_and_the_history_keeps_them(painted, shell):
    for suffix in (".png", ".jpg", ".webp"):
        (path,) = painted("--no-metadata", "-o", f"plain{suffix}")
        assert read_picture(path.read_bytes()).text == {}
        assert b"Steps" not in path.read_bytes()
    painted("-p", "a hat", image=path)
    (tree, *_) = ids(shell("history"))
    assert len(ids(shell("history", "show", tree))) == 5, "known by its bytes all the same"


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_where_a_photo_was_taken_goes_into_no_picture_unless_asked(painted, tmp_path, suffix):
    exif = PIL.Image.Exif()
    exif[Base.Make] = "Obscura"
    exif.get_ifd(IFD.GPSInfo).update({1: "N", 2: (48.0, 51.0, 29.6)})
    photo = tmp_path / "photo.jpg"
    PIL.Image.fromarray(np.random.default_rng(1).integers(0, 256, (64, 64, 3), np.uint8)).save(photo, exif=exif)
    for more, place in (((), False), (("--gps",), True)):
        (path,) = painted("-o", f"made{suffix}", *more, image=photo)
        block = PIL.Image.open(io.BytesIO(path.read_bytes())).getexif()
        assert bool(dict(block.get_ifd(IFD.GPSInfo))) is place
        assert block[Base.Make] == "Obscura"
