"""Entry, Feed and Edition: items, feeds and site with all that is said about them.

Values only, worked out once: ``render.site`` makes them, feeds and pages read them.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from activefeed.cache import Cache
from activefeed.model import Image, Item, PublishedEnclosure, Site
from activefeed.render.words import Words
from activefeed.tree import Artifact, Made
from activefeed.urls import Addresses

_SHOWN = r'<img [^>]*?src="(?:ROOT)+(media/[a-z0-9-]+\.[0-9a-f]{12}\.[a-z]+)"'


@dataclass(frozen=True, slots=True)
class Destination:
    """What a rendering must know of the target that it is made for, and of what is there."""

    base: str  # public address without a final slash
    hub: str = ""  # WebSub hub that is told of news
    renew: frozenset[str] = frozenset()  # guids whose published audio is made anew
    lost: frozenset[str] = frozenset()  # keys of published objects that are not there as they were
    cache: Cache | None = None  # of what is slow to make; None: nothing such is made
    search: bool = False  # there is a search, if it can be made
    absolute: bool = False  # for any host or program: links in full, all items in one document
    preview: bool = False  # one reader, here and now: what nobody asks for is not made

    def body(self, make: Made) -> bytes | Made:
        """Return the bytes to publish; in a preview only what makes them."""
        return make if self.preview else make()


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as pages show it."""

    path: str  # output path of the original
    width: int  # pixels of the original; 0 for a cover in audio, which may be on another machine
    height: int
    # What a browser may choose from: width in pixels by output path, narrowest first.
    copies: Mapping[str, int] = field(default_factory=dict)

    def srcset(self, href: Callable[[str], str]) -> str:
        """Return the sizes as an attribute of img, with addresses as ``href`` makes them."""
        return ", ".join(f"{href(path)} {width}w" for path, width in self.copies.items())


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
    enclosed: str  # the same as feeds announce it, perhaps behind a prefix
    image: str  # output path of its artwork or picture, or empty
    minutes: int = 1  # that it takes to read
    copy: Artifact | None = None  # its audio to publish; None: remote, or as it was published
    former: frozenset[str] = frozenset()  # output paths that its page ever had
    root: str = "../"  # what stands in its body before output paths, once or more

    @property
    def preview(self) -> str:
        """Output path of the picture that stands for it: its own, else the first in its text."""
        found = re.search(_SHOWN.replace("ROOT", re.escape(self.root)), self.html)
        return self.image or (found[1] if found else "")

    @property
    def artwork(self) -> Image | None:
        """Its own picture, else the one out of its audio."""
        return self.item.image or (self.item.recording.cover if self.item.recording else None)


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed that people can subscribe to: where it is, what it holds, and how new it is."""

    kind: str  # podcast, blog, all, topic
    title: str
    form: str  # what to call it beside others of its title: "", Atom, JSON Feed
    description: str
    path: str  # output path of the document that is subscribed to
    page: str  # output path of the page that it belongs to
    type: str  # content type
    updated: datetime  # newest change of what it shows
    entries: tuple[Entry, ...]  # all that it could show, newest first
    write: Callable[["Edition", "Document"], bytes]

    @property
    def label(self) -> str:
        """Its title, told apart from the others."""
        return f"{self.title} ({self.form})" if self.form else self.title


@dataclass(frozen=True, slots=True)
class Document:
    """A part of a feed in a file: the newest entries, or an archive of older ones (RFC 5005)."""

    feed: Feed
    path: str
    entries: tuple[Entry, ...]
    updated: datetime
    older: str = ""  # output path of the archive before it
    archive: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """A site as it will be published under one address."""

    site: Site
    addresses: Addresses
    entries: tuple[Entry, ...]  # newest first
    words: Words  # what pages say in the site's language
    to: Destination
    feeds: tuple[Feed, ...] = ()  # the podcast's first
    pictures: Mapping[str, Picture] = field(default_factory=dict)  # by path of the original

    def of(self, kind: str) -> tuple[Entry, ...]:
        """Return the episodes or the posts, newest first."""
        return tuple(entry for entry in self.entries if entry.item.kind == kind)

    @property
    def blog(self) -> tuple[Entry, ...]:
        """Posts, and the episodes that appear among them, newest first; nothing without a blog."""
        shown = self.entries if self.site.blog else ()
        return tuple(e for e in shown if e.item.kind == "post" or e.item.in_blog)

    def url(self, path: str) -> str:
        """Return the absolute address of an output path; nothing for none."""
        return self.addresses.url(path) if path else ""
