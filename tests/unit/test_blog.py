"""The blog's three feeds as readers see them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid5

import feedparser
import podcastparser
import pytest
from builders import SITE_ID, entry, image, person, post, source, written
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from activefeed.model import Blog, Category
from activefeed.render import blog
from activefeed.render.entry import Entry
from activefeed.render.namespaces import clean

ATOM = {"a": "http://www.w3.org/2005/Atom"}
RSS = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
FEEDS = ("blog/feed.xml", "blog/atom.xml", "blog/feed.json")


def rss(*entries: Entry, **changes: Any) -> Any:
    return etree.fromstring(written("blog/feed.xml", *entries, **changes)).find("channel")


def atom(*entries: Entry, **changes: Any) -> Any:
    return etree.fromstring(written("blog/atom.xml", *entries, **changes))


def json_feed(*entries: Entry, **changes: Any) -> Any:
    return json.loads(written("blog/feed.json", *entries, **changes))


def texts(parent: Any, path: str, names: dict[str, str]) -> list[str]:
    return [one.text for one in parent.findall(path, names)]


ANNA = person(role="author", image=image(file=source("images/anna.jpg")))
BEN = person(id="", name="Ben", role="author", url="")
TWO = entry(item=post(people=(ANNA, BEN)), summary="Is <5 km enough?", image="media/walk.jpg")


def test_rss_says_what_readers_need() -> None:
    said = rss(TWO)
    expected = {
        "title": ["Clinic Notes"],
        "link": ["https://clinic.example/blog/index.html"],
        "description": ["What we read & think."],
        "language": ["en"],
        "lastBuildDate": ["Mon, 02 Mar 2026 07:30:00 +0000"],
        "generator": [],
        "docs": [],
        "item/title": ["Walking"],
        "item/link": ["https://clinic.example/blog/walking.html"],
        "item/description": ["Is &lt;5 km enough?"],
        "item/content:encoded": ["<p>Notes.</p>"],
        "item/guid": ["1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4"],
        "item/pubDate": ["Sun, 01 Mar 2026 06:00:00 +0000"],
        "item/category": ["Back Pain"],
        "item/dc:creator": ["Anna Host", "Ben"],
    }
    assert {path: texts(said, path, RSS) for path in expected} == expected
    assert said.find("item/guid").get("isPermaLink") == "false"
    assert said.find("atom:link", RSS).get("href") == "https://clinic.example/blog/feed.xml"


def test_rss_of_a_blog_does_not_look_like_a_podcast() -> None:
    assert set(rss(TWO).nsmap) == {"atom", "content", "dc"}
    assert b"itunes" not in written("blog/feed.xml", TWO)


def test_atom_names_itself_its_page_and_its_author() -> None:
    said = atom()
    assert said.tag == "{http://www.w3.org/2005/Atom}feed"
    assert said.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert texts(said, "a:id", ATOM) == [f"urn:uuid:{uuid5(UUID(SITE_ID), 'atom/blog')}"]
    assert texts(said, "a:updated", ATOM) == ["2026-03-02T07:30:00+00:00"]
    assert texts(said, "a:subtitle", ATOM) == ["What we read & think."]
    assert texts(said, "a:author/a:name", ATOM) == ["Clinic Notes"]
    assert [dict(link.attrib) for link in said.findall("a:link", ATOM)] == [
        {
            "href": "https://clinic.example/blog/atom.xml",
            "rel": "self",
            "type": "application/atom+xml",
        },
        {"href": "https://clinic.example/blog/index.html", "rel": "alternate", "type": "text/html"},
    ]


def test_an_atom_entry_is_complete() -> None:
    (said,) = atom(TWO).findall("a:entry", ATOM)
    expected = {
        "id": ["urn:uuid:1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4"],
        "title": ["Walking"],
        "summary": ["Is <5 km enough?"],
        "content": ["<p>Notes.</p>"],
        "published": ["2026-03-01T06:00:00+00:00"],
        "updated": ["2026-03-02T07:30:00+00:00"],
    }
    assert {name: texts(said, f"a:{name}", ATOM) for name in expected} == expected
    assert said.find("a:content", ATOM).get("type") == "html"
    assert texts(said, "a:author/a:name", ATOM) == ["Anna Host", "Ben"]
    assert texts(said, "a:author/a:uri", ATOM) == ["https://anna.example"]
    assert dict(said.find("a:category", ATOM).attrib) == {"term": "back-pain", "label": "Back Pain"}


def test_links_of_atom_entries_keep_rel_and_type() -> None:
    (link,) = atom(TWO).findall("a:entry/a:link", ATOM)
    assert dict(link.attrib) == {
        "rel": "alternate",
        "type": "text/html",
        "href": "https://clinic.example/blog/walking.html",
    }


def test_json_feed_has_its_keys_in_a_fixed_order() -> None:
    said = json_feed(TWO)
    assert list(said) == [
        *("version", "title", "home_page_url", "feed_url", "description", "language"),
        *("authors", "items"),
    ]
    assert said["version"] == "https://jsonfeed.org/version/1.1"
    assert said["feed_url"] == "https://clinic.example/blog/feed.json"
    assert list(said["items"][0].items()) == [
        ("id", "urn:uuid:1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4"),
        ("url", "https://clinic.example/blog/walking.html"),
        ("title", "Walking"),
        ("summary", "Is <5 km enough?"),
        ("content_html", "<p>Notes.</p>"),
        ("image", "https://clinic.example/media/walk.jpg"),
        ("date_published", "2026-03-01T06:00:00Z"),
        ("date_modified", "2026-03-02T07:30:00Z"),
        (
            "authors",
            [
                {
                    "name": "Anna Host",
                    "url": "https://anna.example",
                    "avatar": "https://clinic.example/media/anna.abababababab.png",
                },
                {"name": "Ben"},
            ],
        ),
        ("tags", ["Back Pain"]),
    ]


def test_json_feed_omits_what_is_empty_but_for_what_it_must_have() -> None:
    bare = entry(item=post(people=(), categories=()), feed_html="", summary="")
    said = json_feed(bare, blog=Blog("Notes", ""))
    assert "description" not in said
    assert list(said["items"][0]) == [
        *("id", "url", "title", "content_html", "date_published", "date_modified")
    ]
    assert json_feed()["items"] == []


@pytest.mark.parametrize(
    ("guid", "expected"),
    [
        ("https://old.example/?p=12", "https://old.example/?p=12"),
        ("tag:old.example,2020:12", "tag:old.example,2020:12"),
        ("urn:uuid:1C9F6C2E-1b1f-5c43-9a53-30b7a9a2f1c4",) * 2,
        ("1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4", "urn:uuid:1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4"),
        ("00123", f"urn:uuid:{uuid5(UUID(SITE_ID), 'atom/00123')}"),
        ("Part 1: hips", f"urn:uuid:{uuid5(UUID(SITE_ID), 'atom/Part 1: hips')}"),
        ("ü\ud800", f"urn:uuid:{uuid5(UUID(SITE_ID), 'atom/ü')}"),
    ],
)
def test_every_guid_becomes_an_iri_that_stays(guid: str, expected: str) -> None:
    assert blog.atom_id(SITE_ID, guid) == expected


@pytest.mark.parametrize("path", ["blog/feed.xml", "blog/atom.xml"])
def test_feedparser_and_podcastparser_see_the_post(path: str) -> None:
    feed = written(path, TWO)
    seen = feedparser.parse(feed)
    assert not seen.bozo
    assert (seen.feed.title, seen.feed.link) == (
        "Clinic Notes",
        "https://clinic.example/blog/index.html",
    )
    (one,) = seen.entries
    assert (one.title, one.link) == ("Walking", "https://clinic.example/blog/walking.html")
    assert one.content[0].value == "<p>Notes.</p>"
    parsed = podcastparser.parse(f"https://clinic.example/{path}", BytesIO(feed))
    assert parsed["link"] == "https://clinic.example/blog/index.html"


@pytest.mark.parametrize("path", FEEDS)
def test_entries_stay_in_their_order_and_bytes_repeat(path: str) -> None:
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (3, 2, 1)]
    entries = [entry(item=post(title=f"Day {d.day}", published=d)) for d in days]
    feed = written(path, *entries)
    assert feed == written(path, *entries)
    where = [feed.index(f"Day {d.day}".encode()) for d in days]
    assert where == sorted(where)


@pytest.mark.parametrize("path", FEEDS)
def test_a_blog_without_posts_or_words_is_still_a_feed(path: str) -> None:
    feed = written(path, blog=Blog("Notes", ""))
    seen = json.loads(feed) if path.endswith("json") else feedparser.parse(feed).feed
    assert seen["title"] == "Notes"


def test_odd_characters_cannot_stop_a_feed() -> None:
    odd = "bell\x07 \ud800 ]]> <b>&amp; 😀 \u05e9\u05dc\u05d5\u05dd \r\n\u0000end"
    one = post(
        title=odd,
        guid=odd,
        people=(person(name=odd, role="author", url=f"https://x.example/{odd}"),),
        categories=(Category("odd", odd),),
    )
    made = entry(item=one, summary=odd, feed_html=odd)
    of_blog = Blog(odd, odd)
    for path in ("title", "item/title", "item/dc:creator", "item/content:encoded"):
        assert texts(rss(made, blog=of_blog), path, RSS) == [clean(odd)]
    for path in ("a:title", "a:entry/a:title", "a:entry/a:summary", "a:entry/a:content"):
        assert texts(atom(made, blog=of_blog), path, ATOM) == [clean(odd)]
    (said,) = json_feed(made, blog=of_blog)["items"]
    assert said["title"] == said["summary"] == said["content_html"] == clean(odd)


@settings(max_examples=60)
@given(*(st.text(st.characters(codec=None, exclude_categories=())) for _ in range(2)))
def test_any_text_gives_feeds_that_say_it(title: str, summary: str) -> None:
    made = entry(item=post(title=title), summary=summary, feed_html=summary)
    expected = clean(title) or "walking"
    assert texts(rss(made), "item/title", RSS) == [expected]
    assert texts(atom(made), "a:entry/a:title", ATOM) == [expected]
    assert [texts(atom(made), "a:entry/a:summary", ATOM)] == [
        [clean(summary)] * bool(clean(summary))
    ]
    assert json_feed(made)["items"][0]["title"] == expected


def test_an_author_with_an_address_of_mail_has_none_in_feeds() -> None:
    mail = person(role="author", url="mailto:anna@clinic.example")
    made = entry(item=post(people=(mail,)))
    assert b"mailto:" not in written("blog/atom.xml", made)
    assert b"mailto:" not in written("blog/feed.json", made)
