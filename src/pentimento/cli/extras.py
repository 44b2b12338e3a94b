"""Networks whose terms forbid commerce: shown, and installed by whoever accepts them."""

import subprocess
import sys
from importlib.util import find_spec

import click

from pentimento.cli.columns import columns
from pentimento.words.errors import DownloadError, RequestError

PACKAGE, VERSION = "spandrel_extra_arches", "0.2.0"
ROWS = (
    ("DESIGN", "WHAT FOR", "LICENCE", "READ IT AT"),
    ("CodeFormer", "restores faces", "S-Lab 1.0: not for commerce", "https://github.com/sczhou/CodeFormer"),
    ("MAT", "fills holes", "CC BY-NC 4.0: not for commerce", "https://github.com/fenglinglwb/MAT"),
)
PAGE = "https://pypi.org/project/spandrel_extra_arches/"


@click.command(epilog="Example: pentimento extras --accept-licence")
@click.option(
    "--accept-licence", "accepted", is_flag=True, help="Accept the licences without being asked, and install."
)
@click.option("--show", is_flag=True, help="Only show them, and whether they are installed.")
def extras(accepted: bool, show: bool) -> None:
    """Show the licences of networks that may not be used commercially; install their code for whoever accepts them.

    It comes from PyPI, through pip. Their weights are files that you bring.
    """
    for line in columns(ROWS):
        click.echo(line)
    click.echo(f"They come in {PACKAGE} {VERSION}, with others of terms of their own: {PAGE}")
    if find_spec(PACKAGE):
        click.echo("It is installed.")
        return
    if show:
        click.echo("It is not installed.")
        return
    _ask(accepted)
    # without its dependencies: it declares torchvision, which is not needed and breaks beside a torch for processors
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--no-deps", f"{PACKAGE}=={VERSION}"], check=False)
    if done.returncode:
        raise DownloadError(f"pip could not install {PACKAGE} {VERSION}", "Its own words stand above.")


def _ask(accepted: bool) -> None:
    """Raises RequestError where nobody accepts and nobody can be asked."""
    if accepted:
        return
    if not sys.stdin.isatty():
        raise RequestError("the licences have not been accepted", "Read them, then add --accept-licence.")
    click.confirm("Do you accept these licences?", abort=True, err=True)
