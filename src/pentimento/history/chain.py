"""Rounds once more: the same one, or all that led to it, on another picture or checkpoint."""

from collections.abc import Sequence
from dataclasses import dataclass

from pentimento.history.rounds import Round
from pentimento.words.errors import RequestError
from pentimento.words.request import Request


@dataclass(frozen=True)
class Link:
    """A round to be run again.

    takes  which candidate of the link before is its picture; None: the picture that its request names
    """

    round: Round
    request: Request
    takes: int | None

    def given(self, picture: str | None) -> Request:
        """The request with the picture that the link before made, by its hash."""
        if picture is None:
            return self.request
        return self.request.model_copy(update={"images": (picture, *self.request.images[1:])})

    @property
    def needs(self) -> tuple[str, ...]:
        """Hashes of the pictures and masks that have to be there before the chain is run."""
        images = self.request.images if self.takes is None else self.request.images[1:]
        return (*images, *([self.request.mask] if self.request.mask else []))


def chain(path: Sequence[Round], *, image: str | None = None, checkpoint: str | None = None) -> list[Link]:
    """What is to be run, in order, so that the last of a path of rounds is made again.

    path        as `History.path` gives it
    image       hash of the picture to begin with instead; masks are scaled to it
    checkpoint  which one paints instead
    Without both only the last round is run: what it began from is there.
    """
    rounds = path if image or checkpoint else path[-1:]
    if image and not rounds[0].request.images:
        raise RequestError(
            f"round {rounds[0].id} began from words alone, so no picture can take another's place",
            "Leave the picture out.",
        )
    update: dict[str, object] = {"checkpoint": checkpoint} if checkpoint else {}
    if image:
        update["resize_mask"] = True
    links = []
    for place, round in enumerate(rounds):
        first = {"images": (image, *round.request.images[1:])} if image and place == 0 else {}
        takes = round.parent.number if place and round.parent else None
        links.append(Link(round, round.request.model_copy(update=update | first), takes))
    return links
