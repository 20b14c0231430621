"""What a subscriber would notice between two feeds is told, once, and weighed rightly."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import builders
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from activefeed.formats.telling import Telling, Told
from activefeed.formats.telling import outline as read
from activefeed.publish.compare import Difference, compare

DOCS = Path(__file__).parents[2] / "docs/pages/reference/problems.md"
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


def item(number: int, **changes: Any) -> Told:
    facts = {
        "guid": f"guid-{number}",
        "title": f"Episode {number}",
        "link": f"https://show.example/{number}",
        "url": f"https://old.example/{number}.mp3",
        "length": str(1000 + number),
        "type": "audio/mpeg",
        "duration": str(600 + number),
        "html": f"<p>Notes of {number}</p>",
    }
    return other(Told(facts, published=START + timedelta(days=number)), **changes)


def other(one: Told, **changes: Any) -> Told:
    """Return what is told with other facts; an empty one is absent."""
    when = {"published": one.published} | {k: v for k, v in changes.items() if k == "published"}
    facts = {**one.facts, **{name: str(value) for name, value in changes.items()}}
    return Told({name: text for name, text in facts.items() if text and name not in when}, **when)


def feed(*items: Told, **changes: Any) -> Telling:
    facts = {"title": "The Show", "guid": "podcast-guid"}
    return Telling(other(Told(facts), **changes), items)


OLD = feed(*(item(number) for number in (3, 2, 1)))


def changed(number: int = 2, **changes: Any) -> Telling:
    """Return the old feed with one item changed."""
    right = f"guid-{number}"
    return feed(*(other(i, **changes) if i.said("guid") == right else i for i in OLD.items))


def only(old: Telling, new: Telling) -> Difference:
    (found,) = compare(old, new)
    return found


def test_nothing_differs_between_a_feed_and_itself() -> None:
    assert compare(OLD, OLD) == []
    assert compare(feed(), feed()) == []


@pytest.mark.parametrize(
    ("new", "code", "words", "severe"),
    [
        (feed(*OLD.items, guid="other"), "feed-podcast-guid",
         '"podcast-guid" and is "other"', True),
        (feed(*OLD.items, guid=""), "feed-podcast-guid", 'is ""', True),
        (feed(*OLD.items, title="A Show"), "feed-show-title",
         'was "The Show" and is "A Show"', False),
        (changed(guid="x"), "feed-guid-changed", '1 item with another guid: "Episode 2"', True),
        (feed(*OLD.items[1:]), "feed-item-gone", '1 item gone: "Episode 3"', True),
        (feed(item(4), *OLD.items), "feed-item-new", '1 item new: "Episode 4"', False),
        (feed(*reversed(OLD.items)), "feed-order",
         '2 items in another order: "Episode 1"; "Episode 3"', False),
        (changed(published=START), "feed-date",
         '"Episode 2" (2026-01-03 12:00 -> 2026-01-01 12:00)', False),
        (changed(url="https://new.example/2.mp3"), "feed-audio", 'another address', False),
        (changed(length=5), "feed-length", '"Episode 2" (1002 -> 5)', False),
        (changed(type="audio/mp4"), "feed-type", '"Episode 2" (audio/mpeg -> audio/mp4)', False),
        (changed(duration=604), "feed-duration", '"Episode 2" (602 -> 604)', False),
        (changed(title="Two"), "feed-item-title", '"Episode 2" (Episode 2 -> Two)', False),
        (changed(html="Other"), "feed-notes", '1 item with other notes: "Episode 2"', False),
    ],
)  # fmt: skip
def test_each_difference_is_told_with_its_item_and_its_weight(
    new: Telling, code: str, words: str, severe: bool
) -> None:
    found = only(OLD, new)
    assert (found.code, found.severe) == (code, severe)
    assert words in found.message
    assert found.consequence


def test_audio_that_is_no_more_is_severe_and_its_facts_are_no_news() -> None:
    found = {one.code: one.severe for one in compare(OLD, changed(url="", length=0, type=""))}
    assert found == {"feed-audio-gone": True}


def test_every_explained_difference_is_one_that_is_found() -> None:
    section = DOCS.read_text("utf-8").split("## Between two feeds\n")[1].split("\n## ")[0]
    explained = dict(re.findall(r"^\| `([a-z-]+)` \| (Severe)?", section, re.MULTILINE))
    news = (
        feed(item(4), item(2, url=""), *(item(3, guid="x"), item(5)), guid="", title=""),
        feed(item(1, title="", html="", type="", length=0, duration=0, published=None), item(3)),
        changed(url="https://new.example/2.mp3"),
    )
    found = {one.code: one for new in news for one in compare(OLD, new)}
    found |= {one.code: one for one in compare(OLD, feed(*reversed(OLD.items)))}
    assert set(found) == set(explained)
    severe = {code for code, one in found.items() if one.severe}
    assert severe - {"feed-date"} == {code for code, word in explained.items() if word}


# The same show on another host.


def test_a_show_that_moves_to_another_host_passes_without_anything_severe() -> None:
    moved = [
        other(i, url=i.said("url").replace("old", "new"), link=f"https://new.example/{n}",
              length=i.number("length") + 7, duration=i.number("duration") + 1)
        for n, i in enumerate(OLD.items)
    ]  # fmt: skip
    found = compare(OLD, feed(*moved))
    assert [one.code for one in found] == ["feed-audio", "feed-length"]
    assert not any(one.severe for one in found)


def test_our_own_feed_at_another_address_differs_in_addresses_only() -> None:
    rows = [builders.entry(item=builders.item(guid=f"guid-{n}", slug=f"e-{n}")) for n in range(8)]
    body = builders.written("podcast/feed.xml", *rows)
    moved = body.replace(builders.BASE.encode(), b"https://elsewhere.example")
    assert moved != body
    assert compare(read(body), read(body)) == []
    assert [one.code for one in compare(read(body), read(moved))] == ["feed-audio"]


def test_many_of_a_kind_are_one_difference_that_names_five() -> None:
    many = feed(*(item(number) for number in range(12)))
    moved = [other(i, url=i.said("url").replace("old", "new")) for i in many.items]
    found = only(many, feed(*moved))
    assert found.message == (
        '12 items with another address of the audio: "Episode 0"; "Episode 1"; "Episode 2"; '
        '"Episode 3"; "Episode 4" and 7 more'
    )
    five = only(feed(*many.items[:5]), feed(*moved[:5]))
    assert five.message.endswith('"Episode 4"')


def test_a_moved_show_without_its_podcast_guid_before_may_get_one() -> None:
    assert compare(feed(*OLD.items, guid=""), OLD) == []


# Which item is which.


@pytest.mark.parametrize(
    "changes",
    [
        {"link": "", "url": ""},
        {"title": "Renamed", "url": ""},
        {"title": "Renamed", "published": None, "link": "https://new.example/2"},
    ],
)
def test_an_item_is_known_by_title_and_date_or_page_or_audio_when_its_guid_changed(
    changes: dict[str, Any],
) -> None:
    found = only(OLD, changed(guid="https://new.example/?p=2", **changes))
    assert found.code == "feed-guid-changed"
    assert "another" in found.message
    assert "again" in found.consequence


def test_an_item_without_a_match_is_gone_and_another_is_new() -> None:
    found = compare(OLD, feed(item(9), *OLD.items[1:]))
    assert [(one.code, one.severe) for one in found] == [
        ("feed-item-gone", True), ("feed-item-new", False)
    ]  # fmt: skip


def test_a_page_that_all_items_share_makes_none_of_them_another() -> None:
    home = "https://show.example/"
    old, new = (
        feed(*(item(n, link=home) for n in (2, 1))),
        feed(item(3, link=home), item(1, link=home)),
    )
    assert [one.code for one in compare(old, new)] == ["feed-item-gone", "feed-item-new"]


def test_of_several_items_with_one_guid_the_first_is_compared() -> None:
    twice = feed(*OLD.items, item(3, title="Again"))
    assert compare(OLD, twice) == compare(twice, OLD) == []
    again = feed(item(3, title="Again"), *OLD.items)
    assert only(OLD, again).code == "feed-item-title"


def test_all_guids_made_anew_are_one_severe_difference() -> None:
    made_anew = [other(i, guid=f"new-{i.said('guid')}") for i in OLD.items]
    found = only(OLD, feed(*made_anew))
    assert (found.code, found.severe) == ("feed-guid-changed", True)
    assert found.message.startswith("3 items with another guid:")


# Dates that apps take for news.


@pytest.mark.parametrize(
    ("number", "when", "severe"),
    [
        (1, START + timedelta(days=30), True),  # an old one, now the newest
        (1, START + timedelta(days=2, hours=1), False),
        (3, START + timedelta(days=30), False),  # it was the newest
        (1, None, True),  # apps take now for the date
    ],
)
def test_a_date_that_makes_an_old_item_the_newest_is_severe(
    number: int, when: datetime | None, severe: bool
) -> None:
    found = only(OLD, changed(number, published=when))
    assert (found.code, found.severe) == ("feed-date", severe)


def test_a_second_more_or_less_of_duration_is_none() -> None:
    assert compare(OLD, changed(duration=603)) == []
    assert compare(OLD, changed(duration=601)) == []
    assert only(OLD, changed(duration=0)).code == "feed-duration"


WORDS = st.sampled_from(["", "a", "b", "https://a.example/"])
DATES = st.none() | st.integers(0, 3).map(lambda days: START + timedelta(days=days))
ITEMS = st.builds(
    lambda **changes: item(1, **changes), guid=WORDS, title=WORDS, link=WORDS, published=DATES,
    url=WORDS, length=st.integers(0, 3), type=WORDS, duration=st.integers(0, 9), html=WORDS,
)  # fmt: skip
FEEDS = st.builds(
    lambda items, **changes: feed(*items, **changes), title=WORDS, guid=WORDS,
    items=st.lists(ITEMS, max_size=5),
)  # fmt: skip


@given(FEEDS)
def test_no_feed_differs_from_itself(one: Telling) -> None:
    assert compare(one, one) == []


@given(FEEDS, FEEDS)
@settings(max_examples=300)
def test_any_two_feeds_are_compared_with_each_code_once(old: Telling, new: Telling) -> None:
    found = compare(old, new)
    codes = [one.code for one in found]
    assert len(codes) == len(set(codes))
    kept = {one.said("guid") for one in old.items} <= {one.said("guid") for one in new.items}
    assert kept != any(code in {"feed-item-gone", "feed-guid-changed"} for code in codes)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Don\'t "run" yet', "Don’t “run” yet"),
        ("Don't run", "Don‘t run"),
        ('"run"', "„run“"),
        ("walk -- then rest", "walk – then rest"),
        ("walk---rest", "walk—rest"),
        ("pages 3-5", "pages 3–5"),
        ("and so on...", "and so on…"),
        ("9' 5\"", "9′ 5″"),
    ],
)
def test_what_programs_make_of_quotes_dashes_and_dots_is_no_other_text(old: str, new: str) -> None:
    for was, now in ((old, new), (new, old)):
        assert compare(changed(html=html.escape(was)), changed(html=html.escape(now))) == []
    assert only(changed(html=old), changed(html=f"{new}!")).code == "feed-notes"
    told = only(changed(title=old), changed(title=new))
    assert told.code == "feed-item-title", "titles are shown as they are"


def test_a_space_that_breaks_no_line_is_a_space() -> None:
    body = (
        "<rss><channel><item><guid>1</guid><description>5{}km</description></item></channel></rss>"
    )
    assert compare(read(body.format(" ").encode()), read(body.format("\xa0").encode())) == []
    assert compare(read(body.format(" ").encode()), read(body.format("\u202f").encode())) == []
