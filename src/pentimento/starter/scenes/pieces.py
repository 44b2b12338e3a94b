"""What drawings are made of: pieces, each one outline filled with paints, belonging to parts that have names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from pentimento.starter.scenes.colours import COLOURS, RGB, SHADES, TINTS, paint
from pentimento.starter.scenes.shapes import UNMOVED, Frame, Shapes

Palette: TypeAlias = Mapping[str, RGB]


@dataclass(frozen=True)
class Piece:
    """Shapes with one outline around them all.

    parts    names of what it belongs to: `left arm`, `dress`, `figure` …
    shapes   back to front
    palette  paints → colours
    trims    drawn over the shapes, and nowhere beside them
    ink      width of its outline, 1 the ordinary; 0 none, as for what is itself a line
    shade    depth of its shade side in the soft style, 1 the ordinary
    frame    where all this lies in the scene
    unseen   not drawn: what would show where something else is left out, such as the open hand under a held thing
    """

    parts: frozenset[str]
    shapes: Shapes
    palette: Palette
    trims: Shapes = ()
    ink: float = 1.0
    shade: float = 1.0
    frame: Frame = UNMOVED
    unseen: bool = False

    def placed(self, frame: Frame) -> "Piece":
        return replace(self, frame=self.frame.within(frame))

    def of(self, *parts: str) -> "Piece":
        """The same, belonging to more parts."""
        return replace(self, parts=self.parts.union(parts))


LINES = frozenset({"line", "lips", "brow", "nose"})
"""Paints of what is itself a line, as an inker would draw it."""


@cache
def thing_palette(colour: str) -> Palette:
    """The paints of a thing of one of the eight colours."""
    return {**TINTS, **{shade: paint(shade, COLOURS[colour]) for shade in SHADES}}
