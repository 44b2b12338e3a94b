"""Change the colour of a dress or of hair, told by pixels: which of its drawings in all colours is the nearest."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pentimento.starter.evaluation.bench import SEED, Bench, Case
from pentimento.starter.evaluation.lines import Line, share
from pentimento.starter.measures import nearest, through_vae
from pentimento.starter.scenes import sayings
from pentimento.starter.scenes.captions import mended
from pentimento.starter.scenes.colours import COLOURS, HAIRS, SKINS
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.figure import Figure
from pentimento.starter.scenes.people import ALIKE
from pentimento.starter.scenes.scene import Scene
from pentimento.starter.trials import Trial, people_of
from pentimento.words.choices import MaskedContent
from pentimento.words.images import Image, Mask
from pentimento.words.sizes import Size

CONTENT, STRENGTH = MaskedContent.LATENT_NOISE, 1.0
LEAST = 40
"""Pixels that have to show the part."""


@dataclass(frozen=True)
class Recolouring:
    """A case, the colour asked for, and the truth in every colour."""

    case: Case
    asked: str
    drawings: Mapping[str, Image]

    @property
    def where(self) -> Mask:
        """Where the part is seen: all that its colour changes."""
        one, other, *_ = self.drawings.values()
        differs = (one != other).any(axis=-1) & (self.case.hole > 127)
        return np.where(differs, 255, 0).astype(np.uint8)

    def right(self, picture: Image) -> bool:
        return nearest(picture, self.drawings, self.where) == self.asked


def measured(bench: Bench) -> Iterator[Line]:
    for part in ("dress", "hair"):
        asked = recolourings(bench, part)
        drawn = [one.drawings[one.asked] for one in asked]
        for how, shown in (
            ("of drawings", drawn),
            ("of drawings through the VAE", [through_vae(p, bench.ordinary.networks.vae) for p in drawn]),
        ):
            right = [one.right(picture) for one, picture in zip(asked, shown, strict=True)]
            yield share(f"judge: colour of {part}", how, right, least=0.97)
        made = [recoloured(bench, one) for one in asked]
        right = [one.right(picture) for one, picture in zip(asked, made, strict=True)]
        yield share(f"change the colour of {part}", f"{CONTENT}, {STRENGTH:g}, 8 colours", right, least=0.85)
        bench.sheet(f"colour-{part}", [one.case for one in asked], made, right)


def recoloured(bench: Bench, one: Recolouring, **settings: Any) -> Image:
    how = {"masked_content": CONTENT, "denoising_strength": STRENGTH, **settings}
    return bench.painted(one.case, prompt=one.case.prompt, **how)[0]


def recolourings(bench: Bench, part: str) -> list[Recolouring]:
    """As many as the bench counts, the eight colours in turn."""
    found: list[Recolouring] = []
    for number, scene in people_of(SEED, bench.mixture):
        if len(found) == bench.count:
            return found
        if one := recolouring(bench, part, scene, number, len(found)):
            found.append(one)
    return found


def recolouring(bench: Bench, part: str, scene: Scene, number: int, turn: int) -> Recolouring | None:
    figure = scene.figures[0]
    if part == "hair" and (figure.hair is None or figure.hair.style == "bald"):
        return None
    now = figure.dress.colour if part == "dress" else figure.hair.colour if figure.hair else ""
    possible = [c for c in palette_of(part, figure) if c != now]
    colour = possible[turn % len(possible)]
    wanted = CHANGED[part](scene, colour)
    trial = Trial(scene, wanted, ((wanted, part),))
    case = replace(bench.case(number, trial), prompt=said(wanted.figures[0]))
    one = Recolouring(case, colour, drawings_of(part, scene, bench.size))
    return one if (one.where > 0).sum() >= LEAST else None


def palette_of(part: str, figure: Figure) -> list[str]:
    return list(COLOURS) if part == "dress" else [c for c in HAIRS if (figure.skin, c) not in ALIKE]


def said(figure: Figure) -> str:
    """A prompt that names kind, hair and dress."""
    hair = f" with {sayings.hair(figure.hair)[0]}" if figure.hair else ""
    return mended(f"a {figure.kind}{hair} in a {sayings.dress(figure.dress)[0]}")


def dressed_in(scene: Scene, colour: str) -> Scene:
    figure = scene.figures[0]
    return scene.with_figure(replace(figure, dress=replace(figure.dress, colour=colour)))


def with_hair(scene: Scene, colour: str) -> Scene:
    figure = scene.figures[0]
    return scene.with_figure(replace(figure, hair=figure.hair and replace(figure.hair, colour=colour)))


def with_skin(scene: Scene, skin: str) -> Scene:
    return scene.with_figure(replace(scene.figures[0], skin=skin))


CHANGED = {"dress": dressed_in, "hair": with_hair, "skin": with_skin}
PALETTES: Mapping[str, Mapping[str, tuple[int, int, int]]] = {"dress": COLOURS, "hair": HAIRS, "skin": SKINS}


def drawings_of(part: str, scene: Scene, size: Size) -> Mapping[str, Image]:
    """The scene with a part in each of its colours."""
    return {colour: draw(CHANGED[part](scene, colour), size) for colour in PALETTES[part]}
