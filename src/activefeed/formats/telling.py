"""Everything that a feed says of a show and its items, to move them elsewhere.

Reads what is broken as far as it goes, and says so; never asks the network, never guesses. What
is only compared with another feed is read by ``feeds``, which refuses damage.
"""

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from lxml import etree

from activefeed.formats import feeds
from activefeed.formats.chapters import parse_time, seconds
from activefeed.formats.damage import TABLE, Troubles, tree
from activefeed.problems import FormatError


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a show or an item, by the names in telling.toml; what is not, is absent."""

    facts: Mapping[str, str]  # one text each, tidy: "true" and "false", digits, seconds, addresses
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)  # several each
    published: datetime | None = None  # in UTC
    updated: datetime | None = None  # in UTC


@dataclass(frozen=True, slots=True)
class Telling:
    """One document of a feed, or as many as were joined."""

    show: Told
    items: tuple[Told, ...]  # in the order of the feed
    older: str = ""  # the address of the document before it (RFC 5005), else of the next page
    unread: Mapping[str, int] = field(default_factory=dict)  # what nobody reads → how often
    troubles: tuple[str, ...] = ()  # what is wrong with the document, in words


_KINDS = {"rss": 0, "rdf.RDF": 0, "RDF": 0, "atom.feed": 1, "json": 2}  # by the root
_FEW = 5  # told of each trouble
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]\w{1,30});")
_MARKUP = re.compile(r"<[a-zA-Z/!][^<>]*>")
_TWICE = re.compile(r"(?i)&lt;/?(?:p|br|div|a|[uo]l|li|h[1-6]|strong|em)\b")
_SURE = re.compile(TABLE["dates"]["sure"])
_MEANS = {key: meaning for meaning, keys in TABLE["means"].items() for key in keys}


def tell(body: bytes) -> Telling:
    """Return all that a document says, as far as it can be read. Raises FormatError for no feed."""
    troubles: Troubles = {}
    root = tree(body, troubles)
    kind = _KINDS.get(root.tag, 0)
    shows, found = (_path(TABLE["where"][what][kind])(root) for what in ("show", "item"))
    if not shows:
        raise feeds.no_feed(body)
    reader = _Reader(kind, troubles)
    show = reader.told(shows[0], "show")
    items = tuple(reader.told(one, "item") for one in found)
    covers = dict.fromkeys(map(str, _path(TABLE["where"]["covers"])(shows[0])))
    if len(covers) != 1 and any("url" in one.facts for one in items):
        troubles["covers" if covers else "no_cover"] = [*covers]
    if not items:
        troubles["empty"] = []
    unread = Counter([*_unread(shows, "show"), *_unread(found, "item")])
    return Telling(show, items, show.facts.get("older", ""), unread, tuple(_words(troubles)))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads the parts of one document."""

    kind: int
    troubles: Troubles

    def told(self, one: etree._Element, what: str) -> Told:
        """Return what is said of a show or an item."""
        facts: dict[str, Any] = {}
        for name, places in TABLE[what].items():
            title = facts.get("title", what)
            for value in self.values(one, name, places[self.kind], title):
                if name != "summary" or _bare(value) != _bare(feeds.plain(facts.get("html", ""))):
                    facts[name] = value
                    break
        if what == "item" and "guid" not in facts:
            self.note("guids", title)
        lists = {
            name: tuple(found.values())
            for name, row in TABLE["lists"].items()
            if what in row["on"] and (found := self.rows(one, name, title))
        }
        if more := [row for row in lists.pop("more_audio", ()) if row.get("url") != facts["url"]]:
            lists["more_audio"] = tuple(more)
        return Told(facts, lists, facts.pop("published", None), facts.pop("updated", None))

    def rows(self, one: etree._Element, name: str, title: str) -> dict[str, dict[str, str]]:
        """Return the rows of a list, each once."""
        table, rows = TABLE["lists"][name], dict[str, dict[str, str]]()
        for places in table["each"][self.kind].split(" | "):
            for part in () if rows else _path(places)(one):
                cells = {
                    key: next(self.values(part, f"{name}.{key}", at, title), "")
                    for key, at in table.items()
                    if key not in {"on", "each"}
                }
                if row := {key: value for key, value in cells.items() if value}:
                    rows[repr(row)] = row
        return rows

    def values(self, one: etree._Element, key: str, places: str, title: str) -> Iterator[Any]:
        """Yield what makes sense in the places of a value, the best first."""
        means, lost = _MEANS.get(key, "words"), ""
        for text, marked in (pair for place in places.split(" | ") for pair in _texts(one, place)):
            twice = (_TWICE if marked else _ENTITY).search(text) and not _MARKUP.search(text)
            if twice and (marked or means == "words"):
                self.note("twice", title)
                text = _once(text)
            try:
                plain = feeds.plain(text) if marked and means != "html" else text
                value = _html(text, marked) if means == "html" else _MEANING[means](plain)
            except (ArithmeticError, FormatError, LookupError, TypeError, ValueError):
                lost = lost or text
                continue
            if means == "date" and not _SURE.fullmatch(text):
                self.note("dates", f'"{title[:60]}" ({text[:40]} -> {value:%Y-%m-%d %H:%M} UTC)')
            if value:
                yield value
        if lost:
            self.note("unclear", f'"{title[:60]}" ({key}: {lost[:60]})')

    def note(self, key: str, what: str) -> None:
        """Remember a trouble."""
        self.troubles.setdefault(key, []).append(what)


