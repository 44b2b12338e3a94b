"""What the default mends, and that webui's habits are still there to be had: one statement, true and false.

Networks are formulas (tests/toy.py), so what a picture should be is known. docs/compat.md names these tests.
"""

import ast
import base64
from collections.abc import Callable
from functools import cache
from itertools import takewhile
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import PIL.Image
import pytest
import skimage.data
import torch

import pentimento
from pentimento.api.webui.bodies import Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.translation import translate
from pentimento.checkpoint.library import BUILTIN, Library
from pentimento.checkpoint.open import Opened, open_checkpoint
from pentimento.diffusion.noise import NoiseStreams
from pentimento.engine.canvas import canvas_of, prepared_mask
from pentimento.engine.conditioning import condition
from pentimento.engine.faces import ByNetwork, Faces
from pentimento.engine.paint import Candidate, Happening, Progress, Ready, paint
from pentimento.engine.start import Start, Starts
from pentimento.nets.networks import Networks
from pentimento.nets.spandrel import PictureNet, Purpose
from pentimento.nets.text import TextEncoder
from pentimento.nets.tiling import tiled
from pentimento.nets.unet import UNet
from pentimento.nets.vae import VAE
from pentimento.pixels.files import Files
from pentimento.prompt.reading import read_prompts
from pentimento.prompt.schedule import schedule
from pentimento.starter.portrait import PROMPT as PORTRAIT
from pentimento.words.choices import Area, Emphasis, MaskedContent, ResizeMode, SamplerName
from pentimento.words.compat import CompatName
from pentimento.words.errors import MaskSizeError, RequestError
from pentimento.words.images import Mask, Picture
from pentimento.words.latents import Latents
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.samplers import sampler_named
from tiny import tiny_modules
from toy import ToyText, ToyUNet, ToyVAE, cell, flat, level, toy

NONE, WEBUI = CompatName.NONE, CompatName.WEBUI
SIDE = 64
HASH = "0" * 64
PACKAGE = Path(pentimento.__file__).parent
TIMESTEP_SAMPLERS = (SamplerName.DDIM, SamplerName.PLMS, SamplerName.UNIPC)

Statement = Callable[[CompatName], bool]
MENDED: dict[str, Statement] = {}
"""True by default, false under webui."""
ALWAYS: dict[str, Statement] = {}
"""True under both: faults that equal pictures do not need."""
KEPT: dict[str, Statement] = {}
"""True under both: habits that are copied."""


def mended(name: str) -> Callable[[Statement], Statement]:
    return lambda statement: MENDED.setdefault(name, statement)


def always(name: str) -> Callable[[Statement], Statement]:
    return lambda statement: ALWAYS.setdefault(name, statement)


def kept(name: str) -> Callable[[Statement], Statement]:
    return lambda statement: KEPT.setdefault(name, statement)


@pytest.mark.parametrize("name", MENDED)
def test_mended_by_default(name):
    assert MENDED[name](NONE)
    assert not MENDED[name](WEBUI)


@pytest.mark.parametrize("name", ALWAYS)
def test_mended_everywhere(name):
    assert ALWAYS[name](NONE)
    assert ALWAYS[name](WEBUI)


@pytest.mark.parametrize("name", KEPT)
def test_kept(name):
    assert KEPT[name](NONE)
    assert KEPT[name](WEBUI)


# pictures, masks and jobs


def grey(value: int, side: int = SIDE) -> Picture:
    return Picture(np.full((side, side, 3), value, np.uint8))


def noisy(side: int = SIDE, channels: int = 3, kind: type = np.uint8) -> Picture:
    return Picture(np.random.default_rng(0).integers(0, np.iinfo(kind).max, (side, side, channels), kind))


def square(left: int, right: int, side: int = SIDE) -> Mask:
    mask = np.zeros((side, side), np.uint8)
    mask[left:right, left:right] = 255
    return mask


def request_of(compat: CompatName, **settings: object) -> Request:
    usual = {"images": (HASH,), "mask": HASH, "sampler": SamplerName.EULER, "seed": 1, "variation_seed": 1}
    return Request(compat=compat, **usual | {"cfg_scale": 1, "mask_blur": 0, "steps": 10} | settings)


