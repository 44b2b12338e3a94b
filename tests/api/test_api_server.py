"""One real server: a process with a socket, a worker, and a checkpoint of random numbers."""

import io
import json
import signal
import socket
import ssl
import subprocess
import sys
import time

import httpx2
import numpy as np
import pytest

from command import run
from pentimento.api.passwords import line
from pentimento.pixels.codec import encode_picture, picture_of, read_picture
from rounds import png
from server import process_of as server

PATIENCE = 120
API = "/api/v1"
PROMPT = "a prompt that nobody else has to read"


@pytest.fixture(scope="module")
def running(tmp_path_factory, tiny_checkpoint):
    folder = tmp_path_factory.mktemp("server")
    (folder / "models" / "Stable-diffusion").mkdir(parents=True)
    (folder / "models" / "Stable-diffusion" / "tiny.safetensors").symlink_to(tiny_checkpoint)
    with (
        server(folder, log=folder / "log") as (url, process),
        httpx2.Client(base_url=url, timeout=PATIENCE) as client,
    ):
        client.log, client.process = folder / "log", process
        yield client


def sent(client, data):
    return client.post(f"{API}/files", files={"file": ("a.png", data)}).json()["hash"]


def half_mask():
    mask = np.zeros((64, 64, 1), np.uint8)
    mask[:, 32:] = 255
    return encode_picture(picture_of(mask), ".png", None)


def test_a_picture_is_repainted_in_another_process_and_stays_as_it_was_outside(running):
    picture, mask = sent(running, png(side=64)), sent(running, half_mask())
    request = {"images": [picture], "mask": mask, "checkpoint": "tiny", "steps": 3, "seed": 1, "prompt": PROMPT}
    job = running.post(f"{API}/jobs", json={"request": request, "previews": {"kind": "linear"}}).json()
    kinds = []
    with running.stream("GET", f"{API}/jobs/{job['id']}/events") as stream:
        for text in stream.iter_lines():
            if text.startswith("event: "):
                kinds.append(text.removeprefix("event: "))
    assert kinds[-1] == "finished"
    assert {"queued", "loading", "preparing", "started", "stepped", "painted"} <= set(kinds)
    told = running.get(f"{API}/jobs/{job['id']}").json()["pictures"][0]
    assert told["background"]["largest"] == 0
    assert told["background"]["samples"] > 0
    made = read_picture(running.get(told["url"]).content)
    before = read_picture(png(side=64))
    assert (made.samples[:, :20] == before.samples[:, :20]).all()
    assert (made.samples[:, 32:] != before.samples[:, 32:]).any()


def test_a_forecast_tells_mask_warnings_time_and_memory_of_a_real_checkpoint(running):
    picture, mask = sent(running, png(side=64)), sent(running, half_mask())
    request = {
        "images": [picture],
        "mask": mask,
        "checkpoint": "tiny",
        "masked_content": "latent noise",
        "denoising_strength": 0.3,
        "prompt": "(open",
    }
    told = running.post(f"{API}/forecast", json=request).json()
    assert told["mask"]["sides"] == ["top", "right", "bottom"]
    assert told["expected"]["memory"] > 1e6
    assert any("never closed" in one for one in told["warnings"])
    assert any("latent noise cannot turn into a picture" in one for one in told["warnings"])


def test_a_file_elsewhere_is_not_painted_with_even_where_its_path_is_known(running, tiny_checkpoint):
    answer = running.post(f"{API}/jobs", json={"request": {"checkpoint": str(tiny_checkpoint)}})
    assert answer.status_code == 404


def test_the_log_is_json_and_tells_no_prompt(running):
    job = {"checkpoint": "tiny", "steps": 1, "width": 64, "height": 64, "prompt": PROMPT}
    running.post("/sdapi/v1/txt2img", json=job | {"override_settings": {"sd_model_checkpoint": "tiny"}})
    running.get(f"{API}/jobs", params={"limit": 3})
    end = time.monotonic() + 10
    while '"path": "/api/v1/jobs"' not in running.log.read_text():
        assert time.monotonic() < end
        time.sleep(0.05)
    lines = [json.loads(text) for text in running.log.read_text().splitlines()]
    asked = next(one for one in lines if one["message"] == "request")
    assert {"time", "level", "message", "client", "method", "path", "status", "ms"} <= asked.keys()
    assert PROMPT not in running.log.read_text()
    queued = next(one for one in lines if one["message"] == "job queued")
    assert queued["task"] in ("paint", "load", "unload")
    done = [one for one in lines if one["message"] == "job ended"][-1]
    assert (done["state"], done["pictures"]) == ("done", 1)
    assert done["seconds"] > 0


