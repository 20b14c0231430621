"""The difference between a Tree and a target, as steps with reasons; pure.

Holds no connection: a plan can be printed, compared and tested.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from activefeed.model import Published, PublishedItem, PublishedObject, Site
from activefeed.publish.store import Head, Listing
from activefeed.tree import Tier, Tree
from activefeed.urls import SEARCH

Keys = Collection[str]
Records = Mapping[str, PublishedObject]
Times = dict[str, datetime]
GRACE = timedelta(hours=24)  # cached feeds and pages still point at what is gone
_AT_ONCE = datetime.min.replace(tzinfo=UTC)  # since when what was withdrawn has been gone
_FOREIGN = "there, but not ours"


@dataclass(frozen=True, slots=True)
class Step:
    """One object to send or to delete, and why."""

    action: str  # send, delete
    key: str
    reason: str
    size: int = 0  # bytes to send


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an item, as listeners and readers see it."""

    what: str  # new, changed (its own record differs), withdrawn
    item: PublishedItem
    note: str = ""  # what of it is worth a word: another date, other audio
    replaced: bool = False  # it has other audio


@dataclass(frozen=True, slots=True)
class Plan:
    """What a publish would do."""

    sends: tuple[Step, ...]  # in the order of sending: by tier, the main feed last
    deletes: tuple[Step, ...]
    changes: tuple[Change, ...]
    same: int  # objects that stay as they are
    target: Published  # the state when all of it is done; objects to send have no etag yet
    before: Published
    tombstones: Mapping[str, datetime]  # since when each object has been unused, deleted or not
    seen: Mapping[str, str]  # etags of what is there now
    foreign: tuple[str, ...] = ()  # keys to write that somebody else wrote
    missing: tuple[str, ...] = ()  # published audio that is neither here nor there
    topics: tuple[str, ...] = ()  # keys of feeds that a hub would be told of
    refresh: tuple[str, ...] = ()  # keys of which a cache may hold what was there before

    @property
    def empty(self) -> bool:
        """Nothing to send, to delete, to record or to finish."""
        same = replace(self.target, generation=self.before.generation) == self.before
        return not self.sends and not self.deletes and same


def doubtful(keys: Iterable[str], published: Published, there: Listing) -> list[str]:
    """Return keys that are there, but not as recorded: one HEAD each tells."""
    known = published.objects
    return [k for k in sorted(keys) if k in there and not _as_recorded(known.get(k), there[k])]


def lost(published: Published, there: Listing) -> frozenset[str]:
    """Return the guids of items whose published audio is not at the target as it was."""
    sounds = [(guid, item.enclosure) for guid, item in published.items.items()]
    heads = [(guid, a, there.get(a.key, Head(0, ""))) for guid, a in sounds if a and a.key]
    return frozenset(guid for guid, a, head in heads if not head.holds(a.length, a.sha256))


def changed(published: Published, there: Listing) -> frozenset[str]:
    """Return the keys of objects that are not at the target as they were sent."""
    records = published.objects.items()
    return frozenset(k for k, v in records if k not in there or not _as_recorded(v, there[k]))


def _ours(known: PublishedObject, there: Head) -> bool:
    """Return whether what is there may be what we wrote; of a run that died, nobody knows."""
    return not known.etag or _as_recorded(known, there) or known.sha256 == there.sha256


def _as_recorded(known: PublishedObject | None, there: Head) -> bool:
    return known is not None and (known.etag, known.size) == (there.etag, there.size)


def make(site: Site, tree: Tree, published: Published, there: Listing, now: datetime) -> Plan:
    """Return the plan that takes a target to a tree; ``there``: its listing, and the doubtful."""
    known = published.objects
    wanted = {one.path: PublishedObject(one.sha256, one.size, one.headers, "", int(one.tier))
              for one in tree.artifacts.values()}  # fmt: skip
    wanted |= {key: known[key] for key in tree.kept if key in known}
    reasons = {k: _reason(want, known.get(k), there.get(k)) for k, want in wanted.items()}
    reasons = {key: reason for key, reason in reasons.items() if reason}
    etags = {key: there[key].etag for key in wanted if key not in reasons}
    objects = {key: replace(want, etag=etags.get(key, "")) for key, want in wanted.items()}
    stale = {k: v for k, v in known.items() if k not in objects and k in there}
    tombstones = _unused(tree, published, stale, now)
    for key in [k for k in stale if tombstones[k] != _AT_ONCE and not _ours(stale[k], there[k])]:
        del stale[key], tombstones[key]  # somebody else has put something in its place
    # Media never go by themselves.
    may_go = {k: v for k, v in tombstones.items() if v == _AT_ONCE or stale[k].tier != Tier.MEDIA}
    deletes = _due(may_go, now, len(known))
    objects |= {key: record for key, record in stale.items() if key not in deletes}
    to_send = [one for one in tree.artifacts.values() if one.path in reasons]
    to_send.sort(key=lambda one: (one.tier, one.path == tree.main_feed, one.path))
    state = Published(
        site=site.id, podcast=site.show.guid if site.show else "", addresses=site.addresses,
        url=tree.base, feed=tree.main_feed, prefix=tree.prefix,
        generation=published.generation + 1, objects=dict(sorted(objects.items())),
        items=tree.items, tombstones={k: v for k, v in tombstones.items() if k not in deletes},
    )  # fmt: skip
    changes = _changes(tree, published, ZoneInfo(site.timezone))
    return Plan(
        sends=tuple(Step("send", one.path, reasons[one.path], one.size) for one in to_send),
        deletes=tuple(Step("delete", key, "no longer built") for key in deletes),
        changes=changes, same=len(wanted) - len(reasons), target=state, before=published,
        tombstones=tombstones, seen={key: head.etag for key, head in there.items()},
        foreign=tuple(key for key, reason in reasons.items() if reason == _FOREIGN),
        missing=tuple(sorted(key for key in tree.kept if key in reasons or key not in wanted)),
        topics=_topics(tree, published, changes, reasons),
        refresh=_refresh(tree, published, {*reasons, *deletes}, there),
    )  # fmt: skip


