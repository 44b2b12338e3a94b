"""Bodies as chat front ends, canvas apps and plug-ins are known to send them are taken."""

import json

import PIL.Image
import pytest

from sendings import MASK, PICTURE, REDRAWN, SMALL, sent
from server import served

JPEG = "data:image/png;base64," + sent(PIL.Image.new("RGB", (64, 64), "red"), "JPEG")
CHAT = {
    **SMALL, "url": "http://127.0.0.1:7860", "auth": "", "sampler_name": "Euler a", "scheduler": "automatic",
    "hr_additional_prompt": "", "enable_hr": False, "clip_skip": 1, "restore_faces": False, "seed": -1,
    "override_settings": {"CLIP_stop_at_last_layers": 1, "sd_vae": "Automatic"},
}  # fmt: skip
PLUGIN = {
    **SMALL, "init_images": [JPEG], "mask": "data:image/png;base64," + MASK, "inpaint_full_res": 1,
    "inpainting_mask_invert": False, "mask_blur": 4.0, "inpaint_full_res_padding": 32, "cfg_scale": "7", "seed": "-1",
    "sampler_index": "Euler a", "restore_faces": 0, "tiling": 0, "script_args": [], "eta": None, "s_tmax": None,
    "latent_mask": None, "steps": 2.0,
}  # fmt: skip
CANVAS = {
    **SMALL, "init_images": [PICTURE], "mask": MASK, "sampler_index": "DDIM", "denoising_strength": 1,
    "inpainting_fill": 2, "inpaint_full_res": False, "inpainting_mask_invert": 1, "styles": ["None"],
}  # fmt: skip
NULLS = dict.fromkeys(
    ("styles", "script_name", "script_args", "alwayson_scripts", "override_settings", "scheduler", "sampler_name",
     "denoising_strength", "subseed", "subseed_strength", "batch_size", "n_iter", "refiner_checkpoint", "eta")
)  # fmt: skip
TAKEN = {
    "chat": ("txt2img", CHAT),
    "chat with an add-on that is not here": ("txt2img", CHAT | {"alwayson_scripts": {"controlnet": {"args": []}}}),
    "nulls everywhere": ("txt2img", SMALL | NULLS),
    "empty names": ("txt2img", SMALL | {"sampler_name": "", "scheduler": "", "script_name": "", "force_task_id": ""}),
    "an empty second pass": ("txt2img", SMALL | {"enable_hr": 1, "hr_upscaler": "", "hr_checkpoint_name": ""}),
    "numbers as words": ("txt2img", SMALL | {"width": "64", "cfg_scale": "7.5"}),
    "null settings of a job": ("txt2img", SMALL | {"override_settings": {"sd_model_checkpoint": None}}),
    "an empty checkpoint": ("txt2img", SMALL | {"override_settings": {"sd_model_checkpoint": ""}}),
    "a null format": ("txt2img", SMALL | {"override_settings": {"samples_format": None}}),
    "plug-in": ("img2img", PLUGIN),
    "plug-in without a mask": ("img2img", PLUGIN | {"mask": None, "inpaint_full_res": "true"}),
    "plug-in with an empty mask": ("img2img", PLUGIN | {"mask": ""}),
    "canvas": ("img2img", CANVAS),
    "pictures that are null": ("img2img", REDRAWN | {"init_images": [PICTURE, None, ""]}),
    "a unit that is off": (
        "img2img",
        REDRAWN | {"alwayson_scripts": {"ControlNet": {"args": [{"enabled": False, "module": "none"}]}}},
    ),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    with served(tmp_path_factory.mktemp("habits")) as client:
        yield client


@pytest.mark.parametrize("name", TAKEN)
def test_bodies_as_clients_send_them_are_taken(client, name):
    route, body = TAKEN[name]
    answer = client.post(f"/sdapi/v1/{route}", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.json()["images"]


def test_a_body_of_no_declared_kind_is_json_as_there(client):
    for route, body in (("txt2img", SMALL), ("png-info", {"image": PICTURE}), ("options", {})):
        answer = client.post(f"/sdapi/v1/{route}", content=json.dumps(body))
        assert "content-type" not in answer.request.headers
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_setting_of_a_job_that_names_nothing_leaves_the_stored_one(client, nothing):
    stored = {"sd_model_checkpoint": "starter-inpainting", "sd_vae": "None"}
    assert client.post("/sdapi/v1/options", json=stored).status_code == 200
    body = SMALL | {"override_settings": dict.fromkeys(stored, nothing)}
    assert client.post("/sdapi/v1/txt2img", json=body).status_code == 200
    request = client.app.state.services.queue.jobs[0].request
    assert (request.checkpoint.split()[0], request.vae) == ("starter-inpainting", "None")
