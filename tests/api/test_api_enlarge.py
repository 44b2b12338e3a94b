"""Enlarging and erasing over HTTP: jobs in both dialects, and the lists of what can do it."""

import base64

import numpy as np
import PIL.Image
import pytest
import torch

from pentimento.checkpoint.library import Library
from pentimento.checkpoint.pictures import PictureNets
from pentimento.engine.enlarge import open_upscaler
from pentimento.pixels.codec import read_picture
from pentimento.pixels.fill import FILLS
from pentimento.runners.inline import InlineRunner
from pentimento.words.images import Picture
from pentimento.words.sizes import Size
from pentimento.words.tasks import Task
from picturenets import write_esrgan, write_lama
from sendings import received, sent
from server import served

SAMPLES = np.random.default_rng(0).integers(0, 256, (40, 48, 3), np.uint8)
PICTURE = sent(PIL.Image.fromarray(SAMPLES))
DRAWN = np.zeros((40, 48), np.uint8)
DRAWN[10:20, 12:30] = 255
MASK = sent(PIL.Image.fromarray(DRAWN))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Somebody with two upscalers and an eraser."""
    torch.manual_seed(0)
    place = tmp_path_factory.mktemp("served")
    write_esrgan(place / "models" / "ESRGAN" / "2x_soft.pth", 2)
    write_esrgan(place / "models" / "RealESRGAN" / "4x_Sharp.pth", 4)
    write_lama(place / "models" / "LaMa" / "big-lama.pth")
    return place


@pytest.fixture(scope="module")
def client(folder):
    """A server that really computes, in this process."""
    with served(folder, runner=InlineRunner(folder / "models", device="cpu", threads=1, elsewhere=False)) as client:
        yield client


def kept(client, data):
    answer = client.post("/api/v1/files", files={"file": ("a.png", base64.b64decode(data), "image/png")})
    assert answer.status_code < 300, answer.text
    return answer.json()["hash"]


def job(client, task, **request):
    """A job that has ended, and the picture it made."""
    answer = client.post("/api/v1/jobs", json={"task": task, "request": request})
    assert answer.status_code == 202, answer.text
    id = answer.json()["id"]
    assert client.app.state.services.queue.job(id).wait(60)
    told = client.get(f"/api/v1/jobs/{id}").json()
    assert told["error"] is None, told["error"]
    return told, read_picture(client.get(told["pictures"][0]["url"]).content).samples


def by_hand(folder, name, size):
    return open_upscaler(name, Library(folder / "models"), PictureNets())(Picture(SAMPLES), size).samples


# native


@pytest.mark.parametrize(
    ("asked", "name", "size"),
    [
        ({"hires_upscaler": "2x_soft"}, "2x_soft", (96, 80)),
        ({"hires_upscaler": "sharp", "hires_scale": 3}, "4x_Sharp", (144, 120)),
        ({"hires_upscaler": "nearest", "hires_width": 60, "hires_height": 70}, "Nearest", (60, 70)),
        ({"hires_height": 20}, "Lanczos", (24, 20)),
    ],
)
def test_a_job_enlarges_a_picture_without_a_checkpoint(client, folder, asked, name, size):
    told, made = job(client, "upscale", images=[kept(client, PICTURE)], checkpoint="none such", **asked)
    assert np.array_equal(made, by_hand(folder, name, Size(*size)))
    assert client.get(f"/api/v1/rounds/{told['round']}").json()["task"] == "upscale"
    assert told["steps"] == told["step"] == (1 if "x_" in name else 0)


def test_a_job_erases_what_is_masked_and_nothing_else(client):
    both = {"images": [kept(client, PICTURE)], "mask": kept(client, MASK)}
    told, made = job(client, "erase", **both)
    assert np.array_equal(made, FILLS["telea"](SAMPLES, DRAWN))
    assert told["pictures"][0]["background"]["largest"] == 0
    assert told["pictures"][0]["mask"]["coverage"] == pytest.approx(180 / 1920)
    _, other = job(client, "erase", **both, fill="big-lama")
    assert np.array_equal(other[DRAWN == 0], SAMPLES[DRAWN == 0])
    assert not np.array_equal(other, made)


def test_what_was_enlarged_and_erased_is_made_again_on_another_picture(client):
    enlarged, _ = job(client, "upscale", images=[kept(client, PICTURE)])
    file, mask = enlarged["pictures"][0]["file"], np.pad(DRAWN, ((0, 40), (0, 48)))
    erased, _ = job(client, "erase", images=[file], mask=kept(client, sent(PIL.Image.fromarray(mask))))
    other = kept(client, sent(PIL.Image.fromarray(255 - SAMPLES)))
    first = client.post(f"/api/v1/rounds/{erased['round']}/replay", json={"image": other}).json()
    assert client.app.state.services.queue.job(first["id"]).wait(60)
    second = client.get(f"/api/v1/jobs/{first['id']}").json()["next"]
    assert client.app.state.services.queue.job(second).wait(60)
    told = client.get(f"/api/v1/jobs/{second}").json()
    assert (first["task"], told["task"], told["error"]) == ("upscale", "erase", None)
    path = client.get(f"/api/v1/rounds/{told['round']}/path").json()
    assert [one["task"] for one in path] == ["upscale", "erase"]
    assert path[-1]["candidates"][0]["size"] == {"width": 96, "height": 80}


@pytest.mark.parametrize(
    ("task", "asked", "status", "said"),
    [
        ("upscale", {}, 422, "upscale needs a picture"),
        ("erase", {"images": 1}, 422, "erase needs a picture and a mask"),
        ("upscale", {"images": 1, "hires_upscaler": "magic"}, 404, "no upscaler is called 'magic'"),
        ("upscale", {"images": 1, "hires_upscaler": "Latent"}, 404, "no upscaler is called 'Latent'"),
        ("erase", {"images": 1, "mask": 1, "fill": "magic"}, 404, "no way to fill is called 'magic'"),
        ("paint", {"hires_scale": 2, "hires_upscaler": "/etc/x.pth"}, 404, "no upscaler is called '/etc/x.pth'"),
        ("upscale", {"images": 1, "hires_width": 16384, "hires_height": 16384}, 422, "would be 16384×16384"),
        ("upscale", {"images": 1, "hires_width": 12000, "hires_height": 12000}, 422, "144.0 megapixels"),
        ("paint", {"width": 8000, "height": 8000, "supersampling": 2, "area": "only masked"}, 422, "256.0 megapixels"),
    ],
)
def test_what_cannot_be_done_is_told_before_it_waits(client, task, asked, status, said):
    names = {"images": [kept(client, PICTURE)], "mask": kept(client, MASK)}
    request = asked | {name: names[name] for name in names if name in asked}
    answer = client.post("/api/v1/jobs", json={"task": task, "request": request})
    assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.text


def test_the_lists_name_filters_and_files(client):
    names = {kind: [row["name"] for row in client.get(f"/api/v1/{kind}").json()] for kind in ("upscalers", "erasers")}
    assert names == {
        "upscalers": ["Lanczos", "Nearest", "2x_soft", "4x_Sharp"],
        "erasers": ["blur", "telea", "navier-stokes", "big-lama"],
    }


# the dialect


def extra(client, **body):
    answer = client.post("/sdapi/v1/extra-single-image", json={"image": PICTURE, **body})
    assert answer.status_code == 200, answer.text
    return received(answer.json()["image"])


def test_extras_run_a_network_as_a_job_and_cut_to_whole_cells(client, folder):
    before = len(client.app.state.services.queue.jobs)
    made = extra(client, upscaler_1="2x_soft", upscaling_resize=1.9)
    assert np.array_equal(made, by_hand(folder, "2x_soft", Size(88, 72)))
    jobs = client.app.state.services.queue.jobs
    assert [one.task for one in jobs[: len(jobs) - before]] == [Task.UPSCALE]


def test_a_second_upscaler_is_laid_over_the_first(client, folder):
    asked = {"upscaler_1": "2x_soft", "upscaler_2": "4x_Sharp", "upscaling_resize": 2}
    one, other = (by_hand(folder, name, Size(96, 80)).astype(float) for name in ("2x_soft", "4x_Sharp"))
    made = extra(client, **asked, extras_upscaler_2_visibility=0.25)
    assert np.abs(made - (0.75 * one + 0.25 * other)).max() <= 1
    assert np.array_equal(extra(client, **asked), one)


def test_extras_to_a_size_cover_it_and_cut_the_middle_out(client, folder):
    asked = {"resize_mode": 1, "upscaler_1": "2x_soft", "upscaling_resize_w": 80, "upscaling_resize_h": 80}
    covering = by_hand(folder, "2x_soft", Size(96, 80))
    assert np.array_equal(extra(client, **asked, upscaling_crop=False), covering)
    assert np.array_equal(extra(client, **asked), covering[:, 8:88])


def test_several_pictures_are_enlarged_alike(client, folder):
    images = [{"data": PICTURE, "name": name} for name in "ab"]
    answer = client.post("/sdapi/v1/extra-batch-images", json={"imageList": images, "upscaler_1": "2x_soft"}).json()
    assert all(np.array_equal(received(one), by_hand(folder, "2x_soft", Size(96, 80))) for one in answer["images"])
    assert len(answer["images"]) == 2
    assert "Postprocess upscaler: 2x_soft" in answer["html_info"]


def test_the_dialect_lists_upscalers_by_name(client, folder):
    rows = client.get("/sdapi/v1/upscalers").json()
    assert [row["name"] for row in rows] == ["None", "Lanczos", "Nearest", "2x_soft", "4x_Sharp"]
    assert rows[3]["model_path"] == str(folder / "models" / "ESRGAN" / "2x_soft.pth")
    assert [set(row) for row in rows] == [{"name", "model_name", "model_path", "model_url", "scale"}] * 5
    path = str(folder / "models" / "RealESRGAN" / "4x_Sharp.pth")
    assert client.get("/sdapi/v1/realesrgan-models").json() == [{"name": "4x_Sharp", "path": path, "scale": 4}]
    assert {"name": "Latent (nearest-exact)"} in client.get("/sdapi/v1/latent-upscale-modes").json()


def test_an_unknown_upscaler_is_refused_with_those_that_there_are(client):
    answer = client.post("/sdapi/v1/extra-single-image", json={"image": PICTURE, "upscaler_1": "R-ESRGAN 9x"})
    assert answer.status_code == 422
    assert "Lanczos, Nearest, 2x_soft, 4x_Sharp" in answer.text


# without computing


def test_a_runner_that_does_not_compute_knows_these_tasks_too(tmp_path):
    with served(tmp_path) as client:
        names = {"images": [kept(client, PICTURE)], "mask": kept(client, MASK)}
        _, larger = job(client, "upscale", **names, hires_scale=3)
        assert larger.shape == (120, 144, 3)
        _, clean = job(client, "erase", **names)
        assert np.array_equal(clean[DRAWN == 0], SAMPLES[DRAWN == 0])
        assert not np.array_equal(clean, SAMPLES)
