"""The difference between a Tree and a target, as steps with reasons; pure.

Holds no connection: a plan can be printed, compared and tested.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from activefeed.model import Published, PublishedItem, PublishedObject, Site
from activefeed.publish.store import Head, Listed
from activefeed.tree import Tier, Tree

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
    missing: tuple[str, ...] = ()  # published audio that is neither here nor there

    @property
    def empty(self) -> bool:
        """Nothing to send, to delete, to record or to finish."""
        same = replace(self.target, generation=self.before.generation) == self.before
        return not self.sends and not self.deletes and same


@dataclass(frozen=True, slots=True)
class Target:
    """What was found at a target."""

    published: Published
    listing: Mapping[str, Listed]
    heads: Mapping[str, Head]  # of doubtful keys


def doubtful(tree: Tree, published: Published, listing: Mapping[str, Listed]) -> list[str]:
    """Return keys of the tree that are there, but not as recorded: one HEAD each tells."""
    return [
        key
        for key in (*tree.artifacts, *sorted(tree.kept))
        if key in listing and not _as_recorded(published.objects.get(key), listing[key])
    ]


def _as_recorded(known: PublishedObject | None, listed: Listed) -> bool:
    return known is not None and (known.etag, known.size) == (listed.etag, listed.size)


def make(site: Site, tree: Tree, target: Target, now: datetime, *, adopt: bool = False) -> Plan:
    """Return the plan that takes a target to a tree."""
    published, listing = target.published, target.listing
    wanted = {
        one.path: PublishedObject(one.sha256, one.size, one.headers, "", int(one.tier))
        for one in tree.artifacts.values()
    }
    wanted |= {key: published.objects[key] for key in tree.kept if key in published.objects}
    reasons = {
        key: reason for key, want in wanted.items() if (reason := _reason(key, want, target))
    }
    objects = {
        key: replace(want, etag="" if key in reasons else listing[key].etag)
        for key, want in wanted.items()
    }
    stale = {k: v for k, v in published.objects.items() if k not in objects and k in listing}
    since = published.tombstones
    tombstones = {k: since.get(k, now) for k, v in stale.items() if v.tier != Tier.MEDIA}
    deletes = _due(tombstones, now, len(published.objects))
    objects |= {key: record for key, record in stale.items() if key not in deletes}
    sends = [
        Step("send", key, reason, tree.artifacts[key].size)
        for key, reason in reasons.items()
        if key in tree.artifacts
    ]
    foreign = [s.key for s in sends if s.key in listing and s.key not in published.objects]
    state = Published(
        site=site.id,
        podcast=site.show.guid if site.show else "",
        addresses=site.addresses,
        url=tree.base,
        feed=tree.main_feed,
        generation=published.generation + 1,
        objects=dict(sorted(objects.items())),
        items=tree.items,
        tombstones={key: when for key, when in tombstones.items() if key not in deletes},
    )
    return Plan(
        sends=tuple(sorted(sends, key=lambda step: _order(tree, step))),
        deletes=tuple(Step("delete", key, "no longer built") for key in deletes),
        changes=_changes(tree, published, {step.key for step in sends}),
        same=len(wanted) - len(reasons),
        target=state,
        before=published,
        foreign=() if adopt else tuple(foreign),
        missing=tuple(sorted(key for key in tree.kept if key in reasons or key not in wanted)),
    )


def _reason(key: str, want: PublishedObject, target: Target) -> str | None:
    """Return why an object must be sent; None where the right one is there."""
    known, listed = target.published.objects.get(key), target.listing.get(key)
    if known and listed and _as_recorded(known, listed):
        if known.sha256 != want.sha256:
            return "content differs"
        return None if known.headers == want.headers else "headers differ"
    head = target.heads.get(key)
    # A record without an etag announces what a publish that died wanted to send.
    if listed is None or head is None:
        return "gone from the store" if known and known.etag else "new"
    # A folder keeps no headers.
    headers_fit = not head.headers or want.headers.items() <= head.headers.items()
    if headers_fit and (head.sha256, head.size) == (want.sha256, want.size):
        return None
    if known is None:
        return "there, but not ours"
    return "changed by somebody else" if known.etag else "left by a publish that stopped"


def _order(tree: Tree, step: Step) -> tuple[int, bool, str]:
    return (tree.artifacts[step.key].tier, step.key == tree.main_feed, step.key)


def _due(tombstones: Mapping[str, datetime], now: datetime, objects: int) -> list[str]:
    """Return what has been gone for long enough, the oldest first, and never much in one run."""
    due = sorted((since, key) for key, since in tombstones.items() if now - since >= GRACE)
    return [key for _, key in due[: max(25, objects // 10)]]


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
