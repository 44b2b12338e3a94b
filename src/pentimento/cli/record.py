"""What becomes of finished pictures: a file where it was asked for, and a round in the history."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pentimento.cli.output import Output
from pentimento.pixels.codec import encode_picture, write_whole
from pentimento.pixels.gps import without_gps
from pentimento.words.errors import HistoryError, OutputError
from pentimento.words.events import Painted
from pentimento.words.reports import MACHINE
from pentimento.words.request import Request

if TYPE_CHECKING:
    from pentimento.history.history import Recording
    from pentimento.history.rounds import At

Command = Callable[..., Any]

DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="PENTIMENTO_DATA_DIR",
    help="Where the history is kept; default: pentimento in your data folder.",
)
OPTIONS = (
    click.option("--history/--no-history", default=True, help="Keep what is made in the history.  [default: on]"),
    DATA_DIR,
    click.option("--metadata/--no-metadata", default=True, help="Write settings into the pictures.  [default: on]"),
    click.option("--gps/--no-gps", default=False, help="Leave in pictures where they were taken.  [default: off]"),
)


def recorded(command: Command) -> Command:
    """Options of commands whose pictures are kept."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command


def file_bytes(painted: Painted, suffix: str, *, metadata: bool, gps: bool) -> bytes:
    """A picture as it is given away: with or without its settings, and where it was taken."""
    picture = painted.picture
    if not metadata:
        picture = replace(picture, text={key: text for key, text in picture.text.items() if key != MACHINE})
    data = encode_picture(picture, suffix, painted.parameters if metadata else None)
    return data if gps else without_gps(data)


class Records:
    """The rounds of a command's jobs; their pictures count on. Where the history cannot be used that is only noted."""

    def __init__(
        self,
        requests: Sequence[Request],
        files: Mapping[str, bytes],
        *,
        history: bool,
        data_dir: Path | None,
        parent: "At | None" = None,
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
                self.rounds.append((first, kept.begin(request, files, parent=parent)))
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


def keeper(place: Output, records: Records, *, metadata: bool, gps: bool) -> Callable[[Painted], None]:
    """What is done with each picture at once: its file, its round, its path on stdout."""

    def keep(painted: Painted) -> None:
        path = place.place(painted)
        whole = encode_picture(painted.picture, ".png", painted.parameters)
        if metadata and path.suffix.lower() == ".png":
            data = whole if gps else without_gps(whole)
        else:
            data = file_bytes(painted, path.suffix.lower(), metadata=metadata, gps=gps)
        write_whole(path, data)
        records.keep(painted, whole, data)
        click.echo(path)

    return keep
