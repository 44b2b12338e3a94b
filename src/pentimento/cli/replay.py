"""A round once more."""

from pathlib import Path

import click

from pentimento.cli.paint import DEVICE, DTYPE, FILE, MODELS_DIR
from pentimento.cli.recorded import recorded


@click.command(epilog="Example: pentimento replay 3f9c --checkpoint sd-v1-5-inpainting")
@click.argument("round")
@click.option("--checkpoint", metavar="TEXT", help="Run all rounds that led to it, with this checkpoint.")
@click.option("--image", type=FILE, metavar="PICTURE", help="Run all rounds that led to it, on this picture.")
@click.option("--mask", type=FILE, metavar="PICTURE", help="For a PNG that is not in the history: its mask.")
@click.option(
    *("-o", "--output"),
    type=FILE,
    default="out",
    show_default=True,
    help="A picture file (.png, .jpg, .webp), or a folder for numbered pictures.",
)
@MODELS_DIR
@DEVICE
@DTYPE
@recorded
def replay(
    round: str,
    checkpoint: str | None,
    image: Path | None,
    mask: Path | None,
    output: Path,
    models_dir: Path,
    device: str,
    dtype: str,
    history: bool,
    data_dir: Path | None,
    metadata: bool,
    gps: bool,
) -> None:
    """Make a round of the history again, ROUND being its id or a PNG that it made.

    The same pictures come, bit for bit on the same machine. With --image or --checkpoint the whole chain is run: each
    round on what the one before it made.
    """
    from pentimento.cli.record import Keeping
    from pentimento.cli.replayjob import Replay

    keeping = Keeping(history, data_dir, metadata, gps)
    Replay(output, models_dir, device, dtype, keeping).run(round, checkpoint, image, mask)
