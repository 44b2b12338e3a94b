"""Whatever comes in over HTTP, the server answers in its own words and lives on."""

import base64
import io
import os
import struct
import time
import zlib

import PIL.Image
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings, strategies

from pentimento.api.app import NATIVE, ROUTERS
from pentimento.api.bounds import Bounds
from rounds import png
from server import served

LONG = bool(os.environ.get("PENTIMENTO_LONG"))
API = "/api/v1"
HOST = {"Host": "127.0.0.1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    bounds = Bounds(body=2**20, pixels=1_000_000, batch=2, steps=5)
    with served(tmp_path_factory.mktemp("fuzz"), bounds=bounds) as client:
        yield client


@pytest.fixture(scope="module")
def schema(client):
    return schemathesis.openapi.from_asgi("/openapi.json", client.app, headers=HOST)


@pytest.fixture
def there(client):
    """Ids of what there is, by the address it goes by; anew for each address, since some throw it away."""
    file = client.post(f"{API}/files", files={"file": ("a.png", png())}).json()["hash"]
    job = client.post(f"{API}/jobs", json={"request": {"images": [file], "steps": 1}}).json()["id"]
    grid = client.post(f"{API}/grids", json={"request": {"steps": 1}, "x": "cfg_scale=1,3"}).json()["id"]
    while (told := client.get(f"{API}/jobs/{job}").json())["state"] != "done":
        time.sleep(0.01)
    return {
        "files": {"hash": file},
        "jobs": {"id": job, "number": 0},
        "grids": {"id": grid, "number": 0},
        "pictures": {"id": told["tree"]},
        "rounds": {"id": told["round"], "number": 0},
    }


ADDRESSES = [
    pytest.param(method, f"{NATIVE}{route.path}", id=f"{method} {route.path}")
    for router in ROUTERS[NATIVE]
    for route in router.routes
    for method in route.methods
    if not route.path.endswith("/events")  # a stream ends with its job
]
CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_whatever_the_description_allows_is_answered_as_it_says(client, schema, there, method, path):
    known = there.get(path.split("/")[3], {})

    @settings(
        max_examples=100 if LONG else 6,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.explicit, Phase.generate],
    )
    @given(case=schema[path][method].as_strategy(), real=strategies.booleans())
    def answered(case, real):
        if real and case.path_parameters:
            case.path_parameters |= {name: known[name] for name in case.path_parameters}
        case.validate_response(case.call(headers=HOST), checks=CHECKS)

    answered()


WRONG = [
    *(b"", b"{", b"[]", b"null", b'"a"', b"NaN", b"{}" * 9, b"\xff\xfe", b"[" * 100_000),
    b'{"\\ud800": 1}',
    b'{"request": {"prompt": "\\ud800"}}',
    b'{"request": {"steps": 1e999}}',
    b'{"request": {"cfg_scale": NaN}}',
    b'{"request": {"seed": 123456789012345678901234567890}}',
    b'{"request": {"images": {"a": 1}}}',
]


@pytest.mark.parametrize("body", WRONG, ids=lambda body: repr(body[:30]))
@pytest.mark.parametrize("path", ["jobs", "grids", "prompt", "forecast", "settings", "session", "pictures"])
def test_a_body_that_is_no_request_is_told_to_be_so(client, path, body):
    method = "PATCH" if path == "settings" else "POST"
    answer = client.request(method, f"{API}/{path}", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json().keys() == {"code", "message", "hint"}
        assert len(answer.json()["message"]) < 1000


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_of(width, height, bits=8):
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(b"\0" * 100)) + _chunk(b"IEND", b"")


def _as(format, **how):
    out = io.BytesIO()
    PIL.Image.new("RGB", (64, 64), "red").save(out, format, **how)
    return out.getvalue()


def _gif():
    out, frames = io.BytesIO(), [PIL.Image.new("L", (8, 8), colour) for colour in (0, 99, 255)]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


BROKEN = {
    "empty": b"",
    "text": b"hello",
    "zeros": bytes(1000),
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "zip": b"PK\x03\x04" + bytes(100),
    "signature alone": b"\x89PNG\r\n\x1a\n",
    "huge by its header": _png_of(100_000, 100_000),
    "bomb": _png_of(60_000, 60_000),
    "no pixels": _png_of(0, 0),
    "cut png": png(side=64)[:1500],
    "cut jpeg": _as("JPEG")[:300],
    "cut webp": _as("WEBP", lossless=True)[:40],
    "cut avif": _as("AVIF")[:200],
    "frames": _gif(),
    "wrong sum": png()[:40] + b"\0" + png()[41:],
    "base64": base64.b64encode(png()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_picture_is_refused_in_words(client, name):
    answer = client.post(f"{API}/files", files={"file": ("a.png", BROKEN[name])})
    assert answer.status_code == 422, answer.text
    assert answer.json()["code"] in ("picture", "limit")
    assert "Traceback" not in answer.text
    assert "/" not in answer.json()["message"].replace("/api/v1", "")


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\n", b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc', b"\xff" * 99]
)
def test_broken_multipart_is_refused_in_words(client, body):
    answer = client.post(f"{API}/files", content=body, headers={"Content-Type": "multipart/form-data; boundary=x"})
    assert 400 <= answer.status_code < 500
    assert answer.json().keys() == {"code", "message", "hint"}


@pytest.mark.parametrize("path", ["%2e%2e/%2e%2e/etc/passwd", "..%2f..%2fsettings.json", "%00", "a" * 5000, "%ff"])
def test_no_part_of_an_address_is_a_path(client, path):
    for place in ("files", "pictures", "rounds", "jobs", "grids"):
        answer = client.get(f"{API}/{place}/{path}")
        assert answer.status_code in (404, 422)
        assert answer.json().keys() == {"code", "message", "hint"}


def test_a_fault_of_the_program_tells_nothing_of_its_insides(tmp_path):
    with served(tmp_path) as client:
        services = client.app.state.services
        services.history.close()

        def broken(*_, **__):
            raise RuntimeError("a secret")

        type(services.history).recent, before = broken, type(services.history).recent
        try:
            quiet = type(client)(client.app, base_url="http://127.0.0.1", raise_server_exceptions=False)
            answer = quiet.get(f"{API}/rounds")
        finally:
            type(services.history).recent = before
        assert answer.status_code == 500
        assert answer.json()["code"] == "program"
        assert "secret" not in answer.text


def test_after_all_that_the_server_paints(client):
    job = client.post(f"{API}/jobs", json={"request": {"steps": 1}})
    assert job.status_code == 202
    assert client.get(f"{API}/health").json()["status"] == "ok"