def happenings(
    compat: CompatName,
    unet: ToyUNet,
    picture: Picture,
    mask: Mask | None,
    vae: ToyVAE | None = None,
    **settings: object,
) -> list[Happening]:
    request = request_of(compat, **settings if mask is not None else {"mask": None} | settings)
    drawn = None if mask is None else Picture(mask[..., None])
    prompts = (request.prompt, request.negative_prompt)
    return list(paint(request, prompts, [picture], drawn, toy(unet, vae), {}))


def painted(*args: object, **settings: object) -> list[np.ndarray]:
    """The samples of each finished picture."""
    return [made.picture.samples for made in happenings(*args, **settings) if isinstance(made, Candidate)]


def start_of(compat: CompatName, picture: Picture, mask: Mask, channels: int = 4, **settings: object) -> Start:
    """What the first batch begins with."""
    request = request_of(compat, **settings)
    canvas = canvas_of(request, [picture], Picture(mask[..., None]), SIDE)
    return Starts(request, canvas, toy(ToyUNet(flat, channels)).networks, [1, 2]).of(slice(0, request.batch_size))


def white() -> ToyUNet:
    return ToyUNet(level(1))


# prompts


@mended("Q-1 count_calls: half way is half of the steps really run")
def half_way(compat: CompatName) -> bool:
    unet = ToyUNet(flat)
    happenings(compat, unet, grey(90), None, prompt="[cat:dog:0.5]", steps=20, denoising_strength=0.5)
    contexts = [context.mean().item() for _, context in unet.calls]
    return abs(2 * contexts.count(contexts[0]) - len(contexts)) <= 1


@mended("Q-1 count_calls: half way is half way for samplers that ask twice a step")
def half_way_of_heun(compat: CompatName) -> bool:
    unet = ToyUNet(flat)
    settings = {"prompt": "[cat:dog:0.5]", "steps": 20, "denoising_strength": 0.5, "sampler": SamplerName.HEUN}
    happenings(compat, unet, grey(90), None, **settings)
    contexts = [context.mean().item() for _, context in unet.calls]
    return abs(2 * contexts.count(contexts[0]) - len(contexts)) <= 2


@mended("Q-2 trailing_weight: a number at the end is text")
def trailing_number(compat: CompatName) -> bool:
    ready = happenings(compat, white(), grey(90), None, prompt="ratio 16:9")[0]
    assert isinstance(ready, Ready)
    return ready.conditioning.parts[0][0] == 1


@always("Q-8: a schedule before a stray bracket is a schedule")
def stray_bracket(compat: CompatName) -> bool:
    return [entry.text for entry in schedule("[a:b:0.5])", 10)] == ["a)", "b)"]


@mended("Q-9 literal_breaks: BREAK breaks inside brackets too")
def bracketed_break(compat: CompatName) -> bool:
    ready = happenings(compat, white(), grey(90), None, prompt="(a BREAK b:1.2)")[0]
    assert isinstance(ready, Ready)
    return ready.conditioning.parts[0][1].at(1).shape[0] == 2 * 77


@mended("Q-10 comments_anywhere: a colour is no comment")
def hex_colour(compat: CompatName) -> bool:
    return read_prompts(request_of(compat, prompt="a #ff0000 wall")).plain[0] == "a #ff0000 wall"


@mended("Q-11 literal_breaks: an embedding moves along with its words")
def moved_embedding(compat: CompatName) -> bool:
    vectors = {"emb": torch.full((3, 4), 9.0)}
    text = "x " * 65 + ", y y y y y y emb y"
    text_encoder = toy(white()).networks.text
    said = condition(text, "", 10, request_of(compat), text_encoder, vectors).parts[0][1].at(1)
    return int((said[77:] > 5).all(-1).sum()) == 3


@kept("Q-12: one weighted word changes the others' features, unless the mean is left as it is")
def shared_mean(compat: CompatName) -> bool:
    def second_word(prompt: str, **settings: object) -> torch.Tensor:
        text, request = toy(white()).networks.text, request_of(compat, **settings)
        return condition(prompt, "", 10, request, text, {}).parts[0][1].at(1)[2]

    plain, weighted = second_word("cup table"), second_word("(cup:1.5) table")
    alone = second_word("(cup:1.5) table", emphasis=Emphasis.NO_NORM)
    return not torch.equal(plain, weighted) and torch.equal(plain, alone)


