"""Which scenes there are: numbered rows of them, each by lot, with shares that a `Mixture` names."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.random import Generator

from pentimento.starter.scenes import people
from pentimento.starter.scenes.arms import CARRIED
from pentimento.starter.scenes.colours import COLOURS
from pentimento.starter.scenes.figure import SIDES, Figure
from pentimento.starter.scenes.lots import chance, pick, pick_by
from pentimento.starter.scenes.places import PLACES, STUDIOS
from pentimento.starter.scenes.scene import Detail, Scene, Thing
from pentimento.starter.scenes.things import THINGS

FAN = "hand fan"
EVEN: Mapping[str, float] = dict.fromkeys(PLACES, 1.0)


@dataclass(frozen=True)
class Mixture:
    """Shares in [0, 1] of what occurs in a row of scenes.

    alone   a single coloured thing, or two, without a figure
    empty   a place with nobody and nothing in it
    pair    two figures
    half    half-length, of single figures
    held    something in a hand, of single figures; of these, `fans` are hand fans and `both` hold a second thing
    close   shots of a face or a hand alone, of single figures
    near    shots of a part of the scene about a face, a hand or a thing, as *only masked* crops it, of the others
    beside  a thing standing or hanging beside a single figure
    places  where it plays: relative shares
    styles  how it is drawn: relative shares
    """

    alone: float = 0.0
    empty: float = 0.0
    pair: float = 0.0
    half: float = 0.5
    held: float = 0.0
    fans: float = 0.5
    both: float = 0.1
    close: float = 0.15
    near: float = 0.0
    beside: float = 0.0
    places: Mapping[str, float] = field(default_factory=lambda: EVEN)
    styles: Mapping[str, float] = field(default_factory=lambda: {"flat": 0.5, "inked": 0.25, "soft": 0.25})


PORTRAIT = Mixture(
    half=1.0,
    held=0.45,
    fans=0.8,
    both=0.0,
    close=0.25,
    places={**dict.fromkeys(STUDIOS, 1.0), "palace hall": 2.0},
    styles={"flat": 1.0},
)

MIXTURES: Mapping[str, Mixture] = {
    "things": Mixture(alone=1.0),
    "figure": Mixture(half=0.6, places=dict.fromkeys(STUDIOS, 1.0)),
    "holding": Mixture(
        half=0.8, held=0.5, fans=0.6, close=0.2, places={**dict.fromkeys(STUDIOS, 1.0), "palace hall": 2.0}
    ),
    "portrait": PORTRAIT,
    "repairs": replace(PORTRAIT, near=0.35),
    "sitting": Mixture(
        alone=0.18,
        empty=0.03,
        pair=0.08,
        half=0.55,
        held=0.5,
        fans=0.45,
        beside=0.25,
        places={**EVEN, **dict.fromkeys(STUDIOS, 0.4), "palace hall": 3.0},
    ),
}
"""`things`: nobody. `figure`: one on a plain ground. `holding`: one, often with a thing in a hand,
on a plain ground or in a palace hall. `portrait`: the same half-length, without outlines or shades.
`repairs`: scenes of `portrait`, many seen from nearer.
`sitting`: all that a sitting may want. No defects in any."""

LIGHT_SHARES: Mapping[str, float] = {"day": 0.55, "morning": 0.15, "dusk": 0.15, "evening": 0.15}
BESIDE = tuple(kind for kind, model in THINGS.items() if model.height <= 0.6 and kind not in (FAN, "umbrella", "sword"))
"""Things that look at home beside somebody."""

DETAIL = 0.5
"""How often each detail of a place is there."""


def scene_of(seed: int, number: int, mixture: str = "sitting") -> Scene:
    """Scene `number` of the endless row that belongs to `seed` and a mixture: the same on every machine."""
    rng, shares = np.random.default_rng([seed, number]), MIXTURES[mixture]
    lot = rng.random()
    if lot < shares.alone:
        return things_alone(rng, shares)
    peopled = {name: share for name, share in shares.places.items() if PLACES[name].figures}
    scene = surroundings(rng, pick_by(rng, peopled), shares)
    if lot < shares.alone + shares.empty:
        return scene
    if lot < shares.alone + shares.empty + shares.pair:
        return replace(scene, figures=pair(rng, scene.place))
    return with_figure(rng, scene, shares)


def surroundings(rng: Generator, place: str, shares: Mixture) -> Scene:
    """Nothing but the place, its light, its details and the style."""
    light = pick_by(rng, {name: LIGHT_SHARES[name] for name in PLACES[place].lights})
    return Scene(place, light, details_of(rng, place), (), (), pick_by(rng, shares.styles))


def details_of(rng: Generator, place: str) -> tuple[Detail, ...]:
    kinds = PLACES[place].details
    shown = [kind for kind in kinds if chance(rng, DETAIL)]
    return tuple(Detail(kind, rng.uniform(0.05, 0.95), rng.uniform(*kinds[kind][1:])) for kind in shown)


# ── Figures ──


def with_figure(rng: Generator, scene: Scene, shares: Mixture) -> Scene:
    """One figure, perhaps with a thing beside it on the side where there is room."""
    half, beside = chance(rng, shares.half), chance(rng, shares.beside)
    free = float(rng.choice([-1, 1]))
    aside = rng.uniform(0.1, 0.16) if beside else rng.uniform(-0.08, 0.08)
    figure = person(rng, scene.place, "half" if half else "full", 0.5 - free * aside, people.GESTURES)
    if chance(rng, shares.held):
        figure = with_held(rng, figure, shares)
    things = (thing_beside(rng, scene.place, figure, free),) if beside else ()
    return replace(scene, figures=(figure,), things=things)


def person(
    rng: Generator, place: str, framing: str, x: float, gestures: Mapping[str, float], most: float = 0.92
) -> Figure:
    """Somebody with empty hands; `most` is a grown figure's greatest height."""
    kind = pick_by(rng, people.KINDS)
    small = 0.8 if kind == "child" else 1.0
    skin, hair = people.skin_and_hair(rng, kind)
    if framing == "half":
        size = rng.uniform(1.2, 1.4) * (0.5 + 0.5 * small)
        y = size + rng.uniform(0.04, 0.08) + 0.06 * (hair.style == "bun")
    else:
        y = rng.uniform(*(PLACES[place].figures or (0.9, 0.95)))
        size = min(rng.uniform(most - 0.12, most) * small, y - 0.05)
    figure = Figure(kind, framing, x, y, size, skin, hair, people.face(rng), people.dress(rng, kind))
    left, right = people.arms(rng, people.gestures_of(kind, gestures))
    turn, tilt = round(rng.uniform(-1, 1), 2), round(rng.uniform(-7, 7), 1)
    return replace(figure, left=left, right=right, turn=turn, tilt=tilt)


