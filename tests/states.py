"""A small site as bytes, what is published of it, and a publish without a pipeline."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import builders
import clocks
from memory import MemoryStore

from activefeed.model import Published, PublishedItem, Site
from activefeed.publish import apply, manifest, plan
from activefeed.publish.apply import Listeners, Outcome
from activefeed.publish.lease import Lease, Terms
from activefeed.publish.notify import Cdn
from activefeed.publish.plan import Plan, Step
from activefeed.publish.store import Store
from activefeed.tree import Tier, Tree, artifact

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=25)  # after the grace of what is gone
SOUND = "media/strong-hips.abababababab.mp3"
CHAPTERS = "podcast/strong-hips/chapters.json"
PAGE = "podcast/strong-hips.html"
FEED = "podcast/feed.xml"
FEED_LINKS = f'<link>{builders.BASE}/{PAGE}</link><enclosure url="{builders.BASE}/{SOUND}"/>'
BODIES: dict[str, tuple[Tier, str]] = {
    "blog/feed.xml": (Tier.FEED, "<rss>blog</rss>"),
    FEED: (Tier.FEED, f"<rss>{FEED_LINKS}</rss>"),
    "zz/feed.json": (Tier.FEED, "{}"),
    "index.html": (Tier.PAGE, "<h1>Clinic</h1>"),
    PAGE: (Tier.PAGE, "<h1>Strong hips</h1>"),
    CHAPTERS: (Tier.DETAIL, '{"chapters": []}'),
    SOUND: (Tier.MEDIA, "sound"),
}


def published_item(**changes: Any) -> PublishedItem:
    """Return what is public of the builders' episode."""
    one = builders.item()
    record = PublishedItem(
        one.guid, one.kind, one.slug, one.title, PAGE, one.published, one.updated,
        builders.enclosure(),
    )  # fmt: skip
    return replace(record, **changes)


def tree(
    bodies: Mapping[str, str] | None = None,
    *,
    items: Collection[PublishedItem] = (),
    without: Collection[str] = (),
) -> Tree:
    """Return the small site; ``bodies`` change the text of a path, or add a page of that name."""
    wanted = {path: one for path, one in BODIES.items() if path not in without}
    for path, text in (bodies or {}).items():
        wanted[path] = (wanted.get(path, (Tier.PAGE, ""))[0], text)
    made = [artifact(path, tier, text.encode()) for path, (tier, text) in wanted.items()]
    found = {item.guid: item for item in items or (published_item(),)}
    return Tree(builders.BASE, {one.path: one for one in made}, items=found, main_feed=FEED)


def make_plan(made: Tree, store: Store, *, now: datetime = NOW, site: Site | None = None) -> Plan:
    """Look at a target and plan, as the pipeline does."""
    published = state(store)
    there = store.list()
    for key in plan.doubtful({*made.artifacts, *made.kept, *published.objects}, published, there):
        del there[key]
        if head := store.head(key):
            there[key] = head
    return plan.make(site or builders.site(), made, published, there, now)


def lease(store: Store, **terms: Any) -> Lease:
    """Return a lease that takes over any other at once, and never waits in earnest."""
    return Lease(store, clocks.quick(), Terms(**{"ttl": -1.0, **terms}))


def publish(
    made: Tree,
    store: Store,
    *,
    now: datetime = NOW,
    report: Callable[[Step], None] = lambda step: None,
    hub: str = "",
    cdn: Cdn | None = None,
) -> Outcome:
    """Plan and apply under a lease, as the pipeline does."""
    with lease(store) as held:
        _, etag = manifest.read(store)
        to = Listeners(report, hub, cdn)
        return apply.apply(make_plan(made, store, now=now), made, held, etag, to)


def state(store: Store) -> Published:
    """Return the state of a target."""
    return manifest.read(store)[0] or Published()


def live_site() -> MemoryStore:
    """Return a target to which the small site was published."""
    store = MemoryStore()
    publish(tree(), store)
    return store
