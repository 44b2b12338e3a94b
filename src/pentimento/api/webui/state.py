"""What all routes of the dialect are handed beside the services."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from fastapi import Depends
from fastapi import Request as Call

from pentimento.api.services import Services
from pentimento.api.webui.options import OPTIONS
from pentimento.api.webui.works import Works
from pentimento.checkpoint.library import ModelFile
from pentimento.jobs.runner import PreviewKind, Previews
from pentimento.prompt.styles import Style, read_styles
from pentimento.words.errors import UnknownModelError

PREVIEWS: Mapping[str, PreviewKind] = {"Full": PreviewKind.FULL, "TAESD": PreviewKind.TINY}
"""`show_progress_type`; the others are as the server is set."""


async def _works(call: Call) -> Works:
    return call.app.state.works


WorksDep: TypeAlias = Annotated[Works, Depends(_works)]


def checkpoint_now(services: Services) -> ModelFile | None:
    """The checkpoint that is set, else the server's default, else the first there is."""
    settings = services.settings.now
    for name in (settings.options.get("sd_model_checkpoint"), settings.defaults.get("checkpoint"), "starter"):
        try:
            if name:
                return services.library.checkpoint(str(name))
        except UnknownModelError:
            continue
    return next(iter(services.library.checkpoints()), None)


def options_shown(services: Services) -> dict[str, Any]:
    """Every setting as a client sees it."""
    now = checkpoint_now(services)
    chosen = {"sd_model_checkpoint": now.title, "sd_checkpoint_hash": now.sha256 or ""} if now else {}
    fetched = {"api_enable_requests": services.fetcher is not None}
    return {**OPTIONS, **services.settings.now.options, **fetched, **chosen}


def options_in_force(services: Services) -> dict[str, Any]:
    """The settings that are other than usual, and the checkpoint."""
    now = checkpoint_now(services)
    return services.settings.now.options | ({"sd_model_checkpoint": now.name} if now else {})


def styles_of(services: Services) -> Mapping[str, Style]:
    return read_styles(services.styles) if services.styles.is_file() else {}


def previews_of(services: Services, options: Mapping[str, Any]) -> Previews:
    """How previews are made: as the dialect's options say, unless the server makes none."""
    every = int(options["show_progress_every_n_steps"])
    if not options["live_previews_enable"] or every < 1 or services.settings.now.previews is PreviewKind.NONE:
        return Previews()
    kind = PREVIEWS.get(options["show_progress_type"], services.settings.now.previews)
    if kind is PreviewKind.TINY and not services.library.tiny_decoders():
        kind = PreviewKind.LINEAR
    return Previews(kind, every)
