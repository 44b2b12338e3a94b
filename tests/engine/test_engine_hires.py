"""The second pass of text to image, with networks of random numbers."""

import numpy as np
import pytest
from PIL.Image import Resampling

from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.enlarge import LANCZOS, Upscaler, open_upscaler
from pentimento.engine.hires import Target, enlarged, second_request, target
from pentimento.infotext.reading import settings_from
from pentimento.infotext.text import parse
from pentimento.pixels.codec import encode_picture
from pentimento.pixels.files import Files
from pentimento.runners import inline
from pentimento.runners.inline import InlineRunner
from pentimento.words.choices import HiresUpscaler, SamplerName
from pentimento.words.errors import UnknownModelError
from pentimento.words.events import Painted, Started, Stepped
from pentimento.words.images import Picture
from pentimento.words.request import Request
from pentimento.words.sizes import Size
from picturenets import write_esrgan
from tiny import write_tiny


@pytest.fixture(scope="module")
def runner(tiny_checkpoint):
    return InlineRunner(tiny_checkpoint.parent.parent, device="cpu", threads=1)


QUICK = {
    "prompt": "a cat", "steps": 3, "sampler": "Euler", "checkpoint": "tiny", "seed": 3, "variation_seed": 4,
    "width": 64, "height": 48,
}  # fmt: skip


NEAREST = Resampling.NEAREST


def run(runner, **settings):
    return list(runner.run(Request(**QUICK | settings), Files()))


def made(runner, **settings):
    return [event for event in run(runner, **settings) if isinstance(event, Painted)]


@pytest.mark.parametrize(
    ("first", "settings", "wanted"),
    [
        ((512, 512), {"hires_scale": 2}, Target(Size(1024, 1024), Size(0, 0))),
        ((512, 768), {"hires_scale": 1.5}, Target(Size(768, 1152), Size(0, 0))),
        ((512, 512), {"hires_scale": 1.3}, Target(Size(665, 665), Size(0, 0))),
        ((512, 768), {"hires_width": 768}, Target(Size(768, 1152), Size(0, 0))),
        ((512, 768), {"hires_height": 1024}, Target(Size(682, 1024), Size(0, 0))),
        ((512, 512), {"hires_width": 1024, "hires_height": 768}, Target(Size(1024, 1024), Size(0, 32))),
        ((512, 512), {"hires_width": 768, "hires_height": 1024}, Target(Size(1024, 1024), Size(32, 0))),
        ((512, 512), {"hires_width": 768, "hires_scale": 4}, Target(Size(768, 768), Size(0, 0))),
    ],
)
def test_the_second_pass_has_the_size_that_was_asked_for(first, settings, wanted):
    assert target(Request(**settings), Size(*first)) == wanted


def test_the_second_pass_is_image_to_image_with_every_step_run():
    asked = Request(steps=20, sampler="DDIM", hires_scale=2, hires_denoising_strength=0.4, hires_prompt="b", prompt="a")
    second = second_request(asked, Size(64, 64))
    assert (second.task, second.exact_steps, second.steps, second.denoising_strength) == ("img2img", True, 20, 0.4)
    assert (second.prompt, second.sampler, second.hires) == ("b", SamplerName.DDIM, False)
    other = second_request(
        asked.model_copy(update={"hires_steps": 7, "hires_sampler": SamplerName.EULER}), Size(64, 64)
    )
    assert (other.steps, other.sampler) == (7, SamplerName.EULER)


@pytest.mark.parametrize("upscaler", HiresUpscaler)
def test_every_upscaler_paints_at_the_larger_size_and_changes_the_picture(runner, upscaler):
    [one] = made(runner, hires_scale=1.5, hires_upscaler=upscaler, hires_denoising_strength=0.5)
    [other] = made(runner, hires_scale=1.5, hires_upscaler=upscaler, hires_denoising_strength=0.9)
    assert one.picture.size == Size(96, 72)
    assert (one.picture.samples != other.picture.samples).any()


