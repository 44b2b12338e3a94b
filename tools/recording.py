"""Record the studio as a person uses it: docs/studio.webp, a short animation, and docs/studio.png, its last picture.

    python tools/recording.py

Drives the real server with the starter model in Chromium (of the system, else Playwright's own).
"""

import io
import math
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, sync_playwright

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCREEN: ViewportSize = {"width": 1280, "height": 800}
SHOWN = (896, 560)
PATIENCE = 240_000
"""Milliseconds for what the starter paints."""


class Film:
    """Screenshots, and for how many milliseconds each is seen."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frames: list[tuple[Image.Image, int]] = []

    def take(self, shown: int) -> None:
        screen = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        self.frames.append((screen.resize(SHOWN, Image.Resampling.LANCZOS), shown))

    def save(self, file: Path) -> None:
        first, *rest = [frame for frame, _ in self.frames]
        durations = [shown for _, shown in self.frames]
        first.save(file, save_all=True, append_images=rest, duration=durations, loop=0, quality=78, method=6)


def sitting(page: Page) -> Film:
    """Paint, say, generate, look, keep."""
    film = Film(page)
    page.get_by_role("button", name="Generate").wait_for()
    canvas = page.locator("canvas").last.bounding_box()
    assert canvas
    x, y = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] * 0.515
    radius = canvas["height"] * 0.15
    page.wait_for_timeout(1500)
    film.take(1500)
    for _ in range(3):
        page.keyboard.press("]")
    page.mouse.move(x + radius, y)
    page.mouse.down()
    for i in range(1, 91):
        reach = radius * (1 - i / 110)
        page.mouse.move(x + reach * math.cos(i / 6), y + reach * math.sin(i / 6))
        if i % 6 == 0:
            film.take(90)
    page.mouse.up()
    film.take(800)
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("")
    for word in ("a", "blue", "cup", "on", "a", "wooden", "table"):
        prompt.press_sequentially(f"{word} ")
        film.take(180)
    page.wait_for_timeout(3000)
    film.take(900)
    page.keyboard.press("Control+Enter")
    prompt.blur()
    done = page.get_by_role("button", name="Candidate 1")
    while not done.is_visible():
        page.wait_for_timeout(700)
        film.take(160)
        if len(film.frames) > PATIENCE / 700:
            raise TimeoutError("the starter painted nothing")
    page.keyboard.press("t")
    for number in ("1", "2", "3", "4", "2"):
        page.keyboard.press(number)
        page.wait_for_timeout(600)
        film.take(1000)
    page.screenshot(path=DOCS / "studio.png")
    page.keyboard.press("v")
    page.wait_for_timeout(600)
    film.take(1500)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    film.take(2000)
    return film


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pentimento.cli", "serve", "--port", "0", "--models-dir", f"{folder}/models"]
        with (
            subprocess.Popen([*command, "--data-dir", f"{folder}/data"], stdout=subprocess.PIPE, text=True) as server,
            sync_playwright() as playwright,
        ):
            assert server.stdout
            address = re.search(r"http://\S+", server.stdout.readline())
            assert address
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            page = browser.new_page(viewport=SCREEN, color_scheme="light")
            page.goto(address[0])
            sitting(page).save(DOCS / "studio.webp")
            browser.close()
            server.terminate()


if __name__ == "__main__":
    main()
