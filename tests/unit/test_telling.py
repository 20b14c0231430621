"""Everything that a feed says is told, in each format; what is wrong with it is told in words."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.request import Request, urlopen

import feedfiles
import jargon
import oldhost
import pytest

from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told, tell
from activefeed.problems import FormatError

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPACES = """xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'
 xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:atom='http://www.w3.org/2005/Atom'
 xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:psc='http://podlove.org/simple-chapters'
 xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'"""


XHTML = "xmlns='http://www.w3.org/1999/xhtml'"


def rss(channel: str = "", *items: str, spaces: str = SPACES) -> bytes:
    inside = "".join(f"<item>{one}</item>" for one in items)
    return f"<rss version='2.0' {spaces}><channel>{channel}{inside}</channel></rss>".encode()


def atom(feed: str = "", *entries: str) -> bytes:
    inside = "".join(f"<entry>{one}</entry>" for one in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{feed}{inside}</feed>".encode()


def json_feed(*items: Mapping[str, Any], **show: object) -> bytes:
    whole = {"version": "https://jsonfeed.org/version/1.1", **show, "items": items}
    return json.dumps(whole).encode()


def item(elements: str) -> Told:
    """Return the one item of an RSS feed."""
    (one,) = tell(rss("", elements)).items
    return one


def show(elements: str) -> Told:
    return tell(rss(elements)).show


# Facts of an item.

LINK = "https://a.example/1"
ITEM_OF_RSS = [
    ("<guid isPermaLink='false'> 00123\n</guid>", {"guid": "00123", "permalink": "false"}),
    ("<guid isPermaLink='true'>A</guid>", {"guid": "A", "permalink": "true"}),
    (f"<guid>{LINK}</guid>", {"guid": LINK, "permalink": "true"}),
    ("<guid>tag:a</guid>", {"guid": "tag:a"}),
    (f"<guid> </guid><link>{LINK}</link>", {"guid": LINK, "guid_made": "true", "link": LINK}),
    (f"<link>x</link><enclosure url='{LINK}' length='5' type='audio/mpeg'/>",
     {"guid": LINK, "guid_made": "true", "link": "x", "url": LINK, "length": "5",
      "type": "audio/mpeg"}),
    ("<title> One\n &amp; two </title><itunes:title>Other</itunes:title>", {"title": "One & two"}),
    ("<title/><itunes:title>Other</itunes:title>", {"title": "Other"}),
    ("<title><![CDATA[Caf&#233; &#8211; R&amp;D]]></title>", {"title": "Café – R&D"}),
    ("<atom:link rel='alternate' href='x'/>", {"link": "x"}),
    ("<itunes:subtitle>&lt;b&gt;So&lt;/b&gt;</itunes:subtitle>", {"subtitle": "So"}),
    ("<enclosure url='a.jpg' type='image/jpeg'/><enclosure url='b' type='audio/mpeg' length='7'/>",
     {"url": "b", "length": "7", "type": "audio/mpeg", "image": "a.jpg"}),
    ("<media:content url='a' fileSize='7' type='audio/mpeg' duration='61'/>",
     {"url": "a", "length": "7", "type": "audio/mpeg", "duration": "61"}),
    ("<itunes:duration>1:02:03.9</itunes:duration>", {"duration": "3723"}),
    ("<itunes:episode>07</itunes:episode><itunes:season>2</itunes:season>",
     {"episode": "7", "season": "2"}),
    ("<podcast:episode display='12a'>12</podcast:episode>",
     {"episode": "12", "episode_display": "12a"}),
    ("<podcast:season name='Hips'>2</podcast:season>", {"season": "2", "season_name": "Hips"}),
    ("<itunes:episodeType>Trailer</itunes:episodeType>", {"kind": "trailer"}),
    ("<itunes:explicit>Explicit</itunes:explicit>", {"explicit": "true"}),
    ("<itunes:explicit>clean</itunes:explicit>", {"explicit": "false"}),
    ("<itunes:explicit>no</itunes:explicit>", {"explicit": "false"}),
    ("<itunes:image href='a'/><itunes:block>Yes</itunes:block>", {"image": "a", "block": "true"}),
    ("<itunes:author>Ann</itunes:author>", {"author": "Ann"}),
    ("<podcast:chapters url='a' type='application/json+chapters'/>",
     {"chapters_url": "a", "chapters_type": "application/json+chapters"}),
    ("<comments>https://a.example/?a=1&amp;b=2</comments>", {"comments": "https://a.example/?a=1&b=2"}),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "facts"), ITEM_OF_RSS)
def test_a_fact_of_an_item_of_rss(elements: str, facts: dict[str, str]) -> None:
    found = dict(item(elements).facts)
    if not {"guid", "guid_made"} & facts.keys():
        assert found.pop("guid_made", "true") == "true"
        found.pop("guid", None)
    assert found == facts


