"""Items of a feed become files: nothing is changed that apps know them by, and nothing is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import BERLIN, DAY, alone, episode, here, keys, kinds, moved, post, show, shown, told

from activefeed.content import items as content
from activefeed.formats import yaml
from activefeed.formats.telling import Telling, Told
from activefeed.migrate.items import plan, render
from activefeed.migrate.moving import Wanted
from activefeed.migrate.show import TABLE
from activefeed.problems import SourceText

EARLY, LATE = (DAY.replace(year=year, tzinfo=None) for year in (1970, 2037))
AUTUMN, SPRING = DAY.replace(month=10, day=31, hour=1), DAY.replace(month=3, day=28, hour=1)

EVERYTHING: dict[str, Any] = {
    "link": "https://old.example/2021/strong-hips/",
    "permalink": "false",
    "html": "<p>Notes with <a href='https://x.example'>a link</a>.</p>",
    "summary": "Why hips matter: two studies.",
    "subtitle": "Part #1",
    "length": "1234",
    "duration": "62",
    "episode": "3",
    "episode_display": "3rd",
    "season": "2",
    "season_name": "Two",
    "kind": "bonus",
    "explicit": "true",
    "block": "true",
    "image": "https://cdn.example/1.png",
    "categories": [{"title": "Hips"}, {"title": "Running"}],
    "people": [{"name": "Ines Vale", "role": "guest", "url": "https://ines.example"}],
    "transcripts": [{"url": "https://cdn.example/1.srt", "type": "application/x-subrip"}],
    "chapters": [
        {"start": "0", "title": "Welcome"},
        {"start": "70.5", "title": "Hips: a story"},
        {"start": "4000", "title": "More", "url": "https://x.example"},
    ],
    "soundbites": [{"start": "5", "duration": "12.5", "title": "Why"}],
    "location": [{"name": "Portland", "rel": "subject", "geo": "geo:43.66,-70.25"}],
    "license": [{"name": "cc-by-4.0"}],
    "funding": [{"url": "https://pay.example"}],
    "comments": [{"url": "https://social.example/1", "protocol": "activitypub"}],
}


def test_an_episode_is_written_with_all_that_was_told() -> None:
    item = alone(episode("Old 1 ", **EVERYTHING))
    assert item.path == "episodes/203-strong-hips.md"
    assert list(item.keys.items()) == [
        ("title", "Strong hips"),
        ("date", "2021-08-18 06:00"),
        ("guid", "Old 1"),
        ("summary", "Why hips matter: two studies."),
        ("subtitle", "Part #1"),
        ("season", 2),
        ("episode", 3),
        ("episode_display", "3rd"),
        ("type", "bonus"),
        ("explicit", True),
        ("guests", [{"name": "Ines Vale", "url": "https://ines.example"}]),
        ("categories", ["Hips", "Running"]),
        (
            "chapters",
            [
                "0:00 Welcome",
                "70.5 Hips: a story",
                {"start": "1:06:40", "title": "More", "url": "https://x.example"},
            ],
        ),
        ("soundbites", [{"start": "0:05", "duration": "12.5", "title": "Why"}]),
        ("location", {"name": "Portland", "geo": "geo:43.66,-70.25"}),
        ("license", "cc-by-4.0"),
        ("funding", [{"title": "Support", "url": "https://pay.example"}]),
        ("comments", "https://social.example/1"),
        ("block", True),
        ("aliases", ["/2021/strong-hips/"]),
    ]
    assert item.body == "Notes with [a link](https://x.example).\n"
    assert item.wanted == (
        Wanted("https://cdn.example/1.png", "episodes/203-strong-hips.png", "image"),
        Wanted("https://cdn.example/1.mp3", "episodes/203-strong-hips.mp3", "audio", 1234),
        Wanted("https://cdn.example/1.srt", "episodes/203-strong-hips.srt", "transcript"),
    )


def test_what_is_written_is_what_our_own_reader_understands() -> None:
    item = alone(episode("Old: #1 'x' \"y\"", **EVERYTHING))
    source = SourceText(item.path, render(item))
    document, errors = yaml.read(source.text)
    assert (errors, document.body) == ([], item.body)
    assert source.text.startswith("---\n# yaml-language-server: $schema=../.activefeed/schemas/ep")
    found, sheet = content._read("episode", source, BERLIN, "https://new.example")
    assert not [problem.message for problem in sheet.problems]
    assert found is not None
    assert found.model_dump()["guid"] == "Old: #1 'x' \"y\""


def test_a_post_has_authors_of_its_own() -> None:
    item = alone(
        post(authors=[{"name": "Wren Hollow", "url": "https://wren.example"}], html="<p>Hi</p>")
    )
    assert item.path == "posts/2021-08-18-a-log-on-a-card.md"
    assert item.keys["authors"] == ["wren-hollow"]
    assert (item.kind, item.body) == ("post", "Hi\n")


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


def test_episodes_of_a_feed_with_posts_are_in_the_blog_too() -> None:
    move = moved(episode("2"), post("1"))
    assert {item.kind: item.keys.get("blog") for item in move.items} == {
        "episode": True, "post": None,
    }  # fmt: skip
    assert keys(episode("2")).get("blog") is None
    # A site that has a podcast alone gets a blog for them.
    assert moved(episode("2"), post("1"), podcast="").settings == {
        ("blog", "title"): "Steady Steps"
    }
    assert moved(episode("2"), post("1"), podcast="", blog=True).settings == {}
    assert moved(episode("2"), podcast="").settings == {}


def test_nothing_is_wanted_that_has_no_address_on_the_web() -> None:
    data = "data:image/png;base64," + "A" * 5000
    ann, bob = ({"name": name, "image": data} for name in ("Ann", "Bob"))
    item = episode(
        url="ftp://cdn.example/1.mp3", image=data, chapters_url="file:///etc/chapters.json",
        people=[ann, {"name": "Cem", "role": "guest", "image": "https://cdn.example/cem.png"}],
        transcripts=[{"url": "ftp://cdn.example/1.vtt", "type": "text/vtt"}],
        html=f"<p>Hello <img src='{data}' alt='a'></p>",
    )  # fmt: skip
    move = moved(item, about=show(image=data, people=[ann, bob]))
    assert [one.url for one in (*move.wanted, *move.items[0].wanted)] == [
        "https://cdn.example/cem.png"
    ]
    assert move.items[0].keys["draft"] is True
    assert data not in repr(move)
    told = {notice.kind for notice in move.notices}
    assert {"odd-image", "unknown-audio", "taken-out", "chapters", "transcript"} <= told
    assert ("podcast", "cover") not in move.settings


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (
            {"url": "https://cdn.example/get?id=1", "type": "application/octet-stream"},
            "unknown-audio",
        ),
        ({"url": "https://cdn.example/1.mp4", "type": "video/mp4"}, "unplayable-audio"),
        ({"url": "https://cdn.example/1.aac", "type": ""}, "unplayable-audio"),
    ],
)
def test_audio_that_cannot_go_out_makes_a_draft(said: dict[str, str], kind: str) -> None:
    move = moved(episode(**said))
    assert kinds(move) == [(kind, said["url"])]
    assert move.items[0].keys["draft"] is True


def test_audio_may_stay_where_it_is_if_the_feed_says_enough() -> None:
    item = alone(episode(length="1234", duration="3723"), keep_audio=True)
    assert {key: item.keys.get(key) for key in ("audio", "size", "duration", "draft")} == {
        "audio": "https://cdn.example/1.mp3",
        "size": 1234,
        "duration": "1:02:03",
        "draft": None,
    }
    assert item.wanted == ()
    move = moved(episode(length="0", duration="3723"), keep_audio=True)
    assert (kinds(move)[0][0], move.items[0].keys["draft"]) == ("remote-audio", True)


def test_a_feed_without_audio_is_a_blog_and_files_that_are_none_are_told() -> None:
    move = moved(post(url="https://cdn.example/plan.pdf", type="application/pdf"))
    assert move.items[0].kind == "post"
    assert ("enclosed", "https://cdn.example/plan.pdf") in kinds(move)
    assert ("blog", "title") in move.settings
    assert not [place for place in move.settings if place[0] == "podcast"]


def test_a_show_with_posts_gets_a_blog_as_well() -> None:
    move = moved(post(), episode())
    assert [item.kind for item in move.items] == ["episode", "post"]
    assert {place[0] for place in move.settings} == {"podcast", "blog"}


@pytest.mark.parametrize(
    ("show_says", "item_says", "written"),
    [
        ("true", "false", False),
        ("true", "true", None),
        ("false", "true", True),
        ("true", None, None),
    ],
)
def test_explicit_is_written_where_it_differs(
    show_says: str, item_says: str | None, written: bool | None
) -> None:
    said = {"explicit": item_says} if item_says else {}
    item = moved(episode(**said), about=show(explicit=show_says)).items[0]
    assert item.keys.get("explicit") is written


def test_texts_that_say_nothing_new_are_left_out() -> None:
    assert "subtitle" not in keys(episode(subtitle="Strong hips"))
    assert "subtitle" not in keys(episode(subtitle="A summary", summary="A summary"))


def test_a_title_is_made_of_the_text_where_there_is_none() -> None:
    move = moved(
        told(
            guid="1",
            html="<p>Walk &amp; run: a ladder for those who have not run for a long while.</p>",
        )
    )
    assert (
        move.items[0].keys["title"] == "Walk & run: a ladder for those who have not run for a long"
    )
    assert kinds(move) == [("no-title", "")]


def test_one_subject_has_one_spelling_and_every_subject_an_address() -> None:
    move = moved(
        episode("1", categories=[{"title": "Läufer"}, {"title": "hips"}]),
        episode("2", categories=[{"title": "Hips"}, {"title": "健康"}, {"title": "HIPS"}]),
        categories={"laufer": "Laufer"},
    )
    assert [item.keys["categories"] for item in move.items] == [
        ["Hips", "健康"],
        ["Laufer", "Hips"],
    ]
    assert move.settings["categories", "健康"] == "category-3"


@pytest.mark.parametrize(
    ("types", "ending"),
    [
        (("application/json", "text/vtt", "text/html"), ".vtt"),
        (("text/html", "text/plain"), ".txt"),
        (("application/json", "application/srt"), ".srt"),
        (("text/html",), ""),
    ],
)
def test_the_best_transcript_is_fetched(types: tuple[str, ...], ending: str) -> None:
    rows = [{"url": f"https://cdn.example/{type}", "type": type} for type in types]
    move = moved(episode(transcripts=rows))
    assert [one.path for one in move.items[0].wanted if one.use == "transcript"] == [
        f"episodes/2021-08-18-strong-hips{ending}"
    ] * bool(ending)
    lost = [("transcript", "")] * ("text/html" in types)
    assert kinds(move) == lost


def test_of_several_languages_one_is_fetched_and_that_is_told() -> None:
    rows = [{"url": f"https://cdn.example/{n}.vtt", "language": n} for n in ("en", "de")]
    move = moved(episode(transcripts=rows))
    assert [one.use for one in move.items[0].wanted] == ["audio", "transcript"]
    assert kinds(move) == [("languages", "")]


def test_chapters_elsewhere_are_fetched_unless_the_feed_holds_them() -> None:
    url, type = "https://cdn.example/c", "application/json+chapters"
    (_, file) = alone(episode(chapters_url=url, chapters_type=type)).wanted
    assert file == Wanted(url, "episodes/2021-08-18-strong-hips.chapters.json", "chapters")
    both = moved(
        episode(chapters_url=url, chapters_type=type, chapters=[{"start": "0", "title": "A"}])
    )
    assert kinds(both) == [("chapters", "")]
    assert kinds(moved(episode(chapters_url=url, chapters_type="text/plain"))) == [("chapters", "")]


def test_a_chapter_keeps_its_dash_and_one_without_a_title_gets_one() -> None:
    rows = [{"start": "0", "title": "– Hello"}, {"start": "5"}]
    assert keys(episode(chapters=rows))["chapters"] == [
        {"start": "0:00", "title": "– Hello"},
        "0:05 …",
    ]


def test_what_has_no_place_is_told_and_nothing_else() -> None:
    about = show(author="Wren Hollow")
    move = moved(
        episode(
            author="Ada Finch",
            comments="https://old.example/1#respond",
            block="false",
            kind="full",
            more_audio=[{"url": "a"}, {"url": "b"}],
            location=[{"name": "A"}, {"name": "B"}],
        ),
        about=about,
    )
    assert kinds(move) == [
        ("not-taken", "author: Ada Finch"),
        ("not-taken", "more_audio (2)"),
        ("not-taken", "location (1)"),
    ]
    assert move.items[0].keys["location"] == "A"
    assert kinds(moved(episode(author="Wren Hollow"), about=about)) == []


def test_a_post_tells_what_only_episodes_have() -> None:
    move = moved(post(season="2", people=[{"name": "A"}], explicit="false", kind="full"))
    assert kinds(move) == [("not-taken", "season: 2"), ("not-taken", "people (1)")]


def test_what_nobody_reads_and_what_is_wrong_is_told_of_the_whole_feed() -> None:
    telling = Telling(show(), (episode(),), unread={"x:odd": 7}, troubles=("It is cut off.",))
    told_of = [(one.kind, one.title, one.detail) for one in plan(telling, here(), shown).notices]
    assert told_of[:2] == [("trouble", "", "It is cut off."), ("unread", "", "x:odd (7)")]


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


def test_the_picture_of_the_show_is_not_fetched_for_each_episode() -> None:
    same = episode(image="https://cdn.example/c.jpg")
    assert [one.use for one in alone(same).wanted] == ["audio"]


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


NAMES = [*TABLE["taken"]["episode"].split(), *TABLE["taken"]["post"].split(), "odd"]
SEVERAL = [
    "people", "authors", "categories", "transcripts", "chapters", "soundbites", "location", "txt",
    "license", "funding", "comments", "blocks", "apple_categories", "more_audio",
]  # fmt: skip
FACTS = st.dictionaries(
    st.sampled_from(NAMES),
    st.text(max_size=30)
    | st.sampled_from(["https://x.example/a.mp3", "true", "12", "<b>x", "http://["]),
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "name": st.text(min_size=1),
            "title": st.text(min_size=1),
            "url": st.text(),
            "start": st.text(),
            "text": st.text(),
        }
    ),
    max_size=3,
)
LISTS = st.dictionaries(st.sampled_from(SEVERAL), ROWS.map(tuple))
TOLD = st.builds(Told, FACTS, LISTS, st.none() | st.datetimes(EARLY, timezones=st.just(UTC)))


@settings(deadline=None, max_examples=40)
@given(TOLD, st.lists(TOLD, max_size=4), st.booleans())
def test_whatever_a_feed_tells_becomes_sound_files(
    about: Told, items: list[Told], keep: bool
) -> None:
    move = plan(Telling(about, tuple(items)), here(keep_audio=keep), shown)
    guids = [item.keys["guid"] for item in move.items if "guid" in item.keys]
    assert len(move.items) == len(items)
    assert len(set(guids)) == len(guids)
    told = [one.facts["guid"].strip() for one in items if one.facts.get("guid", "").strip()]
    assert len(guids) == len(told)
    assert set(guids) >= set(told)
    paths = [item.path for item in move.items]
    paths += [one.path for item in move.items for one in item.wanted]
    paths += [one.path for one in move.wanted]
    assert len({path.lower() for path in paths}) == len(paths)
    for item in move.items:
        document, errors = yaml.read(render(item))
        assert not errors
        assert document.data.get("guid", "") == item.keys.get("guid", "")
