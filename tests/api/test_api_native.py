"""Our own API, over a runner that does not compute."""

import io
import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from pentimento.api.bounds import Bounds
from pentimento.pixels.codec import read_picture
from pentimento.runners.fake import FakeRunner
from pentimento.words.errors import ComputeError
from pentimento.words.events import Painted
from pentimento.words.reports import FaceReport, FacesReport
from pentimento.words.request import Request, SoftInpainting
from pentimento.words.sizes import Box
from rounds import png
from server import served

PATIENCE = 20
API = "/api/v1"


@pytest.fixture
def client(tmp_path):
    with served(tmp_path) as client:
        yield client


@pytest.fixture
def slow(tmp_path):
    with served(tmp_path, runner=FakeRunner(step_seconds=0.05)) as client:
        yield client


def sent(client, data=None):
    answer = client.post(f"{API}/files", files={"file": ("a.png", png() if data is None else data)})
    assert answer.status_code == 201, answer.text
    return answer.json()["hash"]


def submitted(client, about=None, **request):
    answer = client.post(f"{API}/jobs", json={"request": {"steps": 2, "seed": 3, **request}, **(about or {})})
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def marked_png(left, top, right, bottom, side=32):
    """A mask of that box."""
    mask = np.zeros((side, side), np.uint8)
    mask[top:bottom, left:right] = 255
    file = io.BytesIO()
    PIL.Image.fromarray(mask).save(file, "PNG")
    return file.getvalue()


def ended(client, id):
    end = time.monotonic() + PATIENCE
    while (job := client.get(f"{API}/jobs/{id}").json())["state"] in ("queued", "running"):
        assert time.monotonic() < end
        time.sleep(0.01)
    return job


def events(client, id, **headers):
    """(number, kind, data) of a job's stream."""
    with client.stream("GET", f"{API}/jobs/{id}/events", headers=headers) as stream:
        told = [block.split("\n") for block in stream.read().decode().strip().split("\n\n")]
    fields = [dict(line.split(": ", 1) for line in block) for block in told if block != [": ping"]]
    return [(int(one["id"]), one["event"], json.loads(one["data"])) for one in fields]


# pictures as files


def test_a_picture_comes_back_as_it_was_sent(client):
    data = png()
    hash = sent(client, data)
    answer = client.get(f"{API}/files/{hash}")
    assert answer.content == data
    assert answer.headers["content-type"] == "image/png"


@pytest.mark.parametrize("format", ["JPEG", "WEBP", "AVIF", "TIFF"])
def test_pictures_come_in_in_many_formats(client, format):
    out = io.BytesIO()
    PIL.Image.new("RGB", (40, 30), "red").save(out, format)
    told = client.post(f"{API}/files", files={"file": ("a", out.getvalue())}).json()
    assert (told["width"], told["height"], told["kind"]) == (40, 30, f"image/{format.lower()}")


def test_sixteen_bits_are_kept(client):
    from pentimento.pixels.codec import encode_picture, picture_of

    data = encode_picture(picture_of(np.full((8, 8, 3), 40_000, np.uint16)), ".png", None)
    info = client.get(f"{API}/files/{sent(client, data)}/info").json()
    assert info["bits"] == 16


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_pictures_go_out_in_three_formats_and_small(client, format):
    hash = sent(client, png(side=64))
    answer = client.get(f"{API}/files/{hash}", params={"format": format, "side": 16})
    assert answer.headers["content-type"] == f"image/{format}"
    assert PIL.Image.open(io.BytesIO(answer.content)).size == (16, 16)
    whole = client.get(f"{API}/files/{hash}", params={"format": format})
    assert PIL.Image.open(io.BytesIO(whole.content)).size == (64, 64)


def test_what_is_no_picture_is_refused_and_not_kept(client):
    answer = client.post(f"{API}/files", files={"file": ("a.png", b"not a picture")})
    assert answer.status_code == 422
    assert answer.json()["code"] == "picture"
    assert not list(client.app.state.services.history.files)


def test_a_picture_that_nobody_sent_is_asked_for(client):
    answer = client.post(f"{API}/jobs", json={"request": {"images": ["0" * 64]}})
    assert answer.status_code == 404
    assert answer.json()["code"] == "unknown_picture"
    assert "/api/v1/files" in answer.json()["hint"]


# jobs


