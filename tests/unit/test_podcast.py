"""The podcast feed as apps read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser
import podcastparser
import pytest
from builders import entry, image, item, person, recording, show, source, written
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from activefeed.model import Category, Chapter, Cue, Link
from activefeed.render.entry import Entry
from activefeed.render.namespaces import NAMESPACES, clean

NS = {
    **NAMESPACES,
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}
CHAPTERS = (
    Chapter(0.0, "Welcome"),
    Chapter(70.5, "The hip & the spine", "https://example.org/hüfte", "https://example.org/a.jpg"),
)


def render(*entries: Entry, **changes: Any) -> bytes:
    return written("podcast/feed.xml", *entries, show=show(**changes))


def channel(*entries: Entry, **changes: Any) -> Any:
    return etree.fromstring(render(*entries, **changes)).find("channel")


def spoken(**changes: Any) -> Entry:
    """Return an episode with chapters."""
    return entry(item=item(recording=recording(chapters=CHAPTERS, **changes)))


def texts(parent: Any, path: str) -> list[str]:
    return [one.text for one in parent.findall(path, NS)]


def test_the_channel_says_what_directories_ask_for() -> None:
    said = channel(owner=("Anna", "anna@clinic.example"))
    expected = {
        "title": "Strong Back",
        "link": "https://clinic.example/podcast/index.html",
        "description": "Exercises for a quiet back.",
        "language": "en",
        "copyright": "The Clinic",
        "lastBuildDate": "Mon, 02 Mar 2026 07:30:00 +0000",
        "itunes:author": "The Clinic",
        "itunes:explicit": "false",
        "itunes:type": "episodic",
        "itunes:owner/itunes:name": "Anna",
        "itunes:owner/itunes:email": "anna@clinic.example",
        "podcast:guid": "9b024349-ccf0-5f69-a609-6b82873eab3c",
        "podcast:locked": "yes",
        "podcast:medium": "podcast",
        "image/title": "Strong Back",
        "image/link": "https://clinic.example/podcast/index.html",
        "image/url": "https://clinic.example/media/cover.abababababab.png",
    }
    assert {path: texts(said, path) for path in expected} == {k: [v] for k, v in expected.items()}
    assert said.find("podcast:locked", NS).get("owner") == "anna@clinic.example"
    assert said.find("itunes:image", NS).get("href") == expected["image/url"]
    assert dict(said.find("atom:link", NS).attrib) == {
        "href": "https://clinic.example/podcast/feed.xml",
        "rel": "self",
        "type": "application/rss+xml",
    }


def test_the_namespaces_have_the_prefixes_that_readers_look_for() -> None:
    root = etree.fromstring(render(entry()))
    assert root.nsmap == {prefix: NS[prefix] for prefix in NS if prefix not in {"dc", "fh"}}
    assert b"ns0" not in render(entry())


def test_categories_are_nested_in_their_order() -> None:
    top = channel().findall("itunes:category", NS)
    assert [one.get("text") for one in top] == ["Health & Fitness", "Education"]
    assert [[sub.get("text") for sub in one] for one in top] == [["Medicine"], []]


def test_nothing_names_the_program_or_a_private_address() -> None:
    said = channel(entry())
    for path in ("generator", "docs", "itunes:owner", "webMaster", "item/dc:creator"):
        assert said.find(path, NS) is None
    assert dict(said.find("podcast:locked", NS).attrib) == {}


def test_metadata_of_the_channel_come_before_the_items() -> None:
    tags = [one.tag for one in channel(entry(), entry())]
    assert tags[-2:] == ["item", "item"]
    assert tags.count("item") == 2


def test_a_long_channel_description_is_cut() -> None:
    (said,) = texts(channel(description="wörd " * 2000), "description")
    assert len(said.encode()) <= 4000
    assert said.endswith("wörd…")


def test_an_item_says_what_apps_need() -> None:
    one = item(recording=recording(explicit=True, type="bonus"))
    (said,) = channel(entry(item=one, image="media/hips.ab.jpg")).findall("item")
    expected = {
        "title": "Strong hips, quiet back",
        "link": "https://clinic.example/podcast/strong-hips.html",
        "description": "<p>Notes.</p>",
        "guid": "7d9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4",
        "pubDate": "Sun, 01 Mar 2026 06:00:00 +0000",
        "category": "Back Pain",
        "itunes:duration": "754",
        "itunes:explicit": "true",
        "itunes:episode": "12",
        "itunes:season": "2",
        "itunes:episodeType": "bonus",
        "podcast:season": "2",
        "podcast:episode": "12",
    }
    assert {path: texts(said, path) for path in expected} == {k: [v] for k, v in expected.items()}
    assert said.find("guid").get("isPermaLink") == "false"
    assert said.find("itunes:image", NS).get("href") == "https://clinic.example/media/hips.ab.jpg"
    assert dict(said.find("enclosure").attrib) == {
        "url": "https://clinic.example/media/strong-hips.abababababab.mp3",
        "length": "4321",
        "type": "audio/mpeg",
    }


def test_an_item_says_nothing_of_what_it_has_not() -> None:
    one = item(recording=recording(number=None, season=None), people=(), categories=())
    (said,) = channel(entry(item=one)).findall("item")
    assert [etree.QName(child).localname for child in said] == [
        *("title", "link", "description", "guid", "enclosure", "pubDate"),
        *("duration", "explicit", "episodeType"),
    ]


@pytest.mark.parametrize(
    "guid", ["https://old.example/?p=12", "00123", "Ünï-code", " spaced ", "e\u0301", "a&b<c>"]
)
def test_a_guid_stays_byte_for_byte(guid: str) -> None:
    assert texts(channel(entry(item=item(guid=guid))), "item/guid") == [guid]


def test_remote_audio_keeps_its_own_address() -> None:
    far = "https://cdn.example/h%C3%BCft%20folge.mp3?a=1&b=2"
    (said,) = channel(entry(enclosed=far)).findall("item/enclosure")
    assert said.get("url") == far


def test_long_notes_are_described_by_the_summary_and_kept_whole_in_the_content() -> None:
    notes = f"<p>{'ü' * 2000}</p>"
    said = channel(entry(feed_html=notes, summary="Is <5 & >3 enough?"))
    assert texts(said, "item/description") == ["Is &lt;5 &amp; &gt;3 enough?"]
    assert texts(said, "item/content:encoded") == [notes]


def test_notes_are_described_with_simple_elements_only_and_kept_whole_in_the_content() -> None:
    notes = '<h2>More</h2><p>A <em>b</em><img src="https://x.example/a.png"></p>'
    (said,) = channel(entry(feed_html=notes)).findall("item")
    assert texts(said, "description") == ["<p>More</p><p>A <em>b</em></p>"]
    assert texts(said, "content:encoded") == [notes]


def test_an_item_without_notes_is_described_by_summary_or_title() -> None:
    said = channel(
        entry(feed_html="", summary="Short."),
        entry(feed_html="", summary="", item=item(title="R&D")),
    )
    assert texts(said, "item/description") == ["Short.", "R&amp;D"]
    assert said.find("item/content:encoded", NS) is None


def test_people_come_with_role_picture_and_page() -> None:
    anna = person(image=image(file=source("images/anna.jpg")), url="https://anna.example/ü")
    ben = person(id="", name="Ben Guest", role="guest", url="")
    said = channel(entry(item=item(people=(anna, ben))), hosts=(anna,))
    first = {
        "role": "host",
        "img": "https://clinic.example/media/anna.abababababab.png",
        "href": "https://anna.example/%C3%BC",
    }
    assert [dict(one.attrib) for one in said.findall("podcast:person", NS)] == [first]
    people = said.findall("item/podcast:person", NS)
    assert [one.text for one in people] == ["Anna Host", "Ben Guest"]
    assert [dict(one.attrib) for one in people] == [first, {"role": "guest"}]


def test_funding_of_the_show() -> None:
    said = channel(funding=(Link("Support us", "https://give.example/?a=1&b=2"),))
    assert texts(said, "podcast:funding") == ["Support us"]
    assert said.find("podcast:funding", NS).get("url") == "https://give.example/?a=1&b=2"


def test_chapters_and_transcript_are_announced_with_their_types() -> None:
    said_in_it = (Cue(0, 1, "Hello."),)
    (said,) = channel(spoken(cues=said_in_it)).findall("item")
    assert dict(said.find("podcast:chapters", NS).attrib) == {
        "url": "https://clinic.example/podcast/strong-hips/chapters.json",
        "type": "application/json+chapters",
    }
    forms = [dict(one.attrib) for one in said.findall("podcast:transcript", NS)]
    assert forms[-1] == {  # some apps keep the last one only
        "url": "https://clinic.example/podcast/strong-hips/transcript.vtt",
        "type": "text/vtt",
        "language": "en",
    }
    assert [form["type"] for form in forms] == [
        *("text/plain", "application/x-subrip", "application/json", "text/vtt")
    ]
    inline = said.find("psc:chapters", NS)
    assert inline.get("version") == "1.2"
    assert [dict(chapter.attrib) for chapter in inline] == [
        {"start": "00:00:00.000", "title": "Welcome"},
        {
            "start": "00:01:10.500",
            "title": "The hip & the spine",
            "href": "https://example.org/h%C3%BCfte",
            "image": "https://example.org/a.jpg",
        },
    ]


def test_podcastparser_sees_the_episode() -> None:
    bytes_ = render(spoken())
    seen = podcastparser.parse("https://clinic.example/podcast/feed.xml", BytesIO(bytes_))
    (episode,) = seen["episodes"]
    assert (seen["title"], seen["type"], seen["explicit"]) == ("Strong Back", "episodic", False)
    assert (episode["guid"], episode["total_time"]) == (item().guid, 754)
    assert (episode["number"], episode["season"]) == (12, 2)
    assert episode["published"] == int(item().published.timestamp())
    assert [(c["start"], c["title"]) for c in episode["chapters"]] == [
        (0, "Welcome"),
        (70, "The hip & the spine"),  # it counts whole seconds
    ]
    (sound,) = episode["enclosures"]
    assert (sound["file_size"], sound["mime_type"]) == (4321, "audio/mpeg")


def test_feedparser_sees_the_episode() -> None:
    seen = feedparser.parse(render(entry()))
    assert not seen.bozo
    assert seen.feed.image.href == "https://clinic.example/media/cover.abababababab.png"
    (one,) = seen.entries
    assert (one.id, one.guidislink, one.itunes_duration) == (item().guid, False, "754")
    assert one.enclosures[0].length == "4321"
    assert one.summary == "<p>Notes.</p>"


def test_entries_stay_in_their_order() -> None:
    days = [datetime(2026, 3, day, tzinfo=UTC) for day in (3, 2, 1)]
    entries = [entry(item=item(guid=f"g{d.day}", published=d)) for d in days]
    assert texts(channel(*entries), "item/guid") == ["g3", "g2", "g1"]


def test_the_same_values_give_the_same_bytes() -> None:
    def once() -> bytes:
        return render(spoken(), entry(item=item(guid="other")))

    assert once() == once()
    assert once().startswith(b"<?xml")


def test_odd_characters_cannot_stop_the_feed() -> None:
    odd = "bell\x07 \ud800 ]]> <b>&amp; 😀 \u05e9\u05dc\u05d5\u05dd \r\n\u0000end"
    one = item(
        title=odd,
        guid=odd,
        people=(person(name=odd, url=f"https://x.example/{odd}"),),
        categories=(Category("odd", odd),),
        recording=recording(chapters=(Chapter(0, odd),)),
    )
    made = entry(item=one, summary=odd, feed_html=odd)
    words = dict.fromkeys(("title", "description", "author", "copyright"), odd)
    give = Link(odd, f"https://x.example/{odd}")
    said = channel(made, **words, owner=(odd, odd), funding=(give,))
    assert texts(said, "title") == [clean(odd)]
    for path in ("item/title", "item/category", "item/podcast:person", "item/content:encoded"):
        assert texts(said, path) == [clean(odd)]
    assert said.find("item/psc:chapters/psc:chapter", NS).get("title") == clean(odd)


def test_a_title_without_a_visible_character_falls_back_to_the_slug() -> None:
    assert texts(channel(entry(item=item(title="\x07"))), "item/title") == ["strong-hips"]


@settings(max_examples=60)
@given(*(st.text(st.characters(codec=None, exclude_categories=())) for _ in range(2)))
def test_any_text_gives_a_feed_that_says_it(title: str, summary: str) -> None:
    said = channel(entry(item=item(title=title), summary=summary, feed_html=summary))
    assert texts(said, "item/title") == [clean(title) or "strong-hips"]


def test_a_guid_that_was_an_address_says_so_and_no_other() -> None:
    old = item(guid="https://old.example/?p=12&x=1", permalink=True)
    other = item(guid="https://old.example/?p=13")
    for path, spoken in (("podcast/feed.xml", recording()), ("blog/feed.xml", None)):
        entries = [entry(item=replace(one, recording=spoken)) for one in (old, other)]
        said = etree.fromstring(written(path, *entries)).iter("guid")
        assert [(one.text, one.get("isPermaLink")) for one in said] == [
            ("https://old.example/?p=12&x=1", "true"),
            ("https://old.example/?p=13", "false"),
        ]


@pytest.mark.parametrize("path", ["blog/atom.xml", "blog/feed.json"])
def test_where_a_guid_says_nothing_of_itself_nothing_is_other(path: str) -> None:
    one = item(guid="https://old.example/?p=12", recording=None)
    plain = written(path, entry(item=one))
    assert written(path, entry(item=replace(one, permalink=True))) == plain
    assert b"https://old.example/?p=12" in plain


def test_the_new_address_is_named_until_its_day_has_passed() -> None:
    moved = {"new_feed_url": "https://new.example/feed.xml"}
    assert texts(channel(**moved), "itunes:new-feed-url") == ["https://new.example/feed.xml"]
    assert render(**moved, new_feed_past=True) == render()
