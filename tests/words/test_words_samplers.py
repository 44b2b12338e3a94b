"""Samplers and schedulers are found by any of their names."""

import pytest

from pentimento.words.choices import SamplerName, SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.samplers import FACTS, SCHEDULERS, sampler_named, scheduler_for, scheduler_named


def test_facts_are_known_of_every_sampler_and_scheduler():
    assert set(FACTS) == set(SamplerName)
    assert set(SCHEDULERS) == set(SchedulerName)


@pytest.mark.parametrize("name", SamplerName)
def test_a_sampler_is_found_by_name_and_alias_in_any_case(name):
    for spelling in (name, *FACTS[name].aliases):
        for text in (spelling, spelling.upper(), f" {spelling.lower()} "):
            assert sampler_named(text) == (name, None)


@pytest.mark.parametrize("scheduler", SchedulerName)
def test_a_scheduler_may_stand_behind_the_sampler(scheduler):
    for spelling in (scheduler, SCHEDULERS[scheduler].name, *SCHEDULERS[scheduler].aliases):
        assert sampler_named(f"DPM++ 2M {spelling}") == (SamplerName.DPMPP_2M, scheduler)
        assert scheduler_named(spelling.upper()) == scheduler


def test_an_unknown_name_is_refused_with_the_nearest_known():
    with pytest.raises(RequestError, match="Euler a") as refused:
        sampler_named("Euler ancestral")
    assert refused.value.hint.startswith("Did you mean Euler a?")
    with pytest.raises(RequestError, match="Did you mean Karras"):
        scheduler_named("karas")
    with pytest.raises(RequestError, match="there is no sampler"):
        sampler_named("")


def test_automatic_is_what_the_sampler_likes_best():
    assert scheduler_for(SamplerName.DPMPP_2M, SchedulerName.AUTOMATIC) == SchedulerName.KARRAS
    assert scheduler_for(SamplerName.EULER_A, SchedulerName.AUTOMATIC) == SchedulerName.UNIFORM
    assert scheduler_for(SamplerName.DPMPP_2M, SchedulerName.BETA) == SchedulerName.BETA
