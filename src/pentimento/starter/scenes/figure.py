"""A person in a picture: a value that says how they look, what their arms do, and what is wrong with them."""

from dataclasses import dataclass, replace
from typing import TypeAlias

Side: TypeAlias = str
"""`left` or `right`, as the picture shows it, not as the person would say."""

SIDES = ("left", "right")


@dataclass(frozen=True)
class Hair:
    """style: a key of `hair.STYLES`; colour: of `colours.HAIRS`; length: of `hair.LENGTHS`; beard: of that colour."""

    style: str = "straight"
    colour: str = "brown"
    length: str = "short"
    beard: bool = False


@dataclass(frozen=True)
class Face:
    """eyes: a key of `colours.EYES`; expression: of `face.EXPRESSIONS`; spoilt: 0 not at all, else which scramble."""

    eyes: str = "brown"
    expression: str = "smiling"
    spoilt: int = 0


@dataclass(frozen=True)
class Dress:
    """kind: a key of `dress.DRESSES`; colour: of `colours.COLOURS`; pattern: of `sewing.PATTERNS`."""

    kind: str = "dress"
    colour: str = "blue"
    pattern: str = "plain"


@dataclass(frozen=True)
class Held:
    """A thing in a hand: a key of `things.THINGS` that has a grip, and its colour."""

    kind: str
    colour: str


@dataclass(frozen=True)
class Arm:
    """pose: a key of `arms.POSES`; bend: degrees that shoulder and elbow differ from it; held: what its hand holds."""

    pose: str = "down"
    bend: tuple[float, float] = (0.0, 0.0)
    held: Held | None = None


@dataclass(frozen=True)
class ThirdHand:
    """A hand too many. place: a key of `arms.WRONG_PLACES`; turn: degrees that it differs from its place's angle."""

    place: str
    side: Side
    turn: float = 0.0


@dataclass(frozen=True)
class Figure:
    """A person.

    kind          a key of `body.BUILDS`: woman, man or child
    framing       `full` standing, or `half`, from the waist up; what captions say of it
    x, y          the middle of the feet, in the scene's coordinates; below the picture where it is half-length
    size          standing height, in shares of the picture's height
    turn          which way the face looks: −1 to the left … 1 to the right
    tilt          of the head, degrees clockwise
    left, right   the arms; None where one is missing
    """

    kind: str
    framing: str
    x: float
    y: float
    size: float
    skin: str = "light"
    hair: Hair | None = Hair()
    face: Face | None = Face()
    dress: Dress = Dress()
    left: Arm | None = Arm()
    right: Arm | None = Arm()
    third: ThirdHand | None = None
    turn: float = 0.0
    tilt: float = 0.0

    def arm(self, side: Side) -> Arm | None:
        return self.left if side == "left" else self.right

    def with_arm(self, side: Side, arm: Arm | None) -> "Figure":
        return replace(self, left=arm) if side == "left" else replace(self, right=arm)

    @property
    def held(self) -> tuple[Held, ...]:
        return tuple(arm.held for arm in (self.left, self.right) if arm and arm.held)

    def without(self, part: str) -> "Figure":
        """The same figure with `hair`, `face`, `left arm`, `right arm`, `held` or `third hand` left out."""
        match part:
            case "hair":
                return replace(self, hair=None)
            case "face":
                return replace(self, face=None)
            case "third hand":
                return replace(self, third=None)
            case "left arm" | "right arm":
                return self.with_arm(part.removesuffix(" arm"), None)
            case "held":
                left, right = (arm and replace(arm, held=None) for arm in (self.left, self.right))
                return replace(self, left=left, right=right)
        raise ValueError(f"a figure cannot do without {part!r}: leave out hair, face, an arm, held or third hand")
