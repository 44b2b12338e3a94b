"""A candidate held against the picture that it began from."""

import io

import PIL.Image
import pytest

from chromium import new_page


@pytest.fixture(scope="module")
def shown(browser, studio):
    """A page on which four candidates were made, the first of them shown."""
    with new_page(browser) as page:
        page.goto(studio)
        page.locator("[aria-label='Save the picture']:enabled").wait_for()
        box = page.get_by_label("The picture; paint over what is to be changed").bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x - 80, y)
        page.mouse.down()
        page.mouse.move(x + 80, y, steps=8)
        page.mouse.up()
        page.get_by_label("Prompt", exact=True).fill("a blue cup")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Keep").wait_for()
        yield page


@pytest.fixture
def comparing(shown):
    """Nothing is compared yet, and keys go to the canvas."""
    shown.get_by_label("The picture; paint over what is to be changed").focus()
    yield shown
    shown.get_by_role("button", name="End comparing").click()
    shown.get_by_role("toolbar", name="Compare with").wait_for()


def stage_of(page):
    return page.locator("canvas[aria-label^='Compare with']").bounding_box()


def line(page):
    return page.get_by_role("slider", name="Line between")


def seen(page, *, left, top=0.5):
    """The colour of a place on the stage, as shares of it."""
    stage = stage_of(page)
    with PIL.Image.open(io.BytesIO(page.screenshot())) as image:
        at = (stage["x"] + left * stage["width"], stage["y"] + top * stage["height"])
        return image.convert("RGB").getpixel(tuple(map(int, at)))


def drawn(page):
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_a_wipe_is_drawn_where_its_line_is_dragged(comparing):
    comparing.keyboard.press("v")
    line(comparing).wait_for()
    drawn(comparing)
    box = stage_of(comparing)
    middle, level = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    new = seen(comparing, left=0.52)
    comparing.mouse.move(middle, level)
    comparing.mouse.down()
    comparing.mouse.move(middle + box["width"] * 0.2, level, steps=4)
    comparing.mouse.up()
    drawn(comparing)
    assert line(comparing).get_attribute("aria-valuenow") == "70"
    assert seen(comparing, left=0.52) != new, "left of the line is the picture as it was"


@pytest.mark.long
def test_the_line_goes_by_arrow_keys_too(comparing):
    comparing.keyboard.press("v")
    before = int(line(comparing).get_attribute("aria-valuenow"))
    line(comparing).press("ArrowLeft")
    assert int(line(comparing).get_attribute("aria-valuenow")) == before - 2


def test_side_by_side_both_are_seen_whole_and_move_together(comparing):
    comparing.keyboard.press("u")
    comparing.get_by_text("before", exact=True).wait_for()
    drawn(comparing)
    tags = [comparing.get_by_text(word, exact=True) for word in ("before", "after")]
    places = [tag.bounding_box() for tag in tags]
    box = stage_of(comparing)
    comparing.mouse.move(box["x"] + 100, box["y"] + 300)
    comparing.mouse.down()
    comparing.mouse.move(box["x"] + 88, box["y"] + 320, steps=3)
    comparing.mouse.up()
    drawn(comparing)
    moved = [tag.bounding_box()["x"] - place["x"] for tag, place in zip(tags, places, strict=True)]
    assert moved == [-12, -12]


@pytest.mark.long
def test_a_blink_changes_over_by_itself(comparing):
    comparing.keyboard.press("q")
    for word in ("before", "after"):
        comparing.get_by_text(word, exact=True).wait_for()


def test_the_difference_is_told_in_numbers_and_is_nothing_outside_the_mask(comparing):
    comparing.keyboard.press("d")
    comparing.get_by_text("of the picture changed, by at most").wait_for()
    drawn(comparing)
    assert seen(comparing, left=0.5, top=0.2) == (0, 0, 0)
    assert seen(comparing, left=0.5) != (0, 0, 0)
    assert comparing.get_by_text("outside the mask: 0 of 255 changed").is_visible()
