"""A host of files that fails: as it is told, or at random by a seed. For tests of what downloads.

``with flaky(files) as host:`` serves ``files`` (path → bytes; may be changed and added to while it
runs) below ``host.endpoint`` to GET and HEAD, with ETag, Last-Modified, Content-Type by the path's
ending, Range and If-Range. ``host.fault`` is asked of every request (path, how often that path was
asked for before, headers) for the name of a fault, and an empty name is none; ``at_random`` makes
one. ``host.seen`` has all requests in the order they came.

Faults: ``hang-up`` closes before the head of an answer, ``reset`` resets in the middle of a body,
``short`` closes in the middle of one. ``500``, ``503`` (with Retry-After) and any other number are
answers. ``whole`` ignores a Range; ``wrong`` answers with another part than was asked for, and
``wide`` with one of a longer file; ``other`` is a part of another version. ``page`` is a web page
in place of the file, ``packed`` is compressed, ``untold`` has no length. ``silent`` says nothing
until the test is over.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock

from wire import Connection, Head, answer_bytes, head_bytes, serve

AT_RANDOM = ("hang-up", "reset", "short", "500", "503", "whole", "wrong")
MODIFIED = "Mon, 06 Jan 2025 08:00:00 GMT"
_PAGE = b"<!DOCTYPE html>\n<html><title>This domain is for sale</title></html>"


@dataclass(frozen=True, slots=True)
class Seen:
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case
    fault: str


Fault = Callable[[str, int, Mapping[str, str]], str]


@dataclass(slots=True)
class Flaky:
    """A host that runs."""

    endpoint: str  # without a final slash
    files: dict[str, bytes]  # by path, with its slash
    fault: Fault = lambda path, nth, headers: ""
    types: dict[str, str] = field(default_factory=dict)  # by path; else by its ending
    headers: dict[str, str] = field(default_factory=dict)  # in place of its own; empty is none
    seen: list[Seen] = field(default_factory=list)

    def url(self, path: str) -> str:
        """Return the address of a file."""
        return self.endpoint + path

    def of(self, path: str) -> list[Seen]:
        """Return the requests of a file."""
        return [one for one in self.seen if one.path == path]


def at_random(seed: int, chance: float = 0.4, faults: tuple[str, ...] = AT_RANDOM) -> Fault:
    """Return faults that are the same in every run, in whatever order requests come."""

    def fault(path: str, nth: int, headers: Mapping[str, str]) -> str:
        dice = random.Random(f"{seed} {path} {nth}")
        return dice.choice(faults) if dice.random() < chance else ""

    return fault


def in_turn(*faults: str) -> Fault:
    """Return the faults of the first, second … request of each file; later ones go well."""
    return lambda path, nth, headers: faults[nth] if nth < len(faults) else ""


@contextmanager
def flaky(files: Mapping[str, bytes] | None = None, fault: Fault | None = None) -> Iterator[Flaky]:
    """Serve on loopback."""
    here = Flaky("", dict(files or {}))
    here.fault = fault or here.fault
    counts, lock, end = Counter[str](), Lock(), Event()

    def talk(client: Connection) -> None:
        for head in client.heads():
            method, path, _ = head.start.split(" ")
            with lock:
                nth = counts[path]
                counts[path] += 1
                fault = here.fault(path, nth, head.headers)
                here.seen.append(Seen(method, path, head.headers, fault))
            if fault == "silent":
                end.wait(30)
            if fault in {"hang-up", "silent"}:
                return
            _answer(here, client, head, fault)
            if fault:
                return

    with serve(talk) as here.endpoint:
        try:
            yield here
        finally:
            end.set()


def _answer(here: Flaky, client: Connection, asked: Head, fault: str) -> None:
    method, path, _ = asked.start.split(" ")
    if fault.isdecimal() or path not in here.files:
        after = [("Retry-After", "7")] if fault in {"429", "503"} else []
        client.send(answer_bytes(int(fault or 404), [*after, ("Connection", "close")]))
        return
    status, fields, body = _of(here, path, asked.headers, fault)
    client.send(head_bytes(f"HTTP/1.1 {status} OK", [one for one in fields.items() if one[1]]))
    if method == "HEAD":
        return
    if fault in {"reset", "short"}:
        body = body[: random.Random(f"{path} {len(body)}").randrange(len(body) or 1)]
    client.send(body)
    if fault == "reset":
        client.reset()


def _of(
    here: Flaky, path: str, asked: Mapping[str, str], fault: str
) -> tuple[int, dict[str, str], bytes]:
    """Return status, headers and body."""
    body, type = here.files[path], here.types.get(path) or mimetypes.guess_type(path)[0] or ""
    fields = {
        "ETag": f'"{hashlib.sha256(body).hexdigest()[:16]}"',
        "Last-Modified": MODIFIED,
        "Content-Type": type,
        "Accept-Ranges": "bytes",
    } | here.headers
    status, of = 200, len(body)
    part = re.fullmatch(r"bytes=(\d+)-(\d*)", asked.get("range", ""))
    if part and fault != "whole" and asked.get("if-range", fields["ETag"]) in {*fields.values()}:
        begin, end = int(part[1]), min(int(part[2] or of), of - 1)
        if begin >= of:
            return 416, {"Content-Range": f"bytes */{of}", "Content-Length": "0"}, b""
        begin = max(0, begin - 5) if fault == "wrong" else begin
        of += 3 if fault == "wide" else 0
        status, body = 206, body[begin : end + 1]
        fields["Content-Range"] = f"bytes {begin}-{end}/{of}"
        fields["ETag"] = '"other"' if fault == "other" else fields["ETag"]
    if fault == "page":
        body, fields["Content-Type"] = _PAGE, "text/html; charset=utf-8"
    if fault == "packed":
        body, fields["Content-Encoding"] = gzip.compress(body), "gzip"
    length = {} if fault == "untold" else {"Content-Length": str(len(body))}
    return status, fields | length, body
