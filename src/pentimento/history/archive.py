"""A tree as one file: a zip with `history.json` and every picture under its hash."""

import hashlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from pydantic import ValidationError

from pentimento.history.contents import VERSION, Contents, RoundPart
from pentimento.history.history import History
from pentimento.history.rounds import Candidate, Round, Tree
from pentimento.history.rows import report_text
from pentimento.pixels.gps import without_gps
from pentimento.pixels.head import head_of
from pentimento.version import __version__
from pentimento.words.errors import ArchiveError, OutputError
from pentimento.words.sayings import first_problem

CONTENTS = "history.json"
LARGEST = 2**31
"""Bytes of one file in an archive; more is no picture."""
HINT = "Give a file that pentimento history export made."
NO_ARCHIVE = (zipfile.BadZipFile, KeyError, ValueError, EOFError, zlib.error, RuntimeError)
"""What zipfile raises for a file that is broken, encrypted, or packed in a way it does not know."""


def export_tree(history: History, tree: str, path: Path, *, gps: bool = False) -> None:
    """Write a tree, what lies in the bin left out, to one file, whole or not at all.

    gps  leave in pictures where they were taken
    """
    kept = history.tree(tree)
    rounds = history.rounds(tree)
    files = {name: history.files[name] if gps else without_gps(history.files[name]) for name in _named(kept, rounds)}
    renamed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    beside = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            with zipfile.ZipFile(beside, "x") as archive:
                archive.writestr(CONTENTS, json.dumps(_contents(kept, rounds, renamed), indent=1))
                for name in dict.fromkeys(files):
                    archive.writestr(f"files/{renamed[name]}", files[name])
            with open(beside, "rb") as written:
                os.fsync(written.fileno())
            os.replace(beside, path)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"{path} cannot be written: {error.strerror or error}", "Choose another place.") from error


def import_tree(
    history: History,
    source: Path | IO[bytes],
    *,
    largest: int | None = None,
    check: Callable[[bytes], object] = head_of,
) -> Tree:
    """Take in an exported tree; rounds that are here already stay as they are.

    largest  bytes of all that is in it; None: no limit
    check    raises for the bytes of a picture that is not to come in; whatever it raises is raised
    raises   ArchiveError: it is none, or a file in it is not what its name says
    """
    said = source if isinstance(source, Path) else "the file"
    try:
        with zipfile.ZipFile(source) as archive:
            if largest is not None and (size := sum(one.file_size for one in archive.infolist())) > largest:
                raise ValueError(f"it holds {size} bytes, and {largest} is the limit")
            contents = Contents.model_validate_json(archive.read(CONTENTS))
            for file in dict.fromkeys(contents.files):
                _take(history, archive, file, check)
    except OSError as error:
        raise ArchiveError(f"{said} cannot be read: {error.strerror or error}", "Check the path.") from error
    except ValidationError as error:
        raise ArchiveError(f"{said} is no history that was exported: {first_problem(error)}", HINT) from error
    except NO_ARCHIVE as error:
        raise ArchiveError(f"{said} is no history that was exported: {error}", HINT) from error
    with history.writing() as write:
        known = {row[0] for row in write.execute("SELECT id FROM rounds")}
        write.execute(
            "INSERT OR IGNORE INTO trees (id, root, name, created, changed) VALUES (?, ?, ?, ?, ?)",
            (contents.id, contents.root, contents.name, contents.created, contents.changed),
        )
        for round in contents.rounds:
            if round.id not in known:
                for sql, values in _statements(round, contents.id):
                    write.execute(sql, values)
        write.execute(
            "UPDATE trees SET at_round = ?, at_number = ?, binned = NULL, "
            "rounds = (SELECT COUNT(*) FROM rounds WHERE tree = trees.id AND binned IS NULL) WHERE id = ?",
            (*(contents.at or (None, None)), contents.id),
        )
    return history.tree(contents.id)


def _named(tree: Tree, rounds: list[Round]) -> Iterator[str]:
    if tree.root:
        yield tree.root
    for round in rounds:
        yield from round.request.images
        yield from [round.request.mask] if round.request.mask else []
        for candidate in round.candidates:
            yield candidate.file
            yield from [candidate.unrestored] if candidate.unrestored else []


def _contents(tree: Tree, rounds: list[Round], renamed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "made_by": f"Pentimento {__version__}",
        "id": tree.id,
        "root": renamed[tree.root] if tree.root else None,
        "name": tree.name,
        "at": tree.at,
        "created": tree.created,
        "changed": tree.changed,
        "rounds": [_round(round, renamed) for round in rounds],
    }


def _round(round: Round, renamed: Mapping[str, str]) -> dict[str, Any]:
    request = round.request
    images = {"images": tuple(renamed[name] for name in request.images)}
    mask = {"mask": renamed[request.mask]} if request.mask else {}
    return {
        "id": round.id,
        "task": round.task,
        "parent": round.parent,
        "request": request.model_copy(update=images | mask).model_dump(mode="json"),
        "machine": report_text(round.machine),
        "name": round.name,
        "created": round.created,
        "candidates": [_candidate(one, renamed) for one in round.candidates],
    }


def _candidate(one: Candidate, renamed: Mapping[str, str]) -> dict[str, Any]:
    return {
        "number": one.number,
        "file": renamed[one.file],
        "width": one.size.width,
        "height": one.size.height,
        "seed": one.seed,
        "variation_seed": one.variation_seed,
        "parameters": one.parameters,
        "complete": one.complete,
        "mask": report_text(one.mask),
        "background": report_text(one.background),
        "faces": report_text(one.faces),
        "unrestored": renamed[one.unrestored] if one.unrestored else None,
    }


def _take(history: History, archive: zipfile.ZipFile, file: str, check: Callable[[bytes], object]) -> None:
    name = f"files/{file}"
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} is larger than any picture")
    data = archive.read(name)
    if hashlib.sha256(data).hexdigest() != file:
        raise ValueError(f"{name} is not what its name says")
    check(data)
    history.files.keep(data)


def _statements(round: RoundPart, tree: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
    yield (
        "INSERT INTO rounds (id, tree, parent_round, parent_number, request, machine, name, created, visited, "
        "chosen, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            *(round.id, tree, *(round.parent or (None, None)), round.request.model_dump_json()),
            *(report_text(round.machine), round.name, round.created, round.created),
            *(round.candidates[0].number, round.task),
        ),
    )
    for name in round.inputs:
        yield "INSERT INTO inputs VALUES (?, ?)", (round.id, name)
    for one in round.candidates:
        yield (
            "INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (
                *(round.id, one.number, one.file, one.width, one.height, one.seed, one.variation_seed),
                *(one.parameters, one.complete, report_text(one.mask), report_text(one.background)),
                *(report_text(one.faces), one.unrestored),
            ),
        )
