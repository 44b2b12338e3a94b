"""Noise: recorded numbers, published vectors, and independence of the batch."""

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.diffusion.noise import NoiseStreams, Variation, centred, nv_normal, philox, resolve_seeds, slerp
from pentimento.words.choices import NoiseSource
from pentimento.words.sizes import Size

RECORDED = dict(np.load(Path(__file__).parents[1] / "golden" / "noise" / "noise.npz"))


def made(name: str) -> torch.Tensor:
    """The noise that an entry's name describes."""
    source, what = name.split("/", 1)
    size = Size(RECORDED[name].shape[3], RECORDED[name].shape[2])
    draw = re.search(r"next(\d)", what)
    share = re.search(r"strength([\d.]+)", what)
    inner = re.search(r"from(\d+)x(\d+)", what)
    delta = re.search(r"ensd(\d+)", what)
    streams = NoiseStreams(
        NoiseSource(source),
        [1234, 1] if what.startswith("batch") else [int(re.findall(r"seed(\d+)", what)[0])],
        size,
        variation=Variation([0], float(share[1])) if share else None,
        resized_from=Size(int(inner[1]), int(inner[2])).cells if inner else None,
        seed_delta=int(delta[1]) if delta else 0,
    )
    noise = streams.first()
    for _ in range(int(draw[1]) if draw else 0):
        noise = streams.next()
    return noise


@pytest.mark.parametrize("name", RECORDED)
def test_noise_is_the_recorded_noise(name):
    tolerance = 1e-6 if "strength" in name else 0
    np.testing.assert_allclose(made(name).numpy(), RECORDED[name], atol=tolerance, rtol=0)


def test_philox_gives_its_published_words():
    counter = np.zeros((4, 2), np.uint64)
    counter[2] = [0, 1]
    words = philox(counter, np.array([1234, 0], np.uint64))
    assert words.T.tolist() == [
        [0x2090B348, 0xDA7CF0AB, 0x4401906F, 0xCBCA470E],
        [0xD115A128, 0x52FC7C75, 0xC7F33F17, 0x0F1539DB],
    ]


@pytest.mark.parametrize(
    ("seed", "call", "values"),
    [
        (0, 0, [-0.9246624, -0.42534396, -2.6438458, 0.14518388]),
        (0, 1, [0.18082589, -0.5522627, 0.9238134, -0.73497033]),
        (1234, 0, [-1.6164904, 0.5684552, -0.5102246, -0.9113394, -1.1555171, -0.22615087]),
        (1234, 1, [0.6330828, 1.6358219, -0.34586293, 1.0195528, -0.41219768, 1.427874]),
        (2**32 + 7, 0, [-0.28273523, -1.0128043, 0.00952883, 0.44708487]),
    ],
)
def test_nv_numbers_are_those_of_cuda(seed, call, values):
    np.testing.assert_allclose(nv_normal(seed, call, len(values)), values, rtol=1e-6)


def test_nv_numbers_are_unit_normal():
    numbers = nv_normal(5, 0, 200_000)
    assert abs(numbers.mean()) < 0.01
    assert abs(numbers.var() - 1) < 0.02
    assert abs((numbers**4).mean() - 3) < 0.1


@given(
    source=st.sampled_from([NoiseSource.CPU, NoiseSource.NV]),
    seeds=st.lists(st.integers(0, 2**63 + 64), min_size=1, max_size=3),
    share=st.sampled_from([0, 0.3, 1]),
    delta=st.sampled_from([0, 31337]),
    inner=st.sampled_from([None, Size(3, 8), Size(9, 5)]),
)
@settings(max_examples=30, deadline=None)
def test_a_picture_of_a_batch_has_the_noise_of_its_seed_alone(source, seeds, share, delta, inner):
    def streams(chosen: list[int], subseeds: list[int]) -> NoiseStreams:
        variation = Variation(subseeds, share)
        size = Size(6, 5)
        return NoiseStreams(source, chosen, size, variation=variation, seed_delta=delta, resized_from=inner)

    others = [7 + k for k in range(len(seeds))]
    batch = streams(seeds, others)
    batched = [batch.first(), batch.next(), batch.next()]
    for k, seed in enumerate(seeds):
        alone = streams([seed], [others[k]])
        for draw in batched:
            expected = alone.first() if draw is batched[0] else alone.next()
            assert torch.equal(draw[k : k + 1], expected)


def test_seeds_count_up_unless_variations_do():
    assert resolve_seeds(5, 9, 0, 3) == ([5, 6, 7], [9, 10, 11])
    assert resolve_seeds(5, 9, 0.1, 3) == ([5, 5, 5], [9, 10, 11])


def test_a_whole_turn_arrives_at_the_other_noise():
    low, high = torch.randn(2, 4, 16, 8, generator=torch.manual_seed(0))
    torch.testing.assert_close(slerp(1.0, low, high), high)
    torch.testing.assert_close(slerp(0.0, low, high), low)


@pytest.mark.parametrize(
    ("outer", "inner", "rows", "columns", "inner_rows"),
    [
        ((64, 64), (32, 32), (16, 48), (16, 48), (0, 32)),
        ((64, 96), (64, 64), (0, 64), (16, 80), (0, 64)),
        ((48, 48), (64, 64), (0, 48), (0, 48), (8, 56)),
        ((64, 64), (80, 40), (0, 64), (12, 52), (8, 72)),
    ],
)
def test_resized_noise_keeps_the_middle(outer, inner, rows, columns, inner_rows):
    field, middle = torch.zeros(1, *outer), torch.arange(1.0, 1 + inner[0] * inner[1]).reshape(1, *inner)
    result = centred(middle, field)
    assert (result[:, slice(*rows), slice(*columns)] > 0).all()
    assert int((result > 0).sum()) == (rows[1] - rows[0]) * (columns[1] - columns[0])
    assert result[0, rows[0], columns[0]] == middle[0, inner_rows[0], max((inner[1] - outer[1]) // 2, 0)]
