from contextlib import suppress
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.grids.axes import NOTHING, Axis, read_axis
from pentimento.grids.dialect import axis_options, read_dialect_axis, real_numbers, whole_numbers
from pentimento.grids.expansion import expand, names
from pentimento.grids.listing import listed
from pentimento.grids.values import items, numbers
from pentimento.words.choices import MaskedContent, SamplerName, SchedulerName
from pentimento.words.errors import RequestError
from pentimento.words.request import Request


def axis(text: str) -> Axis:
    return read_axis(text, Random(0))


def along(text: str, name: str, request: Request | None = None) -> list[object]:
    grid = expand(request or Request(seed=1, variation_seed=2), axis(text), rng=Random(0))
    return [getattr(cell.request, name) for cell in grid.cells]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("denoising_strength=0:1:0.25", [0, 0.25, 0.5, 0.75, 1]),
        ("denoising-strength=0:1:0.3", [0, 0.3, 0.6, 0.9]),
        ("cfg_scale=1,3,7,15,30", [1, 3, 7, 15, 30]),
        ("cfg_scale=15:5:5", [15, 10, 5]),
        ("steps=1:3", [1, 2, 3]),
        ("steps=10:20[3],40", [10, 15, 20, 40]),
        ("steps=1:10[4]", [1, 4, 7, 10]),
        ("padding=0,32,128", [0, 32, 128]),
        ("mask_blur=0:16:8", [0, 8, 16]),
        ("masked_content=fill, latent noise", [MaskedContent.FILL, MaskedContent.LATENT_NOISE]),
        ("masked_content=*", list(MaskedContent)),
        ("tiling=on,off", [True, False]),
        ("sampler=k_euler,DPM++ 2M", [SamplerName.EULER, SamplerName.DPMPP_2M]),
        ('prompt="a cat, sitting",a dog', ["a cat, sitting", "a dog"]),
        ("prompt=a [cat|dog]", ["a [cat|dog]"]),
    ],
)
def test_an_axis_goes_through_its_values(text, values):
    name = text.partition("=")[0].replace("-", "_")
    assert along(text, name) == values


def test_a_sampler_with_a_schedule_behind_it_sets_both():
    assert along("sampler=Euler Karras", "scheduler") == [SchedulerName.KARRAS]


def test_a_word_of_the_prompts_is_replaced_everywhere_and_the_first_value_leaves_it():
    request = Request(prompt="a cat, cat", negative_prompt="no cat", seed=1, variation_seed=1)
    assert along("prompt=cat|dog|bird", "prompt", request) == ["a cat, cat", "a dog, dog", "a bird, bird"]
    assert along("replace=cat,dog", "negative_prompt", request) == ["no cat", "no dog"]


def test_words_are_put_in_every_order():
    request = Request(prompt="x red, big y", seed=1, variation_seed=1)
    assert along("order=red,big", "prompt", request) == ["x red, big y", "x big, red y"]


def test_a_size_sets_both_sides_and_soft_numbers_switch_soft_inpainting_on():
    grid = expand(Request(seed=1), axis("size=512x768"), axis("soft_mask_influence=0,0.5"), rng=Random(0))
    assert [(c.request.width, c.request.height) for c in grid.cells] == [(512, 768)] * 2
    assert [c.request.soft_inpainting.mask_influence for c in grid.cells] == [0, 0.5]


def test_random_values_lie_within_their_limits_and_seeds_of_minus_one_are_drawn():
    assert all(1 <= value <= 30 for value in along("cfg_scale=random[5]", "cfg_scale"))
    assert all(2 <= value <= 4 for value in along("steps=random 2:4[9]", "steps"))
    seeds = along("seed=-1,-1,7", "seed")
    assert seeds[2] == 7
    assert -1 not in seeds
    assert len(set(seeds)) == 3


@pytest.mark.parametrize(
    "text",
    [
        "cfg=1", "cfg_scale", "cfg_scale=", "cfg_scale=0:1", "cfg_scale=seven", "steps=1.5", "steps=0:1:0", "mask=x",
        "steps=1:100000", "sampler=Nobody", "masked_content=water", "size=512", "steps=random[9999]",
        "order=a,b,c,d,e,f,g",
        "s_tmin=random[x]",
        "variation_seed=1:1e300", "soft_mask_influence=2", "prompt=|x", "seed=1e999",
    ],
)  # fmt: skip
def test_an_axis_that_cannot_be_read_is_refused_at_once(text):
    with pytest.raises(RequestError):
        axis(text)