def form(client, job, mask=None, images=()):
    parts = [("images", ("a.png", data)) for data in images] + ([("mask", ("m.png", mask))] if mask else [])
    return client.post(f"{API}/jobs", data={"job": json.dumps(job)}, files=parts)


def test_pictures_and_mask_travel_with_the_request(client):
    request = {"steps": 1, "seed": 3, "prompt": "a chair"}
    answer = form(client, {"request": request, "record": False}, mask=png(1), images=[png()])
    assert answer.status_code == 202, answer.text
    job = ended(client, answer.json()["id"])
    assert job["state"] == "done"
    assert job["round"] is None
    assert job["request"]["prompt"] == "a chair"
    assert (job["request"]["images"], job["request"]["mask"]) == ([sent(client, png())], sent(client, png(1)))


def test_pictures_sent_come_after_those_that_are_named(client):
    named = sent(client, png(5))
    job = form(client, {"request": {"steps": 1, "images": [named], "batch_size": 2}}, images=[png(6)]).json()
    assert job["request"]["images"] == [named, sent(client, png(6))]
    only_mask = form(client, {"request": {"steps": 1, "images": [named]}}, mask=png(1))
    assert only_mask.status_code == 202


@pytest.mark.parametrize(
    ("job", "parts", "said"),
    [
        ("[", {}, "job"),
        ("[]", {}, "job"),
        ('{"request": 3}', {}, "job"),
        ('{"request": {"images": 3}}', {}, "job"),
        ('{"request": {"steps": 0}}', {}, "steps"),
        ('{"strange": 1}', {}, "strange"),
        ("{}", {"mask": png()}, "a mask without a picture"),
        ('{"request": {"mask": "%s"}}' % ("0" * 64), {"mask": png(), "images": png()}, "a mask is sent"),
        ("{}", {"images": b"no picture"}, "picture"),
        ("{}", {"mask": b"no picture", "images": png()}, "picture"),
    ],
)
def test_a_form_that_is_no_job_is_refused_and_nothing_kept(client, job, parts, said):
    files = [(name, ("a.png", data)) for name, data in parts.items()] or None
    answer = client.post(f"{API}/jobs", data={"job": job}, files=files or {"other": b""})
    assert answer.status_code == 422, answer.text
    assert said in answer.json()["message"]
    assert not list(client.app.state.services.history.files)


def test_a_job_paints_and_tells_where_its_pictures_are(client):
    job = ended(client, submitted(client, images=[sent(client)], batch_count=2))
    assert job["state"] == "done"
    assert job["share"] == 1
    assert [one["seed"] for one in job["pictures"]] == [3, 4]
    for one in job["pictures"]:
        from_job = client.get(one["url"]).content
        from_store = client.get(f"{API}/files/{one['file']}").content
        assert np.array_equal(read_picture(from_job).samples, read_picture(from_store).samples)
        assert read_picture(from_job).text["parameters"] == one["parameters"]


def test_a_stream_tells_all_from_the_first_even_to_who_comes_late(client):
    id = submitted(client, about={"previews": {"kind": "linear"}})
    ended(client, id)
    told = events(client, id)
    assert [number for number, _, _ in told] == list(range(len(told)))
    kinds = [kind for _, kind, _ in told]
    assert kinds[0] == "queued"
    assert kinds[-2:] == ["painted", "finished"]
    assert kinds.count("stepped") == 2
    assert [data for _, _, data in told] == client.get(f"{API}/jobs/{id}/log").json()
    previews = [data["previews"] for _, kind, data in told if kind == "stepped"]
    assert previews[0] == []
    assert previews[1][0].startswith("data:image/jpeg;base64,")


def test_a_stream_goes_on_where_it_broke_off(client):
    id = submitted(client)
    ended(client, id)
    told = events(client, id)
    assert events(client, id, **{"Last-Event-ID": "4"}) == told[5:]
    assert client.get(f"{API}/jobs/{id}/log", params={"after": 5}).json() == [data for _, _, data in told[5:]]


def test_a_stream_is_live(slow):
    id = submitted(slow, steps=10)
    assert events(slow, id)[-1][1] == "finished"


def test_a_running_job_is_cancelled_within_a_step(slow):
    id = submitted(slow, steps=150)
    while not slow.get(f"{API}/jobs/{id}").json()["step"]:
        time.sleep(0.01)
    asked = time.monotonic()
    slow.delete(f"{API}/jobs/{id}")
    assert ended(slow, id)["state"] == "cancelled"
    assert time.monotonic() - asked < 2


