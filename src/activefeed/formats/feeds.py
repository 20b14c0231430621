"""A feed as it is compared with another: the show, its items, the address of the rest.

A view of what ``telling`` reads, untidy or not; what is cut off is refused, for its last items
would seem to be gone.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from activefeed.formats import telling
from activefeed.formats.telling import Told


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An episode or a post as a feed tells of it; what the feed does not say is empty."""

    guid: str  # where there is none, what apps take for it: the address of the audio or the page
    title: str
    link: str
    published: datetime | None  # in UTC
    updated: datetime | None  # in UTC
    url: str  # of the audio; of several files, the first
    length: int  # bytes; 0 is unknown
    type: str
    duration: int  # seconds; 0 is unknown
    text: str  # notes, without HTML and with single spaces


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """One document of a feed, which may have others with older items."""

    title: str
    guid: str  # podcast:guid
    older: str  # address of the archive before it (RFC 5005), else of the next page, as it stands
    items: tuple[FeedItem, ...]


def read(body: bytes) -> FeedDocument:
    """Return what a feed says. Raises FormatError for what is no feed, and for part of one."""
    found = telling.tell(body, only={*FeedItem.__slots__, "older", "html"})
    said = defaultdict(str, found.show.facts)
    return FeedDocument(said["title"], said["guid"], found.older, tuple(map(_item, found.items)))


def _item(told: Told) -> FeedItem:
    said = defaultdict(str, told.facts)
    length, duration = int(said["length"] or 0), int(said["duration"] or 0)
    return FeedItem(
        said["guid"], said["title"], said["link"], told.published, told.updated, said["url"],
        length, said["type"], duration, text=" ".join(telling.plain(said["html"]).split()),
    )  # fmt: skip
