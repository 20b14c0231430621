"""Whether finished feeds, chapters and transcripts keep the rules of those who will read them.

Reads the bytes anew: knows nothing of the code that wrote them, and never asks the network.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from email.utils import format_datetime, parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from lxml import etree


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that finished bytes break."""

    code: str  # listed in docs/pages/reference/problems.md
    message: str  # what is wrong, with the source of the rule in brackets
    fix: str  # what to type instead, or nothing
    severe: bool  # an error: an app or a directory refuses or loses something; else a warning
    path: str = ""  # output path of the document
    guid: str = ""  # of the item, as the document has it; empty for the document itself
    key: str = ""  # of the front matter or the settings that it comes from, where there is one


_TEXT = Path(__file__).with_name("rules.txt").read_text("utf-8")
_SOURCES = re.findall(r"^\[(rule-\S+)\] (.+)\n((?:.+\n)*)", _TEXT, re.MULTILINE)


def _mail(text: str) -> bool:
    """Return whether it is a date of mail, with the weekday that it has."""
    try:
        return format_datetime(parsedate_to_datetime(text)) == text.replace("GMT", "+0000")
    except (LookupError, OverflowError, TypeError, ValueError):
        return False


_Test = Callable[[str], object]
# What is good; what is not; what to type instead. Any other form is a pattern.
_FORMS: dict[str, tuple[str | _Test, str]] = {
    "mail": (_mail, "is no date like Thu, 01 Jan 2026 12:00:00 +0000"),
    "bytes": (lambda text: len(text.encode()) <= 4000, "is longer than 4000 bytes; shorten it"),
}
_WRITTEN = re.findall(r"^(\w+): (.+) <= (.+)", _TEXT, re.MULTILINE)
_FORMS |= {name: (good, said) for name, said, good in _WRITTEN}


def _words(section: str) -> dict[str, str]:
    """Return one of the tables that end the rules."""
    text = _TEXT.partition(f"[{section}]\n")[2].partition("\n\n")[0]
    return dict(re.findall(r"^(\S+) = (.+)$", text, re.MULTILINE))


_SPACES, _KINDS, _NOUNS = map(_words, ("namespaces", "documents", "nouns"))
_IDS = "ancestor-or-self::*/guid | ancestor-or-self::*/id | ancestor-or-self::atom:entry/atom:id"
_GUID = etree.XPath(f"string({_IDS})", namespaces=_SPACES)
_XPATH = re.compile(r"^(~?)([/s(].+(?:\n  .+)*?)\s+=>\s+(?:>(\S+) )?(.+(?:\n  .+)*)", re.MULTILINE)
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


class _Rule(NamedTuple):
    code: str
    source: str
    often: str = "*"
    key: str = ""
    forms: tuple[tuple[_Test, str], ...] = ()  # tests, and words if they fail


def _form(token: str) -> tuple[_Test, str]:
    name = token.removeprefix("~")
    strict = re.search(r"[\\([]", name)
    words = "is not as apps want it" if strict else f"is not {name.replace('|', ' or ')}"
    good, words = _FORMS.get(name, (name, words))
    if name.isdigit():
        good, words = f".{{0,{name}}}", f"is longer than {name} characters; shorten it"
    test = good if callable(good) else re.compile(good, re.ASCII | re.DOTALL).fullmatch
    return test, token[: -len(name)] + words


def _inside() -> dict[str, dict[str, _Rule]]:
    """Return the rules for an element, by its name and the name of what is in it."""
    table: dict[str, dict[str, _Rule]] = {}
    spec = r"(\S+):\s|([1+?*!])([^>#=\s]+)(?:>([^#=\s]+))?(?:#(\d+))?(?:=(\S+))?"
    for code, source, text in _SOURCES:
        scopes = ""
        for inside, often, name, key, number, given in re.findall(spec, _XPATH.sub("", text)):
            scopes = inside or scopes
            forms = tuple(_form(one) for one in f"{given},tidy".split(",") if one)
            for scope in scopes.split(",") if name else ():
                where = f"{source}, {number or (scope + name if name[0] == '@' else name)}"
                word = (key or _local(name)).strip("-")
                table.setdefault(scope, {})[name] = _Rule(code, where, often, word, forms)
    table["show"] = table["channel"] | table["show"]
    table["episode"] = table["item"] | table["episode"]
    return table


def _never() -> Iterator[tuple[etree.XPath, _Rule, str]]:
    """Yield what must not be: XPath, rule, words."""
    for code, source, text in _SOURCES:
        for mark, path, key, words in _XPATH.findall(text):
            full = re.sub(r"link\(([\w-]+)\)", r"atom:link[@rel='\1']", path)
            rule = _Rule(code, source, key=key)
            yield etree.XPath(full, namespaces=_SPACES), rule, mark + " ".join(words.split())


def _shown(text: str) -> str:
    """Return text that fits into a line of a report."""
    return "".join(c if c.isprintable() else " " for c in text[:80]) + "…" * (len(text) > 80)


def _local(name: str) -> str:
    return re.split("[:@]", name)[-1]


@lru_cache(1000)
def _name(tag: object) -> str:
    """Return the name of an element or attribute with the usual prefix."""
    space, _, local = str(tag).rpartition("}")
    prefix = next((prefix for prefix, uri in _SPACES.items() if uri == space[1:]), "?")
    return f"{prefix}:{local}" if space else local


_TABLE = _inside()
_PATHS = tuple(_never())


