"""A scene: a value that says what a picture shows. Nothing here draws."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator

from pentimento.starter.scenes.colours import COLOURS, LIGHTS
from pentimento.starter.scenes.places import PLACES
from pentimento.starter.scenes.things import THINGS


@dataclass(frozen=True)
class Thing:
    """A coloured thing. x and y are the middle of its foot, size its height, all in shares of the picture's height."""

    kind: str
    colour: str
    x: float
    y: float
    size: float
    mirrored: bool = False


@dataclass(frozen=True)
class Detail:
    """Something of the surroundings, at its anchor."""

    kind: str
    x: float
    y: float


@dataclass(frozen=True)
class Scene:
    """What a picture shows: the place, its light, its details, and the things, the first being the main one.

    Any element can be left out or exchanged (`without`, `with_thing`) and all else stays where it is.
    """

    place: str
    light: str
    details: tuple[Detail, ...]
    things: tuple[Thing, ...]

    @property
    def main(self) -> Thing:
        return self.things[0]

    def without(self, thing: Thing) -> "Scene":
        """The same scene, one thing less."""
        return replace(self, things=tuple(t for t in self.things if t != thing))

    def with_thing(self, old: Thing, new: Thing) -> "Scene":
        """The same scene with one thing exchanged for another."""
        return replace(self, things=tuple(new if t == old else t for t in self.things))


def scene_of(seed: int, number: int) -> Scene:
    """Scene `number` of the endless row that belongs to `seed`: the same on every machine."""
    rng = np.random.default_rng([seed, number])
    place = pick(rng, tuple(PLACES))
    things = [main_thing(rng, place)]
    if rng.random() < 0.2:
        things.append(second_thing(rng, place, things[0]))
    return Scene(place, pick(rng, tuple(LIGHTS), (0.55, 0.15, 0.15, 0.15)), details_of(rng, place), tuple(things))


def main_thing(rng: Generator, place: str) -> Thing:
    """Large, and not far from the middle."""
    kind, size, x = pick(rng, tuple(THINGS)), rng.uniform(0.46, 0.72), rng.uniform(0.36, 0.64)
    return Thing(kind, pick(rng, tuple(COLOURS)), x, foot(rng, place, kind, size), size, bool(rng.random() < 0.5))


def second_thing(rng: Generator, place: str, main: Thing) -> Thing:
    """Smaller, of another kind and colour, on the side where there is room."""
    kind = pick(rng, tuple(k for k in THINGS if k != main.kind))
    colour = pick(rng, tuple(c for c in COLOURS if c != main.colour))
    size = rng.uniform(0.24, 0.32)
    x = rng.uniform(0.8, 0.9) if main.x < 0.5 else rng.uniform(0.1, 0.2)
    return Thing(kind, colour, x, foot(rng, place, kind, size), size, bool(rng.random() < 0.5))


def foot(rng: Generator, place: str, kind: str, size: float) -> float:
    """The height of a thing's foot: on the ground, or in the air for what floats."""
    stand = PLACES[place].stand
    if stand is None or THINGS[kind].floats:
        return rng.uniform(0.46, 0.58) + size / 2
    return rng.uniform(*stand)


def details_of(rng: Generator, place: str) -> tuple[Detail, ...]:
    kinds = PLACES[place].details
    shown = [kind for kind in kinds if rng.random() < 0.6]
    return tuple(Detail(kind, rng.uniform(0.05, 0.95), rng.uniform(*kinds[kind][1:])) for kind in shown)


def pick(rng: Generator, names: tuple[str, ...], shares: tuple[float, ...] | None = None) -> str:
    return names[int(rng.choice(len(names), p=shares))]
