"""The house stands: imports point down, and torch is imported only by what computes."""

import ast
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import pentimento

LAYERS = """
version
words
prompt, pixels, nets, infotext
checkpoint, diffusion, grids
engine
jobs, history
runners, starter, download
library, api
cli
__init__
"""

ROOT = Path(pentimento.__file__).parent
FLOOR = {name.strip(): i for i, line in enumerate(LAYERS.strip().split("\n")) for name in line.split(",")}
NO_TORCH = ("words", "prompt", "pixels", "infotext", "grids", "jobs", "history", "download", "cli", "api")


def part_of(file: Path) -> str:
    return file.relative_to(ROOT).with_suffix("").parts[0]


def imports(file: Path) -> Iterator[str]:
    """Modules a file imports, dotted."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            yield node.module or ""
            if node.module == "pentimento":
                yield from (f"pentimento.{alias.name}" for alias in node.names)


FILES = sorted(ROOT.rglob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_imports_point_down(file):
    here = part_of(file)
    for module in imports(file):
        if module.startswith("pentimento."):
            there = module.split(".")[1]
            if there in FLOOR and there != here:
                assert FLOOR[there] < FLOOR[here], f"{here} imports {there}"


@pytest.mark.parametrize("part", NO_TORCH)
def test_torch_stays_in_the_middle_of_the_house(part):
    for file in FILES:
        if part_of(file) == part and file.name != "latents.py":
            roots = {module.split(".")[0] for module in imports(file)}
            assert not roots & {"torch", "diffusers", "transformers"}, file


NETWORK = {"huggingface_hub", "httpx", "httpx2", "requests", "urllib3", "aiohttp"}


def test_only_download_asks_a_network():
    for file in FILES:
        asks = {module for module in imports(file) if module.split(".")[0] in NETWORK or module == "urllib.request"}
        assert not asks or part_of(file) == "download", (file, asks)


def test_every_folder_has_its_floor():
    parts = {part_of(file) for file in FILES}
    assert parts <= set(FLOOR), parts - set(FLOOR)


def test_help_answers_without_torch():
    code = "import sys; sys.argv = ['pentimento', '--help']; from pentimento.cli import main; main()"
    code += "; assert 'torch' not in sys.modules"
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "inpaint" in done.stdout
    assert time.perf_counter() - start < 10, "--help hangs"
