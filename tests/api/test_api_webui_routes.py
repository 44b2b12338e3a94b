"""The `/sdapi/v1` dialect over HTTP, as its clients use it."""

import base64
import io
import json
import re
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from safetensors.numpy import save_file

from pentimento.api.access import Access
from pentimento.api.guard import Doors
from pentimento.api.passwords import Passwords, hashed
from pentimento.api.webui.absent import ABSENT
from pentimento.api.webui.options import OPTIONS
from pentimento.runners.fake import FakeRunner, bands
from pentimento.words.errors import ComputeError, UnknownModelError, UnsupportedModelError
from pentimento.words.events import Painted
from pentimento.words.sizes import Size
from sendings import MASK, PICTURE, REDRAWN, SIDE, SMALL, received, sent, square
from server import served

GUIDE = Path(__file__).parent.parent.parent / "docs" / "guide" / "webui-clients.md"


def info_of(answer):
    assert answer.status_code == 200, answer.text
    return json.loads(answer.json()["info"])


@pytest.fixture
def client(tmp_path):
    with served(tmp_path) as client:
        yield client


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """One for all tests that leave no trace."""
    with served(tmp_path_factory.mktemp("shared")) as client:
        yield client


# what comes back


def test_txt2img_answers_with_bare_base64_parameters_and_info_in_a_string(shared):
    answer = shared.post("/sdapi/v1/txt2img", json=SMALL).json()
    assert set(answer) == {"images", "parameters", "info"}
    assert np.array_equal(received(answer["images"][0]), bands(7, Size(SIDE, SIDE)))
    assert answer["parameters"] | SMALL == answer["parameters"]
    assert json.loads(answer["info"])["all_seeds"] == [7]


def test_the_settings_are_in_the_picture_and_png_info_reads_them(shared):
    answer = shared.post("/sdapi/v1/txt2img", json=SMALL).json()
    told = shared.post("/sdapi/v1/png-info", json={"image": "data:image/png;base64," + answer["images"][0]}).json()
    assert told["info"] == json.loads(answer["info"])["infotexts"][0]
    assert told["parameters"]["Prompt"] == "a cat"
    assert told["parameters"]["Seed"] == "7"
    assert "parameters" not in told["items"]


def test_a_picture_without_settings_has_no_info(shared):
    assert shared.post("/sdapi/v1/png-info", json={"image": PICTURE}).json()["info"] == ""


def test_pictures_are_echoed_only_when_they_are_wanted(shared):
    quiet = shared.post("/sdapi/v1/img2img", json={**REDRAWN, "mask": MASK}).json()["parameters"]
    assert quiet["init_images"] is None
    assert quiet["mask"] is None
    loud = shared.post("/sdapi/v1/img2img", json={**REDRAWN, "mask": MASK, "include_init_images": True}).json()
    assert loud["parameters"]["init_images"] == [PICTURE]
    assert loud["parameters"]["mask"] == MASK


def test_pictures_can_be_left_out_of_the_answer(shared):
    assert shared.post("/sdapi/v1/txt2img", json={**SMALL, "send_images": False}).json()["images"] == []


def test_what_was_masked_is_told(shared):
    told = info_of(shared.post("/sdapi/v1/img2img", json={**REDRAWN, "mask": MASK, "inpainting_mask_invert": 1}))
    report = told["mask_report"]
    assert report["coverage"] == 0.25
    assert report["inverted"] is True
    assert report["working"] == [SIDE, SIDE]
    assert "not masked" in report["message"]
    assert info_of(shared.post("/sdapi/v1/img2img", json=REDRAWN))["mask_report"] is None


def test_a_grid_comes_first_where_pictures_are_saved(shared):
    answer = shared.post("/sdapi/v1/txt2img", json={**SMALL, "batch_size": 3, "save_images": True})
    assert [received(one).shape[:2] for one in answer.json()["images"]] == [(2 * SIDE, 2 * SIDE)] + [(SIDE, SIDE)] * 3
    assert info_of(answer)["index_of_first_image"] == 1
    assert len(info_of(answer)["infotexts"]) == 4


def test_the_mask_and_what_was_painted_alone_come_where_that_is_set(shared):
    options = {"return_mask": True, "return_mask_composite": True}
    answer = shared.post(
        "/sdapi/v1/img2img", json={**REDRAWN, "mask": MASK, "mask_blur": 0, "override_settings": options}
    )
    picture, mask, alone = map(received, answer.json()["images"])
    assert np.array_equal(mask[..., 0], np.array(square()))
    assert np.array_equal(alone, np.dstack([picture, mask[..., 0]]))


