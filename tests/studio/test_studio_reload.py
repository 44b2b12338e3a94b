"""A reload at any moment brings back what was asked for: its job, or its candidates."""

import re

import pytest
from test_studio_sitting import paint, sitting

__all__ = ["sitting"]

MOMENTS = {
    "the server has the job, and the page does not know": ("POST", r"/api/v1/jobs$"),
    "the job has ended, and nobody knows what came of it": ("GET", r"/api/v1/jobs/[0-9a-f]{16}$"),
    "its round is on its way": ("PUT", r"/api/v1/pictures/\w+/at$"),
    "its tree is on its way": ("GET", r"/api/v1/pictures/[0-9a-f]{12}$"),
    "its first candidate is on its way": ("GET", r"/api/v1/files/[0-9a-f]+$"),
}


def held_back(page, method, place):
    """Every answer to such a request is kept from the page; the server has answered the first when this is true."""
    answered = []

    def hold(route):
        if route.request.method != method:
            return route.fallback()
        answered.append(route.fetch().status)
        return None

    page.route(re.compile(place), hold)
    return answered


def ready(page):
    page.locator("[aria-label='Save the picture']:enabled").wait_for()
    paint(page)
    page.get_by_label("Prompt", exact=True).fill("a cup")


@pytest.mark.parametrize("moment", MOMENTS)
def test_candidates_come_back_though_the_page_is_left_while(sitting, moment):
    method, place = MOMENTS[moment]
    ready(sitting)
    answered = held_back(sitting, method, place)
    sitting.keyboard.press("Control+Enter")
    for _ in range(200):
        if answered:
            break
        sitting.wait_for_timeout(20)
    assert answered
    sitting.unroute_all(behavior="ignoreErrors")
    sitting.reload(wait_until="domcontentloaded")
    sitting.reload()
    sitting.get_by_role("button", name="Candidate 4").wait_for()
    assert sitting.get_by_label("Prompt", exact=True).input_value() == "a cup"


@pytest.mark.long
@pytest.mark.parametrize("moment", range(0, 1000, 100))
def test_candidates_come_back_whenever_the_page_is_left(page, serving, moment):
    page.goto(serving("--step-seconds", 0.01))
    ready(page)
    with page.expect_request(lambda request: request.url.endswith("/api/v1/jobs")):
        page.keyboard.press("Control+Enter")
    page.wait_for_timeout(moment)
    page.reload()
    page.get_by_role("button", name="Candidate 4").wait_for()
