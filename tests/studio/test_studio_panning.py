"""What is panned is moved and not drawn anew, and looks as if it were."""

import base64
import io

import numpy as np
import PIL.Image
import pytest
from test_studio_sitting import canvas_of, paint


@pytest.fixture
def panned(page, studio):
    """The bundled picture with a mask, so large that it reaches past the canvas; dragged here and there."""
    page.goto(studio)
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    paint(page, of=0.6)
    canvas_of(page).focus()
    page.keyboard.press("x")
    page.keyboard.press("+")
    page.keyboard.press("+")
    page.keyboard.press("h")
    page.mouse.down()
    for dx, dy in ((30, 17), (130, -40), (-260, -90), (-255.5, 33.25), (12, 140)):
        page.mouse.move(700 + dx, 400 + dy)
        page.wait_for_timeout(60)
    page.mouse.up()
    return page


def drawn(page):
    """The pixels of the picture's canvas and of the mask's."""
    page.wait_for_timeout(300)
    told = page.evaluate("[...document.querySelectorAll('.stage canvas')].slice(0, 2).map((each) => each.toDataURL())")
    return [np.asarray(PIL.Image.open(io.BytesIO(base64.b64decode(url.partition(",")[2]))), int) for url in told]


def test_a_panned_picture_is_as_one_that_is_drawn_anew(panned, shot):
    shot("panned")
    moved = drawn(panned)
    panned.set_viewport_size({"width": 1438, "height": 898})
    panned.wait_for_timeout(300)
    panned.set_viewport_size({"width": 1440, "height": 900})
    anew = drawn(panned)
    picture, mask = (np.abs(one - other).max(-1) for one, other in zip(moved, anew, strict=True))
    assert mask.max() == 0
    assert picture.max() <= 2, "a seam"
    assert panned.troubles == []
