"""A training under way: weights, optimisers, averages and the step reached, kept in one file; and its loop."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.nn.functional import conv2d
from torch.optim import Optimizer

from pentimento.starter.optimiser import optimisers
from pentimento.starter.recipe import Recipe
from pentimento.starter.sheets import Log

SAVE_EVERY = 25


class Training:
    """Some networks on their way: weights, optimisers, the step reached; kept in one file.

    networks    by name; the running averages of those to be averaged go by `ema.NAME`
    """

    def __init__(self, file: Path, networks: dict[str, nn.Module], rate: float, ema: float | None = None) -> None:
        self.file = file
        self.networks = networks
        self.rate = rate
        self.ema = ema
        self.optimisers: tuple[Optimizer, ...] = optimisers(networks.values(), rate, rate)
        self.average = {name: copied(network) for name, network in networks.items()}
        self.step = 0
        if file.exists():
            self._resume(torch.load(file, weights_only=True))

    def _resume(self, state: dict[str, Any]) -> None:
        self.step = state["step"]
        for name, network in self.networks.items():
            network.load_state_dict(state[name])
        for optimiser, kept in zip(self.optimisers, state["optimisers"], strict=True):
            optimiser.load_state_dict(kept)
        self.average = state["average"]

    def save(self) -> None:
        state: dict[str, Any] = {name: network.state_dict() for name, network in self.networks.items()}
        state |= {"step": self.step, "average": self.average, "optimisers": [o.state_dict() for o in self.optimisers]}
        partial = self.file.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(self.file)

    def learn(self, factor: float) -> None:
        """One step down the gradient at `factor` times the rate."""
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group["lr"] = self.rate * factor
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)
        self.step += 1
        self._average()

    @torch.no_grad()
    def _average(self) -> None:
        keep = min(self.ema or 0.0, self.step / (self.step + 10))
        for name, network in self.networks.items():
            averages, weights = self.average[name], network.state_dict()
            for key, weight in weights.items():
                averages[key].lerp_(weight, 1 - keep)

    @contextmanager
    def averaged(self) -> Generator[None, None, None]:
        """Within it the networks are their running averages: for looking, and for the end."""
        kept = {name: copied(network) for name, network in self.networks.items()}
        for name, network in self.networks.items():
            network.load_state_dict(self.average[name])
        yield
        for name, network in self.networks.items():
            network.load_state_dict(kept[name])


@contextmanager
def quickly() -> Generator[None, None, None]:
    """Within it products are of the faster type; attention is plain, for the fused kernel's way back takes five times
    as long for so few cells (torch 2.13, Zen 4).
    """
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16_pays()), sdpa_kernel(SDPBackend.MATH):
        yield


@cache
def bfloat16_pays() -> bool:
    """Whether a convolution there and back is faster in bfloat16 here.

    Having its instructions is not enough: on an Intel processor without AMX such a training took 1.4 times as long.
    """
    if not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        return False
    x, kernel = torch.ones(32, 64, 16, 16), torch.ones(128, 64, 3, 3, requires_grad=True)
    seconds = {}
    for fewer_bits in (False, True):
        rounds = []
        for _ in range(5):
            began = time.perf_counter()
            with torch.autocast("cpu", torch.bfloat16, enabled=fewer_bits):
                conv2d(x, kernel, padding=1).sum().backward()
            rounds.append(time.perf_counter() - began)
        seconds[fewer_bits] = min(rounds)
    return seconds[True] < seconds[False]


def copied(network: nn.Module) -> dict[str, Tensor]:
    return {key: weight.detach().clone() for key, weight in network.state_dict().items()}


def run(
    training: Training,
    steps: int,
    recipe: Recipe,
    loss_at: Callable[[int], Tensor],
    look: Callable[[int], str],
    log: Log,
) -> None:
    """From the step reached to the last, looking and saving on the way."""
    began, at = time.monotonic(), training.step
    while training.step < steps:
        step = training.step
        with quickly():
            loss = loss_at(step)
            loss.backward()
        training.learn(recipe.rate_factor(step, steps))
        log.add(step, loss.item())
        if training.step % SAVE_EVERY == 0 or training.step == steps:
            training.save()
            log.save()
        if training.step % recipe.look_every == 0 or training.step == steps:
            rate = (training.step - at) / (time.monotonic() - began)
            log.say(f"step {training.step}/{steps}  loss {log.recent():.4f}  {rate:.2f} steps/s  {look(training.step)}")
