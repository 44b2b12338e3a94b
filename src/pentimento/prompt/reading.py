"""Both prompts of a request, without comments and network tags: what is left for the text encoder."""

from dataclasses import dataclass

from pentimento.prompt.comments import strip_comments
from pentimento.prompt.networks import LORA, Lora, read_lora, take_networks
from pentimento.words.errors import RequestError
from pentimento.words.request import Request


@dataclass(frozen=True)
class Prompts:
    """What is left of the prompts for the text encoder, and the networks they name."""

    used: tuple[str, str]
    plain: tuple[str, str]
    networks: tuple[Lora, ...]


def read_prompts(request: Request) -> Prompts:
    """Comments taken out of both prompts, network tags out of what the text encoder reads.

    Raises PromptError for a tag that cannot be read, RequestError for a kind of network that is not known.
    """
    anywhere = request.switches.comments_anywhere
    both = (request.prompt, request.negative_prompt)
    used = tuple(strip_comments(text, anywhere=anywhere) if request.prompt_comments else text for text in both)
    taken = [take_networks(text) for text in used]
    tags = taken[0][1]
    if not request.switches.ignore_unknown and (strange := [tag for tag in tags if tag.name not in LORA]):
        raise RequestError(f"there is no kind of network called {strange[0].name!r}", "Write <lora:NAME:0.8>.")
    networks = tuple(read_lora(tag) for tag in tags if tag.name in LORA)
    return Prompts((used[0], used[1]), (taken[0][0], taken[1][0]), networks)
