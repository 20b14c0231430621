"""What the words mean: show, person, item, recording, page, site; and what was published before.

Values only. Instants are aware and in UTC, durations whole seconds, paths POSIX below the site.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from activefeed.problems import Location, SourceText

Kind = Literal["episode", "post"]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the author's that is published byte for byte."""

    path: str  # POSIX, relative to the site (or to the audio folder)
    absolute: Path  # where its bytes are read from
    size: int  # bytes
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with the facts that pages and feeds need."""

    file: SourceFile | None  # None: out of an audio file, which may be not here any more
    extension: str  # ".jpg", ".png", … as the bytes say, not as the name says
    width: int  # pixels, as shown (EXIF turned)
    height: int
    alt: str = ""
    data: bytes = b""  # what is published, where it is not the file itself
    sha256: str = ""  # of what is published, hex
    faults: tuple[str, ...] = ()  # in words, why it is no artwork as apps want it


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks or writes."""

    id: str  # the key in [people]; empty for a guest named in one file only
    name: str
    role: str = "host"  # podcast namespace taxonomy, lower case
    image: Image | None = None
    url: str = ""
    about: str = ""  # Markdown
    group: str = "cast"  # of the role


@dataclass(frozen=True, slots=True)
class Category:
    """A subject, shared by episodes and posts."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A place in a recording."""

    start: float  # seconds
    title: str
    url: str = ""
    image: str = ""  # https URL
    picture: Image | None = None  # of the author's, instead


@dataclass(frozen=True, slots=True)
class Soundbite:
    """A passage worth sharing."""

    start: float  # seconds
    duration: float  # seconds
    title: str = ""


@dataclass(frozen=True, slots=True)
class Cue:
    """What was said, when, and by whom."""

    start: float | None  # seconds; None where the transcript has no times
    end: float | None
    text: str  # plain text, one or more lines
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class Reference:
    """A work that a text rests on, as data."""

    title: str
    authors: str = ""
    journal: str = ""
    year: str = ""
    volume: str = ""  # "19(1)"
    pages: str = ""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    url: str = ""

    @property
    def link(self) -> str:
        """The best address of the work, or nothing."""
        pubmed = f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/" if self.pmid else ""
        return self.url or (f"https://doi.org/{self.doi}" if self.doi else pubmed)


@dataclass(frozen=True, slots=True)
class Audio:
    """The true facts of an audio file, measured or (remote, not here) given."""

    source: SourceFile | None  # None: remote, or not on this machine but published before
    url: str  # https URL of remote audio, else empty
    extension: str  # ".mp3"
    size: int  # bytes
    duration: int  # whole seconds, at least 1
    source_sha256: str  # of the author's file, hex; empty for remote audio


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads somewhere."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happens, or where it comes from."""

    name: str
    rel: str = "subject"  # subject, creator
    geo: str = ""  # geo URI (RFC 5870)
    osm: str = ""  # object of OpenStreetMap
    country: str = ""  # ISO 3166-1 alpha-2


@dataclass(frozen=True, slots=True)
class License:
    """Terms of use."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """Where people talk about an item."""

    url: str
    protocol: str = "activitypub"
    account: str = ""
    account_url: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A free text for machines."""

    text: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Frequency:
    """How often a show appears."""

    text: str
    rrule: str = ""  # RFC 5545, without its name
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Recording:
    """What makes an item an episode."""

    audio: Audio
    number: int | None
    season: int | None
    type: str  # full, trailer, bonus
    explicit: bool
    chapters: tuple[Chapter, ...]
    embedded: bool  # the chapters were read out of the audio file
    cues: tuple[Cue, ...]  # the transcript; empty where there is none
    cover: Image | None  # out of the audio file; used where the item has no image
    display: str = ""  # what is shown for the number
    soundbites: tuple[Soundbite, ...] = ()
    location: Place | None = None
    license: License | None = None
    funding: tuple[Link, ...] = ()
    block: bool = False  # directories shall not list it


@dataclass(frozen=True, slots=True)
class Writing:
    """What the author wrote in one content file, of whichever kind."""

    source: SourceText  # the file itself, for messages
    slug: str  # a page's may have parents: "services/running"
    title: str
    summary: str  # plain text, may be empty
    body: str  # Markdown; a page's may be HTML, which stays as it is
    body_line: int  # line of the file where the body starts, from 1
    image: Image | None
    references: tuple[Reference, ...]
    aliases: tuple[str, ...] = ()  # its old addresses below the site's, decoded: "old/post.html"


