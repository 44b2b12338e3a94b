"""What becomes of finished pictures: a file where it was asked for, and a round in the history."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from pentimento.cli.whole import done_whole
from pentimento.pixels.codec import encode_picture, write_whole
from pentimento.pixels.gps import without_gps
from pentimento.words.errors import HistoryError, OutputError
from pentimento.words.events import Painted
from pentimento.words.reports import MACHINE
from pentimento.words.request import Request
from pentimento.words.tasks import Task

if TYPE_CHECKING:
    from pentimento.history.recording import Recording


class Records:
    """The rounds of a command's jobs; their pictures count on. Where the history cannot be used that is only noted."""

    def __init__(
        self,
        requests: Sequence[Request],
        files: Mapping[str, bytes],
        *,
        history: bool,
        data_dir: Path | None,
        task: Task = Task.PAINT,
    ) -> None:
        self.rounds: list[tuple[int, Recording]] = []
        self.failed = False
        if not history:
            return
        from pentimento.history.history import History, data_folder

        first = 0
        try:
            kept = History(data_dir or data_folder())
            for request in requests:
                self.rounds.append((first, kept.begin(request, files, task=task)))
                first += request.batch_size * request.batch_count
        except (HistoryError, OutputError) as error:
            self._note(error)

    def keep(self, painted: Painted, data: bytes, copy: bytes) -> None:
        """data: the picture's PNG with all that is known; copy: what was written elsewhere."""
        for first, recording in reversed(self.rounds):
            if painted.number >= first and not self.failed:
                try:
                    recording.add(
                        replace(painted, number=painted.number - first), data, hashlib.sha256(copy).hexdigest()
                    )
                except (HistoryError, OutputError) as error:
                    self._note(error)
                return

    def _note(self, error: HistoryError | OutputError) -> None:
        self.failed = True
        click.echo(f"Note: not kept in the history: {error.message}", err=True)


class Keeping(NamedTuple):
    """What a person wants done with finished pictures, as `OPTIONS` say it."""

    history: bool
    data_dir: Path | None
    metadata: bool
    gps: bool

    def records(self, requests: Sequence[Request], files: Mapping[str, bytes], task: Task = Task.PAINT) -> Records:
        return Records(requests, files, history=self.history, data_dir=self.data_dir, task=task)

    def keeper(
        self,
        place: Callable[[Painted], Path],
        requests: Sequence[Request],
        files: Mapping[str, bytes],
        tell: Callable[[Path], object] = click.echo,
        task: Task = Task.PAINT,
    ) -> Callable[[Painted], None]:
        """What is done with each picture at once: its round, its file, its path told. Seeds have to be drawn.

        place  where a picture goes; the requests' pictures count on
        """
        records = self.records(requests, files, task)

        def keep(painted: Painted) -> None:
            path = place(painted)
            whole = encode_picture(painted.picture, ".png", painted.parameters)
            data = self._copy(painted, path.suffix.lower(), whole)
            with done_whole():
                records.keep(painted, whole, data)
                write_whole(path, data)
                tell(path)

        return keep

    def _copy(self, painted: Painted, suffix: str, whole: bytes) -> bytes:
        """The picture as it is given away: with or without its settings, and where it was taken."""
        if not self.metadata:
            text = {key: text for key, text in painted.picture.text.items() if key != MACHINE}
            whole = encode_picture(replace(painted.picture, text=text), suffix, None)
        elif suffix != ".png":
            whole = encode_picture(painted.picture, suffix, painted.parameters)
        return whole if self.gps else without_gps(whole)
