"""The server."""

import sys
from typing import Any

import click

from pentimento.cli.paint import DTYPE, FILE, MODELS_DIR
from pentimento.cli.recorded import DATA_DIR

PASSWORDS = "PENTIMENTO_AUTH"
"""NAME:PASSWORD, for who starts the server without an auth file."""


@click.command(
    short_help="Answer over HTTP: our own API, and that of webui.", epilog="Example: pentimento serve --port 7860"
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=7860, show_default=True, help="0: any that is free.")
@MODELS_DIR
@DATA_DIR
@click.option(
    "--styles-file", type=FILE, metavar="FILE", default="styles.csv", show_default=True, help="CSV with styles."
)
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="NAME",
    help="auto, cpu, cuda, cuda:1, …; given several times, jobs run on each.  [default: auto]",
)
@DTYPE
@click.option(
    "--runner",
    type=click.Choice(["worker", "inline", "fake"]),
    default="worker",
    show_default=True,
    help="Who computes: a process of its own for each device, this process, or nobody (bands of colour, for tests).",
)
@click.option("--step-seconds", type=click.FloatRange(0, 60), default=0.0, hidden=True, help="How slow the fake is.")
@click.option(
    "--auth-file", type=FILE, metavar="FILE", help=f"Who may come in: NAME:HASH lines. Or {PASSWORDS}=NAME:PASSWORD."
)
@click.option("--no-auth", is_flag=True, help="Let anybody in, even from other machines.")
@click.option(
    "--hash-password",
    metavar="NAME",
    help="Read a password from the terminal or stdin, print a line for the auth file.",
)
@click.option("--tls-cert", type=FILE, metavar="FILE", help="Certificate and its chain, PEM.")
@click.option("--tls-key", type=FILE, metavar="FILE", help="Its key, PEM.")
@click.option(
    "--allow-origin", "origins", multiple=True, metavar="URL", help="A page that may use the API from a browser."
)
@click.option("--allow-host", "names", multiple=True, metavar="NAME", help="A name that this server goes by.")
@click.option("--max-body", type=click.IntRange(1), default=64, show_default=True, help="MiB of one request.")
@click.option("--max-pixels", type=click.IntRange(1), default=64, show_default=True, help="Megapixels of one picture.")
@click.option("--max-batch", type=click.IntRange(1, 64), default=16, show_default=True, help="Pictures of one batch.")
@click.option("--max-steps", type=click.IntRange(1, 150), default=150, show_default=True, help="Steps of one batch.")
@click.option("--max-waiting", type=click.IntRange(1), default=100, show_default=True, help="Jobs that wait at once.")
@click.option(
    "--allow-urls",
    is_flag=True,
    help="Fetch pictures that clients name by their address (http, https): from the open network, never from private "
    "addresses.",
)
@click.option("--log-prompts", is_flag=True, help="Tell in the log what was asked for in words, too.")
@click.option("--quiet", is_flag=True, help="Log only what goes wrong.")
def serve(hash_password: str | None, **given: Any) -> None:
    """Answer over HTTP until Ctrl-C: our own API under /api/v1, and webui's under /sdapi/v1.

    Only this machine can reach it unless --host says otherwise, and then passwords are needed. Every request is
    logged to stderr, and every job, a JSON object a line; what was sent is not.
    """
    if hash_password is not None:
        from pentimento.api.passwords import line

        click.echo(line(hash_password, _password()))
        return
    from pentimento.cli.serving import run

    run(**given)


def _password() -> str:
    if sys.stdin.isatty():
        return click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return sys.stdin.readline().rstrip("\r\n")
