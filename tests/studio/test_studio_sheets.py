"""Pages over the studio hold the focus, end by Escape, and give the focus back to what opened them."""

import pytest
from test_studio_sitting import canvas_of

OPENERS = {
    "Keys": "Keys",
    "Settings of the studio and the server": "Settings of the studio and the server",
    "Grid": "Try settings against each other",
    "All rounds": "All rounds",
}


@pytest.mark.parametrize("name", OPENERS)
def test_a_page_holds_the_focus_and_gives_it_back(page, studio, name):
    page.goto(studio)
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    opener = page.get_by_role("button", name=OPENERS[name], exact=True).and_(page.locator(":visible")).first
    opener.focus()
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name=name)
    sheet.wait_for()
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(
            "document.activeElement.closest('dialog') !== null || document.activeElement === document.body"
        )
    page.keyboard.press("b")
    page.keyboard.press("Escape")
    sheet.wait_for(state="detached")
    page.wait_for_function("label => document.activeElement.getAttribute('aria-label') === label", arg=OPENERS[name])


def test_a_page_that_a_key_opens_goes_back_to_the_canvas(page, studio):
    page.goto(studio)
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    canvas_of(page).focus()
    page.keyboard.press("Shift+R")
    page.get_by_role("dialog", name="All rounds").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("dialog").wait_for(state="detached")
    page.wait_for_function("document.activeElement.tagName === 'CANVAS'")
