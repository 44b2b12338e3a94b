"""Pictures by their address, from the open network alone. Names lead where the tests say: no network is asked."""

import ssl
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pentimento.download.addresses import HOPS, Fetcher, is_public
from pentimento.words.errors import LimitError, PictureError, TooLargeError
from rounds import png

HERE = "127.0.0.1"
NAMES = {"pictures.example": [HERE], "inside.example": ["10.0.0.7"], "both.example": [HERE, "10.0.0.7"]}


class Answers(BaseHTTPRequestHandler):
    """A little of everything that a server may do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.asked.append((self.headers["Host"], self.path))
        getattr(self, self.path.strip("/").split("?")[0].replace("-", "_"), self.missing)()

    def picture(self, kind="image/png"):
        self.told(200, png(), {"Content-Type": kind})

    def page(self):
        self.picture("text/html")

    def again(self):
        self.told(302, b"", {"Location": "/again"})

    def moved(self):
        self.told(301, b"", {"Location": "/picture"})

    def inward(self):
        self.told(302, b"", {"Location": "http://inside.example/picture"})

    def literal(self):
        self.told(302, b"", {"Location": f"http://169.254.169.254:{self.server.server_port}/picture"})

    def file(self):
        self.told(302, b"", {"Location": "file:///etc/passwd"})

    def missing(self):
        self.told(404, b"", {"Content-Type": "image/png"})

    def endless(self):
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        for _ in range(1000):
            self.wfile.write(bytes(1000))

    def slow(self):
        self.send_response(200)
        for letter in b"X-Slow: " + b"a" * 2000:
            self.wfile.write(bytes([letter]))
            time.sleep(0.05)

    def told(self, status, body, headers):
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@contextmanager
def answering(context=None):
    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_):
            pass  # whoever asked has hung up

    with Quiet((HERE, 0), Answers) as server:
        server.asked = []
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def server():
    with answering() as server:
        yield server


def fetcher(**how):
    """Names lead as in NAMES, and this machine passes for the open network."""
    usual = {"most": 100_000, "resolve": lambda name, port: NAMES.get(name, [name])}
    return Fetcher(**usual | {"allowed": lambda address: address == HERE} | how)


def url(server, path, name="pictures.example"):
    return f"http://{name}:{server.server_port}/{path}"


def test_a_picture_comes_from_its_address_and_the_server_is_asked_by_name(server):
    assert fetcher().fetch(url(server, "picture?size=1")) == png()
    assert server.asked[-1] == (f"pictures.example:{server.server_port}", "/picture?size=1")


def test_redirects_are_followed_a_few_times(server):
    assert fetcher().fetch(url(server, "moved")) == png()
    before = len(server.asked)
    with pytest.raises(PictureError, match="over more than"):
        fetcher().fetch(url(server, "again"))
    assert len(server.asked) - before == HOPS + 1


@pytest.mark.parametrize("path", ["inward", "literal", "file"])
def test_redirects_lead_nowhere_that_could_not_be_asked_at_once(server, path):
    with pytest.raises(PictureError, match=r"not in the open network|no address that is asked"):
        fetcher().fetch(url(server, path))


@pytest.mark.parametrize("name", ["inside.example", "both.example", "localhost", "[::1]", "0.0.0.0", "2130706433"])
def test_what_is_not_in_the_open_network_is_never_asked(server, name):
    asked = len(server.asked)
    one = fetcher() if name in NAMES else Fetcher(100_000)  # the system reads numbers without asking anybody
    with pytest.raises(PictureError, match="not in the open network"):
        one.fetch(url(server, "picture", name))
    assert len(server.asked) == asked


def test_a_name_is_resolved_once_and_the_connection_goes_there(server):
    """A name that leads elsewhere the second time it is asked gains nothing (DNS rebinding)."""
    told = []

    def changing(name, port):
        told.append(name)
        return [HERE] if len(told) == 1 else ["10.0.0.7"]

    assert fetcher(resolve=changing).fetch(url(server, "picture")) == png()
    assert told == ["pictures.example"]


@pytest.mark.parametrize(
    ("address", "public"),
    [
        *((one, True) for one in ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34")),
        *((one, False) for one in ("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254")),
        *((one, False) for one in ("0.0.0.0", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1")),
        *((one, False) for one in ("::1", "::", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1")),
        *((one, False) for one in ("64:ff9b::7f00:1", "2002:7f00:1::", "2002:a00:1::1", "::ffff:10.0.0.1")),
    ],
)
def test_the_open_network_is_told_from_all_others(address, public):
    assert is_public(address) is public


@pytest.mark.parametrize(
    "given",
    ["ftp://pictures.example/a", "file:///etc/passwd", "http://", "http://a:b@pictures.example/", "http://[::1", "x",
     "http://pictures.example:99999/", "gopher://pictures.example", "http://%s/" % ("a" * 300)],
)  # fmt: skip
def test_what_is_no_address_is_refused(given):
    with pytest.raises(PictureError):
        fetcher(resolve=lambda name, port: []).fetch(given)


def test_what_is_too_long_or_takes_too_long_is_given_up(server):
    with pytest.raises(TooLargeError):
        fetcher().fetch(url(server, "endless"))
    began = time.monotonic()
    with pytest.raises(PictureError, match=r"longer than 0\.3 seconds"):
        fetcher(seconds=0.3).fetch(url(server, "slow"))
    assert time.monotonic() - began < 30  # of a hundred seconds


@pytest.mark.parametrize(("path", "said"), [("page", "text/html"), ("missing", "404")])
def test_what_is_no_picture_is_not_taken(server, path, said):
    with pytest.raises(PictureError, match=said):
        fetcher().fetch(url(server, path))


def test_nobody_listening_is_told_and_nothing_secret_repeated():
    with pytest.raises(PictureError, match="cannot be had") as told:
        fetcher(seconds=5).fetch("http://pictures.example:1/a?token=secret")
    assert "secret" not in str(told.value)


def test_only_a_few_are_fetched_at_once(server):
    one, end = fetcher(seconds=5), time.monotonic() + 60
    threads = [threading.Thread(target=_try, args=(one, url(server, "slow"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    while one._free.acquire(blocking=False):
        one._free.release()
        assert time.monotonic() < end
        time.sleep(0.01)
    with pytest.raises(LimitError, match="already"):
        one.fetch(url(server, "picture"))
    for thread in threads:
        thread.join()
    assert one.fetch(url(server, "picture")) == png()


def _try(one, where):
    with pytest.raises(PictureError):
        one.fetch(where)


def test_over_tls_the_certificate_has_to_be_the_names_and_not_the_addresses(tmp_path):
    made = subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=a"),
            *("-addext", "subjectAltName=DNS:pictures.example"),
            *("-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"),
        ],
        capture_output=True,
    )
    if made.returncode:
        pytest.skip("openssl cannot make a certificate here")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    trust = ssl.create_default_context(cafile=tmp_path / "cert.pem")
    NAMES["other.example"] = [HERE]
    with answering(context) as server:
        secure = url(server, "picture").replace("http:", "https:")
        assert fetcher(trust=trust).fetch(secure) == png()
        with pytest.raises(PictureError, match="cannot be had"):
            fetcher(trust=trust).fetch(secure.replace("pictures", "other"))
        with pytest.raises(PictureError, match="cannot be had"):
            fetcher().fetch(secure)
