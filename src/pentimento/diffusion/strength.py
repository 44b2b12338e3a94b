"""Denoising strength: how much of a schedule is run, and where it starts."""

from typing import NamedTuple

from pentimento.words.latents import Sigmas, Timesteps

FULL = 0.999
"""Strengths above this count as this, so that strength 1 runs a whole schedule and never one step more."""


LONGEST = 100_000
"""Steps of the longest schedule that is built; exact steps at strengths next to 0 would want any number."""


class Portion(NamedTuple):
    """What is run of a schedule.

    schedule_steps  steps of the full schedule
    t_enc           index from its end: t_enc + 1 steps are run in sigmas
    """

    schedule_steps: int
    t_enc: int


def portion(steps: int, strength: float, *, exact_steps: bool = False) -> Portion:
    """How long a schedule is built, and where it is entered, for a strength in [0, 1].

    exact_steps  the schedule is made longer, so that about `steps` of it are run whatever the strength
    """
    strength = min(strength, FULL)
    if exact_steps:
        return Portion(int(min(steps / strength, LONGEST)) if strength > 0 else 0, steps - 1)
    return Portion(steps, int(strength * steps))


def part_of_sigmas(sigmas: Sigmas, part: Portion) -> Sigmas:
    """The noise levels that are run; the first is the level of the starting point.

    Of a list that is shorter than the schedule was to be, the last step at least.
    """
    first = max(part.schedule_steps - part.t_enc - 1, 0)
    return sigmas[min(first, max(len(sigmas) - 2, 0)) :]


def part_of_timesteps(timesteps: Timesteps, part: Portion, *, complete: bool = True) -> tuple[Timesteps, int]:
    """(the timesteps that are run, the timestep whose noise the starting point has).

    complete  start the run at the starting point's own level; the reference starts one grid step below it (Q-4)
    """
    level = min(part.t_enc, len(timesteps) - 1)
    return timesteps[: level + 1 if complete else level], int(timesteps[level])
