"""The rows of the table, by name; each is a file beside this one."""

from collections.abc import Callable, Iterator, Mapping

from pentimento.starter.evaluation import arm, colours, detail, editions, face, fan, means, speed, third, vae
from pentimento.starter.evaluation.bench import Bench
from pentimento.starter.evaluation.lines import Line

ROWS: Mapping[str, Callable[[Bench], Iterator[Line]]] = {
    "vae": vae.measured,
    "arm": arm.measured,
    "face": face.measured,
    "detail": detail.measured,
    "third": third.measured,
    "fan": fan.measured,
    "colours": colours.measured,
    "means": means.measured,
    "editions": editions.measured,
    "speed": speed.measured,
}

JUDGED = frozenset({"arm", "face", "detail", "third", "fan", "means"})
"""Rows that ask the trained judges; the others measure pixels."""
