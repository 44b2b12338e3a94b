"""Where pictures go: one file when a picture is named, else numbered files in a folder."""

import re
from pathlib import Path

from pentimento.pixels.codec import SUFFIXES, make_folder
from pentimento.words.errors import OutputError
from pentimento.words.events import Painted

NOT_WRITTEN = (".avif", ".bmp", ".gif", ".heic", ".jp2", ".jxl", ".psd", ".tga", ".tif", ".tiff")
"""Suffixes by which somebody means a picture, though none is written so."""


class Output:
    """`-o`: with a picture suffix the file (numbered when there are several), else the folder.

    raises  OutputError, before anything is computed, where nothing can be written there
    """

    def __init__(self, path: Path, pictures: int) -> None:
        self.path = path
        self.is_file = path.suffix.lower() in SUFFIXES and not path.is_dir()
        self.several = pictures > 1
        if path.suffix.lower() in NOT_WRITTEN and not path.is_dir():
            raise OutputError(f"{path}: pictures are not written as {path.suffix}", f"Use {', '.join(SUFFIXES)}.")
        make_folder(path.parent if self.is_file else path)
        self.first = 0 if self.is_file else _next_number(path)

    def place(self, painted: Painted) -> Path:
        """`00007-SEED.png` in a folder; NAME.png, or NAME-1.png, NAME-2.png, … for a file."""
        if not self.is_file:
            return self.path / f"{self.first + painted.number:05}-{painted.seed}.png"
        if not self.several:
            return self.path
        return self.path.with_stem(f"{self.path.stem}-{painted.number + 1}")


def _next_number(folder: Path) -> int:
    """One more than the highest number a picture in the folder begins with."""
    names = (re.match(r"(\d{5,})-", file.name) for file in folder.iterdir())
    return 1 + max((int(name[1]) for name in names if name), default=0)
