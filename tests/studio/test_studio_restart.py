"""What becomes of a sitting when its server dies, and when one goes on painting while a job runs."""

import re
import socket
from contextlib import closing

import pytest

from server import process_of

STEP = 0.4
"""Seconds: a job takes long enough to be interrupted by whatever a test does."""
RUNNING = re.compile(r"step \d+ of 20")


@pytest.fixture
def port():
    """One that stays the same when a server is started anew."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def served_at(folder, port):
    folder.mkdir(exist_ok=True)
    return process_of(folder, "--runner", "fake", "--step-seconds", STEP, "--port", port, log=folder / "log")


def awaited(page):
    """The picture is on the canvas."""
    page.locator("[aria-label='Save the picture']:enabled").wait_for()


def painted(page):
    stage = page.locator("canvas").last.bounding_box()
    x, y = stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2
    page.mouse.move(x - 40, y - 40)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40, steps=6)
    page.mouse.up()


@pytest.mark.long
def test_a_server_killed_in_mid_job_and_started_anew_leaves_a_studio_that_can_go_on(page, tmp_path, port, studio):
    with served_at(tmp_path / "own", port) as (address, process):
        page.goto(address)
        awaited(page)
        painted(page)
        page.get_by_label("Prompt", exact=True).fill("a blue cup")
        page.keyboard.press("Control+Enter")
        page.get_by_text(RUNNING).wait_for()
        process.kill()
        process.wait()
    with served_at(tmp_path / "own", port):
        page.get_by_role("alert").filter(has_text="started anew").wait_for(timeout=20_000)
        assert page.get_by_role("button", name="Generate").is_enabled()
        page.reload()
        awaited(page)
        assert page.get_by_label("Prompt", exact=True).input_value() == "a blue cup"
        page.get_by_role("button", name="Generate").click()
        page.get_by_text(RUNNING).wait_for()


def test_a_job_under_way_is_found_again_after_a_reload(page, tmp_path, port, studio):
    with served_at(tmp_path / "own", port) as (address, _):
        page.goto(address)
        awaited(page)
        painted(page)
        page.keyboard.press("Control+Enter")
        page.get_by_text(RUNNING).wait_for()
        page.reload()
        page.get_by_role("button", name="Interrupt").click()
        page.get_by_label("Candidate 1").wait_for()
