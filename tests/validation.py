"""What we publish, held against its specifications: every fault is named, not only the first.

The schemas are in tests/schemas; what a schema cannot say (order, what is told apart by two values
at once, chains of documents) is written out here.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

SCHEMAS = Path(__file__).with_name("schemas")
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
NAMES = {"atom": "http://www.w3.org/2005/Atom", "s": "http://www.ascc.net/xml/schematron"}
FORMATS = FormatChecker(formats=())


@FORMATS.checks("date-time", raises=ValueError)
def _is_a_moment(value: object) -> bool:
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


def atom(body: bytes) -> None:
    """Hold a feed or an entry against RFC 4287: its grammar, and its text where that is blunt."""
    root = _xml(body)
    _refuse("Atom", [*_ungrammatical(root), *_asserted(root), *_in_words(root)])


def json_feed(body: bytes) -> None:
    """Hold a feed against JSON Feed 1.1."""
    feed = _json(body)
    faults = _against("json-feed", feed)
    if not faults:
        seen = Counter(item["id"] for item in feed["items"])
        faults = [f"{count} items have the id {id}" for id, count in seen.items() if count > 1]
        if feed.get("next_url") == feed["feed_url"]:
            faults.append("next_url is feed_url")
    _refuse("JSON Feed", faults)


def chapters(body: bytes) -> None:
    """Hold a file against the JSON chapters 1.2 of Podcasting 2.0."""
    file = _json(body)
    _refuse("chapters", _against("chapters", file) or _out_of_order(file["chapters"]))


def transcript(body: bytes) -> None:
    """Hold a file against the JSON transcripts 1.0.0 of Podcasting 2.0."""
    file = _json(body)
    _refuse("transcript", _against("transcript", file) or _out_of_order(file["segments"]))


def rfc5005(documents: Mapping[str, bytes], first: str) -> list[str]:
    """Return the ids along the archive of an RSS or Atom feed, in the order met, with repeats.

    ``documents`` are what each address gives; ``first`` is that of the subscription document.
    """

    def read(address: str, newer: str) -> Page:
        head = _head(_xml(documents[address]))
        older = next(iter(_links(head, "prev-archive")), "")
        return Page(_ids(head), older, [*_archiving(head, address, newer, first)])

    return _walked("the archive", documents, first, read)


def next_urls(documents: Mapping[str, bytes], first: str) -> list[str]:
    """Return the ids along the next_url links of a JSON Feed, in the order met, with repeats."""

    def read(address: str, newer: str) -> Page:
        feed = _json(documents[address])
        if faults := _against("json-feed", feed):
            return Page([], "", faults)
        if feed["feed_url"] not in (address, first):
            faults.append(f"feed_url is {feed['feed_url']}")
        if feed.get("next_url") == feed["feed_url"]:
            faults.append("next_url is feed_url")
        return Page([item["id"] for item in feed["items"]], feed.get("next_url", ""), faults)

    return _walked("the pages", documents, first, read)


def _refuse(what: str, faults: Sequence[str]) -> None:
    if faults:
        raise AssertionError("\n- ".join((f"{what}: not as specified", *faults)))


# JSON


def _json(body: bytes) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
        if twice:
            raise ValueError(f"keys given twice: {twice}")
        return dict(pairs)

    def no_number(name: str) -> Any:
        raise ValueError(f"{name} is no number in JSON")

    try:
        text = body.decode("utf-8")
        return json.loads(text, object_pairs_hook=once, parse_constant=no_number)
    except ValueError as error:
        raise AssertionError(f"not JSON: {error}") from error


@cache
def _schema(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FORMATS)


def _against(name: str, document: Any) -> list[str]:
    return [
        f"{fault.json_path}: {' or '.join(way.message for way in fault.context or [fault])}"
        for fault in _schema(name).iter_errors(document)
    ]


def _out_of_order(parts: Sequence[Mapping[str, Any]]) -> list[str]:
    """Name what starts before the part above it, and what ends before it starts."""
    starts = [part["startTime"] for part in parts]
    late = [f"{two} comes after {one}" for one, two in pairwise(starts) if two < one]
    return late + [
        f"what starts at {part['startTime']} ends at {part['endTime']}"
        for part in parts
        if part.get("endTime", part["startTime"]) < part["startTime"]
    ]


# XML


def _xml(body: bytes) -> Any:
    try:
        return etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise AssertionError(f"not XML: {error}") from error


@cache
def _grammar() -> Any:
    return etree.parse(str(SCHEMAS / "atom.rng"))


def _ungrammatical(root: Any) -> list[str]:
    """Name what breaks the grammar: part by part, as libxml2 gives up at the first wrong one."""
    grammar = etree.RelaxNG(_grammar())
    head = deepcopy(root)
    entries = f"{ATOM}entry"
    for entry in head.findall(entries):
        head.remove(entry)

    def broken(part: Any) -> list[str]:
        grammar.validate(part)
        lines = ((fault.line or part.sourceline, fault.message) for fault in grammar.error_log)
        return [f"line {line}: {message}" for line, message in lines]

    faults = [fault for part in (head, *root.iterfind(entries)) for fault in broken(part)]
    return faults or broken(root)


def _asserted(root: Any) -> Iterator[str]:
    """Carry out the Schematron rules that the RFC's grammar bears as annotations."""
    for rule in _grammar().iterfind(".//s:rule", NAMES):
        for found in root.xpath(f"//{rule.get('context')}", namespaces=NAMES):
            for wanted in rule.iterfind("s:assert", NAMES):
                if not found.xpath(f"boolean({wanted.get('test')})", namespaces=NAMES):
                    yield f"line {found.sourceline}: {wanted.text}"


