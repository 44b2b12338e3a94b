"""Record the studio as a person uses it: docs/studio.webp, a short animation, and docs/studio.png, its last picture.

    python tools/recording.py

Drives the real server with the starter model in Chromium (of the system, else Playwright's own).
"""

import io
import itertools
import math
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, ViewportSize, sync_playwright

from pentimento.starter.portrait import PROMPT

DOCS = Path(__file__).resolve().parent.parent / "docs"
SCREEN: ViewportSize = {"width": 1280, "height": 800}
SHOWN = (896, 560)
ARM = ((0.58, 0.48), (0.66, 0.52), (0.76, 0.58), (0.78, 0.48), (0.81, 0.36), (0.85, 0.34))
"""Along the missing arm of the bundled picture, from the shoulder to the hand, in shares of its sides."""
BRUSH, FRAMES = 4, 4
"""How many presses make the brush as wide as an arm; pictures of the film for each stretch of it."""
ABOVE, BELOW = 64, 80
"""CSS pixels that the studio leaves free around a picture of which all is seen."""
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


def on_screen(canvas: FloatRect, x: float, y: float) -> tuple[float, float]:
    """Where a place of the picture is seen; it lies fitted between what floats over the canvas."""
    side = canvas["height"] - ABOVE - BELOW
    return canvas["x"] + canvas["width"] / 2 + (x - 0.5) * side, canvas["y"] + ABOVE + y * side


def sitting(page: Page) -> Film:
    """Paint, say, generate, look, keep."""
    film = Film(page)
    page.get_by_role("button", name="Generate").wait_for()
    canvas = page.locator("canvas").last.bounding_box()
    assert canvas
    page.wait_for_timeout(1500)
    film.take(1500)
    for _ in range(BRUSH):
        page.keyboard.press("]")
    first, *rest = [on_screen(canvas, *place) for place in ARM]
    page.mouse.move(*first)
    page.mouse.down()
    for (x, y), (to_x, to_y) in itertools.pairwise([first, *rest]):
        for i in range(1, FRAMES + 1):
            page.mouse.move(x + (to_x - x) * i / FRAMES, y + (to_y - y) * i / FRAMES)
            film.take(70)
    page.mouse.up()
    film.take(800)
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("")
    for word in PROMPT.split():
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
    middle, level = canvas["x"] + canvas["width"] / 2, canvas["y"] + canvas["height"] / 2
    page.mouse.move(middle, level)
    page.mouse.down()
    for i in range(13):
        page.mouse.move(middle + canvas["height"] * 0.3 * math.sin(i / 12 * math.pi), level)
        film.take(120)
    page.mouse.up()
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
