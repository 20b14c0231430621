"""Any feed is read: ours exactly, those of others as far as they go."""

from __future__ import annotations

import json
from calendar import timegm
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import builders
import feedparser
import pytest
from feedfiles import (
    ATOM,
    FEEDS,
    JSON,
    PODCAST,
    RSS,
    SHOW,
    SITES,
    FeedDocument,
    FeedItem,
    only,
    read,
    rss,
)  # fmt: skip
from hypothesis import given, settings
from hypothesis import strategies as st

from activefeed.render import archives
from activefeed.render.blog import atom_id
from activefeed.render.entry import Entry

# Ours, exactly.


def test_our_podcast_is_read_completely() -> None:
    found = read(SHOW.read_bytes())
    base = "https://rich.example/clinic"
    assert replace(found, items=()) == FeedDocument(
        "Two Voices", "2c1f6b9e-8d3a-5e47-b0c5-9a4d7e6f1b22", "", ()
    )
    assert replace(found.items[0], text="") == FeedItem(
        guid="558c2c25-5e25-5f1b-851f-e6274ad6224a",
        title="Two voices: <b>bold</b> & ]]> 😀",
        link=f"{base}/podcast/two-voices/",
        published=datetime(2026, 3, 29, 1, 30, tzinfo=UTC),
        updated=None,
        url=f"{base}/media/two-voices.05ee834373ca.mp3",
        length=48672,
        type="audio/mpeg",
        duration=6,
        text="",
    )
    assert found.items[0].text.startswith(
        "Notes with ]]> and a footnote1, a file, an unknown scheme and a picture: The caption "
        "Transcript This heading has the name of a part of the page. The footnote, with a link. "
    )
    assert [item.title for item in found.items[1:]] == ["Coming soon"]


def test_there_are_feeds_of_each_kind_among_the_expected() -> None:
    assert len(FEEDS) > 15
    signs = (b"<rss", b"<feed", b"https://jsonfeed.org/version/1.1")
    assert all(any(sign in body for body in FEEDS.values()) for sign in signs)


@pytest.mark.parametrize("name", [name for name in FEEDS if not name.endswith(".json")])
def test_another_reader_finds_the_same_in_our_feeds(name: str) -> None:
    found, other = read(FEEDS[name]), feedparser.parse(FEEDS[name])
    assert found.title == other.feed.title
    assert len(found.items) == len(other.entries) > 0
    for item, entry in zip(found.items, other.entries, strict=True):
        assert (item.guid, item.link) == (entry.id, entry.link)
        assert item.published
        assert item.published.timestamp() == timegm(entry.published_parsed)
        assert item.duration == int(entry.get("itunes_duration", 0))
        files = [(item.url, str(item.length), item.type)] if item.url else []
        assert files == [(one.href, one.length, one.type) for one in entry.enclosures]


@pytest.mark.parametrize("name", sorted(path.name for path in SITES.iterdir()))
def test_the_three_feeds_of_a_blog_say_the_same(name: str) -> None:
    def blog(path: str) -> FeedDocument:
        return read(FEEDS[f"{name}/expected/{path}"])

    plain, atom, json_feed = blog(RSS), blog(ATOM), blog(JSON)
    assert [item.duration for item in atom.items] == [0] * len(atom.items)  # it has no word for it
    silent = [replace(item, duration=0) for item in json_feed.items]
    assert silent == list(atom.items)
    same = [replace(item, guid="", updated=None) for item in atom.items]
    assert [replace(item, guid="", duration=0) for item in plain.items] == same


def entries(path: str, count: int) -> tuple[Entry, ...]:
    make = builders.item if path == PODCAST else builders.post
    base = builders.entry(item=make())
    start = datetime(2020, 1, 1, 6, tzinfo=UTC)
    items = [
        replace(base.item, guid=f"item-{n:04}-of-many", published=start + timedelta(days=n))
        for n in range(count, 0, -1)
    ]
    return tuple(replace(base, item=item, feed_html=f"<p>{'Notes. ' * 50}</p>") for item in items)


