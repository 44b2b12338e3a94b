"""The bundled example, `demo.png` and `demo-mask.png`: `python -m pentimento.starter.demo` draws both anew."""

from pathlib import Path

from PIL import Image as Pillow

from pentimento.starter.holes import drawn_box
from pentimento.starter.scenes.drawing import draw
from pentimento.starter.scenes.scene import Detail, Scene, Thing
from pentimento.words.sizes import Size

FOLDER = Path(__file__).parent
BALL = Thing("ball", "red", x=0.5, y=0.85, size=0.52)
SCENE = Scene("table", "day", (Detail("window", 0.17, 0.25), Detail("frame", 0.86, 0.2)), (BALL,))
HOLE = (0.21, 0.27, 0.79, 0.91)
"""Left, top, right, bottom as shares of the side: the ball with room around it for something taller."""

SIDE = 128


def main(folder: Path = FOLDER) -> None:
    Pillow.fromarray(draw(SCENE, Size(SIDE, SIDE))).save(folder / "demo.png")
    left, top, right, bottom = (share * SIDE for share in HOLE)
    mask = drawn_box((left, top, right, bottom), Size(SIDE, SIDE))
    Pillow.fromarray(mask).save(folder / "demo-mask.png")


if __name__ == "__main__":
    main()
