"""Three axes and a request → the cells of a grid."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from pydantic import ValidationError

from pentimento.grids.axes import NOTHING, Axis, Point, read_axis
from pentimento.words.errors import RequestError
from pentimento.words.request import SEEDS, Request
from pentimento.words.sayings import first_problem

MOST_CELLS = 10_000


@dataclass(frozen=True)
class Cell:
    """One place of the grid; counts from 0.

    request  what is run there; None where the axes made no request
    problem  … and why
    """

    x: int
    y: int
    z: int
    request: Request | None
    problem: str = ""

    @property
    def place(self) -> tuple[int, int, int]:
        return self.x, self.y, self.z


@dataclass(frozen=True)
class Grid:
    """cells  in reading order: x runs fastest, then y, then z"""

    x: Axis
    y: Axis
    z: Axis
    cells: tuple[Cell, ...]

    def in_running_order(self) -> list[Cell]:
        """The cells that can be run, so ordered that checkpoint and VAE change least often."""
        able = [cell for cell in self.cells if cell.request]
        loads = list(dict.fromkeys(_loaded(cell) for cell in able))
        return sorted(able, key=lambda cell: loads.index(_loaded(cell)))


def _loaded(cell: Cell) -> tuple[str, str]:
    assert cell.request
    return cell.request.checkpoint, cell.request.vae


def read_axes(texts: Sequence[str | None], rng: Random) -> list[Axis]:
    """The axes as typed, such as `cfg_scale=1,3,7`; nothing for none.

    raises  RequestError as `read_axis`, and where there is none at all
    """
    if not any(texts):
        raise RequestError("the grid has no axis", "Give one, such as cfg_scale=1,3,7 for x.")
    return [read_axis(text, rng) if text else NOTHING for text in texts]


def expand(
    request: Request,
    x: Axis = NOTHING,
    y: Axis = NOTHING,
    z: Axis = NOTHING,
    *,
    rng: Random,
    fixed: bool = True,
    vary: Collection[str] = (),
) -> Grid:
    """Every combination of the axes' places as a request; x is applied first, then y, then z.

    fixed   seeds of −1 are drawn once for all cells; else each cell draws its own
    vary    axes ("x", "y", "z") along which the seed counts on, so that no two cells share one
    raises  RequestError where not one cell is a request, there are too many, or `vary` names another axis
    """
    if stray := set(vary) - set("xyz, "):
        raise RequestError(f"there is no axis {min(stray)!r} to vary seeds along", "There are x, y and z.")
    count = len(x) * len(y) * len(z)
    if count > MOST_CELLS:
        raise RequestError(f"the grid has {count} cells; {MOST_CELLS} is the limit", "Take fewer values.")
    if fixed:
        request = _fixed(request, rng)
    strides = _strides(x, y, z, vary)
    cells = tuple(
        _cell(
            request,
            (ix, iy, iz),
            (x.points[ix], y.points[iy], z.points[iz]),
            ix * strides[0] + iy * strides[1] + iz * strides[2],
        )
        for iz, iy, ix in product(range(len(z)), range(len(y)), range(len(x)))
    )
    if not any(cell.request for cell in cells):
        raise RequestError(cells[0].problem, "None of the cells can be run.")
    return Grid(x, y, z, cells)


def _fixed(request: Request, rng: Random) -> Request:
    drawn = {name: rng.randrange(SEEDS) for name in ("seed", "variation_seed") if getattr(request, name) == -1}
    return request.model_copy(update=drawn)


def _strides(x: Axis, y: Axis, z: Axis, vary: Collection[str]) -> tuple[int, int, int]:
    """By how much the seed rises from one place of each axis to the next."""
    wide = len(x) if "x" in vary else 1
    deep = wide * (len(y) if "y" in vary else 1)
    return int("x" in vary), wide * ("y" in vary), deep * ("z" in vary)


def _cell(request: Request, place: tuple[int, int, int], points: tuple[Point, ...], later: int) -> Cell:
    try:
        for point in points:
            request = Request.model_validate(dict(request) | dict(point.change(request)))
        if later and request.seed != -1:
            request = Request.model_validate(dict(request) | {"seed": request.seed + later})
    except ValidationError as problem:
        return Cell(*place, None, first_problem(problem))
    except RequestError as problem:
        return Cell(*place, None, problem.message)
    return Cell(*place, request)


def names(grid: Grid) -> Iterator[str]:
    """Each cell's label as one line: `cfg_scale 7, seed 3`."""
    for cell in grid.cells:
        places = ((grid.x, cell.x), (grid.y, cell.y), (grid.z, cell.z))
        yield ", ".join(f"{axis.name} {axis.points[at].label}" for axis, at in places if axis.name)