@pytest.mark.parametrize(("format", "kind"), [("jpg", "JPEG"), ("jpeg", "JPEG"), ("webp", "WEBP"), ("png", "PNG")])
def test_the_format_is_a_setting(shared, format, kind):
    answer = shared.post("/sdapi/v1/txt2img", json={**SMALL, "override_settings": {"samples_format": format}})
    data = base64.b64decode(answer.json()["images"][0])
    assert PIL.Image.open(io.BytesIO(data)).format == kind
    told = shared.post("/sdapi/v1/png-info", json={"image": base64.b64encode(data).decode()}).json()
    assert told["info"].startswith("a cat\n")


def test_styles_are_put_around_the_prompts(client, tmp_path):
    (tmp_path / "styles.csv").write_text('name,prompt,negative_prompt\nfine,"best, {prompt}",bad\n')
    assert client.get("/sdapi/v1/prompt-styles").json() == [
        {"name": "fine", "prompt": "best, {prompt}", "negative_prompt": "bad"}
    ]
    told = info_of(client.post("/sdapi/v1/txt2img", json={**SMALL, "styles": [None, "fine", "unknown"]}))
    assert (told["prompt"], told["negative_prompt"], told["styles"]) == ("best, a cat", "bad", ["fine", "unknown"])


def test_settings_of_a_picture_fill_what_the_body_leaves_unsaid(shared):
    text = "a dog\nNegative prompt: grey\nSteps: 5, Sampler: Heun, CFG scale: 3, Seed: 9, Size: 72x80, Clip skip: 2"
    bare = {"infotext": text, "width": SIDE, "height": SIDE}
    told = info_of(shared.post("/sdapi/v1/txt2img", json={**bare, "seed": 4}))
    assert (told["prompt"], told["negative_prompt"]) == ("a dog", "grey")
    assert (told["seed"], told["width"], told["clip_skip"], told["sampler_name"]) == (4, SIDE, 2, "Heun")
    redrawn = info_of(shared.post("/sdapi/v1/img2img", json={**bare, "init_images": [PICTURE]}))
    assert (redrawn["prompt"], redrawn["seed"], redrawn["sampler_name"]) == ("", 9, "Heun")


# habits of clients

JPEG = "data:image/png;base64," + sent(PIL.Image.new("RGB", (SIDE, SIDE), "red"), "JPEG")

HABITS = {
    "scheduler in small letters": {"scheduler": "automatic"},
    "scheduler by label": {"scheduler": "SGM Uniform"},
    "sampler_index": {"sampler_index": "Heun"},
    "sampler_name null": {"sampler_name": None, "sampler_index": "Euler a"},
    "old combined sampler": {"sampler_name": "DPM++ 2M Karras"},
    "sampler alias": {"sampler_name": "k_euler_a"},
    "mask null": {"mask": None},
    "mask empty": {"mask": ""},
    "flags as numbers": {"inpaint_full_res": 1, "restore_faces": 0, "tiling": 0, "mask_round": 1, "mask": MASK},
    "invert as number": {"inpainting_mask_invert": 1, "mask": MASK},
    "invert as truth": {"inpainting_mask_invert": True, "mask": MASK},
    "strength null": {"denoising_strength": None},
    "styles of null": {"styles": [None]},
    "styles null": {"styles": None},
    "url and auth in the body": {"url": "http://127.0.0.1:7860", "auth": "a:b"},
    "unknown keys": {"hr_negative": 3, "controlnet_units": [], "use_deprecated_controlnet": False},
    "everything null": dict.fromkeys(
        ["negative_prompt", "subseed", "subseed_strength", "scheduler", "batch_size", "n_iter", "cfg_scale", "eta",
         "s_churn", "s_tmax", "s_tmin", "s_noise", "override_settings", "script_name", "script_args", "mask_blur",
         "alwayson_scripts", "inpainting_fill", "inpaint_full_res", "resize_mode", "image_cfg_scale", "send_images",
         "refiner_checkpoint", "refiner_switch_at", "firstphase_width", "comments", "force_task_id", "infotext"]
    ),
    "JPEG labelled as PNG": {"init_images": [JPEG]},
    "lines in base64": {"init_images": [re.sub("(.{76})", r"\1\n", PICTURE)]},
    "null among pictures": {"init_images": [PICTURE, None]},
    "seed as text": {"seed": "7"},
    "numbers with a point": {"steps": 2.0, "width": 64.0},
    "no ControlNet units": {"alwayson_scripts": {"ControlNet": {"args": []}}},
    "a unit that is off": {"alwayson_scripts": {"controlnet": {"args": [{"enabled": False, "module": "none"}]}}},
    "no script": {"script_name": "", "script_args": []},
    "script none": {"script_name": "None"},
    "soft inpainting": {"mask": MASK, "alwayson_scripts": {"Soft Inpainting": {"args": [True, 1, 0.5]}}},
    "built-in scripts": {"alwayson_scripts": {"Seed": {"args": []}, "Refiner": {"args": [False, "", 0.8]}}},
    "settings of no effect": {"do_not_save_samples": True, "do_not_save_grid": True, "save_images": False},
}  # fmt: skip


