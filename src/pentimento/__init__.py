"""Pentimento: repaint part of a picture with words.

    import pentimento
    for made in pentimento.inpaint("photo.png", "mask.png", "a (red:1.3) scarf", batch_size=4):
        made.save(f"out/{made.seed}.png")

Names are looked up when they are used, so that importing the package costs nothing.
"""

import importlib
from typing import TYPE_CHECKING, Any

from pentimento.version import __version__

if TYPE_CHECKING:
    from pentimento.library import (
        Gridded,
        Made,
        erase,
        grid,
        img2img,
        inpaint,
        restore_faces,
        run,
        start_states,
        txt2img,
        upscale,
    )
    from pentimento.runners.inline import InlineRunner
    from pentimento.words.errors import PentimentoError
    from pentimento.words.request import Request, SoftInpainting

PUBLIC = {
    "Gridded": "pentimento.library",
    "Made": "pentimento.library",
    "erase": "pentimento.library",
    "grid": "pentimento.library",
    "img2img": "pentimento.library",
    "inpaint": "pentimento.library",
    "restore_faces": "pentimento.library",
    "run": "pentimento.library",
    "start_states": "pentimento.library",
    "txt2img": "pentimento.library",
    "upscale": "pentimento.library",
    "InlineRunner": "pentimento.runners.inline",
    "PentimentoError": "pentimento.words.errors",
    "Request": "pentimento.words.request",
    "SoftInpainting": "pentimento.words.request",
}

__all__ = [
    "Gridded",
    "InlineRunner",
    "Made",
    "PentimentoError",
    "Request",
    "SoftInpainting",
    "__version__",
    "erase",
    "grid",
    "img2img",
    "inpaint",
    "restore_faces",
    "run",
    "start_states",
    "txt2img",
    "upscale",
]


def __getattr__(name: str) -> Any:
    if name in PUBLIC:
        return getattr(importlib.import_module(PUBLIC[name]), name)
    raise AttributeError(f"module 'pentimento' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
