"""Options of commands whose pictures are kept."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

Command = Callable[..., Any]

DATA_DIR = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    envvar="PENTIMENTO_DATA_DIR",
    help="Where the history is kept; default: pentimento in your data folder.",
)
OPTIONS = (
    click.option("--history/--no-history", default=True, help="Keep what is made in the history.  [default: on]"),
    DATA_DIR,
    click.option("--metadata/--no-metadata", default=True, help="Write settings into the pictures.  [default: on]"),
    click.option("--gps/--no-gps", default=False, help="Leave in pictures where they were taken.  [default: off]"),
)


def recorded(command: Command) -> Command:
    """Options of commands whose pictures are kept."""
    for option in reversed(OPTIONS):
        command = option(command)
    return command
