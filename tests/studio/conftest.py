"""Chromium, and real servers for it. Skipped where one is missing, unless PENTIMENTO_STUDIO=required."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from forks import Forks
from pentimento.api.studio import is_built

ROOT = Path(__file__).parent.parent.parent
SHOTS = ROOT / "out" / "studio"
"""Where screenshots are kept."""
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)

PATIENCE = 30_000
"""Milliseconds until what is waited for counts as missing; other tests run beside these."""

EMPTY_SAFETENSORS = b"\x02\0\0\0\0\0\0\0{}"


def absent(what: str) -> NoReturn:
    if os.environ.get("PENTIMENTO_STUDIO") == "required":
        pytest.fail(what)
    pytest.skip(f"not run: {what}")


@pytest.fixture(scope="package")
def browser():
    """Chromium; given up behind the last test of this folder, since it holds the thread's event loop."""
    found = shutil.which("chromium")
    if found is None:
        absent("there is no chromium: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed: make install")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=FLAGS) as chromium:
        yield chromium


@pytest.fixture
def page(browser):
    """A page of 1440 × 900: `page.asked` are the addresses it asked for, `page.troubles` its console's complaints."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.asked, page.troubles = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: page.troubles.append(said.text) if said.type == "error" else None)
        page.set_default_timeout(PATIENCE)
        yield page


@pytest.fixture
def shot(page, request) -> Callable[[str], Path]:
    """`shot("name")` keeps a picture of the page in out/studio and says where it lies."""

    def keep(name: str) -> Path:
        path = SHOTS / f"{re.sub(r'[^a-z0-9]+', '-', f'{request.node.name} {name}'.lower())}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)
        return path

    return keep


@pytest.fixture(scope="package")
def forks() -> Iterator[Forks]:
    if not is_built():
        absent("the studio is not built: make studio-build")
    with closing(Forks()) as forks:
        yield forks


@contextmanager
def servers(forks: Forks, folder: Path) -> Iterator[Callable[..., str]]:
    """What starts servers, which end with the context."""
    with ExitStack() as running:

        def start(*words: object, folder: Path = folder, **environment: str) -> str:
            folder.mkdir(exist_ok=True)
            return running.enter_context(forks.serving(folder, "--runner", "fake", *words, **environment))

        yield start


@pytest.fixture
def serving(forks: Forks, tmp_path: Path) -> Iterator[Callable[..., str]]:
    """`serving("--step-seconds", 0.1, PENTIMENTO_AUTH="ann:secret")` is the address of a real server whose runner is
    the fake; `folder=` is where its data and models lie."""
    with servers(forks, tmp_path) as start:
        yield start


@pytest.fixture(scope="package")
def studio(forks: Forks, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a studio that lets anybody in, with a LoRA `ink` and an embedding `easyneg`; all tests that name
    it share it, and none of them paints."""
    folder = tmp_path_factory.mktemp("studio")
    for place in ("models/Lora/ink.safetensors", "embeddings/easyneg.safetensors"):
        (folder / place).parent.mkdir(parents=True)
        (folder / place).write_bytes(EMPTY_SAFETENSORS)
    with servers(forks, folder) as start:
        yield start()