def test_waiting_jobs_know_their_place_and_can_be_cancelled(slow):
    first, second, third = (submitted(slow, steps=100) for _ in range(3))
    assert [slow.get(f"{API}/jobs/{id}").json()["position"] for id in (second, third)] == [1, 2]
    assert slow.delete(f"{API}/jobs/{second}").json()["state"] == "cancelled"
    assert slow.get(f"{API}/jobs/{third}").json()["position"] == 1
    assert slow.delete(f"{API}/jobs").json() == {"count": 2}
    assert ended(slow, first)["state"] == "cancelled"


def test_skip_ends_one_batch_and_stop_all_with_their_pictures_as_they_are(slow):
    id = submitted(slow, steps=100, batch_count=2)
    while not slow.get(f"{API}/jobs/{id}").json()["step"]:
        time.sleep(0.01)
    slow.post(f"{API}/jobs/{id}/skip")
    while slow.get(f"{API}/jobs/{id}").json()["batch"] < 2:
        time.sleep(0.01)
    slow.post(f"{API}/jobs/{id}/stop")
    job = ended(slow, id)
    assert job["state"] == "done"
    assert [one["complete"] for one in job["pictures"]] == [False, False]


def test_a_job_that_fails_says_why_in_the_one_shape(tmp_path):
    with served(tmp_path, runner=FakeRunner(error=ComputeError("numbers overflowed", "Use float32."))) as client:
        job = ended(client, submitted(client))
        assert job["state"] == "failed"
        assert job["error"] == {"code": "compute", "message": "numbers overflowed", "hint": "Use float32."}
        assert events(client, job["id"])[-1][2] == {"kind": "failed", **job["error"]}


def test_starting_states_are_a_small_job(client):
    picture, mask = sent(client), sent(client, png(seed=1))
    job = ended(client, submitted(client, about={"task": "start states"}, images=[picture], mask=mask))
    assert [one["label"] for one in job["pictures"]] == ["fill", "original", "latent noise", "latent nothing"]
    assert job["round"] is None


def test_what_a_job_leaves_out_is_as_the_server_is_set(client):
    assert client.patch(f"{API}/settings", json={"defaults": {"cfg_scale": 11}}).status_code == 200
    job = client.get(f"{API}/jobs/{submitted(client)}").json()
    assert job["request"]["cfg_scale"] == 11
    assert job["request"]["steps"] == 2


# limits


@pytest.mark.parametrize(
    "request_",
    [{"batch_size": 5}, {"batch_size": 4, "batch_count": 4}, {"steps": 31}, {"width": 2000, "height": 1000},
     {"hires_scale": 8, "width": 500, "height": 500}, {"prompt": "a" * 10_001}],
    ids=["batch", "pictures", "steps", "pixels", "second pass", "prompt"],
)  # fmt: skip
def test_more_than_the_server_allows_is_refused(tmp_path, request_):
    bounds = Bounds(pixels=1_000_000, batch=4, pictures=10, steps=30)
    with served(tmp_path, bounds=bounds) as client:
        answer = client.post(f"{API}/jobs", json={"request": request_})
        assert answer.status_code == 422
        assert answer.json()["code"] == "limit"
        assert "allows" in answer.json()["hint"]


def test_a_body_too_long_is_refused_whether_its_header_says_so_or_not(tmp_path):
    with served(tmp_path, bounds=Bounds(body=10_000)) as client:
        assert client.post(f"{API}/jobs", content=b" " * 20_000).status_code == 413
        chunks = (b" " * 1000 for _ in range(20))
        answer = client.post(f"{API}/jobs", content=chunks, headers={"Content-Type": "application/json"})
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded(tmp_path):
    with served(tmp_path, bounds=Bounds(pixels=1000)) as client:
        answer = client.post(f"{API}/files", files={"file": ("a.png", png(side=64))})
        assert answer.status_code == 422
        assert answer.json()["code"] == "limit"


def test_a_full_queue_says_so(tmp_path):
    with served(tmp_path, runner=FakeRunner(step_seconds=0.05), bounds=Bounds(waiting=2)) as client:
        answers = [client.post(f"{API}/jobs", json={"request": {"steps": 100}}) for _ in range(4)]
        assert answers[-1].status_code == 429
        assert answers[-1].json()["code"] == "queue_full"


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\models\\a.ckpt"])
def test_no_path_names_a_checkpoint(tmp_path, name, tiny_checkpoint):
    with served(tmp_path) as client:
        for one in (name, str(tiny_checkpoint)):
            answer = client.post(f"{API}/jobs", json={"request": {"checkpoint": one}})
            assert answer.status_code == 404
            assert answer.json()["code"] == "unknown_model"
            assert client.post(f"{API}/jobs", json={"request": {"vae": one}}).status_code == 404


