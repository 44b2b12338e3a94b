import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from pentimento.infotext.granted import parse_with_defaults
from pentimento.infotext.made import Made
from pentimento.infotext.reading import settings_from
from pentimento.infotext.text import VERSION, compose, parse, quoted, unquoted
from pentimento.infotext.writing import write
from pentimento.words.choices import (
    Area,
    Emphasis,
    FaceRestorer,
    Fast,
    HiresUpscaler,
    MaskedContent,
    MaskMode,
    NoiseSource,
    ResizeMode,
    SamplerName,
    SchedulerName,
)
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.sizes import Size

GOLDEN = Path(__file__).parent / "golden" / "infotext"
PARSED = json.loads((GOLDEN / "parsed.json").read_text())
CASES = json.loads((GOLDEN / "cases.json").read_text())
PICTURE = "0" * 64
MADE = Made(seed=1234, size=Size(512, 768), model="v1-5", model_hash="6ce0161689")

KARRAS = {"DPM++ 2M", "DPM++ SDE", "DPM++ 2S a", "DPM2", "DPM2 a", "Restart"}
EXPONENTIAL = {"DPM++ 2M SDE", "DPM++ 2M SDE Heun", "DPM++ 3M SDE"}
SETTINGS = {  # option of the reference → setting
    "CLIP_stop_at_last_layers": "clip_skip",
    "emphasis": "emphasis",
    "eta_noise_seed_delta": "eta_noise_seed_delta",
    "img2img_color_correction": "color_correction",
    "img2img_extra_noise": "extra_noise",
    "img2img_fix_steps": "exact_steps",
    "inpainting_mask_weight": "mask_weight",
    "overlay_inpaint": "overlay",
    "randn_source": "noise_source",
}
BODY = {  # field of the HTTP body → setting
    "prompt": "prompt",
    "negative_prompt": "negative_prompt",
    "seed": "seed",
    "subseed": "variation_seed",
    "subseed_strength": "variation_strength",
    "steps": "steps",
    "cfg_scale": "cfg_scale",
    "width": "width",
    "height": "height",
    "sampler_name": "sampler",
    "scheduler": "scheduler",
    "denoising_strength": "denoising_strength",
    "mask_blur": "mask_blur",
    "inpaint_full_res_padding": "padding",
    "batch_size": "batch_size",
    "n_iter": "batch_count",
    "eta": "eta",
    "s_min_uncond": "s_min_uncond",
    "s_noise": "s_noise",
}
CHOICES = {
    "inpainting_fill": ("masked_content", list(MaskedContent)),
    "inpaint_full_res": ("area", list(Area)),
    "inpainting_mask_invert": ("mask_mode", list(MaskMode)),
    "resize_mode": ("resize_mode", list(ResizeMode)),
}


def request_of(case):
    body = case["body"]
    told = {BODY[key]: value for key, value in body.items() if key in BODY}
    told |= {CHOICES[key][0]: CHOICES[key][1][int(value)] for key, value in body.items() if key in CHOICES}
    told |= {SETTINGS[key]: value for key, value in body["override_settings"].items() if key in SETTINGS}
    if "alwayson_scripts" in body:
        numbers = body["alwayson_scripts"]["soft inpainting"]["args"][1:]
        told["soft_inpainting"] = dict(zip(SoftInpainting.model_fields, numbers, strict=True))
    mask = PICTURE if case["mask"] else None
    return Request(images=(PICTURE,) * case["images"], mask=mask, checkpoint="tiny", compat="webui", **told)