@pytest.mark.parametrize(
    ("entry", "facts"),
    [
        ("<id>tag:a</id>", {"guid": "tag:a"}),
        ("<link href='a'/>", {"link": "a", "guid": "a", "guid_made": "true"}),
        ("<id>i</id><link href='a' rel='enclosure' length='5' type='audio/mpeg'/>",
         {"guid": "i", "url": "a", "length": "5", "type": "audio/mpeg"}),
        ("<id>i</id><title type='html'>R&amp;amp;D</title>", {"guid": "i", "title": "R&D"}),
        ("<id>i</id><title>a &lt;b></title>", {"guid": "i", "title": "a <b>"}),
        ("<id>i</id><author><name>Ann</name></author>", {"guid": "i", "author": "Ann"}),
        ("<id>i</id><link rel='replies' href='c'/>", {"guid": "i", "comments": "c"}),
    ],
)  # fmt: skip
def test_a_fact_of_an_entry_of_atom(entry: str, facts: dict[str, str]) -> None:
    assert tell(atom("", entry)).items[0].facts == facts


def test_the_facts_of_an_item_of_a_json_feed() -> None:
    whole = {
        "id": 7, "url": "u", "title": "T", "summary": "S", "content_html": "<p>H</p>", "image": "i",
        "authors": [{"name": "Ann"}],
        "attachments": [{"url": "a", "mime_type": "audio/mpeg", "size_in_bytes": 5,
                         "duration_in_seconds": 61.5}],
    }  # fmt: skip
    assert tell(json_feed(whole)).items[0].facts == {
        "guid": "7", "link": "u", "title": "T", "summary": "S", "html": "<p>H</p>", "image": "i",
        "author": "Ann", "url": "a", "type": "audio/mpeg", "length": "5", "duration": "61",
    }  # fmt: skip
    bare = tell(json_feed({"external_url": "u", "banner_image": "b", "url": "p"})).items[0].facts
    assert bare == {"guid": "p", "guid_made": "true", "link": "p", "image": "b"}


# Notes.


@pytest.mark.parametrize(
    ("elements", "html"),
    [
        ("<content:encoded>&lt;p>L&lt;/p></content:encoded><description>S</description>",
         "<p>L</p>"),
        ("<description><![CDATA[<p>D</p>]]></description><itunes:summary>S</itunes:summary>",
         "<p>D</p>"),
        ("<description/><itunes:summary>S</itunes:summary>", "<p>S</p>"),
        ("<description>One\n two &amp; three\n\n &lt;3 https://a.example/?a=1</description>",
         "<p>One<br>\ntwo &amp; three</p>\n<p>&lt;3 https://a.example/?a=1</p>"),
        ("<description><![CDATA[R&amp;D caf&eacute;]]></description>", "<p>R&amp;D café</p>"),
        ("<description>write to &lt;ann@a.example&gt;</description>",
         "<p>write to &lt;ann@a.example&gt;</p>"),
        ("<description>a <b>bold</b> &amp; <i>x</i></description>", "a <b>bold</b> &amp; <i>x</i>"),
        ("<description>&amp;lt;p&amp;gt;a&amp;lt;/p&amp;gt;</description>", "<p>a</p>"),
    ],
)  # fmt: skip
def test_notes_are_html_and_plain_text_becomes_html(elements: str, html: str) -> None:
    assert item(elements).facts["html"] == html


@pytest.mark.parametrize(
    ("entry", "html"),
    [
        ("<content type='html'>&lt;p>a &amp;lt; b&lt;/p></content>", "<p>a &lt; b</p>"),
        (f"<content type='xhtml'><div {XHTML}>a <br/><i>b</i></div></content>",
         "<div>a <br><i>b</i></div>"),
        ("<content>a &lt;p> b</content>", "<p>a &lt;p&gt; b</p>"),
        ("<summary type='html'>&lt;p>S&lt;/p></summary>", "<p>S</p>"),
        ("<summary>5 &lt; 6\n7</summary>", "<p>5 &lt; 6<br>\n7</p>"),
    ],
)  # fmt: skip
def test_notes_of_atom_are_html(entry: str, html: str) -> None:
    assert tell(atom("", entry)).items[0].facts["html"] == html


def test_the_plain_text_of_a_json_feed_becomes_html() -> None:
    text = "a <b>\nc\n\n\nhttps://a.example/?a&b"
    found = tell(json_feed({"id": "i", "content_text": text})).items[0].facts["html"]
    assert found == "<p>a &lt;b&gt;<br>\nc</p>\n<p>https://a.example/?a&amp;b</p>"


SHORT = "<description>&lt;p>Short&lt;/p></description>"
TWO = "<description>&lt;p>Same&lt;/p>&lt;p>text&lt;/p></description>"


