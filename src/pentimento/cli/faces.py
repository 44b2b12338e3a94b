"""The faces of a picture mended, and nothing else."""

from pathlib import Path
from typing import Any

import click

from pentimento.cli.options import Option, Sectioned, field_options
from pentimento.cli.paint import common, paint
from pentimento.cli.recorded import recorded
from pentimento.words.choices import FaceRestorer

FIELDS = (
    *("prompt", "negative_prompt", "checkpoint", "vae", "face_weight", "face_prompt"),
    *("face_denoising_strength", "steps", "cfg_scale", "sampler", "scheduler", "seed"),
)
WAYS = [str(restorer) for restorer in FaceRestorer if restorer is not FaceRestorer.NONE]


@click.command(
    cls=Sectioned,
    short_help="Mend the faces of a picture, and nothing else.",
    epilog='Example: pentimento restore-faces crowd.png -p "a woman, smiling" -o mended.png',
)
@click.argument("image", type=click.Path(path_type=Path))
@common
@recorded
@click.option(
    *("--by", "--restore-faces", "restore_faces"),
    cls=Option,
    section="Faces",
    type=click.Choice(WAYS, case_sensitive=False),
    metavar="NAME",
    default=str(FaceRestorer.DETAIL),
    help=f"Who mends them.  [{', '.join(WAYS)}; default: detail]",
)
@field_options(FIELDS)
def restore_faces(image: Path, **given: Any) -> None:
    """Find the faces of IMAGE and mend each; all around them stays as it is, bit for bit.

    By detail the checkpoint repaints them, by the others a network whose file lies in the folder of models. What was
    found, where, and which faces stayed as they were is said at the end.
    """
    paint((image,), None, denoising_strength=0, **given)
