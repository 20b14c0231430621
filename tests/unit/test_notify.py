"""Who is told of news, and that nobody's silence stops a publish."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import builders
import pytest
import states
from memory import MemoryStore
from web import Reply, web

from activefeed.model import Published, PublishedItem
from activefeed.publish import manifest, notify
from activefeed.publish.lease import Lease
from activefeed.publish.notify import Cdn
from activefeed.publish.plan import Plan
from activefeed.tree import Tier, Tree, artifact

TOPICS = ["https://clinic.example/feed.xml", "https://clinic.example/blog/feed.xml"]
OTHER = states.published_item(guid="another", slug="another", title="Another")


def test_a_hub_is_told_of_each_feed_once() -> None:
    with web() as hub:
        hub.replies["/"] = Reply(204)
        assert notify.websub(f"{hub.url}/", TOPICS) == []
        form = {"hub.mode": ["publish"], "hub.url": sorted(TOPICS)}
        assert hub.asked == [("POST", "/", form)]


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_hub_that_refuses_is_a_warning(status: int) -> None:
    with web() as hub:
        hub.replies["/"] = Reply(status)
        (warning,) = notify.websub(f"{hub.url}/", TOPICS)
    assert (warning.code, warning.severe) == ("hub-not-told", False)
    assert f"answered {status}" in warning.message


def test_a_hub_that_is_not_there_is_a_warning() -> None:
    (warning,) = notify.websub("http://127.0.0.1:9/", TOPICS)
    assert "did not answer" in warning.message


def tree(*items: PublishedItem, feed: str = "<rss>new</rss>") -> Tree:
    made = states.tree({states.FEED: feed}, items=items)
    return replace(made, topics=frozenset({states.FEED, "blog/feed.xml"}))


def planned(made: Tree) -> Plan:
    return states.make_plan(made, states.live_site())


ITEM = states.published_item()
SOUND = replace(builders.enclosure(), key="media/other.000000000000.mp3")


@pytest.mark.parametrize(
    "items",
    [
        (ITEM, OTHER),
        (replace(ITEM, title="New title"),),
        (replace(ITEM, updated=ITEM.updated + timedelta(days=1)),),
        (replace(ITEM, enclosure=SOUND),),
        (replace(ITEM, state="withdrawn"),),
    ],
)
def test_an_item_that_is_new_gone_or_changed_is_told(items: tuple[PublishedItem, ...]) -> None:
    assert planned(tree(*items)).topics == (states.FEED,)


@pytest.mark.parametrize("item", [ITEM, replace(ITEM, slug="moved", key="podcast/moved.html")])
def test_other_changes_of_a_feed_are_not_told(item: PublishedItem) -> None:
    made = planned(tree(item))
    assert states.FEED in [step.key for step in made.sends]
    assert made.topics == ()


def pending(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return a list that every state's own of what is left to do comes to."""
    kept, write = list[tuple[str, ...]](), manifest.write

    def keep(lease: Lease, published: Published, etag: str | None) -> str:
        kept.append(published.pending)
        return write(lease, published, etag)

    monkeypatch.setattr(manifest, "write", keep)
    return kept


def test_without_a_hub_and_a_cache_nobody_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    store, left = states.live_site(), pending(monkeypatch)
    assert states.publish(tree(ITEM, OTHER), store).warnings == ()
    assert left == [("feeds",), ()]


def test_a_cache_is_told_of_what_it_may_hold_and_of_all_after_a_publish_that_died(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, left = states.live_site(), pending(monkeypatch)
    with web() as server:
        server.replies["/purge"] = Reply(200)
        cdn = Cdn(purge=f"{server.url}/purge")
        states.publish(tree(ITEM, OTHER), store, cdn=cdn)
        assert left == [("feeds", "invalidate"), ()]
        state = states.state(store)
        died = replace(state, pending=("invalidate",))
        store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(died)))
        states.publish(tree(ITEM, OTHER), store, cdn=cdn)
        few, every = [json.loads(body)["files"] for _, body in server.posted]
    assert few == [f"{builders.BASE}/{states.FEED}"]
    pages = [key for key, one in state.objects.items() if one.tier != Tier.MEDIA]
    assert {f"{builders.BASE}/{key}" for key in pages} <= {*every}
    assert f"{builders.BASE}/{states.SOUND}" not in every


def test_the_hub_is_told_when_the_feed_is_there_and_its_silence_stops_nothing() -> None:
    store = states.live_site()
    with web() as hub:
        outcome = states.publish(tree(ITEM, OTHER), store, hub=f"{hub.url}/")
        assert hub.asked == [
            ("POST", "/", {"hub.mode": ["publish"], "hub.url": [f"{builders.BASE}/{states.FEED}"]})
        ]
    assert [warning.code for warning in outcome.warnings] == ["hub-not-told"]
    assert states.state(store).pending == ()


def test_a_publish_that_died_before_it_told_anybody_tells_all_the_next_time() -> None:
    store = MemoryStore()
    with web() as hub:
        hub.replies["/"] = Reply(204)
        made = tree(ITEM)
        states.publish(made, store, hub=f"{hub.url}/")
        died = replace(states.state(store), pending=("notify",))
        store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(died)))
        hub.asked.clear()
        states.publish(made, store, hub=f"{hub.url}/")
        topics = [f"{builders.BASE}/{key}" for key in sorted(made.topics)]
        assert hub.asked == [("POST", "/", {"hub.mode": ["publish"], "hub.url": topics})]
    assert states.make_plan(made, store).empty
