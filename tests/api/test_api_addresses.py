"""Pictures that clients name by their address: not fetched unless the server is started so, and never from here."""

import base64
import json

import httpx2
import pytest

from pentimento.words.errors import PictureError
from rounds import png
from server import process_of, served

ROOM, MASK = "https://pictures.example/room.png", "http://pictures.example/mask.png"


class Fetches:
    """Has two pictures at two addresses; the real one is tested beside its own code."""

    def fetch(self, url):
        if url not in (ROOM, MASK):
            raise PictureError("no host is called so")
        return png(0 if url == ROOM else 1)


@pytest.fixture
def client(tmp_path):
    with served(tmp_path, fetcher=Fetches()) as client:
        yield client


def test_the_dialect_takes_addresses_for_picture_and_mask(client):
    body = {"init_images": [ROOM], "mask": MASK, "steps": 1, "seed": 1}
    by_address = client.post("/sdapi/v1/img2img", json=body)
    assert by_address.status_code == 200, by_address.text
    coded = {"init_images": [base64.b64encode(png()).decode()], "mask": base64.b64encode(png(1)).decode()}
    by_bytes = client.post("/sdapi/v1/img2img", json=body | coded)
    assert by_address.json()["images"] == by_bytes.json()["images"]
    assert client.get("/sdapi/v1/options").json()["api_enable_requests"] is True


@pytest.mark.parametrize(
    ("route", "body"),
    [
        ("png-info", {"image": ROOM}),
        ("extra-single-image", {"image": ROOM, "upscaler_1": "Lanczos"}),
        ("extra-batch-images", {"imageList": [{"data": ROOM, "name": "a"}], "upscaler_1": "Lanczos"}),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_extras_and_png_info_take_addresses_where_they_are_fetched_and_refuse_them_else(client, tmp_path, route, body):
    by_address = client.post(f"/sdapi/v1/{route}", json=body)
    assert by_address.status_code == 200, by_address.text
    coded = json.loads(json.dumps(body).replace(ROOM, base64.b64encode(png()).decode()))
    assert client.post(f"/sdapi/v1/{route}", json=coded).json() == by_address.json()
    with served(tmp_path / "other") as other:
        refused = other.post(f"/sdapi/v1/{route}", json=body)
    assert refused.status_code == 422
    assert "none is fetched" in refused.text


def test_our_own_api_fetches_a_picture_into_the_store(client):
    told = client.post("/api/v1/files/fetch", json={"url": ROOM})
    assert told.status_code == 201
    assert client.get(f"/api/v1/files/{told.json()['hash']}").content == png()
    assert client.post("/api/v1/files/fetch", json={"url": "https://else.example"}).status_code == 422


def test_unless_it_is_asked_for_nothing_is_fetched(tmp_path):
    with served(tmp_path) as client:
        for answer in (
            client.post("/sdapi/v1/img2img", json={"init_images": [ROOM]}),
            client.post("/api/v1/files/fetch", json={"url": ROOM}),
        ):
            assert answer.status_code == 422
            assert "none is fetched" in answer.text
            assert "--allow-urls" in answer.text
        assert client.get("/sdapi/v1/options").json()["api_enable_requests"] is False


def test_a_server_that_fetches_never_asks_itself(tmp_path):
    with process_of(tmp_path, "--runner", "fake", "--allow-urls") as (url, _):
        for place in (url, url.replace("127.0.0.1", "localhost"), url.replace("127.0.0.1", "[::1]")):
            answer = httpx2.post(f"{url}/api/v1/files/fetch", json={"url": f"{place}/api/v1/version"}, timeout=60)
            assert answer.status_code == 422
            assert "not in the open network" in answer.json()["message"]
