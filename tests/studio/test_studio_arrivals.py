"""What becomes of mask, words and rounds when a picture comes in."""

import io
import urllib.request

import PIL.Image
import PIL.ImageDraw
import pytest
from test_studio_sitting import canvas_of, paint, rounds, sitting

__all__ = ["sitting"]


@pytest.fixture
def masked(sitting):
    paint(sitting)
    return sitting


def bundled(page):
    return PIL.Image.open(io.BytesIO(urllib.request.urlopen(f"{page.url}api/v1/demo/picture").read()))


def opened(page, picture, folder, name="other.png"):
    picture.save(folder / name)
    with page.expect_response(lambda answer: answer.url.endswith("/info") or answer.request.method == "POST"):
        page.locator("#open").set_input_files(folder / name)


def clear(page):
    return page.get_by_role("button", name="Clear")


def test_another_picture_asks_whether_to_keep_the_mask_and_a_key_answers(masked, tmp_path, shot):
    opened(masked, PIL.Image.new("RGB", bundled(masked).size, "teal"), tmp_path)
    masked.get_by_text("Keep the mask for this picture?").wait_for()
    assert masked.get_by_label("Prompt", exact=True).input_value() == "", "words of the bundled picture are not its own"
    shot("asked")
    canvas_of(masked).focus()
    masked.keyboard.press("Shift+Y")
    masked.get_by_text("Keep the mask").wait_for(state="detached")
    assert clear(masked).is_disabled()
    masked.keyboard.press("Control+Z")
    assert clear(masked).is_enabled(), "it comes back"
    opened(masked, PIL.Image.new("RGB", (300, 200), "olive"), tmp_path)
    masked.get_by_text("It is stretched from 128 × 128 to 300 × 200.").wait_for()
    shot("stretched")
    masked.get_by_role("button", name="Keep it").click()
    assert clear(masked).is_enabled()
    assert masked.troubles == []


def test_what_another_program_made_of_the_picture_keeps_mask_words_and_rounds(masked, tmp_path, shot):
    masked.get_by_label("Prompt", exact=True).fill("a blue cup")
    masked.keyboard.press("Control+Enter")
    masked.get_by_role("button", name="Keep").click()
    rounds(masked).nth(1).wait_for()
    picture = bundled(masked)
    PIL.ImageDraw.Draw(picture).ellipse((10, 10, 50, 50), "yellow")
    opened(masked, picture, tmp_path)
    masked.get_by_text("Taken as a version of this picture").wait_for()
    assert clear(masked).is_enabled()
    assert rounds(masked).count() == 2
    assert masked.get_by_label("Prompt", exact=True).input_value() == "a blue cup"
    shot("version")
    masked.reload()
    masked.get_by_role("button", name="Generate").and_(masked.locator(":enabled")).wait_for()
    masked.keyboard.press("Control+Enter")
    rounds(masked).nth(2).wait_for()
    levels = [rounds(masked).nth(i).get_attribute("aria-level") for i in range(3)]
    assert levels == ["1", "2", "3"], "it began from the candidate that was painted on"
    assert masked.troubles == []


def test_a_version_that_is_a_picture_by_itself_is_opened_by_itself(masked, tmp_path):
    masked.keyboard.press("Control+Enter")
    rounds(masked).nth(1).wait_for()
    opened(masked, bundled(masked).rotate(1), tmp_path)
    masked.get_by_role("button", name="Open it by itself").click()
    masked.get_by_text("Keep the mask for this picture?").wait_for()
    assert rounds(masked).count() == 1
