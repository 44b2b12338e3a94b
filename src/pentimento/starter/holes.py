"""Where training covers pictures: holes as people make them. 255 repaints."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from pentimento.starter.scenes.arms import WRONG_PLACES
from pentimento.starter.scenes.drawing import region
from pentimento.starter.scenes.figure import SIDES, ThirdHand
from pentimento.starter.scenes.lots import pick
from pentimento.starter.scenes.scene import Thing
from pentimento.starter.scenes.shot import Shot
from pentimento.words.images import Mask
from pentimento.words.sizes import Size

LIMBS = ("left arm", "right arm", "held", "face", "third hand")
"""Parts that people repair most."""

LEAST = 0.004
"""Share of the picture below which a part counts as not seen."""


def over_limb(shot: Shot, size: Size, rng: Generator) -> Mask:
    """An arm, a held thing or a face, painted over with a thick brush."""
    return over(shot, size, rng, tuple(part for part in shot.scene.parts() if part.removeprefix("other ") in LIMBS))


def over_part(shot: Shot, size: Size, rng: Generator) -> Mask:
    """Any part or thing, painted over with a thick brush."""
    return over(shot, size, rng, shot.scene.parts())


def over(shot: Shot, size: Size, rng: Generator, parts: tuple[str, ...]) -> Mask:
    """One of the parts that the shot shows, grown as by a brush; a box somewhere where it shows none."""
    mask = seen(shot, size, rng, parts)
    return anywhere(shot, size, rng) if mask is None else grown(mask, rng)


def around_part(shot: Shot, size: Size, rng: Generator) -> Mask:
    """A box around a part or a thing, somewhat too large."""
    mask = seen(shot, size, rng, shot.scene.parts())
    if mask is None:
        return anywhere(shot, size, rng)
    rows, columns = np.nonzero(mask > 127)
    left, top, right, bottom = rng.uniform(0, 0.1, 4) * size.height
    return drawn_box((columns.min() - left, rows.min() - top, columns.max() + right, rows.max() + bottom), size)


def beside_figure(shot: Shot, size: Size, rng: Generator) -> Mask:
    """A part-sized hole over the plain ground: what lies under it is to be ground again."""
    taken = np.zeros((size.height, size.width), np.uint8)
    for part in shot.scene.parts():
        if part.endswith("figure") or part.startswith("thing"):
            taken = np.maximum(taken, region(shot.scene, part, size, shot.view))
    for _ in range(8):
        hole = anywhere(shot, size, rng, 0.12, 0.4)
        if taken[hole > 0].mean() < 40:
            return hole
    return hole


def seen(shot: Shot, size: Size, rng: Generator, parts: tuple[str, ...]) -> Mask | None:
    """The region of one of the parts, of those that can be seen in the shot."""
    for i in rng.permutation(len(parts)):
        mask = region(shot.scene, parts[i], size, shot.view)
        if (mask > 127).mean() > LEAST:
            return mask
    return None


def where_a_hand_was(shot: Shot, size: Size, rng: Generator) -> Mask:
    """The place of a hand too many that has been taken away: what lies under it is to come back, not a hand."""
    if not shot.scene.figures:
        return anywhere(shot, size, rng)
    hand = ThirdHand(pick(rng, list(WRONG_PLACES)), pick(rng, SIDES), rng.uniform(-8, 8))
    spoilt = shot.scene.with_figure(replace(shot.scene.figures[0], third=hand))
    mask = region(spoilt, "third hand", size, shot.view)
    return grown(mask, rng) if (mask > 127).mean() > LEAST else anywhere(shot, size, rng)


def anywhere(shot: Shot, size: Size, rng: Generator, least: float = 0.2, most: float = 0.7) -> Mask:
    """A box somewhere in the picture, its sides these shares of the picture's."""
    width, height = rng.uniform(least, most, 2)
    x, y = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
    return drawn_box((x * size.width, y * size.height, (x + width) * size.width, (y + height) * size.height), size)


def strokes(shot: Shot, size: Size, rng: Generator) -> Mask:
    """A few thick strokes of a brush."""
    image = Pillow.new("L", size)
    pen = ImageDraw.Draw(image)
    for _ in range(int(rng.integers(1, 4))):
        points = rng.uniform(0.1, 0.9, (int(rng.integers(2, 5)), 2)) * size
        width = int(min(size) * rng.uniform(0.1, 0.25))
        pen.line([tuple(point) for point in points], fill=255, width=width, joint="curve")
    return np.asarray(image)


def everywhere(shot: Shot, size: Size, rng: Generator) -> Mask:
    return np.full((size.height, size.width), 255, np.uint8)


HOLES: dict[Callable[[Shot, Size, Generator], Mask], float] = {
    over_limb: 0.4,
    over_part: 0.1,
    around_part: 0.14,
    where_a_hand_was: 0.12,
    beside_figure: 0.06,
    anywhere: 0.06,
    strokes: 0.07,
    everywhere: 0.05,
}
"""Kinds of holes and their shares."""


def hole_of(shot: Shot, size: Size, rng: Generator) -> Mask:
    """One hole in the shot's picture of that size: 0 or 255."""
    kinds = list(HOLES)
    return kinds[int(rng.choice(len(kinds), p=list(HOLES.values())))](shot, size, rng)


def grown(mask: Mask, rng: Generator) -> Mask:
    """Hard, and wider by a brush's breadth."""
    radius = int(rng.integers(1, max(2, min(mask.shape) // 16)))
    hard = Pillow.fromarray(mask).point(lambda value: 255 * (value > 127))
    return np.asarray(hard.filter(ImageFilter.MaxFilter(2 * radius + 1)))


def box_over(thing: Thing, size: Size) -> Mask:
    """A box just around a thing and its shadow in a whole view, as a person would drag it."""
    half, margin = thing.size * 0.52, thing.size * 0.05
    middle, scale = size.width / 2, size.height
    left, right = (middle + (thing.x + side * half - 0.5) * scale for side in (-1, 1))
    return drawn_box((left, (thing.y - thing.size - margin) * scale, right, (thing.y + margin) * scale), size)


def drawn_box(corners: tuple[float, float, float, float], size: Size) -> Mask:
    """A box given in image pixels, right and bottom not below left and top."""
    image = Pillow.new("L", size)
    ImageDraw.Draw(image).rectangle([round(corner) for corner in corners], fill=255)
    return np.asarray(image)
