"""The older dialect's way to write axes (script "X/Y/Z plot"): its list of axes, and its grammar of values.

1-5   1-5 (+2)   10-5 (-3)   1-10 [5]   0-1 (+0.25)   "a, b", c
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from pentimento.grids.axes import NOTHING, SPECIAL, Axis, Point, setting, shown
from pentimento.grids.values import items
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import RequestError
from pentimento.words.request import Request

SIGNED = r"[+-]?\s*\d+"
REAL = r"[+-]?\s*\d+(?:\.\d*)?"
WHOLE_RANGE = re.compile(rf"\s*({SIGNED})\s*-\s*({SIGNED})(?:\s*\(([+-]\d+)\s*\))?\s*")
WHOLE_COUNT = re.compile(rf"\s*({SIGNED})\s*-\s*({SIGNED})(?:\s*\[(\d+)\s*\])?\s*")
REAL_RANGE = re.compile(rf"\s*({REAL})\s*-\s*({REAL})(?:\s*\(([+-]\d+(?:\.\d*)?)\s*\))?\s*")
REAL_COUNT = re.compile(rf"\s*({REAL})\s*-\s*({REAL})(?:\s*\[(\d+(?:\.\d*)?)\s*\])?\s*")


def whole_numbers(text: str) -> list[int]:
    """Ranges end one past their end in whatever direction; counts are evenly spaced and cut to whole numbers."""
    found: list[int] = []
    for item in filter(None, items(text)):
        if match := WHOLE_RANGE.fullmatch(item):
            first, last = _int(match[1]), _int(match[2])
            found += _bounded(range(first, last + 1, int(match[3]) if match[3] else 1), item)
        elif match := WHOLE_COUNT.fullmatch(item):
            found += [int(value) for value in _spaced(_int(match[1]), _int(match[2]), int(match[3]))]
        else:
            found.append(int(_number(item, int)))
    return found


def real_numbers(text: str) -> list[float]:
    """Ranges take one step past their end where the steps do not meet it."""
    found: list[float] = []
    for item in filter(None, items(text)):
        if match := REAL_RANGE.fullmatch(item):
            first, last, step = _float(match[1]), _float(match[2]), float(match[3] or 1)
            if not step:
                raise RequestError(f"{item!r} has a step of 0", "Give a step such as (+0.25).")
            found += [first + k * step for k in _bounded(range(max(0, math.ceil((last + step - first) / step))), item)]
        elif match := REAL_COUNT.fullmatch(item):
            found += _spaced(_float(match[1]), _float(match[2]), int(float(match[3])))
        else:
            found.append(float(_number(item, float)))
    return found


def _int(text: str) -> int:
    return int(text.replace(" ", ""))


def _float(text: str) -> float:
    return float(text.replace(" ", ""))


def _number(item: str, kind: type[int] | type[float]) -> int | float:
    try:
        return kind(item)
    except ValueError:
        raise RequestError(f"{item!r} is no number and no range", "Write 1-5 or 1-5 (+2) or 0-1 [5].") from None


def _bounded(values: range, item: str) -> range:
    if len(values) > 1000:
        raise RequestError(f"{item!r} are {len(values)} values; an axis has 1000 at most", "Take larger steps.")
    return values


def _spaced(first: float, last: float, count: int) -> list[float]:
    """As numpy's linspace rounds."""
    _bounded(range(count), f"[{count}]")
    step = (last - first) / max(count - 1, 1)
    return [float(last) if k and k == count - 1 else first + k * step for k in range(count)]


Reader = Callable[[str], Sequence[Any]]


class AxisOption(NamedTuple):
    """An axis of the dialect.

    label    as in its lists
    read     what the values' text is read with
    name     our name of it; None where it cannot be run
    only     the one task that has it; empty for both
    spelled  a value of the dialect → ours
    """

    label: str
    read: Reader
    name: str | None
    only: str = ""
    spelled: Callable[[Any], Any] = lambda value: value

    def points(self, values: Sequence[Any]) -> list[Point]:
        """A place for each value. Raises RequestError for an axis that cannot be run."""
        if self.name is None:
            raise RequestError(f"the axis {self.label!r} cannot be run", "Choose another axis.")
        if self.name in SPECIAL:
            return SPECIAL[self.name](values)
        return [_point(self.name, self.spelled(value)) for value in values]


def _point(name: str, value: Any) -> Point:
    """A value that the setting does not take fails in its cell, not before."""
    try:
        return setting(name, value)
    except RequestError as problem:
        said = problem

        def refuse(request: Request) -> Mapping[str, Any]:
            raise said

        return Point(shown(value), refuse)


