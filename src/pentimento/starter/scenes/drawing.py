"""Scenes → pictures, regions of their parts, and their outlines: pure functions at any size."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import groupby

from pentimento.starter.scenes.canvas import INK, WHOLE, Canvas, View
from pentimento.starter.scenes.colours import LIGHTS, RGB, TINTS, mixed
from pentimento.starter.scenes.figure import Figure
from pentimento.starter.scenes.person import pieces_of
from pentimento.starter.scenes.pieces import LINES, Palette, Piece, thing_palette
from pentimento.starter.scenes.places import PLACES, Place
from pentimento.starter.scenes.scene import OTHER, Scene, Thing
from pentimento.starter.scenes.shapes import Frame, Shape, Shapes, ellipse
from pentimento.starter.scenes.things import THINGS
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

SHADOW = 0.35
"""How much of the shadow's paint lies on the ground's."""

GROUND_INK = 0.7
"""Outlines of the surroundings are this much thinner."""


def draw(scene: Scene, size: Size, view: View = WHOLE) -> Image:
    """The picture of a scene, H × W × 3; the whole view has the scene's height 0…1, and its x = 0.5 in the middle."""
    canvas = Canvas("RGB", size, view)
    for piece in seen(scene):
        if scene.style == "inked" and piece.ink:
            canvas.edge(piece, INK, piece.ink)
        canvas.paint(piece, shaded=scene.style == "soft")
    return canvas.reduced()


def outlines(scene: Scene, size: Size, view: View = WHOLE) -> Mask:
    """What an inker would draw of a scene in any style: 255 on lines, 0 beside them; hidden parts stay hidden."""
    canvas = Canvas("L", size, view)
    for piece in seen(scene):
        if piece.ink:
            canvas.edge(piece, 255, piece.ink)
        canvas.fill_all(piece, *(255 if shape.paint in LINES else 0 for shape in piece.shapes))
    return canvas.reduced()


def region(scene: Scene, part: str, size: Size, view: View = WHOLE) -> Mask:
    """Where a part is: 255 on all of it, also where something hides it, 0 beside it, between on its edge.

    Its outlines and the shadow it casts count as part of it; a part that is not there has an empty region.
    """
    canvas = Canvas("L", size, view)
    for piece in pieces(scene):
        if part in piece.parts:
            canvas.edge(piece, 255, piece.ink or 0.1)
            canvas.fill_all(piece, *[255] * len(piece.shapes))
    return canvas.reduced()


def mask_of(thing: Thing, size: Size) -> Mask:
    """Where a thing is in the picture, without its shadow: 255 on it, 0 beside it, between on its edge."""
    canvas = Canvas("L", size)
    for shape in placed(thing):
        canvas.fill(shape, 255)
    return canvas.reduced()


# ── A scene's pieces, back to front ──


def pieces(scene: Scene) -> Iterator[Piece]:
    """The surroundings; then things and figures, those nearer the bottom later."""
    place = PLACES[scene.place]
    yield from ground(scene.place, scene.light)
    paints = lit_tints(scene.light)
    for detail in scene.details:
        for piece in surroundings(place.details[detail.kind][0], paints):
            yield piece.placed(Frame.at(detail.x, detail.y))
    standing = [(thing.y, i, thing_pieces(scene, place, i)) for i, thing in reversed([*enumerate(scene.things)])]
    standing += [(figure.y, i, figure_pieces(scene, place, i)) for i, figure in reversed([*enumerate(scene.figures)])]
    ordered = sorted(standing, key=lambda row: row[0]) if scene.figures else standing
    for _, _, own in ordered:
        yield from own


def seen(scene: Scene) -> Iterator[Piece]:
    return (piece for piece in pieces(scene) if not piece.unseen)


@cache
def ground(place: str, light: str) -> tuple[Piece, ...]:
    return tuple(surroundings(PLACES[place].backdrop, lit_tints(light)))


def surroundings(shapes: Shapes, palette: Palette) -> Iterator[Piece]:
    """Shapes of one paint that follow each other have one outline."""
    for _, same in groupby(shapes, key=lambda shape: shape.paint):
        yield Piece(frozenset(), tuple(same), palette, ink=GROUND_INK, shade=0)


@cache
def lit_tints(light: str) -> Palette:
    return {name: lit(tint, light) for name, tint in TINTS.items()}


def thing_pieces(scene: Scene, place: Place, number: int) -> Iterator[Piece]:
    thing, own = scene.things[number], frozenset({f"thing {number + 1}"})
    if casts_shadow(thing, place):
        yield shadow_piece(own, shadow_of(thing), place, scene.light)
    yield Piece(own, THINGS[thing.kind].shapes, thing_palette(thing.colour), frame=frame_of(thing))


def figure_pieces(scene: Scene, place: Place, number: int) -> Iterator[Piece]:
    figure = scene.figures[number]
    other = OTHER * number
    if place.stand is not None:
        yield shadow_piece(frozenset({f"{other}figure"}), figure_shadow(figure), place, scene.light)
    for piece in pieces_of(figure):
        yield replace(piece, parts=frozenset(other + part for part in piece.parts)) if other else piece


def shadow_piece(parts: frozenset[str], shape: Shape, place: Place, light: str) -> Piece:
    colour: RGB = lit(mixed(TINTS[place.shadow], TINTS["night"], SHADOW), light)
    return Piece(parts, (shape,), {"shadow": colour}, ink=0, shade=0)


def frame_of(thing: Thing) -> Frame:
    """Where a thing's own box lies in the scene."""
    return Frame.at(thing.x, thing.y - thing.size / 2, thing.size / 2, mirrored=thing.mirrored)


def placed(thing: Thing) -> Shapes:
    """A thing's shapes in the scene's coordinates."""
    return frame_of(thing).shapes(THINGS[thing.kind].shapes)


def casts_shadow(thing: Thing, place: Place) -> bool:
    return place.stand is not None and not THINGS[thing.kind].floats


def shadow_of(thing: Thing) -> Shape:
    return ellipse("shadow", thing.x + 0.04 * thing.size, thing.y - 0.005, 0.44 * thing.size, 0.07 * thing.size)


def figure_shadow(figure: Figure) -> Shape:
    return ellipse("shadow", figure.x + 0.02 * figure.size, figure.y - 0.008, 0.19 * figure.size, 0.026 * figure.size)


def lit(colour: RGB, light: str) -> RGB:
    return mixed(colour, *LIGHTS[light])
