"""Whatever clients of the older dialect send, they are answered in its own words."""

import json
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pentimento.api.bounds import Bounds
from pentimento.api.webui.bodies import ExtraSingleBody, Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.options import OPTIONS
from pentimento.api.webui.routes import ROUTERS
from pentimento.api.webui.scripts import SCRIPTS
from sendings import MASK, PICTURE, REDRAWN, SMALL
from server import served

LONG = bool(os.environ.get("PENTIMENTO_LONG"))
SHAPE = {"error", "detail", "body", "errors"}
JSON = {"Content-Type": "application/json"}

ODD = st.one_of(
    st.sampled_from(
        [None, True, False, 0, 1, -1, 2**63, -(2**70), 1e308, 0.5, float("nan"), float("inf"), "", "\ud800"]
    ),
    st.sampled_from([[], {}, [None], [[]], "None", "a|b", "1-3", PICTURE, PICTURE[:99], "data:,", "é", [PICTURE]]),
    st.dictionaries(st.text(max_size=5), st.lists(st.integers(), max_size=3), max_size=2),
    st.sampled_from([{"Soft Inpainting": {"args": [True, "x"]}}, {"controlnet": [1]}, {"sd_vae": 3, "n_rows": True}]),
)
ARGS = st.lists(st.one_of(ODD, st.integers(0, 45)), max_size=20)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    bounds = Bounds(body=2**20, pixels=1_000_000, batch=2, steps=5, cells=4)
    with served(tmp_path_factory.mktemp("fuzz"), bounds=bounds) as client:
        yield client


def check(answer):
    assert answer.status_code < 500 or answer.status_code == 501, answer.text
    if answer.status_code >= 400:
        assert set(answer.json()) == SHAPE
        assert "Traceback" not in answer.text
        assert len(answer.json()["detail"]) < 1000


def sent(client, path, body):
    answer = client.post(path, content=json.dumps(body), headers=JSON)
    check(answer)
    return answer


def often(examples):
    """Few examples, unless it is the long run."""
    return settings(max_examples=40 * examples if LONG else examples, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize(
    ("path", "kind", "usual"),
    [
        ("/sdapi/v1/txt2img", Txt2ImgBody, SMALL),
        ("/sdapi/v1/img2img", Img2ImgBody, {**REDRAWN, "mask": MASK}),
        ("/sdapi/v1/extra-single-image", ExtraSingleBody, {"image": PICTURE, "upscaler_1": "Lanczos"}),
    ],
)
def test_no_field_can_break_the_server(client, path, kind, usual):
    @often(20)
    @given(st.dictionaries(st.sampled_from(sorted(kind.model_fields)), ODD, min_size=1, max_size=4))
    def tried(odd):
        sent(client, path, {**usual, **odd})

    tried()
    assert sent(client, path, usual).status_code == 200


def test_no_setting_can_break_the_server(client):
    @often(20)
    @given(st.dictionaries(st.sampled_from(sorted(OPTIONS)), ODD, min_size=1, max_size=3))
    def tried(odd):
        sent(client, "/sdapi/v1/txt2img", {**SMALL, "override_settings": odd})
        sent(client, "/sdapi/v1/options", odd)
        check(client.get("/sdapi/v1/options"))

    tried()
    usual = {name: value for name, value in OPTIONS.items() if name != "sd_model_checkpoint"}
    assert sent(client, "/sdapi/v1/options", usual).status_code == 200
    assert sent(client, "/sdapi/v1/txt2img", SMALL).status_code == 200


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: f"{script.name} {script.tasks}")
def test_no_argument_can_break_the_server(client, script):
    task = script.tasks[0]
    usual = SMALL if task == "txt2img" else REDRAWN

    @often(10)
    @given(ARGS)
    def tried(args):
        asked = (
            {"alwayson_scripts": {script.title: {"args": args}}}
            if script.always_on
            else {"script_name": script.title, "script_args": args}
        )
        sent(client, f"/sdapi/v1/{task}", {**usual, "prompt": "a|b", **asked})

    tried()


WRONG = [b"", b"{", b"[]", b"null", b'"a"', b"NaN", b"\xff\xfe", b"[" * 100_000, b'{"\\ud800": 1}', b'{"image": 1}']
POSTS = sorted({route.path for router in ROUTERS for route in router.routes if "POST" in route.methods})


@pytest.mark.parametrize("path", POSTS)
def test_a_body_that_is_none_is_told_to_be_so(client, path):
    for body in WRONG:
        check(client.post(path, content=body, headers=JSON))
