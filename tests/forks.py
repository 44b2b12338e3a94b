"""Servers for tests, forked from one process that has loaded the program: begun in a tenth of the time.

Run by itself, it is that process: a line of JSON asks for a server or for its end, a line answers.
"""

import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn

import PIL.Image

from pentimento import cli
from pentimento.api.app import ROUTES

PATIENCE = 30
"""Seconds that a server has for ending."""


class Forks:
    """Starts what `pentimento serve` would, in processes of their own."""

    def __init__(self) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PENTIMENTO_DTYPE": "float32", "OMP_NUM_THREADS": "1"},
        )

    @contextmanager
    def serving(self, folder: Path, *words: object, **environment: str) -> Iterator[str]:
        """The address of a server whose data and models lie in a folder, and what it says in its file `log`."""
        begun = self._asked(folder=str(folder), words=list(map(str, words)), environment=environment)
        assert begun["url"], (folder / "log").read_text(encoding="utf-8")
        try:
            yield begun["url"]
        finally:
            assert self._asked(ending=begun["pid"])["ended"], "it did not end"

    def close(self) -> None:
        assert self._popen.stdin
        assert self._popen.stdout
        self._popen.stdin.close()
        self._popen.stdout.close()
        self._popen.wait(PATIENCE)

    def _asked(self, **what: Any) -> Any:
        assert self._popen.stdin
        assert self._popen.stdout
        print(json.dumps(what), file=self._popen.stdin, flush=True)
        return json.loads(self._popen.stdout.readline())


LOADED = (
    *("pentimento.cli.serving", "pentimento.runners.fake"),
    *("uvicorn.lifespan.on", "uvicorn.loops.auto", "uvicorn.protocols.http.auto"),
    *("anyio._backends._asyncio", "anyio._core._sockets", "anyio._core._streams"),
)
"""What a server has loaded when it has answered once."""


def main() -> None:
    for name in LOADED:
        importlib.import_module(name)
    PIL.Image.init()
    for route in ROUTES:
        route.matches({"type": "http", "method": "GET", "path": "/", "headers": []})
    gc.freeze()
    said: dict[int, Any] = {}
    for line in sys.stdin:
        asked = json.loads(line)
        if "ending" in asked:
            told = {"ended": ended(asked["ending"])}
            said.pop(asked["ending"]).close()
        else:
            reading, writing = os.pipe()
            pid = os.fork()
            if pid == 0:
                become(Path(asked["folder"]), asked["words"], asked["environment"], writing)
            os.close(writing)
            said[pid] = os.fdopen(reading, encoding="utf-8")
            told = {"pid": pid, "url": said[pid].readline().strip()}
        print(json.dumps(told), flush=True)
    for pid in said:  # whoever asked for them is gone
        ended(pid)


def become(folder: Path, words: list[str], environment: dict[str, str], out: int) -> NoReturn:
    """Be the command itself, and go without taking apart what was loaded before it."""
    os.chdir(folder)
    os.environ |= environment
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(os.open("log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    where = ("--port", "0", "--data-dir", str(folder / "data"), "--models-dir", str(folder / "models"))
    sys.argv = ["pentimento", "serve", *where, *words]
    with suppress(SystemExit):
        cli.main()
    os._exit(0)


def ended(pid: int) -> bool:
    """Asked to, a server ends by itself in good time."""
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if os.waitpid(pid, os.WNOHANG)[0]:
            return True
        time.sleep(0.01)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return False


if __name__ == "__main__":
    main()
