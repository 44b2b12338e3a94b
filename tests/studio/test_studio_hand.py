"""Mouse, pen, fingers and keys: each can do a whole sitting, on pictures of any size."""

import time
from urllib.parse import urlsplit

import numpy as np
import PIL.Image
import pytest

LAST_STEP = """new Promise((told) => {
  const asked = indexedDB.open("pentimento");
  asked.onsuccess = () => {
    const steps = asked.result.transaction("steps").objectStore("steps").getAll();
    steps.onsuccess = () => told(steps.result.at(-1).change);
  };
})"""


@pytest.fixture
def sitting(page, serving):
    page.goto(serving())
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    page.hand = page.context.new_cdp_session(page)
    return page


def middle(page):
    stage = page.locator(".stage canvas").last.bounding_box()
    return stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2


def pen(page, kind, x, y, force):
    about = {"pointerType": "pen", "button": "left", "buttons": 1, "clickCount": 1, "force": force}
    page.hand.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y, **about})


def touch(page, kind, *points):
    places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
    page.hand.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})


def clear(page):
    return page.get_by_role("button", name="Clear")


def zoom(page):
    return page.locator("[title='100 %']").inner_text()


def test_a_pen_paints_as_wide_as_it_is_pressed(sitting):
    x, y = middle(sitting)
    pen(sitting, "mousePressed", x - 60, y, 0.2)
    for i in range(1, 7):
        pen(sitting, "mouseMoved", x - 60 + 20 * i, y, 0.2 + 0.1 * i)
    pen(sitting, "mouseReleased", x + 60, y, 0)
    sitting.wait_for_timeout(200)
    pressures = [point["pressure"] for point in sitting.evaluate(LAST_STEP)["edit"]["points"]]
    assert pressures[0] == pytest.approx(0.2, abs=0.01)
    assert pressures == sorted(pressures)
    assert pressures[-1] > 0.6, "lifting it leaves no thin end"


def test_one_finger_paints_and_two_move_the_picture(sitting):
    x, y = middle(sitting)
    before = zoom(sitting)
    touch(sitting, "touchStart", (x - 30, y))
    touch(sitting, "touchStart", (x - 30, y), (x + 30, y))
    for i in range(1, 6):
        touch(sitting, "touchMove", (x - 30 - 10 * i, y), (x + 30 + 10 * i, y))
    touch(sitting, "touchEnd")
    assert clear(sitting).is_disabled(), "what the first finger began is not kept"
    assert int(zoom(sitting).split()[0]) > int(before.split()[0]) * 2
    touch(sitting, "touchStart", (x - 30, y))
    for i in range(1, 6):
        touch(sitting, "touchMove", (x - 30 + 10 * i, y))
    touch(sitting, "touchEnd")
    assert clear(sitting).is_enabled()


def test_a_whole_sitting_needs_keys_alone_and_no_other_host(sitting):
    keys = sitting.keyboard

    def to(name, step="Tab"):
        for _ in range(120):
            keys.press(step)
            if sitting.evaluate(
                "(document.activeElement.ariaLabel ?? '') + (document.activeElement.labels?.[0]?.innerText ?? '')"
            ).startswith(name):
                return
        raise AssertionError(name)

    to("The picture; paint over")
    keys.press("ArrowLeft")
    keys.down(" ")
    for _ in range(4):
        keys.press("ArrowDown")
    keys.up(" ")
    assert clear(sitting).is_enabled()
    to("Prompt", "Shift+Tab")
    keys.press("Control+a")
    keys.type("a blue cup")
    keys.press("Control+Enter")
    sitting.get_by_role("button", name="Keep ⏎").wait_for()
    to("The picture; paint over")
    keys.press("2")
    keys.press("Enter")
    sitting.get_by_role("button", name="Keep ⏎").wait_for(state="detached")
    hosts = {urlsplit(url).netloc for url in sitting.asked if not url.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(sitting.url).netloc}
    assert sitting.troubles == []


@pytest.mark.long
def test_a_picture_of_8000_by_6000_pixels_is_opened_painted_on_and_zoomed(sitting, tmp_path, shot):
    rows, columns = np.mgrid[:6000:8, :8000:8]
    small = np.stack([columns // 32, rows // 24, (rows + columns) // 56], axis=-1).astype(np.uint8)
    PIL.Image.fromarray(small).resize((8000, 6000)).save(tmp_path / "large.jpg")
    sitting.locator("#open").set_input_files(tmp_path / "large.jpg")
    end = time.monotonic() + 60
    while int(zoom(sitting).split()[0]) > 20:
        assert time.monotonic() < end
        sitting.wait_for_timeout(200)
    x, y = middle(sitting)
    sitting.mouse.move(x, y)
    sitting.mouse.wheel(0, -600)
    sitting.mouse.down()
    sitting.mouse.move(x + 200, y + 90, steps=12)
    sitting.mouse.up()
    assert clear(sitting).is_enabled()
    sitting.keyboard.press(".")
    sitting.keyboard.press("0")
    sitting.wait_for_timeout(400)
    shot("8000")
    assert sitting.troubles == []
