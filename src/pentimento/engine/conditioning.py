"""Prompts → what the U-Net attends to, and when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from pentimento.nets.text import TextEncoder
from pentimento.prompt.chunks import EMPTY, Chunk, chunks
from pentimento.prompt.composition import split_and
from pentimento.prompt.emphasis import read_emphasis
from pentimento.prompt.schedule import active, schedule
from pentimento.prompt.tokenizer import encode
from pentimento.words.choices import Emphasis
from pentimento.words.request import Request


@dataclass(frozen=True, eq=False)
class Scheduled:
    """Text features over time: (end, features) entries, each holding up to and including its end."""

    entries: tuple[tuple[int, Tensor], ...]

    def at(self, position: int) -> Tensor:
        """(tokens, width) features in force at a position 1, 2, … of the schedule; past its end the first hold."""
        return active(self.entries, position)


@dataclass(frozen=True, eq=False)
class Conditioning:
    """What a picture shall show: weighted parts (joined by AND), and what it shall not.

    empty        (77, width) features of the empty prompt
    embeddings   names of the textual inversions used, in the order of their use
    emphasized   a text had brackets in it
    rescheduled  prompt editing as before webui 1.6 changed when parts hold
    """

    parts: tuple[tuple[float, Scheduled], ...]
    negative: Scheduled
    empty: Tensor
    embeddings: tuple[str, ...]
    emphasized: bool
    rescheduled: bool


def condition(
    prompt: str,
    negative_prompt: str,
    steps: int,
    request: Request,
    text: TextEncoder,
    embeddings: Mapping[str, Tensor],
    base_steps: int | None = None,
) -> Conditioning:
    """Encode a prompt and a negative prompt, both free of comments and networks.

    steps       length of the schedule that `[a:b:0.5]` refers to
    embeddings  (k, width) vectors of each textual inversion, by name
    base_steps  for a second pass: length of the first's schedule, whose end is time 0 here
    """
    reader = _Reader(request, text, embeddings, base_steps)
    parts = split_and(prompt, trailing_weight=request.switches.trailing_weight)
    seen = {part.text: reader.scheduled(part.text, steps) for part in parts}
    return Conditioning(
        parts=tuple((part.weight, seen[part.text]) for part in parts),
        negative=reader.scheduled(negative_prompt, steps),
        empty=reader.encoded([""])[0],
        embeddings=tuple(reader.used),
        emphasized=reader.emphasized,
        rescheduled=reader.rescheduled,
    )


class _Reader:
    """Reads texts with one request's settings."""

    def __init__(
        self, request: Request, text: TextEncoder, embeddings: Mapping[str, Tensor], base_steps: int | None
    ) -> None:
        self.request = request
        self.text = text
        self.embeddings = embeddings
        self.base_steps = base_steps
        self.used: dict[str, None] = {}
        self.emphasized = False
        self.rescheduled = False
        self.lengths = {name: len(vectors) for name, vectors in embeddings.items()}

    def scheduled(self, text: str, steps: int) -> Scheduled:
        old = self.request.old_prompt_editing
        entries = schedule(text, steps, base_steps=self.base_steps, old=old)
        self.emphasized |= any("(" in entry.text or "[" in entry.text for entry in entries)
        self.rescheduled |= old and entries != schedule(text, steps, base_steps=self.base_steps)
        features = self.encoded([entry.text for entry in entries])
        return Scheduled(tuple((entry.end, row) for entry, row in zip(entries, features, strict=True)))

    def encoded(self, texts: Sequence[str]) -> Tensor:
        """(B, 77·n, width): the variants of one prompt together, since emphasis is normalised over all of them."""
        read = [self.chunked(text) for text in texts]
        longest = max(len(row) for row in read)
        columns = zip(*(row + (EMPTY,) * (longest - len(row)) for row in read), strict=True)
        return torch.cat([self.column(column) for column in columns], dim=1)

    def chunked(self, text: str) -> tuple[Chunk, ...]:
        literal = self.request.switches.literal_breaks
        return chunks(
            read_emphasis(text, self.request.emphasis, break_in_brackets=not literal),
            encode,
            self.lengths,
            backtrack=self.request.comma_backtrack,
            keep_embeddings=not literal,
        ).chunks

    def column(self, column: Sequence[Chunk]) -> Tensor:
        tokens = torch.tensor([chunk.tokens for chunk in column])
        weights = torch.tensor([chunk.weights for chunk in column])[..., None]
        places = [(row, fix.offset, fix.name) for row, chunk in enumerate(column) for fix in chunk.fixes]
        fixes = [(row, offset, self.embeddings[name]) for row, offset, name in places]
        self.used |= dict.fromkeys(name for _, _, name in places)
        features = self.text(tokens, clip_skip=self.request.clip_skip, fixes=fixes)
        return EMPHASIS[self.request.emphasis](features, weights.to(features))


def restored(features: Tensor, weights: Tensor) -> Tensor:
    """Weighted, then brought back to the mean over everything that it had before."""
    weighted = features * weights
    return weighted * (features.mean() / weighted.mean())


EMPHASIS: Mapping[Emphasis, Callable[[Tensor, Tensor], Tensor]] = {
    # what weights do to the features (B, 77, width)
    Emphasis.ORIGINAL: restored,
    Emphasis.NO_NORM: torch.mul,
    Emphasis.IGNORE: lambda features, weights: features,
    Emphasis.NONE: lambda features, weights: features,
}
