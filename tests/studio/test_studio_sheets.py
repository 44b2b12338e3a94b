"""Pages over the studio hold the focus, end by Escape, and give the focus back to what opened them."""

import pytest
from test_studio_sitting import canvas_of

from chromium import new_page

OPENERS = {
    "Keys": "Keys",
    "Settings of the studio and the server": "Settings of the studio and the server",
    "Grid": "Try settings against each other",
    "All rounds": "All rounds",
}


@pytest.fixture(scope="module")
def shown(browser, studio):
    """A page for all of these: each leaves it as it was."""
    with new_page(browser) as page:
        page.goto(studio)
        page.locator("[aria-label='Save the picture']:enabled").wait_for()
        yield page


def opened(page, name):
    opener = page.get_by_role("button", name=OPENERS[name], exact=True).and_(page.locator(":visible")).first
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=name)
    sheet.wait_for()
    return sheet


@pytest.mark.parametrize("name", OPENERS)
def test_a_page_holds_the_focus_and_gives_it_back(shown, name):
    sheet = opened(shown, name)
    for _ in range(6):
        shown.keyboard.press("Tab")
        assert shown.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
    shown.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    shown.wait_for_function("label => document.activeElement.getAttribute('aria-label') === label", arg=OPENERS[name])


@pytest.mark.parametrize("name", OPENERS)
def test_escape_ends_a_page_also_where_nothing_in_it_has_the_focus(shown, name):
    """Tab leads past the last of its controls to the browser's own, and the page behind hears no key meanwhile."""
    tool = shown.locator(".rail [aria-pressed=true]")
    before = tool.get_attribute("aria-label")
    sheet = opened(shown, name)
    shown.evaluate("document.activeElement.blur()")
    shown.keyboard.press("l")
    shown.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    assert tool.get_attribute("aria-label") == before


def test_the_rounds_have_the_focus_before_the_next_key(shown):
    canvas_of(shown).focus()
    for _ in range(10):
        shown.keyboard.press("Shift+R")
        assert shown.evaluate("document.activeElement.getAttribute('role')") == "treeitem"
        shown.keyboard.press("Escape")
        shown.get_by_role("dialog").wait_for(state="detached")


def test_a_page_that_a_key_opens_goes_back_to_the_canvas(shown):
    canvas_of(shown).focus()
    shown.keyboard.press("Shift+R")
    shown.get_by_role("dialog", name="All rounds").wait_for()
    shown.keyboard.press("Escape")
    shown.get_by_role("dialog").wait_for(state="detached")
    shown.wait_for_function("() => document.activeElement.tagName === 'CANVAS'")


def test_on_a_narrow_screen_escape_lays_the_settings_away(page, studio):
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto(studio)
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    settings = page.get_by_role("button", name="Settings", exact=True)
    settings.click()
    page.get_by_label("Prompt", exact=True).focus()
    page.keyboard.press("Escape")
    page.get_by_label("Prompt", exact=True).wait_for(state="hidden")
    assert settings.get_attribute("aria-expanded") == "false"
    assert settings.evaluate("each => each === document.activeElement")
