"""A scene: a value that says what a picture shows. Nothing here draws."""

from dataclasses import dataclass, replace

from pentimento.starter.scenes.figure import SIDES, Figure

STYLES = ("flat", "inked", "soft")
"""No outlines; even dark outlines; two tones, a shade side to every shape."""

FIGURE_PARTS = (
    "figure", "head", "face", "hair", "dress", "left arm", "right arm", "left hand", "right hand", "held", "third hand",
)  # fmt: skip
"""What a figure's regions are called; those of a second figure begin with `other `."""

OTHER = "other "


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
    """What a picture shows: the place, its light, its details, things, figures, and how it is drawn.

    Things: the first is the main one where there is no figure. Figures: none, one or two.
    Any element can be left out or exchanged and all else stays where it is, pixel for pixel.
    Parts have names: `FIGURE_PARTS`, the same with `other ` in front for a second figure, `thing 1`, `thing 2` …
    """

    place: str
    light: str
    details: tuple[Detail, ...]
    things: tuple[Thing, ...]
    figures: tuple[Figure, ...] = ()
    style: str = "flat"

    @property
    def main(self) -> Thing:
        return self.things[0]

    def without(self, element: "Thing | str") -> "Scene":
        """The same scene less one thing, or less one part by its name; ValueError for a part it cannot do without."""
        if isinstance(element, Thing):
            return replace(self, things=tuple(t for t in self.things if t != element))
        if element.startswith("thing "):
            return self.without(self.thing(element))
        number, part = figure_part(element)
        kept = () if part == "figure" else (self.figures[number].without(part),)
        return replace(self, figures=(*self.figures[:number], *kept, *self.figures[number + 1 :]))

    def with_thing(self, old: Thing, new: Thing) -> "Scene":
        """The same scene with one thing exchanged for another."""
        return replace(self, things=tuple(new if t == old else t for t in self.things))

    def with_figure(self, new: Figure, number: int = 0) -> "Scene":
        """The same scene with one figure exchanged for another."""
        return replace(self, figures=tuple(new if i == number else f for i, f in enumerate(self.figures)))

    def thing(self, name: str) -> Thing:
        """The thing that is called `thing 1`, `thing 2` …"""
        number = int(name.removeprefix("thing "))
        if not 1 <= number <= len(self.things):
            raise ValueError(f"no {name} in a scene of {len(self.things)} things")
        return self.things[number - 1]

    def parts(self) -> tuple[str, ...]:
        """The names of all that is there and has a region."""
        own = (OTHER * number + part for number, f in enumerate(self.figures) for part in parts_of(f))
        return (*own, *(f"thing {i + 1}" for i in range(len(self.things))))


def parts_of(figure: Figure) -> tuple[str, ...]:
    """Those of FIGURE_PARTS that a figure has."""
    missing = {f"{side} {limb}" for side in SIDES if not figure.arm(side) for limb in ("arm", "hand")}
    there = {"face": figure.face, "hair": figure.hair, "held": figure.held, "third hand": figure.third}
    missing |= {part for part, value in there.items() if not value}
    return tuple(part for part in FIGURE_PARTS if part not in missing)


def figure_part(name: str) -> tuple[int, str]:
    """`other face` → (1, `face`): which figure, which of its parts."""
    part = name.removeprefix(OTHER)
    if part not in FIGURE_PARTS:
        raise ValueError(f"no part is called {name!r}: figures are made out of {', '.join(FIGURE_PARTS)}")
    return int(part != name), part
