"""Long feeds: the document that is subscribed to stays small, and every item can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import builders
import pytest
import validation

from activefeed.model import Item
from activefeed.render import archives
from activefeed.render.entry import Edition, Entry, Feed
from activefeed.tree import ATOM

START = datetime(2016, 1, 1, 6, tzinfo=UTC)
PODCAST, RSS_PATH, ATOM_PATH, JSON_PATH = builders.FEEDS
NOTES = f"<p>{'Words that fill the notes. ' * 20}</p>"


def entries(path: str, count: int, notes: str = NOTES) -> tuple[Entry, ...]:
    """Return entries, newest first."""
    make = builders.item if path == PODCAST else builders.post
    base = builders.entry(item=make())

    def one(number: int) -> Entry:
        when = START + timedelta(hours=number)
        item: Item = replace(
            base.item, guid=f"item-{number:05}-of-many", published=when, updated=when
        )
        return replace(base, item=item, feed_html=notes)

    return tuple(one(number) for number in reversed(range(count)))


def written(path: str, rows: tuple[Entry, ...], budget: int = 1_000_000) -> dict[str, bytes]:
    """Return the documents of a feed by their addresses."""
    whole = builders.edition(*rows, feed_bytes=budget)
    feed = replace(builders.feed(path, whole), updated=rows[0].item.updated)
    return bodies(whole, feed)


def bodies(whole: Edition, feed: Feed) -> dict[str, bytes]:
    found = {}
    for one in archives.artifacts(whole, feed):
        assert isinstance(one.body, bytes)
        assert one.content_type == feed.type
        found[whole.url(one.path)] = one.body
    return found


def reached(path: str, documents: Mapping[str, bytes]) -> list[str]:
    """Return the ids that a reader finds who follows the links, each once."""
    walk = validation.next_urls if path == JSON_PATH else validation.rfc5005
    return list(dict.fromkeys(walk(documents, f"{builders.BASE}/{path}")))


def ids(path: str, rows: tuple[Entry, ...]) -> list[str]:
    from activefeed.render.blog import atom_id

    plain = path in {PODCAST, RSS_PATH}
    return [e.item.guid if plain else atom_id(builders.SITE_ID, e.item.guid) for e in rows]


@pytest.mark.parametrize("path", builders.FEEDS)
def test_a_feed_within_its_budget_is_one_document_without_archives(path: str) -> None:
    documents = written(path, entries(path, 150), budget=10_000_000)
    assert list(documents) == [f"{builders.BASE}/{path}"]
    (body,) = documents.values()
    assert not [word for word in (b"prev-archive", b"next_url", b"fh:") if word in body]


@pytest.mark.parametrize("path", builders.FEEDS)
@pytest.mark.parametrize("count", [1, 99, 100, 101, 200, 250])
def test_every_item_can_be_reached_from_the_newest_document(path: str, count: int) -> None:
    rows = entries(path, count)
    documents = written(path, rows, budget=40_000)
    assert reached(path, documents) == ids(path, rows)
    newest = documents[f"{builders.BASE}/{path}"]
    assert len(newest) <= 40_000
    if count > 99:
        assert len(documents) == 1 + -(-count // archives.SIZE)


@pytest.mark.parametrize("path", builders.FEEDS)
@pytest.mark.parametrize("count", [150, 199, 200])
def test_a_new_item_changes_two_documents(path: str, count: int) -> None:
    before = written(path, entries(path, count), budget=40_000)
    after = written(path, entries(path, count + 1), budget=40_000)
    changed = [url for url, body in after.items() if before.get(url) != body]
    newest = f"{builders.BASE}/{path}"
    assert newest in changed
    assert len(changed) == 2
    assert not before.keys() - after.keys()


def test_archives_count_from_the_oldest() -> None:
    documents = written(PODCAST, entries(PODCAST, 250), budget=40_000)
    first = documents[f"{builders.BASE}/podcast/feed-1.xml"]
    assert b"item-00000-of-many" in first
    assert b"item-00099-of-many" in first
    assert b"item-00100-of-many" not in first
    assert b"prev-archive" not in first
    assert b'rel="current" href="https://clinic.example/podcast/feed.xml"' in first


def test_an_archive_is_as_new_as_what_it_holds() -> None:
    documents = written(PODCAST, entries(PODCAST, 250), budget=40_000)
    first = documents[f"{builders.BASE}/podcast/feed-1.xml"]
    assert b"<lastBuildDate>Tue, 05 Jan 2016 09:00:00 +0000</lastBuildDate>" in first


@pytest.mark.parametrize("path", builders.FEEDS)
def test_all_items_in_one_document_for_those_who_want_it(path: str) -> None:
    rows = entries(path, 250)
    documents = written(path, rows, budget=0)
    assert list(documents) == [f"{builders.BASE}/{path}"]
    assert reached(path, documents) == ids(path, rows)


def test_one_item_that_is_larger_than_the_budget_is_still_shown() -> None:
    rows = entries(PODCAST, 3, notes=f"<p>{'x' * 50_000}</p>")
    documents = written(PODCAST, rows, budget=40_000)
    assert reached(PODCAST, documents) == ids(PODCAST, rows)
    assert documents[f"{builders.BASE}/podcast/feed.xml"].count(b"<item>") == 1


def test_feeds_of_subjects_and_people_show_the_newest_only() -> None:
    rows = entries(RSS_PATH, 250)
    whole = builders.edition(*rows, feed_bytes=40_000)
    feed = replace(builders.feed(RSS_PATH, whole), kind="topic")
    (body,) = bodies(whole, feed).values()
    assert len(body) <= 40_000
    assert b"prev-archive" not in body


@pytest.mark.parametrize("budget", [40_000, 10_000_000])
def test_archives_of_atom_are_atom(budget: int) -> None:
    for body in written(ATOM_PATH, entries(ATOM_PATH, 150), budget=budget).values():
        validation.atom(body)
    whole = builders.edition(*entries(ATOM_PATH, 1))
    assert builders.feed(ATOM_PATH, whole).type == ATOM


def test_ten_thousand_episodes_keep_within_a_megabyte_and_one_more_changes_two_documents() -> None:
    rows = entries(PODCAST, 10_000)
    documents = written(PODCAST, rows)
    newest = documents[f"{builders.BASE}/podcast/feed.xml"]
    assert 500_000 < len(newest) <= 1_000_000
    assert reached(PODCAST, documents) == ids(PODCAST, rows)
    after = written(PODCAST, entries(PODCAST, 10_001))
    changed = [url for url, body in after.items() if documents.get(url) != body]
    assert len(changed) == 2
    assert len(documents) == 101


def test_short_old_items_are_not_put_away_for_long_new_ones() -> None:
    long, short = entries(PODCAST, 150, f"<p>{'x' * 3000}</p>"), entries(PODCAST, 150, "<p>x</p>")
    rows = (*long[:100], *short[100:])
    size = sum(map(len, written(PODCAST, rows, budget=0).values()))
    assert len(written(PODCAST, rows, budget=size)) == 1
    assert len(written(PODCAST, rows, budget=size - 1)) == 3
