"""webuiapi 0.9.17 from PyPI drives a running server through every call it has."""

import asyncio
import inspect
import time
from urllib.parse import urlsplit

import numpy as np
import PIL.Image
import pytest

from conftest import LOGIN

webuiapi = pytest.importorskip("webuiapi", reason="webuiapi is not installed: run make install")

SIDE = 64
SMALL = {"prompt": "a cat", "seed": 5, "width": SIDE, "height": SIDE, "steps": 2}


@pytest.fixture(scope="module")
def api(server):
    place = urlsplit(server)
    return webuiapi.WebUIApi(host=place.hostname, port=place.port, username=LOGIN[0], password=LOGIN[1])


@pytest.fixture(scope="module")
def picture():
    return PIL.Image.fromarray(np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), np.uint8))


@pytest.fixture(scope="module")
def mask():
    mask = PIL.Image.new("L", (SIDE, SIDE))
    mask.paste(255, (16, 16, 48, 48))
    return mask


def refused(status, words):
    """What a call that the server does not answer raises."""
    return pytest.raises(RuntimeError, match=rf"{status}.*{words}")


def paints(api, picture, mask):
    made = api.txt2img(**SMALL)
    assert made.image.size == (SIDE, SIDE)
    assert made.info["all_seeds"] == [5]
    assert made.parameters["steps"] == 2
    again = api.txt2img(**SMALL, sampler_name="DPM++ 2M Karras", enable_hr=True, hr_scale=1.5, hr_second_pass_steps=2)
    assert again.image.size == (96, 96)
    many = api.txt2img(**SMALL, batch_size=2, styles=["fine"], save_images=True)
    assert (len(many.images), many.info["prompt"]) == (3, "a cat, best")


def inpaints(api, picture, mask):
    made = api.img2img(images=[picture], mask_image=mask, mask_blur=0, inpainting_fill=1, **SMALL)
    kept = np.array(mask) == 0
    assert np.array_equal(np.array(made.image)[kept], np.array(picture)[kept])
    assert not np.array_equal(np.array(made.image), np.array(picture))
    assert made.info["mask_report"]["coverage"] == 0.25
    redrawn = api.img2img(images=[picture], denoising_strength=0.5, **SMALL)
    assert redrawn.image.size == (SIDE, SIDE)
    looped = api.img2img(images=[picture], script_name="Loopback", script_args=[2, 0.3, "Linear", "None"], **SMALL)
    assert len(looped.images) == 3
    plotted = api.img2img(
        images=[picture], script_name="X/Y/Z plot",
        script_args=[4, "1-2", [], 5, "3,7", [], 0, "", [], True, True, False, False, False, False, False, 0, False],
        **SMALL,
    )  # fmt: skip
    assert len(plotted.images) == 5
    unit = webuiapi.ControlNetUnit(image=picture, module="none")
    with refused(501, "ControlNet"):
        api.img2img(images=[picture], controlnet_units=[unit], **SMALL)


def enlarges(api, picture, mask):
    assert api.extra_single_image(picture, upscaler_1=webuiapi.Upscaler.Lanczos).image.size == (128, 128)


def enlarges_several(api, picture, mask):
    made = api.extra_batch_images([picture, picture], upscaler_1=webuiapi.Upscaler.Nearest, upscaling_resize=1.5)
    assert [one.size for one in made.images] == [(96, 96)] * 2


def reads_settings(api, picture, mask):
    made = api.txt2img(**SMALL)
    assert made.image.info["parameters"] == made.info["infotexts"][0]
    assert api.png_info(made.image).info == made.info["infotexts"][0]


def is_not_described(api, picture, mask):
    with refused(501, "described"):
        api.interrogate(picture)


def has_options(api, picture, mask):
    before = api.get_options()
    assert api.set_options({**before, "jpeg_quality": 91, "an_extension": 1}) is None
    assert api.get_options() == {**before, "jpeg_quality": 91}
    api.set_options(before)


def switches_models(api, picture, mask):
    (title,) = (title for title in api.util_get_model_names() if title.startswith("other"))
    api.util_set_model(title)
    assert api.util_get_current_model().startswith("other.safetensors")
    assert api.txt2img(**SMALL).info["sd_model_name"] == "other"
    api.util_set_model("tiny")
    assert api.txt2img(**SMALL).info["sd_model_name"] == "tiny"


def waits(api, picture, mask):
    api.util_wait_for_ready(check_interval=0.1)
    assert api.get_progress()["progress"] == 0


def works_on_the_side(api, picture, mask):
    pytest.importorskip("aiohttp", reason="the client's asynchronous calls need aiohttp, which it does not bring")

    async def both():
        return await asyncio.gather(api.txt2img(**SMALL, use_async=True), api.txt2img(**SMALL, use_async=True))

    one, other = asyncio.run(both())
    assert np.array_equal(np.array(one.image), np.array(other.image))


def gives(name, *arguments, check):
    def call(api, picture, mask):
        assert check(getattr(api, name)(*arguments))

    return call


def gone(name):
    """A call to a route that webui itself has no more: told as such."""
    return gives(name, check=lambda answer: "nothing at" in answer["detail"])


