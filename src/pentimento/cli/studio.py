"""The studio: the server, and a browser that looks at it."""

import os
import sys
import threading
import webbrowser
from typing import Any

import click
from click.core import ParameterSource

from pentimento.cli.serve import serve
from pentimento.words.errors import RequestError

NO_STUDIO = ("hash_password", "quiet")
"""Options of serve that are none of the studio's."""


@click.command(
    short_help="Open the studio in the browser.",
    params=[option for option in serve.params if option.name not in NO_STUDIO],
    epilog="Example: pentimento studio --models-dir ~/stable-diffusion-webui/models",
)
@click.option("--no-browser", is_flag=True, help="Only print the address.")
@click.pass_context
def studio(ctx: click.Context, no_browser: bool, **given: Any) -> None:
    """Serve as `pentimento serve` does, until Ctrl-C, and open the studio in the browser.

    Where the usual port is taken another is found; a --port that was named stays. The log tells only what goes wrong.
    """
    from pentimento.api.studio import is_built
    from pentimento.cli.serving import run

    if not is_built():
        raise RequestError("the studio is not built here", "Run make studio-build in the checkout.")
    named = ctx.get_parameter_source("port") is not ParameterSource.DEFAULT
    run(**given, quiet=True, port_may_move=not named, ready=None if no_browser else show)


def show(url: str) -> None:
    """Open the browser, if there is a screen; a browser in the terminal would take it away."""
    if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return
    threading.Thread(target=webbrowser.open, args=(url,), daemon=True).start()
