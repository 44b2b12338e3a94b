"""Where weights, the opponent's helper and results are kept: in the user's cache, outside the repository."""

import os
import subprocess
import sys
from pathlib import Path

HELPERS = ("accelerate==1.15.0", "psutil==7.2.2")


def folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pentimento-bench"


def helpers() -> Path:
    """accelerate, with which diffusers loads much faster; not among our own packages. Empty where pip finds none."""
    place = folder() / "site"
    if not place.exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(place), *HELPERS]
        if subprocess.run(command, check=False).returncode:
            print("accelerate could not be installed: diffusers is measured without it, and loads more slowly")
    return place
