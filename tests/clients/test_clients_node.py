"""stable-diffusion-api 0.0.7 and node-sd-webui 0.0.8 from npm drive a running server through every call they have."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import LOGIN

HERE = Path(__file__).parent
NODE = shutil.which("node")
pytestmark = pytest.mark.skipif(
    NODE is None or not (HERE / "node_modules").is_dir(), reason="npm's clients are not installed: run make install"
)


def told(script, *arguments):
    """What a script prints."""
    done = subprocess.run([NODE, script, *arguments], cwd=HERE, capture_output=True, text=True, timeout=180)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture(scope="module")
def calls(server):
    return told("stable_diffusion_api.js", server, *LOGIN)


DONE = {
    "missing": [],
    "txt2img": [[64, 64]] * 2,
    "img2img": {"sizes": [[64, 64]], "coverage": 0.25},
    "extraSingle": [[128, 128]],
    "extraBatch": [[128, 128]] * 2,
    "pngInfo": {},  # the client writes pictures anew, without their text
    "interrogate": {"status": 501, "told": "Pictures are not described yet"},
    "getOptions": "png",
    "setOptions": None,
    "getProgress": 0,
    "getCmdFlags": True,
    "getSamplers": 20,
    "getUpscalers": ["None", "Lanczos", "Nearest"],
    "getHypernetworks": [],
    "getFaceRestorers": [{"name": "Detail", "cmd_dir": None}],
    "getRealesrganModels": [],
    "getPromptStyles": ["fine"],
    "refreshCheckpoints": "done",
    "setModel": "other.safetensors",
    "getCurrentModel": "tiny.safetensors",
    "waitForReady": True,
    "setAuth": True,
    "ControlNet.getModels": [],
    "ControlNet.getModules": ["none"],
    "ControlNet.detect": {"status": 501, "told": "ControlNet is not run yet"},
}


@pytest.mark.parametrize("call", DONE)
def test_every_call_of_stable_diffusion_api_does_what_it_says(calls, call):
    assert calls[call] == DONE[call]


def test_stable_diffusion_api_sees_the_models(calls):
    assert {"tiny", "other"} <= set(calls["getSdModels"])


def test_a_unit_of_controlnet_is_off_unless_it_says_so(calls):
    """The client's units do not say `enabled`, which the extension takes for off."""
    assert calls["ControlNetUnit"] == [[64, 64]]


def test_every_call_of_node_sd_webui_does_what_it_says(open_server):
    calls = told("node_sd_webui.js", open_server)
    settings = calls.pop("pngInfo")
    assert calls == {
        "missing": [],
        "txt2img": [[64, 64]] * 2,
        "txt2img with hires": [[64, 64]],
        "txt2img with a script": 3,
        "txt2img with ControlNet": "Error: Not Implemented",
        "img2img": [[64, 64]],
        "img2img with ControlNet": "Error: Not Implemented",
    }
    assert (settings["prompt"], settings["negativePrompt"], settings["steps"]) == ("a cat", "grey", 2)