def test_cells_stand_in_reading_order_and_run_so_that_checkpoints_change_least():
    grid = expand(
        Request(seed=5, variation_seed=1),
        axis("checkpoint=a,b"),
        axis("cfg_scale=1,2"),
        axis("seed=1,2"),
        rng=Random(0),
    )
    assert [(c.x, c.y, c.z) for c in grid.cells][:5] == [(0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 1, 0), (0, 0, 1)]
    assert [c.request.checkpoint for c in grid.in_running_order()] == ["a"] * 4 + ["b"] * 4
    assert next(names(grid)) == "checkpoint a, cfg_scale 1, seed 1"


def test_seeds_are_drawn_once_for_all_cells_and_count_on_where_asked():
    grid = expand(Request(), axis("cfg_scale=1,2"), axis("steps=1,2"), rng=Random(0))
    assert len({(c.request.seed, c.request.variation_seed) for c in grid.cells}) == 1
    assert -1 not in {c.request.seed for c in grid.cells}
    axes = axis("cfg_scale=1,2"), axis("steps=1,2,3"), axis("clip_skip=1,2")
    every = expand(Request(seed=10), *axes, rng=Random(0), vary="xyz")
    assert [c.request.seed for c in every.cells] == list(range(10, 22))
    some = expand(Request(seed=10), *axes, rng=Random(0), vary="xz")
    assert [c.request.seed - 10 for c in some.cells] == [0, 1] * 3 + [2, 3] * 3


def test_a_cell_that_is_no_request_says_why_and_the_others_stand():
    grid = expand(Request(seed=1, prompt="a cat"), axis("prompt=a cat,a dog"), axis("replace=cat,bird"), rng=Random(0))
    assert [cell.request is None for cell in grid.cells] == [False, True, False, True]
    assert "'cat' is in neither prompt" in grid.cells[1].problem
    with pytest.raises(RequestError, match="neither"):
        expand(Request(seed=1), axis("replace=cat,bird"), rng=Random(0))


def test_without_axes_a_grid_is_one_cell():
    assert len(expand(Request(seed=1), NOTHING, rng=Random(0)).cells) == 1


@settings(max_examples=50)
@given(st.text())
def test_whatever_is_typed_is_read_or_refused(text):
    for typed in (text, f"cfg_scale={text}", f"prompt={text}", f"seed={text}"):
        with suppress(RequestError):  # and nothing else
            axis(typed)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1-5", [1, 2, 3, 4, 5]), ("1-5 (+2)", [1, 3, 5]), ("10-5 (-3)", [10, 7]), ("1-10 [5]", [1, 3, 5, 7, 10]),
        ("-3--1", [-3, -2, -1]), ("5-1", []), ("1, 2,,3", [1, 2, 3]),
    ],
)  # fmt: skip
def test_whole_numbers_of_the_dialect_are_read_as_recorded(text, values):
    assert whole_numbers(text) == values


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("0-1 (+0.25)", [0, 0.25, 0.5, 0.75, 1]), ("0-1 (+0.3)", [0, 0.3, 0.6, 0.8999999999999999, 1.2]),
        ("0-1 [5]", [0, 0.25, 0.5, 0.75, 1]), ("5-1 (-1)", [5, 4, 3, 2, 1]), ("1-5", [1, 2, 3, 4, 5]), ("7.5", [7.5]),
    ],
)  # fmt: skip
def test_real_numbers_of_the_dialect_are_read_as_recorded(text, values):
    assert real_numbers(text) == values


