"""The bundled example, `demo.png` and `demo-mask.png`: `python -m pentimento.starter.demo` draws both anew."""

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from pentimento.starter.holes import box_over
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.scene import Detail, Scene, Thing
from pentimento.words.sizes import Size

FOLDER = Path(__file__).parent
BALL = Thing("ball", "red", x=0.5, y=0.86, size=0.56)
SCENE = Scene(
    "meadow", "day", (Detail("hill", 0.3, 0.59), Detail("cloud", 0.22, 0.16), Detail("sun", 0.84, 0.15)), (BALL,)
)
SIDE = 128


def main(folder: Path = FOLDER) -> None:
    Pillow.fromarray(draw(SCENE, Size(SIDE, SIDE))).save(folder / "demo.png")
    Pillow.fromarray(np.asarray(box_over(BALL, SIDE))).save(folder / "demo-mask.png")


if __name__ == "__main__":
    main()
