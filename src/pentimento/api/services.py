"""What all routes stand on: queue, models, history, settings, and the one way a job is put in."""

import logging
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic

from pentimento.api.bounds import Bounds
from pentimento.api.settings import SettingsStore
from pentimento.checkpoint.library import BUILTIN, Library
from pentimento.checkpoint.retouchers import eraser_file, upscaler_file
from pentimento.download.addresses import Fetcher
from pentimento.history.chain import Link
from pentimento.history.history import History, Recording
from pentimento.history.rounds import At, Candidate
from pentimento.history.store import Store
from pentimento.jobs.job import Job
from pentimento.jobs.queue import Limits, Queue
from pentimento.jobs.runner import Previews, Runner
from pentimento.pixels.codec import read_picture
from pentimento.pixels.head import head_of
from pentimento.pixels.shelf import shelved
from pentimento.words.choices import HiresUpscaler
from pentimento.words.errors import PictureError, UnknownPictureError, UnknownRoundError
from pentimento.words.events import Event, Finished, Painted
from pentimento.words.images import Picture
from pentimento.words.reports import Forecast
from pentimento.words.request import Request, with_seeds
from pentimento.words.tasks import RECORDED, RETOUCHING, Task

LOG = logging.getLogger(__name__)

DAY = 24 * 3600.0
DECODING = threading.Semaphore(2)
"""Large pictures are decoded two at a time, whoever sends them."""


@dataclass(eq=False)
class Kept:
    """What becomes of a job's pictures.

    recording   the round they are recorded in
    candidates  each as it is kept, by its number
    then        rounds to be made from them, one after another
    next        id of the job that makes the first of those, once it is in the queue
    """

    recording: Recording
    then: Sequence[Link] = ()
    candidates: dict[int, Candidate] = field(default_factory=dict)
    next: str | None = None


