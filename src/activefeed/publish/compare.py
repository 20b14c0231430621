"""Two feeds as a subscriber sees them: what would be new, gone or other; pure.

Knows nothing of how either was made, and never asks whether a file answers.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from activefeed.formats.feeds import FeedDocument, FeedItem
from activefeed.wording import few, table

_SHOWN = 5  # items named in one difference
_TABLE = table(__file__, "differences")
# What programs put in the place of plain signs, to look better.
_PLAIN = str.maketrans("‘’‚‛′“”„‟«»″", "'" * 5 + '"' * 7) | {ord("…"): "..."}
# By what an item is known again whose guid changed, if no other has the same.
_MARKS = (attrgetter("title", "published"), attrgetter("link"), attrgetter("url"))


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two feeds, and what that means to those who follow them."""

    code: str  # kebab-case, stable: listed in docs/pages/reference/problems.md
    message: str  # what differs, with the items by their titles
    consequence: str  # what subscribers will see
    severe: bool  # old items look new, an item is lost, or apps see another show


def compare(old: FeedDocument, new: FeedDocument) -> list[Difference]:
    """Return what differs in the new feed, at most one of each code; nothing for equal feeds."""
    return [*_show(old, new), *_items(old, new), *_details(old, new)]


def _show(old: FeedDocument, new: FeedDocument) -> Iterator[Difference]:
    for code, row in _TABLE["show"].items():
        was, now = getattr(old, row["fact"]), getattr(new, row["fact"])
        if was and was != now:
            message = f'the {row["what"]} was "{was}" and is "{now}"'
            yield Difference(code, message, row["consequence"], row["severe"])


def _items(old: FeedDocument, new: FeedDocument) -> Iterator[Difference]:
    before, after = _by_guid(old), _by_guid(new)
    lost = [item for guid, item in before.items() if guid not in after]
    again = _again(lost, old, new)
    known = {*before, *again.values()}
    fresh = [item for guid, item in after.items() if guid not in known]
    was = [item for guid, item in before.items() if guid in after]
    now = [before[guid] for guid in after if guid in before]
    found = {
        "feed-guid-changed": [one for one in lost if one.guid in again],
        "feed-item-gone": [one for one in lost if one.guid not in again],
        "feed-audio-gone": [one for one in was if one.url and not after[one.guid].url],
        "feed-item-new": fresh,
        "feed-order": [one for one, other in zip(now, was, strict=True) if one != other],
    }
    for code, row in _TABLE["items"].items():
        if named := [f'"{item.title}"' for item in found[code]]:
            yield Difference(code, _few(row["what"], named), row["consequence"], row["severe"])


def _by_guid(feed: FeedDocument) -> dict[str, FeedItem]:
    return {item.guid: item for item in feed.items}


def _again(lost: Sequence[FeedItem], old: FeedDocument, new: FeedDocument) -> dict[str, str]:
    """Return the guids, then and now, of items that are the same by all but the guid."""
    found, before = dict[str, str](), _by_guid(old)
    for mark in _MARKS:
        often = Counter(map(mark, (*old.items, *new.items)))
        now = {mark(item): item.guid for item in new.items if item.guid not in before}
        found = {item.guid: now[key] for item in lost
                 if (key := mark(item)) in now and key and often[key] == 2} | found  # fmt: skip
    return found


def _details(old: FeedDocument, new: FeedDocument) -> Iterator[Difference]:
    after = _by_guid(new)
    kept = [(was, after[guid]) for guid, was in _by_guid(old).items() if guid in after]
    newest = max((was.published for was in old.items if was.published), default=None)
    for code, row in _TABLE["details"].items():
        name = row["fact"]
        changed = [(was.title, one, other) for was, now in kept
                   if (one := _fact(was, name)) != (other := _fact(now, name))
                   and (now.url or not was.url or name in {"published", "title", "text"})
                   and (name != "duration" or abs(one - other) > 1)]  # fmt: skip
        severe = name == "published" and any(
            a and (not b or (a < newest and b > newest)) for _, a, b in changed)  # fmt: skip
        shown = name not in {"url", "text"}
        named = [f'"{title}"' + f" ({_told(a)} -> {_told(b)})" * shown for title, a, b in changed]
        if named:
            yield Difference(code, _few(row["what"], named), row["consequence"], severe)


def _fact(item: FeedItem, name: str) -> Any:
    """Return a fact of an item; notes with plain signs, whichever they have."""
    if name != "text":
        return getattr(item, name)
    return re.sub("[-\u2010-\u2015]+", "-", item.text.translate(_PLAIN))


def _told(fact: object) -> str:
    return str(fact or "none").removesuffix(":00+00:00")


def _few(what: str, named: Sequence[str]) -> str:
    return f"{len(named)} item{'s' * (len(named) > 1)} {what}: {few(named, _SHOWN)}"
