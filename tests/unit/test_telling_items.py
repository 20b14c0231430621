"""Every fact, note, list and date of an item is told, in each format of a feed."""

from __future__ import annotations

import pytest
from smallfeeds import NOON, atom, json_feed, rss

from activefeed.formats.telling import Told, tell

XHTML = "xmlns='http://www.w3.org/1999/xhtml'"


def item(elements: str) -> Told:
    """Return the one item of an RSS feed."""
    (one,) = tell(rss("", elements)).items
    return one


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