@pytest.mark.parametrize(
    ("elements", "summary"),
    [
        (f"<content:encoded>Long</content:encoded>{SHORT}", "Short"),
        ("<description>Long</description><itunes:summary>Short</itunes:summary>", "Short"),
        (f"{TWO}<itunes:summary>Same text</itunes:summary>", None),
        (f"{TWO}<itunes:summary>Sametext</itunes:summary>", None),
        (f"<content:encoded>A</content:encoded><itunes:summary>A</itunes:summary>{SHORT}", "Short"),
    ],
)  # fmt: skip
def test_a_summary_says_something_else_than_the_notes(elements: str, summary: str | None) -> None:
    assert item(elements).facts.get("summary") == summary


# Lists of an item.

CHAPTER = "<psc:chapter start='00:01:10.500' title='A' href='h' image='i'/>"
SOURCE = "<podcast:source uri='b'/>"
ANN = "<atom:name>Ann</atom:name><atom:uri>h</atom:uri>"
PLACE = "rel='creator' geo='geo:1' osm='R1' country='US'"
LISTS_OF_RSS = [
    ("people", "<podcast:person role='Guest' group='Cast' href='h' img='i'>Ann</podcast:person>",
     {"name": "Ann", "role": "guest", "group": "cast", "url": "h", "image": "i"}),
    ("people", f"<atom:contributor>{ANN}</atom:contributor>", {"name": "Ann", "url": "h"}),
    ("authors", "<dc:creator>Ann</dc:creator>", {"name": "Ann"}),
    ("authors", "<author>ann@a.example (Ann)</author>", {"name": "Ann"}),
    ("categories", "<category domain='d'>R&amp;amp;D</category>", {"title": "R&D", "domain": "d"}),
    ("transcripts", "<podcast:transcript url='u' type='text/vtt' language='de' rel='captions'/>",
     {"url": "u", "type": "text/vtt", "language": "de", "rel": "captions"}),
    ("chapters", f"<psc:chapters>{CHAPTER}</psc:chapters>",
     {"start": "70.5", "title": "A", "url": "h", "image": "i"}),
    ("soundbites", "<podcast:soundbite startTime='30.5' duration='60.0'>S</podcast:soundbite>",
     {"start": "30.5", "duration": "60", "title": "S"}),
    ("soundbites", "<podcast:soundbite start_time='3' duration='6'/>",
     {"start": "3", "duration": "6"}),
    ("location", f"<podcast:location {PLACE}>P</podcast:location>",
     {"name": "P", "rel": "creator", "geo": "geo:1", "osm": "R1", "country": "US"}),
    ("license", "<podcast:license url='u'>Mine</podcast:license>", {"name": "Mine", "url": "u"}),
    ("funding", "<podcast:funding url='u'>Help</podcast:funding>", {"title": "Help", "url": "u"}),
    ("funding", "<atom:link rel='payment' title='Help' href='u'/>", {"title": "Help", "url": "u"}),
    ("comments", "<podcast:socialInteract uri='u' protocol='X' accountId='@a' accountUrl='v'/>",
     {"url": "u", "protocol": "x", "account": "@a", "account_url": "v"}),
    ("comments", "<podcast:socialInteract protocol='disabled'/>", {"protocol": "disabled"}),
    ("more_audio", "<enclosure url='a'/><enclosure url='b' length='5' type='audio/ogg'/>",
     {"url": "b", "length": "5", "type": "audio/ogg"}),
    ("more_audio",
     f"<podcast:alternateEnclosure type='m' length='5'>{SOURCE}</podcast:alternateEnclosure>",
     {"url": "b", "length": "5", "type": "m"}),
]  # fmt: skip


@pytest.mark.parametrize(("name", "elements", "row"), LISTS_OF_RSS)
def test_a_list_of_an_item_of_rss(name: str, elements: str, row: dict[str, str]) -> None:
    assert item(elements * 2 if name != "more_audio" else elements).lists == {name: (row,)}


def test_rows_stay_in_the_order_of_the_feed() -> None:
    people = "".join(f"<podcast:person>{name}</podcast:person>" for name in ("Zoe", "Ann", "Mo"))
    assert [row["name"] for row in item(people).lists["people"]] == ["Zoe", "Ann", "Mo"]


def test_the_lists_of_atom_and_json() -> None:
    author = "<author><name>Ann</name><uri>u</uri></author>"
    categories = "<category term='t' label='T' scheme='s'/><category term='v'/>"
    (entry,) = tell(atom("", author + categories)).items
    assert entry.lists == {
        "authors": ({"name": "Ann", "url": "u"},),
        "categories": ({"title": "T", "domain": "s"}, {"title": "v"}),
    }
    whole = {
        "id": 1,
        "tags": ["a", "R&D"],
        "authors": [{"name": "Ann", "url": "u", "avatar": "i"}],
        "attachments": [{"url": "a"}, {"url": "b", "size_in_bytes": 5, "mime_type": "m"}],
    }
    assert tell(json_feed(whole)).items[0].lists == {
        "authors": ({"name": "Ann", "url": "u", "image": "i"},),
        "categories": ({"title": "a"}, {"title": "R&D"}),
        "more_audio": ({"url": "b", "length": "5", "type": "m"},),
    }