# rounds


def test_what_is_made_is_a_round_that_can_be_left_and_come_back_to(client):
    first = ended(client, submitted(client, images=[sent(client)]))
    made = first["pictures"][0]["file"]
    second = ended(client, submitted(client, images=[made]))
    tree = client.get(f"{API}/pictures/{first['tree']}").json()
    assert [one["id"] for one in tree["all_rounds"]] == [first["round"], second["round"]]
    assert tree["all_rounds"][1]["parent"] == {"round": first["round"], "number": 0}
    assert tree["at"]["round"] == second["round"]
    assert client.post(f"{API}/pictures/{tree['id']}/undo").json()["at"]["round"] == first["round"]
    assert client.post(f"{API}/pictures/{tree['id']}/undo").json()["at"] is None
    assert client.post(f"{API}/pictures/{tree['id']}/redo").json()["at"]["round"] == first["round"]
    at = {"at": {"round": second["round"], "number": 0}}
    assert client.put(f"{API}/pictures/{tree['id']}/at", json=at).json()["at"] == at["at"]
    path = client.get(f"{API}/rounds/{second['round']}/path").json()
    assert [one["id"] for one in path] == [first["round"], second["round"]]


def test_a_round_can_be_made_again_and_is_the_same(client):
    first = ended(client, submitted(client, images=[sent(client)]))
    again = client.post(f"{API}/rounds/{first['round']}/replay", json={}).json()
    second = ended(client, again["id"])
    assert second["pictures"][0]["file"] == first["pictures"][0]["file"]
    assert second["tree"] == first["tree"]


def chain_of(client, id):
    """A job and all that follow it, each when it has ended."""
    jobs = [ended(client, id)]
    while jobs[-1]["next"]:
        jobs.append(ended(client, jobs[-1]["next"]))
    return jobs


def test_all_rounds_that_led_to_one_are_made_again_on_another_picture_or_checkpoint(client):
    first = ended(client, submitted(client, images=[sent(client)], batch_count=2))
    made = first["pictures"][1]["file"]
    mask = sent(client, png(1))
    second = ended(client, submitted(client, images=[made], mask=mask, seed=9, checkpoint="starter"))
    other = sent(client, png(7, side=48))
    replay = f"{API}/rounds/{second['round']}/replay"
    jobs = chain_of(client, client.post(replay, json={"image": other}).json()["id"])
    assert [job["state"] for job in jobs] == ["done", "done"]
    assert jobs[0]["request"]["images"] == [other]
    assert jobs[1]["request"]["images"] == [jobs[0]["pictures"][1]["file"]]
    assert jobs[1]["request"]["mask"] == mask
    assert client.get(f"{API}/rounds/{jobs[1]['round']}").json()["parent"] == {"round": jobs[0]["round"], "number": 1}
    assert jobs[1]["tree"] == jobs[0]["tree"] != first["tree"]
    assert client.get(f"{API}/files/{jobs[1]['pictures'][0]['file']}/info").json()["width"] == 48
    again = chain_of(client, client.post(replay, json={"checkpoint": "starter"}).json()["id"])
    assert [job["tree"] for job in again] == [first["tree"]] * 2
    assert client.post(replay, json={"image": "0" * 64}).status_code == 422


def test_a_chain_that_is_cancelled_or_fails_goes_no_further(slow):
    first = ended(slow, submitted(slow, images=[sent(slow)]))
    mask = sent(slow, png(1))
    second = ended(slow, submitted(slow, images=[first["pictures"][0]["file"]], mask=mask))
    other = {"image": sent(slow, png(7))}
    job = slow.post(f"{API}/rounds/{second['round']}/replay", json=other).json()["id"]
    slow.delete(f"{API}/jobs/{job}")
    assert [one["state"] for one in chain_of(slow, job)] == ["cancelled"]
    job = slow.post(f"{API}/rounds/{second['round']}/replay", json=other).json()["id"]
    slow.app.state.services.history.files.drop(mask)
    failed = ended(slow, job)
    assert (failed["error"]["code"], failed["next"]) == ("unknown_picture", None)
    assert len(failed["pictures"]) == 1


