"""What is known about each sampler and each scheduler: tables, and how a written name is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from pentimento.words.choices import SamplerName, SchedulerName
from pentimento.words.errors import RequestError

Name = TypeVar("Name", SamplerName, SchedulerName)


class NoiseKind(StrEnum):
    """What noise a sampler adds on its way."""

    NONE = "none"
    CHURN = "churn"
    PER_IMAGE = "per image"
    BROWNIAN = "brownian"


class EtaKind(StrEnum):
    """Which of the two eta settings a sampler listens to."""

    ANCESTRAL = "ancestral"
    DDIM = "ddim"


DEFAULT_ETA: Mapping[EtaKind, float] = {EtaKind.ANCESTRAL: 1.0, EtaKind.DDIM: 0.0}


@dataclass(frozen=True)
class SamplerFacts:
    """What the rest of the house has to know about a sampler.

    aliases                other names it goes by
    automatic              the schedule it is given when none is chosen; None: its own or the model's
    second_order           two network calls a step, for those who count calls
    discards_penultimate   its schedule is built one longer and loses its last positive sigma
    noise                  what noise it adds
    uses_ensd              whether the eta noise seed delta is worth recording
    eta                    which eta it listens to, if any
    on_timesteps           walks training timesteps with eps predictions; else sigmas with clean guesses
    only_ends              of its schedule only the two ends count
    couples_batch          one picture of a batch changes the steps of the others
    """

    aliases: tuple[str, ...]
    automatic: SchedulerName | None = None
    second_order: bool = False
    discards_penultimate: bool = False
    noise: NoiseKind = NoiseKind.NONE
    uses_ensd: bool = False
    eta: EtaKind | None = None
    on_timesteps: bool = False
    only_ends: bool = False
    couples_batch: bool = False

    @property
    def default_eta(self) -> float:
        return DEFAULT_ETA[self.eta] if self.eta else 0.0


_KARRAS, _EXPONENTIAL = SchedulerName.KARRAS, SchedulerName.EXPONENTIAL
_EACH, _TREE, _CHURN = NoiseKind.PER_IMAGE, NoiseKind.BROWNIAN, NoiseKind.CHURN
_ANCESTRAL, _DDIM = EtaKind.ANCESTRAL, EtaKind.DDIM

# fmt: off
FACTS: Mapping[SamplerName, SamplerFacts] = {
    SamplerName.DPMPP_2M: SamplerFacts(("k_dpmpp_2m",), _KARRAS),
    SamplerName.DPMPP_SDE: SamplerFacts(
        ("k_dpmpp_sde",), _KARRAS, second_order=True, noise=_TREE, eta=_ANCESTRAL),
    SamplerName.DPMPP_2M_SDE: SamplerFacts(("k_dpmpp_2m_sde",), _EXPONENTIAL, noise=_TREE, eta=_ANCESTRAL),
    SamplerName.DPMPP_2M_SDE_HEUN: SamplerFacts(
        ("k_dpmpp_2m_sde_heun",), _EXPONENTIAL, noise=_TREE, eta=_ANCESTRAL),
    SamplerName.DPMPP_2S_A: SamplerFacts(
        ("k_dpmpp_2s_a",), _KARRAS, second_order=True, noise=_EACH, uses_ensd=True, eta=_ANCESTRAL),
    SamplerName.DPMPP_3M_SDE: SamplerFacts(
        ("k_dpmpp_3m_sde",), _EXPONENTIAL, discards_penultimate=True, noise=_TREE, eta=_ANCESTRAL),
    SamplerName.EULER_A: SamplerFacts(
        ("k_euler_a", "k_euler_ancestral"), noise=_EACH, uses_ensd=True, eta=_ANCESTRAL),
    SamplerName.EULER: SamplerFacts(("k_euler",), noise=_CHURN),
    SamplerName.LMS: SamplerFacts(("k_lms",)),
    SamplerName.HEUN: SamplerFacts(("k_heun",), second_order=True, noise=_CHURN),
    SamplerName.DPM2: SamplerFacts(
        ("k_dpm_2",), _KARRAS, second_order=True, discards_penultimate=True, noise=_CHURN),
    SamplerName.DPM2_A: SamplerFacts(
        ("k_dpm_2_a",), _KARRAS, second_order=True, discards_penultimate=True, noise=_EACH, uses_ensd=True,
        eta=_ANCESTRAL),
    SamplerName.DPM_FAST: SamplerFacts(
        ("k_dpm_fast",), noise=_EACH, uses_ensd=True, eta=_ANCESTRAL, only_ends=True),
    SamplerName.DPM_ADAPTIVE: SamplerFacts(
        ("k_dpm_ad",), noise=_EACH, uses_ensd=True, eta=_ANCESTRAL, only_ends=True, couples_batch=True),
    SamplerName.RESTART: SamplerFacts(("restart",), _KARRAS, second_order=True, noise=_EACH),
    SamplerName.DDIM: SamplerFacts(("ddim",), noise=_EACH, eta=_DDIM, on_timesteps=True),
    SamplerName.DDIM_CFGPP: SamplerFacts(("ddim_cfgpp",), noise=_EACH, eta=_DDIM, on_timesteps=True),
    SamplerName.PLMS: SamplerFacts(("plms",), on_timesteps=True),
    SamplerName.UNIPC: SamplerFacts(("unipc",), on_timesteps=True),
    SamplerName.LCM: SamplerFacts(("k_lcm",), noise=_EACH),
}
# fmt: on


@dataclass(frozen=True)
class SchedulerFacts:
    """name: as in requests of the older dialect; rho: its own curvature, where it has one."""

    name: str
    aliases: tuple[str, ...] = ()
    rho: float | None = None
    needs_model: bool = False


SCHEDULERS: Mapping[SchedulerName, SchedulerFacts] = {
    SchedulerName.AUTOMATIC: SchedulerFacts("automatic"),
    SchedulerName.UNIFORM: SchedulerFacts("uniform", needs_model=True),
    SchedulerName.KARRAS: SchedulerFacts("karras", rho=7.0),
    SchedulerName.EXPONENTIAL: SchedulerFacts("exponential"),
    SchedulerName.POLYEXPONENTIAL: SchedulerFacts("polyexponential", rho=1.0),
    SchedulerName.SGM_UNIFORM: SchedulerFacts("sgm_uniform", ("SGMUniform",), needs_model=True),
    SchedulerName.KL_OPTIMAL: SchedulerFacts("kl_optimal"),
    SchedulerName.ALIGN_YOUR_STEPS: SchedulerFacts("align_your_steps"),
    SchedulerName.SIMPLE: SchedulerFacts("simple", needs_model=True),
    SchedulerName.NORMAL: SchedulerFacts("normal", needs_model=True),
    SchedulerName.DDIM: SchedulerFacts("ddim", needs_model=True),
    SchedulerName.BETA: SchedulerFacts("beta", needs_model=True),
}


def scheduler_for(sampler: SamplerName, scheduler: SchedulerName) -> SchedulerName:
    """The schedule really used: Automatic is what the sampler likes best, or uniform in the model's time."""
    if scheduler is not SchedulerName.AUTOMATIC:
        return scheduler
    return FACTS[sampler].automatic or SchedulerName.UNIFORM