@pytest.mark.parametrize("habit", HABITS)
def test_habits_of_clients_are_understood(shared, habit):
    answer = shared.post("/sdapi/v1/img2img", json={**REDRAWN, **HABITS[habit]})
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["images"]) == 1


def test_old_sampler_names_are_split(shared):
    told = info_of(shared.post("/sdapi/v1/txt2img", json={**SMALL, "sampler_name": "DPM++ 2M Karras"}))
    assert told["sampler_name"] == "DPM++ 2M"


def test_a_slash_at_the_end_is_no_redirect(shared):
    for path in ("/sdapi/v1/options/", "/sdapi/v1/sd-models/", "/controlnet/model_list/"):
        assert shared.get(path, follow_redirects=False).status_code == 200
    assert shared.post("/sdapi/v1/txt2img/", json=SMALL, follow_redirects=False).status_code == 200


# errors

SHAPE = {"error", "detail", "body", "errors"}

LAST_SEED = {"prompt": "a|b", "seed": 2**63 - 1, "script_name": "prompt matrix", "script_args": [0, 1]}

REFUSED = [
    ("txt2img", {"infotext": "a\nSteps: few, Sampler: Euler, Seed: 1, Size: 64x64"}, 422, "infotext: steps is 'few'"),
    ("txt2img", {"override_settings": {"jpeg_quality": float("inf")}}, 422, "jpeg_quality is inf"),
    ("txt2img", {"script_name": "x/y/z plot", "script_args": [float("inf")]}, 422, "axis is inf"),
    (
        "txt2img",
        {"prompt": "a|b", "seed": 2**63 - 1, "script_name": "prompt matrix", "script_args": [0, 1]},
        422,
        "seed",
    ),
    ("extra-single-image", {"image": PICTURE, "upscaling_resize": float("inf")}, 422, "upscaling_resize is inf"),
    ("options", {"samples_filename_pattern": "\ud800"}, 422, "samples_filename_pattern"),
    ("txt2img", {"steps": "many"}, 422, "steps is 'many'"),
    ("txt2img", {"sampler_name": "Eular"}, 422, "no sampler 'Eular'"),
    ("txt2img", {"script_name": "poor man's outpainting"}, 422, "no script"),
    ("txt2img", {"script_name": "soft inpainting"}, 422, "no script"),
    ("txt2img", {"alwayson_scripts": {"ADetailer": {"args": []}}}, 422, "no always-on script 'adetailer'"),
    ("txt2img", {"alwayson_scripts": {"Prompt matrix": {"args": []}}}, 422, "no always-on script"),
    ("txt2img", {"override_settings": {"sd_model_checkpoint": "nowhere"}}, 404, "'nowhere'"),
    ("txt2img", {"override_settings": {"samples_format": "gif"}}, 422, "samples_format"),
    ("txt2img", {"override_settings": {"clip_stop_at_last_layers": 2}}, 422, "'clip_stop_at_last_layers'"),
    ("txt2img", {"alwayson_scripts": {"controlnet": {"args": [{"enabled": True}]}}}, 501, "ControlNet"),
    ("txt2img", {"override_settings": {"face_restoration_model": "Botox"}}, 422, "'Botox'"),
    ("txt2img", {"override_settings": {"code_former_weight": 2}}, 422, "code_former_weight is 2"),
    ("txt2img", {"n_iter": 0}, 422, "n_iter is 0"),
    ("txt2img", {"subseed_strength": 3}, 422, "subseed_strength is 3"),
    ("txt2img", {"enable_hr": True, "hr_scale": -1}, 422, "hr_scale is -1"),
    ("img2img", {"init_images": [PICTURE], "inpaint_full_res_padding": -4}, 422, "inpaint_full_res_padding is -4"),
    ("img2img", {"init_images": [PICTURE], "latent_mask": PICTURE}, 501, "latent_mask"),
    ("txt2img", {"steps": 100_000}, 422, "steps is 100000"),
    ("img2img", {}, 404, "init_images is empty"),
    ("img2img", {"init_images": []}, 404, "init_images is empty"),
    ("img2img", {"init_images": ["a"]}, 422, "base64"),
    ("img2img", {"init_images": ["bm90aGluZw=="]}, 422, "no picture"),
    ("img2img", {"init_images": ["http://127.0.0.1/a.png"]}, 422, "none is fetched"),
    ("png-info", {}, 404, "image is empty"),
    ("interrogate", {}, 404, "image is empty"),
    ("interrogate", {"image": PICTURE, "model": "blip"}, 404, "'blip'"),
    ("interrogate", {"image": PICTURE}, 501, "not described"),
    ("extra-single-image", {"image": PICTURE, "upscaler_1": "ESRGAN_4x"}, 422, "no upscaler"),
    ("nothing", {}, 404, "nothing at"),
]


