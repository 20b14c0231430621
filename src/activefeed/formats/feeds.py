"""Any RSS, Atom or JSON Feed to values: the show, its items, the addresses of the rest.

Never asks the network and never guesses: a feed that is cut off is refused, for its last items
would seem to be gone. What is merely untidy is read.
"""

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from pathlib import Path
from typing import Any

from lxml import etree

from activefeed.formats.chapters import parse_time
from activefeed.problems import FormatError


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


_SPACES = {"a": "http://www.w3.org/2005/Atom"}
_KINDS = {"rss": 0, "{http://www.w3.org/2005/Atom}feed": 1, "json": 2}  # by the root
_SHOWS = "/rss/channel | /a:feed | /json[contains(version, 'jsonfeed.org/version/')]"
_ITEMS = "/rss/channel/item | /a:feed/a:entry | /json/items"
# Where each fact stands in RSS, Atom and JSON Feed.
_PLACES: Mapping[str, Sequence[str]] = tomllib.loads(
    Path(__file__).with_name("places.toml").read_text("utf-8")
)
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BLOCK = re.compile(r"(?i)<(?=/?(?:p|br|div|[ou]l|li|d[ldt]|h[1-6r]|t[rdh]|pre|blockquote)\b)")
_LOST = re.compile("LIMIT|MISMATCH|NOT_FINISHED|GT_REQUIRED|LTSLASH")


def read(body: bytes) -> FeedDocument:
    """Return what a feed says. Raises FormatError for what is no feed, and for part of one."""
    root = _root(body)
    shows = [] if root is None else root.xpath(_SHOWS, namespaces=_SPACES)
    if not shows:
        raise no_feed(body)
    kind, found = _KINDS[root.tag], root.xpath(_ITEMS, namespaces=_SPACES)
    said = {name: _said(shows[0], kind, name) for name in FeedDocument.__slots__[:3]}
    items = (FeedItem(*(_said(one, kind, name) for name in FeedItem.__slots__)) for one in found)
    return FeedDocument(**said, items=tuple(items))


def no_feed(body: bytes) -> FormatError:
    """Return what is to be raised for a document that is no feed."""
    page = re.search(rb"(?i)<(?:!doctype\s+)?html\b", body[:2000])
    what = "a web page" if page else "no RSS, Atom or JSON Feed" if body.strip() else "empty"
    fix = "give the address of the feed itself, as podcast apps and feed readers take it"
    return FormatError(f"this is {what}", fix)


def _root(body: bytes) -> etree._Element:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    with suppress(etree.XMLSyntaxError, LookupError, RecursionError, ValueError):
        if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
            return branch("json", json.loads(body))
        root = etree.fromstring(body.lstrip(), parser)
        lost = [one.line for one in parser.error_log if _LOST.search(one.type_name)]
        # Of a feed that is untidy too, libxml2 does not tell that it has no end.
        whole = re.search(rb"</(?:[\w.-]+:)?(?:rss|feed)\s*>", body.replace(b"\0", b""))
        if root is None or root.tag not in _KINDS or (whole and not lost):
            return root
        fix = "fetch it again, or have it mended by its host"
        raise FormatError("this feed is damaged or cut off", fix, line=min(lost, default=0))
    return None


def branch(name: str, value: object) -> etree._Element:
    """Return a value of JSON as an element."""
    one = etree.Element(name)
    if isinstance(value, str | int | float):
        one.text = FORBIDDEN.sub("", str(value))
    for key, inner in value.items() if isinstance(value, dict) else ():
        if re.fullmatch("[a-z_]+", key):
            for part in inner if isinstance(inner, list) else [inner]:
                one.append(branch(key, part))
    return one


def _said(one: etree._Element, kind: int, name: str) -> Any:
    """Return a value of an item or a show: the first in its places that can be understood."""
    understand, nothing = _MEANING.get(name, (str, ""))
    for place in _PLACES[name][kind].split(" | "):
        with suppress(ArithmeticError, FormatError, LookupError, TypeError, ValueError):
            if text := FORBIDDEN.sub("", _path(place)(one)).strip():
                return understand(plain(text) if place[0] == "#" else text)
    return nothing


@cache
def _path(place: str) -> etree.XPath:
    return etree.XPath(f"string({place.lstrip('#')})", namespaces=_SPACES, smart_strings=False)


def plain(html: str) -> str:
    """Return the text of HTML."""
    root = etree.HTML(f"<body>{_BLOCK.sub(' <', html)}")
    etree.strip_elements(root, "script", "style", with_tail=False)
    return str(root.xpath("string()")).strip()


def date(text: str) -> datetime:
    """Return an instant in UTC. Raises TypeError or ValueError."""
    iso = re.match("[0-9]{4}-", text)
    when = datetime.fromisoformat(text.upper()) if iso else parsedate_to_datetime(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


_MEANING: dict[str, Any] = {
    "published": (date, None),
    "updated": (date, None),
    "length": (lambda text: max(0, int(text)), 0),
    "duration": (lambda text: int(parse_time(text)), 0),
    "text": (lambda text: " ".join(text.split()), ""),
}
