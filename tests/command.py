"""The command line in this process, as a person meets it: exit code, output, messages."""

import io
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from pathlib import Path
from typing import Any, NamedTuple

from pentimento.cli import main


class Done(NamedTuple):
    code: int
    out: str
    err: str


def run(*words: Any) -> Done:
    """`pentimento WORDS …`"""
    out, err, before, code = io.StringIO(), io.StringIO(), sys.argv, 0
    sys.argv = ["pentimento", *map(str, words)]
    try:
        with redirect_stdout(out), redirect_stderr(err), suppress(KeyboardInterrupt):
            main()
    except SystemExit as stop:
        code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    finally:
        sys.argv = before
    return Done(code, out.getvalue(), err.getvalue())


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file in a folder, hidden ones too."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