def test_pictures_and_rounds_have_names_and_a_bin(client):
    job = ended(client, submitted(client, images=[sent(client)]))
    tree, round = job["tree"], job["round"]
    assert client.patch(f"{API}/pictures/{tree}", json={"name": "the room"}).json()["name"] == "the room"
    assert client.patch(f"{API}/rounds/{round}", json={"name": "red"}).json()["name"] == "red"
    assert client.delete(f"{API}/rounds/{round}").json()["binned"]
    assert client.get(f"{API}/pictures/{tree}").json()["all_rounds"] == []
    assert not client.post(f"{API}/rounds/{round}/restore").json()["binned"]
    client.delete(f"{API}/pictures/{tree}")
    assert client.get(f"{API}/pictures").json() == []
    assert len(client.get(f"{API}/pictures", params={"binned": True}).json()) == 1
    assert client.delete(f"{API}/pictures/bin").json() == {"count": 1}
    assert client.get(f"{API}/rounds/{round}").status_code == 404


def test_one_candidate_of_a_round_has_a_bin_of_its_own(client):
    round = ended(client, submitted(client, images=[sent(client)], batch_size=2))["round"]
    left = client.delete(f"{API}/rounds/{round}/candidates/0").json()
    assert [one["number"] for one in left["candidates"]] == [1]
    both = client.post(f"{API}/rounds/{round}/candidates/0/restore").json()
    assert [(one["number"], one["binned"]) for one in both["candidates"]] == [(0, False), (1, False)]
    assert client.delete(f"{API}/rounds/{round}/candidates/2").status_code == 404


def test_a_picture_just_sent_outlives_the_emptying_of_the_bin(client):
    hash = sent(client)
    store = client.app.state.services.history.files
    os.utime(store.path(hash), (0, 0))
    client.delete(f"{API}/pictures/bin")
    assert client.get(f"{API}/files/{hash}").status_code == 200


def test_a_picture_goes_out_with_its_rounds_and_comes_in_elsewhere(client, tmp_path):
    job = ended(client, submitted(client, images=[sent(client)]))
    exported = client.get(f"{API}/pictures/{job['tree']}/export")
    assert exported.headers["content-type"] == "application/zip"
    with served(tmp_path / "other") as other:
        tree = other.post(f"{API}/pictures/import", files={"file": ("a.zip", exported.content)}).json()
        assert other.get(f"{API}/rounds/{job['round']}").json()["tree"] == tree["id"]
        refused = other.post(f"{API}/pictures/import", files={"file": ("a.zip", b"PK")})
        assert refused.status_code == 422
        assert refused.json()["message"].startswith("the file is no history"), "it names no path"


def test_an_archive_brings_no_larger_pictures_than_may_be_sent(client, tmp_path):
    job = ended(client, submitted(client, images=[sent(client, png(side=64))]))
    exported = client.get(f"{API}/pictures/{job['tree']}/export").content
    with served(tmp_path / "other", bounds=Bounds(pixels=1000)) as other:
        refused = other.post(f"{API}/pictures/import", files={"file": ("a.zip", exported)})
        assert (refused.status_code, refused.json()["code"]) == (422, "limit")
        assert other.get(f"{API}/pictures").json() == []


def test_a_job_can_leave_no_round(client):
    job = ended(client, submitted(client, about={"record": False}))
    assert job["round"] is None
    assert job["pictures"][0]["file"] is None
    assert client.get(job["pictures"][0]["url"]).status_code == 200
    assert client.get(f"{API}/rounds").json() == []


# models, lists, settings


def test_loading_a_checkpoint_is_a_job_with_bytes_that_can_be_cancelled(tmp_path):
    with served(tmp_path, runner=FakeRunner(load_seconds=0.3)) as client:
        loading = client.post(f"{API}/checkpoints/load", json={"checkpoint": "starter"}).json()
        assert loading["task"] == "load"
        assert ended(client, loading["id"])["state"] == "done"
        told = [data for _, kind, data in events(client, loading["id"]) if kind == "loading"]
        assert told[-1]["done"] == told[-1]["total"]
        assert [one["resident"] for one in client.get(f"{API}/checkpoints").json() if one["name"] == "starter"] == [
            True
        ]
        ended(client, client.post(f"{API}/checkpoints/unload").json()["id"])
        again = client.post(f"{API}/checkpoints/load", json={"checkpoint": "starter"}).json()
        client.delete(f"{API}/jobs/{again['id']}")
        assert ended(client, again["id"])["state"] == "cancelled"