def test_prompts_stand_in_the_log_only_where_that_is_wanted(tmp_path, forks):
    refused = "a (secret:1.2.3) thing"
    for words, told in (((), False), (("--log-prompts",), True)):
        folder = tmp_path / str(told)
        folder.mkdir()
        with forks.serving(folder, "--runner", "fake", *words) as url:
            for prompt in (PROMPT, refused):
                body = {"prompt": prompt, "negative_prompt": "blur", "steps": 1}
                httpx2.post(f"{url}/sdapi/v1/txt2img", json=body, timeout=PATIENCE)
                httpx2.post(f"{url}{API}/prompt", json=body | {"sampler": "None"}, timeout=PATIENCE)
        log = (folder / "log").read_text()
        said = [json.loads(text) for text in log.splitlines()]
        prompts = [one["prompt"] for one in said if one["message"] == "prompt"]
        assert prompts == ([PROMPT, refused] if told else [])
        assert ("secret" in log) is told


def test_cheap_requests_are_answered_while_a_checkpoint_is_loaded(running):
    running.post(f"{API}/checkpoints/unload")
    job = running.post(f"{API}/checkpoints/load", json={"checkpoint": "starter"}).json()["id"]

    def state() -> str:
        return running.get(f"{API}/jobs/{job}").json()["state"]

    meanwhile = 0
    while state() in ("queued", "running"):
        assert running.get(f"{API}/health").status_code == 200
        meanwhile += state() == "running"
    assert state() == "done"
    assert meanwhile > 0  # how fast is what benchmarks/server.py measures


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--host", "0.0.0.0"), "no passwords are set"),
        (("--tls-cert", "a.pem"), "belong together"),
        (("--auth-file", "nowhere"), "cannot be read"),
        (("--host", "203.0.113.7", "--no-auth"), "cannot be used"),
    ],
    ids=["off loopback", "half of TLS", "no auth file", "not ours"],
)
def test_what_would_not_be_safe_does_not_start(tmp_path, monkeypatch, words, said):
    monkeypatch.chdir(tmp_path)
    done = run("serve", "--port", 0, "--runner", "fake", "--data-dir", tmp_path / "data", *words)
    assert done.code == 2
    assert said in done.err


def test_a_port_in_use_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run("serve", "--port", port, "--runner", "fake", "--data-dir", tmp_path)
    assert done.code == 2
    assert f"port {port} cannot be used" in done.err


def test_a_password_is_hashed_from_stdin(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO("s3cret\n"))
    done = run("serve", "--hash-password", "ann")
    assert done.code == 0
    assert done.out.startswith("ann:$argon2id$")
    assert "s3cret" not in done.out


def test_off_loopback_with_passwords_it_warns_that_they_travel_in_clear(tmp_path, forks):
    (tmp_path / "auth").write_text(line("ann", "s3cret") + "\n")
    words = ("--runner", "fake", "--host", "0.0.0.0", "--auth-file", tmp_path / "auth")
    with forks.serving(tmp_path, *words) as url:
        here = url.replace("0.0.0.0", "127.0.0.1")
        assert httpx2.get(f"{here}{API}/jobs").status_code == 401
        assert httpx2.get(f"{here}{API}/jobs", auth=("ann", "s3cret")).status_code == 200
    assert "travel in clear" in (tmp_path / "log").read_text()


def test_passwords_can_come_from_the_environment(tmp_path, forks):
    with forks.serving(tmp_path, "--runner", "fake", PENTIMENTO_AUTH="ann:s3cret") as url:
        assert httpx2.get(f"{url}{API}/jobs").status_code == 401
        assert httpx2.get(f"{url}{API}/jobs", auth=("ann", "s3cret")).status_code == 200


def test_it_speaks_tls(tmp_path, forks):
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert),
        ],
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    with forks.serving(tmp_path, "--runner", "fake", "--tls-cert", cert, "--tls-key", key) as url:
        assert url.startswith("https://")
        trusted = ssl.create_default_context(cafile=cert)
        assert httpx2.get(f"{url}{API}/version", verify=trusted).status_code == 200
    (tmp_path / "bad.pem").write_text("no")
    words = ("--tls-cert", tmp_path / "bad.pem", "--tls-key", key)
    done = run("serve", "--port", 0, "--runner", "fake", "--data-dir", tmp_path, *words)
    assert done.code == 2
    assert "no certificate" in done.err


def test_open_streams_do_not_keep_it_from_ending(tmp_path):
    with server(tmp_path, "--runner", "fake") as (url, process), httpx2.Client(base_url=url) as client:
        job = client.post(f"{API}/jobs", json={"request": {"steps": 150, "batch_count": 100, "width": 4096}}).json()[
            "id"
        ]
        with client.stream("GET", f"{API}/jobs/{job}/events") as stream:
            next(stream.iter_lines())
            asked = time.monotonic()
            process.send_signal(signal.SIGINT)
            process.wait(30)
        assert process.returncode in (0, 130)
        assert time.monotonic() - asked < 20