def test_steps_of_both_passes_are_counted(runner):
    events = run(runner, hires_scale=1.5, hires_steps=2, batch_size=2)
    [started] = [event for event in events if isinstance(event, Started)]
    assert (started.steps, started.batches) == (3 + 2, 1)
    assert [event.step for event in events if isinstance(event, Stepped)] == [1, 2, 3, 4, 5]


def test_at_strength_0_the_second_pass_only_enlarges(runner):
    plain = made(runner)[0].picture.samples
    nearest = made(runner, hires_scale=2, hires_upscaler="Nearest", hires_denoising_strength=0)[0].picture.samples
    assert nearest.shape == (96, 128, 3)
    events = run(runner, hires_scale=2, hires_denoising_strength=0)
    assert sum(isinstance(event, Stepped) for event in events) == 3
    assert plain.shape == (48, 64, 3)


def test_a_size_of_another_shape_is_covered_and_cut(runner):
    [one] = made(runner, hires_width=64, hires_height=96)
    assert one.picture.size == Size(64, 96)


def test_each_picture_of_a_batch_is_the_one_its_seed_makes_alone(runner):
    together = made(runner, hires_scale=1.5, batch_size=2, sampler="Euler a")
    alone = made(runner, hires_scale=1.5, seed=4, sampler="Euler a")
    difference = np.abs(together[1].picture.samples.astype(int) - alone[0].picture.samples)
    assert difference.max() <= 1


def test_the_second_pass_reads_its_own_prompt_and_time(runner):
    same = made(runner, hires_scale=1.5)[0].picture.samples
    assert (made(runner, hires_scale=1.5, hires_prompt="a dog")[0].picture.samples != same).any()
    first = made(runner, hires_scale=1.5, prompt="[a cat:a dog:0.99]", hires_steps=4, compat="webui")[0].picture.samples
    spelled = made(
        runner, hires_scale=1.5, prompt="[a cat:a dog:0.99]", hires_prompt="a dog", hires_steps=4, compat="webui"
    )
    assert (first == spelled[0].picture.samples).all(), "in the second pass a share below 1 has passed already"
    later = made(runner, hires_scale=1.5, prompt="[a cat:a dog:1.5]", hires_steps=4, compat="webui")[0].picture.samples
    whole = made(runner, hires_scale=1.5, prompt="a cat", hires_steps=4, compat="webui")[0].picture.samples
    assert (later != whole).any(), "1.5 is half way through the second"


def test_an_inpainting_checkpoint_has_a_second_pass_too(tiny_inpainting_checkpoint):
    runner = InlineRunner(tiny_inpainting_checkpoint.parent.parent, device="cpu", threads=1)
    for settings in ({}, {"mask_weight": 0.5}, {"hires_upscaler": "Lanczos"}, {"hires_height": 96, "hires_width": 64}):
        [one] = made(runner, checkpoint="tiny-inpainting", **({"hires_scale": 1.5} | settings))
        assert len(np.unique(one.picture.samples)) > 10


def test_the_settings_text_is_as_the_reference_writes_it_and_read_back(runner):
    request = Request(
        **QUICK, hires_scale=1.5, hires_steps=2, hires_upscaler="Latent (bicubic)", hires_denoising_strength=0.6,
        hires_sampler="DPM++ 2M", hires_prompt="a dog", compat="webui",
    )  # fmt: skip
    [one] = [event for event in runner.run(request, Files()) if isinstance(event, Painted)]
    assert (
        "Denoising strength: 0.6, Hires sampler: DPM++ 2M, Hires prompt: a dog, Hires schedule type: Karras, "
        "Hires upscale: 1.5, Hires steps: 2, Hires upscaler: Latent (bicubic), Version" in one.parameters
    )
    assert parse(one.parameters)["Size-1"] == "64"
    back = settings_from(one.parameters)
    named = {name: value for name, value in back.items() if name.startswith("hires_")}
    assert named == {
        "hires_scale": 1.5, "hires_steps": 2, "hires_upscaler": HiresUpscaler.LATENT_BICUBIC,
        "hires_denoising_strength": 0.6, "hires_sampler": SamplerName.DPMPP_2M, "hires_prompt": "a dog",
        "hires_scheduler": "Karras",
    }  # fmt: skip


