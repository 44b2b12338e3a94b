"""The dialect's scripts: their names, their controls in order, and what their arguments say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pentimento.grids.dialect import axis_options
from pentimento.words.errors import NotRunError, RequestError
from pentimento.words.request import SoftInpainting

TXT, IMG = "txt2img", "img2img"


@dataclass(frozen=True)
class Control:
    """One argument: its label and usual value; bounds of a number, or what there is to choose from."""

    label: str
    value: Any
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    choices: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Script:
    """title   as clients send it, in any case
    tasks      where it is offered
    controls   its arguments, in order
    always_on  it is asked for in `alwayson_scripts`, not in `script_name`
    """

    title: str
    tasks: tuple[str, ...]
    controls: tuple[Control, ...]
    always_on: bool = False

    @property
    def name(self) -> str:
        return self.title.lower()


def _axes(task: str) -> tuple[Control, ...]:
    labels = tuple(option.label for option in axis_options(task))
    return tuple(
        control
        for axis in "XYZ"
        for control in (
            Control(f"{axis} type", 0, choices=labels),
            Control(f"{axis} values", ""),
            Control(f"{axis} values", [], choices=()),
        )
    )


GRID = "X/Y/Z plot"
MATRIX = "Prompt matrix"
LOOPBACK = "Loopback"
CURVES = ("Aggressive", "Linear", "Lazy")

_PLOT = (
    Control("Draw legend", True),
    Control("Include Sub Images", False),
    Control("Include Sub Grids", False),
    Control("Keep -1 for seeds", False),
    Control("Vary seeds for X", False),
    Control("Vary seeds for Y", False),
    Control("Vary seeds for Z", False),
    Control("Grid margins (px)", 0, 0, 500, 2),
    Control("Use text inputs instead of dropdowns", False),
)

SCRIPTS: tuple[Script, ...] = (
    Script(
        "Soft Inpainting",
        (IMG,),
        (
            Control("Soft inpainting", False),
            Control("Schedule bias", 1, 0, 8, 0.1),
            Control("Preservation strength", 0.5, 0, 8, 0.05),
            Control("Transition contrast boost", 4, 1, 32, 0.5),
            Control("Mask influence", 0, 0, 1, 0.05),
            Control("Difference threshold", 0.5, 0, 8, 0.25),
            Control("Difference contrast", 2, 0, 8, 0.25),
        ),
        always_on=True,
    ),
    Script(
        LOOPBACK,
        (IMG,),
        (
            Control("Loops", 4, 1, 32, 1),
            Control("Final denoising strength", 0.5, 0, 1, 0.01),
            Control("Denoising strength curve", "Linear", choices=CURVES),
            Control("Append interrogated prompt at each iteration", "None", choices=("None", "CLIP", "DeepBooru")),
        ),
    ),
    Script(
        MATRIX,
        (TXT, IMG),
        (
            Control("Put variable parts at start of prompt", False),
            Control("Use different seed for each picture", False),
            Control("Select prompt", "positive", choices=("positive", "negative")),
            Control("Select joining char", "comma", choices=("comma", "space")),
            Control("Grid margins (px)", 0, 0, 500, 2),
        ),
    ),
    Script(GRID, (TXT,), (*_axes(TXT), *_PLOT)),
    Script(GRID, (IMG,), (*_axes(IMG), *_PLOT)),
)

IGNORED = frozenset({"seed", "sampler", "refiner", "comments", "extra options", "hypertile"})
"""Always-on scripts of the reference whose fields stand in the body itself, or that do nothing unless switched on."""
CONTROLNET = "controlnet"


def offered(task: str) -> list[Script]:
    """The scripts of "txt2img" or "img2img"."""
    return [script for script in SCRIPTS if task in script.tasks]


def script_named(title: str, task: str) -> Script:
    """The script that `script_name` means, in any case. Raises RequestError with those there are."""
    names = {script.name: script for script in offered(task) if not script.always_on}
    if found := names.get(title.strip().lower()):
        return found
    raise RequestError(f"there is no script {title!r} for {task}", f"There are: {_titles(names.values())}.")


def arguments(script: Script, given: Sequence[Any]) -> list[Any]:
    """A script's arguments in order; what is left out at the end is as usual, and what is too much is left out."""
    usual = [control.value for control in script.controls]
    return [*given[: len(usual)], *usual[len(given) :]]


def soft_inpainting(scripts: Mapping[str, Any]) -> dict[str, Any] | None:
    """Fields of `SoftInpainting`, from what `alwayson_scripts` asks for; None where it is not asked for.

    raises  RequestError for a script that is unknown or not always on, NotRunError for a unit of ControlNet
    """
    asked = {name.lower(): _args(name, script) for name, script in scripts.items() if name.lower() not in IGNORED}
    known = {script.name for script in SCRIPTS if script.always_on}
    if any(map(_enabled, asked.pop(CONTROLNET, []))):
        raise NotRunError("ControlNet is not run yet", "Leave its units out, or disabled.")
    if stray := [name for name in asked if name not in known]:
        raise RequestError(f"there is no always-on script {stray[0]!r}", f"There are: {', '.join(sorted(known))}.")
    enabled, *values = asked.get("soft inpainting") or [False]
    return dict(zip(SoftInpainting.model_fields, values, strict=False)) if enabled else None


def _args(name: str, script: Any) -> list[Any]:
    args = script.get("args") if isinstance(script, dict) else script
    if args is None:
        return []
    if not isinstance(args, list):
        raise RequestError(f"alwayson_scripts.{name} is {str(script)[:80]!r}", 'Send {"args": […]}.')
    return args


def _enabled(unit: Any) -> bool:
    """A unit counts when it says so; as the extension has it, it is off where it says nothing."""
    return isinstance(unit, dict) and bool(unit.get("enabled", False))


def _titles(scripts: Any) -> str:
    return ", ".join(script.title for script in scripts)
