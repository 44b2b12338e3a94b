"""What came of a request → the dialect's `info`, against what the reference answered."""

import base64
import json
from pathlib import Path

import numpy as np
import pytest

from pentimento.api.webui.answers import info
from pentimento.api.webui.bodies import Img2ImgBody, Txt2ImgBody
from pentimento.api.webui.painting import Outcome
from pentimento.api.webui.translation import translate
from pentimento.api.webui.works import Work
from pentimento.pixels.files import Files
from pentimento.words.compat import CompatName
from pentimento.words.events import Painted
from pentimento.words.images import Picture

RECORDED = json.loads((Path(__file__).parent.parent / "golden" / "api" / "answers.json").read_text(encoding="utf-8"))
BODIES = {"/sdapi/v1/txt2img": Txt2ImgBody, "/sdapi/v1/img2img": Img2ImgBody}
OURS = {"version", "mask_report", "job_timestamp"}


def told(case):
    """Our `info` for pictures with the settings that the reference recorded."""
    pictures = {
        "init_images": [base64.b64encode(bytes([n])).decode() for n in range(case["images"])] or None,
        "mask": base64.b64encode(b"mask").decode() if case["mask"] else None,
    }
    body = BODIES[case["endpoint"]](**case["body"], **pictures)
    request = translate(body, {}, CompatName.WEBUI, Files())
    recorded = case["info"]
    painted = [
        Painted(number, seed, variation, Picture(np.zeros((8, 8, 3), np.uint8)), text, None, None)
        for number, (seed, variation, text) in enumerate(
            zip(recorded["all_seeds"], recorded["all_subseeds"], recorded["infotexts"], strict=True)
        )
    ]
    return info(body, Outcome(request, painted), Work("t", "img2img", 1))


@pytest.mark.parametrize("name", RECORDED)
def test_info_is_what_the_reference_answered(name):
    ours = told(RECORDED[name])
    assert {key: value for key, value in ours.items() if key not in OURS} == RECORDED[name]["info"]
    assert set(ours) == OURS | set(RECORDED[name]["info"])
