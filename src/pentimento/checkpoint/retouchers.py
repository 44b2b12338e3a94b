"""What enlarges pictures and what fills holes, by name: what needs no file, and networks in the folder of models."""

from collections.abc import Sequence
from pathlib import Path

from pentimento.checkpoint.library import Library
from pentimento.pixels.enlarge import UPSCALERS
from pentimento.pixels.fill import FILLS
from pentimento.words.errors import UnknownModelError


def upscaler_file(name: str, library: Library, *, paths: bool = False) -> Path | None:
    """The file of a network that enlarges; None where the name is one of `UPSCALERS`, in any case.

    paths   a path to a file elsewhere is followed too
    raises  UnknownModelError with all that there are
    """
    known = ", ".join((*UPSCALERS, *library.upscalers()))
    return _file(name, list(UPSCALERS), library, "upscalers", f"no upscaler is called {name!r}", known, paths)


def eraser_file(name: str, library: Library, *, paths: bool = False) -> Path | None:
    """The same for what fills holes: a network, or one of `FILLS`."""
    known = ", ".join((*FILLS, *library.erasers()))
    return _file(name, list(FILLS), library, "erasers", f"no way to fill is called {name!r}", known, paths)


def _file(
    name: str, without: Sequence[str], library: Library, kind: str, problem: str, known: str, paths: bool
) -> Path | None:
    if name.lower() in map(str.lower, without):
        return None
    try:
        return library.picture_net(kind, name, paths=paths)
    except UnknownModelError as unknown:
        raise UnknownModelError(problem, f"There are: {known}. {unknown.hint}") from unknown