def test_files_dropped_into_the_folder_of_models_are_listed(client, tmp_path, tiny_checkpoint):
    assert client.get(f"{API}/loras").json() == []
    for place in ("Stable-diffusion", "Lora", "VAE", "embeddings", "ESRGAN", "GFPGAN"):
        (tmp_path / "models" / place).mkdir(parents=True)
    (tmp_path / "models" / "Stable-diffusion" / "own.safetensors").symlink_to(tiny_checkpoint)
    (tmp_path / "models" / "Stable-diffusion" / "broken.safetensors").write_bytes(b"no")
    for place, name in (("Lora", "a.safetensors"), ("VAE", "v.pt"), ("ESRGAN", "u.pth"), ("GFPGAN", "g.pth")):
        (tmp_path / "models" / place / name).write_bytes(b"x")
    known = {one["name"]: one for one in client.get(f"{API}/checkpoints").json()}
    assert known["own.safetensors"]["kind"] == "an SD 1.x text-to-image checkpoint"
    assert known["broken.safetensors"]["problem"]
    assert client.get(f"{API}/loras").json() == [{"name": "a", "file": "a.safetensors"}]
    assert client.get(f"{API}/vaes").json() == [{"name": "v.pt", "file": "v.pt"}]
    assert [one["name"] for one in client.get(f"{API}/upscalers").json()] == ["Lanczos", "Nearest", "u"]
    assert client.get(f"{API}/face-restorers").json() == [
        {"name": "gfpgan", "file": "g.pth"},
        {"name": "detail", "file": ""},
    ]


def test_the_folders_are_told_in_full(client, tmp_path):
    folders = client.get(f"{API}/folders").json()
    assert all(Path(place).is_absolute() for place in folders.values())
    assert folders["styles"] == str(tmp_path / "styles.csv")


def test_a_style_is_kept_in_the_file_replaced_by_one_of_its_name_and_taken_out(client, tmp_path):
    (tmp_path / "styles.csv").write_text("name,prompt,negative_prompt\n#old,,\nsoft,{prompt} soft,hard\n")
    styles = client.post(f"{API}/styles", json={"name": "oil", "prompt": "oil"}).json()
    assert [style["name"] for style in styles] == ["soft", "oil"]
    styles = client.post(f"{API}/styles", json={"name": "soft", "prompt": "softer"}).json()
    assert styles[0] == {"name": "soft", "prompt": "softer", "negative_prompt": ""}
    assert [style["name"] for style in client.delete(f"{API}/styles", params={"name": "soft"}).json()] == ["oil"]
    assert "#old" in (tmp_path / "styles.csv").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("name", ["", " ", "#off", "two\nlines"])
def test_a_style_without_a_proper_name_is_refused(client, tmp_path, name):
    assert client.post(f"{API}/styles", json={"name": name, "prompt": "x"}).status_code == 422
    assert not (tmp_path / "styles.csv").exists()


def test_a_style_that_is_not_there_cannot_be_taken_out(client):
    assert "no style is called" in client.delete(f"{API}/styles", params={"name": "none"}).json()["message"]


def test_styles_are_those_of_the_file(client, tmp_path):
    assert client.get(f"{API}/styles").json() == []
    (tmp_path / "styles.csv").write_text("name,prompt,negative_prompt\nsoft,{prompt} soft,hard\n")
    assert client.get(f"{API}/styles").json() == [
        {"name": "soft", "prompt": "{prompt} soft", "negative_prompt": "hard"}
    ]


def test_settings_outlive_the_server(tmp_path):
    with served(tmp_path) as client:
        client.patch(f"{API}/settings", json={"previews": "none", "gps": True})
        assert client.patch(f"{API}/settings", json={"defaults": {"steps": 0}}).status_code == 422
        assert client.patch(f"{API}/settings", json={"colour": "blue"}).status_code == 422
    with served(tmp_path) as client:
        settings = client.get(f"{API}/settings").json()
        assert (settings["previews"], settings["gps"], settings["defaults"]) == ("none", True, {})


