"""The command line. Commands are imported only when they run, so that `--help` answers at once."""

import importlib
import os
import sys
from collections.abc import Mapping

import click

from pentimento.version import __version__
from pentimento.words.errors import PentimentoError

COMMANDS: Mapping[str, tuple[str, str]] = {
    # name                file     what it does, for the overview
    "inpaint": ("paint", "Repaint the white part of a mask in a picture."),
    "img2img": ("paint", "Redraw a whole picture."),
    "txt2img": ("paint", "Draw a picture from words."),
    "checkpoints": ("models", "List the checkpoints that can paint."),
    "info": ("info", "Tell what a file is: a checkpoint, or a picture with settings in it."),
    "demo": ("demo", "Repaint a bundled picture with the starter model."),
    "golden": ("golden", "Run recorded cases of the reference and compare."),
}


class Commands(click.Group):
    """A group that knows its commands by name and imports them when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pentimento.cli.{COMMANDS[cmd_name][0]}")
        return getattr(module, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Pentimento")
def cli() -> None:
    """Repaint part of a picture with words."""


def main() -> None:
    """Run the command line; every failure is one message with a hint and the right exit code."""
    try:
        cli(prog_name="pentimento", standalone_mode=False)
    except PentimentoError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped. Finished pictures were kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
