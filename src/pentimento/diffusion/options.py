"""What a request may change about the way a sampler walks."""

import math
from dataclasses import dataclass

from pentimento.words.choices import UniPCSkip, UniPCVariant


@dataclass(frozen=True)
class SamplerOptions:
    """The finer settings of all samplers; each reads those it knows.

    eta               share of fresh noise: 0 walks the probability-flow ODE, 1 the full SDE
    s_churn           noise added before each step of Euler, Heun and DPM2, spread over the run
    s_tmin, s_tmax    the noise levels between which churn is on
    s_noise           factor on the noise added between steps; Euler a, LCM and Restart take none
    unipc_*           order, variant, spacing, and whether the last steps lower the order
    complete          timestep samplers: evaluate every step down to the clean image; the reference stops a step early
    pure_noise        UniPC: the start is nothing but noise, so the walk begins at the last trained timestep
    """

    eta: float = 0.0
    s_churn: float = 0.0
    s_tmin: float = 0.0
    s_tmax: float = math.inf
    s_noise: float = 1.0
    unipc_order: int = 3
    unipc_variant: UniPCVariant = UniPCVariant.BH1
    unipc_skip: UniPCSkip = UniPCSkip.TIME_UNIFORM
    unipc_lower_order_final: bool = True
    complete: bool = True
    pure_noise: bool = False