def test_without_a_second_pass_the_text_says_nothing_of_one(runner):
    assert "Hires" not in made(runner)[0].parameters


def test_pixels_are_enlarged_by_whole_cells_and_then_to_the_size():
    image = np.arange(16 * 16 * 3, dtype=np.uint8).reshape(16, 16, 3)
    twice = enlarged(image, Size(32, 32), Upscaler(NEAREST))
    assert (twice == image.repeat(2, 0).repeat(2, 1)).all()
    assert enlarged(image, Size(30, 30), Upscaler(NEAREST)).shape == (30, 30, 3)
    assert (enlarged(image, Size(32, 32), Upscaler(LANCZOS)) != twice).any()


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    """Somebody who has two checkpoints, `first` and `second`."""
    folder = tmp_path_factory.mktemp("two")
    for seed, name in enumerate(("first", "second")):
        write_tiny(folder / "Stable-diffusion" / f"{name}.safetensors", seed=seed)
    return InlineRunner(folder, device="cpu", threads=1)


def test_a_checkpoint_of_its_own_paints_over_what_the_first_made_as_image_to_image_would(two):
    both = {"hires_scale": 1.5, "hires_upscaler": "Lanczos", "hires_denoising_strength": 0.6}
    [one] = made(two, checkpoint="first", hires_checkpoint="second", **both)
    [same] = made(two, checkpoint="first", hires_checkpoint="first", **both)
    [usual] = made(two, checkpoint="first", **both)
    assert (same.picture.samples == usual.picture.samples).all()
    assert (one.picture.samples != usual.picture.samples).any()

    files = Files()
    first = files.keep(encode_picture(made(two, checkpoint="first")[0].picture, ".png", None))
    again = QUICK | {"checkpoint": "second", "images": (first,), "width": 96, "height": 72}
    request = Request(**again, denoising_strength=0.6, exact_steps=True)
    [redrawn] = [event for event in two.run(request, files) if isinstance(event, Painted)]
    assert (one.picture.samples == redrawn.picture.samples).all()


def test_latents_go_from_one_checkpoint_to_the_other(two):
    [one] = made(two, checkpoint="first", hires_checkpoint="second", hires_scale=1.5, hires_denoising_strength=0)
    [usual] = made(two, checkpoint="first", hires_scale=1.5, hires_denoising_strength=0)
    assert one.picture.size == usual.picture.size == Size(96, 72)
    assert (one.picture.samples != usual.picture.samples).any(), "the second's VAE decodes them"


def test_a_checkpoint_of_its_own_is_in_the_settings_text_and_read_back(two):
    [one] = made(two, checkpoint="first", hires_checkpoint="second", hires_scale=1.5, hires_sampler="DDIM")
    said = parse(one.parameters)
    name, digest = said["Hires checkpoint"].split(" ")
    assert name == "second"
    assert digest == f"[{two.library.checkpoint('second').shorthash}]"
    assert "Hires checkpoint: second" in one.parameters.split("Hires sampler")[0]
    assert settings_from(one.parameters)["hires_checkpoint"] == said["Hires checkpoint"]
    [again] = made(two, **settings_from(one.parameters))
    assert (one.picture.samples == again.picture.samples).all()


