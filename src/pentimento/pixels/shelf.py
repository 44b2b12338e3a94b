"""Pictures that are done and may be wanted again: their samples lie in a file, and take memory only while looked at."""

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

from pentimento.words.errors import OutputError
from pentimento.words.images import Picture


def shelved(picture: Picture, folder: Path) -> Picture:
    """The same picture with its samples in a file of the folder that has no name, and goes when nobody looks any more.

    raises  OutputError where there is no room
    """
    samples = np.ascontiguousarray(picture.samples)
    try:
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(samples.data)
            file.flush()
            mapped = np.memmap(file, samples.dtype, "c", shape=samples.shape)
    except OSError as error:
        raise OutputError(
            f"{samples.nbytes:,} bytes cannot be kept in {folder}: {error.strerror or error}",
            "Make room there, or choose another --data-dir.",
        ) from error
    return replace(picture, samples=mapped.view(np.ndarray))
