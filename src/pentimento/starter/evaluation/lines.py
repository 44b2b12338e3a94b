"""Lines of the table: what was measured, how, with which 95 % interval, and what was aimed at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pentimento.starter.measures import wilson

HEAD = "| what | how | reached | 95 % interval | aim | |\n|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Line:
    """One line of the table; reached is None where there is no aim."""

    what: str
    how: str
    value: str
    interval: str = ""
    aim: str = ""
    reached: bool | None = None

    def __str__(self) -> str:
        mark = {None: "", True: "yes", False: "**no**"}[self.reached]
        return f"| {self.what} | {self.how} | {self.value} | {self.interval} | {self.aim} | {mark} |"


def share(what: str, how: str, right: Sequence[bool], *, least: float | None = None, most: float | None = None) -> Line:
    """How many of all; 95 % interval by Wilson."""
    hits, count = sum(map(bool, right)), len(right)
    if not count:
        return Line(what, how, "no case")
    low, high = wilson(hits, count)
    value, interval = f"{hits} / {count}, {hits / count:.0%}", f"{low:.0%} … {high:.0%}"
    if least is not None:
        return Line(what, how, value, interval, f"≥ {least:.0%}", hits / count >= least)
    if most is not None:
        return Line(what, how, value, interval, f"≤ {most:.0%}", hits / count <= most)
    return Line(what, how, value, interval)


def mean(what: str, how: str, values: Sequence[float], unit: str, *, least: float | None = None) -> Line:
    """The mean; its 95 % interval from the standard error."""
    if not values:
        return Line(what, how, "no case")
    middle = float(np.mean(values))
    reach = 1.96 * float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
    value, interval = f"{middle:.2f} {unit}", f"{middle - reach:.2f} … {middle + reach:.2f}"
    if least is None:
        return Line(what, how, value, interval)
    return Line(what, how, value, interval, f"≥ {least:g} {unit}", middle >= least)
