"""Rows ↔ values."""

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar

from pentimento.history.rounds import At, Candidate, Round, Tree
from pentimento.words.reports import BackgroundReport, FaceReport, FacesReport, MachineReport, MaskReport
from pentimento.words.request import Request
from pentimento.words.sizes import Box, Size
from pentimento.words.tasks import Task

Report = TypeVar("Report", MaskReport, BackgroundReport, FacesReport, FaceReport, MachineReport)

FORMS: Mapping[str, Callable[[Any], Any]] = {
    "crop": lambda value: Box(*value),
    "box": lambda value: Box(*value),
    "working": lambda value: Size(*value),
    "sides": tuple,
    "faces": lambda value: tuple(_report(FaceReport, face) for face in value),
}
"""Fields of reports that JSON has no form for."""


def report_text(report: MaskReport | BackgroundReport | FacesReport | MachineReport | None) -> str | None:
    return None if report is None else json.dumps(asdict(report))


def report_from(kind: type[Report], text: str | None) -> Report | None:
    """A report from its JSON; fields of later versions are passed over."""
    return None if text is None else _report(kind, json.loads(text))


def _report(kind: type[Report], told: Mapping[str, Any]) -> Report:
    names = {field.name for field in fields(kind)}
    return kind(**{name: FORMS.get(name, _same)(value) for name, value in told.items() if name in names})


def _same(value: Any) -> Any:
    return value


def request_from(text: str) -> Request:
    """A request as it was kept; settings that are known no more are passed over."""
    return Request(**known(json.loads(text)))


def known(fields: Any) -> Any:
    """Those of a request's fields that there are; what is no mapping stays what it is."""
    if not isinstance(fields, Mapping):
        return fields
    return {name: value for name, value in fields.items() if name in Request.model_fields}


def at_from(round: str | None, number: int | None) -> At | None:
    return None if round is None or number is None else At(round, number)


def tree_from(row: sqlite3.Row) -> Tree:
    return Tree(
        id=row["id"],
        root=row["root"],
        name=row["name"],
        at=at_from(row["at_round"], row["at_number"]),
        created=row["created"],
        changed=row["changed"],
        rounds=row["rounds"],
        binned=row["binned"] is not None,
    )


def round_from(row: sqlite3.Row, candidates: Sequence[sqlite3.Row]) -> Round:
    return Round(
        id=row["id"],
        tree=row["tree"],
        parent=at_from(row["parent_round"], row["parent_number"]),
        request=request_from(row["request"]),
        candidates=tuple(map(candidate_from, candidates)),
        name=row["name"],
        created=row["created"],
        machine=report_from(MachineReport, row["machine"]),
        binned=row["binned"] is not None,
        task=Task(row["task"]),
    )


def candidate_from(row: sqlite3.Row) -> Candidate:
    return Candidate(
        number=row["number"],
        file=row["file"],
        size=Size(row["width"], row["height"]),
        seed=row["seed"],
        variation_seed=row["variation_seed"],
        parameters=row["parameters"],
        complete=bool(row["complete"]),
        mask=report_from(MaskReport, row["mask"]),
        background=report_from(BackgroundReport, row["background"]),
        faces=report_from(FacesReport, row["faces"]),
        unrestored=row["unrestored"],
        binned=row["binned"] is not None,
    )
