"""The server is away for a while: one paints on, is told so, and all goes on when it is back."""

import pytest
from test_studio_restart import awaited, painted, port, served_at

__all__ = ["port"]


def undos(page):
    return page.get_by_role("button", name="Undo", exact=True)


def test_one_paints_on_while_the_server_is_away_and_goes_on_when_it_is_back(page, tmp_path, port, shot):
    with served_at(tmp_path, port) as (address, process):
        page.goto(address)
        awaited(page)
        process.kill()
        process.wait()
    painted(page)
    page.get_by_text("Paint on: it is kept here").wait_for()
    painted(page)
    assert page.get_by_role("button", name="Clear").is_enabled()
    shot("away")
    with served_at(tmp_path, port):
        page.get_by_text("Paint on: it is kept here").wait_for(state="detached")
        page.keyboard.press("Control+Enter")
        page.get_by_role("button", name="Keep").wait_for()


@pytest.mark.long
def test_pressing_generate_while_it_is_away_says_so_and_loses_nothing(page, tmp_path, port):
    with served_at(tmp_path, port) as (address, process):
        page.goto(address)
        awaited(page)
        process.kill()
        process.wait()
    painted(page)
    page.keyboard.press("Control+Enter")
    page.get_by_role("alert").filter(has_text="does not answer").wait_for()
    with served_at(tmp_path, port):
        page.get_by_role("alert").wait_for(state="detached")
        assert undos(page).is_enabled()
