"""Which finder sees what: faces of scenes that nobody learned from, and a photographed one at several sizes and turns.

Run: python benchmarks/finders.py [SCENES]. It prints the tables of docs/guide/faces.md.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from astronaut import Turned, astronaut
from pentimento.pixels.faces.cascades import photographed_faces
from pentimento.pixels.faces.drawn import CERTAIN, drawn_faces
from pentimento.pixels.faces.find import find_faces, ways
from pentimento.starter.finder.examples import faces_in
from pentimento.starter.finder.measure import SEED, UNSEEN
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.mixture import scene_of
from pentimento.words.faces import Face, shared
from pentimento.words.sizes import Size

TALL = (24, 40, 60, 80, 95, 140, 190)
TURNS = (0, -15, 15, -30, 30)
SIDES = (128, 256)


def photographed() -> Iterator[str]:
    """How sure the drawings' finder and the photographs' are of the astronaut's face; what counts is bold."""
    yield f"| her face, pixels | {' | '.join(f'{turn}°' for turn in TURNS)} |"
    yield "|--:|" + "--:|" * len(TURNS)
    for tall in TALL:
        yield f"| {tall} | {' | '.join(_seen(astronaut(tall, turn)) for turn in TURNS)} |"


def _seen(turned: Turned) -> str:
    counts = {face.way for face in turned.faces(find_faces(turned.picture))}
    return " · ".join(
        f"**{sure}**" if way in counts else sure
        for way, look in ways().items()
        for sure in [_surest(turned.faces(look(turned.picture)))]
    )


def drawn(count: int) -> Iterator[str]:
    """How many faces of drawn scenes both finders see, and as what they count."""
    yield "| side | faces | seen by both | … and the drawings' finder certain | count as drawn | as photographed |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for side in SIDES:
        size, faces, both, certain = Size(side, side), 0, 0, 0
        ways: dict[str, int] = {"drawing": 0, "photograph": 0}
        for number in range(count):
            scene = scene_of(SEED, number)
            picture = draw(scene, size)
            faces += len(faces_in(scene, size))
            seen = photographed_faces(picture)
            for face in drawn_faces(picture):
                if any(shared(face, other) >= 0.5 * min(face.area, other.area) for other in seen):
                    both, certain = both + 1, certain + (face.confidence >= CERTAIN)
            for face in find_faces(picture):
                ways[face.way] += 1
        yield f"| {side} | {faces} | {both} | {certain} | {ways['drawing']} | {ways['photograph']} |"


def _surest(found: list[Face]) -> str:
    return f"{max(face.confidence for face in found):.2f}" if found else "–"


if __name__ == "__main__":
    for line in (*photographed(), "", *drawn(int(sys.argv[1]) if len(sys.argv) > 1 else UNSEEN)):
        print(line, flush=True)
