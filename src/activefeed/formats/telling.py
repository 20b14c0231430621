"""Everything that a feed says of a show and its items, to move them elsewhere.

Reads what is broken as far as it goes, and says so, or refuses it where it is to be compared; never
asks the network, never guesses.
"""

import html
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache, lru_cache, partial
from typing import Any

from lxml import etree

from activefeed.formats.chapters import parse_time, seconds
from activefeed.problems import FormatError
from activefeed.wording import table


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a show or an item, by the names in telling.toml; what is not, is absent."""

    facts: Mapping[str, str]  # one text each, tidy: "true" and "false", digits, seconds, addresses
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)  # several each
    published: datetime | None = None  # in UTC
    updated: datetime | None = None  # in UTC

    def said(self, name: str) -> str:
        """Return a fact, or nothing."""
        return self.facts.get(name, "")

    def number(self, name: str) -> int:
        """Return a number from 1 that a fact says; else 0."""
        text = self.said(name)
        return int(text) if re.fullmatch("[0-9]{1,12}", text) else 0


@dataclass(frozen=True, slots=True)
class Telling:
    """One document of a feed, or as many as were joined."""

    show: Told
    items: tuple[Told, ...]  # in the order of the feed
    older: str = ""  # the address of the document before it (RFC 5005), else of the next page
    unread: Mapping[str, int] = field(default_factory=dict)  # what nobody reads → how often
    troubles: tuple[str, ...] = ()  # what is wrong with the document, in words


_TABLE = table(__file__)
_SIGNS = {name: re.compile(sign) for name, sign in _TABLE["signs"].items()}
_MEANS = {key: meaning for meaning, keys in _TABLE["means"].items() for key in keys}
_MOST, _LARGEST, _FEW = 20_000, 4_000_000, 5  # items; tags (more fill the memory); named in words
_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
_WINDOWS = {0xDC00 + n: bytes([n]).decode("cp1252", "replace") for n in range(128, 256)}
_bare = partial(re.compile(r"\s+").sub, "")
_Troubles = defaultdict[str, list[str]]  # a key of telling.toml → what each concerns


def outline(body: bytes) -> Telling:
    """Return what feeds are compared by. Raises FormatError also for part of a feed.

    What is cut off is refused, for its last items would seem to be gone.
    """
    return tell(body, only=_TABLE["compared"])


def tell(body: bytes, only: Collection[str] = ()) -> Telling:
    """Return all that a document says, as far as it can be read. Raises FormatError for no feed.

    With ``only``, no other facts and no lists; then it is raised, too, for what may lack items.
    """
    troubles, shows = _Troubles(list), []
    # What cannot be made a tree at all is no feed.
    with suppress(AttributeError, RecursionError, TypeError, ValueError, etree.XMLSyntaxError):
        root = _tree(_letters(body, troubles), troubles, only)
        kind = {"atom.feed": 1, "json": 2}.get(root.tag, 0)
        shows, found = (_path(places[kind])(root) for places in _TABLE["where"].values())
    if not shows:
        raise _no_feed(body)
    lines = [*map(int, troubles["lost"] + troubles["cut"]), *([0] * len(troubles["many"]))]
    if only and lines:
        what, fix = "it is damaged, cut off or too long", "fetch it again, or have it mended"
        raise FormatError(f"this feed cannot be read to its end: {what}", fix, line=min(lines))
    show = _told(shows[0], "show", kind, troubles, only)
    items = tuple(_told(one, "item", kind, troubles, only) for one in found)
    covers = [row["url"] for row in show.lists.get("covers", ())]
    if len(covers) != 1 and any("url" in one.facts for one in items):
        troubles["covers" if covers else "no_cover"] += covers or [""]
    troubles["empty"] += [""] * (not items)
    unread = Counter([*_unread(shows, "show"), *_unread(found, "item")])
    return Telling(show, items, show.said("older"), unread, tuple(_words(troubles)))


def _no_feed(body: bytes) -> FormatError:
    page = re.search(rb"(?i)<(?:!doctype\s+)?html\b", body[:2000])
    what = "a web page" if page else "no RSS, Atom or JSON Feed" if body.strip() else "empty"
    return FormatError.of("no-feed-in-it", what=what)


# Bytes to a tree, however damaged.


def _letters(body: bytes, troubles: _Troubles) -> str:
    """Return a document as text, in the letters that it has and not in those that it claims."""
    said = _SIGNS["letters"].search(body[:1000].decode("latin-1"))
    claimed = _WIDE.get(body[:2]) or (said[1].lower() if said else "utf-8")
    text, used = body.decode("utf-8", "surrogateescape"), "utf-8"
    broken = _SIGNS["undecoded"].search(text, 0, len(text) - 3)  # the end may be cut off
    if body[:2] in _WIDE or (broken and _SIGNS["other"].match(claimed)):
        with suppress(LookupError):
            text, used = body.decode(claimed, "replace"), claimed
    elif broken:  # most often UTF-8, in which some texts were pasted in the letters of Windows
        text, used = text.translate(_WINDOWS), "windows-1252"
    right = body.isascii() or (broken and _SIGNS["western"].match(claimed))
    troubles["letters"] += [f"{claimed}, and they are {used}"] * (used != claimed and not right)
    tidy = _SIGNS["forbidden"].sub("", _SIGNS["halves"].sub("", text))
    troubles["signs"] += [""] * (len(tidy) < len(text))
    return tidy.lstrip("\ufeff")


def _tree(text: str, troubles: _Troubles, only: Collection[str]) -> etree._Element:
    """Return the root of a feed, its names as ``_name`` makes them."""
    if text.lstrip().startswith("{"):
        return _from_json(text, troubles)
    start = _SIGNS["root"].search(text).start()  # type: ignore[union-attr] # tell takes it for no feed
    head, text, odd = text[:start], text[start:], dict[str, str]()
    troubles["before"] += [""] * (head.find("<?xml") > 0 or head.strip()[:1] not in {"", "<"})
    for sign in "<&":
        text = sign.join(text.split(sign, _LARGEST)[:_LARGEST])
    text = _SIGNS["loose"].sub(partial(_strict, odd), text)
    troubles["entities"] += (sign for sign in odd if "#" not in sign)
    first, *items = _SIGNS["item"].split(text)
    if len(items) > _MOST:
        troubles["many"].append(str(len(items)))
        items[_MOST:] = _SIGNS["end"].findall(items[-1])[:1]
    root, log = _parse(text := "".join([first, *items]))
    above = head.count("\n")
    lost = [str(one.line + above) for one in log if _SIGNS["lost"].search(one.type_name)]
    # Of a feed that is untidy too, libxml2 does not tell that it has no end.
    troubles["lost"] += lost or ["0"] * (not _SIGNS["whole"].search(text))
    faults = [one.line for one in log if one.level == etree.ErrorLevels.FATAL]
    if faults and not (only and troubles["lost"]):  # which is refused
        troubles["damaged" if _SIGNS["end"].search(text) else "cut"] += [str(faults[0] + above)]
        # Each item is read by itself, so that its damage is not that of all that follow.
        first, *items = _SIGNS["item"].split(_SIGNS["unclosed"].sub(r"<\1\2>\3</\1>", text))
        root, log = _parse(first)
        for one in items:
            root.extend(_parse(first[: first.find(">") + 1] + one)[0])
    troubles["prefixes"] += (one.message.split()[2] for one in log if "prefix" in one.message[:20])
    for one in root.iter("*"):
        one.tag = _name(one.tag, one.prefix)
    etree.cleanup_namespaces(root)
    return root


def _from_json(text: str, troubles: _Troubles) -> etree._Element:
    try:
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:  # what follows the last whole item is left out
        troubles["cut"].append(str(error.lineno))
        depth = end = 0
        for one in _SIGNS["json"].finditer(text, 0, error.pos):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(one[0], 0)
            end = one.end() if depth == 2 else end
        value = json.loads(f"{text[:end]}]}}", strict=False)
    if isinstance(items := value.get("items"), list) and len(items) > _MOST:
        troubles["many"].append(str(len(items)))
    return _branch("json", value)


def _branch(name: str, value: object) -> etree._Element:
    """Return a value of JSON as an element."""
    one = etree.Element(name)
    if isinstance(value, str | int | float):
        one.text = _SIGNS["forbidden"].sub("", str(value))
    for key, inner in value.items() if isinstance(value, dict) else ():
        if re.fullmatch("[a-z_]+", key):
            for part in inner[:_MOST] if isinstance(inner, list) else [inner]:
                one.append(_branch(key, part))
    return one


def _parse(text: str) -> tuple[etree._Element, Iterable[Any]]:
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    return etree.fromstring(text.encode(), parser), parser.error_log


def _strict(odd: dict[str, str], found: re.Match[str]) -> str:
    """Return a sign that XML does not know as one that it knows; remarks are left out."""
    if found[0][0] == "<":
        return found[0] if found[0].startswith("<![") else "\n" * found[0].count("\n")
    return odd.setdefault(found[0], html.escape(html.unescape(found[0])))


@lru_cache(10_000)
def _name(tag: str, prefix: str | None) -> str:
    """Return the name by which telling.toml knows an element, with a dot for the colon."""
    space, _, local = tag.lstrip("{").rpartition("}")
    # A prefix that the feed does not explain is a part of the name.
    spelled, _, local = f"{prefix or ''}:{local}".lstrip(":").rpartition(":")
    if space and spelled not in _TABLE["prefixes"]:
        known = (one for one, sign in _TABLE["prefixes"].items() if re.search(sign, space.lower()))
        spelled = next(known, spelled)
    return f"{spelled}.{local}".lstrip(".").replace(":", ".")


# The tree to what it says.


def plain(html: str) -> str:
    """Return the text of HTML."""
    root = etree.HTML(f"<body>{_SIGNS['block'].sub(' <', html)}")
    etree.strip_elements(root, "script", "style", with_tail=False)
    return str(root.xpath("string()")).strip()


def _told(
    one: etree._Element, what: str, kind: int, troubles: _Troubles, only: Collection[str]
) -> Told:
    """Return what is said of a show or an item."""
    facts, lists = dict[str, Any](), dict[str, tuple[Mapping[str, str], ...]]()
    title = " ".join(_path("string(title|atom:title)")(one).split())[:60] or what
    values = partial(_values, title=title, troubles=troubles)
    del one[_MOST:]
    for name in _TABLE[what].keys() & only or _TABLE[what]:
        same = _bare(plain(facts.get("html", ""))) if name == "summary" else ""
        found = values(one, name, _TABLE[what][name][kind])
        if value := next((it for it in found if it and (not same or _bare(it) != same)), None):
            facts[name] = value
    for name, row in () if only else _TABLE["lists"].items():
        places = row["each"][kind].split(" | ") if what in row["on"] else ()
        rows = dict[str, Mapping[str, str]]()
        for part in next(filter(None, (_path(place)(one) for place in places)), ()):
            said = ((key, values(part, f"{name}.{key}", at)) for key, at in row["cells"].items())
            cells = {key: value for key, found in said if (value := next(found, ""))}
            rows |= {repr(cells): cells} if cells else {}
        lists |= {name: tuple(rows.values())} if rows else {}
    return Told(facts, lists, facts.pop("published", None), facts.pop("updated", None))


def _values(
    one: etree._Element, key: str, places: str, title: str, troubles: _Troubles
) -> Iterator[Any]:
    """Yield what makes sense in the places of a value, the best first."""
    means, lost = _MEANS.get(key, "words"), ""
    for raw, tagged in (pair for place in places.split(" | ") for pair in _texts(one, place)):
        lost = lost or raw
        # Where no tags are, HTML is plain text, or was escaped once more than it should be.
        bare = (tagged or means == "words") and not _SIGNS["markup"].search(raw)
        marked = tagged and (not bare or bool(_SIGNS["twice"].search(raw)))
        troubles["twice"] += [f'"{title}"'] * (bare and marked)
        text = _SIGNS["entity"].sub(lambda found: html.unescape(found[0]), raw) if bare else raw
        with suppress(ArithmeticError, FormatError, LookupError, TypeError, ValueError):
            known = str if marked and means == "html" else _MEANING.get(means, str)
            value = known(plain(text) if marked and known is not str else text)
            if means == "date" and not _SIGNS["date"].fullmatch(text):
                troubles["dates"].append(f'"{title}" ({text[:40]} -> {value:%Y-%m-%d %H:%M})')
            yield value
            lost = ""
    if lost:
        troubles["unclear"].append(f'"{title}" ({key}: {" ".join(lost.split())[:60]})')


def _texts(one: etree._Element, place: str) -> Iterator[tuple[str, bool]]:
    """Yield the texts at a place, and whether each is HTML."""
    found = _path(place)(one)
    for part in [found] if isinstance(found, str) else found:
        text, children = getattr(part, "text", part) or "", () if isinstance(part, str) else part
        # Children are XHTML, or tags that somebody forgot to escape.
        inner = [etree.tostring(child, method="html", encoding="unicode") for child in children]
        if text := ("".join([html.escape(text, quote=False), *inner]) if inner else text).strip():
            yield text, bool(inner) or place[0] == "#"


@cache
def _path(place: str) -> etree.XPath:
    """Return a place as it can be asked for: prefixes end with a dot here."""
    return etree.XPath(_SIGNS["prefix"].sub(r"\1.", place.lstrip("#")), smart_strings=False)


def _unread(found: Iterable[etree._Element], what: str) -> Iterator[str]:
    """Yield the names of what says something, and stands in no place of the table."""
    rows = [row["each"] for row in _TABLE["lists"].values() if what in row["on"]]
    read = f"{[*_TABLE[what].values()]} {rows} {_TABLE['made'][what]}"
    known = set(re.findall(r"[\w.-]+", read.replace(":", ".")))
    for part in (part for one in found for part in one.iterchildren("*")):
        if part.tag not in known and (len(part) or part.attrib or (part.text or "").strip()):
            yield part.tag.replace(".", ":", 1)


def _words(troubles: _Troubles) -> Iterator[str]:
    for key, words in _TABLE["troubles"].items():
        if named := [*dict.fromkeys(troubles[key])]:
            more = [f"and {len(named) - _FEW} more"] * (len(named) > _FEW)
            yield words.format(", ".join(named[:_FEW] + more))


def _paragraphs(text: str) -> str:
    """Return plain text as HTML, with its paragraphs and line breaks."""
    lines = "\n".join(line.strip() for line in html.escape(text, quote=False).splitlines())
    return "\n".join(f"<p>{part}</p>".replace("\n", "<br>\n") for part in re.split("\n\n+", lines))


def _date(text: str) -> datetime:
    for pattern, new in () if _SIGNS["date"].fullmatch(text) else _TABLE["dates"]["changes"]:
        text = re.sub(pattern, new, text[:60])
    iso = re.match("[0-9]{4}-", text)
    when = datetime.fromisoformat(text.upper()) if iso else parsedate_to_datetime(text)
    return (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone(UTC)


_MEANING: Mapping[str, Callable[[str], Any]] = {
    "words": lambda text: " ".join(text.split()),
    "small": lambda text: " ".join(text.lower().split()),
    "html": _paragraphs,
    "date": _date,
    "flag": lambda text: _TABLE["flag"][text.lower()],
    "choice": lambda text: _TABLE["choice"][text.lower()],
    "whole": lambda text: str(int(parse_time(text))),
    "seconds": lambda text: str(seconds(parse_time(text))),
    "digits": lambda text: _SIGNS["digits"].fullmatch(text)[1],  # type: ignore[index]
    "mail": lambda text: _SIGNS["mail"].fullmatch(text)[0],  # type: ignore[index]
}
