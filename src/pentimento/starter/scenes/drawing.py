"""Scenes → pictures: a pure function at any size, drawn four times too large and reduced, so that edges are smooth."""

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from pentimento.starter.scenes.colours import COLOURS, LIGHTS, RGB, TINTS, mixed, paint
from pentimento.starter.scenes.places import PLACES, Place
from pentimento.starter.scenes.scene import Scene, Thing
from pentimento.starter.scenes.shapes import Shape, ellipse
from pentimento.starter.scenes.things import THINGS
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

OVERSAMPLING = 4
SHADOW = 0.35
"""How much of the shadow's paint lies on the ground's."""


def draw(scene: Scene, size: Size) -> Image:
    """The picture of a scene, H × W × 3; its height is the scene's 0…1, its middle the scene's x = 0.5."""
    canvas = Canvas("RGB", size)
    place = PLACES[scene.place]
    for shape in place.backdrop:
        canvas.fill(shape, lit(TINTS[shape.paint], scene.light))
    for detail in scene.details:
        for shape in place.details[detail.kind][0]:
            canvas.fill(shape.moved(detail.x, detail.y), lit(TINTS[shape.paint], scene.light))
    for thing in reversed(scene.things):
        if casts_shadow(thing, place):
            canvas.fill(shadow_of(thing), lit(mixed(TINTS[place.shadow], TINTS["night"], SHADOW), scene.light))
        for shape in placed(thing):
            canvas.fill(shape, paint(shape.paint, COLOURS[thing.colour]))
    return canvas.reduced()


def mask_of(thing: Thing, size: Size) -> Mask:
    """Where a thing is in the picture: 255 on it, 0 beside it, between on its edge."""
    canvas = Canvas("L", size)
    for shape in placed(thing):
        canvas.fill(shape, 255)
    return canvas.reduced()


def placed(thing: Thing) -> list[Shape]:
    """A thing's shapes in the scene's coordinates."""
    half = thing.size / 2
    across = -half if thing.mirrored else half
    return [shape.moved(thing.x, thing.y - half, across, half) for shape in THINGS[thing.kind].shapes]


def casts_shadow(thing: Thing, place: Place) -> bool:
    return place.stand is not None and not THINGS[thing.kind].floats


def shadow_of(thing: Thing) -> Shape:
    return ellipse("shadow", thing.x + 0.04 * thing.size, thing.y - 0.005, 0.44 * thing.size, 0.07 * thing.size)


def lit(colour: RGB, light: str) -> RGB:
    return mixed(colour, *LIGHTS[light])


class Canvas:
    """A picture being drawn: polygons in scene coordinates go in, an antialiased array comes out."""

    def __init__(self, mode: str, size: Size) -> None:
        self.size = size
        self.image = Pillow.new(mode, (size.width * OVERSAMPLING, size.height * OVERSAMPLING))
        self.pen = ImageDraw.Draw(self.image)

    def fill(self, shape: Shape, colour: RGB | int) -> None:
        scale, middle = self.image.height, self.image.width / 2
        self.pen.polygon([(middle + (x - 0.5) * scale, y * scale) for x, y in shape.points], fill=colour)

    def reduced(self) -> Image:
        return np.asarray(self.image.reduce(OVERSAMPLING))
