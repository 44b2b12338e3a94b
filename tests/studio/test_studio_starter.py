"""The whole sitting with the model that ships: what a newcomer does in the first minute."""

import io

import numpy as np
import pytest
from PIL import Image
from test_studio_sitting import candidates, canvas_of, generate, rounds

PATIENCE = 90_000
ABOVE, BELOW = 64, 80
"""CSS pixels that a fitted picture leaves free."""


@pytest.fixture
def sitting(page, serving):
    page.set_default_timeout(PATIENCE)
    page.goto(serving("--runner", "worker"))
    page.get_by_text("Paint over what should change").wait_for()
    return page


def cover(page, across, down, reach):
    """Strokes over a square of the bundled picture, its middle and half its side in shares of the picture's."""
    box = canvas_of(page).bounding_box()
    side = box["height"] - ABOVE - BELOW
    x, y = box["x"] + box["width"] / 2 + (across - 0.5) * side, box["y"] + ABOVE + down * side
    for i in range(-4, 5):
        page.mouse.move(x - reach * side, y + i / 4 * reach * side)
        page.mouse.down()
        page.mouse.move(x + reach * side, y + i / 4 * reach * side, steps=4)
        page.mouse.up()


def pixels(page, label):
    with page.expect_download() as saved:
        page.get_by_role("button", name=label).click()
    data = saved.value.path().read_bytes()
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"), float), data


def test_an_arm_is_painted_and_the_dress_dyed(sitting, shot):
    before, _ = pixels(sitting, "Save the picture")
    cover(sitting, 0.71, 0.45, 0.1)
    generate(sitting, "a woman with long black hair in a red stola, waving, palace hall")
    assert candidates(sitting).count() == 4
    assert sitting.get_by_text("outside the mask: 0 of 255 changed").is_visible()
    shot("the starter's candidates")
    sitting.get_by_role("button", name="Keep").click()
    sitting.get_by_role("button", name="Keep").wait_for(state="detached")
    armed, _ = pixels(sitting, "Save the picture")
    changed = (armed != before).any(axis=2)
    assert 0.02 < changed.mean() < 0.3, "something, and not all"
    sitting.get_by_role("button", name="Clear").click()
    cover(sitting, 0.5, 0.8, 0.18)
    generate(sitting, "a woman with long black hair in a blue gown, palace hall")
    sitting.get_by_role("button", name="Wipe").click()
    shot("the second round, wiped")
    sitting.get_by_role("button", name="Keep").click()
    sitting.get_by_role("button", name="Keep").wait_for(state="detached")
    dyed, data = pixels(sitting, "Save the picture")
    assert b"a blue gown, palace hall" in data, "the picture carries its settings"
    assert blueness(dyed) > blueness(armed) + 60
    assert rounds(sitting).count() == 3
    assert sitting.troubles == []


def blueness(picture):
    """How much more blue than red there is in the lower middle, where the dress is."""
    height, width = picture.shape[:2]
    middle = picture[int(height * 0.75) : int(height * 0.9), int(width * 0.45) : int(width * 0.55)].mean((0, 1))
    return middle[2] - middle[0]
