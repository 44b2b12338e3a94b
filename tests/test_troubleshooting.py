"""Every entry of the troubleshooting page names tests that are there, or what will bring its remedy."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
ENTRIES = {entry.split("\n", 1)[0]: entry for entry in PAGE.split("\n## ")[1:]}
PROOFS = re.findall(r"^- Proved by `(tests/\S+\.py)::(\w+)`$", PAGE, re.MULTILINE)


def test_there_is_an_entry_for_each_of_eight_complaints():
    assert len(ENTRIES) == 8


@pytest.mark.parametrize("entry", ENTRIES)
def test_an_entry_names_a_proof_or_what_will_bring_its_remedy(entry: str):
    assert re.search(r"^- (Proved by `tests/|Comes later: \w)", ENTRIES[entry], re.MULTILINE)


@pytest.mark.parametrize(("file", "test"), PROOFS)
def test_a_proof_is_there(file: str, test: str):
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    assert test in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


def test_every_line_that_claims_a_proof_is_understood():
    assert len(PROOFS) == PAGE.count("Proved by")
