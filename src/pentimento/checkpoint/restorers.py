"""Which restorers of faces there are: those whose file lies in the folder of models, and detail, which needs none."""

from collections.abc import Mapping
from pathlib import Path

from pentimento.checkpoint.library import Library
from pentimento.words.choices import FaceRestorer
from pentimento.words.errors import UnknownModelError

FOLDERS: Mapping[FaceRestorer, str] = {
    FaceRestorer.CODEFORMER: "Codeformer",
    FaceRestorer.GFPGAN: "GFPGAN",
    FaceRestorer.RESTOREFORMER: "RestoreFormer",
}
"""Where a new file of a design belongs."""


def restorers(library: Library) -> dict[FaceRestorer, Path | None]:
    """Each restorer that can be asked for, and its file. Files are told by their names, none is opened."""
    files = library.face_restorers()
    found = {design: _first(design, files) for design in FOLDERS}
    return {design: file for design, file in found.items() if file} | {FaceRestorer.DETAIL: None}


def restorer_file(design: FaceRestorer, library: Library) -> Path:
    """The first file of a design. Raises UnknownModelError where there is none."""
    file = restorers(library).get(design)
    if file is None:
        listed = ", ".join(library.face_restorers()) or "none"
        raise UnknownModelError(
            f"{design.label} has no file among the restorers of faces; there are: {listed}",
            f"Put it into {library.models_dir / FOLDERS[design]}, or choose detail, which needs no file.",
        )
    return file


def _first(design: FaceRestorer, files: Mapping[str, Path]) -> Path | None:
    return next((path for stem, path in files.items() if _belongs(stem, path, design)), None)


def _belongs(stem: str, path: Path, design: FaceRestorer) -> bool:
    """A file is of the design in its name; without one, of the design in its folder's."""
    said = next((known for known in sorted(FOLDERS, key=len, reverse=True) if known in stem.lower()), None)
    return said is design if said else path.parent.name.lower() == design
