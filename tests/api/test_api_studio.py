"""The studio's files over HTTP: open to all, of one folder, never stale; and a sentence where they are not built."""

import pytest

from pentimento.api import studio
from pentimento.api.access import Access
from pentimento.api.passwords import Passwords, hashed
from server import served

LOGIN = ("ann", "secret")


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A built studio of two files."""
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<p>the studio")
    (folder / "assets" / "main-3f2a.js").write_text("1")
    (folder / "secret").write_text("not to be seen")
    monkeypatch.setattr(studio, "BUILT", folder)
    return folder


def guarded():
    return Access(Passwords({LOGIN[0]: hashed(*LOGIN)}))


def test_the_page_is_asked_for_anew_and_its_files_are_kept(tmp_path, built):
    with served(tmp_path) as client:
        page, script = client.get("/"), client.get("/assets/main-3f2a.js")
    assert (page.text, page.headers["cache-control"]) == ("<p>the studio", "no-cache")
    assert script.headers["cache-control"] == studio.FOREVER
    assert script.headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("name", ["..%2fsecret", "%2e%2e%2fsecret", ".hidden", "none.js", "%00", "a%5cb"])
def test_nothing_but_a_file_of_the_folder_is_given_out(tmp_path, built, name):
    with served(tmp_path) as client:
        answer = client.get(f"/assets/{name}")
        assert answer.status_code == 404
        assert "seen" not in answer.text


def test_without_a_build_the_page_says_how_to_build(tmp_path, monkeypatch):
    monkeypatch.setattr(studio, "BUILT", tmp_path / "none")
    with served(tmp_path) as client:
        answer = client.get("/")
    assert answer.status_code == 404
    assert "make studio-build" in answer.text


def test_who_has_not_logged_in_sees_the_log_in_page_and_who_has_the_studio(tmp_path, built):
    with served(tmp_path, access=guarded()) as client:
        assert 'id="login"' in client.get("/").text
        assert client.get("/pages/login.js").status_code == client.get("/assets/main-3f2a.js").status_code == 200
        client.post("/api/v1/session", json={"name": LOGIN[0], "password": LOGIN[1]})
        assert client.get("/").text == "<p>the studio"


def test_a_page_that_is_refused_asks_for_the_password_itself(tmp_path):
    """Else the browser's own window would stand before the log-in page."""
    with served(tmp_path, access=guarded()) as client:
        assert "www-authenticate" in client.get("/api/v1/jobs").headers
        for own in ({"sec-fetch-mode": "cors"}, {"cookie": "pentimento_session=gone"}):
            answer = client.get("/api/v1/jobs", headers=own)
            assert answer.status_code == 401
            assert "www-authenticate" not in answer.headers


def test_every_answer_carries_the_policy(tmp_path):
    with served(tmp_path) as client:
        for path in ("/", "/api/v1/version", "/nowhere"):
            assert "default-src 'self'" in client.get(path).headers["content-security-policy"]


def test_the_bundled_example_is_given_out_as_pictures_and_settings(tmp_path):
    with served(tmp_path) as client:
        settings = client.get("/api/v1/demo").json()["settings"]
        assert client.post("/api/v1/forecast", json=settings).status_code == 200
        for name in ("picture", "mask"):
            answer = client.get(f"/api/v1/demo/{name}")
            assert answer.headers["content-type"] == "image/png"
            kept = client.post("/api/v1/files", files={"file": answer.content})
            assert kept.status_code == 201
