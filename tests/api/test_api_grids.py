"""Grids over HTTP: what can be varied, what it would take, cells as they finish, and what is kept of them."""

import time

import pytest

from pentimento.runners.fake import FakeRunner
from rounds import png
from server import served

API = "/api/v1"
PATIENCE = 20


@pytest.fixture
def client(tmp_path):
    with served(tmp_path, runner=FakeRunner(step_seconds=0.001)) as client:
        yield client


def sent(client, **about):
    return client.post(f"{API}/files", files={"file": ("a.png", png(**about))}).json()["hash"]


def gridded(client, **wish):
    answer = client.post(f"{API}/grids", json={"record": False, **wish})
    assert answer.status_code == 202, answer.text
    end = time.monotonic() + PATIENCE
    while (grid := client.get(f"{API}/grids/{answer.json()['id']}").json())["done"] < len(
        [cell for cell in grid["cells"] if cell["job"]]
    ):
        assert time.monotonic() < end
        time.sleep(0.01)
    return grid


def trees(client):
    return client.get(f"{API}/pictures").json()


def test_what_can_be_varied_is_listed_under_the_plots_names(client):
    labels = {axis["name"]: axis["label"] for axis in client.get(f"{API}/grids/axes").json()}
    assert labels["denoising_strength"] == "Denoising"
    assert labels["replace"] == "Prompt S/R"
    assert labels["masked_content"] == "Masked content"


def test_a_forecast_tells_cells_pictures_and_time_and_queues_nothing(client):
    wish = {"request": {"steps": 20, "batch_size": 2}, "x": "steps=10-30 (+10)", "y": "cfg_scale=1,3,7"}
    told = client.post(f"{API}/grids/forecast", json=wish).json()
    assert (told["cells"], told["pictures"]) == (9, 18)
    assert [axis["labels"] for axis in told["axes"]] == [["10", "20", "30"], ["1", "3", "7"], [""]]
    assert told["seconds"] == pytest.approx(3 * (0.01 + 0.02 + 0.03))
    assert client.get(f"{API}/jobs").json() == []


def test_a_forecast_of_many_kinds_of_cells_is_told_from_a_few_of_them(client):
    told = client.post(f"{API}/grids/forecast", json={"x": "steps=1-40"}).json()
    assert told["seconds"] == pytest.approx(sum(range(1, 41)) * 0.001, rel=0.2)


def test_a_forecast_says_which_cells_would_have_no_picture(client):
    told = client.post(f"{API}/grids/forecast", json={"x": "sigma_min=1,5", "y": "sigma_max=3,10"}).json()
    assert any("sigma_max is 3" in problem for problem in told["problems"])


def test_an_axis_that_cannot_be_read_is_refused_by_the_forecast_too(client):
    refused = client.post(f"{API}/grids/forecast", json={"x": "steps=many"})
    assert refused.status_code == 422
    assert "many" in refused.json()["message"]


def test_a_cell_shows_its_picture_when_it_is_done_and_lies_in_the_bin(client):
    grid = gridded(client, request={"steps": 1, "images": [sent(client)]}, x="seed=1,2")
    pictures = [client.get(cell["picture"], params={"side": 32}) for cell in grid["cells"]]
    assert [picture.headers["content-type"] for picture in pictures] == ["image/webp"] * 2
    assert pictures[0].content != pictures[1].content
    assert trees(client) == []
    (tree,) = client.get(f"{API}/pictures", params={"binned": True}).json()
    assert len(client.get(f"{API}/pictures/{tree['id']}", params={"binned": True}).json()["all_rounds"]) == 2


def test_a_grid_is_still_there_for_a_server_that_was_begun_anew(tmp_path):
    wish = {"x": "seed=1-9 [2]", "y": "replace=cup,mug", "request": {"prompt": "a cup", "steps": 1, "seed": -1}}
    with served(tmp_path, runner=FakeRunner(step_seconds=0.001)) as client:
        before = gridded(client, **wish)
        pictures = [client.get(cell["picture"]).content for cell in before["cells"]]
        sheet = client.get(before["sheet"]).content
    with served(tmp_path, runner=FakeRunner()) as client:
        after = client.get(f"{API}/grids/{before['id']}").json()
        assert after["axes"] == before["axes"]
        assert [cell["state"] for cell in after["cells"]] == ["done"] * 4
        assert after["done"] == 4
        assert [client.get(cell["picture"]).content for cell in after["cells"]] == pictures
        assert client.get(after["sheet"]).content == sheet
        assert client.post(f"{API}/grids/{before['id']}/cells/3/keep").json()["request"]["prompt"] == "a mug"
        client.delete(f"{API}/pictures/bin")
        left = client.get(f"{API}/grids/{before['id']}").json()
        assert [cell["state"] for cell in left["cells"]] == ["cancelled"] * 3 + ["done"]
        assert client.get(f"{API}/grids/{'0' * 16}").status_code == 404


def test_a_cell_without_a_picture_says_so(client):
    grid = gridded(client, request={"steps": 1}, x="sigma_min=1,5", y="sigma_max=3,10")
    problem = next(number for number, cell in enumerate(grid["cells"]) if cell["problem"])
    assert grid["cells"][problem]["picture"] is None
    for path in (f"cells/{problem}", "cells/99"):
        assert client.get(f"{API}/grids/{grid['id']}/{path}").status_code == 422


def test_a_cell_that_is_kept_becomes_a_round_where_it_belongs_once(client):
    picture = sent(client)
    tree = client.post(f"{API}/pictures", json={"file": picture}).json()["id"]
    request = {"steps": 1, "images": [sent(client, seed=5)]}
    grid = gridded(client, request=request, x="cfg_scale=1,3", tree=tree)
    assert client.get(f"{API}/pictures/{tree}").json()["at"] is None, "what is looked at stays"
    keep = f"{API}/grids/{grid['id']}/cells/1/keep"
    made = client.post(keep).json()
    assert (made["tree"], made["request"]["cfg_scale"], len(made["candidates"])) == (tree, 3, 1)
    assert client.get(f"{API}/files/{made['candidates'][0]['file']}").status_code == 200
    assert client.post(keep).json()["id"] == made["id"]
    assert len(client.get(f"{API}/pictures/{tree}").json()["all_rounds"]) == 1


def test_a_cell_of_a_recorded_grid_is_the_round_it_is_in(client):
    grid = gridded(client, request={"steps": 1, "images": [sent(client)]}, x="cfg_scale=1,3", record=True)
    assert trees(client)[0]["rounds"] == 2
    client.post(f"{API}/grids/{grid['id']}/cells/0/keep")
    assert trees(client)[0]["rounds"] == 2
