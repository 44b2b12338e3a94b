"""Scenes in which something is wrong, beside the same scenes as they are wanted: what judges learn from and what is
measured. Their seeds are never those of the model's training."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow
from PIL import ImageFilter

from pentimento.starter.scenes import people
from pentimento.starter.scenes.arms import CARRIED, WRONG_PLACES
from pentimento.starter.scenes.canvas import WHOLE, View
from pentimento.starter.scenes.drawing import draw, region
from pentimento.starter.scenes.figure import SIDES, Arm, Face, Figure, Held, ThirdHand
from pentimento.starter.scenes.lots import pick
from pentimento.starter.scenes.mixture import FAN, scene_of
from pentimento.starter.scenes.scene import Scene
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

BRUSH = 1 / 40
"""How far a mask goes beyond what it is to cover, as a share of the picture's height."""

SMALL = Size(64, 64)
SEEN = 0.004
"""Share of a small picture that has to differ, or else there is nothing to repair."""

DIFFERENT = 24
"""Of 255: the least difference of a pixel that counts."""


@dataclass(frozen=True)
class Trial:
    """One thing to be done to a picture.

    before, wanted  the scene as it is, and as it is to become
    covered         scenes and their parts that the mask covers
    decoys          what it might become, and is not wanted
    prompted        what the original prompt tells of; none: what is wanted
    """

    before: Scene
    wanted: Scene
    covered: tuple[tuple[Scene, str], ...]
    decoys: tuple[Scene, ...] = ()
    prompted: Scene | None = None

    def hole(self, size: Size, view: View = WHOLE) -> Mask:
        """What a person would paint over: 0 or 255."""
        mask = np.max([region(scene, part, size, view) for scene, part in self.covered], axis=0)
        radius = max(1, round(BRUSH * size.height / view.height))
        hard = Pillow.fromarray(np.where(mask > 127, 255, 0).astype(np.uint8))
        return np.asarray(hard.filter(ImageFilter.MaxFilter(2 * radius + 1)))

    @property
    def shows(self) -> bool:
        """What is wrong can be seen."""
        return differing(draw(self.before, SMALL), draw(self.wanted, SMALL)) > SEEN


def differing(one: Image, other: Image) -> float:
    """Share of the pixels of two pictures that differ."""
    return float((np.abs(one.astype(int) - other).max(axis=-1) > DIFFERENT).mean())


def missing_arm(scene: Scene, rng: Generator) -> Trial | None:
    """An empty-handed arm is not there."""
    sides = free_sides(scene.figures[0])
    if not sides:
        return None
    part = f"{pick(rng, sides)} arm"
    return Trial(scene.without(part), scene, ((scene, part),))


def spoilt_face(scene: Scene, rng: Generator) -> Trial | None:
    """The features are scrambled."""
    figure = scene.figures[0]
    spoilt, again = (
        changed_face(scene, replace(figure.face or Face(), spoilt=int(n))) for n in rng.integers(1, 2**31, 2)
    )
    return Trial(spoilt, scene, ((scene, "face"),), (again, changed_face(scene, None)))


def third_hand(scene: Scene, rng: Generator) -> Trial | None:
    """A hand too many."""
    hand = ThirdHand(pick(rng, list(WRONG_PLACES)), pick(rng, SIDES), round(rng.uniform(-8, 8), 1))
    before = scene.with_figure(replace(scene.figures[0], third=hand))
    return Trial(before, scene, ((before, "third hand"),))


def fan_wanted(scene: Scene, rng: Generator) -> Trial | None:
    """An empty hand is to hold a fan."""
    figure = scene.figures[0]
    sides = free_sides(figure)
    if not sides or any(held.kind == FAN for held in figure.held):
        return None
    side = pick(rng, sides)
    arm = people.holding(rng, {FAN: 1.0}, figure.kind, figure.dress.colour)
    wanted = scene.with_figure(figure.with_arm(side, arm))
    parts = ((scene, f"{side} arm"), (wanted, f"{side} arm"), (wanted, "held"))
    decoys = tuple(scene.with_figure(figure.with_arm(side, other)) for other in others(arm, rng))
    return Trial(scene, wanted, parts, decoys, prompted=scene)


def others(arm: Arm, rng: Generator) -> Iterator[Arm]:
    """The same arm with something else in its hand, and with nothing."""
    kinds = [kind for kind, poses in CARRIED.items() if kind != FAN and arm.pose in poses]
    if arm.held:
        yield replace(arm, held=Held(pick(rng, kinds), arm.held.colour))
    yield replace(arm, held=None)


def free_sides(figure: Figure) -> list[str]:
    return [side for side in SIDES if (arm := figure.arm(side)) and not arm.held]


def changed_face(scene: Scene, face: Face | None) -> Scene:
    return scene.with_figure(replace(scene.figures[0], face=face))


TRIALS: Mapping[str, Callable[[Scene, Generator], Trial | None]] = {
    "arm": missing_arm,
    "face": spoilt_face,
    "third hand": third_hand,
    "fan": fan_wanted,
}
"""Question → how a scene with one figure becomes a trial of it; None where it cannot."""


def people_of(seed: int, mixture: str) -> Iterator[tuple[int, Scene]]:
    """The scenes with one figure in the row of a seed, and their numbers."""
    scenes = ((number, scene_of(seed, number, mixture)) for number in count())
    return ((number, scene) for number, scene in scenes if len(scene.figures) == 1)


def trials(question: str, seed: int, mixture: str = "sitting") -> Iterator[Trial]:
    """An endless row: the same on every machine."""
    for number, scene in people_of(seed, mixture):
        trial = TRIALS[question](scene, np.random.default_rng([seed, number, 11]))
        if trial and trial.shows:
            yield trial
