"""A show moves in with all that directories know of it; one that is here already is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from tellings import episode, moved, post, show, told

from activefeed.content import schema, written
from activefeed.formats.telling import Told
from activefeed.migrate.moving import Move, Wanted
from activefeed.problems import Problems, SourceText
from activefeed.urls import podcast_guid

EVERYTHING: dict[str, Any] = {
    "description": "Walking, running, and what studies say.",
    "language": "en-GB",
    "explicit": "true",
    "kind": "serial",
    "owner_name": "Tern Street",
    "owner_email": "tern@street.example",
    "copyright": "© 2019–2023 Tern Street. All rights reserved.",
    "complete": "true",
    "medium": "podcast",
    "locked": "true",
    "generator": "Old Host 1.0",
    "self": "https://old.example/feed.xml",
    "link": "https://old.example",
    "apple_categories": [{"title": "Health & Fitness > Medicine"}, {"title": "Science"}],
    "people": [
        {"name": "Wren Hollow", "role": "host"},
        {"name": "Tom Reed", "role": "audio editor"},
    ],
    "funding": [{"title": "Help us", "url": "https://pay.example"}],
    "license": [{"name": "cc-by-4.0"}],
    "location": [{"name": "Portland", "rel": "creator"}],
    "frequency": [{"text": "Weekly", "rrule": "FREQ=WEEKLY", "complete": "false"}],
    "txt": [{"text": "abc", "purpose": "verify"}],
    "blocks": [{"id": "spotify", "text": "yes"}, {"id": "x", "text": "no"}],
}


def podcast(move: Move) -> dict[str, Any]:
    return {place[1]: value for place, value in move.settings.items() if place[0] == "podcast"}


def kinds(move: Move) -> list[tuple[str, str]]:
    return [(notice.kind, notice.detail) for notice in move.notices if not notice.title]


def test_a_show_is_written_with_all_that_was_told() -> None:
    move = moved(episode(season="1", season_name="Backs"), about=show(**EVERYTHING))
    assert list(podcast(move).items()) == [
        ("guid", "9b024349-ccf0-5f69-a609-6b82873eab3c"),
        ("title", "Steady Steps"),
        ("author", "Wren Hollow"),
        ("description", "Walking, running, and what studies say."),
        ("cover", "images/cover.jpg"),
        ("apple_categories", ["Health & Fitness > Medicine", "Science"]),
        ("owner", {"name": "Tern Street", "email": "tern@street.example"}),
        ("explicit", True),
        ("type", "serial"),
        ("locked", True),
        ("hosts", ["wren-hollow"]),
        ("copyright", "Tern Street"),
        ("funding", [{"title": "Help us", "url": "https://pay.example"}]),
        ("update_frequency", {"text": "Weekly", "rrule": "FREQ=WEEKLY"}),
        ("license", "cc-by-4.0"),
        ("location", {"name": "Portland", "rel": "creator"}),
        ("seasons", {"1": "Backs"}),
        ("txt", [{"text": "abc", "purpose": "verify"}]),
        ("block", ["spotify"]),
        ("complete", True),
    ]
    assert move.settings["site", "language"] == "en-GB"
    assert Wanted("https://cdn.example/c.jpg", "images/cover.jpg", "image") in move.wanted
    assert kinds(move) == []


def test_what_is_written_is_what_our_settings_may_hold() -> None:
    move = moved(episode(), about=show(**EVERYTHING))
    data: dict[str, Any] = {
        "site": {
            "title": "T",
            "url": "https://new.example",
            "timezone": "UTC",
            "id": "7c029615-a810-5214-9342-eee73f58435d",
        }
    }
    for place, value in move.settings.items():
        table = data
        for part in place[:-1]:
            table = table.setdefault(part, {})
        table[place[-1]] = value
    sheet = written.Written(SourceText("activefeed.toml", ""), Problems(), {}, {})
    assert written.validate(schema.Settings, data, schema.SiteKeys, sheet) is not None  # type: ignore[arg-type]
    assert not [problem.message for problem in sheet.problems]


def test_only_what_is_told_is_written() -> None:
    bare = moved(episode(), about=told(title="Steps", guid="9b024349-ccf0-5f69-a609-6b82873eab3c"))
    assert list(podcast(bare)) == ["guid", "title", "author", "description", "locked", "hosts"]


@pytest.mark.parametrize(
    ("fetched", "said", "address"),
    [
        ("https://podnews.net/rss", "https://other.example/f", "podnews.net/rss"),
        ("", "http://old.example/feed/", "old.example/feed"),
    ],
)
def test_a_show_without_a_guid_gets_it_from_the_address_of_its_feed(
    fetched: str, said: str, address: str
) -> None:
    about = told(title="S", self=said)
    assert podcast(moved(episode(), about=about, feed=fetched))["guid"] == podcast_guid(address)
    assert podcast_guid("podnews.net/rss") == "9b024349-ccf0-5f69-a609-6b82873eab3c"


def test_a_show_whose_address_nobody_knows_has_no_guid_yet() -> None:
    move = moved(episode(), about=told(title="S"))
    assert ("no-show-guid", "") in kinds(move)


@pytest.mark.parametrize(
    ("line", "holder"),
    [
        ("© 2019-2023 Tern Street", "Tern Street"),
        ("Copyright (c) 2020 by Tern Street, Inc.", "Tern Street, Inc."),
        ("℗ & © 2020 Tern Street", "& Tern Street"),
        ("Tern Street - All Rights Reserved", "Tern Street"),
        ("© All rights reserved.", None),
        ("2020 - present Tern Street", "Tern Street"),
        ("Tern 24 Street", "Tern 24 Street"),
    ],
)
def test_of_a_copyright_the_holder_is_kept(line: str, holder: str | None) -> None:
    assert podcast(moved(episode(), about=show(copyright=line))).get("copyright") == holder


def test_a_long_description_is_cut_at_a_word_and_that_is_told() -> None:
    move = moved(episode(), about=show(description="größer " * 600))
    text = podcast(move)["description"]
    assert len(text.encode()) <= 4000
    assert text.endswith("größer…")
    assert kinds(move)[0][0] == "cut-description"


@pytest.mark.parametrize(
    ("said", "block"),
    [({"block": "true"}, True), ({"blocks": [{"text": "yes"}]}, True), ({"block": "false"}, None)],
)
def test_a_show_may_be_hidden_from_all(said: dict[str, Any], block: bool | None) -> None:
    assert podcast(moved(episode(), about=show(**said))).get("block") is block


def test_what_has_no_place_is_told() -> None:
    about = show(new_feed_url="https://next.example/feed", odd="x", categories=[{"title": "A"}])
    assert kinds(moved(episode(), about=about)) == [
        ("moved-on", "https://next.example/feed"),
        ("not-taken", "odd: x"),
        ("not-taken", "categories (1)"),
    ]


def test_a_show_that_is_here_is_left_alone() -> None:
    about = show(**EVERYTHING)
    same = moved(episode(), about=about, podcast="9b024349-ccf0-5f69-a609-6b82873eab3c")
    assert (podcast(same), kinds(same)[0][0], len(same.items)) == ({}, "show-kept", 1)
    other = moved(episode(), about=about, podcast="7c029615-a810-5214-9342-eee73f58435d")
    assert kinds(other) == [("other-show", "9b024349-ccf0-5f69-a609-6b82873eab3c")]
    assert kinds(moved(episode(), about=told(title="S"), podcast="7c0"))[0][0] == "show-kept"


def test_a_blog_has_a_title_and_a_description() -> None:
    about = told(
        title="Notes", description="On walking.", language="de", authors=[{"name": "Wren Hollow"}]
    )
    move = moved(post(), about=about)
    assert move.settings == {
        ("site", "language"): "de",
        ("blog", "title"): "Notes",
        ("blog", "description"): "On walking.",
        ("people", "wren-hollow", "name"): "Wren Hollow",
        ("people", "wren-hollow", "role"): "author",
    }
    assert move.items[0].keys["authors"] == ["wren-hollow"]
    assert move.wanted == ()
    assert ("blog", "title") not in moved(post(), about=about, blog=True).settings


def test_an_empty_feed_is_no_trouble() -> None:
    assert moved(about=Told({})).items == ()
