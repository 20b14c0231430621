"""Items of a feed keep what they are known by: their guids, dates, old pages and people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import BERLIN, DAY, EARLY, LATE, alone, episode, keys, kinds, moved, post, show

from activefeed.content import items as content
from activefeed.migrate.items import render
from activefeed.problems import SourceText

AUTUMN, SPRING = DAY.replace(month=10, day=31, hour=1), DAY.replace(month=3, day=28, hour=1)


@settings(deadline=None, max_examples=40)
@given(
    st.datetimes(EARLY, LATE, timezones=st.just(UTC)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland"]),
)
def test_a_date_is_read_back_to_the_same_second(when: datetime, name: str) -> None:
    _same_instant(when, ZoneInfo(name))


@pytest.mark.parametrize("hours", range(-3, 4))
@pytest.mark.parametrize("change", [AUTUMN, SPRING])
def test_no_hour_is_lost_where_clocks_are_changed(change: datetime, hours: int) -> None:
    _same_instant(change + timedelta(hours=hours, minutes=-30), BERLIN)


def _same_instant(when: datetime, zone: ZoneInfo) -> None:
    item = alone(episode(when=when), zone=zone)
    source = SourceText(item.path, render(item))
    found, _ = content._read("episode", source, zone, "https://new.example")
    assert found is not None
    assert found.model_dump()["date"] == when.replace(microsecond=0)


def test_seconds_and_offsets_stand_only_where_they_must() -> None:
    twice = datetime(2021, 10, 31, 0, 30, tzinfo=UTC)
    dates = [
        keys(episode(when=when))["date"]
        for when in (DAY, DAY.replace(second=5), twice, twice + timedelta(hours=1))
    ]
    assert dates == [
        "2021-08-18 06:00",
        "2021-08-18 06:00:05",
        "2021-10-31 02:30+02:00",
        "2021-10-31 02:30+01:00",
    ]


def test_only_a_later_change_is_told() -> None:
    assert "updated" not in keys(episode(updated=DAY))
    assert keys(episode(updated=DAY + timedelta(days=1)))["updated"] == "2021-08-19 06:00"


@pytest.mark.parametrize(
    ("permalink", "guid", "kept"),
    [
        ("true", "https://old.example/?p=1", True),
        ("true", "urn:1", None),
        ("false", "http://x.example", None),
    ],
)
def test_a_guid_that_was_an_address_stays_one(permalink: str, guid: str, kept: bool | None) -> None:
    assert keys(episode(guid, permalink=permalink)).get("guid_permalink") is kept


def test_what_is_here_already_is_only_listed() -> None:
    move = moved(
        episode("A"), episode("a", title="Other"), guids={"A": "episodes/001-strong-hips.md"}
    )
    assert move.known == ("episodes/001-strong-hips.md",)
    assert [item.keys["guid"] for item in move.items] == ["a"]


def test_of_two_with_one_guid_the_first_in_the_feed_keeps_it() -> None:
    move = moved(episode("x", title="New"), episode("x", title="Old", when=DAY - timedelta(days=9)))
    old, new = move.items
    assert (new.keys["guid"], "draft" in new.keys) == ("x", False)
    assert (old.keys["guid"], old.keys["draft"]) == ("x#2", True)
    assert kinds(move) == [("repeated-guid", "x")]


def test_items_with_one_guid_are_known_again_by_the_next_run() -> None:
    items = [episode("x", title=title) for title in ("New", "Old", "Older")]
    first = moved(*items)
    assert sorted(str(item.keys["guid"]) for item in first.items) == ["x", "x#2", "x#3"]
    there = {str(item.keys["guid"]): item.path for item in first.items}
    assert moved(*items, guids=there).items == ()
    # One of them had not come.
    del there["x#2"]
    (late,) = moved(*items, guids=there).items
    assert (late.keys["guid"], late.keys["title"], late.keys["draft"]) == ("x#2", "Old", True)


def test_a_guid_that_gets_a_number_gets_none_that_another_item_has() -> None:
    move = moved(*map(episode, ("x", "x", "x#2", "x", "x#2")))
    guids = sorted(str(item.keys["guid"]) for item in move.items)
    assert guids == ["x", "x#2", "x#2#2", "x#3", "x#4"]


def test_a_guid_that_got_a_number_is_no_address() -> None:
    page = "https://old.example/1"
    move = moved(*(episode(page, permalink="true", title=title) for title in ("New", "Old")))
    assert {item.keys["guid"]: item.keys.get("guid_permalink") for item in move.items} == {
        page: True, f"{page}#2": None,
    }  # fmt: skip


@pytest.mark.parametrize("step", [1, -1])
def test_an_item_without_a_date_gets_one_next_to_its_neighbours_in_the_feed(step: int) -> None:
    yesterday = DAY - timedelta(days=1)
    days = {"7": None, "6": None, "5": DAY, "4": None, "3": yesterday, "2": None, "1": None}
    move = moved(*[episode(guid, when=when) for guid, when in days.items()][::step])
    assert {item.keys["guid"]: item.keys["date"] for item in move.items} == {
        "1": "2021-08-17 05:59:58", "2": "2021-08-17 05:59:59", "3": "2021-08-17 06:00",
        "4": "2021-08-17 06:00:01", "5": "2021-08-18 06:00", "6": "2021-08-18 06:00:01",
        "7": "2021-08-18 06:00:02",
    }  # fmt: skip
    assert [item.keys["guid"] for item in move.items] == ["1", "2", "3", "4", "5", "6", "7"]
    assert kinds(move) == [("no-date", "")] * 5
    assert not any("draft" in item.keys for item in move.items)


@pytest.mark.parametrize("day", [datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)])
def test_the_first_and_the_last_day_that_there_are_are_nobodys_neighbours(day: datetime) -> None:
    odd = episode("odd", when=day.replace(tzinfo=UTC))  # what some programs write for no date
    dates = {item.keys["guid"]: item.keys.get("date") for item in moved(
        episode("1", when=None), odd, episode("2", when=None), episode("3"),
        episode("4", when=None)).items}  # fmt: skip
    assert dates["2"] == "2021-08-18 06:00:01"
    assert dates["4"] == "2021-08-18 05:59:59"
    assert str(dates["1"]).startswith("2021-08-18 06:00:")


def test_items_wait_where_a_feed_has_no_dates_at_all() -> None:
    move = moved(episode("2", when=None), episode("1", when=None))
    assert [item.keys["guid"] for item in move.items] == ["1", "2"]
    assert {(item.keys["draft"], "date" in item.keys) for item in move.items} == {(True, False)}
    assert move.items[0].path == "episodes/undated-strong-hips.md"
    assert kinds(move) == [("undated", "")] * 2


def test_an_old_page_becomes_an_alias_only_where_it_can() -> None:
    def alias(link: str, **known: Any) -> list[str] | None:
        found: list[str] | None = keys(episode(link=link), **known).get("aliases")
        return found

    assert alias("https://old.example/2019/old-post/") == ["/2019/old-post/"]
    assert alias("https://old.example/b%C3%BCro.html?utm_source=rss&utm_medium=x") == ["/büro.html"]
    assert alias("https://old.example/100%2525") == ["/100%2525"]
    for link in (
        "https://show.libsyn.com/strong-hips",
        "https://anchor.fm/x/episodes/y",
        "https://old.example/?p=3",
        "https://old.example/",
        "https://old.example",
        "https://old.example/a//b",
        "https://old.example/podcast/strong-hips",
        "https://old.example/podcast/",
        "../../x",
        "http://[",
        "https://old.example/.git/x",
        "https://old.example/%2e%2e/x",
    ):
        assert alias(link) is None, link
        assert "old-page" in [kind for kind, _ in kinds(moved(episode(link=link)))]
    own = "https://new.example/podcast/strong-hips.html"
    assert (alias(own), kinds(moved(episode(link=own)))) == (None, [])


def test_a_page_that_several_items_share_leads_to_none_of_them() -> None:
    move = moved(*(episode(guid, link="https://old.example/show") for guid in "ab"))
    assert [item.keys.get("aliases") for item in move.items] == [None, None]
    assert [kind for kind, _ in kinds(move)] == ["old-page", "old-page"]


PEOPLE = [
    {"name": "Wren Hollow", "role": "host", "image": "https://cdn.example/w.png"},
    {"name": "Ines Vale", "role": "guest", "image": "https://cdn.example/i"},
]


def test_who_is_met_again_has_a_table_and_others_stand_in_the_file() -> None:
    move = moved(
        episode(
            "1",
            people=[
                *PEOPLE,
                {"name": "Tom Reed", "role": "audio editor", "group": "audio post-production"},
            ],
        ),
        episode("2", people=[PEOPLE[0], {"name": "tom reed", "role": "audio editor"}]),
        about=show(people=[{"name": "Wren Hollow", "url": "https://wren.example"}]),
    )
    assert {place: value for place, value in move.settings.items() if place[0] == "people"} == {
        ("people", "wren-hollow", "name"): "Wren Hollow",
        ("people", "wren-hollow", "role"): "host",
        ("people", "wren-hollow", "url"): "https://wren.example",
        ("people", "wren-hollow", "image"): "images/wren-hollow.png",
        ("people", "tom-reed", "name"): "tom reed",
        ("people", "tom-reed", "role"): "audio editor",
        ("people", "tom-reed", "group"): "audio post-production",
    }
    second, first = move.items
    assert "hosts" not in first.keys  # they are the show's
    assert first.keys["guests"] == [{"name": "Ines Vale", "image": "../images/ines-vale.jpg"}]
    assert second.keys["people"] == [{"id": "tom-reed", "role": "audio editor"}]
    assert move.settings["podcast", "hosts"] == ["wren-hollow"]
    assert {one.path for one in move.wanted} == {
        "images/cover.jpg",
        "images/wren-hollow.png",
        "images/ines-vale.jpg",
    }


def test_an_episode_with_other_hosts_says_so() -> None:
    about = show(people=[{"name": "Wren Hollow"}])
    alone_with = moved(episode(people=[{"name": "Ada Finch"}]), about=about).items[0].keys
    assert (alone_with["hosts"], alone_with["people"]) == (
        [],
        [{"name": "Ada Finch", "role": "host"}],
    )


def test_somebody_whom_the_site_knows_keeps_the_id() -> None:
    move = moved(post(authors=[{"name": "WREN HOLLOW"}]), people={"wren": "Wren Hollow"})
    assert move.items[0].keys["authors"] == ["wren"]
    assert not [place for place in move.settings if place[0] == "people"]


def test_two_people_never_share_an_id() -> None:
    rows = [{"name": "Ana!"}, {"name": "Ana"}, {"name": "安娜"}]
    move = moved(post(authors=rows), people={"ana": "Ana Other"})
    assert move.items[0].keys["authors"] == ["ana-2", "ana-3", "person"]