def test_pictures_go_out_without_settings_where_the_server_is_set_so(client):
    job = ended(client, submitted(client))
    client.patch(f"{API}/settings", json={"metadata": False})
    data = client.get(f"{API}/files/{job['pictures'][0]['file']}").content
    assert read_picture(data).text == {}
    with_settings = client.get(job["pictures"][0]["url"], params={"metadata": True}).content
    assert "parameters" in read_picture(with_settings).text


# before a run


def test_a_prompt_is_read_as_parts_times_weights_and_tokens(client):
    told = client.post(
        f"{API}/prompt",
        json={"prompt": "a [red:blue:0.5] (cat:1.3) AND dög:0.5 <lora:gone:0.7>", "steps": 10, "negative_prompt": "x)"},
    ).json()
    first, second = told["prompt"]
    assert [(one["end"], one["text"]) for one in first["entries"]] == [(5, "a red (cat:1.3)"), (10, "a blue (cat:1.3)")]
    assert [(one["text"], one["weight"]) for one in first["entries"][0]["fragments"]] == [("a red ", 1), ("cat", 1.3)]
    tokens = first["entries"][0]["chunks"][0]
    assert [one["text"] for one in tokens] == ["a ", "red ", "cat "]
    assert tokens[2]["weight"] == 1.3
    assert (first["entries"][0]["used"], first["entries"][0]["limit"]) == (3, 75)
    assert second["weight"] == 0.5
    assert told["networks"][0]["problem"]
    assert any("closes nothing" in one for one in told["warnings"])


def test_a_prompt_that_cannot_be_read_is_refused_as_the_job_would_be(client):
    answer = client.post(f"{API}/prompt", json={"prompt": "(a:1.2.3)"})
    assert answer.status_code == 422
    assert answer.json()["code"] == "prompt"


def test_a_forecast_tells_what_will_be_worked_on(client):
    picture, mask = sent(client), sent(client, png(seed=1))
    told = client.post(f"{API}/forecast", json={"images": [picture], "mask": mask, "width": 64, "height": 64}).json()
    assert told["working"] == {"width": 64, "height": 64}
    assert told["mask"]["scale"] == 2


def test_a_forecast_needs_only_the_box_of_a_mask(client):
    picture, mask = sent(client), sent(client, marked_png(2, 3, 9, 7))
    about = {"images": [picture], "area": "only masked", "padding": 0, "mask_blur": 0}
    of_mask = client.post(f"{API}/forecast", json=about | {"mask": mask}).json()
    of_box = client.post(f"{API}/forecast?marked=2,3,9,7", json=about).json()
    assert of_box == of_mask
    told = client.post(f"{API}/forecast?marked=2,3,9,7&coverage=0.01", json=about).json()
    assert told["mask"] == of_mask["mask"] | {"coverage": 0.01}


def test_what_is_marked_is_what_will_be_repainted_whatever_the_mask_mode(client):
    about = {"images": [sent(client)], "area": "only masked", "padding": 0, "mask_blur": 0}
    marked = f"{API}/forecast?marked=2,3,9,7"
    told = [
        client.post(marked, json=about | {"mask_mode": mode}).json()
        for mode in ("inpaint masked", "inpaint not masked")
    ]
    assert told[0] == told[1]


@pytest.mark.parametrize(
    ("box", "images"), [("0,0,900,5", True), ("0,0,5,5", False)], ids=["past the picture", "without a picture"]
)
def test_a_box_that_lies_on_no_picture_is_refused(client, box, images):
    about = {"images": [sent(client)] if images else []}
    answer = client.post(f"{API}/forecast?marked={box}", json=about)
    assert answer.status_code == 422
    assert "marked" in answer.json()["message"]


def disc_png(side=64):
    """A red disc on grey, in the middle."""
    rows, columns = np.mgrid[:side, :side] - side // 2
    pixels = np.where((rows**2 + columns**2 < 16**2)[..., None], (200, 30, 30), (120, 124, 128)).astype(np.uint8)
    file = io.BytesIO()
    PIL.Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def test_the_object_in_a_box_comes_as_a_mask_of_the_box(client):
    selection = {"image": sent(client, disc_png()), "left": 10, "top": 12, "right": 54, "bottom": 52}
    answer = client.post(f"{API}/selections", json=selection)
    mask = np.array(PIL.Image.open(io.BytesIO(answer.content)))
    assert mask.shape == (40, 44)
    assert (mask[20, 22], mask[0, 0]) == (255, 0)


