"""Feeds to read: all that are among the expected sites, and small ones of others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import builders
import pytest

from activefeed.formats import telling
from activefeed.formats.telling import Told
from activefeed.problems import FormatError

SITES = Path(__file__).parent / "sites"
SHOW = SITES / "rich" / "expected" / "podcast" / "feed.xml"
PODCAST, RSS, ATOM, JSON = builders.FEEDS
FEEDS = {
    path.relative_to(SITES).as_posix(): path.read_bytes()
    for path in sorted(SITES.glob("*/expected/**/*.*"))
    if path.suffix in {".xml", ".json"}
    if re.search(rb"<rss |<feed |jsonfeed.org/version", path.read_bytes()[:500])
}


@dataclass(frozen=True, slots=True)
class FeedItem:
    """What feeds are compared by of an item, with nothing absent; and its notes as words."""

    guid: str
    title: str
    link: str
    published: datetime | None
    updated: datetime | None
    url: str
    length: int
    type: str
    duration: int
    text: str


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """What feeds are compared by."""

    title: str
    guid: str
    older: str
    items: tuple[FeedItem, ...]


def read(body: bytes) -> FeedDocument:
    found = telling.outline(body)
    assert not any(one.lists for one in (found.show, *found.items))
    items = tuple(map(_item, found.items))
    return FeedDocument(found.show.said("title"), found.show.said("guid"), found.older, items)


def _item(one: Told) -> FeedItem:
    return FeedItem(
        one.said("guid"), one.said("title"), one.said("link"), one.published, one.updated,
        one.said("url"), one.number("length"), one.said("type"), one.number("duration"),
        " ".join(telling.plain(one.said("html")).split()),
    )  # fmt: skip


def rss(inside: str, channel: str = "", root: str = "") -> bytes:
    return f"<rss version='2.0' {root}><channel>{channel}{inside}</channel></rss>".encode()


def only(body: bytes) -> FeedItem:
    (item,) = read(body).items
    return item


def refused(body: bytes) -> FormatError:
    with pytest.raises(FormatError) as caught:
        read(body)
    assert caught.value.fix
    return caught.value