def _finding(one: etree._Element, name: str, rule: _Rule, words: str, value: str = "") -> Finding:
    """Return what is wrong with an element, or with what has a name in it."""
    above, own = one.getparent(), _name(one.tag)
    itself = _TABLE.get("" if above is None else _name(above.tag), {}).get(own, _Rule("", ""))
    key = itself.key or rule.key  # items and documents have none
    noun = _NOUNS.get(key or _local(own), key or _local(own)).replace("_", " ")
    if name and itself.key:
        noun = f"{_local(name)} of the {noun}"
    source = rule.source
    if not name:  # what an XPath found
        detail = f"{source}, {own.replace('_', ' ')}"
        source = itself.source if itself.code == rule.code else detail
    shown = f' "{_shown(value)}"' if value.strip() else ""
    what, _, fix = words.lstrip("~").partition("; ")
    message = f"the {noun}{shown} {what} ({source})"
    return Finding(rule.code, message, fix, words[0] != "~", "", _GUID(one), key)


def _look_into(one: etree._Element, rules: dict[str, _Rule]) -> Iterator[Finding]:
    found: dict[str, list[str]] = {f"@{_name(name)}": [value] for name, value in one.items()}
    for child in one:
        found.setdefault(_name(child.tag), []).append("" if len(child) else child.text or "")
    for name, rule in rules.items():
        values = found.get(name, [])
        if not values and rule.often in "1+!":
            yield _finding(one, name, rule, "~" * (rule.often == "!") + "is missing")
        if len(values) > 1 and rule.often in "1?!":
            yield _finding(one, name, rule, "is there more than once")
        for value in values:
            for test, words in rule.forms:
                if not test(value):
                    yield _finding(one, name, rule, words, value)
                    break


def _look(root: etree._Element) -> Iterator[Finding]:
    for one in root.iter("{*}*"):
        if rules := _TABLE.get(_name(one.tag)):
            yield from _look_into(one, rules)
    for path, rule, words in _PATHS:
        for one in path(root):
            yield _finding(one, "", rule, words, one.text or "")


def _tree(name: str, value: object) -> etree._Element:
    """Return a value of JSON as an element."""
    one = etree.Element(name)
    if isinstance(value, dict):
        for key, inner in value.items():
            parts = inner if isinstance(inner, list) else [inner]
            if re.fullmatch("[A-Za-z_]+", key):
                one.extend([_tree(key, part) for part in parts])
                one.attrib.update({} if parts else {key: ""})
    else:
        text = value if isinstance(value, str) else json.dumps(value)
        one.text = re.sub("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "?", text)
        one.attrib.update({} if text is value else {"not": "text"})
    return one


def _cues(text: str, mark: str) -> dict[str, object]:
    """Return WebVTT or SRT as transcripts are in JSON, with the bare digits of its times."""
    time = f"((?:[0-9]{{2,}}:)?[0-5][0-9]:[0-5][0-9][{mark}][0-9]{{3}})"
    first, *lines = re.split("\r\n?|\n", text)
    if not re.fullmatch("[0-9]+" if mark == "," else r"WEBVTT(\s.*)?", first):
        raise ValueError(f"it cannot begin with {first[:80]!r}")
    segments = []
    for line in lines:
        if "-->" in line:
            if not (found := re.fullmatch(f"{time} +--> +{time}(?: .*)?", line)):
                raise ValueError(f"{line[:80]!r} is no start and end")
            start, end = (int(re.sub("[^0-9]", "", one)) for one in found.groups())
            segments.append({"startTime": start, "endTime": end, "body": line})
    return {"version": "1.0.0", "segments": segments}


def _parse(kind: str, document: str, body: bytes) -> etree._Element:
    """Return a document as an element. Raises ValueError and XMLSyntaxError."""
    if not kind.endswith("xml"):
        text, mark = body.decode(), {"text/vtt": ".", "application/x-subrip": ","}.get(kind)
        # int() refuses the NaN that this module of Python's would let pass.
        return _tree(document, _cues(text, mark) if mark else json.loads(text, parse_constant=int))
    if not re.match(rb"(?i)<\?xml version=.1\.0.( encoding=.utf-8.)? ?\?>", body):
        raise ValueError("it does not begin with <?xml version='1.0' encoding='UTF-8'?>")
    root = etree.fromstring(body, _PARSER)
    if _name(root.tag) != document:
        raise ValueError(f"it is no {document}")
    for one in root.xpath("channel[itunes:*] | channel[itunes:*]/item", namespaces=_SPACES):
        one.tag = {"channel": "show", "item": "episode"}[one.tag]
    return root


def read(documents: Iterable[tuple[str, str, bytes]]) -> Iterator[Finding]:
    """Yield findings of documents given as (path, content type, body)."""
    here, older = set[str](), list[tuple[str, str]]()
    for path, content_type, body in documents:
        kind = content_type.partition(";")[0]
        document = _KINDS.get(kind, "")
        if not document or (kind == "application/json" and not path.endswith("/transcript.json")):
            continue
        rule = next(iter(_TABLE[document].values()))
        try:
            root = _parse(kind, document, body)
        except (etree.XMLSyntaxError, RecursionError, ValueError) as error:
            why, source = str(error).partition(" (<")[0], rule.source.partition(",")[0]
            words = f"this cannot be read: {_shown(why)} ({source})"
            yield Finding(rule.code, words, "", True, path)
            continue
        yield from (replace(one, path=path) for one in _look(root))
        if len(body) > 5_000_000 and root.find("show") is not None:
            words = "the feed is larger than 5 MB (W3C feed validator)"
            fix = 'write under [site]: feed_items = "newest"'
            yield Finding(rule.code, words, fix, False, path)
        links = [(one.get("rel"), one.get("href", "")) for one in root.iter("{*}link")]
        here |= {url for rel, url in links if rel == "self"}
        older += [(path, url) for rel, url in links if rel == "prev-archive"]
    for path, url in older:
        if url not in here:
            words = f"there is no archive {_shown(url)} (RFC 5005, prev-archive)"
            yield Finding("rule-rfc5005", words, "", True, path)
