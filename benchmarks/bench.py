"""Pentimento against diffusers and against the machine, at Stable Diffusion 1.5's size; random weights, no downloads.

Run: make bench [ROWS="step loading"] [QUICK=1] [MINI=1]. Prints a table, writes it as JSON beside the weights and,
where all rows were measured, into docs/performance.md.
"""

import argparse
import json
import os
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import machine
import model
import places
import report
import torch
from contest import Verdict
from rows import ALL_THREADS_ONLY, FULL, MINI, QUICK, ROWS, Extent, Line, Setting
from worker import CONTESTANTS


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", default=list(ROWS), help=f"which of {', '.join(ROWS)}; default all")
    parser.add_argument("--quick", action="store_true", help="smaller pictures, fewer runs, all threads only")
    parser.add_argument(
        "--mini", action="store_true", help="tiny networks, once: only whether every row runs to its end"
    )
    chosen = parser.parse_args(arguments)
    places.told_mini(chosen.mini)
    if unknown := set(chosen.rows) - set(ROWS):
        parser.error(f"no rows called {', '.join(sorted(unknown))}; there are {', '.join(ROWS)}")
    for made in (model.safetensors, model.pickled, model.diffusers_folder, places.helpers):
        made()
    lines = []
    print(f"{machine.name()}\n")
    for line in measured(chosen.rows, MINI if chosen.mini else QUICK if chosen.quick else FULL):
        lines.append(line)
        print(report.line(line), flush=True)
    result = {
        "machine": machine.name(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "quick": chosen.quick,
        "lines": lines,
    }
    place = places.folder() / "result.json"
    place.write_text(json.dumps(result, indent=1))
    print(f"\n{place}")
    if set(chosen.rows) == set(ROWS) and not chosen.mini:
        report.write(result)


def measured(names: Sequence[str], extent: Extent) -> Iterator[dict[str, Any]]:
    """Every line of the rows asked for, with the machine's ceilings of its minute."""
    everything = torch.get_num_threads()
    for threads in (1, everything) if extent.one_thread and everything > 1 else (everything,):
        workers = {name: extent.worker(name, threads) for name in CONTESTANTS}
        ours = workers["pentimento"].ask("route")
        for name in names:
            if threads < everything and name in ALL_THREADS_ONLY:
                continue
            begun = time.perf_counter()
            ceilings = machine.ceilings(threads)
            setting = Setting(extent, threads, workers, ceilings)
            for line in tried(name, setting):
                verdict = {**asdict(line.verdict), "word": line.verdict.word}
                yield {
                    "row": name, "what": line.what, "against": line.against, "told": line.told, **verdict,
                    "threads": threads, "route": ours, "ceilings": machine.described(ceilings),
                    "load_after": round(os.getloadavg()[0], 2), "seconds": round(time.perf_counter() - begun),
                }  # fmt: skip
        for worker in workers.values():
            worker.close()


def tried(name: str, setting: Setting) -> Iterator[Line]:
    """A row's lines; where it fails on the way, that is said, and the other rows go on."""
    try:
        yield from ROWS[name](setting)
    except Exception as failed:  # noqa: BLE001
        yield Line(name, "", Verdict(float("nan"), 0, None, None), str(failed) or type(failed).__name__)


if __name__ == "__main__":
    main()
