"""Chromium for tests. They are skipped where it is missing, unless PENTIMENTO_STUDIO=required."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
)
SHOTS = Path(__file__).parent.parent / "out" / "studio"
"""Where screenshots are kept."""

PATIENCE = 30_000
"""Milliseconds until what is waited for counts as missing; other tests run beside these."""


def absent(what: str) -> NoReturn:
    if os.environ.get("PENTIMENTO_STUDIO") == "required":
        pytest.fail(what)
    pytest.skip(f"not run: {what}")


@contextmanager
def launched() -> "Iterator[Browser]":
    found = shutil.which("chromium")
    if found is None:
        absent("there is no chromium: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        absent("playwright is not installed: make install")
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=found, args=FLAGS) as browser:
        yield browser


@contextmanager
def new_page(browser: "Browser") -> "Iterator[Page]":
    """A page of 1440 × 900: `page.asked` are the addresses it asked for, `page.troubles` its console's complaints."""
    with browser.new_context(viewport={"width": 1440, "height": 900}) as context:
        page = context.new_page()
        page.asked, page.troubles = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("console", lambda said: page.troubles.append(said.text) if said.type == "error" else None)
        page.set_default_timeout(PATIENCE)
        yield page
