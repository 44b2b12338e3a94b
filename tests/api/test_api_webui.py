"""The older dialect → requests."""

import base64

import pytest

from pentimento.api.webui.bodies import Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.options import NOT_RUN, SETTINGS
from pentimento.api.webui.translation import translate
from pentimento.pixels.files import Files
from pentimento.words.choices import Area, MaskedContent, MaskMode, ResizeMode, SamplerName, SchedulerName
from pentimento.words.compat import CompatName
from pentimento.words.errors import PictureError, RequestError
from pentimento.words.request import Request, SoftInpainting

PICTURE, MASK = b"the bytes of a picture", b"the bytes of a mask"


def sent(data):
    return base64.b64encode(data).decode()


def img2img(settings=None, **body):
    files = Files()
    given = {"init_images": [sent(PICTURE)], **body}
    return translate(Img2ImgBody(**given), settings or {}, CompatName.WEBUI, files), files


def txt2img(settings=None, **body):
    return translate(Txt2ImgBody(**body), settings or {}, CompatName.WEBUI, Files())


# what holds when nothing is said


def test_an_empty_txt2img_body_has_the_dialects_defaults():
    request = txt2img()
    assert request == Request(
        prompt="",
        steps=50,
        cfg_scale=7,
        width=512,
        height=512,
        sampler=SamplerName.EULER,
        seed=-1,
        variation_seed=-1,
        checkpoint="starter",
        compat=CompatName.WEBUI,
    )


def test_an_img2img_body_is_inpainted_only_masked_and_filled_unless_it_says_otherwise():
    request, _ = img2img(mask=sent(MASK))
    assert request.task == "inpaint"
    assert request.denoising_strength == 0.75
    assert request.resize_mode is ResizeMode.STRETCH
    assert (request.mask_blur, request.mask_blur_y, request.mask_round) == (4, None, True)
    assert request.masked_content is MaskedContent.FILL
    assert (request.area, request.padding) == (Area.MASKED, 0)
    assert request.mask_mode is MaskMode.MASKED
    assert request.soft_inpainting is None


def test_numbers_of_the_dialect_choose_in_the_order_of_its_page():
    for number, content in enumerate(MaskedContent):
        assert img2img(inpainting_fill=number)[0].masked_content is content
    for number, mode in enumerate(ResizeMode):
        assert img2img(resize_mode=number)[0].resize_mode is mode
    assert img2img(inpainting_mask_invert=1)[0].mask_mode is MaskMode.NOT_MASKED
    assert img2img(inpaint_full_res=False)[0].area is Area.WHOLE


@pytest.mark.parametrize(
    ("given", "blur"),
    [
        ({}, (4, None)),
        ({"mask_blur": 9}, (9, None)),
        ({"mask_blur": 9, "mask_blur_x": 1, "mask_blur_y": 2}, (9, None)),
        ({"mask_blur_x": 1, "mask_blur_y": 2}, (1, 2)),
        ({"mask_blur_x": 0, "mask_blur_y": 0}, (0, None)),
        ({"mask_blur": 0}, (0, None)),
    ],
)
def test_one_blur_wins_over_two(given, blur):
    request, _ = img2img(**given)
    assert (request.mask_blur, request.mask_blur_y) == blur


def test_numbers_keep_their_names_or_find_them():
    request, _ = img2img(
        prompt="a", negative_prompt="b", seed=3, subseed=4, subseed_strength=0.5, n_iter=2, batch_size=3,
        seed_resize_from_w=96, seed_resize_from_h=64, width=192, height=128, denoising_strength=0.4,
    )  # fmt: skip
    assert (request.prompt, request.negative_prompt) == ("a", "b")
    assert (request.seed, request.variation_seed, request.variation_strength) == (3, 4, 0.5)
    assert (request.batch_count, request.batch_size) == (2, 3)
    assert (request.seed_resize_width, request.seed_resize_height) == (96, 64)
    assert request.working_size == (192, 128)
    assert request.denoising_strength == 0.4


def test_seed_resize_of_minus_one_is_none():
    assert (txt2img().seed_resize_width, txt2img().seed_resize_height) == (0, 0)


# samplers


