"""How well drawn faces are found: `python -m pentimento.starter.finder.measure`, on scenes nobody learned from."""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pentimento.pixels.faces.drawn import drawn_faces
from pentimento.starter.finder.examples import faces_in
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.figure import Face as Features
from pentimento.starter.scenes.mixture import scene_of
from pentimento.starter.scenes.scene import Scene
from pentimento.words.faces import Face, overlap
from pentimento.words.sizes import Size

UNSEEN, SEED = 200, 22
"""How many scenes, and the seed of their row."""

SIDES = (128, 192, 256, 512)
MATCH = 0.5
"""Overlap from which on a face counts as found."""


def measured(count: int = UNSEEN, mixture: str = "sitting") -> Iterator[str]:
    """A line for each size of the pictures: recall, of scrambled faces too, precision, and how far off the eyes are."""
    yield "| side | faces | recall | precision | recall of scrambled ones | eyes off, shares of the head's height |"
    yield "|--:|--:|--:|--:|--:|--:|"
    for side in SIDES:
        size = Size(side, side)
        there = found = told = mended = 0
        off: list[float] = []
        for number in range(count):
            scene = scene_of(SEED, number, mixture)
            faces, seen = faces_in(scene, size), drawn_faces(draw(scene, size))
            pairs = matched(faces, seen)
            there, told, found = there + len(faces), told + len(seen), found + len(pairs)
            off += [distance(one, other) for one, other in pairs]
            spoilt = drawn_faces(draw(scrambled(scene, number), size))
            mended += len(matched(faces, spoilt))
        shares = " | ".join(f"{share:.1%}" for share in (found / there, found / max(told, 1), mended / there))
        yield f"| {side} | {there} | {shares} | {np.median(off):.3f} |"


def scrambled(scene: Scene, number: int) -> Scene:
    """The same scene, the features of each face moved about."""
    for place, figure in enumerate(scene.figures):
        spoilt = replace(figure.face or Features(), spoilt=1 + number)
        scene = scene.with_figure(replace(figure, face=spoilt), place)
    return scene


def matched(faces: Sequence[Face], seen: Sequence[Face]) -> list[tuple[Face, Face]]:
    """Each face with the find that covers it best, if one does."""
    pairs = []
    for face in faces:
        best = max(seen, key=lambda one: overlap(face, one), default=None)
        if best is not None and overlap(face, best) >= MATCH:
            pairs.append((face, best))
    return pairs


def distance(face: Face, seen: Face) -> float:
    """Of both eyes on average."""
    return float(np.hypot(*(np.array(face.spots[:2]) - seen.spots[:2]).T).mean() / face.height)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m pentimento.starter.finder.measure", description=__doc__)
    parser.add_argument("--count", type=int, default=UNSEEN, help="scenes")
    parser.add_argument("--mixture", default="sitting")
    chosen = parser.parse_args(arguments)
    for line in measured(chosen.count, chosen.mixture):
        print(line, flush=True)


if __name__ == "__main__":
    main()