@pytest.mark.parametrize("path", builders.FEEDS)
def test_archives_lead_from_one_to_the_next_until_every_item_is_read(path: str) -> None:
    rows = entries(path, 250)
    whole = builders.edition(*rows, feed_bytes=30_000)
    bodies = {}
    for one in archives.artifacts(whole, builders.feed(path, whole)):
        assert isinstance(one.body, bytes)
        bodies[whole.url(one.path)] = one.body
    assert len(bodies) == 4
    address, found = whole.url(path), list[FeedItem]()
    while address:
        document = read(bodies.pop(address))
        found += document.items
        address = document.older
    assert not bodies
    plain = path in {PODCAST, RSS}
    wanted = [
        (e.item.guid if plain else atom_id(builders.SITE_ID, e.item.guid), e.item.published)
        for e in rows
    ]
    assert list(dict.fromkeys((item.guid, item.published) for item in found)) == wanted


GUIDS = st.text(min_size=1).map(
    lambda text: "".join(c for c in text if c.isprintable() and c not in "\ufffe\uffff").strip()
)


@given(guid=GUIDS.filter(bool), days=st.floats(0, 3_000_000))
@settings(max_examples=60, deadline=None)
def test_guid_date_and_file_of_an_episode_come_back_as_they_were(guid: str, days: float) -> None:
    published = (datetime(1000, 1, 1, tzinfo=UTC) + timedelta(days)).replace(microsecond=0)
    row = builders.entry(item=builders.item(guid=guid, published=published))
    item, sound = only(builders.written(PODCAST, row)), row.enclosure
    assert sound
    assert (item.guid, item.published) == (guid, published)
    assert (item.link, item.url) == (row.url, row.enclosed)
    assert (item.length, item.type, item.duration) == (sound.length, sound.type, sound.duration)


# Those of others.


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("754", 754), ("12:34", 754), ("1:02:03", 3723), ("90:00", 5400), (" 754.9 ", 754),
     ("", 0), ("soon", 0), ("-5", 0), ("1:2:3:4", 0), ("9" * 5000, 0)],
)  # fmt: skip
def test_a_duration_is_read_in_each_of_its_forms(text: str, seconds: int) -> None:
    space = "xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'"
    body = f"<item><itunes:duration>{text}</itunes:duration></item>"
    assert only(rss(body, root=space)).duration == seconds
    # Some feeds write the namespace in capitals, or forget it.
    assert only(rss(body, root=space.replace("dtds", "DTDs"))).duration == seconds
    assert only(rss(body)).duration == seconds


NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "when"),
    [("Thu, 01 Jan 2026 12:00:00 +0000", NOON), ("Thu, 01 Jan 2026 12:00:00 GMT", NOON),
     ("1 Jan 2026 13:00 +0100", NOON), ("Thu, 01 Jan 2026 12:00:00 -0000", NOON),
     ("Thu, 01 Jan 2026 07:00:00 EST", NOON), ("2026-01-01T12:00:00Z", NOON),
     ("2026-01-01t13:00:00.000+01:00", NOON), ("2026-01-01 12:00", NOON),
     ("yesterday", None), ("", None), ("Thu, 99 Jan 2026 12:00:00 +0000", None),
     ("0001-01-01T00:00:00+12:00", None), ("1 Jan 2026 12:00 +999999999", None)],
)  # fmt: skip
def test_a_date_is_read_in_each_of_its_forms(text: str, when: datetime | None) -> None:
    assert only(rss(f"<item><pubDate>\n{text} </pubDate></item>")).published == when
    item = {"id": "x", "date_published": text}
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [item]}
    assert only(json.dumps(feed).encode()).published == when


@pytest.mark.parametrize(
    ("elements", "guid"),
    [
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        ("<guid isPermaLink='true'>A</guid>", "A"),
        ("<guid isPermaLink='false'>\n 00123 </guid>", "00123"),
        ("<enclosure url='https://a.example/1.mp3'/><link>b</link>", "https://a.example/1.mp3"),
        ("<link>https://a.example/1</link>", "https://a.example/1"),
        ("<guid/>", ""),
    ],
)  # fmt: skip
def test_a_guid_is_what_apps_take_for_it(elements: str, guid: str) -> None:
    item = only(rss(f"<item>{elements}</item>"))
    assert item.guid == guid


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        ("<description>short</description><content:encoded>long</content:encoded>", "long"),
        ("<description/><itunes:summary>only\n  this</itunes:summary>", "only this"),
        ("<description>&lt;p&gt;a&lt;/p&gt;&lt;p&gt;b&lt;br/&gt;&lt;b&gt;c&lt;/b&gt;d</description>",
         "a b cd"),
        ("<description><![CDATA[R&amp;D &lt;b&gt; caf&eacute;<script>x</script>]]></description>",
         "R&D <b> café"),
        ("<description><![CDATA[<?xml version='1.0' encoding='latin-1'?>é]]></description>", "é"),
        ("<description><![CDATA[<!-- a remark -->1 < 2 & 3]]></description>", "1 < 2 & 3"),
        ("<description>&lt;img&gt;</description>", ""),
    ],
)  # fmt: skip
def test_notes_are_plain_text(elements: str, text: str) -> None:
    assert only(rss(f"<item>{elements}</item>")).text == text