def _truth(text: str) -> bool:
    return text.strip().lower() in ("true", "yes", "y", "1", "on")


def _restorer(text: str) -> str:
    """The one that is named; else codeformer for what means yes, and none."""
    named = text.strip().lower()
    if named in set(FaceRestorer):
        return named
    return FaceRestorer.CODEFORMER if _truth(text) else FaceRestorer.NONE


TXT, IMG = "txt2img", "img2img"

# fmt: off
OPTIONS: tuple[AxisOption, ...] = (
    AxisOption("Nothing", items, ""),
    AxisOption("Seed", whole_numbers, "seed"),
    AxisOption("Var. seed", whole_numbers, "variation_seed"),
    AxisOption("Var. strength", real_numbers, "variation_strength"),
    AxisOption("Steps", whole_numbers, "steps"),
    AxisOption("Hires steps", whole_numbers, "hires_steps", TXT),
    AxisOption("CFG Scale", real_numbers, "cfg_scale"),
    AxisOption("Image CFG Scale", real_numbers, "image_cfg_scale", IMG),
    AxisOption("Prompt S/R", items, "replace"),
    AxisOption("Prompt order", items, "order"),
    AxisOption("Sampler", items, "sampler"),
    AxisOption("Hires sampler", items, "hires_sampler", TXT),
    AxisOption("Checkpoint name", items, "checkpoint"),
    AxisOption("Negative Guidance minimum sigma", real_numbers, "s_min_uncond"),
    AxisOption("Sigma Churn", real_numbers, "s_churn"),
    AxisOption("Sigma min", real_numbers, "s_tmin"),
    AxisOption("Sigma max", real_numbers, "s_tmax"),
    AxisOption("Sigma noise", real_numbers, "s_noise"),
    AxisOption("Schedule type", items, "scheduler"),
    AxisOption("Schedule min sigma", real_numbers, "sigma_min"),
    AxisOption("Schedule max sigma", real_numbers, "sigma_max"),
    AxisOption("Schedule rho", real_numbers, "rho"),
    AxisOption("Beta schedule alpha", real_numbers, "beta_alpha"),
    AxisOption("Beta schedule beta", real_numbers, "beta_beta"),
    AxisOption("Eta", real_numbers, "eta"),
    AxisOption("Clip skip", whole_numbers, "clip_skip"),
    AxisOption("Denoising", real_numbers, "hires_denoising_strength", TXT),
    AxisOption("Denoising", real_numbers, "denoising_strength", IMG),
    AxisOption("Initial noise multiplier", real_numbers, "initial_noise_multiplier"),
    AxisOption("Extra noise", real_numbers, "extra_noise"),
    AxisOption("Hires upscaler", items, "hires_upscaler", TXT),
    AxisOption("Cond. Image Mask Weight", real_numbers, "mask_weight", IMG),
    AxisOption("VAE", items, "vae"),
    AxisOption("Styles", items, None),
    AxisOption("UniPC Order", whole_numbers, "unipc_order"),
    AxisOption("Face restore", items, "restore_faces", spelled=_restorer),
    AxisOption("Token merging ratio", real_numbers, None),
    AxisOption("Token merging ratio high-res", real_numbers, None),
    AxisOption("Always discard next-to-last sigma", items, "discard_penultimate_sigma", spelled=_truth),
    AxisOption("SGM noise multiplier", items, "sgm_noise_multiplier", spelled=_truth),
    AxisOption("Refiner checkpoint", items, None),
    AxisOption("Refiner switch at", real_numbers, None),
    AxisOption("RNG source", items, "noise_source"),
    AxisOption("FP8 mode", items, None),
    AxisOption("Size", items, "size"),
)
"""Both tasks' axes in the dialect's order; one without a name is known but cannot be run."""
# fmt: on


def axis_options(task: str) -> list[AxisOption]:
    """The axes of "txt2img" or "img2img"; the dialect names them by their place in this list."""
    return [option for option in OPTIONS if option.only in ("", task)]


def read_dialect_axis(task: str, index: int, values: str | Sequence[str]) -> Axis:
    """An axis as a request of the dialect names it.

    index   its place in the list; 0 is none
    values  as typed, or the chosen ones of a list
    raises  RequestError for an axis that is unknown or cannot be run, and values that cannot be read
    """
    options = axis_options(task)
    if not 0 <= index < len(options):
        raise RequestError(f"axis {index} is unknown", f"Axes go from 0 to {len(options) - 1}.")
    option = options[index]
    if index == 0:
        return NOTHING
    read = option.read(values) if isinstance(values, str) else list(values)
    return Axis(option.label, tuple(option.points(read)))
