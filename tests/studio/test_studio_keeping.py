"""Nothing is lost: undo goes over a kept candidate and over a reload; two tabs do not write over each other."""

import PIL.Image
import pytest


@pytest.fixture
def sitting(page, serving):
    page.goto(serving())
    ready(page)
    return page


def stroke(page, dy=0):
    stage = page.locator("canvas").last.bounding_box()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2 + dy
    page.mouse.move(x - 40, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 20, steps=6)
    page.mouse.up()


def ready(page):
    """The picture is on the canvas."""
    page.locator("[aria-label='Save the picture']:enabled").wait_for()


def undo(page):
    return page.get_by_role("button", name="Undo", exact=True)


def seen(page):
    """What the picture's own canvas shows, without what lies over it, once it stays as it is."""
    page.get_by_role("button", name="Fit").click()
    now, before = None, ""
    while now != before:
        page.wait_for_timeout(400)
        now, before = page.evaluate("document.querySelector('.stage canvas').toDataURL()"), now
    return now


def test_undo_goes_over_a_reload_and_over_a_kept_candidate(sitting):
    stroke(sitting)
    before = seen(sitting)
    sitting.keyboard.press("Control+Enter")
    keep = sitting.get_by_role("button", name="Keep ⏎")
    keep.wait_for()
    keep.click()
    keep.wait_for(state="detached")
    kept = seen(sitting)
    assert kept != before
    stroke(sitting, dy=80)
    sitting.reload()
    ready(sitting)
    clear = sitting.get_by_role("button", name="Clear")
    assert clear.is_enabled()
    undo(sitting).click()
    assert seen(sitting) == kept
    with sitting.expect_response(lambda answer: answer.url.endswith("/at")):
        undo(sitting).click()
    assert seen(sitting) == before
    undo(sitting).click()
    assert clear.is_disabled(), "the first stroke is taken back too"
    redo = sitting.get_by_role("button", name="Redo", exact=True)
    redo.click()
    with sitting.expect_response(lambda answer: answer.url.endswith("/at")):
        redo.click()
    assert seen(sitting) == kept
    assert sitting.troubles == []


def test_a_picture_open_in_another_tab_is_read_only_until_it_is_taken_over(sitting, shot):
    stroke(sitting)
    other = sitting.context.new_page()
    other.set_default_timeout(10_000)
    other.goto(sitting.url)
    notice = other.get_by_text("open in another tab")
    notice.wait_for()
    clear = other.get_by_role("button", name="Clear")
    other.keyboard.press("Delete")
    assert clear.is_enabled(), "the mask is seen and stays"
    other.screenshot(path=shot("first").with_name("second-tab.png"))
    other.get_by_role("button", name="Work on it here").click()
    notice.wait_for(state="detached")
    other.locator("canvas").last.focus()
    other.keyboard.press("Delete")
    assert clear.is_enabled(), "cleared is an edit as well"
    sitting.get_by_text("open in another tab").wait_for()
    other.close()
    sitting.get_by_text("open in another tab").wait_for(state="detached")


@pytest.mark.long
def test_another_picture_in_a_second_tab_is_its_own(sitting, tmp_path):
    second = sitting.context.new_page()
    second.goto(sitting.url)
    second.get_by_text("open in another tab").wait_for()
    PIL.Image.new("RGB", (96, 64), "teal").save(tmp_path / "other.png")
    second.locator("#open").set_input_files(tmp_path / "other.png")
    second.get_by_text("open in another tab").wait_for(state="detached")
    stroke(second)
    assert sitting.get_by_role("button", name="Clear").is_disabled()