@pytest.mark.parametrize(("route", "body", "status", "words"), REFUSED)
def test_errors_have_the_references_shape_and_one_sentence(shared, route, body, status, words):
    content = json.dumps(body)  # which knows Infinity, as some clients do
    answer = shared.post(f"/sdapi/v1/{route}", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status
    assert set(answer.json()) == SHAPE
    assert answer.json()["error"] == "HTTPException"
    assert words in answer.json()["detail"]


@pytest.mark.parametrize("address", ABSENT)
def test_what_is_not_done_answers_501_and_why(shared, address):
    answer = shared.post(address, json={})
    assert (answer.status_code, answer.json()["detail"]) == (501, ABSENT[address])
    assert set(answer.json()) == SHAPE


def test_a_job_may_name_settings_that_only_concern_webuis_own_pages(shared):
    body = {**SMALL, "override_settings": {"samples_log_stdout": True, "outdir_txt2img_samples": "elsewhere"}}
    assert shared.post("/sdapi/v1/txt2img", json=body).status_code == 200


def test_a_job_that_fails_is_told_as_the_exception_it_was(tmp_path):
    with served(tmp_path, runner=FakeRunner(error=ComputeError("memory ran out", "Paint smaller."))) as client:
        answer = client.post("/sdapi/v1/txt2img", json=SMALL)
    assert answer.status_code == 500
    assert answer.json() == {
        "error": "ComputeError", "detail": "memory ran out", "body": "", "errors": "memory ran out\nPaint smaller."
    }  # fmt: skip


def test_basic_auth_lets_in_and_401_has_the_references_shape(tmp_path):
    access = Access(Passwords({"ann": hashed("ann", "secret")}))
    with served(tmp_path, access=access) as client:
        refused = client.get("/sdapi/v1/options")
        assert (refused.status_code, set(refused.json())) == (401, SHAPE)
        assert client.get("/sdapi/v1/options", auth=("ann", "wrong")).status_code == 401
        assert client.get("/sdapi/v1/options", auth=("ann", "secret")).status_code == 200


def test_pages_from_elsewhere_may_ask_only_where_they_are_allowed(tmp_path):
    page = {"Origin": "https://draw.example"}
    with served(tmp_path, doors=Doors(origins=("https://draw.example",))) as client:
        answer = client.post("/sdapi/v1/txt2img", json=SMALL, headers=page)
        assert answer.headers["access-control-allow-origin"] == "https://draw.example"
    with served(tmp_path / "other") as client:
        answer = client.post("/sdapi/v1/txt2img", json=SMALL, headers=page)
        assert (answer.status_code, set(answer.json())) == (403, SHAPE)


# settings


def test_all_settings_can_be_sent_back(client):
    before = client.get("/sdapi/v1/options").json()
    assert set(before) == set(OPTIONS)
    assert client.post("/sdapi/v1/options", json=before).json() is None
    assert client.get("/sdapi/v1/options").json() == before
    assert client.app.state.services.settings.now.options == {}


def test_settings_that_are_set_hold_for_what_comes_after_and_outlive_the_server(tmp_path):
    with served(tmp_path) as client:
        given = {"CLIP_stop_at_last_layers": 2, "a_setting_of_an_extension": 1, "jpeg_quality": None}
        assert client.post("/sdapi/v1/options", json=given).status_code == 200
        assert info_of(client.post("/sdapi/v1/txt2img", json=SMALL))["clip_skip"] == 2
    with served(tmp_path) as client:
        assert client.get("/sdapi/v1/options").json()["CLIP_stop_at_last_layers"] == 2


def test_settings_of_one_job_are_forgotten_unless_it_says_otherwise(client):
    job = {**SMALL, "override_settings": {"CLIP_stop_at_last_layers": 2}}
    assert info_of(client.post("/sdapi/v1/txt2img", json=job))["clip_skip"] == 2
    assert info_of(client.post("/sdapi/v1/txt2img", json=SMALL))["clip_skip"] == 1
    client.post("/sdapi/v1/txt2img", json={**job, "override_settings_restore_afterwards": False})
    assert info_of(client.post("/sdapi/v1/txt2img", json=SMALL))["clip_skip"] == 2


def test_pictures_are_the_references_unless_the_server_is_set_otherwise(client):
    def compat():
        client.post("/sdapi/v1/txt2img", json=SMALL)
        return client.app.state.services.queue.jobs[0].request.compat

    assert compat() == "webui"
    client.patch("/api/v1/settings", json={"compat": "none"})
    assert compat() == "none"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"samples_format": "gif"}, 422),
        ({"CLIP_stop_at_last_layers": "two"}, 422),
        ({"face_restoration_model": "Botox"}, 422),
        ({"sd_model_checkpoint": "nowhere"}, 404),
    ],
)
def test_settings_that_cannot_be_are_refused_and_change_nothing(client, given, status):
    before = client.get("/sdapi/v1/options").json()
    assert client.post("/sdapi/v1/options", json=given).status_code == status
    assert client.get("/sdapi/v1/options").json() == before


