"""The tutorial's picture, and the tool that runs the page and puts in what its commands say."""

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from pentimento.starter import demo, portrait
from pentimento.starter.scenes.drawing import draw
from pentimento.words.request import Request

ROOT = Path(__file__).parent.parent.parent
_spec = importlib.util.spec_from_file_location("tutorial", ROOT / "tools" / "tutorial.py")
tutorial = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tutorial)

FENCE = "```"
PAGE = (
    f"# A page\n\n{FENCE}console\n$ echo made > said.txt; cat said.txt\nold answer\n{FENCE}\n\n"
    "![A](tutorial/portrait.jpg)\n"
)


def test_the_first_rounds_masks_cover_all_that_is_wrong_with_the_portrait():
    wrong, right = portrait.picture(), draw(portrait.RIGHT, portrait.SIZE)
    covered = np.maximum(portrait.mask("mask-face-arm"), portrait.mask("mask-hand"))
    differs = (wrong != right).any(axis=2)
    assert differs.any()
    assert (covered[differs] == 255).mean() > 0.97


def test_the_page_takes_in_what_its_commands_say_and_the_pictures_they_made(tmp_path: Path):
    page, pictures = tmp_path / "page.md", tmp_path / "tutorial"
    page.write_text(PAGE)
    tutorial.main(page, pictures)
    assert page.read_text() == PAGE.replace("old answer", "made")
    with Pillow.open(pictures / "portrait.jpg") as shown:
        assert shown.size == portrait.SIZE


def test_a_command_that_fails_ends_it_and_is_named(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(PAGE.replace("cat said.txt", "cat nothing.txt"))
    with pytest.raises(SystemExit, match=re.escape("the tutorial's command failed: echo made")):
        tutorial.main(page, tmp_path / "tutorial")


def test_a_folder_of_pictures_is_shown_as_a_row(tmp_path: Path):
    (tmp_path / "row").mkdir()
    for name, size in (("a", (96, 96)), ("b", (192, 96))):
        Pillow.new("RGB", size).save(tmp_path / "row" / f"{name}.png")
    assert tutorial.shown(tmp_path, "row").size == (192 + 8 + 384, 192)


def test_every_picture_of_the_tutorial_is_there():
    text = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    assert all((ROOT / "docs" / "tutorial" / f"{name}.jpg").is_file() for name in tutorial.SHOWN.findall(text))


def test_the_bundled_demo_is_the_one_that_its_file_makes(tmp_path: Path):
    demo.main(["--out", str(tmp_path)])
    for name in ("demo.json", "demo.txt"):
        assert (tmp_path / name).read_text() == (demo.FOLDER / name).read_text()
    assert (tmp_path / "demo-mask.png").is_file()


@pytest.mark.parametrize("name", demo.DEMOS)
def test_every_demo_is_a_request_of_four_and_has_something_masked(name: str, tmp_path: Path):
    demo.main([name, "--out", str(tmp_path)])
    assert Request(**json.loads((tmp_path / "demo.json").read_bytes())).batch_size == 4
    with Pillow.open(tmp_path / "demo-mask.png") as mask, Pillow.open(tmp_path / "demo.png") as picture:
        assert mask.size == picture.size
        assert mask.getextrema() == (0, 255)
