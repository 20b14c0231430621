"""The bytes to publish: path → Artifact, in tiers; the contract between render and publish.

Holds the cache rules and, out of types.toml, the one table of content types. Never touches a store.
"""

import hashlib
import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from io import BufferedReader, BytesIO, RawIOBase
from typing import BinaryIO

from activefeed.model import PublishedItem, SourceFile
from activefeed.wording import table

# Never the host's mime table: it differs by machine (reference: feeds.md 3.2).
CONTENT_TYPES: Mapping[str, str] = table(__file__, "types")
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"
JSON_CHAPTERS = "application/json+chapters"

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"


class Tier(IntEnum):
    """The phases of an upload: what is pointed to goes up before what points."""

    MEDIA = 0  # audio, artwork, pictures, style: named by content, never overwritten
    DETAIL = 1  # chapters and transcripts; the author's assets, which may change under their name
    PAGE = 2
    FEED = 3


@dataclass(frozen=True, slots=True)
class Segments:
    """New bytes and ranges of an author's file, one after the other: a copy that needs no disk."""

    file: SourceFile
    pieces: tuple[bytes | range, ...]

    @property
    def size(self) -> int:
        """Bytes in all."""
        return sum(len(piece) for piece in self.pieces)

    @property
    def sha256(self) -> str:
        """Their hash, hex; reads them all."""
        with self.open() as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()

    def open(self) -> BufferedReader:
        """Return a stream over all pieces."""
        return BufferedReader(_Joined(self))


class _Joined(RawIOBase):
    """The pieces of a copy as one stream; never holds more of the file than is asked for."""

    def __init__(self, segments: Segments) -> None:
        self._segments = segments
        self._file = segments.file.absolute.open("rb")
        self._at = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._segments.size)[whence]
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        at = self._at
        for piece in self._segments.pieces:
            if at < len(piece):
                part = piece[at : at + len(buffer)]
                break
            at -= len(piece)
        else:
            return 0
        if isinstance(part, range):
            self._file.seek(part.start)
            part = self._file.read(len(part))
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()


Body = bytes | SourceFile | Segments
Made = Callable[[], bytes]  # called when the bytes are wanted, which are not kept


@dataclass(frozen=True, slots=True)
class Artifact:
    """One object to publish."""

    path: str  # key below the target's prefix, equal to the URL path
    tier: Tier
    content_type: str
    sha256: str  # hex
    size: int  # bytes
    body: Body | Made
    redirect: str = ""  # absolute address to send people to, where a store can

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a server sends with it."""
        cache = IMMUTABLE if self.tier is Tier.MEDIA else SHORT
        return {"Content-Type": self.content_type, "Cache-Control": cache}

    def open(self) -> BinaryIO:
        """Return a new stream of the body; the caller closes it."""
        body = self.body() if callable(self.body) else self.body
        if isinstance(body, bytes):
            return BytesIO(body)
        return body.open() if isinstance(body, Segments) else body.absolute.open("rb")


def artifact(path: str, tier: Tier, body: Body | Made, content_type: str = "") -> Artifact:
    """Return an artifact with its facts filled in; the type follows the path unless given.

    Of one that is only made when it is asked for (in a preview) neither size nor hash is known.
    """
    kind = content_type or content_type_of(path)
    if callable(body):
        return Artifact(path, tier, kind, f"unlike any other: {id(body)}", 0, body)
    if isinstance(body, bytes):
        return Artifact(path, tier, kind, hashlib.sha256(body).hexdigest(), len(body), body)
    return Artifact(path, tier, kind, body.sha256, body.size, body)


def content_type_of(path: str) -> str:
    """Return the content type of a path by its extension."""
    return CONTENT_TYPES.get(posixpath.splitext(path)[1].lower(), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything to publish, with the identities that it announces."""

    base: str  # public address without a final slash
    artifacts: Mapping[str, Artifact]  # by path, sorted
    kept: frozenset[str] = frozenset()  # keys that stay though their bytes are not here
    items: Mapping[str, PublishedItem] = field(default_factory=dict)  # by guid
    main_feed: str = ""  # the podcast's feed, sent last of all
    prefix: str = ""  # put before the addresses of audio in feeds
    topics: frozenset[str] = frozenset()  # keys of the feeds that people subscribe to


class Collision(Exception):
    """Two different artifacts want one path, which is the argument."""


def gather(artifacts: Iterable[Artifact]) -> dict[str, Artifact]:
    """Return artifacts by path, sorted; the same bytes twice are one. Raises Collision."""
    found: dict[str, Artifact] = {}
    folded: dict[str, str] = {}
    for one in artifacts:
        path = folded.setdefault(one.path.casefold(), one.path)
        if path != one.path or found.setdefault(path, one).sha256 != one.sha256:
            raise Collision(one.path)
    folders = {path[:n] for path in folded for n, sign in enumerate(path) if sign == "/"}
    if both := sorted(folders & folded.keys()):  # no disk has a file and a folder of one name
        raise Collision(folded[both[0]])
    return dict(sorted(found.items()))
