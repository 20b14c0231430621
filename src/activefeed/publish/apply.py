"""Carry out a Plan phase by phase, each a barrier: media, details, pages, state, feeds, deletions.

Decides nothing that the plan did not; a failure anywhere leaves the old feed whole.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from urllib.parse import unquote

from activefeed import urls
from activefeed.model import Published, PublishedObject
from activefeed.problems import Problem, Refused, StoreError
from activefeed.publish import manifest, notify
from activefeed.publish.lease import Lease
from activefeed.publish.plan import Plan, Step
from activefeed.publish.store import Store
from activefeed.tree import Artifact, Tier, Tree


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a finished publish learnt beyond its plan."""

    requests: int  # made of the store, with those that had to be repeated
    warnings: tuple[Problem, ...] = ()  # what went wrong without harm


@dataclass(frozen=True, slots=True)
class Listeners:
    """Who hears of a publish: of each step, and of what changed."""

    report: Callable[[Step], None] = lambda _: None
    hub: str = ""  # WebSub hub to tell of news
    cdn: notify.Cdn | None = None  # a cache in front, to tell of changes


def apply(plan: Plan, tree: Tree, lease: Lease, etag: str | None, to: Listeners) -> Outcome:
    """Take a target, whose state has that etag, to a tree; running again finishes.

    Raises StoreError, Refused or Busy.
    """
    # What is to be sent has no etag yet: so the next run knows what a dead one may have left.
    objects = {**plan.before.objects, **plan.target.objects}
    work = _Work(plan, tree, lease, etag, to, objects)
    work.prepare()
    work.announce()
    warnings = work.tell()
    work.clean()
    return Outcome(lease.store.requests, tuple(warnings))


@dataclass(slots=True)
class _Work:
    """A plan while it is carried out."""

    plan: Plan
    tree: Tree
    lease: Lease
    etag: str | None  # of the state as it is
    listeners: Listeners
    objects: dict[str, PublishedObject]  # as they are, and as they will be

    def of(self, *tiers: Tier) -> list[Step]:
        """Return what is to be sent of some phases."""
        return [step for step in self.plan.sends if self.objects[step.key].tier in tiers]

    @property
    def pending(self) -> tuple[str, ...]:
        """What is left to do when all but the feeds is there."""
        plan, to, feeds = self.plan, self.listeners, self.of(Tier.FEED)
        told = ("invalidate", to.cdn and plan.refresh), ("notify", to.hub and plan.topics)
        rows = ("feeds", feeds), *told, ("delete", plan.deletes)
        return tuple(name for name, todo in rows if todo)

    def prepare(self) -> None:
        """Send everything that the feeds will speak of, and look whether it is there."""
        store, before, artifacts = self.lease.store, self.plan.before, self.tree.artifacts
        if self.of(Tier.MEDIA, Tier.DETAIL, Tier.PAGE):  # nothing is announced: all is as it was
            sending, site = ("pages", *self.pending), self.plan.target.site
            self._record(replace(before, site=site, objects=self.objects, pending=sending))
        self._send(Tier.MEDIA)
        if self.of(Tier.DETAIL, Tier.PAGE):
            self.lease.confirm()  # the media may have taken hours
        self._send(Tier.DETAIL)
        self._send(Tier.PAGE)
        for step in self.of(Tier.FEED):
            _check_references(artifacts[step.key], self.tree, store)

    def announce(self) -> None:
        """Write the new identities, then the feeds; nobody else's, and the main one last."""
        target, stones = self.plan.target, self.plan.tombstones
        if self.pending:
            announced = replace(target, objects=self.objects, tombstones=stones)
            self._record(replace(announced, pending=self.pending))
        if feeds := self.of(Tier.FEED):
            self.lease.confirm()
        for step in feeds:
            etag = self.lease.put(self.tree.artifacts[step.key], self.plan.seen.get(step.key))
            self._done(step, etag)

    def tell(self) -> list[Problem]:
        """Tell caches and readers; what does not listen is a warning."""
        base, plan, to = self.tree.base, self.plan, self.listeners
        run = f"{self.lease.token}-{plan.target.generation}"
        warnings = notify.invalidate(to.cdn, plan.refresh, base, run) if to.cdn else []
        topics = [f"{base}/{key}" for key in plan.topics if to.hub]
        return warnings + (notify.websub(to.hub, topics) if topics else [])

    def clean(self) -> None:
        """Delete what nothing speaks of any more, and strike out what was left to do."""
        if self.plan.deletes:
            self.lease.confirm()
        for step in self.plan.deletes:
            self.lease.store.delete(step.key)
            self.listeners.report(step)
        self.lease.store.tidy({*self.objects, manifest.KEY})
        objects = {key: self.objects[key] for key in self.plan.target.objects}
        self._record(replace(self.plan.target, objects=objects))

    def _record(self, state: Published) -> None:
        self.etag = manifest.write(self.lease, state, self.etag)

    def _send(self, tier: Tier) -> None:
        """Send what is of a phase, several at a time; the first failure ends them all."""
        steps = self.of(tier)
        with ThreadPoolExecutor(max(1, min(self.lease.store.workers, len(steps)))) as pool:
            tasks = {pool.submit(self._put, step.key): step for step in steps}
            try:
                for task in as_completed(tasks):
                    self._done(tasks[task], task.result())
            except BaseException:
                pool.shutdown(wait=True, cancel_futures=True)
                raise

    def _put(self, key: str) -> str:
        one = self.tree.artifacts[key]
        if one.tier is not Tier.MEDIA and self.lease.proven:
            return self.lease.put(one, self.plan.seen.get(key))
        etag = self.lease.store.put(one)
        if one.tier is Tier.MEDIA:
            self._verify(key)
        return etag

    def _done(self, step: Step, etag: str) -> None:
        self.objects[step.key] = replace(self.objects[step.key], etag=etag)
        self.listeners.report(step)

    def _verify(self, key: str) -> None:
        """Look whether a medium is in the store as it was sent."""
        store, sent = self.lease.store, self.objects[key]
        head = store.head(key)
        if head is None or not head.holds(sent.size, sent.sha256):
            raise StoreError.of("not-whole", key=key, place=store.place)
        if encoding := head.headers.get("Content-Encoding"):
            raise StoreError.of("encoded", key=key, place=store.place, encoding=encoding)


def references(body: bytes, base: str, prefix: str = "") -> set[str]:
    """Return the keys of all addresses below ``base`` that a feed links to, behind a prefix too.

    An address is a whole attribute, element or string; one inside a sentence is only text.
    """
    start = rf"(?:{re.escape(base)}|{re.escape(urls.prefixed(prefix, base))})"
    url = rf"""(?<=["'>]){start}/([^\s"'<>&#?\\]*)(?=["'<>&#?\\])"""
    return {unquote(path) for path in re.findall(url, body.decode())}


def _check_references(feed: Artifact, tree: Tree, store: Store) -> None:
    """Refuse a feed that names an address of ours at which nothing answers."""
    ours = tree.artifacts.keys() | tree.kept  # feeds are on their way, the rest is there
    for path in sorted(references(feed.open().read(), tree.base, tree.prefix)):
        keys = {path, f"{path}index.html"} - {""}
        # Others may have put something beside us.
        if not keys & ours and not any(store.head(key) for key in keys):
            raise Refused.of("dead-link", feed=feed.path, url=f"{tree.base}/{path}")
