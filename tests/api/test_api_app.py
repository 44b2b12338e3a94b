"""Who comes in, and how errors are told, whatever the route."""

import pytest

from server import served


@pytest.fixture
def client(tmp_path):
    with served(tmp_path) as client:
        yield client


def test_an_address_without_anything_is_told_in_the_one_shape(client):
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "route",
        "message": "there is nothing at /nowhere",
        "hint": "GET /openapi.json lists what there is.",
    }


def test_every_answer_says_how_long_it_took_and_large_ones_are_packed(tmp_path):
    with served(tmp_path) as client:
        small = client.get("/internal/ping")
        large = client.get("/sdapi/v1/options")
        plain = client.get("/sdapi/v1/options", headers={"accept-encoding": "identity"})
    assert all(0 <= float(answer.headers["x-process-time"]) < 3600 for answer in (small, large, plain))
    assert large.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in small.headers
    assert "content-encoding" not in plain.headers
    assert large.json() == plain.json()
