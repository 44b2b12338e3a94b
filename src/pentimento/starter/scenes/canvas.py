"""Pieces → pixels: drawn four times too large and reduced, so that edges are smooth."""

from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import TypeAlias

import numpy as np
from PIL import Image as Pillow
from PIL import ImageChops, ImageDraw

from pentimento.starter.scenes.colours import RGB
from pentimento.starter.scenes.pieces import Piece
from pentimento.starter.scenes.shapes import Frame, Point, Shape
from pentimento.words.images import Image
from pentimento.words.sizes import Size

OVERSAMPLING = 4
INK: RGB = (52, 38, 52)
INK_WIDTH = 0.0085
"""Of an outline, as a share of the scene's height; half of it lies outside the shape."""

FEW = 13
"""Shapes of fewer corners have sharp ones, whose lines must be joined."""

WIDE = 12
"""Canvas pixels: lines wider than this show gaps at the corners of round shapes, unless these are joined."""

SHADE: RGB = (58, 30, 84)
SHADE_DEPTH = 0.2
SHADE_REACH = 0.022
"""How broad the shade side is, in shares of the scene's height."""

Corners: TypeAlias = list[Point]
"""A polygon in the canvas's own pixels."""


@dataclass(frozen=True)
class View:
    """What a picture shows of a scene: middle and height in scene coordinates; its width follows from the picture's."""

    x: float = 0.5
    y: float = 0.5
    height: float = 1.0


WHOLE = View()


class Canvas:
    """A picture being drawn: shapes in scene coordinates go in, an antialiased array comes out.

    scale  canvas pixels to the scene's height
    """

    def __init__(self, mode: str, size: Size, view: View = WHOLE) -> None:
        width, height = size.width * OVERSAMPLING, size.height * OVERSAMPLING
        self.image = Pillow.new(mode, (width, height))
        self.pen = ImageDraw.Draw(self.image)
        self.scale = height / view.height
        self.frame = Frame.at(width / 2 - view.x * self.scale, height / 2 - view.y * self.scale, self.scale)

    def corners(self, piece: Piece) -> list[Corners]:
        """The polygons of a piece, without its trims."""
        frame = piece.frame.within(self.frame)
        return [frame.points(shape) for shape in piece.shapes]

    def fill(self, shape: Shape, colour: RGB | int) -> None:
        self.pen.polygon(self.frame.points(shape), fill=colour)

    def fill_all(self, piece: Piece, *values: int) -> None:
        """The piece without its trims, each shape in a value of its own."""
        for corners, colour in zip(self.corners(piece), values, strict=True):
            self.pen.polygon(corners, fill=colour)

    def edge(self, piece: Piece, colour: RGB | int, ink: float) -> None:
        """Lines around all the piece's shapes, `ink` times the ordinary width; the inner ones come to lie under it."""
        width = max(1, round(INK_WIDTH * ink * self.scale))
        for corners in self.corners(piece):
            joint = "curve" if len(corners) < FEW or width > WIDE else None
            self.pen.line([*corners, *corners[:2]], fill=colour, width=width, joint=joint)

    def paint(self, piece: Piece, shaded: bool = False) -> None:
        """The piece in its paints; its trims, and its shade side, only where it is."""
        polygons = self.corners(piece)
        paints = [piece.palette[shape.paint] for shape in piece.shapes]
        if not piece.trims and not (shaded and piece.shade):
            for corners, colour in zip(polygons, paints, strict=True):
                self.pen.polygon(corners, fill=colour)
        elif box := self.reach(polygons):
            self.paint_within(piece, box, polygons, paints, shaded)

    def paint_within(
        self, piece: Piece, box: tuple[int, int, int, int], polygons: list[Corners], paints: list[RGB], shaded: bool
    ) -> None:
        """The same on a tile of its own, so that trims and shade end where the piece does."""
        left, top = box[:2]
        size = (box[2] - left, box[3] - top)
        mask, tile = Pillow.new("L", size), Pillow.new("RGB", size)
        silhouette, pen = ImageDraw.Draw(mask), ImageDraw.Draw(tile)
        for corners, colour in zip(polygons, paints, strict=True):
            inside = [(x - left, y - top) for x, y in corners]
            silhouette.polygon(inside, fill=255)
            pen.polygon(inside, fill=colour)
        frame = piece.frame.within(self.frame)
        on_tile = frame._replace(x=frame.x - left, y=frame.y - top)
        for shape in piece.trims:
            pen.polygon(on_tile.points(shape), fill=piece.palette[shape.paint])
        if shaded and piece.shade:
            tile.paste(SHADE, (0, 0), self.shade_side(mask, piece.shade))
        self.image.paste(tile, (left, top), mask)

    def shade_side(self, mask: Pillow.Image, depth: float) -> Pillow.Image:
        """How dark: the part of the mask that itself, moved up and to the left, does not cover."""
        reach = min(round(SHADE_REACH * self.scale), min(mask.size) // 4)
        lit = Pillow.new("L", mask.size)
        lit.paste(mask, (-reach, -reach // 2))
        return ImageChops.subtract(mask, lit).point(shades(depth))

    def reach(self, polygons: list[Corners]) -> tuple[int, int, int, int] | None:
        """The pixels that polygons may touch, and beyond the right and lower edge as far as the light side reaches.

        None where they lie outside the picture.
        """
        beyond = round(SHADE_REACH * self.scale) + 3
        xs, ys = zip(*chain.from_iterable(polygons), strict=True)
        left, top = max(0, int(min(xs)) - 2), max(0, int(min(ys)) - 2)
        ends = zip((xs, ys), self.image.size, strict=True)
        right, bottom = (min(side + beyond, int(max(values)) + 3) for values, side in ends)
        inside = left < min(right, self.image.width) and top < min(bottom, self.image.height)
        return (left, top, right, bottom) if inside else None

    def reduced(self) -> Image:
        return np.asarray(self.image.reduce(OVERSAMPLING))


@cache
def shades(depth: float) -> list[int]:
    """Coverage 0…255 → how much of the shade's paint."""
    return [round(value * SHADE_DEPTH * depth) for value in range(256)]
