"""Recorded answers of the reference, asked for over HTTP: the same pictures in the same shape."""

import base64
import json

import numpy as np
import pytest

from pentimento.cli.golden import LARGEST, SHARE, VERSION
from pentimento.pixels.codec import read_picture
from pentimento.runners.inline import InlineRunner
from sendings import received
from server import served

CASES = ("onlymasked-pad32", "two-init-images", "soft-params", "txt2img")
OURS = {"version", "mask_report", "job_timestamp"}


@pytest.fixture(scope="module")
def client(golden, tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    (folder / "models").symlink_to(golden / "checkpoints")
    runner = InlineRunner(folder / "models", device="cpu", dtype="float32", threads=1)
    with served(folder, runner=runner) as client:
        yield client


def sent(golden, case):
    """The body as it was posted, with its pictures."""
    recorded = json.loads((case / "request.json").read_text())

    def data(name):
        return base64.b64encode((golden / name).read_bytes()).decode()

    pictures = {"init_images": [data(name) for name in recorded.get("init_images") or []]}
    pictures |= {"mask": data(recorded["mask"])} if recorded.get("mask") else {}
    return recorded["endpoint"], recorded["body"] | pictures


def plain(info):
    """What is to be the same: the texts without their version, and no time."""
    texts = [VERSION.sub("", text) for text in info["infotexts"]]
    return {key: value for key, value in info.items() if key not in OURS} | {"infotexts": texts}


@pytest.mark.parametrize("name", CASES)
def test_a_recorded_request_is_answered_as_the_reference_did(golden, client, name):
    case = golden / "cases" / name
    endpoint, body = sent(golden, case)
    answer = client.post(endpoint, json=body)
    assert answer.status_code == 200, answer.text
    recorded = json.loads((case / "infotext.json").read_text())["info"]
    assert plain(json.loads(answer.json()["info"])) == plain(recorded)
    made = [received(data) for data in answer.json()["images"]]
    wanted = [read_picture(path.read_bytes()).samples for path in sorted(case.glob("out-*.png"))]
    apart = np.concatenate([np.abs(a.astype(int) - b).ravel() for a, b in zip(made, wanted, strict=True)])
    assert apart.max() <= LARGEST
    assert (apart > 0).mean() <= SHARE