def sampler_named(text: str) -> tuple[SamplerName, SchedulerName | None]:
    """Read a sampler's name or alias, in any case, with or without a scheduler behind it (`DPM++ 2M Karras`).

    Raises RequestError, with the nearest name, when there is none such.
    """
    wanted = text.strip().casefold()
    if wanted in _SAMPLERS:
        return _SAMPLERS[wanted], None
    for ending, scheduler in _SCHEDULERS.items():
        if wanted.endswith(f" {ending}"):
            sampler = wanted.removesuffix(ending).strip()
            return _look_up(sampler, _SAMPLERS, "sampler"), scheduler
    return _look_up(text, _SAMPLERS, "sampler"), None


def scheduler_named(text: str) -> SchedulerName:
    """Read a scheduler's name, label or alias, in any case. Raises RequestError when there is none such."""
    return _look_up(text, _SCHEDULERS, "scheduler")


def _look_up(text: str, names: Mapping[str, Name], kind: str) -> Name:
    wanted = text.strip().casefold()
    if wanted in names:
        return names[wanted]
    known = list(dict.fromkeys(names.values()))
    nearest = get_close_matches(wanted, names, n=1, cutoff=0.4)
    suggestion = f"Did you mean {names[nearest[0]]}? " if nearest else ""
    raise RequestError(f"there is no {kind} {text!r}", f"{suggestion}There are: {', '.join(known)}.")


def _sampler_spellings() -> Iterator[tuple[str, SamplerName]]:
    for name, facts in FACTS.items():
        yield from ((spelling.casefold(), name) for spelling in (name, *facts.aliases))


def _scheduler_spellings() -> Iterator[tuple[str, SchedulerName]]:
    for name, facts in SCHEDULERS.items():
        yield from ((spelling.casefold(), name) for spelling in (name, facts.name, *facts.aliases))


_SAMPLERS: Mapping[str, SamplerName] = dict(_sampler_spellings())
_SCHEDULERS: Mapping[str, SchedulerName] = dict(sorted(_scheduler_spellings(), key=lambda row: -len(row[0])))
"""Longest first, so that `SGM Uniform` is not read as `Uniform`."""