def _in_words(root: Any) -> Iterator[str]:
    """Name what the RFC's text forbids and its grammar lets pass."""
    for holder in root.xpath("//atom:feed | //atom:entry | //atom:source", namespaces=NAMES):
        kinds = Counter(
            (link.get("type"), link.get("hreflang"))
            for link in holder.iterfind(f"{ATOM}link")
            if link.get("rel", "alternate") == "alternate"
        )
        if twice := [kind for kind, count in kinds.items() if count > 1]:
            yield f"line {holder.sourceline}: alternate links that nothing tells apart: {twice}"
    for content in root.iterfind(f".//{ATOM}content"):
        if content.get("src") is not None and content.getparent().find(f"{ATOM}summary") is None:
            yield f"line {content.sourceline}: content elsewhere needs a summary here"
        if content.get("type") is None and len(content):
            yield f"line {content.sourceline}: plain text has child elements"
    for holder in root.iter(*(f"{ATOM}{name}" for name in ("id", "icon", "link", "logo", "uri"))):
        said = holder.get("href", "") if holder.tag == f"{ATOM}link" else holder.text or ""
        if said.split() != [said]:
            yield f"line {holder.sourceline}: {said!r} is no address"
        elif holder.tag == f"{ATOM}id" and ":" not in said:
            yield f"line {holder.sourceline}: the id {said!r} is no absolute address"


# Chains of documents


class Page(NamedTuple):
    """What one document of a chain gives."""

    ids: list[str]
    older: str
    faults: list[str]


def _walked(
    what: str, documents: Mapping[str, bytes], first: str, read: Callable[[str, str], Page]
) -> list[str]:
    """Follow a chain to its end; ``read`` is given an address and the one that led there."""
    ids: list[str] = []
    faults: list[str] = []
    seen = [""]
    address = first
    while address:
        if address in seen or address not in documents:
            wrong = "for the second time" if address in seen else "where nothing is"
            faults.append(f"{seen[-1] or 'the way'}: leads to {address}, {wrong}")
            break
        try:
            page = read(address, seen[-1])
        except AssertionError as error:
            page = Page([], "", [str(error)])
        ids += page.ids
        faults += (f"{address}: {fault}" for fault in page.faults)
        seen.append(address)
        address = page.older
    _refuse(what, faults)
    return ids


def _head(root: Any) -> Any:
    """Return what bears the links of a feed: an Atom feed itself, or the channel in an RSS feed."""
    head = root if root.tag == f"{ATOM}feed" else root.find("channel")
    assert head is not None, f"{root.tag} is neither RSS nor Atom"
    return head


def _ids(head: Any) -> list[str]:
    return [
        *(item.findtext("guid", "") for item in head.iterfind("item")),
        *(entry.findtext(f"{ATOM}id", "") for entry in head.iterfind(f"{ATOM}entry")),
    ]


def _links(head: Any, rel: str) -> list[str]:
    return [link.get("href", "") for link in head.iterfind(f"{ATOM}link") if link.get("rel") == rel]


def _archiving(head: Any, address: str, newer: str, first: str) -> Iterator[str]:
    """Name what RFC 5005, section 4, does not find in one document of an archived feed."""
    archived = address != first
    if _links(head, "self") != [address]:
        yield f"rel=self is {_links(head, 'self')}"
    if len(_links(head, "prev-archive")) > 1:
        yield "has several rel=prev-archive"
    if head.find(f"{HISTORY}complete") is not None:
        yield "says that it is complete"
    if (head.find(f"{HISTORY}archive") is not None) != archived:
        yield "has no fh:archive" if archived else "the subscription document has fh:archive"
    if archived and _links(head, "current") != [first]:
        yield f"rel=current is {_links(head, 'current')}"
    wanted = [newer] if archived and newer != first else []
    if _links(head, "next-archive") not in ([], wanted):
        yield f"rel=next-archive is {_links(head, 'next-archive')}"
