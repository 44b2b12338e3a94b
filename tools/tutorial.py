"""Run docs/tutorial.md: its commands, in order; put what they said and the pictures they made into it.

A picture `tutorial/NAME.jpg` of the page is NAME.png of the working folder, or a row of what is in the folder NAME.
Run: make tutorial [or .venv/bin/python tools/tutorial.py].
"""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from PIL import Image as Pillow

from pentimento.starter import portrait

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "tutorial.md"
PICTURES = ROOT / "docs" / "tutorial"
BLOCK = re.compile(r"(?<=```console\n).*?(?=```)", re.DOTALL)
COMMAND = re.compile(r"^\$ ((?:.*\\\n)*.*)\n", re.MULTILINE)
SHOWN = re.compile(r"\]\(tutorial/([\w-]+)\.jpg\)")
HEIGHT, WIDEST = 192, 1200
"""Of pictures side by side, each; of all that a page shows."""


def main(page: Path = PAGE, pictures: Path = PICTURES) -> None:
    portrait.save(pictures)
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        portrait.save(folder)
        text = BLOCK.sub(lambda block: answered(block[0], folder), page.read_text(encoding="utf-8"))
        for name in SHOWN.findall(text):
            shown(folder, name).save(pictures / f"{name}.jpg", quality=88)
    page.write_text(text, encoding="utf-8")


def answered(block: str, folder: Path) -> str:
    """The commands of a block, each with what it says now."""
    return "".join(f"$ {line}\n{said(line, folder)}" for line in COMMAND.findall(block))


def said(line: str, folder: Path) -> str:
    """What a command line prints, or the end of everything with what went wrong."""
    print(f"$ {line}", flush=True)
    done = subprocess.run(line, shell=True, cwd=folder, env=surroundings(folder), capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{done.stdout}{done.stderr}\nthe tutorial's command failed: {line}")
    print(done.stdout, flush=True)
    return done.stdout


def surroundings(folder: Path) -> dict[str, str]:
    """The program of this checkout first in the path, and a history of the tutorial's own."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    return {**os.environ, "PATH": path, "PENTIMENTO_DATA_DIR": str(folder / ".data"), "COLUMNS": "100"}


def shown(folder: Path, name: str) -> Pillow.Image:
    """The picture of a name, no wider than a page."""
    file = folder / f"{name}.png"
    picture = opened(file) if file.is_file() else beside(sorted((folder / name).glob("*.png")))
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, round(picture.height * WIDEST / picture.width)), Pillow.Resampling.LANCZOS)
    return picture


def opened(file: Path) -> Pillow.Image:
    with Pillow.open(file) as picture:
        return picture.convert("RGB")


def beside(files: Sequence[Path]) -> Pillow.Image:
    """Pictures of one height in a row, white between them."""
    pictures = [opened(file) for file in files]
    scaled = [p.resize((round(p.width * HEIGHT / p.height), HEIGHT), Pillow.Resampling.LANCZOS) for p in pictures]
    row = Pillow.new("RGB", (sum(p.width + 8 for p in scaled) - 8, HEIGHT), "white")
    x = 0
    for picture in scaled:
        row.paste(picture, (x, 0))
        x += picture.width + 8
    return row


if __name__ == "__main__":
    main()
