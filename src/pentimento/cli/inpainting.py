"""An ordinary checkpoint made an inpainting one, and saved."""

from pathlib import Path

import click

from pentimento.checkpoint.library import BUILTIN, Library
from pentimento.words.errors import OutputError


@click.command(
    epilog="Example: pentimento make-inpainting painter --inpainting sd-v1-5-inpainting --base v1-5-pruned-emaonly "
    "-o painter-inpainting.safetensors"
)
@click.argument("custom")
@click.option("--inpainting", required=True, help="The inpainting checkpoint to start from.")
@click.option("--base", required=True, help="The ordinary checkpoint that both were made from.")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, help="The .safetensors file to write.")
@click.option("--half", is_flag=True, help="Write numbers in float16: half the size, as checkpoints are shared.")
@click.option("--overwrite", is_flag=True, help="Replace the file if it exists.")
@click.option(
    "--models-dir",
    type=click.Path(path_type=Path),
    default="models",
    show_default=True,
    envvar="PENTIMENTO_MODELS_DIR",
    help="Folder of checkpoints; a webui models folder serves as it is.",
)
def make_inpainting(
    custom: str, inpainting: str, base: str, output: Path, half: bool, overwrite: bool, models_dir: Path
) -> None:
    """Make CUSTOM, an ordinary checkpoint, an inpainting one: what it learned is added to what --inpainting knows."""
    from pentimento.checkpoint.inpainting import parents_of, save_inpainting

    if output.suffix.lower() != ".safetensors":
        raise OutputError(f"{output}: checkpoints are written as .safetensors", "Give the file that ending.")
    if output.exists() and not overwrite:
        raise OutputError(f"{output} exists already", "Choose another name, or give --overwrite.")
    library = Library(models_dir, builtin=BUILTIN)
    paths = (library.checkpoint(name, paths=True).path for name in (custom, inpainting, base))
    save_inpainting(parents_of(*paths), output, half=half)
    click.echo(output)