def made_of(case, request, number):
    """What the run would tell; hashes, which need the weights, are taken from the recorded text."""
    recorded = parse(case["infotexts"][0])
    automatic = request.scheduler is SchedulerName.AUTOMATIC
    return Made(
        seed=request.seed + (0 if request.variation_strength else number),
        variation_seed=request.variation_seed + number,
        size=request.working_size,
        model=recorded["Model"],
        model_hash=recorded["Model hash"],
        schedule=(
            (SchedulerName.KARRAS if request.sampler in KARRAS else None)
            or (SchedulerName.EXPONENTIAL if request.sampler in EXPONENTIAL else None)
            if automatic
            else None
        ),
        takes_mask="inpainting" in case["body"]["override_settings"]["sd_model_checkpoint"],
        emphasized=any(bracket in request.prompt + request.negative_prompt for bracket in "(["),
        lora_hashes=dict(pair.split(": ") for pair in recorded["Lora hashes"].split(", "))
        if "Lora hashes" in recorded
        else {},
        embedding_hashes=dict(pair.split(": ") for pair in recorded["TI hashes"].split(", "))
        if "TI hashes" in recorded
        else {},
    )


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_every_recorded_text_is_written_from_its_request(case):
    request = request_of(case)
    for number, text in enumerate(case["infotexts"]):
        wanted = text.replace("Version: v1.10.1", f"Version: {VERSION}")
        assert write(request, made_of(case, request, number)) == wanted


@pytest.mark.parametrize("case", PARSED, ids=[case["case"] for case in PARSED])
def test_every_recorded_text_is_parsed_as_the_reference_parses_it(case):
    assert parse_with_defaults(case["infotext"]) == case["parsed"]


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_settings_from_a_recorded_text_are_those_of_its_request(case):
    request, read = request_of(case), settings_from(case["infotexts"][0])
    unsaid = {"scheduler", "checkpoint"}
    for name, value in read.items():
        if name not in unsaid:
            assert value == getattr(request, name), name
    Request.model_validate(read)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Euler a", "Euler a"),
        ("a, b", '"a, b"'),
        ("x: y", '"x: y"'),
        ('say "hi"', 'say "hi"'),
        ('say "hi", ok', '"say \\"hi\\", ok"'),
        ("line\nbreak", '"line\\nbreak"'),
        (True, "True"),
    ],
)
def test_values_are_quoted_where_they_must_be(value, text):
    assert quoted(value) == text
    assert unquoted(text) == str(value)


@given(st.text())
@settings(max_examples=50)
def test_unquoting_is_the_inverse_of_quoting(text):
    assert unquoted(quoted(text)) == text


def test_a_value_that_is_its_key_is_written_once_and_none_not_at_all():
    assert compose("p", "", {"Tiling": "Tiling", "Seed": None, "Steps": 20}) == "p\nTiling, Steps: 20"


def test_the_documented_example_is_written():
    request = Request(
        images=(PICTURE,), mask=PICTURE, prompt="a red hat", negative_prompt="blurry", area=Area.MASKED,
        noise_source=NoiseSource.GPU, compat="webui",
    )  # fmt: skip
    assert write(request, replace(MADE, schedule=SchedulerName.KARRAS)) == (
        "a red hat\nNegative prompt: blurry\n"
        "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7.0, Seed: 1234, Size: 512x768, "
        "Model hash: 6ce0161689, Model: v1-5, Denoising strength: 0.75, Mask blur: 4, Inpaint area: Only masked, "
        f"Masked area padding: 32, Version: {VERSION}"
    )


def test_an_only_masked_run_whose_mask_was_empty_does_not_speak_of_its_area():
    request = Request(images=(PICTURE,), mask=PICTURE, area=Area.MASKED, masked_content="fill", compat="webui")
    text = write(request, replace(MADE, mask_dropped=True))
    assert "Mask blur: 4" in text
    assert "Inpaint area" not in text
    assert "Masked content" not in text


def test_a_number_can_be_printed_as_a_client_sent_it_in_its_own_place():
    request = Request(sampler="Euler", scheduler="Karras", rho=5, compat="webui")
    text = write(request, replace(MADE, extra={"Schedule rho": 5, "Sigma noise": 1.05, "Script": "x"}))
    assert "RNG" not in text
    assert "Schedule rho: 5, Sigma noise: 1.05, Script: x, Version" in text


