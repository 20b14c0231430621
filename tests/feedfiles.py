"""Feeds to read: all that are among the expected sites, and small ones of others."""

from __future__ import annotations

import re
from pathlib import Path

import builders
import pytest

from activefeed.formats.feeds import FeedItem, read
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
