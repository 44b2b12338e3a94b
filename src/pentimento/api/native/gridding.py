"""Grids that were begun: their jobs, how far they are, what they would take."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random

from pydantic import Field

from pentimento.api.native.jobs import with_defaults
from pentimento.api.native.values import Value
from pentimento.api.services import Kept, Services
from pentimento.grids.axes import Axis
from pentimento.grids.expansion import Cell, Grid, expand, read_axes
from pentimento.history.rounds import At, Round
from pentimento.jobs.job import Job, State
from pentimento.words.errors import LimitError, PictureError, UnknownJobError
from pentimento.words.request import Closed, Request

KEPT = 20
"""Grids that are remembered."""
SAMPLES = 6
"""Cells whose time is foreseen, of those that differ in what takes time."""
TIMELESS = frozenset(
    {
        *("prompt", "negative_prompt", "seed", "variation_seed", "variation_strength", "cfg_scale", "masked_content"),
        *("eta", "s_churn", "s_tmin", "s_tmax", "s_noise", "mask_blur", "mask_weight", "emphasis", "clip_skip"),
    }
)
"""Settings that change a picture and hardly the time that it takes."""
AXIS = "such as cfg_scale=1,3,7 or denoising_strength=0-1 (+0.25) or prompt=old|new; empty for none"


class GridWish(Closed):
    """A request, and what is varied."""

    request: Request = Field(Request(), description="what all cells share")
    x: str = Field("", max_length=10_000, description=f"what is varied from left to right, {AXIS}")
    y: str = Field("", max_length=10_000, description="… from top to bottom")
    z: str = Field("", max_length=10_000, description="… from table to table")
    vary_seeds: str = Field("", max_length=10, description="axes along which the seed counts on, such as xy")
    record: bool = Field(True, description="keep each cell as a round of the history")


class CellValue(Value):
    """One place of the grid."""

    x: int = Field(description="counted from 0")
    y: int = Field(description="counted from 0")
    z: int = Field(description="counted from 0")
    job: str | None = Field(description="id of its job; null where there is none")
    state: State | None = Field(description="of its job")
    picture: str | None = Field(description="where its first picture is; null until there is one")
    problem: str = Field(description="why there is no picture; empty if nothing is wrong")


class AxisValue(Value):
    name: str = Field(description="what is varied; empty for nothing")
    labels: tuple[str, ...] = Field(description="its values")


class GridValue(Value):
    """A grid and how far it is."""

    id: str = Field(description="16 hex digits")
    axes: tuple[AxisValue, ...] = Field(description="x, y and z")
    cells: tuple[CellValue, ...] = Field(description="x runs fastest, then y, then z")
    done: int = Field(description="cells that have ended")
    sheet: str = Field(description="where the sheet is; it can be had at any time")


class GridForecast(Value):
    """What a grid would be, before it runs."""

    axes: tuple[AxisValue, ...] = Field(description="x, y and z")
    cells: int = Field(description="how many there are")
    pictures: int = Field(description="how many pictures would be made")
    seconds: float | None = Field(description="about how long it would take; null while the speed is not known")
    problems: tuple[str, ...] = Field(description="why some cells would have no picture, each reason once")


@dataclass(eq=False)
class Running:
    """A grid, and the jobs of its cells."""

    id: str
    grid: Grid
    jobs: dict[Cell, Job]
    _keeping: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, services: Services, number: int, *, parent: At | None = None, tree: str | None = None) -> Round:
        """A cell as a round of the history: the one that was made of it, or one made now.

        raises  PictureError where it has no picture yet; UnknownRoundError
        """
        job = self.job(number)
        with self._keeping:
            if not isinstance(job.about, Kept):
                recording = services.history.begin(job.request, services.stored(job.request), parent=parent, tree=tree)
                job.about = Kept(recording)
                for painted in job.painted:
                    job.about.candidates[painted.number] = recording.add(painted)
            return services.history.round(job.about.recording.id)

    def job(self, number: int) -> Job:
        """The job of a cell that has a picture. Raises PictureError."""
        cells = self.grid.cells
        job = self.jobs.get(cells[number]) if number < len(cells) else None
        if job is None or not job.painted:
            raise PictureError(
                f"cell {number} of this grid has no picture", f"GET /api/v1/grids/{self.id} tells which do."
            )
        return job

    @property
    def told(self) -> GridValue:
        return GridValue(
            id=self.id,
            axes=axes_of(self.grid),
            cells=tuple(self._cell(number, cell) for number, cell in enumerate(self.grid.cells)),
            done=sum(job.state.ended for job in self.jobs.values()),
            sheet=f"/api/v1/grids/{self.id}/sheet",
        )

    def _cell(self, number: int, cell: Cell) -> CellValue:
        job = self.jobs.get(cell)
        problem = job.error.message if job and job.error else cell.problem
        return CellValue(
            x=cell.x,
            y=cell.y,
            z=cell.z,
            job=job.id if job else None,
            state=job.state if job else None,
            picture=f"/api/v1/grids/{self.id}/cells/{number}" if job and job.painted else None,
            problem=problem,
        )


class Grids:
    """Those begun lately."""

    def __init__(self) -> None:
        self._grids: OrderedDict[str, Running] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, grid: Grid, jobs: dict[Cell, Job]) -> Running:
        running = Running(secrets.token_hex(8), grid, jobs)
        with self._lock:
            self._grids[running.id] = running
            while len(self._grids) > KEPT:
                self._grids.popitem(last=False)
        return running

    def __getitem__(self, id: str) -> Running:
        """Raises UnknownJobError."""
        if found := self._grids.get(id):
            return found
        raise UnknownJobError(id)


def expanded(services: Services, wish: GridWish) -> Grid:
    """The cells that are wished for. Raises RequestError, LimitError."""
    rng = Random()
    axes = read_axes((wish.x, wish.y, wish.z), rng)
    count, most = cells_of(axes), min(services.bounds.cells, services.bounds.waiting)
    if count > most:
        raise LimitError(f"the grid has {count} cells", f"This server allows {most}.")
    grid = expand(with_defaults(services, wish.request), *axes, rng=rng, vary=wish.vary_seeds)
    for cell in grid.cells:
        if cell.request:
            services.bounds.check(cell.request)
    return grid


def cells_of(axes: list[Axis]) -> int:
    return len(axes[0]) * len(axes[1]) * len(axes[2])


def foreseen(services: Services, grid: Grid) -> GridForecast:
    """What a grid would take, told from a few of its cells."""
    requests = [cell.request for cell in grid.cells if cell.request]
    return GridForecast(
        axes=axes_of(grid),
        cells=len(grid.cells),
        pictures=sum(request.batch_size * request.batch_count for request in requests),
        seconds=_seconds(services, requests),
        problems=tuple(dict.fromkeys(cell.problem for cell in grid.cells if cell.problem)),
    )


def _seconds(services: Services, requests: list[Request]) -> float | None:
    """Cells alike in what takes time count as one; of many that differ some stand for all."""
    alike: dict[str, tuple[Request, int]] = {}
    for request in requests:
        key = request.model_dump_json(exclude=set(TIMELESS))
        alike[key] = (request, alike.get(key, (request, 0))[1] + 1)
    kinds = list(alike.values())
    taken = kinds[:: -(-len(kinds) // SAMPLES)]
    times = [(services.forecast(request).expected, count) for request, count in taken]
    known = [(expected.seconds * count, count) for expected, count in times if expected]
    if len(known) < len(taken):
        return None
    return sum(time for time, _ in known) * len(requests) / sum(count for _, count in known)


def axes_of(grid: Grid) -> tuple[AxisValue, ...]:
    return tuple(
        AxisValue(name=axis.name, labels=tuple(point.label for point in axis.points))
        for axis in (grid.x, grid.y, grid.z)
    )


def order(grid: Grid) -> Mapping[Cell, Request]:
    """The cells that can be run, in the order that loads checkpoints least often."""
    return {cell: cell.request for cell in grid.in_running_order() if cell.request}
