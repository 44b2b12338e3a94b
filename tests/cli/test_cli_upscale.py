"""`pentimento upscale` as a person meets it."""

from pathlib import Path

import numpy as np
import PIL.Image

from pentimento.pixels.codec import read_picture
from picturenets import write_esrgan


def seen(name):
    return read_picture(Path(name).read_bytes())


def test_a_picture_is_enlarged_by_a_networks_file(tmp_path, shell):
    write_esrgan(tmp_path / "models" / "ESRGAN" / "tiny.pth")
    samples = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    PIL.Image.fromarray(samples).save("a.png")
    said = shell("upscale", "a.png", "--upscaler", "tiny", "--scale", 3, "-o", "b.png")
    assert said.code == 0, said.err
    assert said.files[0].name == "b.png"
    assert "40×30 → 120×90" in said.err
    assert read_picture(Path("b.png").read_bytes()).size == (120, 90)


def test_a_width_decides_the_height(shell):
    PIL.Image.new("RGB", (40, 30)).save("a.png")
    assert shell("upscale", "a.png", "--width", 60, "-o", "b.png").code == 0
    assert read_picture(Path("b.png").read_bytes()).size == (60, 45)


def test_what_was_enlarged_and_erased_is_a_round_and_can_be_made_again(shell):
    samples = np.random.default_rng(0).integers(0, 256, (30, 40, 3), np.uint8)
    PIL.Image.fromarray(samples).save("a.png")
    mask = np.zeros((60, 80), np.uint8)
    mask[20:30, 20:30] = 255
    PIL.Image.fromarray(mask).save("mask.png")
    assert shell("upscale", "a.png", "-o", "b.png").code == 0
    assert shell("erase", "b.png", "mask.png", "-o", "c.png").code == 0
    tree, *_ = shell("history").out.split()
    first, second = [line.split()[0] for line in shell("history", "show", tree).out.splitlines()[1:]]
    assert "(erase)  from " + first in shell("history", "show", tree).out
    said = shell("replay", second, "-o", "again.png")
    assert said.code == 0, said.err
    assert np.array_equal(seen("again.png").samples, seen("c.png").samples)
    PIL.Image.fromarray(samples[::-1].copy()).save("other.png")
    assert shell("replay", second, "--image", "other.png", "-o", "chain.png").code == 0
    assert seen("chain.png").size == (80, 60)
    assert shell("upscale", "a.png", "--no-history", "-o", "d.png").code == 0
    assert "1 round " not in shell("history").out


def test_unknown_upscalers_are_told_from_known_ones(shell):
    PIL.Image.new("RGB", (40, 30)).save("a.png")
    said = shell("upscale", "a.png", "--upscaler", "none such")
    assert said.code == 2
    assert "There are: Lanczos, Nearest" in said.err
