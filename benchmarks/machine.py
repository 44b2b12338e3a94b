"""What this machine can do in this minute: the ceilings every figure is to be read against."""

import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import places
import torch

SMALL, LARGE, TINY = 512, 2048, 64


@dataclass(frozen=True)
class Ceilings:
    """TFLOP/s of matrix products of float32 and bfloat16 with the threads in use, GB/s of a copy, and the load."""

    float32: float
    bfloat16: float
    copy: float
    load: float


def ceilings(threads: int) -> Ceilings:
    """With so many threads, in this minute."""
    torch.set_num_threads(threads)
    return Ceilings(matmul(torch.float32), matmul(torch.bfloat16), copied(), os.getloadavg()[0])


def matmul(kind: torch.dtype) -> float:
    """TFLOP/s, the best of some; a type that the machine only imitates is measured on a small product."""
    if places.mini():
        return _rate(kind, TINY)
    rate = _rate(kind, SMALL)
    return max(rate, _rate(kind, LARGE)) if rate > 0.02 else rate


def _rate(kind: torch.dtype, side: int) -> float:
    a = torch.randn(side, side).to(kind)
    return 2 * side**3 / shortest(lambda: a @ a) / 1e12


def copied() -> float:
    a = torch.zeros(1 << (16 if places.mini() else 26))
    b = torch.zeros_like(a)
    return 2 * a.nbytes / shortest(lambda: b.copy_(a)) / 1e9


def shortest(work: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of the best round: whatever else the machine does only adds."""
    times = []
    for _ in range(rounds):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return min(times)


def name() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
    return f"{model}, {os.cpu_count()} cores, torch {torch.__version__}, {torch.backends.cpu.get_cpu_capability()}"


def described(found: Ceilings) -> dict[str, float]:
    return {key: round(value, 3) for key, value in asdict(found).items()}
