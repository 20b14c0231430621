"""A feed, however broken, to one tree of elements; and what is wrong with it.

Never guesses what is lost, and lets nothing that a feed names be fetched or filled in.
"""

import html
import json
import re
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

from activefeed.formats import feeds

Troubles = dict[str, list[str]]  # a key of telling.toml → what each concerns, in a few words

TABLE: Mapping[str, Any] = tomllib.loads(
    Path(__file__).with_name("telling.toml").read_text("utf-8")
)
_MOST = 20_000  # items of a document
_DEEPEST = 200  # elements inside each other; libxml2 gives up somewhat later
_SIZE = 3_000_000  # elements of a document: more fill the memory
_DECLARED = re.compile(r"<\?xml[^>]{1,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})")
_EIGHT_BITS = re.compile(r"iso-?8859|windows-|cp\d|koi8|mac|big5|gb|shift|euc|iso-2022")
_WINDOWS = {0xDC00 + n: bytes([n]).decode("cp1252", "replace") for n in range(128, 256)}
_ROOT = re.compile(r"<(?:[\w.-]{1,20}:)?(?:rss|feed|RDF)[\s>]")
_END = re.compile(r"</(?:[\w.-]{1,20}:)?(?:channel|rss|feed|RDF)\s*>")
_ITEM = re.compile(r"<(?:[\w.-]{1,20}:)?(?:item|entry)[\s>]")
_ASIDE = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<\?.*?(?:\?>|\Z)"
_LOOSE = re.compile(
    rf"(?s){_ASIDE}|&(?!(?:lt|gt|amp|quot|apos|#[0-9]{{1,7}}|#x[0-9a-fA-F]{{1,6}});)(\w{{1,30}};)?"
)
_TAG = re.compile(
    r"(?s)<!\[CDATA\[.*?(?:\]\]>|\Z)|<(?P<end>/?)(?P<name>[^\W\d][\w:.-]*+)"
    r"(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>|<"
)
_ATTRIBUTE = re.compile(r"([\w:.-]++)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))")
_JSON = re.compile(r'(?s)"(?:\\.|[^"\\])*+"?|[][{}]')
_PREFIXES = [(name, re.compile(sign, re.IGNORECASE)) for name, sign in TABLE["prefixes"].items()]
_TEXTS, _OTHERS = (set(TABLE["unclosed"][name].split()) for name in ("texts", "others"))


def tree(body: bytes, troubles: Troubles) -> etree._Element:
    """Return the root of a feed, with a dot between prefix and name. Raises FormatError."""
    text = feeds.FORBIDDEN.sub("", letters := _letters(body, troubles))
    if len(text) < len(letters):
        troubles["signs"] = []
    start, root = _ROOT.search(text), None
    with suppress(AttributeError, RecursionError, ValueError, etree.XMLSyntaxError):
        if text.lstrip().startswith("{"):
            root = _from_json(text, troubles)
        elif start:
            head, text = text[: start.start()], text[start.start() :]
            if head.find("<?xml") > 0 or head.strip()[:1] not in {"", "<"}:
                troubles["before"] = []
            root = _from_xml(_shortened(text, troubles), head.count("\n"), troubles)
    if root is None:
        raise feeds.no_feed(body)
    if root.tag != "json":
        _rename(root, troubles)
    return root