def _unused(tree: Tree, published: Published, stale: Records, now: datetime) -> Times:
    """Return since when each object has been unused.

    At once go all of items withdrawn now, and pages that may name them.
    """
    down = {guid for guid, one in tree.items.items() if one.state == "withdrawn"}
    gone = [one for guid, one in published.items.items() if one.state == "live" and guid in down]
    media = {key for one in gone for key in one.media}
    media |= {key for one in gone if (a := one.enclosure) for key in (a.key, a.cover)}
    named = tuple(f"media/{one.slug}." for one in gone)  # recorded before media were
    since = {key: published.tombstones.get(key, now) for key in stale}
    for key, record in stale.items() if gone else ():
        if record.tier != Tier.MEDIA or key in media or key.startswith(named):
            since[key] = _AT_ONCE
    return since


def _refresh(tree: Tree, published: Published, changed: Keys, there: Keys) -> tuple[str, ...]:
    """Return the keys of which a cache may hold something else than will be there."""
    if "invalidate" in published.pending:  # a publish died before it told anybody
        changed = {one.path for one in tree.artifacts.values() if one.tier != Tier.MEDIA}
    return tuple(sorted(key for key in changed if key in there))


def prune(made: Plan, before: datetime) -> Plan:
    """Return a plan that also deletes the media that nothing has used since an instant."""
    target = made.target
    old = {key for key, since in target.tombstones.items() if since <= before}
    keys = sorted(key for key in old if target.objects[key].tier == Tier.MEDIA)
    objects = {key: one for key, one in target.objects.items() if key not in keys}
    tombstones = {key: since for key, since in target.tombstones.items() if key not in keys}
    steps = [Step("delete", key, "unused", target.objects[key].size) for key in keys]
    target = replace(target, objects=objects, tombstones=tombstones)
    return replace(made, target=target, deletes=(*made.deletes, *steps))


def _topics(tree: Tree, was: Published, changes: Iterable[Change], sent: Keys) -> tuple[str, ...]:
    """Return the feeds that a hub would be told of: those sent with something new in them."""
    if "notify" in was.pending:  # a publish died before it told anybody
        return tuple(sorted(tree.topics))
    before = was.items
    tell = any(c.what != "changed" or _said(c.item) != _said(before[c.item.guid]) for c in changes)
    return tuple(sorted(tree.topics & set(sent))) if tell else ()


def _changed(item: PublishedItem, before: PublishedItem, zone: ZoneInfo) -> Change:
    """Return a change with what listeners may notice of it, in words."""
    old, new = before.enclosure, item.enclosure
    replaced = bool(old and new and (old.key, old.url) != (new.key, new.url))
    words = ["other audio"] if replaced else []
    if item.published != before.published:
        words.append(f"its date was {before.published.astimezone(zone):%Y-%m-%d %H:%M}")
    return Change("changed", item, ", ".join(words), replaced)


def _said(item: PublishedItem) -> tuple[object, ...]:
    """Return what of an item is worth a message: its title, its audio, the author's own date."""
    sound = item.enclosure
    return item.title, item.updated, sound and (sound.key, sound.url, sound.length)


def _reason(want: PublishedObject, known: PublishedObject | None, there: Head | None) -> str:
    """Return why an object must be sent; nothing where the right one is there."""
    # A record without an etag announces what a publish that died wanted to send.
    if there is None:
        return "gone from the store" if known and known.etag else "new"
    if known and _as_recorded(known, there):
        if known.sha256 != want.sha256:
            return "content differs"
        return "" if known.headers == want.headers else "headers differ"
    headers_fit = there.headers in ({}, want.headers)  # a folder keeps none
    if headers_fit and (there.sha256, there.size) == (want.sha256, want.size):
        return ""
    if known is None:
        return _FOREIGN
    return "changed by somebody else" if known.etag else "left by a publish that stopped"


def _due(tombstones: Mapping[str, datetime], now: datetime, objects: int) -> list[str]:
    """Return what has been gone for long enough, the oldest first, and never much in one run."""
    old = sorted((since, key) for key, since in tombstones.items() if now - since >= GRACE)
    # One other word gives many files of the index other names: they are no sign of a mishap.
    index = [key for _, key in old if key.startswith(SEARCH)]
    due = [key for _, key in old if not key.startswith(SEARCH)]
    at_once = sum(tombstones[key] == _AT_ONCE for key in due)
    return due[: at_once + max(25, objects // 10)] + index


def _changes(tree: Tree, published: Published, zone: ZoneInfo) -> tuple[Change, ...]:
    """Return the items whose own record differs: a page is also sent for a neighbour's title."""
    found = []
    for guid, item in tree.items.items():
        before = published.items.get(guid)
        if before is None or before.state != "live":
            if item.state == "live":
                found.append(Change("new", item))
        elif item.state != "live":
            found.append(Change("withdrawn", before))
        elif replace(item, former=before.former, media=before.media) != before:  # as others see it
            found.append(_changed(item, before, zone))
    return tuple(sorted(found, key=lambda c: (c.item.published, c.item.guid), reverse=True))
