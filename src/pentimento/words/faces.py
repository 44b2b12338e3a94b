"""A face in a picture."""

from typing import NamedTuple, TypeAlias

Spot: TypeAlias = tuple[float, float]
"""x and y in image pixels, 0 at the picture's left and top edge."""


class Face(NamedTuple):
    """Where a face is: its box and five spots, in image pixels, which may lie past the picture's edge.

    confidence  how surely it is a well-made face, 0…1; comparable among faces found in the same way
    way         how it was found: drawing, photograph, yunet
    spots       the eye and the mouth's corner on the picture's left are named left:
                left eye, right eye, tip of the nose, left and right corner of the mouth
    """

    left: float
    top: float
    right: float
    bottom: float
    confidence: float
    spots: tuple[Spot, ...]
    way: str = "drawing"

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def area(self) -> float:
        return self.width * self.height

    @property
    def middle(self) -> Spot:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, across: float, down: float, scale: float = 1.0) -> "Face":
        """Scaled about the origin, then shifted."""
        spots = tuple((x * scale + across, y * scale + down) for x, y in self.spots)
        left, top = self.left * scale + across, self.top * scale + down
        right, bottom = self.right * scale + across, self.bottom * scale + down
        return Face(left, top, right, bottom, self.confidence, spots, self.way)


def shared(one: Face, other: Face) -> float:
    """Square pixels that both boxes cover."""
    width = min(one.right, other.right) - max(one.left, other.left)
    height = min(one.bottom, other.bottom) - max(one.top, other.top)
    return max(width, 0.0) * max(height, 0.0)


def overlap(one: Face, other: Face) -> float:
    """What both boxes cover beside what they cover together: 0…1."""
    both = shared(one, other)
    return both / (one.area + other.area - both) if both else 0.0
