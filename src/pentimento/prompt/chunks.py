"""Fragments → chunks of 77 tokens, a weight for each, and the places where embeddings go."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from pentimento.prompt.emphasis import Break, Piece
from pentimento.prompt.tokenizer import COMMA, END, START
from pentimento.words.errors import PromptError

CONTENT = 75
"""Tokens of a chunk between start and end."""

Encode: TypeAlias = Callable[[str], list[int]]
"""text → tokens, without start and end"""


class Fix(NamedTuple):
    """An embedding's place: its vectors replace the inputs at offset + 1, offset + 2, … (0 is the start token)."""

    offset: int
    name: str


class Chunk(NamedTuple):
    """What the text encoder reads at once.

    tokens   77: start, 75 of content padded with the end token, end; 0 where an embedding goes
    weights  77: 1 for start, end and padding
    fixes    the embeddings; under the reference's habit one may lie in the padding (Q-11)
    """

    tokens: tuple[int, ...]
    weights: tuple[float, ...]
    fixes: tuple[Fix, ...] = ()


EMPTY = Chunk((START, *[END] * (CONTENT + 1)), (1.0,) * (CONTENT + 2))
"""What a shorter prompt is filled up with."""


class Chunks(NamedTuple):
    """A prompt's chunks, at least one; `used` of `limit` is what a token counter shows."""

    chunks: tuple[Chunk, ...]
    used: int

    @property
    def limit(self) -> int:
        return CONTENT * len(self.chunks)


def chunks(
    pieces: Iterable[Piece], encode: Encode, embeddings: Mapping[str, int], *, backtrack: int, keep_embeddings: bool
) -> Chunks:
    """The prompt cut into chunks.

    embeddings       name → number of vectors, 1…75; a name is found by its tokens, the longest first
    backtrack        a full chunk gives up to this many tokens after its last comma to the next one; 0 none
    keep_embeddings  embeddings among those move along; else they are lost there and stay in the old padding (Q-11)
    raises           PromptError for an embedding that no chunk can hold
    """
    names = _Names(embeddings, encode)
    cutter = _Cutter(backtrack, keep_embeddings)
    for piece in pieces:
        if isinstance(piece, Break):
            cutter.close()
            continue
        tokens = tuple(encode(piece.text))
        at = 0
        while at < len(tokens):
            name, length = names.at(tokens, at)
            cutter.make_room(comma=name is None and tokens[at] == COMMA)
            if name is None:
                cutter.add(tokens[at], piece.weight)
            else:
                cutter.add_embedding(name, embeddings[name], piece.weight)
            at += length
    return cutter.finished()


@lru_cache(maxsize=4096)
def _name_tokens(encode: Encode, name: str) -> tuple[int, ...]:
    return tuple(encode(name))


class _Names:
    """Embedding names by their first token, longest first."""

    def __init__(self, embeddings: Iterable[str], encode: Encode) -> None:
        self._by_first: dict[int, list[tuple[tuple[int, ...], str]]] = {}
        rows = ((_name_tokens(encode, name), name) for name in embeddings)
        for tokens, name in sorted(rows, key=lambda row: -len(row[0])):
            if tokens:
                self._by_first.setdefault(tokens[0], []).append((tokens, name))

    def at(self, tokens: tuple[int, ...], start: int) -> tuple[str | None, int]:
        """The name that begins here, and how many tokens it has; None and 1 where none does."""
        for name_tokens, name in self._by_first.get(tokens[start], ()):
            if tokens[start : start + len(name_tokens)] == name_tokens:
                return name, len(name_tokens)
        return None, 1


@dataclass
class _Cutter:
    """The chunks closed so far, and the one being filled."""

    backtrack: int
    keep_embeddings: bool
    done: list[Chunk] = field(default_factory=list)
    tokens: list[int] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    fixes: list[Fix] = field(default_factory=list)
    last_comma: int | None = None

    def make_room(self, *, comma: bool) -> None:
        """Before a token is taken: note whether it is a comma, and close the chunk if it is full."""
        full = len(self.tokens) == CONTENT
        if comma:
            self.last_comma = len(self.tokens)
        elif full and self.last_comma is not None and CONTENT - self.last_comma <= self.backtrack:
            self._close_at(self.last_comma + 1)
        if len(self.tokens) == CONTENT:
            self.close()

    def add(self, token: int, weight: float) -> None:
        self.tokens.append(token)
        self.weights.append(weight)

    def add_embedding(self, name: str, vectors: int, weight: float) -> None:
        if vectors > CONTENT:
            raise PromptError(
                f"the embedding {name} has {vectors} vectors, but a prompt is read {CONTENT} tokens at a time",
                "Leave it out of the prompt.",
            )
        if len(self.tokens) + vectors > CONTENT:
            self.close()
        self.fixes.append(Fix(len(self.tokens), name))
        self.tokens += [0] * vectors
        self.weights += [weight] * vectors

    def close(self) -> None:
        padding = CONTENT - len(self.tokens)
        tokens = (START, *self.tokens, *[END] * padding, END)
        self.done.append(Chunk(tokens, (1.0, *self.weights, *[1.0] * padding, 1.0), tuple(self.fixes)))
        self.tokens, self.weights, self.fixes, self.last_comma = [], [], [], None

    def finished(self) -> Chunks:
        closed, rest = len(self.done), len(self.tokens)
        if rest or not closed:
            self.close()
        return Chunks(tuple(self.done), CONTENT * closed + rest)

    def _close_at(self, cut: int) -> None:
        """Close the chunk with the tokens before the cut, and begin the next with those after it."""
        tokens, weights = self.tokens[cut:], self.weights[cut:]
        moved = [Fix(offset - cut, name) for offset, name in self.fixes if offset >= cut and self.keep_embeddings]
        self.fixes = self.fixes[: len(self.fixes) - len(moved)]
        self.tokens, self.weights = self.tokens[:cut], self.weights[:cut]
        self.close()
        self.tokens, self.weights, self.fixes = tokens, weights, moved
