"""Chromium, and real servers for it. Skipped where one is missing, unless PENTIMENTO_STUDIO=required."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import chromium
from forks import Forks
from pentimento.api.studio import is_built

EMPTY_SAFETENSORS = b"\x02\0\0\0\0\0\0\0{}"


@pytest.fixture(scope="package")
def browser():
    """Chromium; given up behind the last test of this folder, since it holds the thread's event loop."""
    with chromium.launched() as browser:
        yield browser


@pytest.fixture
def page(browser):
    """A page that nothing was opened on yet."""
    with chromium.new_page(browser) as page:
        yield page


@pytest.fixture
def shot(page, request) -> Callable[[str], Path]:
    """`shot("name")` keeps a picture of the page in out/studio and says where it lies."""

    def keep(name: str) -> Path:
        path = chromium.SHOTS / f"{re.sub(r'[^a-z0-9]+', '-', f'{request.node.name} {name}'.lower())}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=path)
        return path

    return keep


@contextmanager
def servers(forks: Forks, folder: Path) -> Iterator[Callable[..., str]]:
    """What starts servers, which end with the context."""
    if not is_built():
        chromium.absent("the studio is not built: make studio-build")
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


@pytest.fixture(scope="module")
def shown(browser, studio):
    """A page of the shared studio for all tests of a file: each leaves it as it was."""
    with chromium.new_page(browser) as page:
        page.goto(studio)
        page.get_by_text("Paint over what should change").wait_for()
        yield page
