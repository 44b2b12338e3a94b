"""Where training covers pictures: holes as people make them. 255 repaints."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from pentimento.starter.scenes.drawing import mask_of
from pentimento.starter.scenes.scene import Scene, Thing
from pentimento.words.images import Mask
from pentimento.words.sizes import Size


def around_thing(scene: Scene, side: int, rng: Generator) -> Mask:
    """A box around the main thing, somewhat too large."""
    main, half = scene.main, scene.main.size / 2
    margins = rng.uniform(0, 0.1, 4)
    corners = (
        main.x - half - margins[0],
        main.y - main.size - margins[1],
        main.x + half + margins[2],
        main.y + margins[3],
    )
    return drawn_box(corners, side)


def box_over(thing: Thing, side: int) -> Mask:
    """A box just around a thing and its shadow, as a person would drag it."""
    half, margin = thing.size * 0.52, thing.size * 0.05
    return drawn_box((thing.x - half, thing.y - thing.size - margin, thing.x + half, thing.y + margin), side)


def over_thing(scene: Scene, side: int, rng: Generator) -> Mask:
    """The main thing's outline, grown as by a thick brush."""
    grown = Pillow.fromarray(mask_of(scene.main, Size(side, side)))
    radius = int(rng.integers(1, max(2, side // 16)))
    return np.asarray(grown.filter(ImageFilter.MaxFilter(2 * radius + 1)).point(lambda value: 255 * (value > 127)))


def anywhere(scene: Scene, side: int, rng: Generator) -> Mask:
    """A box somewhere in the picture."""
    width, height = rng.uniform(0.2, 0.7, 2)
    x, y = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    return drawn_box((x, y, x + width, y + height), side)


def strokes(scene: Scene, side: int, rng: Generator) -> Mask:
    """A few thick strokes of a brush."""
    image = Pillow.new("L", (side, side))
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 4))):
        points = [tuple(point) for point in rng.uniform(0.1, 0.9, (int(rng.integers(2, 5)), 2)) * side]
        pen.line(points, fill=255, width=int(side * rng.uniform(0.1, 0.25)), joint="curve")
    return np.asarray(image)


def everywhere(scene: Scene, side: int, rng: Generator) -> Mask:
    return np.full((side, side), 255, np.uint8)


HOLES: dict[Callable[[Scene, int, Generator], Mask], float] = {
    around_thing: 0.4,
    over_thing: 0.25,
    anywhere: 0.1,
    strokes: 0.15,
    everywhere: 0.1,
}
"""Kinds of holes and their shares."""


def hole_of(scene: Scene, side: int, rng: Generator) -> Mask:
    kinds = list(HOLES)
    return kinds[int(rng.choice(len(kinds), p=list(HOLES.values())))](scene, side, rng)


def drawn_box(corners: tuple[float, float, float, float], side: int) -> Mask:
    """A box given in shares of the side, right and bottom not below left and top."""
    image = Pillow.new("L", (side, side))
    ImageDraw.Draw(image).rectangle([round(corner * side) for corner in corners], fill=255)
    return np.asarray(image)