@pytest.mark.parametrize(
    ("given", "chosen"),
    [
        ({"sampler_name": "Euler a"}, (SamplerName.EULER_A, SchedulerName.AUTOMATIC)),
        ({"sampler_name": "k_dpmpp_2m"}, (SamplerName.DPMPP_2M, SchedulerName.AUTOMATIC)),
        ({"sampler_name": "DPM++ 2M Karras"}, (SamplerName.DPMPP_2M, SchedulerName.KARRAS)),
        ({"sampler_index": "Heun"}, (SamplerName.HEUN, SchedulerName.AUTOMATIC)),
        ({"sampler_name": "", "sampler_index": "Heun"}, (SamplerName.HEUN, SchedulerName.AUTOMATIC)),
        ({"sampler_name": "ddim", "scheduler": "sgm_uniform"}, (SamplerName.DDIM, SchedulerName.SGM_UNIFORM)),
        ({"sampler_name": "LMS", "scheduler": "KL Optimal"}, (SamplerName.LMS, SchedulerName.KL_OPTIMAL)),
    ],
)
def test_samplers_go_by_every_name(given, chosen):
    request = txt2img(**given)
    assert (request.sampler, request.scheduler) == chosen


def test_an_unknown_sampler_is_refused_with_the_nearest():
    with pytest.raises(RequestError, match="Eular") as refused:
        txt2img(sampler_name="Eular a")
    assert "Did you mean Euler a?" in refused.value.hint


# settings


VALUES = {
    "code_former_weight": 0.8,
    "sd_model_checkpoint": "tiny", "sd_vae": "fine", "CLIP_stop_at_last_layers": 2, "emphasis": "No norm",
    "comma_padding_backtrack": 3, "enable_prompt_comments": False, "use_old_scheduling": True, "randn_source": "NV",
    "eta_noise_seed_delta": 31337, "inpainting_mask_weight": 0.5, "initial_noise_multiplier": 1.1,
    "img2img_extra_noise": 0.2, "img2img_color_correction": True, "img2img_fix_steps": True,
    "img2img_background_color": "#102030", "overlay_inpaint": False, "s_min_uncond": 2.0, "s_min_uncond_all": True,
    "s_churn": 1.0, "s_tmin": 0.1, "s_tmax": 9.0, "s_noise": 1.01, "skip_early_cond": 0.3, "pad_cond_uncond": True,
    "always_discard_next_to_last_sigma": True, "sgm_noise_multiplier": True, "sigma_min": 0.2, "sigma_max": 12.0,
    "rho": 5.0, "beta_dist_alpha": 0.7, "beta_dist_beta": 0.8, "use_old_karras_scheduler_sigmas": True,
    "enable_quantization": True, "use_downcasted_alpha_bar": True, "uni_pc_order": 2, "uni_pc_variant": "bh2",
    "uni_pc_skip_type": "logSNR", "uni_pc_lower_order_final": False, "tiling": True,
}  # fmt: skip


def test_every_setting_has_a_value_here():
    assert {*VALUES, "sd_noise_schedule"} == set(SETTINGS)


@pytest.mark.parametrize("name", VALUES)
def test_a_setting_becomes_its_field_wherever_it_is_said(name):
    field = SETTINGS[name].field
    overridden, _ = img2img(override_settings={name: VALUES[name]})
    stored, _ = img2img({name: VALUES[name]})
    assert getattr(overridden, field) == VALUES[name] != getattr(img2img()[0], field)
    assert stored == overridden


def test_what_a_body_overrides_wins_over_what_is_stored():
    assert txt2img({"CLIP_stop_at_last_layers": 3}, override_settings={"CLIP_stop_at_last_layers": 2}).clip_skip == 2


def test_zero_terminal_snr_is_a_noise_schedule():
    assert txt2img({"sd_noise_schedule": "Zero Terminal SNR"}).zero_terminal_snr
    assert not txt2img({"sd_noise_schedule": "Default"}).zero_terminal_snr


def test_each_sampler_listens_to_its_own_eta():
    settings = {"eta_ddim": 0.3, "eta_ancestral": 0.6}
    assert txt2img(settings, sampler_name="Euler a").eta == 0.6
    assert txt2img(settings, sampler_name="DDIM").eta == 0.3
    assert txt2img(settings, sampler_name="LMS").eta is None
    assert txt2img(settings, sampler_name="DDIM", eta=0.9).eta == 0.9


def test_a_setting_beats_the_bodys_churn_only_where_it_is_not_the_usual_one():
    assert txt2img({"s_churn": 0.0, "s_noise": 1.0}, s_churn=5, s_noise=1.1).s_churn == 5
    assert txt2img({"s_noise": 1.0}, s_noise=1.1).s_noise == 1.1
    assert txt2img({"s_churn": 2.0}, s_churn=5).s_churn == 2
    assert txt2img({"s_min_uncond": 2.0}, s_min_uncond=5).s_min_uncond == 5


