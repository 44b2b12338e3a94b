"""The studio opens: from this host alone, under a policy, and behind a password where there is one."""

from urllib.parse import urlsplit

import pytest

from chromium import SHOTS, new_page

NAME, PASSWORD = "ann", "secret"


def opened(page, address):
    """The studio, when it has drawn itself."""
    answer = page.goto(address)
    page.wait_for_selector("#studio > *")
    page.wait_for_load_state("networkidle")
    return answer


def log_in(page, password):
    page.get_by_label("Name").fill(NAME)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture(scope="module")
def first(browser, studio):
    """The page as it opens: `first.answer` is the server's, `first.kept` what each address says of keeping it."""
    with new_page(browser) as page:
        page.kept = {}
        page.on("response", lambda told: page.kept.update({urlsplit(told.url).path: told.headers.get("cache-control")}))
        page.answer = opened(page, studio)
        yield page


def test_it_opens_without_a_complaint_and_asks_no_other_host(first, studio):
    first.screenshot(path=SHOTS / "opened.png")
    hosts = {urlsplit(url).netloc for url in first.asked if not url.startswith(("blob:", "data:"))}
    assert hosts == {urlsplit(studio).netloc}
    assert first.troubles == []


def test_built_files_are_kept_for_ever_and_the_page_is_asked_for_anew(first):
    assert first.kept["/"] == "no-cache"
    scripts = [caching for path, caching in first.kept.items() if path.startswith("/assets/")]
    assert scripts
    assert all("immutable" in caching for caching in scripts)


def test_the_page_may_run_and_load_nothing_but_its_own(first):
    policy = first.answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    first.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'stray = 1'}))")
    assert first.evaluate("typeof stray") == "undefined"


def test_with_passwords_one_logs_in_and_then_works_by_cookie(page, serving, shot):
    address = serving(PENTIMENTO_AUTH=f"{NAME}:{PASSWORD}")
    page.goto(address)
    assert page.title() == "Pentimento: log in"
    shot("asked")
    log_in(page, "guessed")
    page.get_by_role("alert").filter(has_text="password").wait_for()
    shot("refused")
    log_in(page, PASSWORD)
    page.wait_for_selector("#studio > *")
    said = page.evaluate("fetch('/api/v1/session').then((answer) => answer.json())")
    assert said["user"] == NAME
    change = (
        "fetch('/api/v1/settings', {method: 'PATCH', headers, body: '{\"gps\": true}'}).then((answer) => answer.status)"
    )
    json = "{'content-type': 'application/json'}"
    assert page.evaluate(f"(csrf) => {{ const headers = {json}; return {change} }}", said["csrf"]) == 403
    withcsrf = f"(csrf) => {{ const headers = {{...{json}, 'x-csrf-token': csrf}}; return {change} }}"
    assert page.evaluate(withcsrf, said["csrf"]) == 200
