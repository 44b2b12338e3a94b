"""Who may come in: passwords, sessions, names of the host, other pages."""

import pytest

from pentimento.api.access import Access
from pentimento.api.guard import Doors
from pentimento.api.passwords import Passwords, line, read_passwords
from pentimento.words.errors import LoginError, RequestError, TooOftenError
from server import served

USERS = dict([line("ann", "s3cret").split(":", 1)])


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def guarded(tmp_path):
    with served(tmp_path, access=Access(Passwords(USERS))) as client:
        yield client


@pytest.fixture
def open_to_all(tmp_path):
    with served(tmp_path, doors=Doors(names=("studio.example",), origins=("https://page.example",))) as client:
        yield client


def test_without_a_password_nothing_is_told_but_the_version(guarded):
    answer = guarded.get("/api/v1/jobs")
    assert answer.status_code == 401
    assert answer.json()["code"] == "login"
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert guarded.get("/openapi.json").status_code == 401
    assert guarded.get("/api/v1/version").status_code == 200


def test_basic_authentication_lets_in_and_only_with_the_right_password(guarded):
    assert guarded.get("/api/v1/jobs", auth=("ann", "s3cret")).status_code == 200
    assert guarded.get("/api/v1/jobs", auth=("ann", "S3cret")).status_code == 401
    assert guarded.get("/api/v1/jobs", auth=("bob", "s3cret")).status_code == 401
    assert guarded.get("/api/v1/jobs", auth=("", "")).status_code == 401
    assert guarded.get("/api/v1/jobs", headers={"Authorization": "Basic %%%"}).status_code == 401


def test_a_job_knows_whose_it_is(guarded):
    job = guarded.post("/api/v1/jobs", json={"request": {"steps": 1}}, auth=("ann", "s3cret")).json()
    assert guarded.app.state.services.queue.job(job["id"]).owner == "ann"


def test_a_session_changes_nothing_without_its_token(guarded):
    told = guarded.post("/api/v1/session", json={"name": "ann", "password": "s3cret"}).json()
    assert told["user"] == "ann"
    assert guarded.get("/api/v1/jobs").status_code == 200
    refused = guarded.post("/api/v1/jobs", json={"request": {"steps": 1}})
    assert refused.status_code == 403
    assert "x-csrf-token" in refused.json()["message"]
    assert guarded.get("/api/v1/session").json()["csrf"] == told["csrf"]
    done = guarded.post("/api/v1/jobs", json={"request": {"steps": 1}}, headers={"X-CSRF-Token": told["csrf"]})
    assert done.status_code == 202


def test_the_cookie_is_kept_from_scripts_and_from_other_pages(guarded):
    answer = guarded.post("/api/v1/session", json={"name": "ann", "password": "s3cret"})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_after_logging_out_the_cookie_opens_nothing(guarded):
    told = guarded.post("/api/v1/session", json={"name": "ann", "password": "s3cret"}).json()
    cookie = guarded.cookies["pentimento_session"]
    guarded.delete("/api/v1/session", headers={"X-CSRF-Token": told["csrf"]})
    assert guarded.get("/api/v1/jobs", headers={"Cookie": f"pentimento_session={cookie}"}).status_code == 401


def test_guessing_is_slowed_down(guarded):
    for _ in range(10):
        assert guarded.get("/api/v1/jobs", auth=("ann", "wrong")).status_code == 401
    answer = guarded.get("/api/v1/jobs", auth=("ann", "wrong"))
    assert answer.status_code == 429
    assert answer.json()["hint"] == f"Try again in {answer.headers['retry-after']} s."


def test_after_a_while_one_may_guess_again():
    passwords, clock = Passwords(USERS, clock := Clock()), clock
    for _ in range(10):
        with pytest.raises(LoginError):
            passwords.check("ann", "wrong", "10.0.0.1")
    with pytest.raises(TooOftenError):
        passwords.check("ann", "s3cret", "10.0.0.1")
    assert passwords.check("ann", "s3cret", "10.0.0.2") == "ann"
    clock.now = 61
    assert passwords.check("ann", "s3cret", "10.0.0.1") == "ann"


def test_a_name_with_a_colon_is_not_mistaken_for_another():
    passwords = Passwords(dict([line("ann", "b:c").split(":", 1)]))
    assert passwords.check("ann", "b:c", "") == "ann"
    assert passwords.check("ann", "b:c", "") == "ann"
    with pytest.raises(RequestError):
        line("ann:b", "c")


@pytest.mark.parametrize("text", ["", "# nobody\n", "ann\n", "ann:s3cret\n"])
def test_an_auth_file_that_lets_nobody_in_is_refused(tmp_path, text):
    (tmp_path / "auth").write_text(text)
    with pytest.raises(RequestError):
        read_passwords(tmp_path / "auth")


def test_an_auth_file_names_people_and_no_password(tmp_path):
    (tmp_path / "auth").write_text(f"# the studio\n\n{line('ann', 's3cret')}\n{line('bob', 'hunter2')}\n")
    users = read_passwords(tmp_path / "auth")
    assert list(users) == ["ann", "bob"]
    assert "hunter2" not in (tmp_path / "auth").read_text()
    assert Passwords(users).check("bob", "hunter2", "") == "bob"


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost", "[::1]:7860", "192.168.1.5", "studio.example:80"])
def test_addresses_and_allowed_names_are_answered(open_to_all, host):
    assert open_to_all.get("/api/v1/version", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "studio.example.evil.example"])
def test_other_names_are_refused_so_that_rebinding_leads_nowhere(open_to_all, host):
    assert open_to_all.get("/api/v1/version", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "null", "fetch site"],
)
def test_another_page_changes_nothing(open_to_all, headers):
    assert open_to_all.delete("/api/v1/jobs", headers=headers).status_code == 403
    assert open_to_all.get("/api/v1/jobs", headers=headers).status_code == 200


@pytest.mark.parametrize("origin", ["http://127.0.0.1", "https://page.example"])
def test_its_own_page_and_allowed_ones_do(open_to_all, origin):
    assert open_to_all.delete("/api/v1/jobs", headers={"Origin": origin}).status_code == 200


def test_cors_is_closed_but_for_the_pages_that_were_allowed(open_to_all, tmp_path):
    def allowed(origin):
        asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return open_to_all.options("/api/v1/jobs", headers=asked).headers.get("access-control-allow-origin")

    assert allowed("https://page.example") == "https://page.example"
    assert allowed("https://evil.example") is None
    with served(tmp_path / "closed") as closed:
        answer = closed.get("/api/v1/jobs", headers={"Origin": "https://page.example"})
        assert "access-control-allow-origin" not in answer.headers
