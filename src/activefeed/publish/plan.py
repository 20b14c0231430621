"""The difference between a Tree and a target, as steps with reasons; pure.

Holds no connection: a plan can be printed, compared and tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from activefeed.model import Published, PublishedItem, PublishedObject, Site
from activefeed.publish import manifest
from activefeed.publish.store import Head, Listed
from activefeed.tree import Artifact, Tier, Tree

GRACE = timedelta(hours=24)  # cached feeds and pages still point at what is gone


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

    what: str  # new, changed, withdrawn
    item: PublishedItem


@dataclass(frozen=True, slots=True)
class Plan:
    """What a publish would do."""

    sends: tuple[Step, ...]  # in the order of sending: by tier, the main feed last
    deletes: tuple[Step, ...]
    changes: tuple[Change, ...]
    same: int  # objects that stay as they are
    target: Published  # the state when all of it is done; objects to send have no etag yet
    before: Published
    foreign: tuple[str, ...] = ()  # keys to write that somebody else wrote
    missing: tuple[str, ...] = ()  # keys to keep that are gone from the store

    @property
    def empty(self) -> bool:
        """Nothing to send, to delete, to record or to finish."""
        same = replace(self.target, generation=self.before.generation) == self.before
        return not self.sends and not self.deletes and same


def doubtful(tree: Tree, published: Published, listing: Mapping[str, Listed]) -> list[str]:
    """Return keys of the tree that are there, but not as recorded: one HEAD each tells."""
    return [
        key
        for key in (*tree.artifacts, *tree.kept)
        if key in listing and not _as_recorded(published.objects.get(key), listing[key])
    ]


def _as_recorded(known: PublishedObject | None, listed: Listed | None) -> bool:
    return bool(known and listed and (known.etag, known.size) == (listed.etag, listed.size))


@dataclass(frozen=True, slots=True)
class Target:
    """What was found at a target."""

    published: Published
    listing: Mapping[str, Listed]
    heads: Mapping[str, Head]  # of doubtful keys


def make(site: Site, tree: Tree, target: Target, now: datetime, *, adopt: bool = False) -> Plan:
    """Return the plan that takes a target to a tree."""
    published = target.published
    sends: list[Step] = []
    objects: dict[str, PublishedObject] = {}
    foreign: list[str] = []
    for key, one in tree.artifacts.items():
        reason = _reason(one, target)
        head = target.heads.get(key)
        if reason is None:
            known = published.objects.get(key)
            etag = head.etag if head else known.etag if known else ""
            objects[key] = _record(one, etag)
            continue
        if key in target.listing and key not in published.objects and not _ours(head):
            foreign.append(key)
        objects[key] = _record(one, "")
        sends.append(Step("send", key, reason, one.size))
    missing = [key for key in tree.kept if key not in target.listing]
    stale = {
        key: record
        for key, record in published.objects.items()
        if key not in objects and key not in tree.kept
    }
    objects |= {key: published.objects[key] for key in tree.kept if key in published.objects}
    tombstones = {
        key: published.tombstones.get(key, now)
        for key, record in stale.items()
        if record.tier != Tier.MEDIA
    }
    deletes = _deletes(tombstones, now, len(published.objects))
    objects |= {key: record for key, record in stale.items() if key not in deletes}
    state = Published(
        site=site.id,
        podcast=site.show.guid if site.show else "",
        addresses=site.addresses,
        url=tree.base,
        feed=tree.main_feed,
        generation=published.generation + 1,
        objects=dict(sorted(objects.items())),
        items=tree.items,
        tombstones={key: since for key, since in tombstones.items() if key not in deletes},
    )
    return Plan(
        sends=tuple(sorted(sends, key=lambda step: _order(tree, step))),
        deletes=tuple(Step("delete", key, "no longer built") for key in deletes),
        changes=_changes(tree, published, {step.key for step in sends}),
        same=len(tree.artifacts) + len(tree.kept) - len(sends),
        target=state,
        before=published,
        foreign=() if adopt else tuple(foreign),
        missing=tuple(sorted(missing)),
    )


def _reason(one: Artifact, target: Target) -> str | None:
    """Return why an object must be sent; None where the right one is there."""
    known, listed = target.published.objects.get(one.path), target.listing.get(one.path)
    if listed is None:
        return "new" if known is None else "gone from the store"
    head = target.heads.get(one.path)
    if head is not None:
        right = head.sha256 == one.sha256 and head.size == one.size
        if right and (not head.headers or _sent(one.headers, head)):
            return None
        return "changed by somebody else" if known else "there, but not as it should be"
    assert known is not None
    if known.sha256 != one.sha256:
        return "content differs"
    return None if known.headers == one.headers else "headers differ"


def _ours(head: Head | None) -> bool:
    """Whether an object that no state knows was left by a run of ours that died.

    Buckets keep our hash beside the headers; a folder keeps neither.
    """
    return bool(head and head.headers and head.sha256)


def _sent(headers: Mapping[str, str], head: Head) -> bool:
    return all(head.headers.get(name) == value for name, value in headers.items())


def _record(one: Artifact, etag: str) -> PublishedObject:
    return PublishedObject(one.sha256, one.size, one.headers, etag, int(one.tier))


def _order(tree: Tree, step: Step) -> tuple[int, bool, str]:
    return (tree.artifacts[step.key].tier, step.key == tree.main_feed, step.key)


def _deletes(tombstones: Mapping[str, datetime], now: datetime, objects: int) -> list[str]:
    """Return what has been gone for long enough, unless that is suspiciously much."""
    due = sorted(key for key, since in tombstones.items() if now - since >= GRACE)
    return due if len(due) <= max(25, objects // 10) else []


def _changes(tree: Tree, published: Published, sent: set[str]) -> tuple[Change, ...]:
    found = []
    for guid, item in tree.items.items():
        before = published.items.get(guid)
        if item.state == "withdrawn":
            if before and before.state == "live":
                found.append(Change("withdrawn", item))
        elif before is None or before.state == "withdrawn":
            found.append(Change("new", item))
        elif item.key in sent or item != before:
            found.append(Change("changed", item))
    return tuple(sorted(found, key=lambda c: (c.item.published, c.item.guid), reverse=True))


def is_ours(key: str) -> bool:
    """Return whether a listed key is state, not site."""
    return key.startswith(manifest.FOLDER)