def with_held(rng: Generator, figure: Figure, shares: Mixture) -> Figure:
    """A thing in one hand, seldom in both; an umbrella only where all of it is seen."""
    others = [kind for kind in CARRIED if kind != FAN and not (kind == "umbrella" and figure.framing == "half")]
    kinds = {FAN: shares.fans, **dict.fromkeys(others, (1 - shares.fans) / len(others))}
    first, second = rng.permutation(SIDES).tolist()
    figure = figure.with_arm(first, people.holding(rng, kinds, figure.kind, figure.dress.colour))
    if chance(rng, shares.both):
        rest = dict.fromkeys(others, 1.0)
        figure = figure.with_arm(second, people.holding(rng, rest, figure.kind, figure.dress.colour))
    if any(held.kind == "umbrella" for held in figure.held):
        figure = replace(figure, size=min(figure.size, 0.68 * figure.y))
    return figure


def pair(rng: Generator, place: str) -> tuple[Figure, Figure]:
    """Two full figures side by side."""
    left, right = rng.uniform(0.24, 0.3), rng.uniform(0.7, 0.76)
    first, second = (person(rng, place, "full", x, people.NEAR_GESTURES, 0.8) for x in (left, right))
    return (first, second) if chance(rng, 0.5) else (second, first)


# ── Things ──


def thing_beside(rng: Generator, place: str, figure: Figure, side: float) -> Thing:
    """Smaller than the figure, on its free side, about as large as it is in the world."""
    kind = pick(rng, BESIDE)
    grown = figure.size * (0.62 if figure.framing == "half" else 1.0)
    size = max(0.2, THINGS[kind].height * min(grown, 0.85))
    x = 0.5 + side * rng.uniform(0.28, 0.36)
    return Thing(kind, pick(rng, list(COLOURS)), x, foot(rng, place, kind, size), size, chance(rng, 0.5))


def things_alone(rng: Generator, shares: Mixture) -> Scene:
    """A large thing not far from the middle, and now and then a smaller one beside it."""
    scene = surroundings(rng, pick_by(rng, shares.places), shares)
    main = main_thing(rng, scene.place)
    second = (second_thing(rng, scene.place, main),) if chance(rng, 0.2) else ()
    return replace(scene, things=(main, *second))


def main_thing(rng: Generator, place: str) -> Thing:
    kind, size, x = pick(rng, list(THINGS)), rng.uniform(0.46, 0.72), rng.uniform(0.36, 0.64)
    return Thing(kind, pick(rng, list(COLOURS)), x, foot(rng, place, kind, size), size, chance(rng, 0.5))


def second_thing(rng: Generator, place: str, main: Thing) -> Thing:
    """Smaller, of another kind and colour, on the side where there is room."""
    kind = pick(rng, [kind for kind in THINGS if kind != main.kind])
    colour = pick(rng, [colour for colour in COLOURS if colour != main.colour])
    size = rng.uniform(0.24, 0.32)
    x = rng.uniform(0.8, 0.9) if main.x < 0.5 else rng.uniform(0.1, 0.2)
    return Thing(kind, colour, x, foot(rng, place, kind, size), size, chance(rng, 0.5))


def foot(rng: Generator, place: str, kind: str, size: float) -> float:
    """The height of a thing's foot: on the ground, or in the air for what floats."""
    stand = PLACES[place].stand
    if stand is None or THINGS[kind].floats:
        return rng.uniform(0.46, 0.58) + size / 2
    return rng.uniform(*stand)
