"""Carry out a Plan phase by phase, each a barrier: media, details, pages, state, feeds, deletions.

Decides nothing that the plan did not; a failure anywhere leaves the old feed whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from activefeed.model import Published, PublishedObject
from activefeed.problems import Refused, StoreError
from activefeed.publish.manifest import Writer
from activefeed.publish.plan import Plan, Step
from activefeed.publish.store import Store
from activefeed.tree import Tier, Tree

Report = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a publish did."""

    sent: tuple[Step, ...]
    deleted: tuple[Step, ...]
    conditional: bool  # the store refuses a second writer of the state


def apply(plan: Plan, tree: Tree, store: Store, writer: Writer, report: Report) -> Outcome:
    """Take a target to a tree. Raises StoreError, Refused or Busy; running again finishes."""
    objects = dict(plan.target.objects)

    def phase(tier: Tier) -> None:
        steps = [step for step in plan.sends if tree.artifacts[step.key].tier is tier]
        for step in steps:
            etag = store.put(tree.artifacts[step.key])
            objects[step.key] = replace(objects[step.key], etag=etag)
            report(step)
        if tier is Tier.MEDIA:
            for step in steps:
                _verify(store, step.key, objects[step.key])

    for tier in (Tier.MEDIA, Tier.DETAIL, Tier.PAGE):
        phase(tier)
    feeds = [step.key for step in plan.sends if tree.artifacts[step.key].tier is Tier.FEED]
    _check_references(feeds, tree, objects)
    pending = (*(["feeds"] if feeds else []), *(["delete"] if plan.deletes else []))
    if pending:
        writer.write(_state(plan, objects, pending))
    phase(Tier.FEED)
    for step in plan.deletes:
        store.delete(step.key)
        report(step)
    writer.write(_state(plan, objects, ()))
    return Outcome(plan.sends, plan.deletes, bool(writer.proven))


def _state(plan: Plan, objects: dict[str, PublishedObject], pending: tuple[str, ...]) -> Published:
    """Return the state as it is now: what was not sent yet keeps its old record."""
    if not pending:
        return replace(plan.target, objects=objects)
    before = plan.before.objects
    leaving = {step.key: before[step.key] for step in plan.deletes}
    known = {key: one if one.etag else before.get(key) for key, one in objects.items()}
    present = {key: one for key, one in (known | leaving).items() if one}
    return replace(plan.target, objects=dict(sorted(present.items())), pending=pending)


def _verify(store: Store, key: str, sent: PublishedObject) -> None:
    """Look whether a medium is in the store as it was sent."""
    head = store.head(key)
    if head is None or head.size != sent.size or head.sha256 not in ("", sent.sha256):
        raise StoreError(f"{key} did not arrive whole in {store.place}", "run the command again")
    encoding = head.headers.get("Content-Encoding")
    if encoding:
        raise StoreError(
            f"{store.place} marks {key} as {encoding}, so that apps cannot play it",
            "ask the host of the storage to support plain uploads",
        )


def references(body: bytes, base: str) -> set[str]:
    """Return the keys of all addresses below ``base`` that a feed names."""
    text = body.decode()
    found = re.findall(re.escape(base) + r"/([^\s\"'<>&#?)\\]*)", text)
    return {unquote(path) for path in found}


def _check_references(
    feeds: Iterable[str], tree: Tree, objects: dict[str, PublishedObject]
) -> None:
    """Refuse a feed that names an address of ours at which nothing answers."""
    present = set(tree.kept) | {key for key, one in objects.items() if one.etag}
    present |= {key for key, one in tree.artifacts.items() if one.tier is Tier.FEED}
    for feed in feeds:
        body = tree.artifacts[feed].body
        assert isinstance(body, bytes)
        for path in sorted(references(body, tree.base)):
            if not {path, f"{path}index.html"} & present:
                raise Refused(
                    f"{feed} names {tree.base}/{path}, but nothing is there",
                    "this is a fault of activefeed: please report it; the old feed is untouched",
                )
