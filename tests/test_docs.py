"""Documents cannot rot: what is made from the code is current, links lead somewhere, examples are understood."""

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest

from pentimento.cli import COMMANDS, cli
from pentimento.version import __version__

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), ROOT / "tests" / "golden" / "README.md"]
MADE_BY_DEMO = "docs/strip.png"

_spec = importlib.util.spec_from_file_location("reference", ROOT / "tools" / "reference.py")
reference = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(reference)


@pytest.mark.parametrize("name", reference.PAGES)
def test_reference_pages_are_current(name):
    current = (reference.FOLDER / name).read_text(encoding="utf-8") == reference.PAGES[name]()
    assert current, f"docs/reference/{name} is behind the code: run make docs"


def test_no_reference_page_is_left_over():
    assert {path.name for path in reference.FOLDER.iterdir()} == set(reference.PAGES)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http:", "https:")) and target != MADE_BY_DEMO:
            assert (document.parent / target).exists(), f"{target} is not there"


def examples():
    """Every command line shown in a document."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8").replace("\\\n", " ")
        for line in re.findall(r"^\s*(?:\$ )?pentimento ([a-z0-9-]+ .*)$", text, re.MULTILINE):
            yield pytest.param(line.split("  #")[0], id=f"{document.name}: {line[:40]}")


@pytest.mark.parametrize("line", list(examples()))
def test_examples_are_understood(line):
    if "…" in line or line.startswith("COMMAND"):
        pytest.skip("an outline, not a command")
    name, *arguments = shlex.split(line)
    assert name in COMMANDS
    command = cli.get_command(click.Context(cli), name)
    if {"--help", "-h"} & set(arguments):
        return
    command.make_context(name, arguments)


def test_the_changelog_tells_of_this_version():
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_command_is_told_in_the_readme_or_its_reference():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert all(f"pentimento {name}" in text for name in ("inpaint", "img2img", "txt2img", "checkpoints", "info"))