# models


@pytest.fixture
def stocked(tmp_path):
    """A server with a checkpoint, a VAE, a LoRA and two embeddings in its folder; none of them is opened by a list."""
    models = tmp_path / "models"
    files = {
        "Stable-diffusion/tiny.safetensors": ({"a": np.zeros(1, np.float16)}, None),
        "VAE/fine.safetensors": ({"a": np.zeros(1, np.float16)}, None),
        "Lora/fur.safetensors": ({"a": np.zeros(1, np.float16)}, {"ss_output_name": "soft fur"}),
        "Codeformer/codeformer-v0.1.0.safetensors": ({"a": np.zeros(1, np.float16)}, None),
        "embeddings/word.safetensors": ({"emb_params": np.zeros((2, 768), np.float32)}, None),
        "embeddings/large.safetensors": ({"clip_g": np.zeros((1, 1280)), "clip_l": np.zeros((1, 768))}, None),
    }
    for name, (tensors, metadata) in files.items():
        (models / name).parent.mkdir(parents=True, exist_ok=True)
        save_file(tensors, models / name, metadata)
    with served(tmp_path) as client:
        yield client


def test_a_checkpoint_is_switched_by_its_title_and_let_go_and_read_again(stocked):
    row = next(row for row in stocked.get("/sdapi/v1/sd-models").json() if row["model_name"] == "tiny")
    assert set(row) >= {"title", "model_name", "hash", "sha256", "filename", "config"}
    health = stocked.app.state.services.queue.runners[0].health
    assert stocked.post("/sdapi/v1/options", json={"sd_model_checkpoint": row["title"]}).json() is None
    assert [one.checkpoint for one in health().resident] == ["tiny.safetensors"]
    assert stocked.get("/sdapi/v1/options").json()["sd_model_checkpoint"] == row["title"]
    assert info_of(stocked.post("/sdapi/v1/txt2img", json=SMALL))["sd_model_name"] == "tiny.safetensors"
    assert stocked.post("/sdapi/v1/unload-checkpoint").json() == {}
    assert health().resident == ()
    assert stocked.post("/sdapi/v1/reload-checkpoint").json() == {}
    assert [one.checkpoint for one in health().resident] == ["tiny.safetensors"]