@mended("Q-42 ignore_unknown: an unknown kind of network is refused")
def unknown_network(compat: CompatName) -> bool:
    try:
        read_prompts(request_of(compat, prompt="a cat <hypernet:x:1>"))
    except RequestError:
        return True
    return False


# chance


@mended("Q-3 shared_noise: each picture of each batch can be made alone")
def each_alone(compat: CompatName) -> bool:
    settings = {"masked_content": MaskedContent.LATENT_NOISE, "denoising_strength": 0.9, "sampler": SamplerName.EULER_A}

    def made(**more: object) -> list[np.ndarray]:
        unet = ToyUNet(cell(0, 0.5))
        return painted(compat, unet, noisy(), square(16, 48), ToyVAE(std=0.2), **settings | more)

    job = made(batch_size=2, batch_count=2)
    return all(np.array_equal(picture, made(seed=1 + k)[0]) for k, picture in enumerate(job))


@mended("Q-3 noise_source: the same noise on every machine")
def first_noise(compat: CompatName) -> bool:
    request = request_of(compat)
    return NoiseStreams(request.random, [1], (8, 8)).source == "NV"


@mended("Q-15 shared_noise: noise in the hole is not the sampler's")
def independent_noise(compat: CompatName) -> bool:
    request = request_of(compat)
    start = start_of(compat, grey(128), np.full((SIDE, SIDE), 255, np.uint8), masked_content=MaskedContent.LATENT_NOISE)
    sampled = NoiseStreams(request.random, [1], canvas_of(request, [grey(128)], None, SIDE).size.cells).first()
    return abs(correlation(start.known, sampled)) < 0.2


def correlation(a: Latents | None, b: Latents) -> float:
    assert a is not None
    return torch.corrcoef(torch.stack([a.flatten(), b.flatten()]))[0, 1].item()


@kept("Q-31: at strength 1 the picture still shines through; latent nothing hides it")
def shines_through(compat: CompatName) -> bool:
    everything = np.full((SIDE, SIDE), 255, np.uint8)

    def differ(content: MaskedContent) -> bool:
        settings = {"denoising_strength": 1, "masked_content": content}
        one, other = (painted(compat, ToyUNet(flat), grey(value), everything, **settings)[0] for value in (20, 230))
        return not np.array_equal(one, other)

    return differ(MaskedContent.ORIGINAL) and not differ(MaskedContent.LATENT_NOTHING)


@kept("Q-32: with a variation strength pictures share the seed and differ by their variation seed")
def variations(compat: CompatName) -> bool:
    settings = {"variation_strength": 0.5, "variation_seed": 7, "batch_size": 2, "batch_count": 2}
    made = [one for one in happenings(compat, white(), grey(90), None, **settings) if isinstance(one, Candidate)]
    return [(one.seed, one.variation_seed) for one in made] == [(1, 7), (1, 8), (1, 9), (1, 10)]


@mended("couple_batches: the steps of DPM adaptive are not changed by a picture's neighbours")
def uncoupled(compat: CompatName) -> bool:
    settings = {"sampler": SamplerName.DPM_ADAPTIVE, "denoising_strength": 0.9, "noise_source": "NV", "eta": 0}

    def last_sigmas(**more: object) -> list[float]:
        steps = [
            one
            for one in happenings(compat, ToyUNet(either), noisy(), None, **settings | more)
            if isinstance(one, Progress)
        ]
        return [one.step.sigma for one in steps if one.batch == steps[-1].batch]

    return last_sigmas(batch_size=3) == last_sigmas(seed=3)


def either(x: torch.Tensor, alpha: float) -> torch.Tensor:
    """Knows cells of −1 and of 1."""
    return torch.tanh(x * alpha**0.5 / (1 - alpha))


# samplers


def hole_of_a_flat_picture(compat: CompatName, sampler: SamplerName) -> float:
    """The level painted in a hole of a flat picture of level 200, by a network that knows flat pictures only."""
    settings = {
        "sampler": sampler,
        "steps": 20,
        "denoising_strength": 1,
        "masked_content": MaskedContent.LATENT_NOTHING,
    }
    (picture,) = painted(compat, ToyUNet(flat), grey(200), square(24, 40), **settings)
    return float(picture[28:36, 28:36].mean())


for name in TIMESTEP_SAMPLERS:
    mended(f"Q-4 short_schedules: {name} paints the hole as bright as the picture")(
        lambda compat, name=name: abs(hole_of_a_flat_picture(compat, name) - 200) <= 3
    )


