"""The command line. Commands are imported only when they run, so that `--help` answers at once."""

import importlib
import os
import sys
import traceback
from collections.abc import Mapping
from difflib import get_close_matches
from types import TracebackType

import click

from pentimento.version import __version__
from pentimento.words.errors import PentimentoError

COMMANDS: Mapping[str, tuple[str, str]] = {
    # name                file     what it does, for the overview
    "inpaint": ("paint", "Repaint the white part of a mask in a picture."),
    "img2img": ("paint", "Redraw a whole picture."),
    "txt2img": ("paint", "Draw a picture from words."),
    "batch": ("batch", "Repaint every picture of a folder."),
    "grid": ("grid", "Try settings against each other, in one sheet."),
    "start-states": ("states", "Show what each masked content begins with."),
    "erase": ("erase", "Take things away without a checkpoint."),
    "upscale": ("upscale", "Make a picture larger."),
    "restore-faces": ("faces", "Mend the faces of a picture, and nothing else."),
    "compare": ("compare", "Tell how far two pictures are apart."),
    "checkpoints": ("models", "List the checkpoints that can paint, or fetch one."),
    "studio": ("studio", "Open the studio in the browser."),
    "serve": ("serve", "Answer over HTTP: our own API, and that of webui."),
    "history": ("history", "List what was made: pictures, their rounds, the bin."),
    "replay": ("replay", "Make a round of the history again, or all that led to it on another picture."),
    "info": ("info", "Tell what a file is: a checkpoint, or a picture with settings in it."),
    "make-inpainting": ("inpainting", "Make an ordinary checkpoint an inpainting one."),
    "demo": ("demo", "Repaint a bundled picture with the starter model."),
    "extras": ("extras", "Show, and after you accept their licences install, networks not for commerce."),
    "golden": ("golden", "Run recorded cases of the reference and compare."),
}
EXAMPLE = 'Example: pentimento inpaint room.png sofa.png -p "a green armchair"'

STOPPED = 130
STOPPED_SAID = "Stopped. What was finished is kept."


class Commands(click.Group):
    """A group that knows its commands by name and imports them when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"pentimento.cli.{COMMANDS[cmd_name][0]}")
        return getattr(module, cmd_name.replace("-", "_"))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, what) for name, (_, what) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            nearest = get_close_matches(args[0], COMMANDS, n=1)
            meant = f"Did you mean {nearest[0]}? " if nearest else ""
            raise click.UsageError(f"there is no command {args[0]!r}. {meant}There are: {', '.join(COMMANDS)}.", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=EXAMPLE)
@click.version_option(__version__, prog_name="Pentimento")
def cli() -> None:
    """Repaint part of a picture with words.

    `pentimento COMMAND --help` tells what a command can do.
    """


def main() -> None:
    """Run the command line; every failure is one message with a hint and the right exit code."""
    sys.excepthook = say_fault
    try:
        cli(prog_name="pentimento", standalone_mode=False)
    except PentimentoError as error:
        fail(str(error), error.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        fail(STOPPED_SAID, STOPPED, kind="")
    except OSError as error:
        about = f"{error.filename}: " if error.filename else ""
        fail(f"{about}{(error.strerror or str(error)).lower()}\nCheck the path and who may read and write there.", 2)
    except IndexError as fault:
        if not interrupted(fault):
            raise
        fail(STOPPED_SAID, STOPPED, kind="")
    except MemoryError:
        fail("the memory is full\nChoose a smaller width and height, or a smaller --batch-size.", 1)


def interrupted(fault: BaseException) -> bool:
    """Whether it arose in clearing up after Ctrl-C: rich, stopped in drawing, pops a display that it never pushed."""
    cause = fault.__context__
    return cause is not None and (isinstance(cause, KeyboardInterrupt) or interrupted(cause))


def fail(message: str, exit_code: int, kind: str = "Error: ") -> None:
    click.echo(f"{kind}{message}", err=True)
    sys.exit(exit_code)


def say_fault(kind: type[BaseException], fault: BaseException, at: TracebackType | None) -> None:
    """Called for what nobody foresaw: one message; all of it where PENTIMENTO_DEBUG is set."""
    if os.environ.get("PENTIMENTO_DEBUG"):
        traceback.print_exception(kind, fault, at)
        return
    where = traceback.extract_tb(at)[-1:]
    place = "".join(f" ({os.path.basename(frame.filename)}, line {frame.lineno})" for frame in where)
    click.echo(f"Error: {kind.__name__}: {fault}{place}", err=True)
    click.echo(
        "This is a fault of the program. PENTIMENTO_DEBUG=1 shows where it happened; please report it.", err=True
    )
