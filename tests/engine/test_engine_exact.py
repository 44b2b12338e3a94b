"""Nothing outside the mask changes, whatever the picture's kind and however many rounds; and chance is repeatable."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pentimento.library import Made, run
from pentimento.pixels.codec import encode_picture, read_picture
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.choices import Area, MaskedContent, ResizeMode, SamplerName
from pentimento.words.images import Mask, Picture, Samples
from pentimento.words.request import Request

FEW = {"steps": 2, "cfg_scale": 2, "sampler": SamplerName.EULER_A, "seed": 1}


@pytest.fixture(scope="module")
def runner(tiny_checkpoint: Path) -> InlineRunner:
    return InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)


def painted(runner: InlineRunner, picture: Picture, mask: Mask, **settings: object) -> Iterator[Made]:
    files = Files()
    image = files.keep(encode_picture(picture, ".png", None))
    drawn = files.keep(encode_picture(Picture(mask[..., None]), ".png", None))
    yield from run(Request(images=(image,), mask=drawn, checkpoint="tiny", **FEW | settings), files, runner)


def a_picture(width: int, height: int, channels: int = 3, deep: bool = False, seed: int = 0) -> Picture:
    numbers = np.random.default_rng(seed)
    kind = np.uint16 if deep else np.uint8
    return Picture(numbers.integers(0, np.iinfo(kind).max, (height, width, channels), dtype=kind, endpoint=True))


def a_mask(width: int, height: int, left: int, top: int, side: int) -> Mask:
    mask = np.zeros((height, width), np.uint8)
    mask[top : top + side, left : left + side] = 255
    return mask


def outside(samples: Samples, mask: Mask, blur: int) -> Samples:
    """Samples further from the mask than its softness reaches."""
    reach = int(2.5 * blur + 0.5)
    rows, columns = np.nonzero(mask)
    near = np.zeros_like(mask, bool)
    near[
        max(rows.min() - reach, 0) : rows.max() + reach + 1, max(columns.min() - reach, 0) : columns.max() + reach + 1
    ] = 1
    return samples[~near]


@settings(max_examples=12, deadline=None)
@given(
    width=st.integers(9, 90),
    height=st.integers(9, 90),
    channels=st.integers(1, 4),
    deep=st.booleans(),
    place=st.tuples(st.floats(0, 0.8), st.floats(0, 0.8)),
    blur=st.integers(0, 6),
    area=st.sampled_from(list(Area)),
    mode=st.sampled_from([mode for mode in ResizeMode if mode is not ResizeMode.LATENT]),
    content=st.sampled_from(list(MaskedContent)),
)
def test_samples_outside_the_mask_are_the_inputs_bit_for_bit(
    runner, width, height, channels, deep, place, blur, area, mode, content
):
    picture = a_picture(width, height, channels, deep)
    mask = a_mask(width, height, int(place[0] * width), int(place[1] * height), 1 + min(width, height) // 3)
    settings = {"mask_blur": blur, "area": area, "resize_mode": mode, "masked_content": content, "padding": 8}
    (made,) = painted(runner, picture, mask, **settings)
    assert made.picture.samples.dtype == picture.samples.dtype
    assert np.array_equal(outside(made.picture.samples, mask, blur), outside(picture.samples, mask, blur))
    assert made.background.largest == 0


def test_the_hole_is_repainted(runner):
    picture, mask = a_picture(64, 64), a_mask(64, 64, 16, 16, 32)
    (made,) = painted(runner, picture, mask)
    changed = (made.picture.samples != picture.samples).any(-1)
    assert changed[mask == 255].mean() > 0.9


def test_twenty_rounds_leave_the_background_as_it_was(runner):
    first = picture = a_picture(48, 48, channels=4, deep=True)
    mask = a_mask(48, 48, 12, 12, 16)
    for seed in range(20):
        (made,) = painted(runner, picture, mask, seed=seed, steps=1, mask_blur=2)
        picture = read_picture(encode_picture(made.picture, ".png", made.parameters))
    assert np.array_equal(outside(picture.samples, mask, 2), outside(first.samples, mask, 2))
    assert not np.array_equal(picture.samples, first.samples)


def test_profile_and_orientation_come_along(runner):
    turned = PIL.Image.fromarray(a_picture(40, 24).samples)
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a note"
    data = io.BytesIO()
    turned.save(data, "PNG", exif=exif, icc_profile=b"a profile")
    files = Files()
    image = files.keep(data.getvalue())
    mask = files.keep(encode_picture(Picture(a_mask(24, 40, 8, 8, 8)[..., None]), ".png", None))
    (made,) = run(Request(images=(image,), mask=mask, checkpoint="tiny", **FEW), files, runner)
    with PIL.Image.open(io.BytesIO(encode_picture(made.picture, ".png", None))) as saved:
        assert saved.size == (24, 40)
        assert saved.getexif().get(0x0112, 1) == 1
        assert saved.getexif()[0x010E] == "a note"
        assert saved.info["icc_profile"] == b"a profile"


@pytest.mark.parametrize(
    "sampler", [SamplerName.EULER_A, SamplerName.DPMPP_SDE, SamplerName.DPM_ADAPTIVE, SamplerName.DDIM]
)
def test_a_picture_of_a_batch_is_what_its_seed_makes_alone(runner, sampler):
    picture, mask = a_picture(64, 64), a_mask(64, 64, 8, 8, 40)
    settings = {"sampler": sampler, "masked_content": MaskedContent.LATENT_NOISE, "steps": 3, "seed": 7}
    batch = list(painted(runner, picture, mask, batch_size=2, batch_count=2, **settings))
    assert [made.seed for made in batch] == [7, 8, 9, 10]
    for made in batch:
        (alone,) = painted(runner, picture, mask, **settings | {"seed": made.seed})
        difference = made.picture.samples.astype(int) - alone.picture.samples
        assert np.abs(difference).max() <= 2


def test_the_same_request_gives_the_same_bits(runner):
    picture, mask = a_picture(64, 64), a_mask(64, 64, 8, 8, 40)
    first, again = (next(painted(runner, picture, mask)) for _ in range(2))
    assert np.array_equal(first.picture.samples, again.picture.samples)
    assert first.parameters == again.parameters


def test_what_the_same_bits_need_is_recorded_in_the_file(runner):
    (made,) = painted(runner, a_picture(64, 64), a_mask(64, 64, 8, 8, 40))
    saved = read_picture(encode_picture(made.picture, ".png", made.parameters))
    machine = json.loads(saved.text["machine"])
    assert machine == {"device": "cpu", "dtype": "float32, stored", "threads": 1, "batch_size": 1}


def test_minus_one_draws_a_seed_and_says_which(runner):
    picture, mask = a_picture(64, 64), a_mask(64, 64, 8, 8, 40)
    (made,) = painted(runner, picture, mask, seed=-1)
    assert f"Seed: {made.seed}," in made.parameters
    (again,) = painted(runner, picture, mask, seed=made.seed)
    assert np.array_equal(made.picture.samples, again.picture.samples)


def test_the_mask_report_says_where_and_how_large(runner):
    mask = a_mask(96, 96, 0, 40, 24)
    (made,) = painted(runner, a_picture(96, 96), mask, area=Area.MASKED, padding=8, mask_blur=0, width=64, height=64)
    assert made.mask.coverage == pytest.approx(24 * 24 / 96**2)
    assert made.mask.sides == ("left",)
    assert made.mask.working == (64, 64)
    assert made.mask.scale == pytest.approx(64 / 40, rel=0.3)