def has_no_generator(api, picture, mask):
    """A call to an extension's route, which the client reads on without a look at the status."""
    with pytest.raises(KeyError, match="available_models"):
        api.list_prompt_gen_models()


def generates_no_prompt(api, picture, mask):
    with refused(404, "nothing at"):
        api.prompt_gen()


def detects_nothing(api, picture, mask):
    with refused(501, "ControlNet"):
        api.controlnet_detect([picture])


def lets_go(api, picture, mask):
    """Unloading gives the memory back, reloading takes it again."""

    def resident():
        (runner,) = api.custom_get("api/v1/health")["runners"]
        return [one["checkpoint"] for one in runner["resident"]]

    def comes_to(wanted):
        deadline = time.monotonic() + 20
        while resident() != wanted and time.monotonic() < deadline:
            time.sleep(0.1)
        assert resident() == wanted

    api.util_set_model("tiny")
    assert api.custom_post("sdapi/v1/unload-checkpoint").json == {}
    comes_to([])
    assert api.custom_post("sdapi/v1/reload-checkpoint").json == {}
    comes_to(["tiny.safetensors"])


CALLS = {
    "txt2img": paints,
    "img2img": inpaints,
    "extra_single_image": enlarges,
    "extra_batch_images": enlarges_several,
    "png_info": reads_settings,
    "interrogate": is_not_described,
    "get_options": has_options,
    "set_options": has_options,
    "util_set_model": switches_models,
    "util_get_current_model": switches_models,
    "util_get_model_names": switches_models,
    "util_wait_for_ready": waits,
    "get_progress": waits,
    "async_post": works_on_the_side,
    "post_and_get_api_result": paints,
    "interrupt": gives("interrupt", check=lambda answer: answer == {}),
    "skip": gives("skip", check=lambda answer: answer is None),
    "get_cmd_flags": gives("get_cmd_flags", check=lambda flags: flags["api"]),
    "get_samplers": gives("get_samplers", check=lambda rows: rows[0]["name"] == "DPM++ 2M"),
    "util_get_sampler_names": gives("util_get_sampler_names", check=lambda names: "Euler a" in names),
    "get_schedulers": gives("get_schedulers", check=lambda rows: rows[0]["name"] == "automatic"),
    "util_get_scheduler_names": gives("util_get_scheduler_names", check=lambda names: "karras" in names),
    "get_sd_vae": gives("get_sd_vae", check=lambda rows: rows == []),
    "get_upscalers": gives("get_upscalers", check=lambda rows: rows[1]["name"] == "Lanczos"),
    "get_latent_upscale_modes": gives("get_latent_upscale_modes", check=lambda rows: len(rows) == 6),
    "get_loras": gives("get_loras", check=lambda rows: rows == []),
    "get_sd_models": gives("get_sd_models", check=lambda rows: {"tiny", "other"} <= {r["model_name"] for r in rows}),
    "get_hypernetworks": gives("get_hypernetworks", check=lambda rows: rows == []),
    "get_face_restorers": gives("get_face_restorers", check=lambda rows: [row["name"] for row in rows] == ["Detail"]),
    "get_realesrgan_models": gives("get_realesrgan_models", check=lambda rows: rows == []),
    "get_prompt_styles": gives("get_prompt_styles", check=lambda rows: rows[0]["name"] == "fine"),
    "refresh_checkpoints": gives("refresh_checkpoints", check=lambda answer: answer is None),
    "get_scripts": gives("get_scripts", check=lambda scripts: "x/y/z plot" in scripts["txt2img"]),
    "check_extensions": lambda api, picture, mask: api.check_extensions(),
    "get_embeddings": gives("get_embeddings", check=lambda told: told == {"loaded": {}, "skipped": {}}),
    "get_memory": gives("get_memory", check=lambda told: told["ram"]["total"] > 0),
    "controlnet_version": gives("controlnet_version", check=lambda version: version == 3),
    "controlnet_model_list": gives("controlnet_model_list", check=lambda names: names == []),
    "controlnet_module_list": gives("controlnet_module_list", check=lambda names: names == ["none"]),
    "controlnet_detect": detects_nothing,
    "custom_get": gives("custom_get", "sdapi/v1/samplers", check=lambda rows: len(rows) == 20),
    "custom_post": lets_go,
    "get_endpoint": gives("get_endpoint", "a", False, check=lambda url: url.endswith("/a")),
    "set_auth": lambda api, picture, mask: api.set_auth(*LOGIN),
    "get_artists": gone("get_artists"),
    "get_artist_categories": gone("get_artist_categories"),
    "list_prompt_gen_models": has_no_generator,
    "prompt_gen": generates_no_prompt,
}


@pytest.mark.parametrize("call", CALLS)
def test_every_call_does_what_it_says(api, picture, mask, call):
    CALLS[call](api, picture, mask)


def test_no_call_is_forgotten():
    public = {name for name, _ in inspect.getmembers(webuiapi.WebUIApi, inspect.isfunction) if not name.startswith("_")}
    assert set(CALLS) == public


def test_without_the_password_nothing_is_told(server):
    place = urlsplit(server)
    stranger = webuiapi.WebUIApi(host=place.hostname, port=place.port)
    with refused(401, "LoginError|name and a password|HTTPException"):
        stranger.txt2img(**SMALL)
