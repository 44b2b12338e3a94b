"""Every axis that there is, under the label that webui's users know where it has one."""

from collections.abc import Iterator
from typing import NamedTuple

from pentimento.grids.axes import NO_AXES, SOFT, SPECIAL
from pentimento.grids.dialect import OPTIONS
from pentimento.words.request import Request, SoftInpainting


class Listed(NamedTuple):
    """name     what `read_axis` takes
    label    what a person reads; no two are the same
    plotted  webui's X/Y/Z plot has it, under that label
    """

    name: str
    label: str
    plotted: bool


def listed() -> list[Listed]:
    """Those of the X/Y/Z plot in its order, then every other setting."""
    found: dict[str, str] = {}
    for option in sorted(OPTIONS, key=lambda option: bool(option.only == "txt2img")):
        if option.name and option.name not in found:
            found[option.name] = option.label if option.label not in found.values() else _said(option.name)
    plotted = [option.name for option in OPTIONS if option.name]
    rest = [name for name in names() if name not in found]
    every = (*dict.fromkeys(plotted), *rest)
    return [Listed(name, found.get(name) or _said(name), name in found) for name in every]


def names() -> Iterator[str]:
    """Every name that `read_axis` takes."""
    yield from (name for name in Request.model_fields if name not in NO_AXES)
    yield from SPECIAL
    yield from (f"{SOFT}{name}" for name in SoftInpainting.model_fields)


def _said(name: str) -> str:
    softly = name.removeprefix(SOFT)
    if softly != name and softly in SoftInpainting.model_fields:
        return f"Soft inpainting: {softly.replace('_', ' ')}"
    return name.replace("_", " ").capitalize().replace("Cfg", "CFG")
