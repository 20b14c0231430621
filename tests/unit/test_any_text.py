"""For any text in any field, all feeds are well-formed and say that text, cleaned and no more."""

from __future__ import annotations

import json
import re
from typing import Any

from builders import edition, entry, feed, image, item, person, post, recording, show
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from activefeed.model import (
    Blog,
    Category,
    Chapter,
    Frequency,
    License,
    Link,
    Note,
    Place,
    Soundbite,
    Thread,
)
from activefeed.render.entry import Document, Edition, Entry
from activefeed.render.namespaces import NAMESPACES, clean, legal

NS = {**NAMESPACES, "content": "http://purl.org/rss/1.0/modules/content/"}
# Where each text of the episode and its show is said in the podcast's feed.
IN_PODCAST = {
    "show.title": "title",
    "show.description": "description",
    "show.author": "itunes:author",
    "show.copyright": "copyright",
    "show.owner": "itunes:owner/itunes:name",
    "show.funding": "podcast:funding",
    "show.license": "podcast:license",
    "show.place": "podcast:location",
    "show.often": "podcast:updateFrequency",
    "show.note": "podcast:txt",
    "show.purpose": "podcast:txt/@purpose",
    "show.alt": "podcast:image/@alt",
    "show.host": "podcast:person",
    "title": "item/title",
    "category": "item/category",
    "display": "item/podcast:episode/@display",
    "season": "item/podcast:season/@name",
    "bite": "item/podcast:soundbite",
    "place": "item/podcast:location",
    "license": "item/podcast:license",
    "funding": "item/podcast:funding",
    "account": "item/podcast:socialInteract/@accountId",
    "chapter": "item/psc:chapters/psc:chapter/@title",
    "person": "item/podcast:person",
    "alt": "item/podcast:image/@alt",
}
BLOG = ("blog.title", "blog.description", "author", "title", "category", "summary")
NAMES = sorted({*IN_PODCAST, *BLOG, "guid", "html"})
# Every code point, lone surrogates too; the odd ones more often than chance would bring them.
CHARACTERS = st.characters(codec=None, exclude_categories=()) | st.sampled_from(
    "<>&\"'\0\r\n]\ufffe"
)
TEXTS = st.fixed_dictionaries(
    {name: st.text(CHARACTERS, max_size=12) | st.just("]]><b>&amp;\x0b") for name in NAMES}
)
FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def episode(said: dict[str, str]) -> Entry:
    one = recording(
        display=said["display"], season=7, chapters=(Chapter(0, said["chapter"]),),
        soundbites=(Soundbite(1, 2, said["bite"]),), location=Place(said["place"], geo="geo:1,2"),
        license=License(said["license"], "https://x.example/"),
        funding=(Link(said["funding"], "https://x.example/"),),
    )  # fmt: skip
    made = item(
        title=said["title"], guid=said["guid"], image=image(alt=said["alt"]), recording=one,
        categories=(Category("c", said["category"]),), people=(person(name=said["person"]),),
        comments=Thread("https://x.example/", account=said["account"]), in_blog=True,
    )  # fmt: skip
    return entry(item=made, summary=said["summary"], feed_html=said["html"], image="media/x.png")


def written(said: dict[str, str], path: str) -> bytes:
    about = show(
        title=said["show.title"], description=said["show.description"],
        author=said["show.author"], copyright=said["show.copyright"],
        owner=(said["show.owner"], "a@x.example"), cover=image(alt=said["show.alt"]),
        funding=(Link(said["show.funding"], "https://x.example/"),),
        license=License(said["show.license"], "https://x.example/"),
        location=Place(said["show.place"], geo="geo:1,2"), seasons={7: said["season"]},
        frequency=Frequency(said["show.often"], "FREQ=DAILY"),
        notes=(Note(said["show.note"], said["show.purpose"]),),
        hosts=(person(name=said["show.host"]),),
    )  # fmt: skip
    words = post(
        title=said["title"], people=(person(name=said["author"], role="author"),),
        categories=(Category("c", said["category"]),), guid=said["guid"],
    )  # fmt: skip
    text = entry(item=words, summary=said["summary"], feed_html=said["html"])
    rows = (episode(said),) if path.startswith("podcast") else (text,)
    whole: Edition = edition(
        *rows, show=about, blog=Blog(said["blog.title"], said["blog.description"])
    )
    one = feed(path, whole)
    return one.write(whole, Document(one, path, rows, one.updated))


def xml(body: bytes) -> Any:
    text = body.decode()
    assert not FORBIDDEN.search(text)
    assert text.startswith("<?xml")
    return etree.fromstring(body)


def found(parent: Any, path: str) -> list[str]:
    place, _, attribute = path.partition("/@")
    values = [one.get(attribute) if attribute else one.text for one in parent.findall(place, NS)]
    return [value for value in values if value]


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_the_podcast_says_every_text(said: dict[str, str]) -> None:
    channel = xml(written(said, "podcast/feed.xml")).find("channel")
    title = clean(said["show.title"]) or "podcast/feed.xml"
    fallback = {"title": "strong-hips", "show.title": title, "show.description": title}
    for name, path in IN_PODCAST.items():
        expected = clean(said[name]) or fallback.get(name, "")
        assert found(channel, path) == [expected] * bool(expected), name
    assert found(channel, "item/guid") == [legal(said["guid"])] * bool(legal(said["guid"]))
    html = legal(said["html"]).strip()
    told = [*found(channel, "item/description"), *found(channel, "item/content:encoded")]
    assert html in told or not html  # simple notes are said once


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_rss_and_atom_of_the_blog_say_every_text(said: dict[str, str]) -> None:
    channel = xml(written(said, "blog/feed.xml")).find("channel")
    root = xml(written(said, "blog/atom.xml"))
    title, author = clean(said["title"]) or "walking", clean(said["author"])
    for parent, paths in (
        (channel, ("title", "item/title", "item/dc:creator", "item/category")),
        (root, ("atom:title", "atom:entry/atom:title", "atom:entry/atom:author/atom:name",
                "atom:entry/atom:category/@label")),
    ):  # fmt: skip
        name = clean(said["blog.title"]) or f"blog/{'feed' if parent is channel else 'atom'}.xml"
        expected = (name, title, author, clean(said["category"]))
        for path, text in zip(paths, expected, strict=True):
            assert found(parent, path) == [text] * bool(text), path
    html = legal(said["html"]).strip()
    assert found(root, "atom:entry/atom:content") == [html] * bool(html)
    summary = clean(said["summary"])
    assert found(root, "atom:entry/atom:summary") == [summary] * bool(summary)


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_the_json_feed_says_every_text(said: dict[str, str]) -> None:
    body = written(said, "blog/feed.json")
    assert not FORBIDDEN.search(body.decode())
    whole = json.loads(body)
    (one,) = whole["items"]
    expected = {
        "title": clean(said["title"]) or "walking",
        "summary": clean(said["summary"]),
        "content_html": legal(said["html"]).strip(),
        "tags": [clean(said["category"])],
    }
    assert {key: one.get(key, "") for key in expected} == expected
    assert whole.get("title", "") == clean(said["blog.title"])
