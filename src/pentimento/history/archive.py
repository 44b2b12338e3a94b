"""A tree as one file: a zip with `history.json` and every picture under its hash."""

import hashlib
import json
import os
import re
import secrets
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pentimento.history.history import History
from pentimento.history.rounds import At, Candidate, Round, Tree
from pentimento.history.rows import report_text
from pentimento.pixels.gps import without_gps
from pentimento.version import __version__
from pentimento.words.errors import ArchiveError, OutputError
from pentimento.words.request import Request
from pentimento.words.tasks import Task

CONTENTS = "history.json"
VERSION = 1
LARGEST = 2**31
"""Bytes of one file in an archive; more is no picture."""


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


def import_tree(history: History, path: Path) -> Tree:
    """Take in an exported tree; rounds that are here already stay as they are.

    Raises ArchiveError: it is none, or a file in it is not what its name says.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            contents = json.loads(archive.read(CONTENTS))
            _check(contents)
            rounds = [_Kept(entry) for entry in contents["rounds"]]
            wanted = {file for one in rounds for file in one.files} | (
                {contents["root"]} if contents["root"] else set()
            )
            for file in wanted:
                _take(history, archive, file)
    except OSError as error:
        raise ArchiveError(f"{path} cannot be read: {error.strerror or error}", "Check the path.") from error
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError) as error:
        raise ArchiveError(
            f"{path} is no history that was exported: {error}", "Give a file that pentimento history export made."
        ) from error
    with history.writing() as write:
        known = {row[0] for row in write.execute("SELECT id FROM rounds")}
        write.execute(
            "INSERT OR IGNORE INTO trees (id, root, name, created, changed) VALUES (?, ?, ?, ?, ?)",
            tuple(contents[name] for name in ("id", "root", "name", "created", "changed")),
        )
        for one in rounds:
            if one.id not in known:
                for sql, values in one.statements(contents["id"]):
                    write.execute(sql, values)
        write.execute(
            "UPDATE trees SET at_round = ?, at_number = ?, binned = NULL, "
            "rounds = (SELECT COUNT(*) FROM rounds WHERE tree = trees.id AND binned IS NULL) WHERE id = ?",
            (*(contents["at"] or (None, None)), contents["id"]),
        )
    return history.tree(contents["id"])


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


def _check(contents: Any) -> None:
    if contents["version"] > VERSION:
        raise ValueError(f"its version is {contents['version']}, and {VERSION} is known here")
    for id in (contents["id"], *(one["id"] for one in contents["rounds"])):
        if not re.fullmatch(r"[0-9a-f]{12}", id):
            raise ValueError(f"{id!r} is no id")
    ids = {one["id"] for one in contents["rounds"]}
    for one in contents["rounds"]:
        if not one["candidates"] or (one["parent"] and one["parent"][0] not in ids):
            raise ValueError(f"round {one['id']} has no candidates, or began from one that is missing")
    if contents["at"] is not None:
        contents["at"] = At(str(contents["at"][0]), int(contents["at"][1]))


def _take(history: History, archive: zipfile.ZipFile, file: str) -> None:
    name = f"files/{file}"
    if archive.getinfo(name).file_size > LARGEST:
        raise ValueError(f"{name} is larger than any picture")
    if history.files.keep(archive.read(name)) != file:
        raise ValueError(f"{name} is not what its name says")


class _Kept:
    """A round as an archive tells it."""

    def __init__(self, entry: dict[str, Any]) -> None:
        self.entry = entry
        self.id: str = entry["id"]
        self.request = Request(**entry["request"])
        self.task = Task(entry.get("task", Task.PAINT))
        self.inputs = {*self.request.images, *([self.request.mask] if self.request.mask else [])}
        self.files = self.inputs | {one["file"] for one in entry["candidates"]}
        self.files |= {one["unrestored"] for one in entry["candidates"] if one.get("unrestored")}

    def statements(self, tree: str) -> Iterator[tuple[str, tuple[Any, ...]]]:
        entry = self.entry
        yield (
            "INSERT INTO rounds (id, tree, parent_round, parent_number, request, machine, name, created, visited, "
            "chosen, task) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(self.id, tree, *(entry["parent"] or (None, None)), self.request.model_dump_json()),
                *(entry["machine"], entry["name"], entry["created"], entry["created"]),
                *(entry["candidates"][0]["number"], self.task),
            ),
        )
        for name in self.inputs:
            yield "INSERT INTO inputs VALUES (?, ?)", (self.id, name)
        for one in entry["candidates"]:
            yield (
                "INSERT INTO candidates VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
                (self.id, *(one[name] for name in CANDIDATE), *(one.get(name) for name in LATER)),
            )


LATER = ("faces", "unrestored")
"""What archives of earlier versions do not tell of a candidate."""

CANDIDATE = (
    *("number", "file", "width", "height", "seed", "variation_seed"),
    *("parameters", "complete", "mask", "background"),
)
