"""Where weights, the opponent's helper and results are kept: in the user's cache, outside the repository.

In miniature, networks are tiny, pictures an eighth as large, and nothing is installed: it tells that every row runs to
its end, and no more.
"""

import os
import subprocess
import sys
from pathlib import Path

MINI = "PENTIMENTO_BENCH_MINI"
HELPERS = ("accelerate==1.15.0", "psutil==7.2.2")


def mini() -> bool:
    return bool(os.environ.get(MINI))


def told_mini(asked: bool) -> bool:
    """Whether all is in miniature; once asked for it is, in child processes too."""
    if asked:
        os.environ[MINI] = "1"
    return mini()


def shrunk(side: int) -> int:
    """Of a picture whose side this is in full."""
    return side // 8 if mini() else side


def folder() -> Path:
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / ("pentimento-bench-mini" if mini() else "pentimento-bench")


def helpers() -> Path:
    """accelerate, with which diffusers loads much faster; not among our own packages. Empty where pip finds none."""
    place = folder() / "site"
    if not place.exists() and not mini():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place), *HELPERS]
        if subprocess.run(command, check=False).returncode:
            print("accelerate could not be installed: diffusers is measured without it, and loads more slowly")
    return place