def test_three_fields_make_a_line_of_settings_and_two_are_prompt():
    assert parse("Steps: 1, Seed: 2")["Prompt"] == "Steps: 1, Seed: 2"
    assert parse("cat\nSteps: 1, Seed: 2, Size: 8x16") == {
        "Steps": "1",
        "Seed": "2",
        "Size-1": "8",
        "Size-2": "16",
        "Prompt": "cat",
        "Negative prompt": "",
    }


def test_a_prompt_that_its_own_line_would_lose_is_kept_beside_it():
    text = write(Request(), replace(MADE, prompt="a cat\nNegative prompt: no dog ", negative_prompt=""))
    read = settings_from(text)
    assert (read["prompt"], read["negative_prompt"]) == ("a cat\nNegative prompt: no dog ", "")


def test_both_ways_of_writing_beta_are_read():
    text = "x\nSteps: 1, Seed: 2, Beta scheduler alpha: 0.7, Beta schedule beta: 0.8"
    assert (settings_from(text)["beta_alpha"], settings_from(text)["beta_beta"]) == (0.7, 0.8)


def test_an_older_text_with_sampler_and_schedule_in_one_is_read():
    read = settings_from("x\nSteps: 1, Sampler: DPM++ 2M SDE Karras, Seed: 2")
    assert (read["sampler"], read["scheduler"]) == (SamplerName.DPMPP_2M_SDE, SchedulerName.KARRAS)


def test_a_reference_text_that_speaks_of_a_mask_but_not_of_blur_means_none():
    text = "x\nSteps: 1, Seed: 2, Denoising strength: 0.5, Inpaint area: Only masked, Version: v1.10.1"
    assert settings_from(text)["mask_blur"] == 0
    assert "mask_blur" not in settings_from(text.replace("Inpaint area: Only masked, ", ""))


def test_a_text_without_source_of_noise_means_gpu():
    assert settings_from("x\nSteps: 1, Seed: 2, CFG scale: 3")["noise_source"] is NoiseSource.GPU


def test_a_value_that_no_request_takes_is_left_for_the_request_to_refuse():
    read = settings_from("x\nSteps: 1000, Sampler: Unheard of, Seed: 2")
    assert (read["steps"], read["sampler"]) == ("1000", "Unheard of")


def test_settings_that_the_reference_never_records_are_added():
    request = Request(images=(PICTURE,), mask=PICTURE, mask_blur=0, resize_mode="crop and resize", overlay=False)
    text = write(request, MADE)
    assert "Mask blur: 0, Resize mode: crop and resize, Overlay: False, Version" in text
    webui = write(request.model_copy(update={"compat": "webui"}), MADE)
    assert not {"Mask blur", "Overlay", "Resize mode"} & parse(webui).keys()


def test_an_ordinary_picture_carries_nothing_beyond_the_references_fields():
    request = Request(images=(PICTURE,), mask=PICTURE, prompt="a cat")
    assert write(request, MADE).endswith(f"Denoising strength: 0.75, RNG: NV, Mask blur: 4, Version: {VERSION}")


