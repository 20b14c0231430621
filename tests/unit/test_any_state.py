"""Whatever lies at a target, whatever fails: nothing is announced or deleted too early, and a run
that is left alone takes it to the tree.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import anysite
import builders
import clocks
import pytest
from anysite import BASE, BLOG, FEEDS, FOREIGN, MAIN, OWN, Harm, Words, render
from failing import NONE, FailingStore, Faults
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st
from memory import MemoryStore
from states import NOW

from activefeed.model import Published
from activefeed.problems import ActivefeedError
from activefeed.publish import apply, guard, lease, manifest, plan, recover
from activefeed.publish.plan import Plan
from activefeed.tree import Tier, Tree

SITE = builders.site()


def known(store: MemoryStore) -> tuple[Published, str | None]:
    """Return the state, or what can be rebuilt of it, and the etag of the state."""
    published, etag = manifest.read(store)
    return published or recover.rebuild(store, store.list(), [MAIN, BLOG], SITE.id), etag


def look(words: Words, store: MemoryStore, now: datetime) -> tuple[Plan, Tree, str | None]:
    """Read the state, or rebuild it, and plan: as the command does."""
    published, etag = known(store)
    there = store.list()
    made = render(words, published)
    for key in plan.doubtful({*made.artifacts, *made.kept}, published, there):
        if head := store.head(key):
            there[key] = head
        else:
            del there[key]
    return plan.make(SITE, made, published, there, now), made, etag


def publish(words: Words, store: MemoryStore, now: datetime, old: timedelta | None = None) -> Plan:
    """Look, and apply under a lease; ``old``: with the media that nothing used for so long."""

    def prepared() -> tuple[Plan, Tree, str | None]:
        made, tree, etag = look(words, store, now)
        return (plan.prune(made, now - old) if old is not None else made), tree, etag

    made, tree, etag = prepared()
    if guard.losses(made, adopt=True) or made.empty:
        return made
    terms = lease.Terms(ttl=-1.0)  # nobody else is there; a dead run may have left its lease
    with lease.Lease(store, clocks.quick(), terms) as held:
        if manifest.read(store)[1] != etag:
            made, tree, etag = prepared()
        apply.apply(made, tree, held, etag, apply.Listeners())
    return made


def bodies(store: MemoryStore) -> dict[str, bytes]:
    return {key: body for key, (body, _) in store.objects.items()}


def dead(store: MemoryStore) -> set[str]:
    """Return what live feeds name and what is not there."""
    there = store.objects
    named = {
        key for feed in FEEDS if feed in there
        for key in apply.references(there[feed][0], BASE)
    }  # fmt: skip
    return named - there.keys()


@dataclass(frozen=True, slots=True)
class World:
    """A target with a past, and a site that it is to be taken to."""

    past: tuple[tuple[Words, Faults, int], ...]  # with the hours until the next
    harm: Harm
    wanted: Words
    trouble: tuple[Faults, ...]  # runs that go wrong before one that does not
    conditions: bool
    unheard: frozenset[int]
    old: timedelta | None  # prune

    def target(self) -> MemoryStore:
        """Return the target as it is before the runs of interest."""
        ticks = count()
        store = MemoryStore(now=lambda: float(next(ticks)))
        now = NOW - timedelta(hours=sum(hours for *_, hours in self.past))
        for words, wrong, hours in self.past:
            run(self.failing(store, wrong), words, now)
            now += timedelta(hours=hours)
        anysite.harm(store, self.harm)
        return store

    @property
    def corrected(self) -> Words:
        """The site with other words in every page."""
        episodes = {
            name: replace(one, title=f"{one.title}, corrected", chapters=False)
            for name, one in self.wanted.episodes.items()
        }
        return replace(self.wanted, episodes=episodes)

    def failing(self, store: MemoryStore, wrong: Faults = NONE) -> FailingStore:
        """Return a target as a run meets it."""
        return FailingStore(
            store.objects, now=store.now, faults=wrong,
            conditions=self.conditions, unheard=self.unheard,
        )  # fmt: skip


def run(store: MemoryStore, words: Words, now: datetime, old: timedelta | None = None) -> bool:
    """Publish; return whether it went well."""
    try:
        publish(words, store, now, old)
    except ActivefeedError:
        return False
    return True


operations = st.integers(0, 45)
faults = st.one_of(
    st.builds(Faults, on=operations, done=st.booleans()),
    st.builds(Faults, st.frozensets(operations, max_size=3), done=st.booleans()),
    st.builds(Faults, after=st.sampled_from([MAIN, BLOG, "index.html"]), done=st.booleans()),
)


worlds = st.builds(
    World,
    st.lists(st.tuples(anysite.sites(), faults, st.integers(0, 60)), max_size=3).map(tuple),
    anysite.harms,
    anysite.sites(),
    st.lists(faults, min_size=1, max_size=3).map(tuple),
    st.sampled_from([True, True, False]),
    st.frozensets(operations, max_size=2),
    st.one_of(st.none(), st.integers(0, 48).map(lambda hours: timedelta(hours=hours))),
)


def check_order(log: list[tuple[str, str, bool]]) -> None:
    """No feed is sent and nothing is deleted after anything failed."""
    failed = next((n for n, (*_, wrong) in enumerate(log) if wrong), len(log))
    later = [(what, key) for what, key, _ in log[failed + 1 :]]
    assert not [key for what, key in later if what == "put" and key in FEEDS]
    assert not [key for what, key in later if what == "delete" and not key.startswith(OWN)]
    puts = [key for what, key, _ in log if what == "put"]
    feeds = [n for n, key in enumerate(puts) if key in FEEDS]
    pages = [n for n, key in enumerate(puts) if not key.startswith(OWN) and key not in FEEDS]
    assert max(pages, default=-1) < min(feeds, default=len(puts))
    sent = [key for key in puts if key in FEEDS]
    assert sent == sorted(sent, key=FEEDS.index), "the main feed goes last"
    gone = [n for n, (what, key, _) in enumerate(log) if what == "delete" and key[:12] != OWN]
    last = [n for n, (what, key, _) in enumerate(log) if what == "put" and key in FEEDS]
    assert max(last, default=-1) < min(gone, default=len(log))


def check_deleted(world: World, before: Published, log: list[tuple[str, str, bool]]) -> None:
    """Pages go after a day, media when it is asked for, all of it when something is withdrawn."""
    items = before.items
    takes_down = [
        one for one in world.wanted.withdrawn & items.keys() if items[one].state == "live"
    ]
    for key in [key for what, key, _ in log if what == "delete" and not key.startswith(OWN)]:
        since = before.tombstones.get(key, NOW)
        if before.objects[key].tier == Tier.MEDIA:
            due = world.old is not None and since <= NOW - world.old
        else:
            due = since <= NOW - timedelta(hours=24)
        assert due or takes_down or since.year == 1, key


def check_after(world: World, store: MemoryStore, old: Mapping[str, bytes]) -> None:
    """Whatever happened: what is announced is recorded, and what we left is known as ours."""
    made, tree, _ = look(world.wanted, store, NOW)
    feed, before = bodies(store).get(MAIN), old.get(MAIN)
    if feed != before and tree.items:
        assert made.before.items == tree.items
    event(f"main feed {'as it was' if feed == before else 'sent'}")
    corrected = look(world.corrected, store, NOW)[0]
    strange = {key for key in corrected.foreign if store.objects[key][0] != old.get(key)}
    assert not strange, "what a dead run left is taken for somebody else's"


def check(world: World) -> None:
    store = world.target()
    start, dead_before = bodies(store), dead(store)
    ours = known(store)[0].objects.keys()
    assert not ours & {*FOREIGN}
    wanted = {*render(world.wanted, known(store)[0]).artifacts}
    foreign = {
        key: body for key, body in start.items()
        if key not in ours and key not in wanted and not ourselves(key)
    }  # fmt: skip

    for wrong in world.trouble:
        before = known(store)[0]
        failing = world.failing(store, wrong)
        went = run(failing, world.wanted, NOW, world.old)
        event("a run that went wrong" if not went else "a run that went well")
        check_order(failing.log)
        check_deleted(world, before, failing.log)
        check_after(world, store, start)
        assert dead(store) <= dead_before, "a feed names what is not there any more"
        assert {key: store.objects[key][0] for key in foreign} == foreign

    before = known(store)[0]
    again = world.failing(store)
    made = publish(world.wanted, again, NOW, world.old)
    check_order(again.log)
    check_deleted(world, before, again.log)
    assert {key: store.objects[key][0] for key in foreign} == foreign
    if made.missing:  # the guard refuses it: audio is nowhere
        event("audio that is nowhere")
        assert {what for what, *_ in again.log} <= {"list", "get", "head"}
        everything = {name: replace(one, here=True) for name, one in world.wanted.episodes.items()}
        world = replace(world, wanted=replace(world.wanted, episodes=everything))
        publish(world.wanted, again, NOW, world.old)
    check_result(world, store)


def check_result(world: World, store: MemoryStore) -> None:
    published = manifest.read(store)[0]
    assert published
    tree = render(world.wanted, published)
    for key, one in tree.artifacts.items():
        body, head = store.objects[key]
        assert (body, head.headers) == (one.body, one.headers), key
    assert {*tree.kept} <= store.objects.keys()
    assert dead(store) == set()
    assert published.pending == ()
    assert published.items == tree.items
    assert published.objects.keys() <= store.objects.keys()
    left = look(world.wanted, store, NOW)[0]
    assert left.empty
    if world.old is not None:
        assert plan.prune(left, NOW - world.old).empty


def ourselves(key: str) -> bool:
    return key == manifest.KEY or key.startswith(f"{OWN}lease")


# To shrink such a world takes longer than to understand it.
often = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)  # fmt: skip


@settings(often, max_examples=200)
@given(worlds)
def test_any_state_and_any_failures_come_to_the_tree(world: World) -> None:
    check(world)


@pytest.mark.slow
@settings(often, max_examples=800)
@given(worlds)
def test_any_state_and_any_failures_come_to_the_tree_for_long(world: World) -> None:
    check(world)