class Mending(FakeRunner):
    """Paints every face of its requests white."""

    def _paint(self, scene, control, previews):
        self.asked = [*getattr(self, "asked", []), scene.request]
        for event in super()._paint(scene, control, previews):
            if isinstance(event, Painted):
                before = scene.pictures[0]
                event = replace(event, picture=replace(before, samples=np.full_like(before.samples, 255)))
            yield event


def test_extras_restore_faces_by_gfpgan_then_codeformer_as_far_as_they_are_to_be_seen(tmp_path):
    runner = Mending()
    with served(tmp_path, runner=runner) as client:
        wish = {"gfpgan_visibility": 0.5, "codeformer_visibility": 1, "codeformer_weight": 0.25}
        answer = client.post("/sdapi/v1/extra-single-image", json={"image": PICTURE, **wish}).json()
        assert [str(request.restore_faces) for request in runner.asked] == ["gfpgan", "codeformer"]
        assert {(request.denoising_strength, request.face_weight) for request in runner.asked} == {(0, 0.25)}
        assert "GFPGAN visibility: 0.5, CodeFormer visibility: 1.0, CodeFormer weight: 0.25" in answer["html_info"]
        assert received(answer["image"]).min() == 255
        half = {"image": PICTURE, "gfpgan_visibility": 0.5}
        answer = client.post("/sdapi/v1/extra-single-image", json=half).json()
        made, before = received(answer["image"]), received(PICTURE)
        assert np.abs(made - (before + 255.0) / 2).max() <= 1


def test_the_jobs_that_restore_faces_in_the_extras_are_those_of_the_person_who_asks(tmp_path):
    with served(tmp_path, runner=Mending(), access=Access(Passwords({"ann": hashed("ann", "secret")}))) as client:
        wish = {"image": PICTURE, "gfpgan_visibility": 1, "codeformer_visibility": 1}
        client.post("/sdapi/v1/extra-single-image", json=wish, auth=("ann", "secret")).raise_for_status()
        assert [job.owner for job in client.app.state.services.queue.jobs] == ["ann", "ann"]


@pytest.mark.parametrize("fault", [UnknownModelError, UnsupportedModelError])
def test_extras_go_on_without_a_restorer_that_cannot_be_had_and_say_so(tmp_path, fault):
    class Without(Mending):
        def _paint(self, scene, control, previews):
            if scene.request.restore_faces == "gfpgan":
                raise fault("GFPGAN <here> has no file", "Put it there.")
            yield from super()._paint(scene, control, previews)

    with served(tmp_path, runner=Without()) as client:
        alone = {"image": PICTURE, "gfpgan_visibility": 1}
        answer = client.post("/sdapi/v1/extra-single-image", json=alone).json()
        assert np.array_equal(received(answer["image"]), received(PICTURE))
        assert "<p>faces stay as they are: GFPGAN &lt;here&gt; has no file</p>" in answer["html_info"]
        both = {"imageList": [{"data": PICTURE, "name": "a"}], "gfpgan_visibility": 1, "codeformer_visibility": 1}
        answer = client.post("/sdapi/v1/extra-batch-images", json=both).json()
        assert received(answer["images"][0]).min() == 255
        assert "faces stay as they are" in answer["html_info"]


def test_lists_show_what_lies_in_the_folder(stocked):
    def listed(name):
        return stocked.get(f"/sdapi/v1/{name}").json()

    assert [row["model_name"] for row in listed("sd-vae")] == ["fine.safetensors"]
    (lora,) = listed("loras")
    assert (lora["name"], lora["alias"], lora["metadata"]) == ("fur", "soft fur", {"ss_output_name": "soft fur"})
    assert listed("embeddings") == {
        "loaded": {
            "word": {"step": None, "sd_checkpoint": None, "sd_checkpoint_name": None, "shape": 768, "vectors": 2}
        },
        "skipped": {
            "large": {"step": None, "sd_checkpoint": None, "sd_checkpoint_name": None, "shape": 0, "vectors": 0}
        },
    }
    for name in ("hypernetworks", "realesrgan-models", "extensions"):
        assert listed(name) == []
    codeformer = {"name": "CodeFormer", "cmd_dir": str(stocked.app.state.services.library.models_dir / "Codeformer")}
    assert listed("face-restorers") == [codeformer, {"name": "Detail", "cmd_dir": None}]
    for name in ("refresh-checkpoints", "refresh-vae", "refresh-embeddings", "refresh-loras"):
        assert stocked.post(f"/sdapi/v1/{name}").json() is None


