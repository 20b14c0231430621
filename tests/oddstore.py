"""A small S3 server inside this process, with the odd ways of real ones and a clock to be set.

Quick enough for thousands of requests. It has one bucket, ``b``, checks no signatures, and lists
keys in the order of a tree, as SeaweedFS does.
"""

from __future__ import annotations

import hashlib
import os
import re
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.utils import formatdate
from itertools import count
from typing import NamedTuple
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape

import clocks
from servers import S3Server
from wire import Connection, Head, answer_bytes, serve

from activefeed.publish.s3 import Bucket, S3Store, connect

BUCKET = "b"
MODES = ("right", "refused", "ignored", "unquoted")
_KEPT = ("content-type", "cache-control", "content-encoding", "content-disposition", "x-amz-meta-")


class Logged(NamedTuple):
    """One request; its status is 0 until it is answered."""

    method: str
    key: str
    query: str
    status: int


@dataclass(frozen=True, slots=True)
class Stored:
    """An object."""

    body: bytes
    headers: Mapping[str, str]  # as they were sent
    modified: float  # seconds since 1970
    etag: str  # without quotes


@dataclass(frozen=True, slots=True)
class Upload:
    """An object of which parts are arriving."""

    key: str
    headers: Mapping[str, str]
    begun: float
    parts: dict[int, Stored] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    key: str
    query: Mapping[str, str]
    head: Head
    body: bytes

    @property
    def kept(self) -> dict[str, str]:
        return {name: v for name, v in self.head.fields if name.lower().startswith(_KEPT)}


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        body = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>".encode()
        self.answer = _Answer(status, {"Content-Type": "application/xml"}, body)


