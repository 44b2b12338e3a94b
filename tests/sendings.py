"""What clients of the older dialect send, and how what comes back is read."""

import base64
import io
from typing import Any

import numpy as np
import PIL.Image

SIDE = 64


def sent(image: PIL.Image.Image, format: str = "PNG") -> str:
    """A picture as base64."""
    file = io.BytesIO()
    image.save(file, format)
    return base64.b64encode(file.getvalue()).decode()


def received(data: str) -> Any:
    """The samples of a picture that came as base64, without any prefix."""
    return np.array(PIL.Image.open(io.BytesIO(base64.b64decode(data, validate=True))))


def square() -> PIL.Image.Image:
    """A mask of a quarter of the picture."""
    mask = PIL.Image.new("L", (SIDE, SIDE))
    mask.paste(255, (16, 16, 48, 48))
    return mask


PICTURE = sent(PIL.Image.new("RGB", (SIDE, SIDE), "red"))
MASK = sent(square())
SMALL = {"prompt": "a cat", "seed": 7, "steps": 2, "width": SIDE, "height": SIDE}
REDRAWN = {**SMALL, "init_images": [PICTURE]}