class Stored(Mapping[str, bytes]):
    """The bytes of some pictures, read from the store when they are wanted, so that waiting jobs take no memory."""

    def __init__(self, store: Store, names: Sequence[str]) -> None:
        self._store, self._names = store, dict.fromkeys(names)

    def __getitem__(self, name: str) -> bytes:
        if name not in self._names:
            raise KeyError(name)
        return self._store[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Uploads:
    """Names of pictures that came in lately and may not be in any round yet: the bin leaves them."""

    def __init__(self) -> None:
        self._times: dict[str, float] = {}
        self._lock = threading.Lock()

    def add(self, name: str) -> None:
        with self._lock:
            self._times[name] = monotonic()

    @property
    def recent(self) -> set[str]:
        with self._lock:
            self._times = {name: time for name, time in self._times.items() if monotonic() - time < DAY}
            return set(self._times)


@dataclass(frozen=True)
class Services:
    """queue    runs jobs; its `about` of a job is a `Kept`, or None where no round is made of it
    library     the folder of models
    history     rounds, and every picture by its hash
    settings    what clients have set
    bounds      what they may ask for
    styles      the file of styles; it need not exist
    fetcher     fetches pictures that clients name by their address; none: they are not fetched
    log_prompts the log tells what was asked for in words
    """

    queue: Queue
    library: Library
    history: History
    settings: SettingsStore
    bounds: Bounds
    styles: Path
    fetcher: Fetcher | None = None
    log_prompts: bool = False
    uploads: Uploads = field(default_factory=Uploads)

    @classmethod
    def open(
        cls,
        runners: Sequence[Runner],
        *,
        models_dir: Path,
        data_dir: Path,
        styles: Path = Path("styles.csv"),
        bounds: Bounds | None = None,
        fetcher: Fetcher | None = None,
        log_prompts: bool = False,
    ) -> "Services":
        """All of them, over folders. Raises OutputError, HistoryError, RequestError for a bad data folder."""
        bounds = bounds or Bounds()
        history = History(data_dir)
        settings = SettingsStore(data_dir)
        queue = Queue(
            runners, limits=Limits(waiting=bounds.waiting), heard=lambda job, event: services.heard(job, event)
        )
        services = cls(
            queue, Library(models_dir, builtin=BUILTIN), history, settings, bounds, styles, fetcher, log_prompts
        )
        return services

    def close(self) -> None:
        self.queue.close()
        self.history.close()

    def check_picture(self, data: bytes) -> Picture:
        """The picture in a file that came in, decoded. Raises PictureError, LimitError."""
        self.bounds.check_size(head_of(data).size)
        with DECODING:
            return read_picture(data)

    def fetch(self, url: str) -> bytes:
        """A picture's bytes from an address that a client names. Raises PictureError, LimitError, TooLargeError."""
        if self.fetcher is None:
            raise PictureError(
                f"a picture is the address {url[:60]!r}, and none is fetched",
                "Send the file's bytes, or start the server with --allow-urls.",
            )
        return self.fetcher.fetch(url)

    def keep(self, data: bytes) -> str:
        """Keep the bytes of a picture that came in; returns the name that requests give it."""
        name = self.history.files.keep(data)
        self.uploads.add(name)
        return name

    def submit(
        self,
        request: Request,
        files: Mapping[str, bytes] | None = None,
        *,
        task: Task = Task.PAINT,
        previews: Previews | None = None,
        owner: str = "",
        record: bool = True,
        binned: bool = False,
        parent: At | None = None,
        tree: str | None = None,
        then: Sequence[Link] = (),
    ) -> Job:
        """Put a job in the queue, with its round in the history where it makes one.

        files         bytes of the pictures it names; by default those kept already
        record        False: no round is made of it
        binned        its round lies in the bin until it is taken out
        parent, tree  as of `History.begin`
        then          rounds to be made from its picture when it is done, each a job of its own
        raises        LimitError, QueueFullError, UnknownPictureError, UnknownModelError, UnknownRoundError
        """
        self.bounds.check(request)
        self.check_names(request, task)
        given = self.stored(request) if files is None else files
        request, kept = with_seeds(request), None
        if record and task in RECORDED:
            recording = self.history.begin(request, given, parent=parent, tree=tree, binned=binned, task=task)
            kept = Kept(recording, then)
            given = self.stored(request)
        job = self.queue.submit(request, given, task=task, previews=previews, owner=owner, about=kept)
        if self.log_prompts:
            said = {"job": job.id, "prompt": request.prompt, "negative_prompt": request.negative_prompt}
            LOG.info("prompt", extra={"said": said})
        return job

    def forecast(self, request: Request, files: Mapping[str, bytes] | None = None) -> Forecast:
        """What is known of a request before it runs. Raises what the request would fail with at once.

        files  bytes of the pictures it names; by default those kept already
        """
        given = self.stored(request) if files is None else files
        return self.queue.runners[0].forecast(request, given)

    def stored(self, request: Request) -> Stored:
        """The pictures that a request names. Raises UnknownPictureError."""
        names = (*request.images, *([request.mask] if request.mask else []))
        if missing := [name for name in names if name not in self.history.files]:
            raise UnknownPictureError(missing[0])
        return Stored(self.history.files, names)

    def check_names(self, request: Request, task: Task = Task.PAINT) -> None:
        """Raises UnknownModelError for a checkpoint, VAE, upscaler or eraser that is not in the folder of models."""
        if task is Task.UPSCALE or request.hires_upscaler not in (None, *HiresUpscaler):
            upscaler_file(request.hires_upscaler or request.upscaler, self.library)
        if request.images and not request.switches.ignore_unknown:
            upscaler_file(request.upscaler, self.library)
        eraser_file(request.fill, self.library)
        if task in RETOUCHING:
            return
        file = self.library.checkpoint(request.checkpoint)
        self.library.vae(request.vae, file.path)
        more = [request.hires_checkpoint, *request.make_inpainting.split(",")]
        for name in filter(None, map(str.strip, more)):
            self.library.checkpoint(name)

    @property
    def named(self) -> set[str]:
        """Pictures that jobs which have not ended name, and those that follow them, or that came in lately."""
        jobs = [*self.queue.waiting, *self.queue.running]
        links = [link for job in jobs if isinstance(job.about, Kept) for link in job.about.then]
        masks = {job.request.mask for job in jobs if job.request.mask}
        images = {name for job in jobs for name in job.request.images}
        return self.uploads.recent | masks | images | {name for link in links for name in link.needs}

    def heard(self, job: Job, event: Event) -> Event:
        """Write a finished picture into its round, and put in what follows a job, before anyone hears of it.

        What is heard then holds no picture in memory, however many a job makes.
        """
        kept = job.about if isinstance(job.about, Kept) else None
        if isinstance(event, Painted):
            if kept:
                with suppress(UnknownRoundError):  # its round was binned and the bin emptied meanwhile
                    kept.candidates[event.number] = kept.recording.add(event)
            return self._shelved(event)
        if isinstance(event, Finished) and kept and kept.then:
            self._go_on(job, kept)
        return event

    def _shelved(self, painted: Painted) -> Painted:
        folder, before = self.history.files.unfinished, painted.unrestored
        earlier = None if before is None else shelved(before, folder)
        return replace(painted, picture=shelved(painted.picture, folder), unrestored=earlier)

    def _go_on(self, job: Job, kept: Kept) -> None:
        """Put the next round of a chain in the queue; where its picture was not made, the chain ends."""
        link, *others = kept.then
        made = None if link.takes is None else kept.candidates.get(link.takes)
        if made is not None:
            request = link.given(made.file)
            kept.next = self.submit(
                request, task=link.round.task, previews=job.previews, owner=job.owner, then=others
            ).id
