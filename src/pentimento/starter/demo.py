"""The bundled example: `demo.png`, `demo-mask.png`, `demo.json`, `demo.txt`.

`python -m pentimento.starter.demo` makes them anew; `cup` bundles a thing on a table, `arm` a woman without an arm.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image as Pillow

from pentimento.starter import portrait
from pentimento.starter.holes import drawn_box
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.scene import Detail, Scene, Thing
from pentimento.words.images import Mask
from pentimento.words.sizes import Size

FOLDER = Path(__file__).parent
HOW: Mapping[str, Any] = {
    "checkpoint": "starter-inpainting",
    "masked_content": "latent noise",
    "denoising_strength": 1,
    "sampler": "Euler a",
    "steps": 20,
    "cfg_scale": 5,
    "seed": 2,
    "batch_size": 4,
}
"""A request's settings, as far as a demo does not say otherwise."""


@dataclass(frozen=True)
class Demo:
    """A scene, what is masked in it, what it is painted with, and what a person is told to do."""

    scene: Scene
    size: Size
    mask: Callable[[], Mask]
    prompt: str
    sentence: str
    settings: Mapping[str, Any] = field(default_factory=dict)

    def save(self, folder: Path) -> None:
        Pillow.fromarray(draw(self.scene, self.size)).save(folder / "demo.png")
        Pillow.fromarray(self.mask()).save(folder / "demo-mask.png")
        settings = {"prompt": self.prompt, **HOW, **self.settings}
        (folder / "demo.json").write_text(json.dumps(settings, indent=2) + "\n", encoding="utf-8")
        (folder / "demo.txt").write_text(self.sentence + "\n", encoding="utf-8")


BALL = Thing("ball", "red", x=0.5, y=0.85, size=0.52)
TABLE = Scene("table", "day", (Detail("window", 0.17, 0.25), Detail("frame", 0.86, 0.2)), (BALL,))
SMALL = Size(128, 128)


def around_ball() -> Mask:
    """The ball, with room around it for something taller."""
    return drawn_box((27, 35, 101, 116), SMALL)


DEMOS: Mapping[str, Demo] = {
    "cup": Demo(
        TABLE,
        SMALL,
        around_ball,
        "a blue cup on a wooden table",
        "Paint over what should change, here the ball, then press Generate.",
    ),
    "arm": Demo(
        portrait.MASKS["mask-arm"].before,
        portrait.SIZE,
        lambda: portrait.mask("mask-arm"),
        portrait.PROMPT,
        "Paint over what should change, here the missing arm, then press Generate.",
        {"denoising_strength": 0.75, "seed": 3},
    ),
}
BUNDLED = "arm"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", nargs="?", choices=tuple(DEMOS), default=BUNDLED)
    parser.add_argument("--out", type=Path, default=FOLDER)
    chosen = parser.parse_args(arguments)
    DEMOS[chosen.name].save(chosen.out)


if __name__ == "__main__":
    main()