# The show.

SHOW_OF_RSS = [
    ("<title>T</title><link>l</link><language>en-US</language>",
     {"title": "T", "link": "l", "language": "en-US"}),
    ("<description><![CDATA[<p>One</p><p>two</p>]]></description>", {"description": "One two"}),
    ("<itunes:summary>S</itunes:summary>", {"description": "S"}),
    ("<itunes:author>A</itunes:author><author>B</author>", {"author": "A"}),
    ("<copyright>C</copyright><generator>G</generator>", {"copyright": "C", "generator": "G"}),
    ("<image><url>small</url></image><itunes:image href='big'/>", {"image": "big"}),
    ("<image><url>small</url></image>", {"image": "small"}),
    ("<itunes:explicit>yes</itunes:explicit><itunes:type>Serial</itunes:type>",
     {"explicit": "true", "kind": "serial"}),
    ("<podcast:guid>g</podcast:guid><podcast:locked owner='x'>Yes</podcast:locked>",
     {"guid": "g", "locked": "true"}),
    ("<itunes:owner><itunes:name>N</itunes:name><itunes:email>e@x</itunes:email></itunes:owner>",
     {"owner_name": "N", "owner_email": "e@x"}),
    ("<managingEditor>e@x (N)</managingEditor>", {"owner_name": "N", "owner_email": "e@x"}),
    ("<itunes:new-feed-url>n</itunes:new-feed-url><itunes:complete>Yes</itunes:complete>",
     {"new_feed_url": "n", "complete": "true"}),
    ("<itunes:block>Yes</itunes:block><podcast:medium>Music</podcast:medium>",
     {"block": "true", "medium": "music"}),
    ("<atom:link rel='self' href='s'/><itunes:subtitle>U</itunes:subtitle>",
     {"self": "s", "subtitle": "U"}),
]  # fmt: skip


@pytest.mark.parametrize(("elements", "facts"), SHOW_OF_RSS)
def test_a_fact_of_a_show(elements: str, facts: dict[str, str]) -> None:
    assert {"description": facts.get("subtitle"), **show(elements).facts} == {
        "description": facts.get("subtitle"), **facts
    }  # fmt: skip


APPLE = """<itunes:category text='Health &amp;amp; Fitness'>
<itunes:category text='Medicine'/><itunes:category text='Fitness'/></itunes:category>"""


@pytest.mark.parametrize(
    ("name", "elements", "rows"),
    [
        ("apple_categories", f"<itunes:category text='Arts'/>{APPLE}",
         ["Arts", "Health & Fitness > Medicine", "Health & Fitness > Fitness"]),
        ("categories", "<category>A</category><category>B</category>", ["A", "B"]),
        ("people", "<podcast:person>Ann</podcast:person>", ["Ann"]),
        ("funding", "<podcast:funding url='u'>Help</podcast:funding>", ["Help"]),
        ("license", "<podcast:license>CC0-1.0</podcast:license>", ["CC0-1.0"]),
        ("location", "<podcast:location>P</podcast:location>", ["P"]),
        ("authors", "<dc:creator>Ann</dc:creator>", ["Ann"]),
        ("txt", "<podcast:txt purpose='verify'>abc</podcast:txt>", ["abc"]),
        ("frequency", "<podcast:updateFrequency>Daily</podcast:updateFrequency>", ["Daily"]),
        ("blocks", "<podcast:block id='x'>Yes</podcast:block><podcast:block>no</podcast:block>",
         ["x", "no"]),
    ],
)  # fmt: skip
def test_a_list_of_a_show(name: str, elements: str, rows: list[str]) -> None:
    assert [next(iter(row.values())) for row in show(elements).lists[name]] == rows


def test_every_cell_of_the_lists_of_a_show() -> None:
    found = show("<podcast:updateFrequency rrule='FREQ=DAILY' complete='true'>Daily"
                 "</podcast:updateFrequency><podcast:txt purpose='verify'>abc</podcast:txt>"
                 "<podcast:block id='x'>Yes</podcast:block>").lists  # fmt: skip
    assert found == {
        "frequency": ({"text": "Daily", "rrule": "FREQ=DAILY", "complete": "true"},),
        "txt": ({"text": "abc", "purpose": "verify"},),
        "blocks": ({"id": "x", "text": "yes"},),
    }


