"""Candidates are looked at and kept; rounds are named, thrown away, gone back to."""

import json
import time
import urllib.request

import pytest


@pytest.fixture
def sitting(page, serving):
    """The bundled picture with four candidates, the first of them shown."""
    page.goto(serving())
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    box = canvas_of(page).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 80, y)
    page.mouse.down()
    page.mouse.move(x + 80, y, steps=8)
    page.mouse.up()
    generate(page, "a blue cup")
    return page


def canvas_of(page):
    return page.get_by_label("The picture; paint over what is to be changed")


def keep(page):
    return page.get_by_role("button", name="Keep")


def generate(page, prompt):
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.keyboard.press("Control+Enter")
    keep(page).wait_for()


def kept(page, number):
    page.get_by_role("button", name=f"Candidate {number}").click()
    keep(page).click()
    keep(page).wait_for(state="detached")


def rounds(page):
    return page.get_by_role("region", name="Rounds").get_by_role("treeitem")


def here(page):
    return page.get_by_role("region", name="Rounds").locator("[aria-current=true]").get_attribute("aria-label")


def pressed(page):
    return page.locator(".cards [aria-pressed=true]").get_attribute("aria-label")


@pytest.mark.long
def test_pointing_at_a_candidate_is_only_a_look_and_a_number_chooses(sitting):
    sitting.get_by_role("button", name="Candidate 3").hover()
    assert pressed(sitting) == "Candidate 3"
    canvas_of(sitting).hover()
    assert pressed(sitting) == "Candidate 1"
    canvas_of(sitting).focus()
    sitting.keyboard.press("4")
    assert pressed(sitting) == "Candidate 4"


@pytest.mark.long
def test_what_is_painted_twice_from_one_picture_are_two_branches_of_it(sitting):
    generate(sitting, "a green cup")
    rounds(sitting).nth(2).wait_for()
    assert here(sitting) == "demo.png", "nothing was kept yet"
    levels = [rounds(sitting).nth(i).get_attribute("aria-level") for i in range(3)]
    assert levels == ["1", "2", "2"]


def test_a_kept_candidate_is_marked_and_one_goes_back_and_on(sitting, shot):
    kept(sitting, 2)
    assert here(sitting) == "Round 1"
    assert sitting.get_by_role("button", name="Candidate 2").get_by_title("kept").count() == 1
    sitting.get_by_role("button", name="Back to what it began from").click()
    sitting.locator("[aria-current=true][aria-label='demo.png']").wait_for()
    sitting.get_by_role("button", name="On to what came of it").click()
    sitting.locator("[aria-current=true][aria-label='Round 1']").wait_for()
    assert sitting.get_by_role("button", name="Candidate 2").get_by_title("kept").count() == 1
    shot("kept")


def test_a_round_is_named_and_the_name_outlives_a_reload(sitting):
    sitting.get_by_label("Name this round").fill("the cup")
    sitting.get_by_label("Name this round").press("Enter")
    sitting.get_by_role("treeitem", name="the cup").wait_for()
    sitting.reload()
    sitting.get_by_role("treeitem", name="the cup").wait_for()
    assert here(sitting) == "demo.png", "what nobody kept is not kept by a reload"
    sitting.get_by_role("button", name="Candidate 4").wait_for()


@pytest.mark.long
def test_a_round_that_is_thrown_away_can_be_brought_back(sitting):
    sitting.get_by_role("button", name="Throw this round away").click()
    sitting.get_by_text("thrown away").wait_for()
    assert rounds(sitting).count() == 1
    assert sitting.get_by_role("button", name="Candidate 1").count() == 0
    sitting.get_by_role("button", name="Bring it back").click()
    sitting.get_by_role("button", name="Candidate 1").wait_for()
    assert rounds(sitting).count() == 2


@pytest.mark.long
def test_all_rounds_are_gone_through_by_arrow_keys(sitting, shot):
    kept(sitting, 1)
    canvas_of(sitting).focus()
    sitting.keyboard.press("Shift+R")
    page = sitting.get_by_role("dialog", name="All rounds")
    page.locator("[role=treeitem]:focus").wait_for()
    shot("all rounds")
    sitting.keyboard.press("ArrowLeft")
    sitting.keyboard.press("Enter")
    page.locator("[aria-current=true][aria-label='demo.png']").wait_for()
    sitting.keyboard.press("Escape")
    page.wait_for(state="detached")


@pytest.mark.long
def test_of_three_hundred_rounds_only_those_in_sight_are_drawn(page, serving, shot):
    address = serving()
    page.goto(address)
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    tree = asked(address, "pictures")[0]
    parent = None
    for number in range(300):
        about = {"request": {"images": [tree["root"]], "steps": 1, "seed": number}, "tree": tree["id"]}
        made = asked(address, "jobs", {**about, "parent": parent})
        parent = {"round": made["round"], "number": 0} if number % 7 else None
        while asked(address, f"jobs/{made['id']}")["state"] != "done":
            time.sleep(0.005)
    page.reload()
    page.get_by_role("treeitem").first.wait_for()
    assert 1 < page.get_by_role("treeitem").count() < 60
    page.get_by_role("button", name="All rounds").click()
    page.get_by_text("300 rounds").wait_for()
    shot("three hundred")
    assert page.get_by_role("dialog").get_by_role("treeitem").count() < 100


def asked(address, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{address}/api/v1/{path}", data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)
