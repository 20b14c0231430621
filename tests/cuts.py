"""A publish that is cut, what anybody finds in the bucket then, and what the next run makes of it.

Bodies are read without a login, as apps read them: what the store says of an object is not enough.
"""

from __future__ import annotations

import hashlib
import json
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import lru_cache
from urllib.parse import quote, unquote
from xml.etree import ElementTree

from proxy import Proxy, Seen
from wire import Connection, head_bytes

from activefeed.model import Published
from activefeed.problems import StoreError
from activefeed.publish import lease, manifest
from activefeed.publish.s3 import S3Store
from activefeed.tree import Tier

OURS = "_activefeed/"
_STORED = ("content-type", "cache-control", "x-amz-meta-sha256")
_PASSING = {"date", "last-modified", "x-amz-request-id", "server"}  # others must be the same


@dataclass(frozen=True, slots=True)
class Thing:
    """An object as anybody gets it."""

    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)  # names in lower case; nothing that tells a time

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.body).hexdigest()


Picture = dict[str, Thing]  # a whole place, by key


@dataclass(frozen=True, slots=True)
class Place:
    """A prefix of a bucket: through a proxy for those who publish, past it for the tests."""

    log: Proxy
    through: S3Store
    direct: S3Store
    server: tuple[str, int]  # that anybody reads from

    def picture(self) -> Picture:
        """Return all that is there."""
        keys, found = sorted(self.direct.list()), Picture()
        with closing(Connection(socket.create_connection(self.server, timeout=60))) as reader:
            for n in range(0, len(keys), 50):  # asked for at once: waiting for each takes longer
                some = keys[n : n + 50]
                reader.send(b"".join(self._question(key) for key in some))
                found |= {key: _answer(reader, key) for key in some}
        return found

    def become(self, wanted: Picture) -> None:
        """Put the place back to what it was once."""
        there, at = self.direct.list(), self.direct
        for one in self._uploads():
            at.client.abort_multipart_upload(
                Bucket=at.bucket, Key=one["Key"], UploadId=one["UploadId"]
            )
        if extra := [{"Key": self._full(key)} for key in there.keys() - wanted.keys()]:
            at.client.delete_objects(Bucket=at.bucket, Delete={"Objects": extra})
        etags = {key: f'"{head.etag}"' for key, head in there.items()}
        other = [key for key, one in wanted.items() if etags.get(key) != one.headers["etag"]]
        with ThreadPoolExecutor(at.workers) as pool:
            for _ in pool.map(lambda key: self._write(key, wanted[key]), other):
                pass

    def unfinished(self) -> list[str]:
        """Return the keys of uploads in parts that nobody finished."""
        return [one["Key"] for one in self._uploads()]

    def key(self, one: Seen) -> str:
        """Return what a request asked for."""
        return unquote(one.path).removeprefix(f"/{self.direct.bucket}/{self._full('')}")

    def _uploads(self) -> list[dict[str, str]]:
        ask = {"Bucket": self.direct.bucket, "Prefix": self._full("")}
        found = self.direct.client.list_multipart_uploads(**ask)
        return list(found.get("Uploads", ()))

    def _question(self, key: str) -> bytes:
        path = quote(f"/{self.direct.bucket}/{self._full(key)}")
        return head_bytes(f"GET {path} HTTP/1.1", [("Host", "{}:{}".format(*self.server))])

    def _write(self, key: str, thing: Thing) -> None:
        kind, cache, sha256 = (thing.headers[name] for name in _STORED)
        where = {"Bucket": self.direct.bucket, "Key": self._full(key)}
        self.direct.client.put_object(
            **where, Body=thing.body, ContentType=kind, CacheControl=cache,
            Metadata={"sha256": sha256},
        )  # fmt: skip

    def _full(self, key: str) -> str:
        return f"{self.direct.prefix}/{key}" if self.direct.prefix else key


def _answer(reader: Connection, key: str) -> Thing:
    answer = reader.read_head()
    assert answer, f"{key} is not answered"
    body = b"".join(reader.answer_body(answer, "GET"))
    assert answer.status == 200, f"{key} answers {answer.status}"
    return Thing(body, {k: v for k, v in sorted(answer.headers.items()) if k not in _PASSING})


def public(picture: Picture) -> Picture:
    """Return what is meant for everybody."""
    return {key: thing for key, thing in picture.items() if not key.startswith(OURS)}


def state(picture: Picture) -> Published:
    """Return the state that lies there; the empty one where there is none."""
    found = picture.get(manifest.KEY)
    return (_load(found.body) if found else None) or Published()


@lru_cache(4)
def _load(body: bytes) -> Published | None:
    return manifest.load(body, "bucket")


def addresses(body: bytes, base: str) -> set[str]:
    """Return the paths of all addresses below a base that a feed names anywhere."""
    found = re.findall(rf"{re.escape(base)}/([^\s\"'<>&?#\\)]*)", body.decode())
    return {unquote(path) for path in found}


def enclosures(key: str, body: bytes, base: str) -> Iterator[tuple[str, int]]:
    """Yield the path and the promised length of what a feed encloses."""
    if key.endswith(".json"):
        items = json.loads(body)["items"]
        told = [(a["url"], a["size_in_bytes"]) for i in items for a in i.get("attachments", ())]
    else:
        tags = ElementTree.fromstring(body).iter("enclosure")
        told = [(one.attrib["url"], one.attrib["length"]) for one in tags]
    for url, length in told:
        assert url.startswith(f"{base}/")
        yield unquote(url.removeprefix(f"{base}/")), int(length)