def test_the_show_of_atom_and_of_json() -> None:
    links = "<link href='l'/><link rel='self' href='s'/><updated>2026-01-01T12:00:00Z</updated>"
    found = tell(
        atom(f"""{links}<title>T</title><subtitle>D</subtitle><rights>C</rights>
        <logo>i</logo><generator>G</generator><author><name>Ann</name></author>""")
    ).show
    assert found.facts == {
        "title": "T", "description": "D", "link": "l", "copyright": "C", "self": "s",
        "image": "i", "generator": "G", "author": "Ann",
    }  # fmt: skip
    assert found.updated == NOON
    said = {"title": "T", "description": "D", "home_page_url": "l", "feed_url": "s", "icon": "i",
            "language": "de", "authors": [{"name": "Ann"}], "expired": True}  # fmt: skip
    assert tell(json_feed(**said)).show.facts == {
        "title": "T", "description": "D", "link": "l", "self": "s", "image": "i", "language": "de",
        "author": "Ann", "complete": "true",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "older"),
    [
        (rss("<atom:link rel='next' href='n'/>"), "n"),
        (rss("<atom:link rel='next' href='n'/><atom:link rel='prev-archive' href='p'/>"), "p"),
        (atom("<link rel='next' href='n'/>"), "n"),
        (json_feed(next_url="n"), "n"),
        (rss("<atom:link rel='prev' href='n'/>"), ""),
    ],
)  # fmt: skip
def test_older_items_are_at_another_address(body: bytes, older: str) -> None:
    assert tell(body).older == older


