"""What an axis goes through, from one text: lists, ranges, counts and random numbers.

0.2, 0.5      a list; quotes protect commas
0:1:0.25      from 0 to 1 in steps of 0.25, both ends included; without a step, 1
0:1[5]        five numbers, evenly spaced
0-1 (+0.25)   as 0:1:0.25, and 0-1 [5] as 0:1[5]: webui's notation
random[4]     four random numbers within the setting's limits
random 1:5[4] four between 1 and 5
"""

import csv
import io
import re
from collections.abc import Iterator
from decimal import ROUND_FLOOR, Decimal
from random import Random

from pentimento.words.errors import RequestError

NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?"
SPAN = rf"(?P<first>{NUMBER})\s*[:-]\s*(?P<last>{NUMBER})"
RANGE = re.compile(rf"{SPAN}(?:\s*:\s*(?P<step>{NUMBER})|\s*\(\s*(?P<stride>{NUMBER})\s*\))?")
COUNT = re.compile(rf"{SPAN}\s*\[\s*(?P<count>\d+)\s*\]")
DRAWN = re.compile(rf"random\s*(?:{SPAN})?\s*\[\s*(?P<count>\d+)\s*\]", re.IGNORECASE)

MOST = 1000
"""More values than this on one axis are a slip of the pen."""


def items(text: str) -> list[str]:
    """The items of a list, one record or several; double quotes protect commas, a doubled one is a quote.

    raises  RequestError for an item too long to be one
    """
    try:
        records = csv.reader(io.StringIO(text, newline=None), skipinitialspace=True)
        return [item.strip() for row in records for item in row]
    except csv.Error as problem:
        raise RequestError(f"the values cannot be read as a list: {problem}", "Part them by commas.") from problem


def numbers(text: str, *, whole: bool, limits: tuple[float, float] | None, rng: Random) -> list[int | float]:
    """The numbers that a list of items stands for.

    whole   the setting takes whole numbers
    limits  lowest and highest of the setting, for random numbers without a range
    raises  RequestError for an item that is none of these
    """
    found = [number for item in items(text) for number in _numbers(item, whole, limits, rng)]
    if len(found) > MOST:
        raise RequestError(f"{text!r} are {len(found)} values; an axis has {MOST} at most", "Take larger steps.")
    return found


def _numbers(item: str, whole: bool, limits: tuple[float, float] | None, rng: Random) -> Iterator[int | float]:
    if match := RANGE.fullmatch(item):
        step = match["step"] or match["stride"] or 1
        values = _range(Decimal(match["first"]), Decimal(match["last"]), Decimal(step), item)
    elif match := COUNT.fullmatch(item):
        values = _spaced(Decimal(match["first"]), Decimal(match["last"]), _few(match["count"]))
    elif match := DRAWN.fullmatch(item):
        ends = (float(match["first"]), float(match["last"])) if match["first"] else limits
        values = _drawn(ends, _few(match["count"]), whole, rng, item)
    elif re.fullmatch(NUMBER, item):
        values = iter([Decimal(item)])
    else:
        raise RequestError(
            f"{item!r} is no number and no range",
            "Write 1, 2 or 1-5 or 0-1 (+0.25) or 0:1:0.25 or 0:1[5] or random[4].",
        )
    yield from (_as(value, whole, item) for value in values)


def _range(first: Decimal, last: Decimal, step: Decimal, item: str) -> Iterator[Decimal]:
    """In decimal, so that the end is met and 0.3 stays 0.3; the step's sign follows from the ends."""
    if not step:
        raise RequestError(f"{item!r} has a step of 0", "Give a step such as 0.25.")
    steps = (abs(last - first) / abs(step)).to_integral_value(ROUND_FLOOR)
    _few(str(steps))
    signed = abs(step).copy_sign(last - first)
    return (first + k * signed for k in range(int(steps) + 1))


def _spaced(first: Decimal, last: Decimal, count: int) -> Iterator[Decimal]:
    return (first + (last - first) * k / max(count - 1, 1) for k in range(count))


def _drawn(ends: tuple[float, float] | None, count: int, whole: bool, rng: Random, item: str) -> Iterator[Decimal]:
    if ends is None:
        raise RequestError(f"{item!r} has no range to draw from", "Write random 1:5[4].")
    low, high = min(ends), max(ends)
    for _ in range(count):
        yield Decimal(rng.randint(int(low), int(high))) if whole else Decimal(f"{rng.uniform(low, high):.4g}")


def _few(count: str) -> int:
    if Decimal(count) > MOST:
        raise RequestError(f"{count} values are asked for; an axis has {MOST} at most", "Take fewer.")
    return int(count)


def _as(value: Decimal, whole: bool, item: str) -> int | float:
    if not whole:
        return float(value)
    if value != int(value) and not COUNT.fullmatch(item):
        raise RequestError(f"{item!r} gives {value}, and the setting takes whole numbers", "Take whole steps.")
    return int(value)