DIMMED = 0.6
"""Light of the picture in which the reference's holes come out dark."""


@cache
def hole_of_a_dim_picture(compat: CompatName, sampler: SamplerName) -> tuple[float, float]:
    """Mean level and contrast of what the starter paints into the middle of its own picture, dimmed."""
    dim = np.rint(np.array(PIL.Image.open(BUILTIN.parent / "demo.png").convert("RGB")) * DIMMED).astype(np.uint8)
    drawn = np.array(PIL.Image.open(BUILTIN.parent / "demo-mask.png").convert("L"))
    request = request_of(
        compat, prompt=PORTRAIT, masked_content=MaskedContent.LATENT_NOISE, denoising_strength=1,
        sampler=sampler, seed=7, batch_size=2, cfg_scale=1.5, noise_source="NV",
    )  # fmt: skip
    prompts = (request.prompt, "")
    made = paint(request, prompts, [Picture(dim)], Picture(drawn[..., None]), starter(), {})
    holes = np.stack([one.picture.samples[drawn > 128] for one in made if isinstance(one, Candidate)])
    return float(holes.mean()), float(holes.std(1).mean())


@cache
def starter() -> Opened:
    return open_checkpoint(BUILTIN / "starter.safetensors")


for name in TIMESTEP_SAMPLERS:

    @mended(f"Q-4 short_schedules: {name} paints a dim picture neither darker nor flatter than Euler")
    def as_light_as_euler(compat: CompatName, name: SamplerName = name) -> bool:
        level, contrast = hole_of_a_dim_picture(compat, name)
        usual, contrasted = hole_of_a_dim_picture(compat, SamplerName.EULER)
        return level > usual - 12 and contrast > 0.8 * contrasted


@mended("Q-4 short_schedules: every step asked for is run")
def every_step(compat: CompatName) -> bool:
    unet = ToyUNet(flat)
    happenings(compat, unet, grey(90), None, sampler=SamplerName.DDIM, steps=10, denoising_strength=0.04)
    return len(unet.calls) == 1


@mended("Q-4 short_schedules: the way begins at the noise level of its start")
def begins_at_its_level(compat: CompatName) -> bool:
    """At strength 0.5, DDIM's grid of ten steps is entered at timestep 501."""
    unet = ToyUNet(flat)
    happenings(compat, unet, grey(90), None, sampler=SamplerName.DDIM, steps=10, denoising_strength=0.5)
    return unet.calls[0][0][0].item() == 501


@always("Q-5: timesteps between the trained ones stay float32")
def fractional_timesteps(compat: CompatName) -> bool:
    unet = ToyUNet(flat)
    happenings(compat, unet, grey(90), None, scheduler="Karras", denoising_strength=0.7)
    times = torch.cat([times for times, _ in unet.calls])
    return times.dtype == torch.float32 and bool((times.half().float() != times).any())


@always("Q-6: samplers go by any of their names, and unknown ones are refused")
def sampler_names(compat: CompatName) -> bool:
    with pytest.raises(RequestError, match="Did you mean Euler"):
        sampler_named("Eulr")
    return sampler_named("K_EULER_A")[0] is SamplerName.EULER_A


@always("Q-16: a changed noise schedule holds at once")
def schedule_at_once(compat: CompatName) -> bool:
    settings = {"denoising_strength": 1, "steps": 4}
    plain, rescaled = ToyUNet(level(0)), ToyUNet(level(0))
    sigmas = [
        [
            one.step.sigma
            for one in happenings(compat, unet, grey(90), None, **settings | more)
            if isinstance(one, Progress)
        ]
        for unet, more in ((plain, {}), (rescaled, {"zero_terminal_snr": True}))
    ]
    return sigmas[0] != sigmas[1]


@always("Q-17: the negative pass is skipped with inpainting checkpoints too")
def skipped_with_extra(compat: CompatName) -> bool:
    unet = ToyUNet(flat, channels=9)
    happenings(compat, unet, grey(90), square(16, 48), cfg_scale=5, s_min_uncond=15, steps=8)
    rows = {len(times) for times, _ in unet.calls}
    return rows == {1, 2}


