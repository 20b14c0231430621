"""One publisher at a time: where conditions are kept, refused, ignored, or answers are lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import clocks
import pytest
from memory import MemoryStore

from activefeed.clock import Clock
from activefeed.problems import Busy, StoreError
from activefeed.publish import lease
from activefeed.publish.lease import Holder, Lease, Terms
from activefeed.publish.store import ConditionsUnsupported
from activefeed.tree import Artifact, Tier, artifact

TTL = 90.0
FEED = artifact("feed.xml", Tier.FEED, b"<rss/>")


@dataclass(frozen=True, slots=True)
class OddStore(MemoryStore):
    """A store that treats conditions in a way of its own: kept, refused, ignored, forgetful."""

    way: str = field(kw_only=True)

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        plain = MemoryStore(self.objects, now=self.now)
        conditional = if_match is not None or if_absent
        if self.way == "refused" and conditional:
            raise ConditionsUnsupported("501")
        if self.way == "ignored":
            return plain.put(artifact)
        if self.way == "forgetful" and conditional:  # its first answer was lost, it is asked again
            plain.put(artifact, if_match=if_match, if_absent=if_absent)
        return plain.put(artifact, if_match=if_match, if_absent=if_absent)


WAYS = ["kept", "refused", "ignored", "forgetful"]


@dataclass(slots=True)
class Place:
    """A store with a clock; whoever sleeps moves it on."""

    way: str
    clock: Clock = field(default_factory=clocks.quick)
    store: OddStore = field(init=False)

    def __post_init__(self) -> None:
        self.store = OddStore(way=self.way, now=self.clock.monotonic)

    def lease(self, **terms: object) -> Lease:
        known = {"command": "publish", "began": "2026-06-01 06:00 UTC", "ttl": TTL, **terms}
        return Lease(self.store, self.clock, Terms(**known))  # type: ignore[arg-type]

    def held(self) -> set[str]:
        return {key for key in self.store.objects if key.startswith("_activefeed/")}


@pytest.fixture(params=WAYS)
def place(request: pytest.FixtureRequest) -> Place:
    return Place(request.param)


def holds(found: Lease) -> bool:
    try:
        found.confirm()
    except Busy:
        return False
    return True


def test_what_conditions_are_worth_is_learnt_by_behaviour(place: Place) -> None:
    with place.lease() as held:
        assert held.proven is (place.way in {"kept", "forgetful"})
        assert holds(held)


def test_nothing_is_left_when_it_is_given_back(place: Place) -> None:
    with place.lease():
        assert place.held()
    assert place.held() == set()


def test_it_says_nothing_of_host_or_user(place: Place) -> None:
    with place.lease(command="withdraw"):
        bodies = [place.store.objects[key][0] for key in place.held()]
        assert bodies
        for body in bodies:
            assert set(json.loads(body)) == {"token", "began", "command", "sign"}


def test_a_lease_of_the_dead_is_taken_over_when_it_has_been_silent(place: Place) -> None:
    dead = place.lease()
    dead._acquire()  # and killed: no thread, never given back
    begun = place.clock.monotonic()
    with place.lease() as held:
        assert TTL < place.clock.monotonic() - begun < TTL + 10
        assert holds(held)
        assert not holds(dead)


def alive(place: Place, other: Lease) -> Clock:
    """Return a clock on which the other gives a sign of life while one sleeps."""

    def sleep(seconds: float) -> None:
        place.clock.sleep(seconds)
        other.confirm() if other.proven else other.store.put(other._body(other._sign))

    return Clock(place.clock.monotonic, sleep)


def test_the_loser_is_told_who_holds_it_and_since_when(place: Place) -> None:
    with place.lease(command="withdraw") as first:
        second = place.lease()
        second.clock = alive(place, first)
        with pytest.raises(Busy) as caught, second:
            pass
        assert '"withdraw" begun 2026-06-01 06:00 UTC' in caught.value.message
        assert f"run {first.token}" in caught.value.message
        assert "--wait" in caught.value.fix
        assert holds(first)
    assert place.held() == set()


def test_it_gives_signs_of_life_by_itself(place: Place) -> None:
    with place.lease(ttl=1.0):
        bodies = {key: place.store.objects[key][0] for key in place.held()}
        end = time.monotonic() + 10
        while {key: place.store.objects[key][0] for key in place.held()} == bodies:
            assert time.monotonic() < end
            time.sleep(0.02)
    assert place.held() == set()


def test_with_wait_it_comes_when_the_first_is_done(place: Place) -> None:
    told: list[Holder] = []
    with place.lease() as first:
        looks = 0

        def sleep(seconds: float) -> None:
            nonlocal looks
            place.clock.sleep(seconds)
            looks += 1
            if looks < 8:
                first.confirm() if first.proven else first.store.put(first._body(first._sign))
            elif looks == 8:
                first.__exit__(None, None, None)

        second = place.lease(wait=True, tell=told.append)
        second.clock = Clock(place.clock.monotonic, sleep)
        with second:
            assert looks >= 8
            assert holds(second)
    assert [one.token for one in told] == [first.token]  # once


def test_taking_over_shows_the_holder_first_and_ends_its_right(place: Place) -> None:
    shown: list[Holder] = []

    def agree(holder: Holder) -> bool:
        shown.append(holder)
        return True

    with place.lease(command="prune") as first, place.lease(take_over=agree) as second:
        assert [(one.token, one.command) for one in shown] == [(first.token, "prune")]
        assert holds(second)
        assert not holds(first)
    assert place.held() == set()


def test_a_paused_publisher_cannot_roll_a_newer_feed_back(place: Place) -> None:
    old = place.store.put(FEED)
    paused = place.lease()
    paused._acquire()
    place.clock.sleep(TTL + 1)
    with place.lease() as held:
        held.put(artifact("feed.xml", Tier.FEED, b"<rss>newer</rss>"), old)
    with pytest.raises(Busy):
        paused.put(artifact("feed.xml", Tier.FEED, b"<rss>older</rss>"), old)
    assert place.store.objects["feed.xml"][0] == b"<rss>newer</rss>"


@pytest.mark.parametrize("before", [None, b"<rss>old</rss>"])
def test_its_own_write_whose_answer_was_lost_is_a_success(before: bytes | None) -> None:
    place = Place("forgetful")
    plain = MemoryStore(place.store.objects)
    seen = plain.put(artifact("feed.xml", Tier.FEED, before)) if before else None
    with place.lease() as held:
        assert held.put(FEED, seen) == FEED.sha256[:32]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token": 1}'])
def test_half_a_lease_is_somebody_s_too(body: bytes) -> None:
    place = Place("kept")
    place.store.put(artifact(lease.KEY, Tier.PAGE, body))
    begun = place.clock.monotonic()
    with place.lease():
        assert place.clock.monotonic() - begun > TTL


def test_a_store_that_fails_is_not_a_busy_one() -> None:
    class Dead(MemoryStore):
        def put(self, *_: object, **__: object) -> str:
            raise StoreError("no answer")

    with pytest.raises(StoreError, match="no answer"), Lease(Dead(), clocks.quick()):
        pass


def test_a_failure_inside_gives_it_back_and_stays_what_it_is(place: Place) -> None:
    def fail() -> None:
        with place.lease():
            raise StoreError("the cable was pulled")

    caught: Callable[[], None] = fail
    with pytest.raises(StoreError, match="cable"):
        caught()
    assert place.held() == set()
