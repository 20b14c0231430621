"""Two who publish at the same time: nothing is lost, nothing goes back, the loser knows why.

On servers that keep conditions, refuse them, and ignore them.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Barrier, Event

import builders
import clocks
import pytest
import sitemaker
import states
from oddstore import Logged, OddStore, Stored, oddstore

from activefeed import publishing
from activefeed.clock import Clock
from activefeed.problems import Busy
from activefeed.publish import apply, manifest, plan
from activefeed.publish.apply import Listeners
from activefeed.publish.lease import Holder, Lease, Terms
from activefeed.publish.plan import Plan, Step
from activefeed.publish.s3 import S3Store
from activefeed.publish.store import FolderStore
from activefeed.publishing import Publication
from activefeed.tree import Tier, Tree, artifact

# Races run SPEED times as fast as the clock on the wall, all of it alike: the publishers' sleeps,
# the pulse of their leases, and the server's times, which are whole seconds as at Amazon. So a
# lease is as far from its end, and two instants are as hard to tell apart, as they are in earnest;
# only the requests take SPEED times as long as they would.
SPEED = 60
TTL = 24.0  # seconds of that clock; a sign of life comes every sixth
EPOCH = 1.8e9
MODES = ("right", "refused", "ignored")
MAIN_FEED = "podcast/feed.xml"
FEEDS = ("blog/feed.xml", MAIN_FEED)  # in the order of their sending
HOLDER = re.compile(r'"publish" begun today \(run ([0-9a-f]{8})\)')
ALIKE = "somebody else published to s3://b at the same time"
ENDED = "somebody else took over the publishing to s3://b"


def paths(*names: str) -> set[str]:
    """Return all that a feed with some episodes names."""
    every = ("media/{}.jpg", "media/{}.mp3", "podcast/{}.html")
    return {path.format(name) for name in names for path in every}


def tree(names: Collection[str], number: int) -> Tree:
    """Return a site of some episodes; the number is in its feeds."""
    made = [artifact("index.html", Tier.PAGE, " ".join(sorted(names)).encode())]
    for path in sorted(paths(*names)):
        tier = Tier.MEDIA if path.startswith("media/") else Tier.PAGE
        made.append(artifact(path, tier, path.encode()))
    links = "".join(f"<link>{builders.BASE}/{path}</link>" for path in sorted(paths(*names)))
    text = f'<rss number="{number}">{links}</rss>'
    made += [artifact(feed, Tier.FEED, text.encode()) for feed in FEEDS]
    items = {name: states.published_item(guid=name, slug=name, enclosure=None) for name in names}
    return Tree(builders.BASE, {one.path: one for one in made}, items=items, main_feed=MAIN_FEED)


def number(feed: bytes) -> int:
    found = re.search(rb'number="(\d+)"', feed)
    assert found
    return int(found[1])


def named(feed: bytes) -> set[str]:
    return apply.references(feed, builders.BASE)


class Watched(dict[str, Stored]):
    """The objects of a server; each feed is looked at in the moment it is written."""

    def __init__(self, before: dict[str, Stored]) -> None:
        super().__init__(before)
        self.faults: list[str] = []

    def __setitem__(self, key: str, new: Stored) -> None:
        old = self.get(key)
        super().__setitem__(key, new)
        if key not in FEEDS or old is None:
            return
        if number(new.body) < number(old.body):
            self.faults.append(f"{key} went back from {number(old.body)} to {number(new.body)}")
        if lost := named(old.body) - named(new.body):
            self.faults.append(f"{key} lost {lost}")
        if absent := named(new.body) - self.keys():
            self.faults.append(f"{key} names {absent}, which is not there")


class Quick(Event):
    """What a pulse waits for between two beats, as fast as races run."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait(timeout and timeout / SPEED)