def test_a_range_of_the_dialect_without_a_sign_is_refused():
    with pytest.raises(RequestError):
        whole_numbers("1-5 (2)")


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("cfg_scale=1-7 (+3)", "cfg_scale=1:7:3"), ("denoising_strength=0-1 (+0.25)", "denoising_strength=0:1:0.25"),
        ("steps=1-10 [4]", "steps=1:10[4]"), ("steps=10-4 (-2)", "steps=10,8,6,4"), ("seed=3-5", "seed=3,4,5"),
        ("padding=0-64 (+32), 100", "padding=0,32,64,100"), ("sigma_min=1e-2-3e-2 (+0.01)", "sigma_min=0.01,0.02,0.03"),
    ],
)  # fmt: skip
def test_an_axis_of_ours_takes_the_dialects_ranges_too(theirs, ours):
    assert [point.label for point in axis(theirs).points] == [point.label for point in axis(ours).points]


def test_every_axis_is_listed_once_under_a_label_of_its_own_the_dialects_first():
    found = listed()
    assert len({axis.label for axis in found}) == len(found)
    plotted = {axis.name: axis.label for axis in found if axis.plotted}
    assert {option.name: option.label for option in axis_options("img2img") if option.name}.items() <= plotted.items()
    assert [axis.label for axis in found[:2]] == ["Seed", "Var. seed"]


def test_every_listed_axis_is_known():
    refused = []
    for name, *_ in listed():
        try:
            axis(f"{name}=nobody is called so")
        except RequestError as problem:
            refused.append(problem.message)
    assert not [message for message in refused if "no setting" in message]


def test_the_dialects_axes_stand_at_their_places():
    labels = [option.label for option in axis_options("img2img")]
    places = {
        0: "Nothing", 1: "Seed", 5: "CFG Scale", 7: "Prompt S/R", 9: "Sampler",
        10: "Checkpoint name", 16: "Schedule type",
        22: "Eta", 24: "Denoising",
        27: "Cond. Image Mask Weight", 30: "UniPC Order", 35: "SGM noise multiplier", 40: "Size",
    }  # fmt: skip
    assert {place: labels[place] for place in places} == places


def test_the_pictures_guidance_is_an_axis_of_the_dialect():
    axis = read_dialect_axis("img2img", 6, "1, 1.5-2.5 (+0.5)")
    grid = expand(Request(), axis, rng=Random(0))
    assert axis.name == "Image CFG Scale"
    assert [cell.request.image_cfg_scale for cell in grid.cells] == [1, 1.5, 2, 2.5]


def test_both_readers_give_the_same_cells():
    request = Request(seed=1, variation_seed=1, prompt="a cat")
    pairs = [
        (24, "0-1 (+0.5)", "denoising_strength=0:1:0.5"),
        (5, "1,7", "cfg_scale=1,7"),
        (7, "cat,dog", "prompt=cat|dog"),
    ]
    for index, typed, ours in pairs:
        theirs = expand(request, read_dialect_axis("img2img", index, typed), rng=Random(0))
        own = expand(request, axis(ours), rng=Random(0))
        assert [cell.request for cell in theirs.cells] == [cell.request for cell in own.cells]


def test_a_value_of_the_dialect_out_of_range_fails_in_its_cell():
    grid = expand(Request(seed=1), read_dialect_axis("img2img", 24, "0-1 (+0.3)"), rng=Random(0))
    assert [cell.request is None for cell in grid.cells] == [False] * 4 + [True]


def test_quotes_protect_commas():
    assert items('"a, b", c, "d ""e"""') == ["a, b", "c", 'd "e"']


@given(st.integers(-50, 50), st.integers(-50, 50), st.integers(1, 7))
@settings(max_examples=50)
def test_a_range_is_what_counting_gives(first, last, step):
    direction = step if last >= first else -step
    expected = list(range(first, last + (1 if last >= first else -1), direction))
    assert numbers(f"{first}:{last}:{step}", whole=True, limits=None, rng=Random(0)) == expected


def test_the_dialects_axis_of_faces_takes_the_restorer_that_is_named():
    index = next(i for i, option in enumerate(axis_options("img2img")) if option.label == "Face restore")
    axis = read_dialect_axis("img2img", index, "GFPGAN, codeformer, yes, no")
    grid = expand(Request(seed=1), axis, rng=Random(0))
    asked = [cell.request.restore_faces for cell in grid.cells if cell.request]
    assert asked == ["gfpgan", "codeformer", "codeformer", "none"]
