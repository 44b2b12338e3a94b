"""How quick the studio is in Chromium, against a server that does not compute.

Run: make bench-studio [ROUNDS=300] [MINI=1]. Prints a table and writes it into docs/performance.md. Of each move of the
brush, and of the picture under it, it counts what the page's main thread works, script, style, layout and paint, as
Chromium's own counters have it; the picture is 6000 × 4000 with a mask over much of it.
"""

import argparse
import gzip
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import machine
import numpy as np
import PIL.Image
from playwright.sync_api import CDPSession, Page, sync_playwright

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))
ASSETS = ROOT / "src/pentimento/api/static/assets"
PAGE = ROOT / "docs/performance.md"
TABLE = ("<!-- studio: made by make bench-studio -->", "<!-- end of studio -->")
CHROMIUM = "/usr/bin/chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
SIDE = (6000, 4000)
GOALS = {"median": 8.0, "p95": 16.0, "interactive": 1.0, "script": 250.0, "memory": 0.10}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mini", action="store_true", help="few events and rounds: only whether it runs to its end")
    parser.add_argument("--events", type=int, default=300, help="so many moves of the brush (300)")
    parser.add_argument("--rounds", type=int, default=300, help="so many rounds for the memory (300)")
    chosen = parser.parse_args()
    mini, rounds = chosen.mini, 4 if chosen.mini else chosen.rounds
    with opened() as page:
        interactive = time_to_interactive(page)
        events = 40 if mini else chosen.events
        large_picture(page)
        work, panning = stroke_work(page, events), panning_work(page, events)
        growth = memory_growth(page, rounds)
    lines = table(work, panning, interactive, script_size(), growth, rounds)
    print("\n".join(lines))
    if not mini:
        written(lines)