@pytest.mark.parametrize(
    "box", [(0, 0, 65, 10), (10, 10, 11, 20), (20, 20, 10, 10)], ids=["past the picture", "a line", "turned round"]
)
def test_a_box_with_nothing_in_it_to_find_is_refused(client, box):
    sides = dict(zip(("left", "top", "right", "bottom"), box, strict=True))
    answer = client.post(f"{API}/selections", json={"image": sent(client, disc_png()), **sides})
    assert answer.status_code == 422
    assert "box" in answer.json()["message"]


# grids


def test_a_grid_is_a_job_for_each_cell_and_a_sheet(client):
    wish = {"request": {"steps": 1}, "x": "sigma_min=1,5", "y": "sigma_max=3,10,20"}
    grid = client.post(f"{API}/grids", json=wish).json()
    assert len(grid["cells"]) == 6
    for cell in grid["cells"]:
        if cell["job"]:
            ended(client, cell["job"])
    told = client.get(f"{API}/grids/{grid['id']}").json()
    assert told["done"] == 5
    assert [cell["state"] for cell in told["cells"]] == ["done", None, *["done"] * 4]
    assert "sigma_max is 3" in told["cells"][1]["problem"]
    sheet = client.get(told["sheet"])
    assert PIL.Image.open(io.BytesIO(sheet.content)).size[0] > 1000


def test_a_grid_can_be_cancelled_and_one_too_large_is_refused(slow):
    grid = slow.post(f"{API}/grids", json={"request": {"steps": 100}, "x": "cfg_scale=1,3,5"}).json()
    slow.delete(f"{API}/grids/{grid['id']}")
    assert {ended(slow, cell["job"])["state"] for cell in grid["cells"]} == {"cancelled"}
    large = slow.post(f"{API}/grids", json={"x": "seed=1:60", "y": "steps=1:8"})
    assert (large.status_code, large.json()["code"]) == (422, "limit")


# the description


def named(part, schemas):
    """Names of the schemas that a part of the document uses, and that those use."""
    found, ahead = set(), [part]
    while ahead:
        for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(ahead.pop())):
            if name not in found:
                found.add(name)
                ahead.append(schemas[name])
    return found


def test_every_field_and_address_is_described(client):
    document = client.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    ours = {path: methods for path, methods in document["paths"].items() if path.startswith(API)}
    for path, methods in ours.items():
        for method, about in methods.items():
            assert about.get("description"), f"{method} {path} is not described"
            assert {"4XX", "5XX"} <= about["responses"].keys()
            for parameter in about.get("parameters", []):
                assert parameter.get("description"), f"{parameter['name']} of {method} {path} is not described"
    for name in named(ours, schemas):
        for field, about in schemas[name].get("properties", {}).items():
            assert about.get("description"), f"{name}.{field} is not described"


def test_fields_of_a_request_are_described_as_everywhere(client):
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    name = next(name for name in ("Request", "Request-Input") if name in schemas)
    for model, schema in ((Request, schemas[name]), (SoftInpainting, schemas["SoftInpainting"])):
        for field, about in model.model_fields.items():
            assert schema["properties"][field]["description"] == about.description


class Mending(FakeRunner):
    """Tells of a face that it restored."""

    def _paint(self, scene, control, previews):
        report = FacesReport((FaceReport(Box(1, 2, 30, 40), 0.5), FaceReport(Box(5, 6, 7, 8), 0.25, "too small")))
        for event in super()._paint(scene, control, previews):
            if isinstance(event, Painted):
                samples = np.zeros_like(event.picture.samples)
                event = replace(event, faces=report, unrestored=replace(event.picture, samples=samples))
            yield event


def test_faces_are_told_and_the_picture_before_is_handed_out(tmp_path):
    with served(tmp_path, runner=Mending()) as client:
        job = ended(client, submitted(client, restore_faces="detail"))
        (picture,) = job["pictures"]
        assert picture["faces"]["restored"] == 1
        assert picture["faces"]["faces"][0] == {
            "box": {"left": 1, "top": 2, "right": 30, "bottom": 40}, "confidence": 0.5, "left": "",
        }  # fmt: skip
        before = read_picture(client.get(picture["unrestored"]).content)
        after = read_picture(client.get(picture["url"]).content)
        assert before.samples.max() == 0 < after.samples.max()
        (candidate,) = client.get(f"{API}/rounds/{job['round']}").json()["candidates"]
        assert candidate["faces"] == picture["faces"]
        assert client.get(f"{API}/files/{candidate['unrestored']}").status_code == 200
