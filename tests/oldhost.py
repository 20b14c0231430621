"""The hosts that shows and blogs come from: sample feeds of each, filled, and all they lead to.

``fill`` returns a sample with real addresses in it, ``serve`` answers at these. What a sample holds
in braces: {old} is the address of the server, {old:quoted} the same as a part of another address;
{length:one.mp3} are bytes, {duration:one.mp3} seconds, {clock:one.mp3} is 00:00:06.

Nothing here is asserted.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from urllib.parse import quote, unquote

from PIL import Image
from web import Reply, Web, web

FEEDS = Path(__file__).parent / "feeds"
AUDIO = Path(__file__).parent / "fixtures" / "audio"
PODCASTS = (
    "libsyn", "anchor", "transistor", "buzzsprout", "podlove", "castopod", "powerpress", "handmade",
)  # fmt: skip
BLOGS = ("blog-wordpress", "blog-atom", "blog-json")
NAMES = (*PODCASTS, *BLOGS)
SECONDS = 6  # of each recording
# How the address of a recording ends → which of the fixtures it is.
RECORDINGS = {
    "one.mp3": "cbr.mp3", "two.mp3": "vbr-xing.mp3", "three.mp3": "cbr-info.mp3",
    "four.mp3": "vbr.mp3", "trailer.mp3": "tagged.mp3", "bonus.mp3": "ape-and-id3v1.mp3",
    "one.m4a": "aac.m4a", "two.m4a": "faststart.m4a", "three.m4a": "tagged.m4a",
    "one.opus": "opus.opus",
}  # fmt: skip
_TYPES = {"mp3": "audio/mpeg", "m4a": "audio/x-m4a", "opus": "audio/ogg"}
_CHAPTERS = """\
{"version": "1.2.0", "chapters": [{"startTime": 0, "title": "Rain"},
{"startTime": 2, "title": "Lime", "url": "https://wallkeeper.example/lime"},
{"startTime": 4.5, "title": "Home"}]}
"""
_CUES = (("00:00:00.300", "00:00:02.300", "Welcome."), ("00:00:02.700", "00:00:05.900", "Goodbye."))
_VTT = "".join(["WEBVTT\n", *(f"\n{a} --> {b}\n<v Tamsin>{said}</v>\n" for a, b, said in _CUES)])
_SRT = "\n".join(
    f"{n}\n{a} --> {b}\n".replace(".", ",") + f"Tamsin: {said}\n"
    for n, (a, b, said) in enumerate(_CUES, 1)
)
_JSON = """\
{"version": "1.0.0", "segments": [
{"startTime": 0.3, "endTime": 2.3, "speaker": "Tamsin", "body": "Welcome."},
{"startTime": 2.7, "endTime": 5.9, "speaker": "Tamsin", "body": "Goodbye."}]}
"""
_HTML = "<cite>Tamsin:</cite>\n<time>0:00</time>\n<p>Welcome.</p>\n<p>Goodbye.</p>\n"
# How the address of a text ends → what it is.
_TEXTS = {
    "chapters.json": ("application/json+chapters", _CHAPTERS),
    "transcript.json": ("application/json", _JSON),
    ".srt": ("application/x-subrip", _SRT),
    ".vtt": ("text/vtt", _VTT),
    ".txt": ("text/plain", "Tamsin: Welcome.\n\nGoodbye.\n"),
    "transcript": ("text/html", _HTML),
}


@dataclass(frozen=True, slots=True)
class Host:
    """A host that is running."""

    web: Web  # what it answers, by path and query, which a test may change; what it was asked
    feed: str  # the address of the feed

    def address(self, path: str) -> str:
        """Return the address of a path."""
        return self.web.url + path


def fill(name: str, base: str, page: int = 1) -> bytes:
    """Return a sample as a server at an address would send it; some have a second page."""
    ending = "json" if name == "blog-json" else "xml"
    stem = name.replace("-json", "") if ending == "json" else name
    body = (FEEDS / f"{stem}{f'-{page}' * (page > 1)}.{ending}").read_bytes()
    return re.sub(rb"\{(old|length|duration|clock)(?::([\w.]+))?\}", _filler(base), body)


def recording(name: str) -> bytes:
    """Return a recording by the end of its address."""
    return _fixture(RECORDINGS[name])


@contextmanager
def serve(name: str) -> Iterator[Host]:
    """Serve a sample with its recordings, pictures, chapters and transcripts on loopback."""
    with web() as server:
        path = "/feed.json" if name == "blog-json" else "/feed.xml"
        bodies = {path: fill(name, server.url)}
        if (FEEDS / f"{name}-2.xml").exists():
            bodies[f"{path}?paged=2"] = fill(name, server.url, 2)
        kind = "application/feed+json" if path.endswith("json") else "application/rss+xml"
        for body in bodies.values():
            server.replies |= {one: _reply(one) for one in _addresses(body, server.url)}
        server.replies |= {
            one: Reply(headers={"Content-Type": kind}, body=body) for one, body in bodies.items()
        }
        yield Host(server, server.url + path)


def _filler(base: str) -> Callable[[re.Match[bytes]], bytes]:
    def one(found: re.Match[bytes]) -> bytes:
        what, which = found[1].decode(), (found[2] or b"").decode()
        values = {
            "old": quote(base, safe="") if which == "quoted" else base,
            "length": len(recording(which)) if which in RECORDINGS else 0,
            "duration": SECONDS,
            "clock": f"00:00:{SECONDS:02}",
        }
        return str(values[what]).encode()

    return one


@cache
def _fixture(name: str) -> bytes:
    return (AUDIO / name).read_bytes()


def _addresses(body: bytes, base: str) -> Iterator[str]:
    """Yield path and query of all that a feed has at a server, as they are asked for."""
    text = html.unescape(body.decode("latin-1")).replace("\\/", "/")
    starts = "|".join(re.escape(start) for start in (base, quote(base, safe="")))
    return map(unquote, re.findall(rf"(?:{starts})([^\s\"'<>\\]+)", text))


def _reply(path: str) -> Reply:
    for ending, name in RECORDINGS.items():
        if path.partition("?")[0].endswith(ending):
            kind = _TYPES[ending.rpartition(".")[2]]
            headers = {"Content-Type": kind, "ETag": f'"{name}"', "Accept-Ranges": "bytes"}
            return Reply(headers=headers, body=_fixture(name), ranges=True)
    for ending, (kind, text) in _TEXTS.items():
        if path.endswith(ending):
            return Reply(headers={"Content-Type": kind}, body=text.encode())
    kind = "PNG" if path.endswith(".png") else "JPEG"
    return Reply(headers={"Content-Type": f"image/{kind.lower()}"}, body=picture(path, kind))


@cache
def picture(path: str, kind: str) -> bytes:
    """Return a square picture as apps want it, in one colour for each path."""
    red, green, blue = (sum(path.encode()[part::3]) % 200 for part in range(3))
    made = BytesIO()
    Image.new("RGB", (1400, 1400), (red, green, blue)).save(made, kind, quality=20)
    return made.getvalue()