@always("Q-41: at CFG 1 the negative prompt is not run")
def no_negative_pass(compat: CompatName) -> bool:
    unet = ToyUNet(flat)
    happenings(compat, unet, grey(90), None, cfg_scale=1, negative_prompt="x")
    return all(len(times) == 1 for times, _ in unet.calls)


@mended("Q-45 soft_by_timestep: soft inpainting repaints as much with DDIM as with Euler")
def soft_alike(compat: CompatName) -> bool:
    mask = np.full((SIDE, SIDE), 128, np.uint8)

    def made(sampler: SamplerName) -> np.ndarray:
        settings = {"sampler": sampler, "steps": 20, "soft_inpainting": SoftInpainting(), "denoising_strength": 1}
        return painted(compat, ToyUNet(cell(0.8, 0.1)), grey(30), mask, **settings)[0].astype(int)

    return bool(abs(made(SamplerName.DDIM) - made(SamplerName.EULER)).max() <= 25)


# masks


def alpha_mask(alpha: int) -> Picture:
    samples = np.zeros((SIDE, SIDE, 4), np.uint8)
    samples[16:32, 16:32, 3] = alpha
    return Picture(samples)


@mended("Q-13 faint_masks: the noise of a canvas is no mask")
def faint_noise(compat: CompatName) -> bool:
    mask = np.maximum(square(56, 72, 128), 2)
    request = request_of(compat, area=Area.MASKED, padding=0, width=64, height=64)
    report = canvas_of(request, [grey(90, 128)], Picture(mask[..., None]), SIDE).report
    assert report is not None
    return report.crop.width == 16


@mended("Q-13 faint_masks: grey stays grey, drawn as light or as transparency")
def one_rule(compat: CompatName) -> bool:
    light = np.zeros((SIDE, SIDE, 1), np.uint8)
    light[16:32, 16:32] = 100
    request = request_of(compat)
    return np.array_equal(prepared_mask(request, alpha_mask(100)), prepared_mask(request, Picture(light)))


@mended("Q-14 overlay: a mask of another size is refused")
def other_size(compat: CompatName) -> bool:
    try:
        painted(compat, white(), grey(90), square(8, 24, 48))
    except MaskSizeError:
        return True
    return False


@mended("Q-26 blurred_box: more blur does not mean a larger crop")
def same_box(compat: CompatName) -> bool:
    def crop(blur: int) -> object:
        request = request_of(compat, area=Area.MASKED, padding=32, mask_blur=blur, width=64, height=64)
        report = canvas_of(request, [grey(90, 256)], Picture(square(100, 120, 256)[..., None]), SIDE).report
        assert report is not None
        return report.crop

    return crop(0) == crop(8)


@mended("Q-27 inward_blur: both areas have the same soft edge")
def same_edge(compat: CompatName) -> bool:
    def made(area: Area) -> np.ndarray:
        settings = {
            "area": area,
            "padding": 256,
            "mask_blur": 3,
            "width": SIDE,
            "height": SIDE,
            "denoising_strength": 1,
        }
        return painted(compat, white(), grey(0), square(24, 40), **settings)[0].astype(int)

    return bool(abs(made(Area.WHOLE) - made(Area.MASKED)).max() <= 2)


def stroke(width: int) -> Mask:
    mask = np.zeros((SIDE, SIDE), np.uint8)
    mask[:, 27 : 27 + width] = 255
    return mask


@mended("Q-28 sampled_mask, inward_blur: strokes of 1 to 8 pixels are repainted, blurred or not")
def thin_strokes(compat: CompatName) -> bool:
    """A white network and a black picture: what is white was repainted."""
    settings = {"denoising_strength": 1, "steps": 3}
    return all(
        (
            painted(compat, white(), grey(0), stroke(width), mask_blur=blur, **settings)[0][stroke(width) > 0] == 255
        ).all()
        for width in range(1, 9)
        for blur in (0, 4)
    )


@mended("Q-28 sampled_mask: an inpainting checkpoint is told the cells that are repainted, and sees none of them")
def told_the_same(compat: CompatName) -> bool:
    for mask in (stroke(1), stroke(3), stroke(12)):
        start = start_of(compat, grey(250), mask, channels=9)
        assert start.extra is not None
        assert start.hole is not None
        told, seen = start.extra[:, :1], start.extra[:, 1:2]
        if not torch.equal(told, start.hole) or bool((seen * told).any()) or not told.any():
            return False
    return True