class OddStore:
    """A running server; how it takes conditions is its mode.

    ``right``: as they are meant. ``refused``: by 501. ``ignored``: without a word. ``unquoted``:
    as Ceph 16.2, to which a quoted ETag never matches, and which forgets them for uploads in parts.
    """

    def __init__(self, mode: str) -> None:
        self.mode = mode
        self.endpoint = ""
        self.now: Callable[[], float] = time.time
        self.before: Callable[[Logged], object] = lambda asked: None  # each request is done
        self.objects: dict[str, Stored] = {}
        self.uploads: dict[str, Upload] = {}
        self.log: list[Logged] = []
        self._finished: dict[str, str] = {}  # upload → etag: to complete twice is fine
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._store: S3Store | None = None

    @property
    def server(self) -> S3Server:
        """The same as a server like the others, for its environment."""
        return S3Server(self.endpoint)

    def store(self, bucket: str = BUCKET, prefix: str = "") -> S3Store:
        """Return a store here; all share one client."""
        with self._lock:
            if not self._store:
                with patch.dict(os.environ, self.server.environment):
                    self._store = connect(Bucket("", "", self.endpoint, "us-east-1"), clocks.REAL)
        return replace(self._store, bucket=bucket, prefix=prefix)

    def close(self) -> None:
        """Close the client."""
        if self._store:
            self._store.client.close()

    def talk(self, client: Connection) -> None:
        """Answer all requests of a connection."""
        for head in client.heads():
            method, target, _ = head.start.split(" ")
            address = urlsplit(target)
            bucket, _, key = unquote(address.path).lstrip("/").partition("/")
            query = dict(parse_qsl(address.query, keep_blank_values=True))
            body = b"".join(client.body(head))
            self.before(Logged(method, key, address.query, 0))
            try:
                if bucket != BUCKET:
                    raise _Refused(404, "NoSuchBucket")
                answer = self._do(_Request(method, key, query, head, body))
            except _Refused as refused:
                answer = refused.answer
            self.log.append(Logged(method, key, address.query, answer.status))
            fields = {
                "Date": formatdate(self.now(), usegmt=True),
                "Content-Length": str(len(answer.body)),
                **answer.headers,
            }
            sent = b"" if method == "HEAD" else answer.body
            client.send(answer_bytes(answer.status, fields.items(), sent))

    def _do(self, request: _Request) -> _Answer:
        told = request.head.headers.get("content-md5")
        if told and told != b64encode(hashlib.md5(request.body).digest()).decode():
            raise _Refused(400, "BadDigest")
        marks = [name for name in ("list-type", "uploads", "uploadId") if name in request.query]
        where = "object" if request.key else "bucket"
        act = _ACTS.get(" ".join([request.method, where, *marks]))
        if not act:
            raise _Refused(501, "NotImplemented")
        with self._lock:
            return act(self, request)

    def _write(self, request: _Request) -> _Answer:
        self._expect(request)
        return self._keep(request.key, request.body, request.kept, _md5(request.body))

    def _keep(self, key: str, body: bytes, headers: Mapping[str, str], etag: str) -> _Answer:
        self.objects[key] = Stored(body, headers, self.now(), etag)
        return _Answer(headers={"ETag": f'"{etag}"'})

    def _expect(self, request: _Request) -> None:
        """Raise where a condition is not met, in the way of the mode."""
        told = request.head.headers
        absent, match = told.get("if-none-match"), told.get("if-match")
        in_parts = request.method == "POST"
        unheard = self.mode == "ignored" or (self.mode == "unquoted" and in_parts)
        if unheard or not (absent or match):
            return
        if self.mode == "refused":
            raise _Refused(501, "NotImplemented")
        found = self.objects.get(request.key)
        if match and self.mode == "right":
            match = match.strip('"')
        if (absent and found) or (match and (not found or match != found.etag)):
            raise _Refused(412, "PreconditionFailed")

    def _read(self, request: _Request) -> _Answer:
        found = self.objects.get(request.key)
        if not found:
            raise _Refused(404, "NoSuchKey")
        headers = {
            **found.headers,
            "ETag": f'"{found.etag}"',
            "Last-Modified": formatdate(found.modified, usegmt=True),
            "Accept-Ranges": "bytes",
        }
        size = len(found.body)
        asked = re.fullmatch(r"bytes=(\d*)-(\d*)", request.head.headers.get("range", ""))
        if not asked or not any(asked.groups()):
            return _Answer(200, headers, found.body)
        first, last = asked.groups()
        start = int(first) if first else max(0, size - int(last))
        end = min(size, int(last) + 1) if first and last else size
        if start >= end:
            raise _Refused(416, "InvalidRange")
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
        return _Answer(206, headers, found.body[start:end])

    def _delete(self, request: _Request) -> _Answer:
        self.objects.pop(request.key, None)
        return _Answer(204)

    def _list(self, request: _Request) -> _Answer:
        below, after = (request.query.get(k, "") for k in ("prefix", "continuation-token"))
        most = int(request.query.get("max-keys", "1000"))
        keys = sorted((key for key in self.objects if key.startswith(below)), key=_in_tree)
        keys = [key for key in keys if not after or _in_tree(key) > _in_tree(after)]
        coded = request.query.get("encoding-type") == "url"
        rows = [
            _xml(
                "Contents",
                Key=quote(key) if coded else key,
                LastModified=_instant(self.objects[key].modified),
                ETag=f'"{self.objects[key].etag}"',
                Size=len(self.objects[key].body),
            )
            for key in keys[:most]
        ]
        facts = {"Name": BUCKET, "Prefix": below, "IsTruncated": "false"}
        if len(keys) > most:
            facts |= {"IsTruncated": "true", "NextContinuationToken": keys[most - 1]}
        if coded:
            facts["EncodingType"] = "url"
        return _said("ListBucketResult", facts, rows)

    def _begin(self, request: _Request) -> _Answer:
        name = f"upload-{next(self._numbers)}"
        self.uploads[name] = Upload(request.key, request.kept, self.now())
        facts = {"Bucket": BUCKET, "Key": request.key, "UploadId": name}
        return _said("InitiateMultipartUploadResult", facts)

    def _upload(self, request: _Request) -> Upload:
        found = self.uploads.get(request.query["uploadId"])
        if not found or found.key != request.key:
            raise _Refused(404, "NoSuchUpload")
        return found

    def _write_part(self, request: _Request) -> _Answer:
        part = Stored(request.body, {}, self.now(), _md5(request.body))
        self._upload(request).parts[int(request.query["partNumber"])] = part
        return _Answer(headers={"ETag": f'"{part.etag}"'})

    def _complete(self, request: _Request) -> _Answer:
        name = request.query["uploadId"]
        if name not in self._finished:
            upload = self._upload(request)
            named = _named(request.body)
            numbers = [number for number, _ in named]
            if numbers != sorted(set(numbers)):
                raise _Refused(400, "InvalidPartOrder")
            whole = [upload.parts[number] for number in numbers if number in upload.parts]
            if not named or [part.etag for part in whole] != [etag for _, etag in named]:
                raise _Refused(400, "InvalidPart")
            self._expect(request)
            md5s = b"".join(bytes.fromhex(part.etag) for part in whole)
            self._finished[name] = f"{_md5(md5s)}-{len(whole)}"
            body = b"".join(part.body for part in whole)
            self._keep(request.key, body, upload.headers, self._finished[name])
            del self.uploads[name]
        facts = {"Bucket": BUCKET, "Key": request.key, "ETag": f'"{self._finished[name]}"'}
        return _said("CompleteMultipartUploadResult", facts)

    def _abort(self, request: _Request) -> _Answer:
        self._upload(request)
        del self.uploads[request.query["uploadId"]]
        return _Answer(204)

    def _list_uploads(self, request: _Request) -> _Answer:
        below = request.query.get("prefix", "")
        rows = [
            _xml("Upload", Key=one.key, UploadId=name, Initiated=_instant(one.begun))
            for name, one in self.uploads.items()
            if one.key.startswith(below)
        ]
        facts = {"Bucket": BUCKET, "IsTruncated": "false"}
        return _said("ListMultipartUploadsResult", facts, rows)

    def _list_parts(self, request: _Request) -> _Answer:
        rows = [
            _xml("Part", PartNumber=number, ETag=f'"{part.etag}"', Size=len(part.body))
            for number, part in sorted(self._upload(request).parts.items())
        ]
        facts = {"Bucket": BUCKET, "Key": request.key, "IsTruncated": "false"}
        return _said("ListPartsResult", facts, rows)


