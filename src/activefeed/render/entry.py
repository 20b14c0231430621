"""Entry, Feed and Edition: items, feeds and site with all that is said about them.

Values only, worked out once: ``render.site`` makes them, feeds and pages read them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from activefeed.model import Blog, Item, Kind, PublishedEnclosure, Show, Site
from activefeed.urls import Addresses


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode or post, ready to be written into a page or a feed."""

    item: Item
    path: str  # output path of its page
    url: str  # absolute address of its page
    local: datetime  # when it was published, in the site's zone
    html: str  # body for its own page, links relative to that page
    feed_html: str  # body for feeds: safe elements only, absolute links, references at the end
    summary: str  # plain text, one line: the author's, else the first words of the body
    enclosure: PublishedEnclosure | None  # None for posts
    audio: str  # absolute address of its audio, or empty
    image: str  # output path of its artwork or picture, or empty


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed: where it is, what it is, and how new."""

    kind: Kind  # what it lists
    about: Show | Blog  # whose items those are
    path: str  # output path
    page: str  # output path of the page that it belongs to
    title: str
    type: str  # content type
    updated: datetime  # newest change of what it shows
    write: Callable[[Edition, Feed], bytes]


@dataclass(frozen=True, slots=True)
class Edition:
    """A site as it will be published under one address."""

    site: Site
    addresses: Addresses
    entries: tuple[Entry, ...]  # newest first
    feeds: tuple[Feed, ...]  # the podcast's first

    def of(self, kind: str) -> tuple[Entry, ...]:
        """Return the episodes or the posts, newest first."""
        return tuple(entry for entry in self.entries if entry.item.kind == kind)

    def url(self, path: str) -> str:
        """Return the absolute address of an output path; nothing for none."""
        return self.addresses.url(path) if path else ""
