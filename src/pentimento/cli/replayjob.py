"""What the replay command does: a round or a PNG → the chain that led to it → jobs → files."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from pentimento.cli.job import events, follow, kept, parameters_of
from pentimento.cli.options import request_from
from pentimento.cli.output import Output
from pentimento.cli.record import Keeping
from pentimento.history.chain import Link, chain
from pentimento.history.history import History, data_folder
from pentimento.history.rounds import Round
from pentimento.infotext.reading import settings_from
from pentimento.pixels.codec import encode_picture
from pentimento.pixels.files import Files
from pentimento.words.errors import RequestError
from pentimento.words.events import Event, Finished
from pentimento.words.request import Request
from pentimento.words.tasks import Task


@dataclass
class Replay:
    """One call of the command."""

    output: Path
    models_dir: Path
    device: str
    dtype: str
    keeping: Keeping

    def run(self, which: str, checkpoint: str | None, image: Path | None, mask: Path | None) -> None:
        """Run the round or the chain; the last one's pictures are written.

        raises  UnknownRoundError, and RequestError for a PNG that cannot be made again from what it says
        """
        kept_rounds = History(self.keeping.data_dir or data_folder())
        own = Files()
        found = self._found(kept_rounds, which)
        if found is None:
            self._paint(self._from_text(Path(which), own, checkpoint, image, mask), own)
            return
        if mask is not None:
            raise RequestError(
                "--mask is for a PNG that is not in the history", "The round has its mask; leave it out."
            )
        picture = kept(image, own) if image else None
        links = chain(kept_rounds.path(found.id), image=picture, checkpoint=checkpoint)
        for link in links:
            for name in {*link.request.images, *([link.request.mask] if link.request.mask else [])} - own.keys():
                own.keep(kept_rounds.files[name])
        made: str | None = None
        for link, following in pairwise(links):
            made = self._between(link, made, own, following)
        self._paint(links[-1].given(made), own, found)

    def _found(self, rounds: History, which: str) -> Round | None:
        """The round that is meant; None for a file that none of them made."""
        path = Path(which)
        if not path.is_file():
            return rounds.round(which)
        at = rounds.made(Files().add(path))
        return rounds.round(at.round) if at else None

    def _from_text(
        self, path: Path, files: Files, checkpoint: str | None, image: Path | None, mask: Path | None
    ) -> Request:
        settings: dict[str, Any] = dict(settings_from(parameters_of(path)))
        if image is None and "denoising_strength" in settings and "hires_scale" not in settings:
            raise RequestError(
                f"{path} was made from a picture that the history does not know",
                "Name it with --image, and its --mask.",
            )
        settings |= {"images": (kept(image, files),)} if image else {}
        settings |= {"mask": kept(mask, files)} if mask else {}
        return request_from(settings, {"checkpoint": checkpoint})

    def _between(self, link: Link, picture: str | None, files: Files, following: Link) -> str:
        """Run a round on the way; returns the name of the picture that the next one takes."""
        request, task = link.given(picture), link.round.task
        painted = follow(self._events(request, files, task), lambda _: None)
        records = self.keeping.records([request], files, task)
        made = [(one, encode_picture(one.picture, ".png", one.parameters)) for one in painted]
        for one, data in made:
            records.keep(one, data, data)
        return next(files.keep(data) for one, data in made if one.number == following.takes)

    def _events(self, request: Request, files: Files, task: Task) -> Iterator[Event]:
        return events([request], files, self.models_dir, self.device, self.dtype, task)

    def _paint(self, request: Request, files: Files, before: Round | None = None) -> None:
        task = before.task if before else Task.PAINT
        place = Output(self.output, request.batch_size * request.batch_count)
        keep = self.keeping.keeper(place.place, [request], files, task=task)
        finished: list[Finished] = []

        def heard(event: Event) -> Event:
            if isinstance(event, Finished):
                finished.append(event)
            return event

        follow(map(heard, self._events(request, files, task)), keep)
        if before and before.machine and finished and finished[0].machine != before.machine:
            click.echo(
                f"Note: made on {finished[0].machine}, and then on {before.machine}: pictures may differ a little",
                err=True,
            )
