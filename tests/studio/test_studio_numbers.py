"""Shapes and the frame by their numbers, and masks with names, without dragging."""

from test_studio_sitting import canvas_of


def test_a_mask_is_made_of_numbers_and_has_a_name(page, studio):
    page.goto(studio)
    page.get_by_text("Paint over what should change").wait_for()
    canvas_of(page).focus()
    page.keyboard.press("r")
    page.get_by_role("button", name="Numbers").click()
    page.get_by_label("Left").fill("20")
    page.get_by_label("Left").press("Enter")
    page.keyboard.press("Escape")
    assert page.get_by_role("button", name="Clear").is_enabled()
    page.get_by_role("button", name="Mask", exact=True).click()
    page.locator(".menu").get_by_label("Name").fill("hand fan")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Another mask").click()
    page.get_by_role("option", name="hand fan").wait_for(state="attached")
    canvas_of(page).focus()
    page.keyboard.press("f")
    page.get_by_role("button", name="Numbers").click()
    page.get_by_label("Right").fill("61")
    page.keyboard.press("Tab")
    assert page.get_by_label("Right").input_value() == "64", "whole cells of the engine"
    assert page.troubles == []