_ACTS: dict[str, Callable[[OddStore, _Request], _Answer]] = {
    "GET object": OddStore._read,
    "HEAD object": OddStore._read,
    "PUT object": OddStore._write,
    "DELETE object": OddStore._delete,
    "GET bucket list-type": OddStore._list,
    "POST object uploads": OddStore._begin,
    "PUT object uploadId": OddStore._write_part,
    "POST object uploadId": OddStore._complete,
    "DELETE object uploadId": OddStore._abort,
    "GET bucket uploads": OddStore._list_uploads,
    "GET object uploadId": OddStore._list_parts,
}


def _md5(body: bytes) -> str:
    return hashlib.md5(body).hexdigest()


def _in_tree(key: str) -> list[str]:
    return key.split("/")  # a, a/b, a-b; by bytes it would be a, a-b, a/b


def _instant(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")


def _named(body: bytes) -> list[tuple[int, str]]:
    """Return the parts that a request to complete names."""
    try:
        parts = ElementTree.fromstring(body).iterfind("{*}Part")
        return [
            (int(one.findtext("{*}PartNumber", "")), one.findtext("{*}ETag", "").strip('"'))
            for one in parts
        ]
    except (ElementTree.ParseError, ValueError):
        raise _Refused(400, "MalformedXML") from None


def _xml(name: str, **fields: object) -> str:
    inner = "".join(f"<{tag}>{escape(str(value))}</{tag}>" for tag, value in fields.items())
    return f"<{name}>{inner}</{name}>"


def _said(name: str, facts: Mapping[str, str], rows: Iterable[str] = ()) -> _Answer:
    start = _xml(name, **facts).removesuffix(f"</{name}>")
    body = "".join(["<?xml version='1.0' encoding='UTF-8'?>", start, *rows, f"</{name}>"])
    return _Answer(200, {"Content-Type": "application/xml"}, body.encode())


@contextmanager
def oddstore(mode: str = "right") -> Iterator[OddStore]:
    """Run one of a mode."""
    if mode not in MODES:
        raise ValueError(f"{mode!r} is no mode")
    made = OddStore(mode)
    with serve(made.talk) as made.endpoint:
        try:
            yield made
        finally:
            made.close()
