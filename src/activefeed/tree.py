"""The bytes to publish: path → Artifact, in tiers; the contract between render and publish.

Holds the one table of content types and the cache rules. Never touches a store.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from io import BytesIO
from pathlib import PurePosixPath
from typing import BinaryIO

from activefeed.model import PublishedItem, SourceFile

# Never the host's mime table: it differs by machine (reference: feeds.md 3.2).
CONTENT_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8", ".txt": "text/plain; charset=utf-8",
    ".vtt": "text/vtt; charset=utf-8", ".xml": "application/xml", ".json": "application/json",
    ".pdf": "application/pdf", ".zip": "application/zip", ".epub": "application/epub+zip",
    ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".gif": "image/gif",
    ".webp": "image/webp", ".avif": "image/avif", ".svg": "image/svg+xml",
    ".ico": "image/x-icon", ".woff2": "font/woff2",
    ".mp3": "audio/mpeg", ".m4a": "audio/x-m4a", ".ogg": "audio/ogg", ".opus": "audio/ogg",
    ".flac": "audio/flac", ".wav": "audio/wav", ".mp4": "video/mp4", ".webm": "video/webm",
}  # fmt: skip
RSS = "application/rss+xml; charset=utf-8"
ATOM = "application/atom+xml; charset=utf-8"
JSON_FEED = "application/feed+json"
JSON_CHAPTERS = "application/json+chapters"

IMMUTABLE = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"


class Tier(IntEnum):
    """The phases of an upload: what is pointed to goes up before what points."""

    MEDIA = 0  # audio, artwork, pictures, style: named by content, never overwritten
    DETAIL = 1  # chapters and transcripts
    PAGE = 2
    FEED = 3


@dataclass(frozen=True, slots=True)
class Artifact:
    """One object to publish."""

    path: str  # key below the target's prefix, equal to the URL path
    tier: Tier
    content_type: str
    sha256: str  # hex
    size: int  # bytes
    body: bytes | SourceFile

    @property
    def headers(self) -> dict[str, str]:
        """The headers that a server sends with it."""
        cache = IMMUTABLE if self.tier is Tier.MEDIA else SHORT
        return {"Content-Type": self.content_type, "Cache-Control": cache}

    def open(self) -> BinaryIO:
        """Return a new stream of the body; the caller closes it."""
        if isinstance(self.body, bytes):
            return BytesIO(self.body)
        return self.body.absolute.open("rb")


def artifact(path: str, tier: Tier, body: bytes | SourceFile, content_type: str = "") -> Artifact:
    """Return an artifact with its facts filled in; the type follows the path unless given."""
    kind = content_type or content_type_of(path)
    if isinstance(body, bytes):
        return Artifact(path, tier, kind, hashlib.sha256(body).hexdigest(), len(body), body)
    return Artifact(path, tier, kind, body.sha256, body.size, body)


def content_type_of(path: str) -> str:
    """Return the content type of a path by its extension."""
    return CONTENT_TYPES.get(PurePosixPath(path).suffix.lower(), "application/octet-stream")


@dataclass(frozen=True, slots=True)
class Tree:
    """Everything to publish, with the identities that it announces."""

    base: str  # public address without a final slash
    artifacts: Mapping[str, Artifact]  # by path, sorted
    kept: frozenset[str] = frozenset()  # keys that stay though their bytes are not here
    items: Mapping[str, PublishedItem] = field(default_factory=dict)  # by guid
    main_feed: str = ""  # the podcast's feed, sent last of all


class Collision(Exception):
    """Two different artifacts want one path; ``path`` says which."""

    def __init__(self, path: str) -> None:
        super().__init__(f"two outputs want the path {path}")
        self.path = path


def gather(artifacts: Iterable[Artifact]) -> dict[str, Artifact]:
    """Return artifacts by path, sorted; the same bytes twice are one. Raises Collision."""
    found: dict[str, Artifact] = {}
    folded: dict[str, str] = {}
    for one in artifacts:
        path = folded.setdefault(one.path.casefold(), one.path)
        if path != one.path or found.setdefault(path, one).sha256 != one.sha256:
            raise Collision(one.path)
    return dict(sorted(found.items()))
