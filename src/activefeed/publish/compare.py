"""Two feeds as a subscriber sees them: what would be new, gone or other; pure.

Knows nothing of how either was made, and never asks whether a file answers.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

from activefeed.formats.feeds import FeedDocument, FeedItem

_SHOWN = 5  # items named in one difference
# By what an item is known again whose guid changed, if no other has the same.
_MARKS = (attrgetter("title", "published"), attrgetter("link"), attrgetter("url"))


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two feeds, and what that means to those who follow them."""

    code: str  # kebab-case, stable: listed in docs/problems.md
    message: str  # what differs, with the items by their titles
    consequence: str  # what subscribers will see
    severe: bool  # old items look new, an item is lost, or apps see another show


def compare(old: FeedDocument, new: FeedDocument) -> list[Difference]:
    """Return what differs in the new feed, at most one of each code; nothing for equal feeds."""
    return [*_show(old, new), *_items(old, new), *_details(old, new)]


def _show(old: FeedDocument, new: FeedDocument) -> Iterator[Difference]:
    for code, what, was, now, consequence, severe in (
        ("feed-podcast-guid", "show's podcast:guid", old.guid, new.guid,
         "directories and apps take it for another show", True),
        ("feed-show-title", "show's title", old.title, new.title, "apps show the new one", False),
    ):  # fmt: skip
        if was and was != now:
            yield Difference(code, f'the {what} was "{was}" and is "{now}"', consequence, severe)


def _items(old: FeedDocument, new: FeedDocument) -> Iterator[Difference]:
    before, after = _by_guid(old), _by_guid(new)
    lost = [item for guid, item in before.items() if guid not in after]
    again = _again(lost, old, new)
    known = {*before, *again.values()}
    fresh = [item for guid, item in after.items() if guid not in known]
    was = [item for guid, item in before.items() if guid in after]
    now = [before[guid] for guid in after if guid in before]
    for code, what, items, consequence, severe in (
        ("feed-guid-changed", "with another guid", [one for one in lost if one.guid in again],
         "apps show them again, as new, and forget that they were played", True),
        ("feed-item-gone", "gone", [one for one in lost if one.guid not in again],
         "apps show them no more", True),
        ("feed-audio-gone", "without audio", [a for a in was if a.url and not after[a.guid].url],
         "apps cannot play them, and many do not show them", True),
        ("feed-item-new", "new", fresh, "apps announce them: fine if they are new", False),
        ("feed-order", "in another order", [a for a, b in zip(now, was, strict=True) if a != b],
         "apps that do not sort by date list them in the order of the feed", False),
    ):  # fmt: skip
        if items:
            named = [f'"{item.title}"' for item in items]
            yield Difference(code, _few(what, named), consequence, severe)


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
    for code, name, what, consequence in (
        ("feed-date", "published", "with another date", "apps list them elsewhere, or as new"),
        ("feed-audio", "url", "with another address of the audio", "some apps load it again"),
        ("feed-length", "length", "with another length in bytes", "apps show another size"),
        ("feed-type", "type", "with another type of the audio", "some apps may not play it"),
        ("feed-duration", "duration", "with another duration in seconds", "apps show the new one"),
        ("feed-item-title", "title", "with another title", "apps show the new one"),
        ("feed-notes", "text", "with other notes", "apps show the new ones"),
    ):  # fmt: skip
        changed = [(was.title, one, other) for was, now in kept
                   if (one := getattr(was, name)) != (other := getattr(now, name))
                   and (name != "duration" or abs(one - other) > 1)]  # fmt: skip
        severe = name == "published" and any(
            a and (not b or (a < newest and b > newest)) for _, a, b in changed)  # fmt: skip
        shown = name not in {"url", "text"}
        named = [f'"{title}"' + f" ({was} -> {now})" * shown for title, was, now in changed]
        if named:
            yield Difference(code, _few(what, named), consequence, severe)


def _few(what: str, named: Sequence[str]) -> str:
    more = f" and {len(named) - _SHOWN} more" if len(named) > _SHOWN else ""
    return f"{len(named)} item{'s' * (len(named) > 1)} {what}: {'; '.join(named[:_SHOWN])}{more}"
