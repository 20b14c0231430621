"""What moves: items to be written, files to be downloaded, and what a person must know of them.

Values, and notices in the words of notices.toml; nothing here asks or writes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from activefeed.model import Kind
from activefeed.urls import Addresses
from activefeed.wording import few, table

_SHOWN = 3  # items named in one line
Use = Literal["audio", "transcript", "chapters", "image"]


@dataclass(frozen=True, slots=True)
class Here:
    """What is in the site already, and what it makes of addresses and dates."""

    addresses: Addresses
    zone: ZoneInfo
    feed: str = ""  # where the feed was fetched; empty: it was a file
    guids: Mapping[str, str] = field(default_factory=dict)  # of items → paths of their files
    taken: frozenset[str] = frozenset()  # slugs, and paths without endings, in lower case
    people: Mapping[str, str] = field(default_factory=dict)  # ids of [people] → names
    categories: Mapping[str, str] = field(default_factory=dict)  # slugs → titles
    podcast: str | None = None  # the guid of [podcast], may be empty; None: there is no podcast
    blog: bool = False  # whether there is a [blog]
    keep_audio: bool = False  # it stays at the old place


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file that lies at the old place."""

    url: str  # where it can be downloaded, past services that count
    path: str  # where it goes, seen from the site; where its kind is only guessed, by that guess
    use: Use
    length: int = 0  # bytes, as the old place says; 0 is unknown
    instead: str = ""  # what to ask where the address fails
    counter: str = ""  # what counts before it, as ``audio_prefix`` has it


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a person must know, such as what could not be taken over."""

    kind: str  # a key of notices.toml, which has the words
    title: str = ""  # of the item; empty is the show or the whole feed
    detail: str = ""  # what exactly, in a few words


@dataclass(frozen=True, slots=True)
class NewItem:
    """An episode or a post to be written."""

    kind: Kind
    path: str  # of its Markdown file, seen from the site
    keys: Mapping[str, object]  # its front matter, in order, as ``yaml.write`` takes it
    body: str  # Markdown
    wanted: tuple[Wanted, ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """All that an import would do; made without writing anything."""

    settings: Mapping[tuple[str, ...], object]  # place in activefeed.toml → value, in order
    items: tuple[NewItem, ...]  # the oldest first
    wanted: tuple[Wanted, ...] = ()  # files of the show: its cover, pictures of its people
    known: tuple[str, ...] = ()  # paths of items that are here already, and stay as they are
    notices: tuple[Notice, ...] = ()


def in_words(notices: Iterable[Notice]) -> list[str]:
    """Return a line for each kind and detail, in the order of their first, with how many."""
    words, found = table(__file__, "notices"), dict[tuple[str, str], dict[str, None]]()
    for one in notices:
        found.setdefault((one.kind, one.detail), {})[one.title] = None
    lines = []
    for (kind, detail), titles in found.items():
        row, named = words[kind], [f'"{title}"' for title in titles if title]
        whose = f"{few(named, _SHOWN, ', ')}: " if named else ""
        lines.append(f"{whose}{row['what'].format(detail=detail)} ({row['fix']})")
    return lines
