"""How long a worker may say nothing: its own pace decides, and what is not a step does not count as one."""

import pytest

from pentimento.runners.lull import LEAST, LONGEST, TIMES, Lull
from pentimento.words.events import Loading, Painted, Preparing, Started, Stepped
from pentimento.words.images import Picture
from pentimento.words.reports import Estimate
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from rounds import made

PLAIN = Request(steps=4)
SIZE = Size(64, 64)


def lull(*heard, request=PLAIN):
    """After events at times."""
    one = Lull(request, 0.0)
    for event, now in heard:
        one.hear(event, now)
    return one


def started(seconds=None):
    return Started(1, 1, 4, SIZE, expected=None if seconds is None else Estimate(1, seconds))


def test_before_the_first_step_nothing_is_known_and_loading_may_take_long():
    one = lull((Loading("a", 0, 9), 0), (Loading("a", 9, 9), 1000), (Preparing("x"), 1001))
    assert one.limit == LONGEST
    assert not one.is_over(1001 + LONGEST)
    assert one.is_over(1002 + LONGEST)


def test_what_came_before_it_started_is_no_step():
    one = lull((Loading("a", 9, 9), 500), (started(), 900), (Stepped(1, 1, 1.0), 901))
    assert one.limit == LEAST


@pytest.mark.parametrize(("slowest", "limit"), [(0.1, LEAST), (LEAST / TIMES, LEAST), (10, 10 * TIMES), (999, LONGEST)])
def test_the_limit_is_many_times_the_slowest_step_but_never_too_short_or_too_long(slowest, limit):
    now, heard = 1.0, [(started(), 1.0)]
    for step, seconds in enumerate((slowest / 2, slowest, slowest / 3), 1):
        now += seconds
        heard.append((Stepped(1, step, 1.0), now))
    one = lull(*heard)
    assert one.limit == pytest.approx(limit)
    assert not one.is_over(now + limit - 0.01)
    assert one.is_over(now + limit + 0.01)


def test_a_forecast_tells_of_the_first_step_too():
    assert lull((started(4 * 20), 0)).limit == 20 * TIMES


def test_any_event_shows_that_it_gets_on():
    picture = made(Request(steps=1, width=16, height=16), {})[0]
    assert isinstance(picture, Painted)
    assert isinstance(picture.picture, Picture)
    one = lull((started(), 0), (Stepped(1, 1, 1.0), 1), (picture, 100))
    assert one.slowest == 1
    assert not one.is_over(100 + LEAST - 1)


@pytest.mark.parametrize(
    ("wish", "growth"),
    [({}, 1), ({"hires_scale": 2}, 16), ({"width": 256, "height": 256, "hires_width": 512}, 16)],
)
def test_a_second_pass_is_given_the_time_that_its_size_takes(wish, growth):
    one = lull((started(), 0), (Stepped(1, 1, 1.0), 5), request=Request(steps=4, **wish))
    assert one.limit == 5 * TIMES * growth
