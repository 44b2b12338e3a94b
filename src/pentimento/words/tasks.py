"""What is done with a request."""

from enum import StrEnum


class Task(StrEnum):
    """What is done with a request."""

    PAINT = "paint"
    START_STATES = "start states"
    UPSCALE = "upscale"
    ERASE = "erase"
    LOAD = "load"
    UNLOAD = "unload"


RETOUCHING = frozenset({Task.UPSCALE, Task.ERASE})
"""Tasks that need a picture and no checkpoint."""

RECORDED = frozenset({Task.PAINT}) | RETOUCHING
"""Tasks that make a round of the history."""
