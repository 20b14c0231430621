"""Applying a plan: phases are barriers, and one that dies anywhere is finished by the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import builders
import pytest
import states
from memory import MemoryStore
from states import CHAPTERS, FEED, LATER, NOW, PAGE, SOUND

from activefeed.problems import Busy, Refused, StoreError
from activefeed.publish import apply, manifest
from activefeed.publish.lease import KEY as LEASE
from activefeed.publish.store import Head
from activefeed.tree import Artifact, Tier, Tree, artifact

SECOND = states.published_item(guid="second", slug="backs", title="Backs", key="podcast/backs.html")
BACK_SOUND = "media/backs.cdcdcdcdcdcd.mp3"
FEEDS = {path for path, (tier, _) in states.BODIES.items() if tier is Tier.FEED}


@dataclass(frozen=True, slots=True)
class DyingStore(MemoryStore):
    """A store that dies at the nth write; ``after``: the write is done, but nobody hears of it."""

    dies_at: int = -1
    after: bool = False
    log: list[str] = field(default_factory=list)

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        return self._write(f"put {artifact.path}", artifact, if_match, if_absent)

    def delete(self, key: str) -> None:
        self._count(f"delete {key}")
        MemoryStore(self.objects).delete(key)

    def _write(self, what: str, one: Artifact, if_match: str | None, if_absent: bool) -> str:
        dying = len(self.log) == self.dies_at
        if not (dying and self.after):
            self._count(what)
        etag = MemoryStore(self.objects).put(one, if_match=if_match, if_absent=if_absent)
        if dying:
            self._count(what)
        return etag

    def _count(self, what: str) -> None:
        self.log.append(what)
        if len(self.log) == self.dies_at + 1:
            raise StoreError("the cable was pulled")


def grown() -> Tree:
    """The small site with one more episode, and without the chapters of the first."""
    made = states.tree(
        {
            FEED: f'<rss>{states.FEED_LINKS}<a url="{builders.BASE}/{BACK_SOUND}"/></rss>',
            "podcast/backs.html": "<h1>Backs</h1>",
            "index.html": "<h1>Clinic: Backs</h1>",
        },
        items=[states.published_item(title="Strong hips"), SECOND],
        without=[CHAPTERS],
    )
    sound = artifact(BACK_SOUND, Tier.MEDIA, b"back sound")
    return replace(made, artifacts={**made.artifacts, BACK_SOUND: sound})


def bodies(store: MemoryStore) -> dict[str, bytes]:
    return {k: body for k, (body, _) in store.objects.items() if not k.startswith("_activefeed/")}


def writes(before: MemoryStore, made: Tree) -> int:
    store = DyingStore(dict(before.objects))
    states.publish(made, store)
    return len(store.log) - 1  # the last one gives the lease back, which may fail unseen


def deaths() -> Iterator[tuple[str, int, bool]]:
    for name, before in STARTS.items():
        for n in range(writes(before, grown())):
            yield from ((name, n, after) for after in (False, True))


STARTS = {"first": MemoryStore(), "later": states.live_site()}


@pytest.mark.parametrize(("start", "n", "after"), list(deaths()))
def test_a_publish_that_dies_anywhere_is_finished_by_the_next(
    start: str, n: int, after: bool
) -> None:
    before = STARTS[start]
    store = DyingStore(dict(before.objects), dies_at=n, after=after)
    with pytest.raises(StoreError, match="cable"):
        states.publish(grown(), store)

    # What a feed names is there, and no feed is new before everything else is.
    new = {key for key, body in bodies(store).items() if before.objects.get(key, (b"",))[0] != body}
    others = {path for path in grown().artifacts if path not in FEEDS}
    if new & FEEDS:
        assert others <= store.objects.keys()
        assert states.state(store).items == grown().items
    left = states.state(store)
    if "pages" in left.pending:  # nothing is announced: all of it may still be set otherwise
        old = states.state(before)
        assert (left.items, left.feed, left.podcast) == (old.items, old.feed, old.podcast)
    for feed in FEEDS & store.objects.keys():
        named = apply.references(store.objects[feed][0], builders.BASE)
        assert named <= store.objects.keys()

    again = DyingStore(store.objects)
    states.publish(grown(), again)
    whole = MemoryStore(dict(before.objects))
    states.publish(grown(), whole)
    assert bodies(again) == bodies(whole)
    assert replace(states.state(again), generation=0) == replace(states.state(whole), generation=0)
    sent = [entry.removeprefix("put ") for entry in again.log if "_activefeed/" not in entry]
    assert sent == [key for key in sent if key not in new]  # only the rest
    assert states.make_plan(grown(), again).empty


@pytest.mark.parametrize("start", STARTS)
def test_other_content_after_a_death_is_published_without_a_question(start: str) -> None:
    for n in range(writes(STARTS[start], grown())):
        store = DyingStore(dict(STARTS[start].objects), dies_at=n)
        with pytest.raises(StoreError):
            states.publish(grown(), store)
        changed = states.tree({"podcast/backs.html": "<h1>Corrected</h1>"})
        changed = replace(changed, items=grown().items)
        made = states.make_plan(changed, store)
        assert made.foreign == ()
        states.publish(changed, MemoryStore(store.objects))
        assert store.objects["podcast/backs.html"][0] == b"<h1>Corrected</h1>"


def test_the_plan_after_a_death_says_what_was_left() -> None:
    # Twice the lease and once the state, a medium, the lease, chapters, a page, and no more.
    store = DyingStore(dies_at=7)
    with pytest.raises(StoreError):
        states.publish(states.tree(), store)
    made = states.make_plan(states.tree({"index.html": "corrected"}), store)
    assert {step.key: step.reason for step in made.sends} == {
        "index.html": "left by a publish that stopped",
        **dict.fromkeys([PAGE, *FEEDS], "new"),
    }


def test_a_failed_deletion_is_done_by_the_next_run() -> None:
    store = states.live_site()
    fewer = states.tree(without=(CHAPTERS,))
    states.publish(fewer, store)
    dying = DyingStore(store.objects, dies_at=4)  # lease, its proof, state, lease, deletion
    with pytest.raises(StoreError):
        states.publish(fewer, dying, now=LATER)
    assert dying.log[4] == f"delete {CHAPTERS}"
    assert states.state(store).pending == ("delete",)
    states.publish(fewer, store, now=LATER)
    assert store.get(CHAPTERS) is None
    assert states.state(store).pending == ()


def test_phases_follow_each_other() -> None:
    store = DyingStore()
    states.publish(states.tree(), store)
    order = [entry.removeprefix("put ") for entry in store.log]
    state, lease = manifest.KEY, LEASE
    assert order == [
        lease, lease,  # create, prove
        state, SOUND, lease, CHAPTERS, "index.html", PAGE,
        state, lease, "blog/feed.xml", "zz/feed.json", FEED, state,
        f"delete {lease}",
    ]  # fmt: skip


def test_the_state_before_the_feeds_says_what_is_left() -> None:
    seen = []
    store = states.live_site()
    changed = states.tree({FEED: "<rss>new</rss>", "index.html": "new"})
    states.publish(changed, store, report=lambda step: seen.append(states.state(store).pending))
    assert seen == [("pages", "feeds"), ("feeds",)]
    assert states.state(store).pending == ()


@pytest.mark.parametrize(
    ("text", "dead"),
    [
        ('<a href="{base}/nowhere.html">', "nowhere.html"),
        ("<link>{base}/about/</link>", "about/"),
        ('"url": "{base}/gone.mp3"', "gone.mp3"),
        ('<enclosure url="{base}/gone%20b.mp3?x=1"/>', "gone b.mp3"),
        ('"content_html": "<img src=\\"{base}/no.png\\">"', "no.png"),
        ("<link>{base}/index.html#top</link>", ""),
        ("<link>{base}/</link><link>{base}</link>", ""),
        ("<p>Write to {base}/booking, or to {base}/x.</p>", ""),
        ('<a href="{base}.evil.example/nowhere.html">', ""),
        ('<a href="https://elsewhere.example/nowhere.html">', ""),
        ('<a href="{base}/blog/feed.xml">', ""),
        ('<a href="{base}/theirs.pdf">', ""),
    ],
)
def test_no_feed_is_sent_that_links_to_nothing_of_ours(text: str, dead: str) -> None:
    store = states.live_site()
    store.put(artifact("theirs.pdf", Tier.PAGE, b"put there by hand"))
    old = store.get(FEED)
    changed = states.tree({FEED: text.format(base=builders.BASE), PAGE: "new"})
    if dead:
        with pytest.raises(Refused, match="nothing is there") as caught:
            states.publish(changed, store)
        assert f"{FEED} links to {builders.BASE}/{dead}," in caught.value.message
        assert store.get(FEED) == old
    else:
        states.publish(changed, store)
        assert store.get(FEED) != old


ENCODED = {**states.tree().artifacts[SOUND].headers, "Content-Encoding": "aws-chunked"}


class Deaf(MemoryStore):
    """A store that keeps another medium than it was sent."""

    said: Head | None = None

    def head(self, key: str) -> Head | None:
        return self.said if key == SOUND else super().head(key)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (None, "did not arrive whole"),
        (Head(4, "e"), "did not arrive whole"),
        (Head(5, "e", sha256="00"), "did not arrive whole"),
        (Head(5, "e", ENCODED, states.tree().artifacts[SOUND].sha256), "marks .* as aws-chunked"),
    ],
)
def test_a_medium_that_did_not_arrive_stops_everything(said: Head | None, words: str) -> None:
    store = Deaf()
    object.__setattr__(store, "said", said)
    for _ in range(2):  # running it again does not wave it through
        with pytest.raises(StoreError, match=words):
            states.publish(states.tree(), store)
        assert set(bodies(store)) == {SOUND}


def test_two_publishers_from_one_start_cannot_both_win() -> None:
    store = states.live_site()
    etag = manifest.read(store)[1]
    slow, fast = states.tree({FEED: "<rss>slow</rss>"}), states.tree({FEED: "<rss>fast</rss>"})
    made = states.make_plan(slow, store)
    states.publish(fast, store)
    with states.lease(store) as lease, pytest.raises(Busy):
        apply.apply(made, slow, lease, etag, apply.Listeners())
    assert store.objects[FEED][0] == b"<rss>fast</rss>"


def test_every_step_is_reported_when_it_is_done() -> None:
    store = states.live_site()
    states.publish(states.tree(without=(CHAPTERS,)), store, now=NOW)
    seen: list[tuple[str, str]] = []
    outcome = states.publish(
        states.tree({PAGE: "new"}, without=[CHAPTERS]),
        store,
        now=LATER,
        report=lambda step: seen.append((step.action, step.key)),
    )
    assert seen == [("send", PAGE), ("delete", CHAPTERS)]
    assert outcome.warnings == ()


def test_the_feed_at_an_old_address_never_says_more_than_is_there() -> None:
    def kept(made: Tree) -> Tree:
        copy = replace(made.artifacts[FEED], path="1/feed")
        return replace(made, artifacts={**made.artifacts, "1/feed": copy})

    before, made, cuts = MemoryStore(), kept(grown()), 0
    states.publish(kept(states.tree()), before)
    old, new = before.objects["1/feed"][0], made.artifacts["1/feed"].open().read()
    for n, after in ((n, after) for n in range(writes(before, made)) for after in (False, True)):
        store = DyingStore(dict(before.objects), dies_at=n, after=after)
        with pytest.raises(StoreError):
            states.publish(made, store)
        told = store.objects["1/feed"][0]
        assert told in {old, new}
        assert apply.references(told, builders.BASE) <= store.objects.keys()
        cuts += told == new != store.objects[FEED][0]  # the main one is the last
        states.publish(made, again := MemoryStore(store.objects))
        assert again.objects["1/feed"] == again.objects[FEED]
    assert cuts
