"""Grids that were begun: their jobs, how far they are, what they would take."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from random import Random

from pydantic import Field

from pentimento.api.native import gridfiles
from pentimento.api.native.jobs import with_defaults
from pentimento.api.native.values import AtValue, Value
from pentimento.api.services import Kept, Services
from pentimento.grids.axes import Axis
from pentimento.grids.expansion import Cell, Grid, expand, read_axes
from pentimento.history.bin import restore_round
from pentimento.history.history import History
from pentimento.history.rounds import Round
from pentimento.jobs.job import Job, State
from pentimento.words.errors import LimitError, PictureError, UnknownRoundError
from pentimento.words.request import Closed, Request

KEPT = 20
"""Grids whose jobs are remembered; others are read from disk."""
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
    record: bool = Field(
        True, description="keep each cell as a round of the history; false: it lies in the bin until it is kept"
    )
    parent: AtValue | None = Field(None, description="candidate they begin from; null: the one its picture is, if any")
    tree: str | None = Field(
        None, pattern="^[0-9a-f]{12}$", description="id of the picture they belong to; null: told from its picture"
    )


class CellValue(Value):
    """One place of the grid."""

    x: int = Field(description="counted from 0")
    y: int = Field(description="counted from 0")
    z: int = Field(description="counted from 0")
    job: str | None = Field(description="id of its job; null where there is none")
    state: State | None = Field(description="of its job, also where that is forgotten; null where there was none")
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
    """A grid, and what becomes of its cells.

    rounds  id of the round that each cell becomes with its first picture
    jobs    of the cells, as long as they are remembered
    """

    id: str
    grid: Grid
    history: History
    rounds: Mapping[Cell, str]
    jobs: Mapping[Cell, Job]

    def keep(self, number: int) -> Round:
        """A cell's round, out of the bin. Raises PictureError where it has no picture; UnknownRoundError."""
        round = self.round(number)
        return restore_round(self.history, round.id) if round.binned else round

    def round(self, number: int) -> Round:
        """The round of a cell, in the bin or not. Raises PictureError where it has no picture."""
        cells = self.grid.cells
        found = self._found(cells[number]) if number < len(cells) else None
        if found is None:
            raise PictureError(
                f"cell {number} of this grid has no picture", f"GET /api/v1/grids/{self.id} tells which do."
            )
        return found

    @property
    def told(self) -> GridValue:
        cells = tuple(self._cell(number, cell) for number, cell in enumerate(self.grid.cells))
        return GridValue(
            id=self.id,
            axes=axes_of(self.grid),
            cells=cells,
            done=sum(cell.state is not None and cell.state.ended for cell in cells),
            sheet=f"/api/v1/grids/{self.id}/sheet",
        )

    @property
    def seen(self) -> dict[Cell, Round | str]:
        """Of each cell that was to be run its round, or why there is none."""
        jobs = self.jobs
        said = {cell: job.error.message if job.error else str(job.state) for cell, job in jobs.items()}
        return {cell: self._found(cell) or said.get(cell, State.CANCELLED) for cell in self.rounds}

    def _cell(self, number: int, cell: Cell) -> CellValue:
        job = self.jobs.get(cell)
        there = bool(job.painted) if job else self._found(cell) is not None
        ended = (State.DONE if there else State.CANCELLED) if cell in self.rounds else None
        return CellValue(
            x=cell.x,
            y=cell.y,
            z=cell.z,
            job=job.id if job else None,
            state=job.state if job else ended,
            picture=f"/api/v1/grids/{self.id}/cells/{number}" if there else None,
            problem=job.error.message if job and job.error else cell.problem,
        )

    def _found(self, cell: Cell) -> Round | None:
        with suppress(UnknownRoundError):
            return self.history.round(self.rounds[cell]) if cell in self.rounds else None
        return None


class Grids:
    """Those begun lately with their jobs, others as far as they lie on disk."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._grids: OrderedDict[str, Running] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, drawn: "Drawn", jobs: Mapping[Cell, Job]) -> Running:
        """Raises OutputError."""
        rounds = {cell: job.about.recording.id for cell, job in jobs.items() if isinstance(job.about, Kept)}
        history = self._services.history
        running = Running(secrets.token_hex(8), drawn.grid, history, rounds, jobs)
        numbered = {number: rounds[cell] for number, cell in enumerate(drawn.grid.cells) if cell in rounds}
        gridfiles.put(
            history.folder,
            running.id,
            {"wish": drawn.wish.model_dump(mode="json"), "drawn": drawn.seed, "rounds": numbered},
        )
        with self._lock:
            self._grids[running.id] = running
            while len(self._grids) > KEPT:
                self._grids.popitem(last=False)
        return running

    def __getitem__(self, id: str) -> Running:
        """Raises UnknownJobError."""
        return self._grids.get(id) or self._read(id)

    def _read(self, id: str) -> Running:
        history = self._services.history
        told = gridfiles.got(history.folder, id)
        grid = _expand(GridWish(**told["wish"]), told["drawn"])
        rounds = {grid.cells[int(number)]: round for number, round in told["rounds"].items()}
        return Running(id, grid, history, rounds, {})


@dataclass(frozen=True)
class Drawn:
    """A grid, and what makes the same one again.

    wish  with the server's defaults in it
    seed  of whatever is drawn at random in it
    """

    wish: GridWish
    seed: int
    grid: Grid


def drawn(services: Services, wish: GridWish) -> Drawn:
    """The cells that are wished for. Raises RequestError, LimitError."""
    wish = wish.model_copy(update={"request": with_defaults(services, wish.request)})
    seed, most = secrets.randbits(32), min(services.bounds.cells, services.bounds.waiting)
    count = cells_of(_axes(wish, Random(seed)))
    if count > most:
        raise LimitError(f"the grid has {count} cells", f"This server allows {most}.")
    grid = _expand(wish, seed)
    for cell in grid.cells:
        if cell.request:
            services.bounds.check(cell.request)
    return Drawn(wish, seed, grid)


def _expand(wish: GridWish, seed: int) -> Grid:
    rng = Random(seed)
    return expand(wish.request, *_axes(wish, rng), rng=rng, vary=wish.vary_seeds)


def _axes(wish: GridWish, rng: Random) -> list[Axis]:
    return read_axes((wish.x, wish.y, wish.z), rng)


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
