"""Carry out a Plan phase by phase, each a barrier: media, details, pages, state, feeds, deletions.

Decides nothing that the plan did not; a failure anywhere leaves the old feed whole.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import unquote

from activefeed import urls
from activefeed.model import PublishedObject
from activefeed.problems import Problem, Refused, StoreError
from activefeed.publish import notify
from activefeed.publish.manifest import Writer
from activefeed.publish.plan import Plan, Step
from activefeed.publish.store import Store
from activefeed.tree import Artifact, Tier, Tree

Report = Callable[[Step], None]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished publish learnt beyond its plan."""

    conditional: bool  # the store refuses a second writer of the state
    warnings: tuple[Problem, ...] = ()  # what went wrong without harm


def apply(plan: Plan, tree: Tree, store: Store, writer: Writer, report: Report) -> Outcome:
    """Take a target to a tree. Raises StoreError, Refused or Busy; running again finishes."""
    before, target = plan.before, plan.target
    # What is to be sent has no etag yet: so the next run knows what a dead one may have left.
    objects = {**before.objects, **target.objects}
    phases = {tier: [s for s in plan.sends if objects[s.key].tier == tier] for tier in Tier}

    def send(tier: Tier) -> None:
        for step in phases[tier]:
            etag = store.put(tree.artifacts[step.key])
            objects[step.key] = replace(objects[step.key], etag=etag)
            report(step)

    feeds = phases[Tier.FEED]
    steps = (("feeds", feeds), ("notify", plan.topics), ("delete", plan.deletes))
    pending = tuple(name for name, todo in steps if todo)
    if len(plan.sends) > len(feeds):  # nothing is announced yet: all else is as it was
        left = ("pages", *pending)
        writer.write(replace(before, site=target.site, objects=objects, pending=left))
    send(Tier.MEDIA)
    for step in phases[Tier.MEDIA]:
        _verify(store, step.key, objects[step.key])
    send(Tier.DETAIL)
    send(Tier.PAGE)
    for step in feeds:
        _check_references(tree.artifacts[step.key], tree, store)
    if pending:
        tombstones = {**before.tombstones, **target.tombstones}
        writer.write(replace(target, objects=objects, tombstones=tombstones, pending=pending))
    send(Tier.FEED)
    topics = [f"{tree.base}/{key}" for key in plan.topics]
    warnings = notify.websub(tree.hub, topics) if topics else []
    for step in plan.deletes:
        store.delete(step.key)
        report(step)
    writer.write(replace(target, objects={key: objects[key] for key in target.objects}))
    return Outcome(bool(writer.proven), tuple(warnings))


def _verify(store: Store, key: str, sent: PublishedObject) -> None:
    """Look whether a medium is in the store as it was sent."""
    head = store.head(key)
    if head is None or head.size != sent.size or head.sha256 not in ("", sent.sha256):
        raise StoreError(f"{key} did not arrive whole in {store.place}", "run the command again")
    if encoding := head.headers.get("Content-Encoding"):
        what = f"{store.place} marks {key} as {encoding}, so that apps cannot play it"
        raise StoreError(what, "ask the host of the storage to support plain uploads")


def references(body: bytes, base: str, prefix: str = "") -> set[str]:
    """Return the keys of all addresses below ``base`` that a feed links to, behind a prefix too.

    An address is a whole attribute, element or string; one inside a sentence is only text.
    """
    start = rf"(?:{re.escape(base)}|{re.escape(urls.prefixed(prefix, base))})"
    url = rf"""(?<=["'>]){start}/([^\s"'<>&#?\\]*)(?=["'<>&#?\\])"""
    return {unquote(path) for path in re.findall(url, body.decode())}


def _check_references(feed: Artifact, tree: Tree, store: Store) -> None:
    """Refuse a feed that names an address of ours at which nothing answers."""
    assert isinstance(feed.body, bytes)
    ours = tree.artifacts.keys() | tree.kept  # feeds are on their way, the rest is there
    for path in sorted(references(feed.body, tree.base, tree.prefix)):
        keys = {path, f"{path}index.html"} - {""}
        # Others may have put something beside us.
        if not keys & ours and not any(store.head(key) for key in keys):
            what = f"{feed.path} links to {tree.base}/{path}, but nothing is there"
            fix = "correct the link, or publish what it leads to; the old feeds are untouched"
            raise Refused(what, fix)
