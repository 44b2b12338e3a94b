"""Measures of people. The unit is a figure's standing height: y = 0 the crown, 1 the soles; x = 0 the middle."""

from collections.abc import Mapping
from dataclasses import dataclass

from pentimento.starter.scenes.shapes import Point


@dataclass(frozen=True)
class Build:
    """How a kind of person is built. Widths are measured from the middle, heights from the crown.

    head        half the height of the head: the unit of faces and hair
    head_y      height of the head's middle
    neck        half its width
    shoulder    half width and height of the shoulders
    waist, hip  half width and height
    upper, fore lengths of the arm's two bones
    limb        thickness of a bare arm; legs are a little thicker
    jaw         0 a pointed chin … 1 a square one
    """

    head: float
    head_y: float
    neck: float
    shoulder: Point
    waist: Point
    hip: Point
    upper: float
    fore: float
    limb: float
    jaw: float


# fmt: off
BUILDS: Mapping[str, Build] = {
    "woman": Build(0.122, 0.142, 0.030, (0.104, 0.312), (0.070, 0.475), (0.104, 0.585), 0.150, 0.135, 0.056, 0.2),
    "man":   Build(0.118, 0.138, 0.040, (0.132, 0.310), (0.098, 0.500), (0.104, 0.585), 0.158, 0.142, 0.066, 0.8),
    "child": Build(0.158, 0.176, 0.032, (0.104, 0.380), (0.088, 0.540), (0.106, 0.615), 0.118, 0.108, 0.062, 0.35),
}
# fmt: on
