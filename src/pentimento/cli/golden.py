"""Run recorded cases of the reference through the whole way and compare the pictures and their settings."""

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from pentimento.api.webui.bodies import Body, Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.translation import translate
from pentimento.pixels.codec import encode_picture, read_picture, write_whole
from pentimento.pixels.files import Files
from pentimento.words.compat import CompatName
from pentimento.words.errors import PentimentoError, RequestError
from pentimento.words.events import Painted

LARGEST = 2
"""Largest difference of a sample that is within tolerance …"""
SHARE = 0.002
"""… and the largest share of samples that may differ at all."""

BODIES: dict[str, type[Body]] = {"/sdapi/v1/img2img": Img2ImgBody, "/sdapi/v1/txt2img": Txt2ImgBody}
VERSION = re.compile(r"Version: [^,\n]*")


@dataclass(frozen=True)
class Verdict:
    """How one case came out: differences over all its pictures, and what else is wrong."""

    case: str
    largest: float
    mean: float
    share: float
    fault: str = ""

    @property
    def within(self) -> bool:
        return not self.fault and self.largest <= LARGEST and self.share <= SHARE


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Write what was made to OUT/<case>/out-N.png.")
@click.option("--case", "only", multiple=True, help="Run only these cases.")
def golden(folder: Path, out: Path | None, only: tuple[str, ...]) -> None:
    """Run every case of FOLDER/cases and print how far each is from what was recorded."""
    cases = [case for case in sorted((folder / "cases").iterdir()) if not only or case.name in only]
    if not cases:
        raise RequestError(f"{folder} holds no cases", "Give a folder with cases/<name>/request.json in it.")
    click.echo(f"{'case':42} {'max':>4} {'mean':>8} {'differ':>8}  verdict")
    verdicts = [shown(verdict) for verdict in run(folder, cases, out)]
    within = sum(verdict.within for verdict in verdicts)
    worst = max(verdicts, key=lambda verdict: (not verdict.within, verdict.largest, verdict.share))
    click.echo(f"{len(verdicts)} cases, {within} within tolerance, worst {worst.case}")
    if within < len(verdicts):
        raise SystemExit(1)


def shown(verdict: Verdict) -> Verdict:
    said = "ok" if verdict.within else (verdict.fault or "differs")
    click.echo(f"{verdict.case:42} {verdict.largest:4.0f} {verdict.mean:8.5f} {verdict.share:8.3%}  {said}")
    return verdict


def run(folder: Path, cases: list[Path], out: Path | None) -> Iterator[Verdict]:
    """Each case, in order; a case that fails is a verdict too."""
    from pentimento.runners.inline import InlineRunner

    runner = InlineRunner(folder / "checkpoints", device="cpu", dtype="float32", threads=1)
    for case in cases:
        try:
            made = painted(case, folder, runner)
        except PentimentoError as error:
            yield Verdict(case.name, 255, 255, 1, str(error).replace("\n", " "))
            continue
        if out:
            for one in made:
                place = out / case.name / f"out-{one.number}.png"
                place.parent.mkdir(parents=True, exist_ok=True)
                write_whole(place, encode_picture(one.picture, ".png", one.parameters))
        yield compared(case, made)


def painted(case: Path, folder: Path, runner: Any) -> list[Painted]:
    """What our engine makes of a recorded request."""
    recorded = json.loads((case / "request.json").read_text())
    body = dict(recorded["body"])
    if recorded.get("init_images"):
        body["init_images"] = [_base64(folder / name) for name in recorded["init_images"]]
    if recorded.get("mask"):
        body["mask"] = _base64(folder / recorded["mask"])
    files = Files()
    request = translate(BODIES[recorded["endpoint"]](**body), {}, CompatName.WEBUI, files)
    return [event for event in runner.run(request, files) if isinstance(event, Painted)]


def compared(case: Path, made: list[Painted]) -> Verdict:
    expected = sorted(case.glob("out-*.png"), key=lambda path: int(path.stem.partition("-")[2]))
    if len(expected) != len(made):
        return Verdict(case.name, 255, 255, 1, f"{len(made)} pictures where {len(expected)} were recorded")
    differences = []
    for path, one in zip(expected, made, strict=True):
        wanted = read_picture(path.read_bytes()).samples
        if wanted.shape != one.picture.samples.shape:
            return Verdict(case.name, 255, 255, 1, f"shape {one.picture.samples.shape} instead of {wanted.shape}")
        differences.append(np.abs(wanted.astype(np.int32) - one.picture.samples).ravel())
    difference = np.concatenate(differences)
    return Verdict(
        case.name,
        float(difference.max()),
        float(difference.mean()),
        float((difference > 0).mean()),
        settings_fault(case, made),
    )


def settings_fault(case: Path, made: list[Painted]) -> str:
    """How the settings text differs, its version aside; nothing if it does not."""
    recorded = json.loads((case / "infotext.json").read_text())["infotexts"]
    for wanted, one in zip(recorded, made, strict=True):
        want, got = VERSION.sub("", wanted), VERSION.sub("", one.parameters)
        if want != got:
            return f"settings differ: {got!r} instead of {want!r}"
    return ""


def _base64(path: Path) -> str:
    return base64.b64encode(path.read_bytes()).decode()
