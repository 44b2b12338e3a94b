"""Pieces → pixels: drawn four times too large and reduced, so that edges are smooth."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw

from pentimento.starter.scenes.colours import RGB
from pentimento.starter.scenes.pieces import Piece
from pentimento.starter.scenes.shapes import Shape, Shapes
from pentimento.words.images import Image
from pentimento.words.sizes import Size

OVERSAMPLING = 4
INK: RGB = (52, 38, 52)
INK_WIDTH = 0.0085
"""Of an outline, as a share of the scene's height; half of it lies outside the shape."""

SHADE: RGB = (58, 30, 84)
SHADE_DEPTH = 0.2
SHADE_REACH = 0.022
"""How far the lit side reaches over the shade side, in shares of the scene's height."""


@dataclass(frozen=True)
class View:
    """What a picture shows of a scene: middle and height in scene coordinates; its width follows from the picture's."""

    x: float = 0.5
    y: float = 0.5
    height: float = 1.0


WHOLE = View()


class Canvas:
    """A picture being drawn: polygons in scene coordinates go in, an antialiased array comes out."""

    def __init__(self, mode: str, size: Size, view: View = WHOLE) -> None:
        self.image = Pillow.new(mode, (size.width * OVERSAMPLING, size.height * OVERSAMPLING))
        self.pen = ImageDraw.Draw(self.image)
        self.scale = self.image.height / view.height
        self.left = self.image.width / 2 - view.x * self.scale
        self.top = self.image.height / 2 - view.y * self.scale

    def corners(self, shape: Shape) -> list[tuple[float, float]]:
        left, top, scale = self.left, self.top, self.scale
        return [(left + x * scale, top + y * scale) for x, y in shape.points]

    def fill(self, shape: Shape, colour: RGB | int) -> None:
        self.pen.polygon(self.corners(shape), fill=colour)

    def edge(self, shapes: Iterable[Shape], colour: RGB | int, ink: float) -> None:
        """Lines around all the shapes, `ink` times the ordinary width, where no fill comes to lie over them."""
        width = max(1, round(INK_WIDTH * ink * self.scale))
        for shape in shapes:
            points = self.corners(shape)
            self.pen.line([*points, *points[:2]], fill=colour, width=width, joint="curve")

    def piece(self, piece: Piece, shaded: bool = False) -> None:
        """The piece in its paints; its trims, and its shade side, only where it is."""
        if not piece.trims and not (shaded and piece.shade):
            for shape in piece.shapes:
                self.fill(shape, piece.palette[shape.paint])
            return
        if not (box := self.reach(piece.shapes)):
            return
        mask, tile = Tile.of(self, "L", box), Tile.of(self, "RGB", box)
        for shape in piece.shapes:
            mask.fill(shape, 255)
            tile.fill(shape, piece.palette[shape.paint])
        for shape in piece.trims:
            tile.fill(shape, piece.palette[shape.paint])
        if shaded and piece.shade:
            tile.image.paste(SHADE, (0, 0), self.shade_side(mask.image, piece.shade))
        self.image.paste(tile.image, box[:2], mask.image)

    def shade_side(self, mask: Pillow.Image, depth: float) -> Pillow.Image:
        """How dark: the part of the mask that itself, moved up and to the left, does not cover."""
        reach = min(round(SHADE_REACH * self.scale), min(mask.size) // 4)
        lit = Pillow.new("L", mask.size)
        lit.paste(mask, (-reach, -reach // 2))
        return ImageChops.subtract(mask, lit).point(lambda value: round(value * SHADE_DEPTH * depth))

    def reach(self, shapes: Shapes) -> tuple[int, int, int, int] | None:
        """The pixels that the shapes may touch; None where they lie outside the picture."""
        points = np.array(list(chain.from_iterable(shape.points for shape in shapes))) * self.scale
        (left, top), (right, bottom) = points.min(0) + (self.left, self.top), points.max(0) + (self.left, self.top)
        box = (
            max(0, int(left) - 2),
            max(0, int(top) - 2),
            min(self.image.width, int(right) + 3),
            min(self.image.height, int(bottom) + 3),
        )
        return box if box[0] < box[2] and box[1] < box[3] else None

    def reduced(self) -> Image:
        return np.asarray(self.image.reduce(OVERSAMPLING))


class Tile(Canvas):
    """A rectangle of a canvas, drawn apart."""

    @classmethod
    def of(cls, canvas: Canvas, mode: str, box: tuple[int, int, int, int]) -> "Tile":
        tile = cls.__new__(cls)
        tile.image = Pillow.new(mode, (box[2] - box[0], box[3] - box[1]))
        tile.pen = ImageDraw.Draw(tile.image)
        tile.scale, tile.left, tile.top = canvas.scale, canvas.left - box[0], canvas.top - box[1]
        return tile
