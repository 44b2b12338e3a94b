"""Settings tried against each other, on the page."""

import io

import PIL.Image
import pytest


@pytest.fixture
def gridding(page, serving):
    """The page of the grid, over the bundled picture with a mask."""
    page.goto(serving("--step-seconds", 0.01))
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    box = page.get_by_label("The picture; paint over what is to be changed").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=8)
    page.mouse.up()
    page.get_by_role("button", name="Try settings against each other").click()
    page.get_by_label("What X varies").get_by_text("CFG Scale", exact=True).wait_for(state="attached")
    return page


def cells(page):
    return page.get_by_role("dialog", name="Grid").get_by_role("table").get_by_role("button")


def test_a_grid_is_typed_foreseen_run_and_a_cell_of_it_taken_over(gridding, shot):
    page = gridding
    page.get_by_label("What X varies").select_option(label="CFG Scale")
    page.get_by_label("Values of X").fill("1-7 (+3)")
    page.get_by_label("What Y varies").select_option("masked_content")
    for content in ("original", "fill"):
        page.get_by_role("group", name="Y").get_by_role("button", name=content).click()
    page.get_by_text("3 × 2: 6 pictures · about").wait_for()
    page.get_by_role("button", name="Run the grid").click()
    cells(page).first.wait_for()
    page.get_by_text("6 of 6").wait_for()
    shot("done")
    cells(page).nth(2).click()
    page.locator(".cell[aria-pressed=true]").wait_for()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Candidate 1").wait_for()
    assert page.get_by_role("spinbutton", name="CFG scale").input_value() == "7"
    assert page.get_by_role("region", name="Rounds").get_by_role("treeitem").count() == 2, "the others are not kept"
    assert page.troubles == []


def test_the_sheet_is_one_labelled_picture_and_a_reload_finds_the_grid(gridding):
    page = gridding
    page.get_by_label("What X varies").select_option(label="Steps")
    page.get_by_label("Values of X").fill("1, 2")
    page.get_by_role("button", name="Run the grid").click()
    page.get_by_text("2 of 2").wait_for()
    page.reload()
    page.get_by_role("button", name="Try settings against each other").click()
    cells(page).nth(1).wait_for()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save the sheet").click()
    with PIL.Image.open(io.BytesIO(saved.value.path().read_bytes())) as sheet:
        assert sheet.width > 256


@pytest.mark.long
def test_what_cannot_be_read_is_said_and_not_run(gridding):
    gridding.get_by_label("What X varies").select_option(label="Steps")
    gridding.get_by_label("Values of X").fill("many")
    gridding.get_by_text("'many' is no number").wait_for()
    assert gridding.get_by_role("button", name="Run the grid").is_disabled()
