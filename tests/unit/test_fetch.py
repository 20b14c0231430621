"""What is asked of the network, and what is made of its answers."""

from __future__ import annotations

import pytest
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
