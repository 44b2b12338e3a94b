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
