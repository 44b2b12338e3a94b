"""inpaint, img2img, txt2img: what comes out, and where."""

import numpy as np
import PIL.Image
import pytest

from pentimento.infotext.text import parse
from pentimento.pixels.codec import read_picture
from picturenets import write_esrgan


def pixels(path):
    return np.array(PIL.Image.open(path))


def settings(path):
    return parse(read_picture(path.read_bytes()).text["parameters"])


def test_pictures_go_into_a_folder_that_is_made_and_are_numbered_on(shell, quick, photo, mask, tmp_path):
    out = tmp_path / "new" / "folder"
    first = shell("inpaint", photo, mask, "-p", "a red cup", "--seed", 7, *quick, "-o", out)
    assert first.code == 0, first.err
    assert first.files == [out / "00001-7.png"]
    second = shell("inpaint", photo, mask, "-p", "a red cup", "--seed", 7, "--batch-size", 2, *quick, "-o", out)
    assert second.files == [out / "00002-7.png", out / "00003-8.png"]
    assert sorted(out.iterdir()) == first.files + second.files


def test_nothing_changes_outside_the_mask_and_the_report_says_so(shell, quick, photo, mask):
    said = shell("inpaint", photo, mask, "-p", "a red cup", "--mask-blur", 0, *quick, "-o", "new.png")
    before, after, hole = pixels(photo), pixels("new.png"), pixels(mask) > 0
    assert np.array_equal(before[~hole], after[~hole])
    assert not np.array_equal(before[hole], after[hole])
    assert "mask covers 6.2%" in said.err
    assert "largest difference 0" in said.err


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".webp"])
def test_a_picture_suffix_names_the_file(shell, quick, photo, mask, tmp_path, suffix):
    said = shell("inpaint", photo, mask, *quick, "-o", f"deep/new{suffix}")
    assert said.code == 0, said.err
    assert [str(file) for file in said.files] == [f"deep/new{suffix}"]
    assert settings(tmp_path / "deep" / f"new{suffix}")["Steps"] == "3"


def test_several_pictures_to_one_name_are_numbered(shell, quick):
    said = shell("txt2img", *quick, "--batch-size", 2, "--batch-count", 2, "-o", "cup.png")
    assert [str(file) for file in said.files] == ["cup-1.png", "cup-2.png", "cup-3.png", "cup-4.png"]
    assert len({file.read_bytes() for file in said.files}) == 4


def test_text_to_image_has_the_checkpoints_size_unless_told(shell, quick):
    assert pixels(shell("txt2img", *quick).files[0]).shape == (64, 64, 3)
    assert pixels(shell("txt2img", *quick, "--width", 96, "--height", 32).files[0]).shape == (32, 96, 3)


def test_several_pictures_are_redrawn_each(shell, quick, photo, mask):
    said = shell("img2img", photo, mask, *quick, "--denoising-strength", 0, "--seed", 3)
    assert len(said.files) == 2, said.err
    one, other = map(pixels, said.files)
    assert not np.array_equal(one, other)


def test_a_webui_models_folder_serves_as_it_is(shell, models, quick):
    said = shell("checkpoints", "--models-dir", models)
    assert "inpainting/tiny9.safetensors" in said.out
    assert "an SD 1.x inpainting checkpoint" in said.out
    made = shell("txt2img", *quick, "--checkpoint", "tiny9")
    assert settings(made.files[0])["Model"] == "tiny9"


def test_styles_are_put_around_the_prompt(shell, quick, tmp_path):
    (tmp_path / "styles.csv").write_text("name,prompt,negative_prompt\nink,ink drawing of {prompt},photo\n")
    said = shell("txt2img", "-p", "a cup", "--style", "ink", *quick)
    assert settings(said.files[0])["Prompt"] == "ink drawing of a cup"
    assert settings(said.files[0])["Negative prompt"] == "photo"
    wrong = shell("txt2img", "-p", "a cup", "--style", "oil", *quick)
    assert wrong.code == 2
    assert "'oil'" in wrong.err
    assert "ink" in wrong.err


# --from


FROM = (
    *("-p", "a (red:1.3) cup, tall", "-n", "blurry", "--seed", 11, "--sampler", "Euler a", "--cfg-scale", "4.5"),
    *("--masked-content", "latent noise", "--only-masked", "--padding", 8, "--mask-blur", 2, "--invert-mask"),
    *("--denoising-strength", "0.6", "--variation-strength", "0.2", "--variation-seed", 5, "--eta", "0.5"),
)


def test_from_a_picture_comes_the_same_picture(shell, quick, models, photo, mask):
    made = shell("inpaint", photo, mask, *FROM, *quick, "-o", "first.png")
    assert made.code == 0, made.err
    again = shell("inpaint", photo, mask, "--from", "first.png", "--models-dir", models, "-o", "again.png")
    assert again.code == 0, again.err
    assert np.array_equal(pixels("first.png"), pixels("again.png"))
    assert made.files[0].read_bytes() == again.files[0].read_bytes()


def test_what_is_given_wins_over_what_the_picture_says(shell, quick, models, photo, mask):
    made = shell("inpaint", photo, mask, *FROM, *quick, "-o", "first.png")
    given = ("--from", made.files[0], "--models-dir", models, "--steps", 2, "--area", "whole picture")
    again = shell("inpaint", photo, mask, *given, "--sampler", "Heun", "-o", "again.png")
    first, second = settings(made.files[0]), settings(again.files[0])
    changed = {key for key in first.keys() | second.keys() if first.get(key) != second.get(key)}
    assert second["Steps"] == "2"
    assert second["Sampler"] == "Heun"
    assert changed == {"Steps", "Sampler", "Inpaint area", "Masked area padding", "Size-1", "Size-2"} & changed
    assert {"Steps", "Sampler", "Inpaint area"} <= changed


def test_one_number_of_soft_inpainting_is_changed_alone(shell, quick, models, photo, mask):
    soft = ("--soft-inpainting", "--soft-schedule-bias", "2", "--soft-mask-influence", "0.25")
    made = shell("inpaint", photo, mask, *soft, *quick, "-o", "first.png")
    assert made.code == 0, made.err
    given = ("--from", "first.png", "--models-dir", models, "--soft-mask-influence", "0.5")
    again = settings(shell("inpaint", photo, mask, *given, "-o", "again.png").files[0])
    assert again["Soft inpainting schedule bias"] == "2"
    assert again["Soft inpainting mask influence"] == "0.5"


def test_a_picture_without_settings_is_told(shell, quick, photo, mask):
    said = shell("inpaint", photo, mask, "--from", photo, *quick)
    assert said.code == 2
    assert "holds no settings" in said.err


def test_a_picture_is_enlarged_by_a_network_before_it_is_redrawn(shell, quick, photo, models):
    write_esrgan(models / "ESRGAN" / "tiny.pth")
    larger = (photo, "--width", 256, "--seed", 1, *quick)
    assert shell("img2img", *larger, "-o", "plain.png").code == 0
    said = shell("img2img", *larger, "--upscaler", "tiny", "-o", "net.png")
    assert said.code == 0, said.err
    assert not np.array_equal(pixels("plain.png"), pixels("net.png"))
    unknown = shell("img2img", *larger, "--upscaler", "none such")
    assert unknown.code == 2
    assert "There are: Lanczos, Nearest, tiny" in unknown.err
