"""Who comes in, and how errors are told, whatever the route."""

import threading

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


def test_while_the_description_is_made_others_are_answered(tmp_path):
    with served(tmp_path) as client:
        begun, goes_on = threading.Event(), threading.Event()

        def slow():
            begun.set()
            assert goes_on.wait(30)
            return {"openapi": "3.1.0"}

        client.app.openapi = slow
        asking = threading.Thread(target=client.get, args=("/openapi.json",))
        asking.start()
        assert begun.wait(30)
        assert client.get("/api/v1/version").status_code == 200
        goes_on.set()
        asking.join()
