"""How weights move: Muon for matrices, AdamW for the rest."""

from collections.abc import Callable, Iterable

import torch
from torch import Tensor, nn
from torch.optim import AdamW, Optimizer

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the quintic iteration that drives singular values to about 1 (Jordan et al. 2024, Muon)."""


class Muon(Optimizer):
    """Momentum whose matrix is orthogonalised before each step; convolutions count as out × (in · height · width).

    Source: Jordan et al. 2024, "Muon"; the factor 0.2 √max(rows, columns), which makes its rate mean what AdamW's
    does, from Liu et al. 2025 (arXiv:2502.16982), equation 4.
    """

    def __init__(
        self, parameters: Iterable[nn.Parameter], lr: float, momentum: float = 0.95, decay: float = 0.01
    ) -> None:
        super().__init__(parameters, {"lr": lr, "momentum": momentum, "decay": decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # ty: ignore[incompatible-method-override]
        for group in self.param_groups:
            for weight in group["params"]:
                if weight.grad is None:
                    continue
                state = self.state[weight]
                if not state:
                    state["momentum"] = torch.zeros_like(weight)
                average = state["momentum"].lerp_(weight.grad, 1 - group["momentum"])
                update = weight.grad.lerp(average, group["momentum"]).flatten(1)
                size = 0.2 * max(update.shape) ** 0.5
                weight.mul_(1 - group["lr"] * group["decay"])
                weight.add_(orthogonal(update).view_as(weight), alpha=-group["lr"] * size)


def orthogonal(matrix: Tensor, iterations: int = 5) -> Tensor:
    """The nearest half-orthogonal matrix, roughly: singular values fall in about [0.7, 1.2].

    Each iteration multiplies with a polynomial of the Gram matrix; these commute, so that they are gathered in the
    small square matrix and meet the large one once, at the end.
    """
    a, b, c = NEWTON_SCHULZ
    tall = matrix.shape[0] > matrix.shape[1]
    x = matrix.T if tall else matrix
    x = x / (x.norm() + 1e-7)
    gram = x @ x.T
    identity = torch.eye(len(x))
    gathered = identity
    for _ in range(iterations):
        factor = a * identity + b * gram + c * gram @ gram
        gathered = factor @ gathered
        gram = factor @ gram @ factor
    x = gathered @ x
    return x.T if tall else x


def optimisers(modules: Iterable[nn.Module], muon_rate: float, adam_rate: float) -> tuple[Muon, AdamW]:
    """Muon for what is a matrix, AdamW for embeddings, vectors, and the first and last layers."""
    matrices, others = [], []
    for module in modules:
        for name, weight in module.named_parameters():
            at_the_edge = any(part in name for part in ("embedding", "conv_in", "conv_out", "quant_conv"))
            (others if weight.ndim < 2 or at_the_edge else matrices).append(weight)
    return Muon(matrices, muon_rate), AdamW(others, adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
