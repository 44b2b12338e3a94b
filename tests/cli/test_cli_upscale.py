"""`pentimento upscale` as a person meets it."""

from pathlib import Path

import numpy as np
import PIL.Image

from pentimento.pixels.codec import read_picture
from picturenets import write_esrgan


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


def test_unknown_upscalers_are_told_from_known_ones(shell):
    PIL.Image.new("RGB", (40, 30)).save("a.png")
    said = shell("upscale", "a.png", "--upscaler", "none such")
    assert said.code == 2
    assert "There are: Lanczos, Nearest" in said.err
