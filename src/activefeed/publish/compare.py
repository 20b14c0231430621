"""Two feeds as a subscriber sees them: what would be new, gone or other; pure.

Knows nothing of how either was made, and never asks whether a file answers.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from activefeed.formats.telling import Telling, Told, plain
from activefeed.wording import few, table

_SHOWN = 5  # items named in one difference
_TABLE = table(__file__, "differences")
# What programs put in the place of plain signs, to look better.
_PLAIN = str.maketrans("‘’‚‛′“”„‟«»″", "'" * 5 + '"' * 7) | {ord("…"): "..."}
# By what an item is known again whose guid changed, if no other has the same.
_MARKS: tuple[Callable[[Told], object], ...] = (
    lambda one: (one.said("title"), one.published),
    lambda one: one.said("link"),
    lambda one: one.said("url"),
)
_OF_ALL = {"published", "title", "html"}  # of items without audio too
_Items = Mapping[str, Told]  # by guid


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two feeds, and what that means to those who follow them."""

    code: str  # kebab-case, stable: listed in docs/pages/reference/problems.md
    message: str  # what differs, with the items by their titles
    consequence: str  # what subscribers will see
    severe: bool  # old items look new, an item is lost, or apps see another show


def compare(old: Telling, new: Telling) -> list[Difference]:
    """Return what differs in the new feed, at most one of each code; nothing for equal feeds."""
    before, after = _by_guid(old), _by_guid(new)
    return [*_show(old.show, new.show), *_items(before, after), *_details(before, after)]


def _show(old: Told, new: Told) -> Iterator[Difference]:
    for code, row in _TABLE["show"].items():
        was, now = old.said(row["fact"]), new.said(row["fact"])
        if was and was != now:
            message = f'the {row["what"]} was "{was}" and is "{now}"'
            yield Difference(code, message, row["consequence"], row["severe"])


def _items(old: _Items, new: _Items) -> Iterator[Difference]:
    lost = {guid: one for guid, one in old.items() if guid not in new}
    again, every = _again(lost, old, new), {**new, **old}
    was, now = [guid for guid in old if guid in new], [guid for guid in new if guid in old]
    found = {
        "feed-guid-changed": [guid for guid in lost if guid in again],
        "feed-item-gone": [guid for guid in lost if guid not in again],
        "feed-audio-gone": [guid for guid in was
                            if old[guid].said("url") and not new[guid].said("url")],
        "feed-item-new": [guid for guid in new if guid not in {*old, *again.values()}],
        "feed-order": [one for one, other in zip(now, was, strict=True) if one != other],
    }  # fmt: skip
    for code, row in _TABLE["items"].items():
        if named := [f'"{every[guid].said("title")}"' for guid in found[code]]:
            yield Difference(code, _few(row["what"], named), row["consequence"], row["severe"])


def _by_guid(feed: Telling) -> _Items:
    """Return the items of a feed; of several with one guid, the first."""
    found = dict[str, Told]()
    for one in feed.items:
        found.setdefault(one.said("guid"), one)
    return found


def _again(lost: _Items, old: _Items, new: _Items) -> dict[str, str]:
    """Return the guids, then and now, of items that are the same by all but the guid."""
    found = dict[str, str]()
    for mark in _MARKS:
        often = Counter(map(mark, (*old.values(), *new.values())))
        now = {mark(one): guid for guid, one in new.items() if guid not in old}
        found = {guid: now[key] for guid, one in lost.items()
                 if (key := mark(one)) in now and key and often[key] == 2} | found  # fmt: skip
    return found


def _details(old: _Items, new: _Items) -> Iterator[Difference]:
    kept = [(was, new[guid]) for guid, was in old.items() if guid in new]
    newest = max((was.published for was in old.values() if was.published), default=None)
    for code, row in _TABLE["details"].items():
        name = row["fact"]
        changed = [(was.said("title"), one, other) for was, now in kept
                   if (one := _fact(was, name)) != (other := _fact(now, name))
                   and (now.said("url") or not was.said("url") or name in _OF_ALL)
                   and (name != "duration" or abs(one - other) > 1)]  # fmt: skip
        severe = name == "published" and any(
            a and (not b or (a < newest and b > newest)) for _, a, b in changed)  # fmt: skip
        shown = name not in {"url", "html"}
        named = [f'"{title}"' + f" ({_told(a)} -> {_told(b)})" * shown for title, a, b in changed]
        if named:
            yield Difference(code, _few(row["what"], named), row["consequence"], severe)


def _fact(item: Told, name: str) -> Any:
    """Return a fact of an item; notes as words with plain signs, whichever they have."""
    if name == "published":
        return item.published
    if name in {"length", "duration"}:
        return item.number(name)
    if name != "html":
        return item.said(name)
    words = " ".join(plain(item.said(name)).split())
    return re.sub("[-\u2010-\u2015]+", "-", words.translate(_PLAIN))


def _told(fact: object) -> str:
    return str(fact or "none").removesuffix(":00+00:00")


def _few(what: str, named: Sequence[str]) -> str:
    return f"{len(named)} item{'s' * (len(named) > 1)} {what}: {few(named, _SHOWN)}"