def test_an_old_feed_of_rdf_is_told() -> None:
    body = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
      <channel rdf:about="c"><title>T</title></channel><item rdf:about="i"><title>One</title></item>
      </rdf:RDF>"""
    found = tell(body)
    assert found.show.facts["title"] == "T"
    assert found.items[0].facts == {"title": "One", "guid": "i", "guid_made": "true"}


# What nobody reads.


def test_what_nobody_reads_is_counted_by_its_name() -> None:
    body = rss(
        "<podcast:value type='x'/><docs>x</docs><ttl>60</ttl><odd>1</odd>",
        "<my:thing xmlns:my='urn:my'>a</my:thing><itunes:keywords>k</itunes:keywords>",
        "<my:thing xmlns:my='urn:my'>b</my:thing><other/><podcast:locked>no</podcast:locked>",
    )
    found = tell(body).unread
    assert found == {"podcast:value": 1, "odd": 1, "my:thing": 2, "podcast:locked": 1}
    extra = tell(json_feed({"id": 1, "_own": {"a": 1}}, _odd=1, user_comment="x")).unread
    assert extra == {"_own": 1, "_odd": 1}


# Dates.


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Thu, 01 Jan 2026 12:00:00 +0000", True), ("Thu, 1 Jan 2026 12:00:00 GMT", True),
        ("Thu, 01 Jan 2026 12:00 -0000", True), ("Thu, 01 Jan 2026 07:00:00 EST", True),
        ("2026-01-01T12:00:00Z", True), ("2026-01-01T13:00:00.000+01:00", True),
        ("Mon, 01 Jan 2026 12:00:00 GMT", True),  # the wrong day
        ("2026-01-01 12:00", False), ("2026/01/01 12:00:00", False),
        ("2026-01-01 13:00:00 +0100", False), ("2026-01-01T14:00+02", False),
        ("Thu, 1 Jan 2026 12:00:00", False), ("Do, 1 Jan 2026 13:00:00 MEZ", False),
        ("Donnerstag, 01 Jan 2026 14:00 +0200", False), ("Thu, 01 Jan 2026 14:00:00 GMT+2", False),
        ("Thu, 01 Jan 2026 14:00:00 UTC+02:00", False), ("Thu, 01 Jan 2026 13:00:00 +01:00", False),
        ("Thursday, January 1, 2026 12:00 PM", False), ("1 January 2026 12:00:00 UTC", False),
        ("Thu, 1 Jan 2026 7:00 am EST", False), ("Thu Jan 01 04:00:00 PST 2026", False),
    ],
)  # fmt: skip
def test_a_date_is_told_in_each_of_its_forms_and_an_odd_one_is_shown(
    text: str, plain: bool
) -> None:
    found = tell(rss("", f"<title>One</title><pubDate> {text} </pubDate><guid>a</guid>"))
    assert found.items[0].published == NOON
    if plain:
        assert not found.troubles
    else:
        (trouble,) = found.troubles
        assert "check how they were understood" in trouble
        assert trouble.endswith(f'"One" ({text[:40]} -> 2026-01-01 12:00)')


@pytest.mark.parametrize("text", ["yesterday", "99 Jan 2026\n 12:00", "05.01.2026", "9" * 5000])
def test_a_date_that_cannot_be_read_is_absent_and_its_item_is_named(text: str) -> None:
    found = tell(rss("", f"<title>One</title><pubDate>{text}</pubDate>"))
    assert found.items[0].published is None
    assert f'"One" (published: {" ".join(text.split())[:60]})' in found.troubles[-1]


def test_dates_of_each_format() -> None:
    when = "2026-01-01T12:00:00Z"
    (entry,) = tell(atom("", f"<published>{when}</published><updated>{when}</updated>")).items
    (one,) = tell(json_feed({"id": 1, "date_published": when, "date_modified": when})).items
    (plain,) = tell(rss("", f"<dc:date>{when}</dc:date><atom:updated>{when}</atom:updated>")).items
    assert {(it.published, it.updated) for it in (entry, one, plain)} == {(NOON, NOON)}
    assert tell(rss(f"<pubDate>{when}</pubDate>")).show.published == NOON


# Troubles, each with a result.

GOOD = "<guid>a</guid><title>One</title>"
HEAD = b"<?xml version='1.0' encoding='utf-8'?>"
PODCAST = GOOD + "<enclosure url='x'/>"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"\n\n" + HEAD + rss("", GOOD), "before the beginning"),
        (b"<br />Warning: x in <b>y.php</b>\n" + HEAD + rss("", GOOD), "before the beginning"),
        (rss("", "<guid>a</guid><title>O&nbsp;ne &eacute; & &odd;</title>"),
         "&nbsp;, &eacute;, &, &odd;"),
        (HEAD + rss("", GOOD).replace(b"One", b"One \x01\x0c"), "no text may have"),
        (rss("", GOOD, spaces=""), ""),
        (rss("", GOOD + "<itunes:author>A</itunes:author>", spaces=""), "(itunes)"),
        (rss("", GOOD + "<itunes:episode>two</itunes:episode>"), '"One" (episode: two)'),
        (rss("", GOOD + "<itunes:episodeType>mini</itunes:episodeType>"), '"One" (kind: mini)'),
        (rss("<image><url>b</url></image><itunes:image href='a'/>", PODCAST), "covers"),
        (rss("", PODCAST), "no cover"),
        (rss("<itunes:image href='a'/><image><url>a</url></image>", PODCAST), ""),
        (rss("<title>T</title>"), "no items"),
        (rss("", GOOD)[:-20], "ends in the middle"),
        (rss("", GOOD + "<b>"), "damaged (line"),
        (rss("", GOOD + "<description>a &amp;lt;br&amp;gt; b</description>"), "escaped twice"),
        (json_feed({"id": "a", "title": "One"})[:-1], "ends in the middle"),
        (b"\xef\xbb\xbf" + HEAD + rss("", GOOD), ""),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_in_one_sentence_and_the_item_is_read(
    body: bytes, words: str
) -> None:
    found = tell(body)
    if "items" not in words:
        assert found.items[0].facts["guid"] == "a"
    assert words in " ".join(found.troubles)
    assert len(found.troubles) == (1 if words else 0)
    for sentence in found.troubles:
        assert not jargon.programmers_words(sentence)
        assert sentence[0].isupper()


def test_of_many_troubles_of_a_kind_a_few_are_named() -> None:
    items = (f"<title>N{n}</title><guid>{n}</guid><pubDate>x</pubDate>" for n in range(9))
    (found,) = tell(rss("", *items)).troubles
    assert '"N0" (published: x)' in found
    assert found.endswith('"N4" (published: x), and 4 more')


@pytest.mark.parametrize(
    ("encoding", "claimed", "words"),
    [
        ("utf-8", "iso-8859-1", "letters are iso-8859-1, and they are utf-8"),
        ("windows-1252", "utf-8", "letters are utf-8, and they are windows-1252"),
        ("windows-1252", "", "letters are utf-8, and they are windows-1252"),
        ("windows-1252", "iso-8859-1", ""), ("latin-1", "ISO-8859-1", ""), ("utf-8", "", ""),
        ("utf-16", "utf-16", ""), ("utf-16-le", "utf-16", ""), ("utf-16-be", "", ""),
        ("utf-8", "utf-16", "letters are utf-16, and they are utf-8"),
        ("windows-1252", "klingon", "letters are klingon, and they are windows-1252"),
    ],
)  # fmt: skip
def test_letters_are_read_as_they_are_and_not_as_it_is_claimed(
    encoding: str, claimed: str, words: str
) -> None:
    head = f"<?xml version='1.0' encoding='{claimed}'?>" if claimed else "<?xml version='1.0'?>"
    title = "Käthe „Größe“" if "latin" not in encoding and "8859" not in claimed else "Käthe Größe"
    body = (head + rss("", f"<guid>a</guid><title>{title}</title>").decode()).encode(encoding)
    found = tell(body)
    assert found.items[0].facts["title"] == title
    assert words in " ".join(found.troubles)
    assert bool(words) == bool(found.troubles)


@pytest.mark.parametrize(
    ("encoding", "title"),
    [("windows-1251", "Привет"), ("iso-8859-2", "Łódź"), ("koi8-r", "Привет"), ("gb2312", "你好"),
     ("shift_jis", "こんにちは"), ("iso-8859-15", "5 €")],
)  # fmt: skip
def test_letters_of_other_countries_are_read(encoding: str, title: str) -> None:
    head = f'<?xml version="1.0" encoding="{encoding.upper()}"?>'
    body = (head + rss("", f"<guid>a</guid><title>{title}</title>").decode()).encode(encoding)
    assert tell(body).items[0].facts["title"] == title
    assert not tell(body).troubles


def test_words_that_were_pasted_in_other_letters_are_read_among_the_rest() -> None:
    body = rss("", "<guid>a</guid><title>Größe X Größe</title>").replace(
        b"X", "“Größe”".encode("cp1252")
    )
    assert tell(body).items[0].facts["title"] == "Größe “Größe” Größe"


def test_an_element_that_does_not_end_takes_nothing_of_the_others() -> None:
    items = ("<title>One<link>l</link><guid>a</guid>", "<title>Two</title><guid>b</guid></title>",
             "<guid>c</guid><description>text<itunes:duration>5</itunes:duration>",
             "<guid>d</guid><title>Four</title>")  # fmt: skip
    owner = "<itunes:owner>\n<itunes:name>Ann</itunes:name></itunes:owner><title>Show<link>s</link>"
    found = tell(rss(owner, *items))
    assert [one.facts["guid"] for one in found.items] == ["a", "b", "c", "d"]
    assert [one.facts.get("title") for one in found.items] == ["One", "Two", None, "Four"]
    assert found.items[0].facts["link"] == "l"
    assert found.items[2].facts["duration"] == "5"
    assert (found.show.facts["title"], found.show.facts["owner_name"]) == ("Show", "Ann")
    assert "damaged" in found.troubles[0]


def test_an_item_that_does_not_end_does_not_hold_the_next_one() -> None:
    body = rss("<title>T</title>", GOOD, "<guid>b</guid>").replace(b"</item>", b"", 1)
    assert [one.facts["guid"] for one in tell(body).items] == ["a", "b"]


@pytest.mark.parametrize("name", ["libsyn", "transistor", "podlove", "blog-atom", "blog-json"])
def test_of_a_feed_that_is_cut_off_all_whole_items_are_told_as_they_are(name: str) -> None:
    body = oldhost.fill(name, "http://127.0.0.1:1")
    whole = tell(body)
    first = whole.items[0]
    ends = [found.end() for found in re.finditer(rb"</item>|</entry>|\n\t\t\}", body)]
    for end in ends:
        for cut in (end, end + 3):
            found = tell(body[:cut])
            assert found.items[0] == first
            assert found.items[: ends.index(end) + 1] == whole.items[: ends.index(end) + 1]
            assert "ends in the middle" in found.troubles[0]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"), (b" \n", "empty"), (b"hello", "no RSS"), (b"{", "no RSS"),
        (b"[1]", "no RSS"),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "web page"), (b"<opml/>", "no RSS"),
        (b'{"version": "1.2.0", "chapters": []}', "no RSS"), (b"\xff\xfe", "no RSS"),
        (b"<rss></rss>", "no RSS"), (b"PK\x03\x04\x00", "no RSS"), (b"{}", "no RSS"),
    ],
)  # fmt: skip
def test_what_is_no_feed_is_refused_as_it_is_elsewhere(body: bytes, words: str) -> None:
    with pytest.raises(FormatError, match=words) as caught:
        tell(body)
    with pytest.raises(FormatError) as other:
        telling.outline(body)
    assert (caught.value.message, caught.value.fix) == (other.value.message, other.value.fix)


# The table.


def test_every_place_of_the_table_can_be_asked_for_and_every_meaning_has_a_place() -> None:
    table, lists = telling._TABLE, telling._TABLE["lists"]
    facts = {**table["show"], **table["item"]}
    cells = {f"{name}.{key}": at for name, row in lists.items() for key, at in row["cells"].items()}
    assert telling._MEANS.keys() <= facts.keys() | cells.keys()
    assert {*telling._MEANS.values()} - {"exact"} <= telling._MEANING.keys()
    rows = [*table["show"].values(), *table["item"].values(), *(r["each"] for r in lists.values())]
    assert all(len(row) == 3 for row in (*rows, *table["where"].values()))
    assert set(lists["people"]["on"].split()) == {"show", "item"}
    for places in (*(it for row in rows for it in row), *cells.values()):
        for place in places.split(" | "):
            assert telling._path(place).path


def test_every_trouble_can_be_told() -> None:
    code = inspect.getsource(telling)
    for key, words in telling._TABLE["troubles"].items():
        assert f'"{key}"' in code
        assert not jargon.programmers_words(words.format("x"))


# The old hosts.

TOLD = {name: tell(oldhost.fill(name, "http://127.0.0.1:1")) for name in oldhost.NAMES}


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_an_old_host_is_told_as_comparing_reads_it(name: str) -> None:
    body = oldhost.fill(name, "http://127.0.0.1:1")
    found, other = TOLD[name], feedfiles.read(body)
    assert len(found.items) == len(other.items)
    assert (found.older, found.show.facts["title"]) == (other.older, other.title)
    for one, item_ in zip(found.items, other.items, strict=True):
        facts = {key: one.facts.get(key, "") for key in ("guid", "title", "link", "url", "type")}
        assert facts == {key: getattr(item_, key) for key in facts}
        assert (one.published, one.updated) == (item_.published, item_.updated)
        assert int(one.facts.get("length", 0)) == item_.length
        assert int(one.facts.get("duration", 0)) == item_.duration
        assert "".join(telling.plain(one.facts["html"]).split()) == "".join(item_.text.split())


@pytest.mark.parametrize("name", oldhost.PODCASTS)
def test_a_podcast_of_an_old_host_says_all_that_is_asked_of_it(name: str) -> None:
    found = TOLD[name]
    assert all(one.facts["guid"] and one.facts["url"] for one in found.items)
    assert found.show.facts["language"]
    assert found.show.lists["apple_categories"]
    bare = {"handmade", "powerpress"}
    assert not found.troubles or name in bare
    kinds = {one.facts.get("kind") for one in found.items}
    assert kinds & {"trailer", "bonus"} or name in {"handmade", "podlove"}


def test_what_is_special_in_each_old_host() -> None:
    def first(name: str) -> Told:
        return TOLD[name].items[0]

    assert re.fullmatch("[0-9a-f]{32}", first("libsyn").facts["guid"])
    assert "%3A%2F%2F" in first("anchor").facts["url"]
    assert first("transistor").facts["url"].startswith("https://op3.dev/e/http://127.0.0.1")
    assert [row["role"] for row in first("transistor").lists["people"]] == ["host", "guest"]
    assert first("buzzsprout").facts["guid"] == "Buzzsprout-16543210"
    assert first("buzzsprout").lists["chapters"][1] == {"start": "2", "title": "Lime 'n' Lichen"}
    assert TOLD["buzzsprout"].unread == {"podcast:podroll": 1}
    assert TOLD["podlove"].older == "http://127.0.0.1:1/feed.xml?paged=2"
    assert first("podlove").lists["chapters"][1]["start"] == "2.463"
    assert first("castopod").facts["permalink"] == "true"
    assert set(TOLD["castopod"].show.lists) >= {
        "location",
        "license",
        "funding",
        "blocks",
        "frequency",
    }
    assert first("castopod").lists["more_audio"][0]["url"].endswith("one.opus")
    assert (
        first("powerpress").facts["guid"] == "https://orchardtalk.example/?post_type=podcast&p=1689"
    )
    assert first("powerpress").facts["permalink"] == "false"
    assert TOLD["handmade"].items[3].facts["guid_made"] == "true"
    assert len(TOLD["handmade"].troubles) == 6
    assert (
        TOLD["blog-atom"]
        .items[1]
        .facts["html"]
        .startswith("<div><p>Hide &lt; bone &amp; fish.</p>")
    )
    assert TOLD["blog-json"].items[1].facts["guid"] == "1177"
    second = tell(oldhost.fill("podlove", "http://127.0.0.1:1", 2))
    assert (second.older, second.items[1].facts["kind"]) == ("", "trailer")


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_an_old_host_answers_at_every_address_that_it_tells(name: str) -> None:
    with oldhost.serve(name) as host:
        found: Telling = tell(host.web.replies[host.feed.removeprefix(host.web.url)].body)
        told = repr([(one.facts, one.lists) for one in (found.show, *found.items)])
        paths = re.findall(re.escape(host.web.url) + r"([^\s\"'<>\\]+)", told)
        assert paths
        assert not [path for path in paths if path not in host.web.replies]
        for path in host.web.replies:
            request = Request(host.address(path), headers={"Range": "bytes=5-"})
            with urlopen(request) as answer:
                body, audio = answer.read(), "audio" in answer.headers["Content-Type"]
                assert body == host.web.replies[path].body[5 * audio :]
                assert answer.status == (206 if audio else 200)


@pytest.mark.parametrize("name", sorted(oldhost.RECORDINGS))
def test_the_recordings_of_old_hosts_are_as_long_as_they_say(name: str) -> None:
    truth = json.loads((oldhost.AUDIO / "truth.json").read_text())
    assert round(truth[oldhost.RECORDINGS[name]]["seconds"]) == oldhost.SECONDS
    assert oldhost.recording(name)
