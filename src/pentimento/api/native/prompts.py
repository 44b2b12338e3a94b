"""A prompt as it is read: parts joined by AND, what each is when, with which weights, and its tokens."""

from functools import cache

from pydantic import Field
from tokenizers.decoders import ByteLevel

from pentimento.api.native.values import Value
from pentimento.checkpoint.header import read_header
from pentimento.checkpoint.library import Library
from pentimento.prompt.chunks import CONTENT, Chunks, chunks
from pentimento.prompt.composition import Part, split_and
from pentimento.prompt.emphasis import Break, Piece, read_emphasis
from pentimento.prompt.lint import lint
from pentimento.prompt.networks import Lora
from pentimento.prompt.reading import read_prompts
from pentimento.prompt.schedule import Entry, schedule
from pentimento.prompt.tokenizer import END, END_OF_WORD, clip, encode
from pentimento.words.errors import ModelFileError, UnknownModelError
from pentimento.words.request import Request
from pentimento.words.samplers import FACTS


class FragmentValue(Value):
    """Text of one weight."""

    text: str = Field(description="empty for BREAK")
    weight: float = Field(description="1 is plain, more is stronger")
    breaks: bool = Field(description="the word BREAK: what follows begins a new chunk")


class TokenValue(Value):
    """What the text encoder reads at one place."""

    id: int = Field(description="0…49407; 0 where an embedding's vector stands")
    text: str = Field(description="what it stands for; a space at its end where a word ends")
    weight: float = Field(description="1 is plain")
    embedding: str = Field(description="name of the textual inversion whose vector it is; else empty")


class EntryValue(Value):
    """What holds until a step."""

    end: int = Field(description="the last step it holds for, counted from 1")
    text: str = Field(description="the text")
    fragments: tuple[FragmentValue, ...] = Field(description="… parted where the weight changes")
    chunks: tuple[tuple[TokenValue, ...], ...] = Field(description="… as tokens, 75 at most in each; padding left out")
    used: int = Field(description="tokens used, as a counter shows them")
    limit: int = Field(description="… of so many")


class PartValue(Value):
    """One side of AND."""

    text: str = Field(description="as written, comments and network tags left out")
    weight: float = Field(description="in the guidance sum; 1 is plain")
    entries: tuple[EntryValue, ...] = Field(description="what it is when, in order")


class NetworkValue(Value):
    """A LoRA that the prompt names."""

    name: str = Field(description="as named")
    text_encoder: float = Field(description="multiplier in the text encoder")
    unet: float = Field(description="multiplier in the U-Net")
    problem: str = Field(description="why it cannot be used; empty if it can")


class PromptValue(Value):
    """Both prompts as they are read."""

    steps: int = Field(description="length of the schedule that prompt editing refers to")
    prompt: tuple[PartValue, ...] = Field(description="parts joined by AND, at least one")
    negative_prompt: PartValue = Field(description="the negative prompt")
    networks: tuple[NetworkValue, ...] = Field(description="LoRAs, in order")
    warnings: tuple[str, ...] = Field(description="what is untidy, each with its place")


def read(request: Request, library: Library) -> PromptValue:
    """Raises PromptError, RequestError as the job would."""
    prompts = read_prompts(request)
    reader = _Reader(request, _vectors_of(library))
    said = lint(
        request.prompt,
        request.negative_prompt,
        steps=reader.steps,
        comments=request.prompt_comments,
        switches=request.switches,
    )
    parts = split_and(prompts.plain[0], trailing_weight=request.switches.trailing_weight)
    return PromptValue(
        steps=reader.steps,
        prompt=tuple(map(reader.part, parts)),
        negative_prompt=reader.part(Part(prompts.plain[1])),
        networks=tuple(_network(lora, library) for lora in prompts.networks),
        warnings=said,
    )


class _Reader:
    """Reads texts with one request's settings."""

    def __init__(self, request: Request, vectors: dict[str, int]) -> None:
        doubled = FACTS[request.sampler].second_order and request.switches.count_calls
        self.request, self.vectors = request, vectors
        self.known: dict[str, EntryValue] = {}
        self.steps = request.steps * (2 if doubled else 1)

    def part(self, part: Part) -> PartValue:
        entries = schedule(part.text, self.steps, old=self.request.old_prompt_editing)
        return PartValue(text=part.text, weight=part.weight, entries=tuple(map(self.entry, entries)))

    def entry(self, entry: Entry) -> EntryValue:
        """A text that comes back, as in [one|other], is read once."""
        if entry.text not in self.known:
            self.known[entry.text] = self.read(entry)
        return self.known[entry.text].model_copy(update={"end": entry.end})

    def read(self, entry: Entry) -> EntryValue:
        literal = self.request.switches.literal_breaks
        pieces = read_emphasis(entry.text, self.request.emphasis, break_in_brackets=not literal)
        cut = chunks(pieces, encode, self.vectors, backtrack=self.request.comma_backtrack, keep_embeddings=not literal)
        return EntryValue(
            end=entry.end,
            text=entry.text,
            fragments=tuple(map(_fragment, pieces)),
            chunks=tuple(_tokens(cut, self.vectors)),
            used=cut.used,
            limit=cut.limit,
        )


def _fragment(piece: Piece) -> FragmentValue:
    if isinstance(piece, Break):
        return FragmentValue(text="", weight=1, breaks=True)
    return FragmentValue(text=piece.text, weight=piece.weight, breaks=False)


def _tokens(cut: Chunks, vectors: dict[str, int]) -> list[tuple[TokenValue, ...]]:
    """Each chunk's tokens; where it ends early, its padding is left out."""
    shown = []
    for chunk in cut.chunks:
        names = {fix.offset + k: fix.name for fix in chunk.fixes for k in range(vectors[fix.name])}
        length = next((at for at in range(CONTENT) if chunk.tokens[at + 1] == END), CONTENT)
        places = range(length)
        shown.append(
            tuple(
                TokenValue(
                    id=chunk.tokens[at + 1],
                    text="" if at in names else _text(chunk.tokens[at + 1]),
                    weight=chunk.weights[at + 1],
                    embedding=names.get(at, ""),
                )
                for at in places
            )
        )
    return shown


@cache
def _text(token: int) -> str:
    """What a token stands for: its bytes, of which half a letter shows as �."""
    written = clip().id_to_token(token) or ""
    word = written.removesuffix(END_OF_WORD)
    return ByteLevel().decode([word]) + (" " if word != written else "")


def _vectors_of(library: Library) -> dict[str, int]:
    """Textual inversions and how many vectors each has, told from their headers; what cannot be read is left out."""
    found: dict[str, int] = {}
    for name, path in library.embeddings().items():
        try:
            shapes = read_header(path).shapes
        except ModelFileError:
            continue
        named = [shape for key, shape in shapes.items() if key.startswith("string_to_param.") or key == "emb_params"]
        shape = next(iter(named or shapes.values()), ())
        if len(shape) in (1, 2):
            found[name] = shape[0] if len(shape) == 2 else 1
    return found


def _network(lora: Lora, library: Library) -> NetworkValue:
    try:
        library.network(lora.file)
        problem = ""
    except UnknownModelError as unknown:
        problem = unknown.message
    return NetworkValue(name=lora.file, text_encoder=lora.te, unet=lora.unet, problem=problem)
