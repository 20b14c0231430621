"""What is asked of the network, and what is made of its answers."""

from __future__ import annotations

import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from servers import S3Server
from web import Reply, web

from activefeed import fetch

PART = {"Content-Range": "bytes 0-0/4321"}


def test_the_first_byte_tells_the_length() -> None:
    with web() as server:
        server.replies["/a.mp3"] = Reply(206, PART, b"I")
        answer = fetch.begin_of(f"{server.url}/a.mp3")
    assert (answer.status, answer.headers["content-range"]) == (206, "bytes 0-0/4321")


def test_redirects_are_followed_to_the_end() -> None:
    with web() as server:
        server.replies["/old"] = Reply(302, {"Location": "/new"})
        server.replies["/new"] = Reply(206, PART, b"I")
        answer = fetch.begin_of(f"{server.url}/old")
        assert [path for _, path, _ in server.asked] == ["/old", "/new"]
    assert answer.status == 206


def test_a_circle_of_redirects_ends() -> None:
    with web() as server:
        server.replies["/a"] = Reply(302, {"Location": "/b"})
        server.replies["/b"] = Reply(302, {"Location": "/a"})
        answer = fetch.begin_of(f"{server.url}/a")
        assert len(server.asked) < 12
    assert answer.status == 302


def test_what_is_not_there_is_an_answer() -> None:
    with web() as server:
        answer = fetch.begin_of(f"{server.url}/nothing")
    assert (answer.status, answer.trouble) == (404, "Not Found")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:9/", "http://nobody.invalid/", "file:///etc/hosts"]
)
def test_nobody_there_is_no_crash_and_files_are_not_opened(url: str) -> None:
    answer = fetch.begin_of(url)
    assert answer.status == 0
    assert answer.trouble


def test_a_redirect_does_not_lead_to_a_file() -> None:
    with web() as server:
        server.replies["/a"] = Reply(302, {"Location": "file:///etc/hosts"})
        assert fetch.begin_of(f"{server.url}/a").status in {0, 302}


def test_a_form_is_sent_as_forms_are() -> None:
    with web() as server:
        server.replies["/hub"] = Reply(204)
        answer = fetch.post(f"{server.url}/hub", {"a": "1 & ü", "b": ["x", "y"]})
        assert server.asked == [("POST", "/hub", {"a": ["1 & ü"], "b": ["x", "y"]})]
    assert answer.status == 204


def test_a_head_stays_a_head_behind_redirects_which_are_counted() -> None:
    with web() as server:
        server.replies["/old"] = Reply(301, {"Location": f"{server.url}/new"})
        server.replies["/new"] = Reply(200, {"Content-Type": "audio/mpeg"}, b"sound")
        answer = fetch.head_of(f"{server.url}/old")
        assert [(method, path) for method, path, _ in server.asked] == [
            ("HEAD", "/old"),
            ("HEAD", "/new"),
        ]
    assert (answer.status, answer.redirects) == (200, 1)
    assert answer.headers["content-length"] == "5"
    assert answer.headers["content-type"] == "audio/mpeg"


def test_what_was_asked_for_is_asked_behind_a_redirect_too() -> None:
    with web() as server:
        server.replies["/old"] = Reply(307, {"Location": "/a b.mp3"})
        server.replies["/a%20b.mp3"] = Reply(body=b"sound", ranges=True)
        answer = fetch.begin_of(f"{server.url}/old")
    assert (answer.status, answer.headers["content-range"]) == (206, "bytes 0-0/5")


@pytest.mark.parametrize(("steps", "status"), [(5, 200), (6, 302)])
def test_five_redirects_are_followed_and_no_more(steps: int, status: int) -> None:
    with web() as server:
        for step in range(steps):
            server.replies[f"/{step}"] = Reply(302, {"Location": f"/{step + 1}"})
        server.replies[f"/{steps}"] = Reply()
        answer = fetch.head_of(f"{server.url}/0")
    assert (answer.status, answer.redirects) == (status, 5)


def test_a_form_is_not_sent_on_to_somebody_else() -> None:
    with web() as server:
        server.replies["/hub"] = Reply(302, {"Location": "/other"})
        server.replies["/other"] = Reply()
        assert fetch.post(f"{server.url}/hub", {"a": "1"}).status == 302


@pytest.mark.parametrize("size", [0, 1, 65_536, 200_000])
def test_a_body_is_known_by_its_hash(size: int) -> None:
    body = b"x" * size
    with web() as server:
        server.replies["/feed.xml"] = Reply(body=body)
        answer = fetch.body_of(f"{server.url}/feed.xml", max(size, 1))
    assert answer.sha256 == hashlib.sha256(body).hexdigest()


def test_of_a_body_no_more_is_read_than_the_limit() -> None:
    with web() as server:
        server.replies["/feed.xml"] = Reply(body=b"12345")
        # It would wait for a body of this length in vain.
        server.replies["/long"] = Reply(headers={"Content-Length": "1000000000"}, body=b"12345")
        assert fetch.body_of(f"{server.url}/feed.xml", 4).sha256 == ""
        assert fetch.body_of(f"{server.url}/long", 4).sha256 == ""


def test_headers_are_sent_as_wanted() -> None:
    with web() as server:
        server.replies["/a.vtt"] = Reply(cors="https://player.example")
        plain = fetch.body_of(f"{server.url}/a.vtt", 0)
        other = fetch.body_of(f"{server.url}/a.vtt", 0, Origin="https://player.example")
    assert "access-control-allow-origin" not in plain.headers
    assert other.headers["access-control-allow-origin"] == "https://player.example"


def test_a_certificate_that_is_not_trusted_is_no_answer_until_it_is(
    seaweed_tls: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"{seaweed_tls.endpoint}/healthz"
    refused = fetch.head_of(url)
    assert (refused.status, "certificate" in refused.trouble.lower()) == (0, True)
    monkeypatch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
    assert fetch.head_of(url).status == 200


def test_an_answer_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    class Drip(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            while not stop.wait(0.02):
                self.wfile.write(b"a")

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Drip)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    monkeypatch.setattr(fetch, "_LONGEST", 0.2)
    try:
        answer = fetch.body_of(f"http://127.0.0.1:{server.server_address[1]}/", 1000)
    finally:
        stop.set()
        server.shutdown()
        thread.join()
        server.server_close()
    assert (answer.status, answer.body) == (0, b"")
    assert "not done after" in answer.trouble
