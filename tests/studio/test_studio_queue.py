"""One goes on while a job runs: the next run waits its turn, with what was masked and said when it was asked for."""

import json
import re
from datetime import UTC, datetime

import pytest

STEP = 1
"""Seconds; a job takes twenty of them, unless it is ended: longer than whatever is done meanwhile."""
RUNNING = re.compile(r"step \d+ of 20")
FAR = datetime(2100, 1, 1, tzinfo=UTC)
PAUSE = 800
"""Milliseconds after which it is asked what would happen, and not yet what the starting states look like."""


@pytest.fixture
def sitting(page, serving):
    page.goto(serving("--step-seconds", STEP))
    page.get_by_text("Paint over what should change").wait_for()
    page.requests = []
    page.on("request", lambda request: page.requests.append(request))
    return page


def stroke(page, dx=0, dy=0):
    stage = page.locator("canvas").last.bounding_box()
    x, y = stage["x"] + stage["width"] / 2 + dx, stage["y"] + stage["height"] / 2 + dy
    page.mouse.move(x - 40, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 20, steps=6)
    page.mouse.up()


def say(page, prompt):
    page.get_by_label("Prompt", exact=True).fill(prompt)


def asked(page):
    """Each run that was asked for: prompt and mask. Where one pauses, the starting states are asked for too."""
    jobs = [
        json.loads(each.post_data) for each in page.requests if each.method == "POST" and each.url.endswith("/jobs")
    ]
    return [(job["request"]["prompt"], job["request"]["mask"]) for job in jobs if "task" not in job]


def files_sent(page):
    return sum(each.method == "POST" and each.url.endswith("/files") for each in page.requests)


def waiting(page):
    return page.get_by_role("list", name="Waiting").get_by_role("listitem")


def test_each_run_has_the_mask_and_the_words_of_its_moment_and_a_waiting_one_can_be_taken_out(sitting, shot):
    stroke(sitting)
    for prompt, dy in (("a blue cup", 60), ("a red cup", -60), ("a green cup", 120)):
        say(sitting, prompt)
        sitting.keyboard.press("Control+Enter")
        stroke(sitting, dy=dy)
    waiting(sitting).nth(1).wait_for()
    sitting.get_by_text(RUNNING).wait_for()
    shot("waiting")
    prompts, masks = zip(*asked(sitting), strict=True)
    assert prompts == ("a blue cup", "a red cup", "a green cup")
    assert len(set(masks)) == 3
    sitting.get_by_role("button", name="Take out of the queue 1").click()
    waiting(sitting).nth(1).wait_for(state="detached")
    assert "a green cup" in waiting(sitting).inner_text()
    sitting.keyboard.press("Escape")
    sitting.get_by_label("Candidate 1").wait_for()
    sitting.get_by_role("list", name="Waiting").wait_for(state="detached")
    sitting.get_by_text(RUNNING).wait_for()
    sitting.keyboard.press("Escape")
    sitting.get_by_role("button", name="Generate").wait_for()
    told = sitting.get_by_role("region", name="Rounds").get_by_role("treeitem")
    told.nth(2).wait_for()
    assert told.count() == 3, "the picture, and a round for each run that was not taken out"


def test_a_mask_is_sent_once_for_each_run_and_never_for_what_is_foreseen(sitting):
    sitting.clock.pause_at(FAR)  # a slow machine is no pause of who paints, in which the starting states are asked for
    stroke(sitting)
    stroke(sitting, dy=60)
    with sitting.expect_request(re.compile("forecast.marked=")):
        sitting.clock.run_for(PAUSE)
    assert files_sent(sitting) == 0
    sitting.keyboard.press("Control+Enter")
    sitting.get_by_text(RUNNING).wait_for()
    sitting.keyboard.press("Control+Enter")
    waiting(sitting).wait_for()
    assert files_sent(sitting) == 1


def test_escape_ends_a_job_that_paints_with_what_it_has(sitting):
    stroke(sitting)
    sitting.keyboard.press("Control+Enter")
    sitting.get_by_text(RUNNING).wait_for()
    sitting.keyboard.press("Escape")
    sitting.get_by_label("Candidate 1").wait_for()
