"""The checkpoints that can paint."""

from pathlib import Path

import click

from pentimento.checkpoint.folder import stored_bytes
from pentimento.checkpoint.hashes import short_hash
from pentimento.checkpoint.library import BUILTIN, Library, ModelFile
from pentimento.cli.columns import columns
from pentimento.cli.get import get
from pentimento.cli.progress import hash_shown
from pentimento.words.errors import ModelFileError


@click.group(invoke_without_command=True)
@click.option(
    "--models-dir",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of checkpoints; a webui models folder serves as it is.",
)
@click.option("--hash", "hashed", is_flag=True, help="Compute hashes that are not known yet.")
@click.pass_context
def checkpoints(context: click.Context, models_dir: Path, hashed: bool) -> None:
    """List the checkpoints that can paint: name, hash, size and kind.

    The name, or any part of it, or the hash, is what --checkpoint takes.
    """
    if context.invoked_subcommand:
        return
    files = Library(models_dir, builtin=BUILTIN).checkpoints()
    for line in columns([(file.name, _hash(file, hashed), _size(file), _kind(file)) for file in files]):
        click.echo(line)
    if not models_dir.is_dir():
        click.echo(
            f"There is no folder {models_dir}: put checkpoints into it, or name one with --models-dir. "
            "`pentimento checkpoints get` shows what can be downloaded.",
            err=True,
        )


checkpoints.add_command(get)


def _hash(file: ModelFile, hashed: bool) -> str:
    if hashed:
        return short_hash(hash_shown(file.weights))
    return file.shorthash or "-" * 10


def _size(file: ModelFile) -> str:
    return f"{stored_bytes(file.path) / 2**20:,.0f} MiB"


def _kind(file: ModelFile) -> str:
    try:
        return file.kind or "unknown"
    except ModelFileError as error:
        return f"unusable: {error.message}"