LIMITS = {
    name: st.floats(*limits, allow_nan=False)
    for name, limits in {
        "cfg_scale": (1, 30), "denoising_strength": (0, 1), "variation_strength": (0, 1), "mask_weight": (0, 1),
        "eta": (0, 2), "s_churn": (0, 100), "s_tmin": (0, 1000), "s_tmax": (0, 1000), "s_noise": (0, 2),
        "s_min_uncond": (0, 15), "skip_early_cond": (0, 1), "sigma_min": (0, 1000), "sigma_max": (0, 10000),
        "rho": (0, 100), "beta_alpha": (0.1, 10), "beta_beta": (0.1, 10), "initial_noise_multiplier": (0, 1.5),
        "extra_noise": (0, 1), "image_cfg_scale": (0, 30), "hires_scale": (0, 8), "hires_denoising_strength": (0, 1),
        "face_weight": (0, 1), "face_denoising_strength": (0, 1), "supersampling": (1, 4),
    }.items()
} | {
    name: st.integers(*limits)
    for name, limits in {
        "steps": (1, 150), "clip_skip": (1, 12), "padding": (0, 256), "mask_blur": (0, 64), "mask_blur_y": (0, 64),
        "comma_backtrack": (0, 74), "eta_noise_seed_delta": (0, 2**32 - 1), "seed_resize_width": (0, 16384),
        "seed_resize_height": (0, 16384), "unipc_order": (1, 10), "variation_seed": (0, 2**63 - 10),
        "hires_width": (0, 16384), "hires_height": (0, 16384), "hires_steps": (0, 150),
    }.items()
} | {
    name: st.sampled_from(kind)
    for name, kind in {
        "resize_mode": ResizeMode, "area": Area, "mask_mode": MaskMode, "masked_content": MaskedContent,
        "sampler": SamplerName, "scheduler": SchedulerName, "emphasis": Emphasis, "noise_source": NoiseSource,
        "unipc_variant": ["bh1", "bh2", "vary_coeff"], "unipc_skip": ["time_uniform", "time_quadratic", "logSNR"],
        "hires_upscaler": [*HiresUpscaler, "4x_sharp: soft, v2"], "upscaler": ["Lanczos", "Nearest", "4x_sharp"],
        "fast": Fast, "hires_sampler": SamplerName, "hires_scheduler": SchedulerName,
        "restore_faces": FaceRestorer,
        "extend": [(0, 0, 0, 0), (1, 2, 3, 4), (0, 0, 256, 0)],
        "background_color": ["#ffffff", "#000000"], "vae": ["Automatic", "None", "a, b: c.safetensors"],
        "fill": ["blur", "telea", "big-lama"],
        "make_inpainting": ["", "sd-v1-5-inpainting, v1-5: pruned"],
    }.items()
} | {
    name: st.text(st.sampled_from('ab ,:"\\\n\r\t(){}<>É帽🎩\x85') | st.characters(codec="utf-8"))
    | st.lists(st.sampled_from(["a cat", "Negative prompt: b", "Steps: 1, Seed: 2, CFG scale: 3", ""])).map("\n".join)
    for name in (
        "prompt", "negative_prompt", "hires_checkpoint", "hires_prompt", "hires_negative_prompt", "face_prompt",
    )
} | {
    name: st.booleans()
    for name, told in Request.model_fields.items()
    if told.annotation is bool
} | {
    "soft_inpainting": st.none() | st.builds(
        SoftInpainting, schedule_bias=st.floats(0, 8), mask_influence=st.sampled_from([0, 1, 0.3]),
    ),
}  # fmt: skip


def test_the_round_trip_covers_every_setting():
    whole_job = {"images", "mask", "checkpoint", "width", "height", "seed", "batch_size", "batch_count", "compat"}
    assert LIMITS.keys() | whole_job == Request.model_fields.keys()


@settings(max_examples=50, deadline=None)
@given(st.fixed_dictionaries({}, optional=LIMITS), st.sampled_from(["txt2img", "img2img", "inpaint"]), st.booleans())
def test_what_is_written_is_read_back(told, task, emphasized):
    if task != "inpaint":
        told.pop("soft_inpainting", None)
    for name in [name for name in told if name.startswith("hires_")] if task != "txt2img" else []:
        told.pop(name)
    if any(told.get(name) for name in ("hires_scale", "hires_width", "hires_height")):
        told.pop("denoising_strength", None)
    if task == "img2img":
        told.pop("extend", None)
    if 0 < told.get("sigma_max", 0) <= told.get("sigma_min", 0) or 0 < told.get("rho", 0) < 0.5:
        reject()  # refused by the request itself
    request = Request(
        images=() if task == "txt2img" else (PICTURE,), mask=PICTURE if task == "inpaint" else None,
        width=512, height=768, seed=1234, checkpoint="v1-5 [6ce0161689]", **told,
    )  # fmt: skip
    made = replace(MADE, variation_seed=request.variation_seed, emphasized=emphasized)
    text = write(request, made)
    read = Request(images=request.images, mask=request.mask, **settings_from(text))
    assert read == request.model_copy(update={"noise_source": request.random})
    assert write(read, made) == text
