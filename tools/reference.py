"""Write docs/reference from the code: settings, commands, samplers, errors. `make docs` runs it, a test compares."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import click
from fastapi.routing import APIRoute
from pydantic.fields import FieldInfo

from pentimento.api.app import NATIVE, ROUTERS
from pentimento.cli import COMMANDS, cli
from pentimento.cli.options import SOFT, SOFT_SECTION, default_of, kind_of, limits_of, sections
from pentimento.download.offers import OFFERS
from pentimento.words import errors
from pentimento.words.errors import PentimentoError
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.samplers import FACTS, SCHEDULERS, NoiseKind

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
WIDTH = 80
HELP = ("-h", "--help")
MADE = "<!-- Written by tools/reference.py; run `make docs` instead of editing. -->"


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
        print(FOLDER / name)


def settings() -> str:
    """Every field of the request, under the headings that the command line's help has."""
    lines = [
        "# Settings",
        "",
        "Everything that decides a picture. In Python they are keywords (`mask_blur=8`), on the command line options",
        "(`--mask-blur 8`); a picture made carries them, and `--from PICTURE` takes them from there.",
    ]
    titles = sections()
    for title in dict.fromkeys(titles.values()):
        rows = [row(name, field) for name, field in Request.model_fields.items() if titles[name] == title]
        lines += ["", f"## {title}", "", *table(HEADINGS, rows)]
    soft = [row(SOFT + name, field) for name, field in SoftInpainting.model_fields.items()]
    lines += [
        "",
        f"## {SOFT_SECTION}",
        "",
        "In Python `soft_inpainting=pentimento.SoftInpainting(mask_influence=0.5)`,",
    ]
    lines += ["whose fields have these names without `soft_`.", "", *table(HEADINGS, soft)]
    return page(lines)


HEADINGS = ("setting", "what it does", "may be", "default")


def row(name: str, field: FieldInfo) -> tuple[str, ...]:
    kind = OTHERWISE.get(name) or KINDS.get(kind_of(field), "text")
    return f"`{name}`", field.description or "", limits_of(field) or kind, default_of(field)


KINDS: Mapping[type, str] = {int: "integer", float: "number", bool: "on, off"}
OTHERWISE = {"images": "pictures", "mask": "a picture", "soft_inpainting": "see below"}


def commands() -> str:
    """The help page of every command, and of the commands that it has."""
    lines = ["# Commands", ""]
    for title, command in every_command():
        with click.Context(command, info_name=title, terminal_width=WIDTH, max_content_width=WIDTH) as context:
            context.help_option_names = list(HELP)
            lines += [f"## {title}", "", "```", command.get_help(context), "```", ""]
    return page(lines[:-1])


def every_command() -> Iterator[tuple[str, click.Command]]:
    yield "pentimento", cli
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        yield f"pentimento {name}", command
        if isinstance(command, click.Group):
            yield from ((f"pentimento {name} {word}", one) for word, one in command.commands.items())


def downloads() -> str:
    """What `pentimento checkpoints get` knows, each fact with the page it was read on."""
    lines = [
        "# Downloads",
        "",
        "What `pentimento checkpoints get NAME` loads: files of families that are run. Each row was read on the pages",
        "in its last column; what none of them told is unknown, and no guess stands in its place. Sizes are as the",
        "pages show them. The [guide](../guide/checkpoints.md) tells how a download goes.",
        "",
    ]
    rows = [
        (
            f"`{offer.name}`",
            offer.what,
            f"[{offer.repository}]({offer.page}): `{offer.file}`",
            offer.size or "unknown",
            offer.licence or "unknown",
            f"`{offer.sha256}`" if offer.sha256 else "unknown",
            ", ".join(f"[{number}]({source})" for number, source in enumerate(offer.sources, 1)),
        )
        for offer in OFFERS
    ]
    return page([*lines, *table(("name", "what", "file", "size", "licence", "sha256", "read on"), rows)])


