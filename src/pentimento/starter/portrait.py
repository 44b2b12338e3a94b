"""The tutorial's picture: a woman in a palace hall, with a spoilt face, an arm missing and a hand too many."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from PIL import Image as Pillow

from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.figure import Arm, Dress, Face, Figure, Hair, Held, ThirdHand
from pentimento.starter.scenes.mixture import FAN
from pentimento.starter.scenes.scene import Scene
from pentimento.starter.trials import Trial
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

SIZE = Size(128, 128)

WOMAN = Figure(
    "woman",
    "half",
    x=0.5,
    y=1.3,
    size=1.25,
    skin="light",
    hair=Hair("straight", "black", "long"),
    face=Face("green", "smiling"),
    dress=Dress("stola", "red", "plain"),
    left=Arm("down", (8.0, 0.0)),
    right=Arm("raised"),
)
RIGHT = Scene("palace hall", "day", (), (), (WOMAN,))
"""As it should be."""

PROMPT = "a woman with long black hair in a red stola, waving, palace hall"


def changed(**elements: object) -> Scene:
    """The right scene with other elements of its figure."""
    return RIGHT.with_figure(replace(WOMAN, **elements))


WRONG = changed(face=Face("green", "smiling", spoilt=3), right=None, third=ThirdHand("at the hip", "left"))
HOLDING = changed(left=Arm("up", held=Held(FAN, "blue")))

MASKS: Mapping[str, Trial] = {
    "mask-face-arm": Trial(WRONG, RIGHT, ((RIGHT, "face"), (RIGHT, "right arm"))),
    "mask-hand": Trial(WRONG, RIGHT, ((WRONG, "third hand"),)),
    "mask-fan": Trial(RIGHT, HOLDING, ((RIGHT, "left arm"), (HOLDING, "left arm"), (HOLDING, "held"))),
    "mask-arm": Trial(changed(right=None), RIGHT, ((RIGHT, "right arm"),)),
}
"""What is painted over in each round: the first two defects at once, the third, the place of the fan; one arm alone."""


def picture() -> Image:
    return draw(WRONG, SIZE)


def mask(name: str) -> Mask:
    return MASKS[name].hole(SIZE)


def save(folder: Path) -> None:
    """`portrait.png` and its masks, the files that the tutorial begins with."""
    folder.mkdir(parents=True, exist_ok=True)
    Pillow.fromarray(picture()).save(folder / "portrait.png")
    for name in MASKS:
        Pillow.fromarray(mask(name)).save(folder / f"{name}.png")