class Still(Event):
    """The same for somebody whose machine may sleep: no pulse."""

    def wait(self, timeout: float | None = None) -> bool:
        return super().wait()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who adds an episode to a folder that all share, and publishes it."""

    name: str  # of the episode
    store: S3Store
    clock: Clock
    pulse: type[Event]
    tokens: set[str] = field(default_factory=set)  # of its leases
    waited: list[Holder] = field(default_factory=list)  # for whom
    refused: list[str] = field(default_factory=list)  # in what words

    def prepare(self) -> tuple[Plan, Tree, str | None]:
        """Look at the target and plan, as ``publishing`` does; the folder has what is published."""
        before, etag = manifest.read(self.store)
        assert before
        there = self.store.list()
        made = tree({*before.items, self.name}, before.generation + 1)
        for key in plan.doubtful(made.artifacts, before, there):
            if head := self.store.head(key):
                there[key] = head
        return plan.make(builders.site(), made, before, there, states.NOW), made, etag

    def publish(self, start: Callable[[], object] = int) -> None:
        """Publish once, as ``publishing`` does; ``start`` is called when the plan is made."""
        made, wanted, etag = self.prepare()
        start()
        terms = Terms(began="today", tell=self.waited.append, ttl=TTL)
        lease = Lease(self.store, self.clock, terms)
        lease._done = self.pulse()
        self.tokens.add(lease.token)
        with lease:
            if manifest.read(self.store)[1] != etag:
                made, wanted, etag = self.prepare()
            apply.apply(made, wanted, lease, etag, Listeners())

    def insist(self, start: Callable[[], object]) -> None:
        """Publish until it goes well."""
        while True:
            try:
                return self.publish(start)
            except Busy as busy:
                self.refused.append(busy.message)
                start = int


@dataclass(frozen=True, slots=True)
class Ring:
    """A published site, and the time in which it is raced for."""

    server: OddStore
    clock: Clock
    base: dict[str, Stored]

    def reset(self) -> Watched:
        self.server.before = lambda asked: None
        self.server.objects = watched = Watched(self.base)
        self.server.log.clear()
        return watched

    def person(self, name: str, pulse: type[Event] = Quick) -> Person:
        return Person(name, replace(self.server.store(), workers=1), self.clock, pulse)

    @property
    def feeds(self) -> list[bytes]:
        return [self.server.objects[feed].body for feed in FEEDS]


def ring(server: OddStore, clock: Clock) -> Ring:
    server.now = lambda: float(int(EPOCH + clock.monotonic()))
    store = server.store()
    states.publish(tree({"base"}, 1), store)
    return Ring(server, clock, dict(server.objects))


@pytest.fixture(params=MODES)
def fast(request: pytest.FixtureRequest) -> Iterator[Ring]:
    """A site on a server of each kind, where time runs fast."""
    with oddstore(request.param) as server:
        yield ring(
            server,
            Clock(lambda: time.monotonic() * SPEED, lambda seconds: time.sleep(seconds / SPEED)),
        )


def race(here: Ring, chance: random.Random, *, long: bool) -> tuple[Person, Person]:
    """Let two publish at once until both are through; asserts that nothing is lost."""
    watched = here.reset()
    two = here.person("anna"), here.person("ben")
    start = Barrier(2)
    upload = 0.35 if long else 0  # so that it takes longer than two looks

    def before(asked: Logged) -> None:
        sound = asked.method == "PUT" and asked.key.endswith(".mp3")
        time.sleep(upload if sound else chance.choice([0, 0, 0, 0.005 * chance.random()]))

    def begin() -> None:
        start.wait()
        time.sleep(chance.choice([0, 0.02]) * chance.random())

    here.server.before = before
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(one.insist, begin) for one in two]:
            done.result()
    assert watched.faults == []
    assert [named(feed) for feed in here.feeds] == [paths("base", "anna", "ben")] * 2
    assert {key for key in watched if key.startswith("_activefeed/")} == {manifest.KEY}
    deleted = {one.key for one in here.server.log if one.method == "DELETE"}
    assert [key for key in deleted if not key.startswith("_activefeed/")] == []
    return two


def race_on(here: Ring, rounds: int) -> list[str]:
    """Race again and again; return what losers were told when they gave up."""
    chance = random.Random(rounds)
    given_up, waited = [], 0
    for n in range(rounds):
        two = race(here, chance, long=n % 10 == 4)
        for loser, winner in (two, two[::-1]):
            assert {holder.token for holder in loser.waited} <= winner.tokens
            for words in loser.refused:
                assert tells(words, winner)
            given_up += loser.refused
        waited += any(one.waited for one in two)
    assert waited > rounds // 2  # else it was no race
    return given_up


def tells(words: str, of: Person) -> bool:
    """Return whether a loser was told of the winner."""
    found = HOLDER.search(words)
    return found[1] in of.tokens if found else words in (ALIKE, ENDED)


def test_two_who_publish_at_once_lose_nothing(fast: Ring) -> None:
    assert race_on(fast, 5)


@pytest.mark.slow
def test_fifty_races_lose_nothing(fast: Ring) -> None:
    assert len(race_on(fast, 50)) >= 3


@pytest.fixture(params=MODES)
def still(request: pytest.FixtureRequest) -> Iterator[Ring]:
    """A site on a server of each kind, where time goes on only when somebody sleeps."""
    with oddstore(request.param) as server:
        yield ring(server, clocks.quick())


def is_safe(here: Ring, asked: Logged) -> bool:
    """Return whether one may fall asleep just before a request.

    Without conditions the last look at the queue comes before each write of a feed or the state,
    and who falls asleep between the two wakes up to a write that nobody can hold back.
    """
    blind = here.server.mode != "right" and asked.method == "PUT"
    return not (blind and asked.key in {*FEEDS, manifest.KEY})


def requests(here: Ring) -> list[Logged]:
    """Return what a publish asks for when nobody disturbs it."""
    here.reset()
    here.person("anna", Still).publish()
    return list(here.server.log)


def sleep_before(here: Ring, n: int) -> str:
    """Let a publisher sleep before its nth request, from 0, while another publishes.

    Returns in what words it gave up, or nothing; asserts that the newer feed stays.
    """
    watched = here.reset()
    slow, fast = here.person("anna", Still), here.person("ben", Still)
    newer: list[bytes] = []
    asked = 0

    def before(_: Logged) -> None:
        nonlocal asked
        asked += 1
        if asked == n + 1:
            here.clock.sleep(TTL + 2)
            fast.publish()
            newer.extend(here.feeds)

    here.server.before = before
    try:
        slow.publish()
    except Busy as busy:
        assert tells(busy.message, fast)
        said = busy.message
        assert here.feeds == newer
    else:
        said = ""
    assert newer
    assert watched.faults == []
    return said


def moment(here: Ring, where: str) -> int:
    """Return the number of the request before which a publisher sleeps."""
    asked = requests(here)
    sent = [one.key if one.method == "PUT" else "" for one in asked]
    last = sent.index({"media": "media/anna.mp3", "feeds": FEEDS[0], "between": FEEDS[1]}[where])
    return max(n for n in range(last + 1) if is_safe(here, asked[n]))


@pytest.mark.parametrize("where", ["media", "feeds", "between"])
def test_who_slept_past_its_lease_cannot_overwrite_a_newer_feed(still: Ring, where: str) -> None:
    assert sleep_before(still, moment(still, where))


@pytest.mark.slow
def test_wherever_it_slept_nothing_goes_back_and_the_next_run_puts_all_right(still: Ring) -> None:
    asked = requests(still)
    given_up = 0
    for n in range(len(asked)):
        if is_safe(still, asked[n]):
            given_up += bool(sleep_before(still, n))
            still.person("anna", Still).publish()
            there = still.server.objects
            wanted = tree(["base", "anna", "ben"], number(still.feeds[0]))
            assert {key: there[key].body for key in wanted.artifacts} == {
                key: one.body for key, one in wanted.artifacts.items()
            }
    assert given_up > len(asked) // 3


@dataclass(frozen=True, slots=True)
class Listener:
    """Somebody at the command line, who does something when told to wait."""

    meanwhile: Callable[[], object]

    def began(self, done: Publication) -> None:
        assert done.plan

    def progress(self, step: Step) -> None:
        assert step.key

    def waits(self, holder: Holder) -> None:
        self.meanwhile()

    def takes_over(self, holder: Holder) -> bool:
        return False


def test_who_waited_publishes_what_the_folder_holds_by_then(tmp_path: Path) -> None:
    maker = sitemaker.make(tmp_path)
    maker.episode("1-first", "title: As it was")

    def publish(meanwhile: Callable[[], object] = int) -> Publication:
        wishes = sitemaker.NOW, clocks.quick(), Listener(meanwhile)
        return publishing.publish(tmp_path, publishing.Request(*wishes, wait=True))

    publish()
    maker.markdown("posts/new.md", "title: What the second wants to publish")
    first = Lease(FolderStore(tmp_path / "public", "public/"), clocks.quick())

    def correct() -> None:
        first.__exit__(None, None, None)
        maker.markdown("episodes/1-first.md", "title: Corrected", body="Notes.")
        assert publish().outcome

    with first:
        assert publish(correct).plan
    for feed, title in ((MAIN_FEED, "Corrected"), ("blog/feed.xml", "What the second wants")):
        assert title in (tmp_path / "public" / feed).read_text("utf-8")
