"""Where pictures go: one file when a picture is named, else numbered files in a folder."""

import re
from pathlib import Path

from pentimento.pixels.codec import SUFFIXES, encode_picture, write_whole
from pentimento.words.events import Painted


class Output:
    """`-o`: with a picture suffix the file (numbered when there are several), else the folder."""

    def __init__(self, path: Path, pictures: int) -> None:
        self.is_file = path.suffix.lower() in SUFFIXES
        self.path = path
        self.several = pictures > 1
        self.first = 0 if self.is_file else _next_number(path)

    def place(self, painted: Painted) -> Path:
        """`00007-SEED.png` in a folder; NAME.png, or NAME-1.png, NAME-2.png, … for a file."""
        if not self.is_file:
            return self.path / f"{self.first + painted.number:05}-{painted.seed}.png"
        if not self.several:
            return self.path
        return self.path.with_stem(f"{self.path.stem}-{painted.number + 1}")

    def write(self, painted: Painted) -> Path:
        """Write the whole file or none of it."""
        place = self.place(painted)
        write_whole(place, encode_picture(painted.picture, place.suffix.lower(), painted.parameters))
        return place


def _next_number(folder: Path) -> int:
    """One more than the highest number a picture in the folder begins with."""
    names = (re.match(r"(\d{5,})-", file.name) for file in folder.glob("*")) if folder.is_dir() else ()
    return 1 + max((int(name[1]) for name in names if name), default=0)
