"""A scene and what is shown of it: all, most, a face, or a hand."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from pentimento.starter.scenes.body import BUILDS
from pentimento.starter.scenes.canvas import WHOLE, View
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.figure import SIDES, Arm, Figure
from pentimento.starter.scenes.lots import chance, pick
from pentimento.starter.scenes.mixture import MIXTURES, scene_of
from pentimento.starter.scenes.person import face_of, hand_of
from pentimento.starter.scenes.scene import Scene
from pentimento.starter.scenes.shapes import Point
from pentimento.words.images import Image
from pentimento.words.sizes import Size

FACES = 0.62
"""Share of faces among close-ups."""

NEAR = (0.5, 0.95)
"""Heights of views of most of a scene, in shares of its own."""

ANYWHERE = 0.25
"""How often a point of interest is just anywhere."""


@dataclass(frozen=True)
class Shot:
    """A scene and a view of it. subject: `whole`, `face`, `left hand` or `right hand`, of the first figure."""

    scene: Scene
    view: View = WHOLE
    subject: str = "whole"

    def drawn(self, size: Size) -> Image:
        return draw(self.scene, size, self.view)

    def point_of_interest(self, rng: Generator) -> Point:
        """A face, a hand or a thing, or anywhere: shares of the sides of a square picture of this shot."""
        points = [] if chance(rng, ANYWHERE) else interesting(self.scene)
        if not points:
            x, y = rng.uniform(0, 1, 2).tolist()
            return x, y
        x, y = pick(rng, points)
        view = self.view
        return (x - view.x) / view.height + 0.5, (y - view.y) / view.height + 0.5


def interesting(scene: Scene) -> list[Point]:
    """Where there is something to learn, faces twice."""
    faces = [face_of(figure) for figure in scene.figures]
    hands = [hand for figure in scene.figures for side in SIDES if (hand := hand_of(figure, side))]
    return [*faces, *faces, *hands, *((thing.x, thing.y - thing.size / 2) for thing in scene.things)]


def shot_of(seed: int, number: int, mixture: str = "sitting") -> Shot:
    """Shot `number` of the endless row that belongs to `seed` and a mixture: the same on every machine."""
    scene, shares = scene_of(seed, number, mixture), MIXTURES[mixture]
    rng = np.random.default_rng([seed, number, 1])
    if len(scene.figures) != 1:
        return Shot(scene)
    if not chance(rng, shares.close):
        return near_shot(scene, rng) if chance(rng, shares.near) else Shot(scene)
    figure = scene.figures[0]
    if chance(rng, FACES):
        return face_shot(scene, figure, rng)
    return hand_shot(scene, figure, pick(rng, SIDES), rng)


def near_shot(scene: Scene, rng: Generator) -> Shot:
    """Most of a scene, about something worth looking at."""
    x, y = pick(rng, interesting(scene))
    return Shot(scene, inside(x, y, rng.uniform(*NEAR)))


def face_shot(scene: Scene, figure: Figure, rng: Generator) -> Shot:
    """A head that fills the picture."""
    x, y = face_of(figure)
    height = BUILDS[figure.kind].head * figure.size * rng.uniform(2.6, 3.4)
    return Shot(scene, inside(x + rng.uniform(-0.06, 0.06) * height, y, height), "face")


def hand_shot(scene: Scene, figure: Figure, side: str, rng: Generator) -> Shot:
    """A hand with what it holds; where that arm is missing, the whole scene."""
    arm, hand = figure.arm(side), hand_of(figure, side)
    if arm is None or hand is None:
        return Shot(scene)
    height = figure.size * rng.uniform(*reach(arm))
    up = 0.14 * height if arm.held else 0.0
    return Shot(scene, inside(hand[0], hand[1] - up, height), f"{side} hand")


def reach(arm: Arm) -> tuple[float, float]:
    """Heights of views of a hand, in shares of the figure's height."""
    return (0.4, 0.5) if arm.held else (0.24, 0.34)


def inside(x: float, y: float, height: float) -> View:
    """A view of a height, moved so that it shows nothing above or below the scene."""
    height = min(height, 1.0)
    return View(x, min(max(y, height / 2), 1 - height / 2), height)
