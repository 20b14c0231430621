"""Items of a feed become files: all that was told is in them, or is told to be lost."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tellings import (
    BERLIN,
    EARLY,
    alone,
    episode,
    here,
    keys,
    kinds,
    moved,
    post,
    show,
    shown,
    told,
)

from activefeed.content import items as content
from activefeed.formats import yaml
from activefeed.formats.telling import Telling, Told
from activefeed.migrate.items import plan, render
from activefeed.migrate.moving import Wanted
from activefeed.migrate.show import TABLE
from activefeed.problems import SourceText

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