def test_the_bodys_tiling_and_noise_multiplier_win():
    assert not txt2img({"tiling": True}, tiling=False).tiling
    assert img2img({"initial_noise_multiplier": 1.2}, initial_noise_multiplier=0.9)[0].initial_noise_multiplier == 0.9


def test_faces_are_restored_where_body_or_settings_want_it_by_the_model_that_is_set():
    assert txt2img().restore_faces == "none"
    assert txt2img(restore_faces=True).restore_faces == "codeformer"
    assert txt2img({"face_restoration": True, "face_restoration_model": "GFPGAN"}).restore_faces == "gfpgan"
    assert txt2img({"face_restoration": True}, restore_faces=False).restore_faces == "none"
    assert txt2img({"code_former_weight": 0.8}, restore_faces=True).face_weight == 0.8


@pytest.mark.parametrize("name", NOT_RUN)
def test_what_would_change_the_picture_but_is_not_run_is_refused(name):
    value = {"refiner_checkpoint": "x"}
    given = {name: value[name]} if name in value else {"override_settings": {name: "something else"}}
    with pytest.raises(RequestError, match=name):
        txt2img(**given)
    txt2img(override_settings={name: NOT_RUN[name]})


# pictures


@pytest.mark.parametrize("prefix", ["", "data:image/png;base64,", "data:image/jpeg;base64,"])
def test_pictures_come_as_base64_with_or_without_a_prefix(prefix):
    request, files = img2img(init_images=[prefix + sent(PICTURE)], mask=prefix + sent(MASK))
    assert files[request.images[0]] == PICTURE
    assert files[request.mask] == MASK


def test_what_is_not_base64_is_refused():
    with pytest.raises(PictureError, match="base64"):
        img2img(init_images=["a"])


@pytest.mark.parametrize("images", [None, []])
def test_img2img_without_a_picture_is_refused(images):
    with pytest.raises(PictureError, match="init_images"):
        img2img(init_images=images)


def test_several_pictures_make_a_batch_of_their_number():
    both = [sent(PICTURE), sent(MASK)]
    assert img2img(init_images=both, batch_size=2)[0].batch_size == 2
    assert img2img(init_images=both, batch_size=4)[0].batch_size == 2
    with pytest.raises(RequestError, match="2 init_images but batch_size is 1"):
        img2img(init_images=both)


# soft inpainting


@pytest.mark.parametrize("title", ["Soft Inpainting", "soft inpainting"])
def test_soft_inpainting_takes_its_numbers_in_order_and_the_rest_as_usual(title):
    def soft(*args):
        return img2img(alwayson_scripts={title: {"args": list(args)}})[0].soft_inpainting

    assert soft(True) == SoftInpainting()
    assert soft(True, 2, 0.25) == SoftInpainting(schedule_bias=2, preservation_strength=0.25)
    assert soft(True, 1, 0.5, 4, 0, 0.5, 2, "more") == SoftInpainting()
    assert soft(False, 2) is None
    assert soft() is None


# what cannot be


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"inpainting_fill": 4}, "inpainting_fill is 4"),
        ({"resize_mode": -1}, "resize_mode is -1"),
        ({"steps": 0}, "steps is 0"),
        ({"denoising_strength": 1.5}, "denoising_strength is 1.5"),
        ({"override_settings": {"CLIP_stop_at_last_layers": "two"}}, "CLIP_stop_at_last_layers is 'two'"),
        ({"override_settings": {"randn_source": "TPU"}}, "randn_source is 'TPU'"),
        ({"alwayson_scripts": {"soft inpainting": {"args": [True, 9]}}}, "schedule_bias is 9"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_values_out_of_range_are_refused_with_their_value(given, words):
    with pytest.raises(RequestError, match=words):
        img2img(**given)


def test_networks_that_are_switched_off_are_taken_out_of_every_prompt():
    first = {"prompt": "a <lora:fur:1> cat", "negative_prompt": "<lora:blur:1>b"}
    said = {**first, "enable_hr": True, "hr_prompt": "<lora:x:1>c"}
    on, off = txt2img(**said), txt2img(**said, disable_extra_networks=True)
    assert (on.prompt, on.hires_prompt) == ("a <lora:fur:1> cat", "<lora:x:1>c")
    assert (off.prompt, off.negative_prompt, off.hires_prompt) == ("a  cat", "b", "c")
