"""How do time and memory grow with size, batch, steps, mask share and LoRAs? Curves as pictures in docs/curves.

Run: make bench-curves [CURVES="size share"] [MINI=1]. Stable Diffusion 1.5's size, random weights, one
thread, the processor's own seconds.
"""

import argparse
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import machine
import model
import places
import report
from contest import Here, Worker
from rows import rectangle

FOLDER = report.PAGE.parent / "curves"
BEGIN, END = "<!-- curves: made by make bench-curves -->", "<!-- end of curves -->"
GIB = 2**30
Point = tuple[float, float, float]
"""Where, seconds, GiB at the peak."""


@dataclass(frozen=True)
class Curve:
    title: str
    along: str
    measured: Callable[[Worker], Iterator[Point]]


def size(ours: Worker) -> Iterator[Point]:
    for side in (128, 192, 256, 384, 512):
        yield point(ours, side, side, 2)


def batch(ours: Worker) -> Iterator[Point]:
    for pictures in (1, 2, 3, 4):
        yield point(ours, pictures, 192, 2 * pictures)


def steps(ours: Worker) -> Iterator[Point]:
    for number in (1, 2, 4, 8):
        told = ours.ask("job", side=places.shrunk(128), steps=number)
        yield number, told["run"], told["peak"] / GIB


def share(ours: Worker) -> Iterator[Point]:
    """The step around masks over that share of a picture of 1024²."""
    for part in (0.01, 0.02, 0.05, 0.1, 0.15):
        yield point(ours, 100 * part, rectangle(1024, part), 1)


def loras(ours: Worker) -> Iterator[Point]:
    for count in (0, 1, 2, 4):
        told = ours.ask("loras", count=count)
        yield count, told["cpu"], told["peak"] / GIB


def point(ours: Worker, where: float, side: int, rows: int) -> Point:
    side = places.shrunk(side)
    ours.ask("step", side=side, batch=rows)  # the second one has its weights in form
    told = ours.ask("step", side=side, batch=rows)
    return where, told["cpu"], told["peak"] / GIB


CURVES: Mapping[str, Curve] = {
    "size": Curve("a guided step over the picture's side", "pixels", size),
    "batch": Curve("a guided step over the pictures in a batch, 192²", "pictures", batch),
    "steps": Curve("a whole job over its steps, 128²", "steps", steps),
    "share": Curve("an unguided step, only masked, over the masked share of 1024²", "% masked", share),
    "loras": Curve("putting LoRAs of rank 16 over all attention on", "LoRAs", loras),
}

WIDTH, HEIGHT, LEFT, TOP = 420, 240, 50, 34
TIME, MEMORY = "#b5452c", "#2c6fb5"


def drawn(curve: Curve, points: Sequence[Point]) -> str:
    """An SVG of seconds (left, red) and GiB (right, blue), both from zero."""
    most = [max(point[i] for point in points) or 1 for i in range(3)]

    def place(point: Point, which: int) -> tuple[float, float]:
        x = LEFT + (WIDTH - 2 * LEFT) * point[0] / most[0]
        return x, HEIGHT - TOP - (HEIGHT - 2 * TOP) * point[which] / most[which]

    def line(which: int, colour: str) -> str:
        at = [place(point, which) for point in points]
        path = " ".join(f"{x:.0f},{y:.0f}" for x, y in at)
        dots = "".join(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{colour}"/>' for x, y in at)
        return f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>{dots}'

    foot = HEIGHT - TOP
    marks = "".join(text(place(p, 1)[0], foot + 14, f"{p[0]:g}", "middle", "#555") for p in points)
    words = [
        text(WIDTH / 2, 16, curve.title, "middle", "#222"),
        text(WIDTH / 2, HEIGHT - 6, curve.along, "middle", "#555"),
        text(LEFT - 4, TOP + 4, f"{most[1]:.3g} s", "end", TIME),
        text(WIDTH - LEFT + 4, TOP + 4, f"{most[2]:.2g} GiB", "start", MEMORY),
    ]
    frame = f'<path d="M{LEFT} {TOP}V{foot}H{WIDTH - LEFT}V{TOP}" fill="none" stroke="#999"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'font-family="sans-serif" font-size="11"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f"{frame}{marks}{line(1, TIME)}{line(2, MEMORY)}{''.join(words)}</svg>\n"
    )


def text(x: float, y: float, words: str, anchor: str, colour: str) -> str:
    return f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("curves", nargs="*", default=list(CURVES), help=f"which of {', '.join(CURVES)}; default all")
    parser.add_argument("--mini", action="store_true", help="tiny networks: only whether every curve is drawn")
    chosen = parser.parse_args(arguments)
    mini = places.told_mini(chosen.mini)
    folder = places.folder() / FOLDER.name if mini else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    model.safetensors()
    for name in chosen.curves:
        curve = CURVES[name]
        ours = (Here if mini else Worker)("pentimento", 1)  # a new one, for a peak of memory of its own
        points = list(curve.measured(ours))
        ours.close()
        (folder / f"{name}.svg").write_text(drawn(curve, points))
        print(curve.title, [tuple(round(number, 2) for number in point) for point in points], flush=True)
    if not mini:
        shown = (f"![{curve.title}](curves/{name}.svg)" for name, curve in CURVES.items())
        where = f"{machine.name()}, load {os.getloadavg()[0]:.0f}, one thread."
        told = f"{where} Seconds of the processor in red, memory at the peak in blue."
        report.put(BEGIN, END, ["", told, "", *shown, ""])


if __name__ == "__main__":
    main()