@dataclass(frozen=True, slots=True)
class Course:
    """A publish to disturb: where it begins, and where it leads to if nobody does."""

    place: Place
    publish: Callable[[], object]  # through the proxy; takes over a lease that is left
    start: Picture
    goal: Picture
    seen: tuple[Seen, ...]  # the requests of an undisturbed one

    def cut(self, fault: Callable[[Seen], str]) -> list[Seen]:
        """Publish while requests fail, then look and publish again; return all requests."""

        def die() -> bool:
            self.place.log.fault = fault
            try:
                self.publish()
            except StoreError:
                return True
            return False

        return self.disturb(die)

    def disturb(self, die: Callable[[], bool]) -> list[Seen]:
        """Let a publish die, look at what is there, and publish again; return all requests."""
        log = self.place.log
        self.place.become(self.start)
        log.seen.clear()
        died = die()
        log.fault = lambda seen: ""
        left = self.place.picture()
        if not died:  # only the lease was left, which whoever comes next sees
            assert public(left) == public(self.goal)
            assert not state(left).pending
        self.check(left)
        first = log.seen.copy()
        self.finish(left)
        return first + log.seen

    def check(self, left: Picture) -> None:
        """Assert that the feeds tell the truth, and nothing too early."""
        old, new = public(self.start), public(self.goal)
        assert public(left).keys() <= old.keys() | new.keys()
        planned = {key: (old.get(key), new.get(key)) for key in left}
        feeds = {key for key, one in state(self.goal).objects.items() if one.tier == Tier.FEED}
        for key in feeds & left.keys():
            assert left[key] in planned[key], f"{key} is neither the old nor the new one"
            for path in addresses(left[key].body, state(self.goal).url):
                at = path if path in left else f"{path}index.html"
                assert at in left, f"{key} names {path}, which does not answer"
                assert left[at].sha256 in {one.sha256 for one in planned[at] if one}, at
            for path, length in enclosures(key, left[key].body, state(self.goal).url):
                assert len(left[path].body) == length, f"{key} gives {path} another length"

        told = {key for key in feeds & left.keys() if left[key] != old.get(key)}
        if told:
            assert [key for key in new.keys() - feeds if left.get(key) != new[key]] == []
            assert state(left).items == state(self.goal).items
        news = {key for key in feeds if new[key] != old.get(key)}
        main = state(self.goal).feed
        assert main not in told or told == news, "the main feed was not the last"
        assert told == news or old.keys() <= left.keys(), "deleted before all feeds were told"

    def finish(self, left: Picture) -> None:
        """Publish again; assert that it sends what was missing, and that all is as undisturbed."""
        log = self.place.log
        log.seen.clear()
        self.publish()
        new = public(self.goal)
        wrong = sorted(key for key in new if left.get(key) != new[key])
        assert self._keys(made_object) == wrong
        gone = sorted(public(left).keys() - new.keys())
        assert self._keys(lambda one: one.method == "DELETE") == gone
        end = self.place.picture()
        assert public(end) == new
        # Who finds nothing to do wants no lease, and leaves the one of the dead where it is.
        idle = not any(one.method == "PUT" for one in log.seen)
        assert end.keys() - new.keys() == {manifest.KEY, *([lease.KEY] if idle else ())}
        assert replace(state(end), generation=0) == replace(state(self.goal), generation=0)
        assert self.place.unfinished() == []

    def _keys(self, which: Callable[[Seen], bool]) -> list[str]:
        """Return what some of the latest requests were about, lease and state aside."""
        found = [self.place.key(one) for one in self.place.log.seen if which(one)]
        return sorted(key for key in found if not key.startswith(OURS))


def undisturbed(place: Place, publish: Callable[[], object], start: Picture) -> Course:
    """Return the course of a publish that nothing disturbs."""
    place.become(start)
    place.log.seen.clear()
    publish()
    return Course(place, publish, start, place.picture(), tuple(place.log.seen))


def made_object(one: Seen) -> bool:
    """Return whether a request wrote an object: whole, or by joining its parts."""
    return (one.method == "PUT" and not part(one)) or (
        one.method == "POST" and "uploadId" in one.query
    )


def part(one: Seen) -> str:
    """Return the number of the part that a request sent."""
    found = re.search(r"partNumber=(\d+)", one.query) if one.method == "PUT" else None
    return found[1] if found else ""


class Killer:
    """Kills a publisher when a request of its is on the way; nothing arrives from then on."""

    def __init__(self, place: Place, method: str, key: str, which: int) -> None:
        self._place, self._method, self._key = place, method, re.compile(key)
        self._left = which  # of those that fit
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def kills(self, command: Sequence[str]) -> bool:
        """Run a command until it is killed, and wait for what was on the way before."""
        log = self._place.log
        others = log.clients.copy()
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            self._process, log.fault = process, self
            said, _ = process.communicate()
        assert process.returncode == -signal.SIGKILL, said.decode()
        end = time.monotonic() + 10
        while log.clients - others:  # until the last word of the dead has been read
            assert time.monotonic() < end
            time.sleep(0.005)
        return True

    def __call__(self, seen: Seen) -> str:
        with self._lock:
            fits = seen.method == self._method and self._key.fullmatch(self._place.key(seen))
            self._left -= bool(fits)
            if fits and self._left == 0 and self._process:
                self._process.kill()
                self._process.wait()
            return "reset-before" if self._left <= 0 else ""
