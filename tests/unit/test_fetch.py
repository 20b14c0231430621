"""What is asked of the network, and what is made of its answers."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from flaky import flaky, in_turn
from servers import S3Server
from web import Reply, web
from wire import Connection, answer_bytes, serve

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


def streamed(url: str, goes_on: Callable[[bytes], bool] = bool) -> tuple[fetch.Answer, bytes]:
    """Return an answer, and what was handed on before it was complete."""
    came = bytearray()

    def write(piece: bytes) -> bool:
        came.extend(piece)
        return goes_on(piece)

    answer = fetch.stream_of(url, {}, lambda answer: write if answer.status == 200 else None, None)
    return answer, bytes(came)


def test_a_stream_is_handed_on_piece_by_piece_to_its_end() -> None:
    body = bytes(range(256)) * 2000
    with flaky({"/a.mp3": body}) as host:
        pieces: list[bytes] = []

        def write(piece: bytes) -> bool:
            pieces.append(piece)
            return True

        answer, came = streamed(host.url("/a.mp3"), write)
    assert (answer.status, answer.headers["content-length"]) == (200, str(len(body)))
    assert (came, max(map(len, pieces)) < 1 << 17) == (body, True)


def test_of_a_stream_that_nobody_wants_nothing_is_read() -> None:
    with flaky({"/a.mp3": b"x" * (9 << 20)}) as host:
        assert streamed(host.url("/b.mp3"))[0].status == 404
        assert len(streamed(host.url("/a.mp3"), lambda piece: False)[1]) < 1 << 17


@pytest.mark.parametrize("fault", ["short", "reset"])
def test_what_breaks_off_is_never_taken_for_the_whole(fault: str) -> None:
    with flaky({"/a.mp3": b"x" * 200_000}, in_turn(fault, fault)) as host:
        answer, came = streamed(host.url("/a.mp3"))
        assert (answer.status, len(came) < 200_000) == (0, True)
        assert answer.trouble
        whole = fetch.body_of(host.url("/a.mp3"), 1 << 20)
        assert (whole.status, whole.body, whole.sha256) == (0, b"", "")


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_stream_that_drips_is_given_up(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    stop = threading.Event()

    def talk(client: Connection) -> None:
        head = b"HTTP/1.1 200 OK\r\n"
        client.send(head if part == "head" else head + b"\r\n")
        while not stop.wait(0.01):
            client.send(b"X-Patience: more\r\n" if part == "head" else b"a")

    monkeypatch.setattr(fetch, "_LONGEST", 0.2)
    with serve(talk) as url:
        answer, came = streamed(url)
        stop.set()
    assert (answer.status, "not done after" in answer.trouble) == (0, True)
    assert len(came) < 100


def test_a_stream_may_take_its_time_as_long_as_enough_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    body, steps = b"x" * 40_000, 20

    def talk(client: Connection) -> None:
        client.send(answer_bytes(200, [("Content-Length", str(steps * len(body)))]))
        for _ in range(steps):
            client.send(body)
            threading.Event().wait(0.04)

    monkeypatch.setattr(fetch, "_LONGEST", 0.3)
    monkeypatch.setattr(fetch, "_LEAST", 1000)
    with serve(talk) as url:
        answer, came = streamed(url)
    assert (answer.status, len(came)) == (200, steps * len(body))


def test_addresses_are_asked_as_feeds_have_them() -> None:
    with web() as server:
        server.replies["/a%20b/%C3%BC.mp3?x=%20"] = Reply(body=b"sound")
        for path in ("/a b/ü.mp3?x= ", "/a%20b/%C3%BC.mp3?x=%20"):
            assert fetch.body_of(f"{server.url}{path}", 100).body == b"sound"


@pytest.mark.parametrize(
    "url", ["", "a.mp3", "//a.example/", "http://a\ud800.example/", "http://[/"]
)
def test_what_is_no_address_is_no_crash(url: str) -> None:
    answers = fetch.head_of(url), fetch.begin_of(url), fetch.body_of(url, 9), streamed(url)[0]
    assert {one.status for one in answers} == {0}
    assert all(one.trouble for one in answers)
    assert fetch.post(url, {}).status == 0
