"""What the finder of drawn faces learns from: pieces of scenes, and where the faces in them are."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow

from pentimento.starter.scenes.body import BUILDS
from pentimento.starter.scenes.canvas import WHOLE, View
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.face import EYE_X, EYE_Y, MOUTH_Y, NOSE_Y, TURN
from pentimento.starter.scenes.figure import Face as Features
from pentimento.starter.scenes.figure import Figure
from pentimento.starter.scenes.lots import chance, pick
from pentimento.starter.scenes.mixture import scene_of
from pentimento.starter.scenes.person import face_of, frame_of, head_frame
from pentimento.starter.scenes.scene import Scene
from pentimento.words.faces import Face
from pentimento.words.images import Image
from pentimento.words.sizes import Size

SIDE = 128
"""Of the pieces learnt from, pixels."""

SMALLEST, LARGEST = 13.0, 42.0
"""Heights of the heads learnt, pixels; a pyramid of halved pictures makes the others as large as these."""

MOUTH_X = 0.25
OUTLINE = (0.87, 1.0)
"""Half the width and height of a bare head, in its own units."""

PROPER, SPOILT, BLANK = 1.0, 0.6, 0.25
"""How much of a face a drawn one is: whole, with scrambled features, with none."""

ALIVE = 0.75
"""Share of pieces that are cut about a face."""


def faces_in(scene: Scene, size: Size, view: View = WHOLE) -> list[Face]:
    """Every head of a scene, in pixels of a picture of this view; its confidence is how much of a face it is."""
    scale = size.height / view.height
    across, down = size.width / 2 - view.x * scale, size.height / 2 - view.y * scale
    return [head_of(figure).moved(across, down, scale) for figure in scene.figures]


def head_of(figure: Figure) -> Face:
    """In the scene's coordinates; spoilt features are where they belong."""
    frame = head_frame(figure, BUILDS[figure.kind]).within(frame_of(figure))
    turn = figure.turn * TURN
    x, y = frame.point((0, 0))
    unit = BUILDS[figure.kind].head * figure.size
    marks = ((-EYE_X, EYE_Y), (EYE_X, EYE_Y), (0.25 * turn, NOSE_Y), (-MOUTH_X, MOUTH_Y), (MOUTH_X, MOUTH_Y))
    one, two, three, four, five = (frame.point((mark_x + turn, mark_y)) for mark_x, mark_y in marks)
    wide, high = OUTLINE[0] * unit, OUTLINE[1] * unit
    return Face(x - wide, y - high, x + wide, y + high, worth(figure), (one, two, three, four, five))


def worth(figure: Figure) -> float:
    if figure.face is None:
        return BLANK
    return SPOILT if figure.face.spoilt else PROPER


def pieces(seed: int, mixture: str) -> Iterator[tuple[Image, list[Face]]]:
    """An endless row of pieces, SIDE × SIDE, and the faces that lie in them: the same on every machine."""
    number = 0
    while True:
        rng = np.random.default_rng([seed, number, 21])
        scene = with_faults(scene_of(seed, number, mixture), rng)
        for _ in range(3):
            yield piece(scene, rng)
        number += 1


def with_faults(scene: Scene, rng: Generator) -> Scene:
    """Now and then with a scrambled face, seldom with an empty one."""
    for number, figure in enumerate(scene.figures):
        lot = rng.random()
        if lot < 0.25:
            spoilt = replace(figure.face or Features(), spoilt=int(rng.integers(1, 2**31)))
            scene = scene.with_figure(replace(figure, face=spoilt), number)
        elif lot < 0.35:
            scene = scene.with_figure(replace(figure, face=None), number)
    return scene


def piece(scene: Scene, rng: Generator) -> tuple[Image, list[Face]]:
    view = view_of(scene, rng)
    reduced = Size(SIDE // 2, SIDE // 2) if chance(rng, 0.3) else Size(SIDE, SIDE)
    drawn = draw(scene, reduced, view)
    if reduced.width < SIDE:
        drawn = np.asarray(Pillow.fromarray(drawn).resize((SIDE, SIDE), Pillow.Resampling.BILINEAR))
    return drawn, faces_in(scene, Size(SIDE, SIDE), view)


def view_of(scene: Scene, rng: Generator) -> View:
    """About a face, so that its head has one of the heights learnt; else anywhere."""
    if not scene.figures or not chance(rng, ALIVE):
        return View(rng.uniform(0.1, 0.9), rng.uniform(0.1, 0.9), rng.uniform(0.15, 1.2))
    figure = pick(rng, scene.figures)
    x, y = face_of(figure)
    wanted = np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST)))
    height = SIDE * 2 * BUILDS[figure.kind].head * figure.size / wanted
    return View(x + height * rng.uniform(-0.45, 0.45), y + height * rng.uniform(-0.45, 0.45), height)
