"""How this machine computes fastest: found out once, then remembered in the cache folder."""

import json
import platform
import tempfile
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import torch

from pentimento.checkpoint.memory import cache_folder
from pentimento.nets.probe import ROUNDS, candidates, fastest
from pentimento.nets.route import Method, Route
from pentimento.words.errors import RequestError

FILE = "routes.json"
AUTO = "auto"
TYPES = {name: getattr(torch, name) for name in ("float32", "float16", "bfloat16")}


def route_of(dtype: str, device: torch.device) -> Route:
    """The route for a number type asked for, plain; or for "auto" the fastest here.

    Raises RequestError for another word.
    """
    if dtype == AUTO:
        return _fastest(device)
    if dtype not in TYPES:
        raise RequestError(f"there is no number type {dtype!r}", f"Give auto, {', '.join(TYPES)}.")
    return Route(TYPES[dtype], stored=TYPES[dtype] is torch.float32)


@cache
def _fastest(device: torch.device) -> Route:
    file, key = cache_folder() / FILE, _machine(device)
    known = _read(file)
    if key not in known:
        known[key] = _told(fastest(device))
        _keep(file, known)
    return _route(known[key])


def _machine(device: torch.device) -> str:
    """What the answer depends on: processor or card, torch, threads, what was tried and how often."""
    if device.type == "cuda":
        return f"{torch.cuda.get_device_name(device)}, torch {torch.__version__}"
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    name = next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())
    able = torch.backends.cpu.get_cpu_capability()
    tried = "; ".join(str(route) for kind in TYPES.values() for route in candidates(kind, device))
    threads = f"{torch.get_num_threads()} threads"
    return f"{name}, {able}, torch {torch.__version__}, {threads}, of {tried}, in {ROUNDS} rounds"


def _told(route: Route) -> dict[str, Any]:
    return {**asdict(route), "dtype": str(route.dtype).removeprefix("torch.")}


def _route(told: dict[str, Any]) -> Route:
    return Route(TYPES[told["dtype"]], told["channels_last"], Method(told["method"]), told["stored"])


def _read(file: Path) -> dict[str, dict[str, Any]]:
    """What was found out before; nothing where it is missing, spoilt or from another version."""
    try:
        known = json.loads(file.read_bytes())
        return {key: told for key, told in known.items() if _route(told)}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def _keep(file: Path, known: dict[str, dict[str, Any]]) -> None:
    """Write all at once; a cache that cannot be written is no reason to fail."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".tmp", delete=False) as part:
            json.dump(known, part, indent=1)
        Path(part.name).replace(file)
    except OSError:
        return