@contextmanager
def opened() -> Iterator[Page]:
    """A page of a server of its own, nothing loaded yet."""
    from server import process_of

    folder = Path(tempfile.mkdtemp(prefix="pentimento-bench-"))
    with process_of(folder, "--runner", "fake", log=folder / "log") as (address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_context(viewport={"width": 1440, "height": 900}, base_url=address).new_page()
        page.set_default_timeout(120_000)
        yield page
        browser.close()


def ready(page: Page) -> None:
    page.locator("[aria-label='Save the picture']:enabled").wait_for()


def time_to_interactive(page: Page) -> float:
    """Seconds from the address until the page has drawn itself, which its script does: best of three."""
    times = []
    for _ in range(3):
        page.goto("/")
        ready(page)
        drawn = "performance.getEntriesByName('first-contentful-paint')[0].startTime / 1000"
        times.append(float(page.evaluate(drawn)))
    return min(times)


def large_picture(page: Page) -> None:
    """A mask over much of a picture of 6000 × 4000."""
    path = Path(tempfile.mkdtemp()) / "large.jpg"
    rows, columns = np.mgrid[: SIDE[1] : 8, : SIDE[0] : 8]
    small = np.stack([columns // 24, rows // 16, (rows + columns) // 40], axis=-1).astype(np.uint8)
    PIL.Image.fromarray(small).resize(SIDE).save(path)
    page.locator("#open").set_input_files(path)
    while int(page.locator("[title='100 %']").inner_text().split()[0]) > 30:
        page.wait_for_timeout(200)
    x, y = middle(page)
    page.keyboard.press("r")
    drag(page, (x - 250, y - 120), (x + 250, y + 120))
    page.keyboard.press("b")
    for _ in range(12):
        page.keyboard.press("]")
    page.wait_for_timeout(3000)


def stroke_work(page: Page, count: int) -> list[float]:
    """Milliseconds of the main thread for each move of the brush, over the mask and beside it."""
    x, y = middle(page)
    return moving_work(page, [(x - 300 + 600 * i / count, y + 100 * np.sin(i / 12)) for i in range(count)])


def panning_work(page: Page, count: int) -> list[float]:
    """Milliseconds of the main thread for each move of the picture, mask and all, to and fro."""
    page.keyboard.press("h")
    x, y = middle(page)
    return moving_work(page, [(x + 150 * np.sin(i / 12), y + 90 * np.cos(i / 9)) for i in range(count)])


def moving_work(page: Page, path: list[tuple[float, float]]) -> list[float]:
    """Milliseconds of the main thread for each move along a path, the button down."""
    hand = page.context.new_cdp_session(page)
    hand.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.mouse.move(*path[0])
    page.mouse.down()
    work = []
    for place in path:
        before = busy(hand)
        page.mouse.move(*place)
        page.evaluate("new Promise((seen) => requestAnimationFrame(() => setTimeout(seen, 0)))")
        work.append(1000 * (busy(hand) - before))
    page.mouse.up()
    hand.detach()
    return work


def middle(page: Page) -> tuple[float, float]:
    """Of the canvas, in pixels of the page."""
    stage = page.locator(".stage canvas").last.bounding_box()
    assert stage is not None
    return stage["x"] + stage["width"] / 2, stage["y"] + stage["height"] / 2


def busy(hand: CDPSession) -> float:
    """The processor's seconds that the main thread has worked so far, this asking included: neighbours do not count."""
    metrics = {each["name"]: each["value"] for each in hand.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


def memory_growth(page: Page, rounds: int) -> float:
    """By how much more memory the second half of so many rounds takes than the first, as a share."""
    page.goto("/")
    ready(page)
    page.locator("#open").set_input_files(ROOT / "src/pentimento/starter/demo.png")
    while int(page.locator("[title='100 %']").inner_text().split()[0]) < 100:
        page.wait_for_timeout(200)
    x, y = middle(page)
    drag(page, (x - 40, y), (x + 40, y + 20))
    held = []
    hand = page.context.new_cdp_session(page)
    for _ in range(rounds):
        page.keyboard.press("Control+Enter")
        keep = page.get_by_role("button", name="Keep ⏎")
        keep.wait_for()
        keep.click()
        keep.wait_for(state="detached")
        held.append(held_bytes(hand))
    half = len(held) // 2
    first, second = statistics.median(held[half // 2 : half]), statistics.median(held[half + half // 2 :])
    return second / first - 1


def held_bytes(hand: CDPSession) -> float:
    """What the script holds, garbage not counted: what hangs on the document goes only in a second turn."""
    for _ in range(2):
        hand.send("HeapProfiler.collectGarbage")
    return float(hand.send("Runtime.getHeapUsage")["usedSize"])


def drag(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=8)
    page.mouse.up()


def script_size() -> float:
    """Kilobytes of all scripts of the page, compressed."""
    return sum(len(gzip.compress(path.read_bytes())) for path in ASSETS.glob("index-*.js")) / 1000


def table(
    work: list[float], panning: list[float], interactive: float, script: float, growth: float, rounds: int
) -> list[str]:
    rows: list[tuple[str, str, str, bool]] = [
        row("work for each move of the brush, median", statistics.median(work), "ms", GOALS["median"]),
        row("work for each move of the brush, 95 of 100", most_of(work), "ms", GOALS["p95"]),
        row("work for each move of the picture, median", statistics.median(panning), "ms", GOALS["median"]),
        row("work for each move of the picture, 95 of 100", most_of(panning), "ms", GOALS["p95"]),
        row("time until the page answers", interactive, "s", GOALS["interactive"]),
        row("script, compressed", script, "kB", GOALS["script"]),
        row(f"memory after {rounds} rounds, against half of them", 100 * growth, "%", 100 * GOALS["memory"]),
    ]
    head = [
        f"{machine.name()}, load {os.getloadavg()[2]:.0f}; {len(work)} pointer events",
        "",
        "| | measured | goal | |",
        "|---|---:|---:|---|",
    ]
    return head + [
        f"| {what} | {value} | {goal} | {'kept' if good else 'missed'} |" for what, value, goal, good in rows
    ]


def most_of(work: list[float]) -> float:
    """What 95 of 100 do not go beyond."""
    return sorted(work)[int(0.95 * len(work))]


def row(what: str, value: float, unit: str, goal: float) -> tuple[str, str, str, bool]:
    return what, f"{value:.1f} {unit}", f"≤ {goal:g} {unit}", value <= goal


def written(lines: list[str]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    start, end = (text.index(mark) for mark in TABLE)
    PAGE.write_text(text[: start + len(TABLE[0])] + "\n" + "\n".join(lines) + "\n" + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
