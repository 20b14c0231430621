"""The server: right bytes, right types, byte ranges, of what a preview shows."""

from __future__ import annotations

import asyncio
import re
import signal
import socket
import subprocess
import sys
from collections.abc import MutableMapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast
from urllib.parse import unquote
from urllib.request import urlopen

import pytest
from starlette.types import ASGIApp

from activefeed import serve
from activefeed.model import SourceFile
from activefeed.preview import Preview
from activefeed.problems import ActivefeedError
from activefeed.tree import Artifact, Tier, content_type_of

MINIMAL = Path(__file__).parent / "sites/minimal/input"
SOUND = bytes(range(256)) * 40  # 10,240 bytes


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


class Shown(Preview):
    """A preview of files that are there already."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "", lambda error: ActivefeedError(str(error)))

    def find(self, path: str) -> Artifact | None:
        file = self.root / path
        body = SourceFile(path, file, 0, "")
        known = path and ".." not in path and file.is_file()
        return Artifact(path, Tier.PAGE, content_type_of(path), "", 0, body) if known else None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    for path, body in {
        "index.html": b"<title>Home</title>",
        "404.html": b"<title>Nothing here</title>",
        "podcast/index.html": b"<title>Show</title>",
        "podcast/feed.xml": b"<rss/>",
        "podcast/welcome/transcript.vtt": b"WEBVTT\n",
        "podcast/welcome/chapters.json": b"{}",
        "media/welcome.0123456789ab.m4a": SOUND,
        "media/welcome.0123456789ab.mp3": SOUND,
        "assets/site.0123456789ab.css": b"a{}",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(body)
    return root


def ask(site: Path | Preview, path: str, method: str = "GET", **headers: str) -> Answer:
    """Ask the application as a web server does, without a network."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "method": method,
        "http_version": "1.1",
        "scheme": "http", "path": unquote(path), "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 9),
        "headers": [
            (name.replace("_", "-").encode(), v.encode())
            for name, v in {"host": "127.0.0.1:8000", **headers}.items()
        ],
    }  # fmt: skip
    preview = site if isinstance(site, Preview) else Shown(site)
    app = cast("ASGIApp", serve.server(preview).config.app)

    async def answer() -> None:
        await app(scope, receive, send)

    asyncio.run(answer())
    start = next(message for message in sent if message["type"] == "http.response.start")
    body = b"".join(message.get("body", b"") for message in sent)
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, body)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/index.html", "text/html; charset=utf-8"),
        ("/podcast/feed.xml", "application/xml"),
        ("/podcast/welcome/transcript.vtt", "text/vtt; charset=utf-8"),
        ("/podcast/welcome/chapters.json", "application/json"),
        ("/media/welcome.0123456789ab.m4a", "audio/x-m4a"),
        ("/media/welcome.0123456789ab.mp3", "audio/mpeg"),
        ("/assets/site.0123456789ab.css", "text/css; charset=utf-8"),
    ],
)
def test_types_are_ours_and_not_the_machines(folder: Path, path: str, kind: str) -> None:
    answer = ask(folder, path)
    assert (answer.status, answer.headers["content-type"]) == (200, kind)
    assert answer.body.startswith((folder / path[1:]).read_bytes())
    # What is looked at must be what lies there now.
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/", "/podcast/"])
def test_a_folder_shows_its_index(folder: Path, path: str) -> None:
    answer = ask(folder, path)
    assert answer.status == 200
    assert answer.body.startswith((folder / path[1:] / "index.html").read_bytes())


@pytest.mark.parametrize(
    ("wanted", "first", "last"),
    [("bytes=0-0", 0, 0), ("bytes=100-299", 100, 299), ("bytes=10000-", 10000, 10239),
     ("bytes=-256", 9984, 10239), ("bytes=10000-99999", 10000, 10239)],
)  # fmt: skip
def test_a_range_answers_206_with_its_bytes(
    folder: Path, wanted: str, first: int, last: int
) -> None:
    answer = ask(folder, "/media/welcome.0123456789ab.m4a", range=wanted)
    assert answer.status == 206
    assert answer.body == SOUND[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(SOUND)}"
    assert answer.headers["content-length"] == str(last + 1 - first)
    assert answer.headers["content-type"] == "audio/x-m4a"


def test_a_range_behind_the_end_answers_416(folder: Path) -> None:
    answer = ask(folder, "/media/welcome.0123456789ab.m4a", range=f"bytes={len(SOUND)}-")
    assert answer.status == 416
    assert answer.headers["content-range"] in {f"bytes */{len(SOUND)}", f"*/{len(SOUND)}"}


def test_head_tells_length_and_ranges_and_sends_nothing(folder: Path) -> None:
    answer = ask(folder, "/media/welcome.0123456789ab.mp3", "HEAD")
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(SOUND))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize("wanted", [{}, {"range": "bytes=0-4"}], ids=["plain", "range"])
def test_what_is_not_there_is_404_with_the_sites_own_page(
    folder: Path, wanted: dict[str, str]
) -> None:
    answer = ask(folder, "/nothing.html", **wanted)
    assert answer.status == 404
    assert answer.body.startswith(b"<title>Nothing here</title>")
    assert answer.headers["content-type"].startswith("text/html")
    (folder / "404.html").unlink()
    assert ask(folder, "/nothing.html", **wanted).status == 404


@pytest.mark.parametrize(
    "path",
    ["/activefeed.toml", "/../activefeed.toml", "/%2e%2e/activefeed.toml", "/..%2factivefeed.toml",
     "/assets/../activefeed.toml", "//activefeed.toml", f"/{MINIMAL / 'activefeed.toml'}"],
)  # fmt: skip
def test_no_path_leads_to_a_file_that_is_no_part_of_the_site(path: str) -> None:
    preview = Preview(MINIMAL, "", lambda error: ActivefeedError(str(error)))
    preview.renew(datetime(2026, 11, 22, tzinfo=UTC))
    assert ask(preview, "/index.html").status == 200
    answer = ask(preview, path)
    assert answer.status == 404
    assert b"timezone" not in answer.body


def test_nothing_can_be_written(folder: Path) -> None:
    assert ask(folder, "/index.html", "PUT").status == 405
    assert ask(folder, "/index.html", "DELETE").status == 405


def test_a_port_that_is_taken_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((serve.HOST, 0))
        taken.listen()
        wanted = taken.getsockname()[1]
        with serve.listen(serve.HOST, wanted) as other:
            assert other.getsockname()[1] != wanted


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot send Ctrl+C to one process")
def test_the_command_says_where_to_look_and_stops_when_told() -> None:
    command = [sys.executable, "-m", "activefeed", "serve", "--site", str(MINIMAL)]
    with subprocess.Popen(
        [*command, "--port", "18000"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout
            said = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", said)
            assert found
            url = found[0]
            for _ in range(100_000):  # until it listens
                try:
                    with urlopen(url, timeout=10) as answer:
                        assert b"<title>" in answer.read()
                    break
                except ConnectionError:
                    continue
                except OSError as error:  # URLError
                    if not isinstance(getattr(error, "reason", None), ConnectionError):
                        raise
            process.send_signal(signal.SIGINT)
            _, complaints = process.communicate(timeout=20)
        finally:
            process.kill()
    assert "Traceback" not in complaints
    assert process.returncode == 0
