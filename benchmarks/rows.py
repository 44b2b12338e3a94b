"""The rows of the table: what is measured, against what, and the goals."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from contest import Here, Samples, Verdict, Worker, in_turns, ratio
from machine import Ceilings
from places import mini, shrunk

OURS, FP32, BF16, BF16_CL = "pentimento", "diffusers", "diffusers bf16", "diffusers bf16 cl"
GIB = 2**30
TERA = {"step": 1.607, "encode": 1.12, "decode": 2.51}
"""TFLOP at 512²; a step for prompt and negative prompt together."""


def step_work(side: int) -> float:
    """TFLOP of one CFG step: a sixth of it is attention at 512², which grows with the square of the places."""
    places = (side / 512) ** 2
    return TERA["step"] * (0.84 * places + 0.16 * places**2)


@dataclass(frozen=True)
class Extent:
    """How thoroughly.

    repetitions  of each run, taken in turns
    affordable   seconds that one run may take
    steps        of a job, from which 20 are computed
    whole        side of the pictures of the row "masked-job"
    one_thread   whether all is measured with one thread too
    worker       where a contestant is at work
    """

    repetitions: int
    affordable: float
    steps: int = 4
    whole: int = 1024
    one_thread: bool = False
    worker: Callable[[str, int], Worker] = Worker


FULL = Extent(3, 45, one_thread=True)
QUICK = Extent(2, 10, steps=2, whole=512)
MINI = Extent(1, 10, steps=2, worker=Here)


@dataclass(frozen=True)
class Setting:
    """The extent, with the threads in use, the processes at hand, and what the machine can do in this minute."""

    extent: Extent
    threads: int
    workers: Mapping[str, Worker]
    ceilings: Ceilings

    def turns(
        self, names: Sequence[str], task: str, measure: str = "", most: int | None = None, **how: Any
    ) -> dict[str, Samples]:
        """Seconds, the processor's own with one thread, which neighbours disturb less; or another measure.

        most  repetitions at most
        """
        chosen = {name: self.workers[name] for name in names}
        seconds = "cpu" if self.threads == 1 else "wall"
        repetitions = min(self.extent.repetitions, most or self.extent.repetitions)
        return in_turns(chosen, task, repetitions, self.extent.affordable, measure or seconds, **how)

    def alone(self, *names: str) -> None:
        """Let the processes of all others go, so that their memory is free; they start again when they are asked."""
        for name, worker in self.workers.items():
            if name not in names:
                worker.close()

    def side(self, names: Sequence[str], tera: float, side: int = 512) -> int:
        """The largest side at which the slowest of them can be afforded; `tera` is the work at 512²."""
        if mini():
            return shrunk(side)
        slowest = min(self.workers[name].rate for name in names)
        while side > 128 and tera * (side / 512) ** 2 / slowest > self.extent.affordable:
            side //= 2
        return side


@dataclass(frozen=True)
class Line:
    """One line of the table. `told` is what was measured, for the reader."""

    what: str
    against: str
    verdict: Verdict
    told: str


Row = Callable[[Setting], Iterator[Line]]


Goals = tuple[float, float]
"""What a row must reach, and what is wished."""


def _against(
    setting: Setting, what: str, task: str, goals: Mapping[str, Goals], tera: float, side: int = 512, **how: Any
) -> Iterator[Line]:
    """Ours against some opponents; those that can be afforded at the same side are asked together.

    tera  work at 512²
    """
    sides = {opponent: setting.side((OURS, opponent), tera, side) for opponent in goals}
    for fits in sorted(set(sides.values()), reverse=True):
        opponents = [opponent for opponent in goals if sides[opponent] == fits]
        taken = setting.turns((OURS, *opponents), task, side=fits, **how)
        for opponent in opponents:
            pair = {name: taken[name] for name in (OURS, opponent)}
            value, spread = ratio(*pair.values())
            yield Line(f"{what} {fits}²", opponent, Verdict(value, spread, *goals[opponent]), _seconds(pair))


def _seconds(taken: Mapping[str, Samples]) -> str:
    return ", ".join(f"{name} {samples.best:.2f} s (n {len(samples.values)})" for name, samples in taken.items())


def step(setting: Setting) -> Iterator[Line]:
    goals = {BF16_CL: (0.95, 0.85), FP32: (0.33, 0.25)}
    yield from _against(setting, "one CFG step", "step", goals, TERA["step"])
    side = setting.side((OURS,), TERA["step"])
    taken = setting.turns((OURS,), "step", side=side)
    work = step_work(side)
    ceiling = max(setting.ceilings.float32, setting.ceilings.bfloat16)
    value = taken[OURS].best * ceiling / work
    verdict = Verdict(value, taken[OURS].spread, 2.2, 1.7)
    yield Line(f"one CFG step {side}²", f"floor: {work:.2f} TFLOP at {ceiling:.3f} TFLOP/s", verdict, _seconds(taken))


def small_step(setting: Setting) -> Iterator[Line]:
    yield from _against(setting, "one CFG step", "step", {BF16_CL: (0.82, 0.70)}, TERA["step"], 256)


def autoencoder(setting: Setting) -> Iterator[Line]:
    for task in ("encode", "decode"):
        yield from _against(setting, f"VAE {task}", task, {BF16: (0.45, 0.36)}, TERA[task])


def job(setting: Setting) -> Iterator[Line]:
    steps = setting.extent.steps
    goals = {FP32: (0.35, 0.28), BF16: (0.85, 0.75), BF16_CL: (1.0, 0.93)}
    work = (TERA["step"] * steps + TERA["encode"] + TERA["decode"]) / 3  # a job may take thrice as long as a part of it
    yield from _against(setting, "job of 20 steps", "job", goals, work, most=2, steps=steps)


def outside(setting: Setting) -> Iterator[Line]:
    steps = setting.extent.steps
    side = setting.side((OURS,), TERA["step"] * steps)
    taken = setting.turns((OURS,), "job", "outside", most=2, side=side, steps=steps)[OURS]
    verdict = Verdict(taken.best, taken.spread, 0.01, 0.003)
    yield Line(f"outside the networks, {side}²", "the job", verdict, f"{taken.best:.2%} of 20 steps")


def rounds(setting: Setting) -> Iterator[Line]:
    told = setting.workers[OURS].ask("job", side=shrunk(256), steps=2, rounds=2)
    again = told["calls"].get("text", 0) + told["calls"].get("encode", 0)
    yield Line("second round, same picture and prompt", "0 calls", Verdict(again, 0, 0, 0), f"calls: {told['calls']}")


MASKED = ((1024, 0.02, 12, 18), (1024, 0.10, 8, 10.5), (512, 0.05, 2, 2.6))
MARGIN, MULTIPLE = 32, 64


def rectangle(side: int, share: float) -> int:
    """The mask's square and its surroundings, rounded up as the tables of `performance.md` do."""
    wanted = round(side * share**0.5) + 2 * MARGIN
    return min(side, -(-wanted // MULTIPLE) * MULTIPLE)


def masked(setting: Setting) -> Iterator[Line]:
    setting.alone(OURS)
    whole: dict[int, Samples] = {}
    for side, share, must, wish in MASKED:
        if side not in whole:
            whole[side] = setting.turns((OURS,), "step", most=2, side=shrunk(side), batch=1)[OURS]
        around = shrunk(rectangle(side, share))
        part = setting.turns((OURS,), "step", side=around, batch=1)[OURS]
        value, spread = whole[side].best / part.best, whole[side].spread + part.spread
        told = f"{whole[side].best:.2f} s whole, {part.best:.2f} s at {around}²"
        what = f"only masked, {side}² with {share:.0%}, one step"
        yield Line(what, "whole picture", Verdict(value, spread, must, wish, more=True), told)


def around(setting: Setting) -> Iterator[Line]:
    setting.alone(OURS)
    side = setting.side((OURS,), 4 * TERA["step"])
    part = max(side // 4, shrunk(MULTIPLE))
    whole = setting.turns((OURS,), "step", side=side)[OURS]
    less = setting.turns((OURS,), "part", side=side, around=part)[OURS]
    told = f"{whole.best:.2f} s whole, {less.best:.2f} s on {part}² of it"
    verdict = Verdict(whole.best / less.best, whole.spread + less.spread, None, None, more=True)
    yield Line(f"around the mask, {side}², a later step", "whole picture", verdict, told)


def masked_job(setting: Setting) -> Iterator[Line]:
    setting.alone(OURS)
    side, share = setting.extent.whole, 0.05
    ask = setting.workers[OURS].ask
    whole = ask("job", side=shrunk(side), steps=1, share=share)
    part = ask("job", side=shrunk(side), steps=setting.extent.steps, share=share, work=shrunk(rectangle(side, share)))
    verdict = Verdict(whole["wall"] / part["wall"], 0.1, 7, 10, more=True)
    told = f"{whole['wall']:.0f} s whole, {part['wall']:.0f} s around the mask (20 steps computed)"
    yield Line(f"only masked, {side}² with {share:.0%}, whole job", "whole picture", verdict, told)


def loading(setting: Setting) -> Iterator[Line]:
    read = setting.turns((OURS,), "read")[OURS]
    for kind, against, goals in (("safetensors", "reading the file", (1.5, 1.0)), ("ckpt", FP32, (0.4, 0.25))):
        names = (OURS,) if kind == "safetensors" else (OURS, FP32)
        taken = setting.turns(names, "load", kind=kind)
        floor = read if kind == "safetensors" else taken[FP32]
        value, spread = ratio(taken[OURS], floor)
        told = _seconds(taken | ({"reading": read} if kind == "safetensors" else {}))
        yield Line(f"load .{kind}, touched", against, Verdict(value, spread, *goals), told)


def loading_memory(setting: Setting) -> Iterator[Line]:
    setting.alone()
    import model

    for kind in ("safetensors", "ckpt"):
        fresh = setting.extent.worker(OURS, setting.threads)
        peak = fresh.ask("load", kind=kind)["peak"]
        fresh.close()
        size = model.safetensors().stat().st_size
        verdict = Verdict((peak - size) / GIB, 0.01, 0.3, 0.0)
        yield Line(f"peak of loading .{kind}", "GiB above the file", verdict, f"{peak / GIB:.2f} GiB")


def memory(setting: Setting) -> Iterator[Line]:
    setting.alone()
    work = TERA["step"] + TERA["encode"] + TERA["decode"]
    side = setting.side((OURS, BF16), work / 5)
    peaks = {}
    for name in (OURS, BF16):
        fresh = setting.extent.worker(name, setting.threads)
        peaks[name] = fresh.ask("job", side=side, steps=1)["peak"]
        fresh.close()
    told = ", ".join(f"{name} {peak / GIB:.2f} GiB" for name, peak in peaks.items())
    yield Line(f"peak memory of a job {side}²", BF16, Verdict(peaks[OURS] / peaks[BF16], 0.02, 1.05, 0.9), told)


def batch(setting: Setting) -> Iterator[Line]:
    setting.alone(OURS)
    side = setting.side((OURS,), TERA["step"] * 4)
    one = setting.turns((OURS,), "step", most=2, side=side, batch=2)[OURS]
    four = setting.turns((OURS,), "step", most=2, side=side, batch=8)[OURS]
    value, spread = four.best / 4 / one.best, one.spread + four.spread
    told = f"{four.best / 4:.2f} s a picture, {one.best:.2f} s alone"
    yield Line(f"batch of 4, a step per picture, {side}²", "batch of 1", Verdict(value, spread, 1.05, 0.95), told)


def preview(setting: Setting) -> Iterator[Line]:
    side = setting.side((OURS,), TERA["step"])
    of_step = setting.turns((OURS,), "step", side=side)[OURS]
    shown = setting.turns((OURS,), "preview", side=side)[OURS]
    value, spread = ratio(shown, of_step)
    told = f"{1000 * shown.best:.2f} ms, a step {of_step.best:.2f} s"
    yield Line(f"preview each step (linear), {side}²", "the step", Verdict(value, spread, 0.01, None), told)


def text(setting: Setting) -> Iterator[Line]:
    """The layers read features that no step has seen, so they compute; a step does not, after its first."""
    side = setting.side((OURS,), TERA["step"], 256)
    read = setting.turns((OURS,), "text")[OURS]
    of_step = setting.turns((OURS,), "step", side=side)[OURS]
    value, spread = ratio(read, of_step)
    told = f"{1000 * read.best:.1f} ms saved, a step {of_step.best:.2f} s"
    yield Line(f"text read once, saved of a step {side}²", "the step", Verdict(value, spread, None, None), told)


ROWS: Mapping[str, Row] = {
    # those with opponents first: their processes then go, and leave their memory
    "step": step,
    "small-step": small_step,
    "text": text,
    "autoencoder": autoencoder,
    "job": job,
    "loading": loading,
    "outside": outside,
    "rounds": rounds,
    "masked": masked,
    "around": around,
    "masked-job": masked_job,
    "batch": batch,
    "preview": preview,
    "loading-memory": loading_memory,
    "memory": memory,
}
ALL_THREADS_ONLY = frozenset({"job", "outside", "rounds", "masked-job", "loading", "loading-memory", "memory"})
"""Rows that are not measured with one thread besides."""