@cache
def _path(place: str) -> etree.XPath:
    """Return a place as it can be asked for: prefixes end with a dot here."""
    dotted = re.sub(r"\b([a-zA-Z]\w*):(?=[a-zA-Z])", r"\1.", place.lstrip("#"))
    return etree.XPath(dotted, smart_strings=False)


def _texts(one: etree._Element, place: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts at a place, and whether each is HTML."""
    found = _path(place)(one)
    for part in found if isinstance(found, list) else [found]:
        inner = etree.iselement(part) and len(part) > 0
        if inner:  # XHTML, or tags that somebody forgot to escape
            rest = (etree.tostring(child, method="html", encoding="unicode") for child in part)
            text = "".join([html.escape(part.text or "", quote=False), *rest])
        else:
            text = part.text or "" if etree.iselement(part) else part
        if text := text.strip():
            yield text, inner or place[0] == "#"


def _unread(found: Iterable[etree._Element], what: str) -> Iterator[str]:
    """Yield the names of what says something, and stands in no place of the table."""
    rows = [row["each"] for row in TABLE["lists"].values() if what in row["on"]]
    read = f"{[*TABLE[what].values()]} {rows} {TABLE['made'][what]}"
    known = set(re.findall(r"[\w.-]+", read.replace(":", ".")))
    for part in (part for one in found for part in one.iterchildren("*")):
        if part.tag not in known and (len(part) or part.attrib or (part.text or "").strip()):
            yield part.tag.replace(".", ":", 1)


def _words(troubles: Troubles) -> Iterator[str]:
    for key, words in TABLE["troubles"].items():
        if key in troubles:
            named = list(dict.fromkeys(troubles[key]))
            more = f" and {len(named) - _FEW} more" if len(named) > _FEW else ""
            yield words.format(", ".join(named[:_FEW]) + more)


def _once(text: str) -> str:
    """Return a text with one escaping less."""
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)


def _bare(text: str) -> str:
    return "".join(text.split())


def _html(text: str, marked: bool) -> str:
    """Return HTML; plain text becomes paragraphs, with its line breaks."""
    if marked and _MARKUP.search(text):
        return text
    lines = "\n".join(line.strip() for line in (_once(text) if marked else text).splitlines())
    parts = (html.escape(part, quote=False) for part in re.split("\n\n+", lines) if part)
    return "\n".join(f"<p>{part}</p>".replace("\n", "<br>\n") for part in parts)


def _date(text: str) -> datetime:
    text = text[:60]
    for pattern, new in () if _SURE.fullmatch(text) else TABLE["dates"]["changes"]:
        text = re.sub(pattern, new, text)
    return feeds.date(text)


def _found(pattern: str, text: str) -> str:
    if found := re.fullmatch(pattern, text):
        return found[0]
    raise ValueError(text)


_MEANING: Mapping[str, Callable[[str], Any]] = {
    "words": lambda text: " ".join(text.split()),
    "small": lambda text: " ".join(text.lower().split()),
    "exact": str,
    "address": lambda text: text.replace("&amp;", "&"),
    "date": _date,
    "flag": lambda text: TABLE["flag"][text.lower()],
    "choice": lambda text: TABLE["choice"][text.lower()],
    "whole": lambda text: str(int(parse_time(text))),
    "seconds": lambda text: str(seconds(parse_time(text))),
    "digits": lambda text: str(int(_found("[0-9]{1,15}", text))),
    "mail": lambda text: _found(r"[^\s@]+@[^\s@]+", text),
}
