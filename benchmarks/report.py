"""The table of a measurement: on the terminal and in docs/performance.md."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- table: made by make bench -->", "<!-- end of table -->"


def line(said: Mapping[str, Any]) -> str:
    goals = ", ".join(f"{name} {goal}" for name in ("must", "wish") if (goal := reached(said, name)))
    load = f"load {said['ceilings']['load']:.1f}→{said['load_after']:.1f}"
    return (
        f"{said['what']:44} {said['value']:8.3f} ±{said['spread']:4.0%}  {said['word'] or '':12} against "
        f"{said['against']:24} {goals:24} threads {said['threads']}  {load}  {said['told']}"
    )


def reached(said: Mapping[str, Any], name: str) -> str:
    """What a goal asks for; empty where there is none."""
    return "" if said[name] is None else f"{'≥' if said['more'] else '≤'} {said[name]}"


def write(result: Mapping[str, Any]) -> None:
    """Put the table of the last result into the page."""
    put(BEGIN, END, table(result))


def put(begin: str, end: str, lines: Iterable[str]) -> None:
    """Put lines where the page has its place for them."""
    page = PAGE.read_text()
    before, _, rest = page.partition(begin)
    _, _, after = rest.partition(end)
    PAGE.write_text(before + "\n".join([begin, *lines, end]) + after)


def table(result: Mapping[str, Any]) -> Iterator[str]:
    quick = ", quick run: small pictures" if result["quick"] else ""
    yield f"\nMeasured {result['date']} on {result['machine']}{quick}.\n"
    yield "| what | against | threads | value | spread | must | wish | | measured | load |"
    yield "|---|---|--:|--:|--:|--:|--:|---|---|---|"
    for said in result["lines"]:
        load = f"{said['ceilings']['load']:.1f} → {said['load_after']:.1f}"
        yield (
            f"| {said['what']} | {said['against']} | {said['threads']} | **{said['value']:.3g}** | "
            f"{said['spread']:.0%} | {reached(said, 'must')} | {reached(said, 'wish')} | {said['word']} | "
            f"{said['told']} | {load} |"
        )
    yield "\nCeilings while it was measured (TFLOP/s of matrix products, GB/s of copying):\n"
    yield "| row | threads | float32 | bfloat16 | copy |\n|---|--:|--:|--:|--:|"
    seen = set()
    for said in result["lines"]:
        if (key := (said["row"], said["threads"])) not in seen:
            seen.add(key)
            found = said["ceilings"]
            yield f"| {said['row']} | {said['threads']} | {found['float32']} | {found['bfloat16']} | {found['copy']} |"
    yield ""