@dataclass(frozen=True, slots=True)
class Page(Writing):
    """A page that stands on its own: about, services, contact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Writing):
    """An episode (it has a recording) or a post (it has none)."""

    kind: Kind
    guid: str  # never changes once published
    subtitle: str
    published: datetime
    updated: datetime
    people: tuple[Person, ...]  # hosts and guests, or authors, in order, each with its role
    categories: tuple[Category, ...]
    related: tuple[str, ...]  # paths of other items' files
    recording: Recording | None = None
    comments: Thread | None = None
    in_blog: bool = False  # an episode that appears among the posts
    permalink: bool = False  # the guid is an address, and the feed that it is from said so
    mark: str = ""  # draft, scheduled: only a preview shows it; empty: it is due

    @property
    def order(self) -> tuple[float, str]:
        """Sort key of the total order: newest first, then by guid."""
        return (-self.published.timestamp(), self.guid)


@dataclass(frozen=True, slots=True)
class Show:
    """The podcast as a whole."""

    guid: str  # podcast:guid
    title: str
    description: str
    author: str
    cover: Image
    apple_categories: tuple[tuple[str, str], ...]  # (category, subcategory or "")
    explicit: bool
    type: str  # episodic, serial
    owner: tuple[str, str]  # name, e-mail; both may be empty
    locked: bool
    copyright: str
    feed: str  # path of the feed in the tree
    hosts: tuple[Person, ...]
    funding: tuple[Link, ...]
    listings: tuple[Link, ...] = ()  # its pages in directories
    medium: str = "podcast"
    license: License | None = None
    location: Place | None = None
    seasons: Mapping[int, str] = field(default_factory=dict)  # names, by number
    frequency: Frequency | None = None
    notes: tuple[Note, ...] = ()
    block: tuple[str, ...] = ()  # services that shall not list it; "" stands for all
    complete: bool = False  # no episode will follow
    new_feed_url: str = ""
    new_feed_until: date | None = None
    new_feed_past: bool = False  # that day has passed: the feed names its new address no more
    audio_prefix: str = ""  # put before the address of audio in feeds
    tag_audio: bool = True


@dataclass(frozen=True, slots=True)
class Blog:
    """The blog as a whole."""

    title: str
    description: str


@dataclass(frozen=True, slots=True)
class NavEntry:
    """A line of the navigation; ``page`` is a page's slug, or ``url`` leads elsewhere."""

    title: str
    page: str
    url: str
    items: tuple["NavEntry", ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Everything that is due, sound enough to be looked at by render."""

    id: str
    title: str
    description: str
    url: str  # public address without a final slash; may have a path
    language: str
    timezone: str
    addresses: str  # files, folders
    settings: SourceText
    nav: tuple[NavEntry, ...]
    header_link: NavEntry | None
    footer: tuple[str, ...]  # Markdown
    show: Show | None
    blog: Blog | None
    people: tuple[Person, ...]
    items: tuple[Item, ...]  # episodes and posts together, in the total order
    drafts: tuple[Item, ...]  # what is not due: looked at, never shown
    pages: tuple[Page, ...]
    files: Mapping[str, SourceFile]  # what Markdown may link to, by path
    waiting: Mapping[str, str]  # content files that are not due → why, in words; "" unreadable
    withdrawn: frozenset[str]  # guids of items taken out on purpose
    feed_bytes: int = 1_000_000  # of one feed document; 0: no limit
    feed_chosen: bool = False  # the author has decided whether feeds hold all items
    accent: str = ""  # "#0b6170"; empty: the theme's own
    comments_to: str = ""  # mail address that readers may write to
    scheduled: tuple[Item, ...] = ()  # what has a date ahead, the next one first
    templates: Mapping[str, SourceText] = field(default_factory=dict)  # the author's, by name
    assets: tuple[SourceFile, ...] = ()  # published where they lie
    # Of pages and feeds: below the site's address, decoded; the address that it leads to; its place
    aliases: tuple[tuple[str, str, Location], ...] = ()
    pictures: Mapping[str, Image] = field(default_factory=dict)  # those of the files, by path


@dataclass(frozen=True, slots=True)
class PublishedEnclosure:
    """The frozen record of a published recording."""

    key: str  # object key; empty for remote audio
    url: str  # remote address; empty for our own objects
    length: int  # bytes
    type: str
    duration: int  # seconds
    sha256: str  # of the published bytes
    source_sha256: str  # of the author's file
    chapters: tuple[Chapter, ...] = ()  # where they came out of the audio file
    cover: str = ""  # object key of a cover that came out of the audio file


@dataclass(frozen=True, slots=True)
class PublishedItem:
    """What is or was public of an item."""

    guid: str
    kind: Kind
    slug: str
    title: str
    key: str  # object key of its page
    published: datetime
    updated: datetime
    enclosure: PublishedEnclosure | None
    state: str = "live"  # live, withdrawn (then nothing is kept but guid and kind)
    former: tuple[str, ...] = ()  # object keys of its page under earlier addresses
    media: tuple[str, ...] = ()  # object keys of all audio and pictures it ever had


def hidden(slug: str) -> str:
    """Return what is kept of the slug of a withdrawn item: enough to know it again."""
    return f"withdrawn-{hashlib.sha256(slug.encode()).hexdigest()[:24]}"


@dataclass(frozen=True, slots=True)
class PublishedObject:
    """What we wrote under one key."""

    sha256: str
    size: int
    headers: Mapping[str, str]
    etag: str  # as the store answered
    tier: int


@dataclass(frozen=True, slots=True)
class Published:
    """The manifest of a target as a value; the empty one is a target never published to."""

    site: str = ""
    podcast: str = ""  # podcast:guid
    addresses: str = ""
    url: str = ""  # public address of the target at the last publish
    feed: str = ""  # key of the podcast feed
    prefix: str = ""  # of the audio addresses in feeds
    generation: int = 0
    pending: tuple[str, ...] = ()
    objects: Mapping[str, PublishedObject] = field(default_factory=dict)
    items: Mapping[str, PublishedItem] = field(default_factory=dict)
    tombstones: Mapping[str, datetime] = field(default_factory=dict)
