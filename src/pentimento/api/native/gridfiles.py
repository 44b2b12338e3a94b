"""Grids on disk: what was wished for, and which round each cell is, so that a server begun anew knows them."""

import json
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pentimento.words.errors import OutputError, UnknownJobError

FOLDER = "grids"
KEPT = 200
"""The latest of them; others are forgotten, their rounds are not."""
ID = re.compile("[0-9a-f]{16}")


def put(data: Path, id: str, told: Mapping[str, Any]) -> None:
    """Keep what is told of a grid, whole or not at all. Raises OutputError."""
    folder = data / FOLDER
    beside = folder / f"{id}.part"
    try:
        folder.mkdir(exist_ok=True)
        beside.write_text(json.dumps(told), encoding="utf-8")
        os.replace(beside, folder / f"{id}.json")
        for old in sorted(folder.glob("*.json"), key=lambda file: file.stat().st_mtime)[:-KEPT]:
            old.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(
            f"the grid cannot be kept in {folder}: {error.strerror or error}", "Make room there, or run it again."
        ) from error


def got(data: Path, id: str) -> dict[str, Any]:
    """What `put` was told. Raises UnknownJobError."""
    try:
        if not ID.fullmatch(id):
            raise UnknownJobError(id)
        return json.loads((data / FOLDER / f"{id}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UnknownJobError(id) from error