@always("soft masks stay soft where cells are not rounded")
def soft_stays_soft(compat: CompatName) -> bool:
    mask = np.full((SIDE, SIDE), 100, np.uint8)
    hole = start_of(compat, grey(90), mask, mask_round=False).hole
    assert hole is not None
    return bool(torch.allclose(hole, torch.tensor(100 / 255)))


# pixels


@mended("Q-19 overlay: latent upscale and a mask work at every size")
def latent_upscale(compat: CompatName) -> bool:
    settings = {"resize_mode": ResizeMode.LATENT, "masked_content": MaskedContent.FILL, "width": 96, "height": 96}
    try:
        return painted(compat, white(), grey(0), square(16, 48), **settings)[0].shape == (SIDE, SIDE, 3)
    except RequestError:
        return False


@mended("Q-29 overlay: depth, transparency and every sample outside the mask stay")
def exact_outside(compat: CompatName) -> bool:
    picture, mask = noisy(channels=4, kind=np.uint16), square(16, 48)
    (made,) = painted(compat, white(), picture, mask)
    return made.dtype == np.uint16 and np.array_equal(made[mask == 0], picture.samples[mask == 0])


@mended("Q-30 colours_of_fill: the hole keeps its own colours")
def own_colours(compat: CompatName) -> bool:
    def red(x: torch.Tensor, alpha: float) -> torch.Tensor:
        return torch.tensor([0.9, -0.7, -0.7, 0.0])[None, :, None, None].expand_as(x)

    values = np.random.default_rng(0).integers(90, 160, (8, 8, 1), np.uint8).repeat(8, 0).repeat(8, 1).repeat(3, 2)
    settings = {"color_correction": True, "masked_content": MaskedContent.FILL, "denoising_strength": 1}
    (picture,) = painted(compat, ToyUNet(red), Picture(values), square(24, 40), **settings)
    inside = picture[28:36, 28:36].astype(int)
    return bool((inside[..., 0] - inside[..., 1]).mean() > 150)


@mended("Q-38 truncate_pixels: levels are rounded, not cut")
def rounded(compat: CompatName) -> bool:
    (picture,) = painted(compat, ToyUNet(level(2 * 200.9 / 255 - 1)), grey(90), None, denoising_strength=1)
    return bool((picture == 201).all())


@mended("Q-39 overlay: bars repeat the edge")
def bars(compat: CompatName) -> bool:
    samples = np.zeros((32, SIDE, 3), np.uint8)
    samples[:] = np.linspace(40, 200, 32)[:, None, None]
    settings = {"resize_mode": ResizeMode.FILL, "width": SIDE, "height": SIDE}
    (image,) = canvas_of(request_of(compat, mask=None, **settings), [Picture(samples)], None, SIDE).images
    return np.array_equal(image[:16], image[16:17].repeat(16, axis=0))


@mended("run_idle: strength 0 gives the picture back and runs no step, whatever the masked content")
def strength_zero(compat: CompatName) -> bool:
    picture = noisy(channels=4, kind=np.uint16)
    for content in MaskedContent:
        unet = white()
        made = happenings(
            compat, unet, picture, square(16, 48), denoising_strength=0, masked_content=content, batch_size=2
        )
        pictures = [one.picture.samples for one in made if isinstance(one, Candidate)]
        if unet.calls or len(pictures) != 2 or not all(np.array_equal(one, picture.samples) for one in pictures):
            return False
    return True


@mended("run_idle: an empty mask gives the picture back, runs no step and is warned of")
def empty_mask(compat: CompatName) -> bool:
    unet, picture = white(), noisy()
    ready, *made = happenings(compat, unet, picture, square(0, 0))
    assert isinstance(ready, Ready)
    pictures = [one.picture.samples for one in made if isinstance(one, Candidate)]
    said = any("empty" in warning for warning in ready.warnings)
    return not unet.calls and ready.steps == 0 and np.array_equal(pictures[0], picture.samples) and said


@mended("Q-21 vae_by_prefix: a VAE belongs to the checkpoint of exactly its name")
def own_vae(compat: CompatName) -> bool:
    with TemporaryDirectory() as folder:
        place = Path(folder) / "Stable-diffusion"
        place.mkdir()
        for name in ("model.safetensors", "model-v2.vae.pt"):
            (place / name).touch()
        found = Library(Path(folder)).vae(
            "Automatic", place / "model.safetensors", by_prefix=request_of(compat).switches.vae_by_prefix
        )
        return found is None