def test_lists_of_what_is_built_in_have_the_references_rows(shared):
    def listed(name):
        return shared.get(f"/sdapi/v1/{name}").json()

    samplers = {row["name"]: row for row in listed("samplers")}
    assert samplers["DPM++ SDE"] == {
        "name": "DPM++ SDE",
        "aliases": ["k_dpmpp_sde"],
        "options": {"scheduler": "karras", "second_order": "True", "brownian_noise": "True"},
    }
    karras = next(row for row in listed("schedulers") if row["name"] == "karras")
    assert karras == {
        "name": "karras", "label": "Karras", "aliases": None, "default_rho": 7.0, "need_inner_model": False
    }  # fmt: skip
    assert [row["name"] for row in listed("upscalers")] == ["None", "Lanczos", "Nearest"]
    assert listed("latent-upscale-modes")[0]["name"] == "Latent"
    assert listed("scripts")["txt2img"] == ["prompt matrix", "x/y/z plot"]
    plot = next(row for row in listed("script-info") if row["name"] == "x/y/z plot" and row["is_img2img"])
    assert [arg["label"] for arg in plot["args"]][:3] == ["X type", "X values", "X values"]
    assert len(plot["args"]) == 18
    memory = listed("memory")
    assert memory["ram"]["total"] == memory["ram"]["free"] + memory["ram"]["used"]
    assert listed("cmd-flags")["api"] is True


def test_controlnets_lists_are_objects(shared):
    assert shared.get("/controlnet/model_list").json() == {"model_list": []}
    assert shared.get("/controlnet/module_list").json()["module_list"] == ["none"]
    assert "All" in shared.get("/controlnet/control_types").json()["control_types"]
    assert shared.get("/controlnet/version").json() == {"version": 3}


# extras


@pytest.mark.parametrize(
    ("wish", "size"),
    [
        ({"upscaler_1": "None", "upscaling_resize": 2}, (50, 40)),
        ({"upscaler_1": "Lanczos", "upscaling_resize": 2}, (96, 80)),
        ({"upscaler_1": "Nearest", "upscaling_resize": 1.5}, (72, 56)),
        ({"upscaler_1": "Lanczos", "resize_mode": 1, "upscaling_resize_w": 90, "upscaling_resize_h": 90}, (90, 90)),
        (
            {
                "upscaler_1": "Lanczos", "upscaler_2": "Nearest", "extras_upscaler_2_visibility": 0.5,
                "resize_mode": 1, "upscaling_crop": False, "upscaling_resize_w": 80, "upscaling_resize_h": 80,
            },
            (96, 80),
        ),
    ],
)  # fmt: skip
def test_extras_enlarge_to_whole_cells_or_to_a_size(shared, wish, size):
    image = sent(PIL.Image.fromarray(bands(3, Size(50, 40))))
    answer = shared.post("/sdapi/v1/extra-single-image", json={"image": image, **wish}).json()
    assert received(answer["image"]).shape[1::-1] == size
    assert set(answer) == {"image", "html_info"}


def test_extras_take_several_pictures(shared):
    for body in (
        {"imageList": [{"data": PICTURE, "name": "a"}, {"data": PICTURE, "name": "b"}]},
        {"image_list": [{"image": PICTURE, "name": "a"}, {"image": PICTURE, "name": "b"}]},
    ):
        answer = shared.post("/sdapi/v1/extra-batch-images", json={**body, "upscaler_1": "Nearest"}).json()
        assert [received(image).shape for image in answer["images"]] == [(128, 128, 3)] * 2


# how far it is

IDLE = {
    "progress": 0.0,
    "eta_relative": 0.0,
    "state": {
        "skipped": False, "interrupted": False, "stopping_generation": False, "job": "", "job_count": 0,
        "job_timestamp": "0", "job_no": 0, "sampling_step": 0, "sampling_steps": 0,
    },
    "current_image": None,
    "textinfo": None,
}  # fmt: skip