def test_an_atom_feed_of_others_is_read() -> None:
    body = """<?xml version="1.0" encoding="utf-8"?><a:feed xmlns:a="http://www.w3.org/2005/Atom">
      <a:title type="html">R&amp;amp;D</a:title><a:link href="https://a.example/"/>
      <a:link rel="next" href="https://a.example/2"/>
      <a:link rel="prev-archive" href="https://a.example/old"/>
      <a:entry><a:id>tag:a,2026:1</a:id><a:title>a &lt;b&gt;</a:title>
        <a:link rel="related" href="no"/><a:link href="https://a.example/1"/>
        <a:link rel="enclosure" href="https://a.example/1.mp3" type="audio/mpeg"/>
        <a:link rel="enclosure" href="no" length="5"/>
        <a:updated>2026-01-01T12:00:00Z</a:updated>
        <a:content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">x
          <i>y</i></div></a:content>
      </a:entry></a:feed>"""
    found = read(body.encode())
    assert (found.title, found.guid, found.older) == ("R&D", "", "https://a.example/old")
    alone = read(body.replace("prev-archive", "related").encode())
    assert alone.older == "https://a.example/2"
    assert found.items == (
        FeedItem("tag:a,2026:1", "a <b>", "https://a.example/1", NOON, NOON,  # no other date
                 "https://a.example/1.mp3", 0, "audio/mpeg", 0, "x y"),
    )  # fmt: skip


def test_a_json_feed_of_others_is_read_whatever_its_types() -> None:
    item = {
        "id": 7, "external_url": "https://a.example/1", "title": None, "content_text": "a <b>\nc",
        "tags": [[{}]], "a b": 1, "_own": {"items": [{"id": 8}]}, "date_published": {"x": 1},
        "attachments": [{"url": "https://a.example/1.mp3", "size_in_bytes": -1,
                         "duration_in_seconds": 754.5}, {"url": "no", "mime_type": "no"}],
    }  # fmt: skip
    feed = {"version": "https://jsonfeed.org/version/1", "title": "A\u0001\ud800", "items": [item],
            "home_page_url": "https://a.example/", "next_url": "https://a.example/2"}  # fmt: skip
    for body in (json.dumps(feed).encode(), b"\xef\xbb\xbf\n" + json.dumps(feed).encode()):
        found = read(body)
        assert replace(found, items=()) == FeedDocument("A", "", "https://a.example/2", ())
        assert found.items == (
            FeedItem("7", "", "https://a.example/1", None, None, "https://a.example/1.mp3",
                     0, "", 754, "a <b> c"),
        )  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        rss("<item><title>One & two</title></item><item/>"),
        rss("<item><title>One&nbsp;\x01&#1;</title></item><item/>"),
        rss("<item><title>One</title><podcast:x/></item><item/>"),
        b"\n  <?xml version='1.0'?>" + rss("<item><title>One</title></item><item/>"),
        rss("<item><title>One</title></item><item/>") + b"<!-- made by a robot --> thanks",
        "<?xml version='1.0' encoding='utf-16'?>".encode("utf-16")
        + rss("<item><title>One</title></item><item/>").decode().encode("utf-16")[2:],
        b"<?xml version='1.0' encoding='utf-8'?>" + rss("<item><title>One</title></item><item/>")
        + b"<!-- \xe9 -->",
        b"<!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/rss.dtd'>"
        + rss("<item><title>One</title></item><item/>"),
    ],
)  # fmt: skip
def test_what_is_merely_untidy_is_read(body: bytes) -> None:
    found = read(body)
    assert found.items[0].title.startswith("One")
    assert "\x01" not in found.items[0].title
    assert len(found.items) == 2