@mended("zero_edges: a picture that shall tile is encoded alike wherever it is cut")
def encoded_alike(compat: CompatName) -> bool:
    networks = Networks(UNet(ToyUNet(flat)), VAE(tiny_modules()["vae"], 1), TextEncoder(ToyText()))
    image = torch.rand(1, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(0)) * 2 - 1
    with tiled(networks, encoder=not request_of(compat).switches.zero_edges):
        whole, cut = (networks.vae.encode(seen).mean for seen in (image, image.roll((16, 24), (-2, -1))))
    return torch.allclose(whole.roll((2, 3), (-2, -1)), cut, atol=1e-4)


@mended("image_guidance: an instruct checkpoint follows the picture unless told otherwise")
def follows_the_picture(compat: CompatName) -> bool:
    return request_of(compat).image_guidance > 1


@mended("Q-46 every_face: a face that would become worse stays")
def worse_stays(compat: CompatName) -> bool:
    picture = Picture(skimage.data.astronaut()[20:340, 60:380])
    net = PictureNet(torch.zeros_like, torch.nn.Linear(1, 1), "black", Purpose.FACE, 1, 3, False)
    faces = Faces(ByNetwork(net, 0.5, background="#ffffff"), judged=not request_of(compat).switches.every_face)
    steps = faces.restored(picture, None, "#ffffff")
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value[1].restored == 0


# settings


@always("Q-7: a setting overridden for one request holds for that request")
def overridden_once(compat: CompatName) -> bool:
    stored = {"CLIP_stop_at_last_layers": 3}

    def clip_skip(**body: object) -> int:
        return translate(Txt2ImgBody(**body), stored, compat, Files()).clip_skip

    asked = [clip_skip(), clip_skip(override_settings={"CLIP_stop_at_last_layers": 2}), clip_skip()]
    return asked == [3, 2, 3] and stored == {"CLIP_stop_at_last_layers": 3}


@kept("Q-33: the older dialect has defaults of its own")
def own_defaults(compat: CompatName) -> bool:
    sent = base64.b64encode(b"the bytes of a picture").decode()
    asked = translate(Img2ImgBody(init_images=[sent], mask=sent), {}, compat, Files())
    usual = Request(compat=compat)
    names = ("masked_content", "area", "padding", "steps", "sampler", "width", "height")
    wanted = (MaskedContent.FILL, Area.MASKED, 0, 50, SamplerName.EULER, 512, 512)
    return tuple(getattr(asked, name) for name in names) == wanted and all(
        getattr(asked, name) != getattr(usual, name) for name in names
    )


@mended("Q-34 settings_win: what a request says of churn and noise is done")
def request_wins(compat: CompatName) -> bool:
    stored = {"s_churn": 2.0, "s_tmin": 0.5, "s_tmax": 5.0, "s_noise": 1.1}
    asked = {"s_churn": 5.0, "s_tmin": 0.1, "s_tmax": 9.0, "s_noise": 1.01}
    request = translate(Txt2ImgBody(**asked), stored, compat, Files())
    return {name: getattr(request, name) for name in asked} == asked


@always("Q-40: every setting is read where pictures are made")
def every_setting_is_read(compat: CompatName) -> bool:
    files = [*(PACKAGE / "engine").glob("*.py"), *(PACKAGE / "runners").glob("*.py"), PACKAGE / "words" / "request.py"]
    nodes = (node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    read = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return set(Request.model_fields) <= read


@always("Q-47: a job that is stopped gives no picture of what it was at, and leaves those before it whole")
def stopped(compat: CompatName) -> bool:
    request, unet = request_of(compat, mask=None, batch_count=2), ToyUNet(cell(0, 0.5))
    job = paint(request, ("", ""), [noisy()], None, toy(unet), {})
    before = list(takewhile(lambda one: not (isinstance(one, Progress) and one.batch == 1), job))
    calls = len(unet.calls)
    job.close()
    made = [one.picture.samples for one in before if isinstance(one, Candidate)]
    alone = painted(compat, ToyUNet(cell(0, 0.5)), noisy(), None)
    return len(made) == 1 and np.array_equal(made[0], alone[0]) and len(unet.calls) == calls