def begun(client, body, step=3):
    """A job sent from another thread, once it has made some steps; returns where its answer will be."""
    answers = []
    thread = threading.Thread(target=lambda: answers.append(client.post("/sdapi/v1/txt2img", json=body)))
    thread.start()
    deadline = time.monotonic() + 20
    while client.get("/sdapi/v1/progress?skip_current_image=true").json()["state"]["sampling_step"] < step:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return thread, answers


@pytest.fixture
def slow(tmp_path):
    with served(tmp_path, runner=FakeRunner(step_seconds=0.05)) as client:
        yield client


def test_idle_progress_is_nothing(shared):
    assert shared.get("/sdapi/v1/progress").json() == IDLE
    assert shared.get("/internal/ping").json() == {}


def test_what_a_report_needs_is_told_and_nothing_of_the_environment(shared, monkeypatch):
    monkeypatch.setenv("A_SECRET", "sesame-7301")
    told = shared.get("/internal/sysinfo", params={"attachment": True})
    assert "sysinfo.json" in told.headers["content-disposition"]
    assert "sesame-7301" not in told.text
    about = told.json()
    assert about["Version"] == shared.get("/api/v1/version").json()["version"]
    assert about["Config"] == shared.get("/sdapi/v1/options").json()
    assert any(name.startswith("fastapi==") for name in about["Packages"])
    assert [one["device"] for one in about["Devices"]] == ["fake"]


def test_progress_counts_up_shows_a_picture_and_interrupt_ends_it_with_what_there_is(slow):
    slow.post("/sdapi/v1/options", json={"show_progress_every_n_steps": 1})
    body = {**SMALL, "steps": 100, "n_iter": 2, "force_task_id": "task(mine)"}
    thread, answers = begun(slow, body)
    told = slow.get("/sdapi/v1/progress").json()
    assert 0.01 < told["progress"] < 0.5
    assert told["eta_relative"] > 0
    assert (told["state"]["job"], told["state"]["job_count"], told["state"]["job_no"]) == ("task(mine)", 2, 0)
    assert told["state"]["sampling_steps"] == 100
    assert received(told["current_image"]).shape == (SIDE // 8, SIDE // 8, 3)
    assert slow.get("/sdapi/v1/progress?skip_current_image=true").json()["current_image"] is None
    task = slow.post("/internal/progress", json={"id_task": "task(mine)", "id_live_preview": -1}).json()
    assert (task["active"], task["queued"], task["completed"]) == (True, False, False)
    assert task["live_preview"].startswith("data:image/png;base64,")
    assert slow.get("/internal/pending-tasks").json() == {"size": 0, "tasks": []}
    assert slow.post("/sdapi/v1/interrupt").json() == {}
    thread.join(20)
    assert len(answers[0].json()["images"]) == 1
    assert slow.get("/sdapi/v1/progress").json() == IDLE
    assert slow.post("/internal/progress", json={"id_task": "task(mine)"}).json()["completed"]


def test_skip_ends_one_batch_and_goes_on(slow):
    thread, answers = begun(slow, {**SMALL, "steps": 60, "n_iter": 2})
    assert slow.post("/sdapi/v1/skip").json() is None
    while slow.get("/sdapi/v1/progress").json()["state"]["job_no"] < 1:
        time.sleep(0.01)
    slow.post("/sdapi/v1/interrupt")
    thread.join(20)
    assert len(answers[0].json()["images"]) == 2


def test_interrupt_ends_a_script_too(slow):
    body = {**SMALL, "steps": 40, "prompt": "a|b|c", "script_name": "prompt matrix"}
    thread, answers = begun(slow, body)
    slow.post("/sdapi/v1/interrupt")
    thread.join(20)
    assert len(answers[0].json()["images"]) == 2  # the sheet, and the one picture that was begun


# the guide


def told_in_the_guide():
    """Address → works, or 501, from the guide's table."""
    rows = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    return {address: "501" if kind.strip() == "501" else "works" for address, kind in rows}


def test_the_guide_tells_of_every_route(shared):
    paths = shared.get("/openapi.json").json()["paths"]
    ours = {
        f"{method.upper()} {path}"
        for path, methods in paths.items()
        for method in methods
        if path.startswith(("/sdapi/", "/controlnet/", "/internal/"))
    }
    table = told_in_the_guide()
    assert set(table) == ours
    absent = {f"POST {address}" for address in (*ABSENT, "/sdapi/v1/interrogate")}
    assert {address for address, kind in table.items() if kind == "501"} == absent
