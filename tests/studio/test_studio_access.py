"""Nobody is shut out: axe finds nothing serious, whatever is open."""

from importlib.resources import files
from importlib.util import find_spec

import pytest

from chromium import absent

SERIOUS = {"serious", "critical"}
PAGES = ("Settings of the studio", "Keys", "Try settings against each other", "All rounds")
"""What opens them."""


def findings(page):
    """What axe calls serious or worse: rule and place."""
    if find_spec("axe_playwright_python") is None:
        absent("axe is not installed: make install")
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    run = page.evaluate("axe.run()")
    assert len(run["passes"]) > 10, "it has looked"
    return [
        (each["id"], node["target"], node["failureSummary"])
        for each in run["violations"]
        if each["impact"] in SERIOUS
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_studio_at_first_sight_shuts_nobody_out(shown, scheme):
    shown.emulate_media(color_scheme=scheme)
    assert findings(shown) == []


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_neither_does_a_page_over_it(shown, name, scheme):
    shown.emulate_media(color_scheme=scheme)
    shown.get_by_role("button", name=name).and_(shown.locator(":visible")).first.click()
    shown.get_by_role("dialog").wait_for()
    assert findings(shown) == []
    shown.keyboard.press("Escape")
    shown.get_by_role("dialog").wait_for(state="detached")


@pytest.mark.long
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_neither_does_what_can_be_opened(page, studio, scheme):
    page.emulate_media(color_scheme=scheme)
    page.goto(studio)
    page.get_by_text("Paint over what should change").wait_for()
    page.get_by_role("button", name="Styles").click()
    page.get_by_role("button", name="Lesson", exact=True).click()
    for summary in page.locator("summary").all():
        summary.click()
    assert findings(page) == []


def test_what_becomes_of_a_job_and_of_a_selection_is_announced(page, serving):
    page.goto(serving("--step-seconds", 0.02))
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    page.evaluate(
        """() => {
            const said = document.querySelector("[aria-live=polite]");
            window.heard = [];
            const changes = { characterData: true, childList: true, subtree: true };
            new MutationObserver(() => window.heard.push(said.textContent)).observe(said, changes);
        }"""
    )
    box = page.locator(".stage canvas").last.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.keyboard.press("w")
    page.mouse.move(x - 90, y - 90)
    page.mouse.down()
    page.mouse.move(x + 90, y + 90, steps=4)
    page.mouse.up()
    page.locator("button:has-text('Clear'):enabled").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Keep").wait_for()
    page.wait_for_function("() => window.heard.includes('4 candidates')")
    heard = page.evaluate("window.heard")
    order = ["looking for the object", "the object is masked", "waiting", "painting", "4 candidates"]
    assert [said for said in heard if said in order] == order