def _letters(body: bytes, troubles: Troubles) -> str:
    """Return a document as text, in the letters that it has and not in those that it claims."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\0" in body[:2]:
        wide = {b"\0": "utf-16-be", b"\xff": "utf-16", b"\xfe": "utf-16"}
        return body.decode(wide.get(body[:1], "utf-16-le"), "replace")
    said = _DECLARED.search(body[:1000].decode("latin-1"))
    claimed = used = said[1].lower() if said else "utf-8"
    try:
        text, used = body.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        if re.fullmatch("iso-8859-1|latin-?1|us-ascii", claimed):
            used = "windows-1252"  # as browsers do
        if _EIGHT_BITS.match(used):
            with suppress(LookupError):
                return body.decode(used, "replace")
        # Most often it is UTF-8 in which some texts were pasted in the letters of Windows.
        text, used = body.decode("utf-8", "surrogateescape").translate(_WINDOWS), "windows-1252"
    if claimed != used and not body.isascii():
        troubles["letters"] = [f"{claimed}, and they are {used}"]
    return text.lstrip("\ufeff")


def _shortened(text: str, troubles: Troubles) -> str:
    """Return a document without what is too much for any feed."""
    if text.count("<") > _SIZE:
        text = text[: next(islice(re.finditer("<", text), _SIZE, None)).start()]
    starts = [one.start() for one in _ITEM.finditer(text)]
    if len(starts) <= _MOST:
        return text
    troubles["many"] = [str(len(starts))]
    end = _END.search(text, starts[-1])
    return text[: starts[_MOST]] + (text[end.start() :] if end else "")


def _from_json(text: str, troubles: Troubles) -> etree._Element:
    try:
        value = json.loads(text, strict=False)
    except json.JSONDecodeError as error:
        troubles["cut"] = [str(error.lineno)]
        # What follows the last whole item is left out.
        depth = end = 0
        for one in _JSON.finditer(text, 0, error.pos):
            depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(one[0], 0)
            end = one.end() if depth == 2 and one[0] == "}" else end
        value = json.loads(f"{text[:end]}]}}", strict=False)
    if len(items := value.get("items") or []) > _MOST:
        troubles["many"] = [str(len(items))]
        value["items"] = items[:_MOST]
    return feeds.branch("json", value)


def _from_xml(text: str, before: int, troubles: Troubles) -> etree._Element:
    odd = set[str]()
    text = _LOOSE.sub(partial(_strict, odd), text)
    if odd:
        troubles["entities"] = sorted(odd)
    root, lines = _parse(text)
    if lines:
        troubles["damaged" if _END.search(text) else "cut"] = [str(lines[0] + before)]
        root, _ = _parse(_closed(text))
    return root


def _parse(text: str) -> tuple[etree._Element, list[int]]:
    """Return the root of a document, and the lines where it is at fault."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True)
    root = etree.fromstring(text.encode(), parser)
    return root, [one.line for one in parser.error_log if one.level == etree.ErrorLevels.FATAL]


def _strict(odd: set[str], found: re.Match[str]) -> str:
    """Return a sign that XML does not know as one that it does; remarks are left out."""
    if found[0][0] == "<":
        return found[0] if found[0].startswith("<![") else ""
    odd.add(found[0])
    return html.escape(html.unescape(found[0]))


def _closed(text: str) -> str:
    """Return XML whose elements all end, at the latest where the one around them does."""
    around: list[str] = []

    def close(left: int) -> str:
        return "".join(f"</{around.pop()}>" for _ in range(len(around) - left))

    def mend(found: re.Match[str]) -> str:
        name, rest = found["name"], found["rest"]
        if not name:
            return f"{found[0].removesuffix(']]>')}]]>" if len(found[0]) > 1 else "&lt;"
        if found["end"]:
            return close(len(around) - 1 - around[::-1].index(name)) if name in around else ""
        before = close(around.index(name)) if _ITEM.match(f"<{name} ") and name in around else ""
        if around and around[-1] in _TEXTS and name in _TEXTS | _OTHERS:
            before += close(len(around) - 1)
        if len(around) >= _DEEPEST:
            return before
        values = {
            key: "".join(value).replace('"', "&quot;") for key, *value in _ATTRIBUTE.findall(rest)
        }
        tag = " ".join([name, *(f'{key}="{value}"' for key, value in values.items())])
        if rest.endswith("/"):
            return f"{before}<{tag}/>"
        around.append(name)
        return f"{before}<{tag}>"

    return _TAG.sub(mend, text) + close(0)


def _rename(root: etree._Element, troubles: Troubles) -> None:
    """Give each element the name by which telling.toml knows it, with a dot for the colon."""
    names: dict[tuple[str, str | None], str] = {}
    plain = "atom" if root.tag.lstrip("{").endswith("feed") else ""
    for one in root.iter("*"):
        key = (one.tag, one.prefix)
        if key not in names:
            space, _, local = one.tag.lstrip("{").rpartition("}")
            prefix, _, local = f"{one.prefix or ''}:{local}".lstrip(":").rpartition(":")
            if prefix and not space:
                troubles.setdefault("prefixes", []).append(prefix)
            known = (name for name, sign in _PREFIXES if sign.search(space))
            prefix = prefix if prefix in TABLE["prefixes"] else next(known, prefix)
            prefix = prefix or ("" if space else plain)
            names[key] = f"{prefix}.{local}".lstrip(".").replace(":", ".")
        if names[key] != one.tag:
            one.tag = names[key]