def test_networks_of_the_second_prompt_lie_on_the_second_checkpoint(two, monkeypatch):
    laid = []

    class Patch:
        def __init__(self, modules, uses):
            self.what = (modules["unet"], tuple(uses))

        def __enter__(self):
            laid.append(self.what)
            return []

        def __exit__(self, *_):
            laid.remove(self.what)

    monkeypatch.setattr(inline, "applied", Patch)
    monkeypatch.setattr(
        InlineRunner, "_networks", lambda self, request, prompts, w: ([lora.file for lora in prompts.networks], {})
    )
    monkeypatch.setattr(InlineRunner, "_embeddings", lambda *_: {})
    asked = QUICK | {"checkpoint": "first", "hires_checkpoint": "second", "hires_scale": 1.5}
    for event in two.run(Request(**asked, hires_prompt="a dog <lora:two:1>"), Files()):
        if isinstance(event, Stepped):
            [(unet, uses)] = laid
            assert uses == ("two",)
            assert unet is two._loaded[-1].opened.networks.unet.module
    assert not laid


def test_an_unknown_checkpoint_of_its_own_is_refused_before_anything_runs(two):
    with pytest.raises(UnknownModelError, match="thrid"):
        made(two, checkpoint="first", hires_checkpoint="thrid", hires_scale=1.5)


def test_networks_of_the_first_prompt_are_off_where_the_second_names_none(runner, monkeypatch):
    """The weights are the checkpoint's own again while the second pass runs, and afterwards."""
    entered = []

    class Patch:
        def __init__(self, modules, uses):
            self.names = tuple(uses)

        def __enter__(self):
            entered.append(("on", self.names))
            return []

        def __exit__(self, *_):
            entered.append(("off", self.names))

    monkeypatch.setattr(inline, "applied", Patch)
    monkeypatch.setattr(InlineRunner, "_embeddings", lambda *_: {})

    class Name(str):
        network = type("N", (), {"embeddings": {}})()

    monkeypatch.setattr(
        InlineRunner,
        "_networks",
        lambda self, request, prompts, w: ([Name(lora.file) for lora in prompts.networks], {}),
    )
    run(runner, prompt="a cat <lora:one:1>", hires_prompt="a dog <lora:two:1>", hires_scale=1.5)
    one, two = ("one",), ("two",)
    encode = [("on", one), ("off", one), ("on", two), ("off", two), ("on", one)]
    paint = [("off", one), ("on", two), ("off", two), ("on", one), ("off", one)]
    assert entered == encode + paint


def test_a_networks_file_enlarges_the_first_pass_and_the_text_says_so(two):
    write_esrgan(two.library.models_dir / "ESRGAN" / "4x_sharp.pth", 4)
    asked = {"checkpoint": "first", "hires_scale": 1.5, "hires_denoising_strength": 0.3}
    [one] = made(two, **asked, hires_upscaler="sharp")
    [lanczos] = made(two, **asked, hires_upscaler="lanczos")
    assert one.picture.size == lanczos.picture.size == (96, 72)
    assert (one.picture.samples != lanczos.picture.samples).any()
    assert parse(one.parameters)["Hires upscaler"] == "sharp"
    [again] = made(two, **settings_from(one.parameters))
    assert (again.picture.samples == one.picture.samples).all()


def test_pixels_are_enlarged_by_the_network(two):
    write_esrgan(two.library.models_dir / "ESRGAN" / "2x_soft.pth", 2)
    upscaler = open_upscaler("2x_soft", two.library, PictureNets())
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), np.uint8)
    assert np.array_equal(enlarged(image, Size(128, 96), upscaler), upscaler(Picture(image), Size(128, 96)).samples)
    assert enlarged(image, Size(100, 75), upscaler).shape == (75, 100, 3)
    assert np.array_equal(enlarged(image, Size(32, 24), upscaler), enlarged(image, Size(32, 24), Upscaler(LANCZOS)))


def test_an_unknown_upscaler_is_told_before_anything_is_painted(two):
    with pytest.raises(UnknownModelError, match="There are: Lanczos, Nearest"):
        run(two, checkpoint="first", hires_scale=2, hires_upscaler="magic")
