from pentimento.api.webui.bodies import Txt2ImgBody
from pentimento.api.webui.translation import translate
from pentimento.pixels.files import Files
from pentimento.words.choices import HiresUpscaler, SamplerName, SchedulerName
from pentimento.words.compat import CompatName


def request(**body):
    return translate(Txt2ImgBody(**body), {}, CompatName.WEBUI, Files())


def test_a_second_pass_is_asked_for_in_the_older_dialects_words():
    asked = request(
        enable_hr=True, denoising_strength=0.5, hr_scale=1.5, hr_upscaler="Latent (nearest)", hr_second_pass_steps=7,
        hr_sampler_name="k_euler_a", hr_scheduler="Karras", hr_prompt="a dog", hr_checkpoint_name="fine",
    )  # fmt: skip
    assert asked.hires
    assert (asked.hires_scale, asked.hires_steps, asked.hires_denoising_strength) == (1.5, 7, 0.5)
    assert (asked.hires_upscaler, asked.hires_sampler) == (HiresUpscaler.LATENT_NEAREST, SamplerName.EULER_A)
    assert (asked.hires_scheduler, asked.hires_prompt) == (SchedulerName.KARRAS, "a dog")
    assert asked.hires_checkpoint == "fine"


def test_what_a_second_pass_leaves_open_is_as_the_first_and_strength_the_usual():
    asked = request(enable_hr=True, hr_sampler_name="Use same sampler", hr_resize_x=768)
    assert (asked.hires_sampler, asked.hires_scheduler, asked.hires_upscaler) == (None, None, None)
    assert (asked.hires_width, asked.hires_denoising_strength) == (768, 0.75)
    assert asked.hires_checkpoint == ""
    assert request(enable_hr=True, hr_checkpoint_name="Use same checkpoint").hires_checkpoint == ""
    assert request(enable_hr=True, hr_upscaler="None").hires_upscaler == HiresUpscaler.LANCZOS


def test_without_enable_hr_there_is_none():
    assert not request(hr_scale=2, hr_prompt="x").hires