def samplers() -> str:
    lines = [
        "# Samplers and schedulers",
        "",
        "Choose them with `--sampler` and `--scheduler`, by name or any other name in any case. A scheduler's name",
        "behind a sampler's, such as `DPM++ 2M Karras`, is understood.",
        "",
        "## Samplers",
        "",
        "*Automatic* is the scheduler a sampler is given when none is chosen. Samplers that add noise on their way end",
        "elsewhere when the number of steps changes; the others come to rest.",
        "",
    ]
    facts = [
        (
            name,
            ", ".join(f"`{alias}`" for alias in one.aliases),
            NOTE_TIMESTEPS if one.on_timesteps else NOTE_ENDS if one.only_ends else one.automatic or "Uniform",
            "2" if one.second_order else "1",
            NOISE[one.noise],
            f"{one.default_eta:g}" if one.eta else "",
        )
        for name, one in FACTS.items()
    ]
    lines += table(("sampler", "other names", "Automatic", "network calls a step", "noise on the way", "eta"), facts)
    lines += ["", "## Schedulers", ""]
    known = [
        (name, ", ".join(f"`{alias}`" for alias in (one.name, *one.aliases)), f"{one.rho:g}" if one.rho else "")
        for name, one in SCHEDULERS.items()
    ]
    return page([*lines, *table(("scheduler", "other names", "rho"), known)])


NOTE_TIMESTEPS, NOTE_ENDS = "its own timesteps", "only the ends count"
NOISE: Mapping[NoiseKind, str] = {
    NoiseKind.NONE: "none",
    NoiseKind.CHURN: "with `s_churn`",
    NoiseKind.PER_IMAGE: "fresh",
    NoiseKind.BROWNIAN: "a Brownian path",
}


def problems() -> str:
    lines = [
        "# Errors",
        "",
        "Every error is one message with the values in it and what to do. The command line prints it and ends with the",
        "exit code; in Python all are `pentimento.PentimentoError` with `message` and `hint`. Ctrl-C ends with 130.",
        "",
        *("```", *inspect.cleandoc(errors.__doc__ or "").split("\n\n", 1)[1].splitlines(), "```", ""),
    ]
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PentimentoError)]
    rows = [
        (f"`{kind.__name__}`", (inspect.getdoc(kind) or "").split("\n")[0], f"{kind.exit_code}", f"{kind.status}")
        for kind in sorted(kinds, key=lambda kind: (len(kind.__mro__), kind.__name__))
    ]
    return page([*lines, *table(("error", "when", "exit code", "HTTP status"), rows)])


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    for cells in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def http() -> str:
    """Every address of our own API."""
    lines = [
        "# HTTP",
        "",
        "Addresses of our own API, all below `/api/v1`. `GET /openapi.json` of a running server describes every field.",
        "See [the guide](../guide/server.md); webui's addresses are [another page](../guide/webui-clients.md).",
    ]
    rows: dict[str, list[tuple[str, str]]] = {}
    for router in ROUTERS[NATIVE]:
        described = [route for route in router.routes if isinstance(route, APIRoute) and route.include_in_schema]
        rows.setdefault(str(router.tags[0]), []).extend(
            (
                f"`{' '.join(route.methods or ())} {route.path}`",
                " ".join((inspect.getdoc(route.endpoint) or "").split()),
            )
            for route in described
        )
    for tag, under in rows.items():
        lines += ["", f"## {tag}", "", *table(("address", "what it does"), under)]
    return page(lines)


def page(lines: Iterable[str]) -> str:
    return "\n".join([MADE, "", *lines, ""])


PAGES: Mapping[str, Callable[[], str]] = {
    "settings.md": settings,
    "commands.md": commands,
    "samplers.md": samplers,
    "errors.md": problems,
    "downloads.md": downloads,
    "http.md": http,
}

if __name__ == "__main__":
    main()
