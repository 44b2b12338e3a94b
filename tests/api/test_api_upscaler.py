"""`upscaler_for_img2img`, and our own setting of the same meaning, over HTTP."""

import base64

import numpy as np
import PIL.Image
import pytest
import torch

from pentimento.api.webui.bodies import Img2ImgBody
from pentimento.api.webui.translation import translate
from pentimento.pixels.files import Files
from pentimento.runners.inline import InlineRunner
from pentimento.words.compat import CompatName
from picturenets import write_esrgan
from sendings import received, sent
from server import served

SAMPLES = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
PICTURE = sent(PIL.Image.fromarray(SAMPLES))
MASK = sent(PIL.Image.new("L", (32, 32), "white"))
LARGER = {"init_images": [PICTURE], "steps": 1, "seed": 1, "width": 64, "height": 64, "denoising_strength": 0.1}


@pytest.fixture(scope="module")
def client(tmp_path_factory, tiny_checkpoint):
    """A server that really computes, with one upscaler, whose numbers are random."""
    torch.manual_seed(0)
    place = tmp_path_factory.mktemp("served")
    write_esrgan(place / "models" / "ESRGAN" / "2x_soft.pth", 2)
    (place / "models" / "Stable-diffusion").mkdir()
    (place / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    with served(place, runner=InlineRunner(place / "models", device="cpu", threads=1, elsewhere=False)) as client:
        client.post("/sdapi/v1/options", json={"sd_model_checkpoint": "tiny"})
        yield client


def redrawn(client, name, **body):
    told = {"override_settings": {"upscaler_for_img2img": name}} if name != "" else {}
    answer = client.post("/sdapi/v1/img2img", json=LARGER | told | body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def made(client, name, **body):
    return received(redrawn(client, name, **body)["images"][0])


@pytest.mark.parametrize(
    ("name", "meant"),
    [(None, "Lanczos"), ("None", "Lanczos"), ("Lanczos", "Lanczos"), ("Nearest", "Nearest"), ("2x_soft", "2x_soft")],
)
def test_the_setting_is_a_field_of_the_request(name, meant):
    body = Img2ImgBody(init_images=[base64.b64encode(b"x").decode()])
    for settings, given in (({"upscaler_for_img2img": name}, body), ({}, body.model_copy())):
        if not settings:
            given.override_settings = {"upscaler_for_img2img": name}
        assert translate(given, settings, CompatName.WEBUI, Files()).upscaler == meant


def test_the_picture_is_enlarged_by_it_before_it_is_painted_over(client):
    plain, soft = made(client, ""), made(client, "2x_soft")
    assert np.array_equal(plain, made(client, "None"))
    assert not np.array_equal(plain, soft)
    assert not np.array_equal(soft, made(client, "Nearest"))
    same = {"width": 32, "height": 32}
    assert np.array_equal(made(client, "2x_soft", **same), made(client, "", **same))


def test_only_the_masked_part_is_enlarged_by_it(client):
    asked = {"mask": MASK, "inpaint_full_res": True, "inpainting_fill": 1}
    assert not np.array_equal(made(client, "2x_soft", **asked), made(client, "", **asked))


def test_one_that_is_not_there_is_lanczos_and_that_is_said(client):
    asked = {"mask": MASK, "inpainting_fill": 1}
    answer = redrawn(client, "4x-UltraSharp", **asked)
    assert "Lanczos: no upscaler is called '4x-UltraSharp'" in answer["info"]
    assert np.array_equal(received(answer["images"][0]), made(client, "", **asked))


def test_it_is_set_for_all_jobs_and_told_back_and_leaves_the_text_as_it_is_there(client):
    plain = made(client, "")
    options = client.get("/sdapi/v1/options").json() | {"upscaler_for_img2img": "2x_soft"}
    assert client.post("/sdapi/v1/options", json=options).status_code == 200
    try:
        assert client.get("/sdapi/v1/options").json()["upscaler_for_img2img"] == "2x_soft"
        answer = redrawn(client, "")
        assert not np.array_equal(received(answer["images"][0]), plain)
        assert "pscaler" not in answer["info"]
        assert client.post("/sdapi/v1/options", json={"upscaler_for_img2img": None}).status_code == 200
        assert np.array_equal(made(client, ""), plain)
    finally:
        client.post("/sdapi/v1/options", json={"upscaler_for_img2img": None})


def ours(client, **request):
    file = client.post("/api/v1/files", files={"file": ("a.png", base64.b64decode(PICTURE), "image/png")}).json()
    asked = {"checkpoint": "tiny", "images": [file["hash"]], "steps": 1, "seed": 1, "width": 64, **request}
    return client.post("/api/v1/jobs", json={"request": asked})


def test_our_own_jobs_name_it_and_their_text_tells_it(client):
    id = ours(client, upscaler="2x_soft").json()["id"]
    assert client.app.state.services.queue.job(id).wait(60)
    told = client.get(f"/api/v1/jobs/{id}").json()
    assert told["error"] is None, told["error"]
    assert "Upscaler: 2x_soft" in client.get(f"/api/v1/rounds/{told['round']}").json()["candidates"][0]["parameters"]


def test_our_own_jobs_with_one_that_is_not_there_are_refused_at_once(client):
    answer = ours(client, upscaler="magic")
    assert answer.status_code == 404
    assert "no upscaler is called 'magic'" in answer.json()["message"]
