"""A figure's pieces, back to front, in the scene's coordinates."""

from collections.abc import Iterator
from functools import cache

from pentimento.starter.scenes.arms import BEHIND, angles_of, arm, hand_frame, held_by, joints_of, third_hand
from pentimento.starter.scenes.body import BUILDS, Build
from pentimento.starter.scenes.colours import COLOURS, EYES, HAIRS, RGB, SHADES, SKINS, TINTS, mixed, paint
from pentimento.starter.scenes.dress import DRESSES, neck, worn
from pentimento.starter.scenes.face import features, head
from pentimento.starter.scenes.figure import SIDES, Figure
from pentimento.starter.scenes.hair import BEARD, locks
from pentimento.starter.scenes.pieces import Palette, Piece
from pentimento.starter.scenes.shapes import Frame, Point

NIGHT: RGB = (38, 24, 54)
WHITE: RGB = (255, 255, 255)
DEEP = ("brown", "dark")
"""Skins on which lips, blush and shade need other paints."""


def pieces_of(figure: Figure) -> list[Piece]:
    """Everything but the shadow on the ground. Arms are known as `left arm` and `right arm`."""
    frame = frame_of(figure)
    return [piece.placed(frame).of("figure") for piece in built(figure)]


def frame_of(figure: Figure) -> Frame:
    return Frame.at(figure.x, figure.y - figure.size, figure.size)


def built(figure: Figure) -> Iterator[Piece]:
    """In the figure's own units."""
    build, palette = BUILDS[figure.kind], palette_of(figure)
    cut = DRESSES[figure.dress.kind]
    on_neck = head_frame(figure, build)
    hair = locks(figure.hair, figure.kind) if figure.hair else None
    own = frozenset({"hair", "head"})
    if hair and hair.back:
        yield Piece(own, hair.back, palette).placed(on_neck)
    yield from carried_behind(figure, build)
    if figure.third:
        for piece in third_hand(build, figure.third, cut.sleeve, palette):
            yield piece.placed(side_frame(figure.third.side))
    yield from worn(build, figure.dress, palette)
    yield neck(build, figure.dress.kind, palette)
    for piece in head(build.jaw, palette):
        yield piece.placed(on_neck)
    if figure.hair and figure.hair.beard:
        yield Piece(own, BEARD, palette).placed(on_neck)
    if figure.face:
        for piece in features(figure.face, figure.kind, figure.turn, palette):
            yield piece.placed(on_neck)
    if hair and hair.cap:
        yield Piece(own, hair.cap, palette, hair.trims).placed(on_neck)
    if hair and hair.front:
        yield Piece(own, hair.front, palette).placed(on_neck)
    for side in SIDES:
        if value := figure.arm(side):
            for piece in arm(build, value, cut.sleeve, palette):
                own = (f"{side} arm", f"{side} hand") if "hand" in piece.parts else (f"{side} arm",)
                yield piece.placed(side_frame(side)).of(*own)


def carried_behind(figure: Figure, build: Build) -> Iterator[Piece]:
    for side in SIDES:
        if (value := figure.arm(side)) and value.held and value.held.kind in BEHIND:
            yield held_by(build, value).placed(side_frame(side)).of(f"{side} arm")


def side_frame(side: str) -> Frame:
    return Frame.at(0, 0, mirrored=side == "left")


def head_frame(figure: Figure, build: Build) -> Frame:
    """The head's units in the figure's, turned about the neck."""
    pivot = Frame.at(0, build.head_y + 0.9 * build.head, build.head, figure.tilt)
    return Frame.at(0, -0.9).within(pivot)


def face_of(figure: Figure) -> Point:
    """The middle of the face, in the scene's coordinates."""
    return head_frame(figure, BUILDS[figure.kind]).within(frame_of(figure)).point((0, 0))


def hand_of(figure: Figure, side: str) -> Point | None:
    """The middle of a hand, in the scene's coordinates; None where the arm is missing."""
    value, build = figure.arm(side), BUILDS[figure.kind]
    if value is None:
        return None
    palm = hand_frame(build, joints_of(build, value)[2], angles_of(value)[1]).point((0, 0.5))
    return side_frame(side).within(frame_of(figure)).point(palm)


def palette_of(figure: Figure) -> Palette:
    hair = figure.hair.colour if figure.hair else "brown"
    return palette(figure.skin, hair, figure.face.eyes if figure.face else "brown", figure.dress.colour)


def shadowed(skin: str) -> RGB:
    """Skin in the shade."""
    return mixed(SKINS[skin], *(((50, 16, 20), 0.35) if skin in DEEP else ((150, 56, 48), 0.3)))


@cache
def palette(skin: str, hair: str, eyes: str, dress: str) -> Palette:
    own, strands, cloth = SKINS[skin], HAIRS[hair], COLOURS[dress]
    return {
        **TINTS,
        **{shade: paint(shade, cloth) for shade in SHADES},
        "sleeve": mixed(cloth, NIGHT if dress != "black" else WHITE, 0.13),
        "cuff": mixed(cloth, WHITE, 0.34),
        "pattern": mixed(cloth, WHITE, 0.6),
        "gold": (238, 196, 92) if dress not in ("yellow", "orange") else (250, 238, 206),
        "leather": (112, 72, 50),
        "tie": (196, 56, 62) if dress not in ("red", "pink", "orange") else (58, 62, 92),
        "trousers": (84, 90, 118) if dress not in ("blue", "purple", "black") else (148, 122, 98),
        "shoe": (84, 58, 48),
        "skin": own,
        "skin dark": shadowed(skin),
        "nose": shadowed(skin),
        "blush": mixed(own, (236, 92, 96), 0.3 if skin not in DEEP else 0.2),
        "hair": strands,
        "hair light": mixed(strands, WHITE, 0.2),
        "hair dark": mixed(strands, NIGHT, 0.22),
        "brow": mixed(strands, NIGHT, 0.3 if hair not in ("white", "blonde", "grey") else 0.4),
        "lips": (184, 62, 66) if skin not in DEEP else (172, 52, 66),
        "mouth": (124, 34, 46),
        "tongue": (232, 118, 118),
        "iris": EYES[eyes],
        "line": (46, 34, 44),
    }
