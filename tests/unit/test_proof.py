"""What finished bytes must not say: each rule with a document that was spoiled for it alone."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sound import BLOG, FIRST, JSON, PODCAST, SECOND, SOUND, SRT, VTT
from spoiled import SPOILED

from activefeed.render.proof import Finding, read
from activefeed.tree import ATOM, JSON_CHAPTERS, JSON_FEED, RSS

SITES = Path(__file__).parents[1] / "sites"


def of(kind: str, body: str | bytes) -> list[Finding]:
    path, type, _ = SOUND[kind]
    return list(read([(path, type, body if isinstance(body, bytes) else body.encode())]))


def spoiled(kind: str, old: str, new: str) -> list[Finding]:
    sound = SOUND[kind][2]
    assert old in sound
    return of(kind, sound.replace(old, new, 1))


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_document_gives_no_finding(kind: str) -> None:
    assert of(kind, SOUND[kind][2]) == []


@pytest.mark.parametrize("row", SPOILED, ids=lambda row: f"{row[0]} {row[3]} {row[2][:20]}")
def test_each_broken_rule_is_found(row: tuple[str, ...]) -> None:
    kind, old, new, code, key, words = row
    (found,) = spoiled(kind, old, new)
    assert (found.code, found.severe) == (code.removeprefix("~"), code[0] != "~"), found.message
    assert found.key == key, found.message
    assert words in found.message
    assert found.path == SOUND[kind][0]
    assert re.fullmatch(r"[^\n]{15,300} \([^()]+\)", found.message)
    if kind == "podcast" and old in PODCAST.partition("<item>")[0]:
        assert found.guid == ""
    elif kind == "podcast" and key != "guid" and found.key:
        assert found.guid == (FIRST if old in PODCAST.partition("</item>")[0] else SECOND)


@pytest.mark.parametrize(
    "title",
    [
        "12 exercises",
        "120. Hips",
        "5 - 10 minutes",
        "Epilogue",
        "#hips",
        "Seasonal pain",
        "Part 12",
    ],
)
def test_a_number_that_is_not_the_episodes_may_begin_a_title(title: str) -> None:
    assert spoiled("podcast", "Strong hips, quiet back", title) == []
    bare = PODCAST.replace("<itunes:episode>12</itunes:episode>", "").replace(
        ">serial<", ">episodic<"
    )
    assert of("podcast", bare.replace("Strong hips, quiet back", "12. Hips")) == []


@pytest.mark.parametrize("count", [0, 2])
def test_a_feed_has_one_channel(count: int) -> None:
    channel = BLOG[BLOG.index("<channel>") : BLOG.index("</rss>")].replace("</guid>", "-</guid>")
    other = channel.replace("-</guid>", "+</guid>")
    (found,) = of("blog", BLOG.replace(BLOG[BLOG.index("<channel>") : BLOG.index("</rss>")],
                                       "".join((channel, other)[:count])))  # fmt: skip
    assert found.message == "the rss has not one channel (RSS 2.0, rss)"


def test_a_blog_with_an_itunes_element_is_read_as_a_podcast() -> None:
    found = spoiled("blog", "<item>", "<itunes:type>serial</itunes:type><item>")
    assert {"rule-psp1", "rule-apple"} == {one.code for one in found}


def test_a_finding_in_an_item_names_the_item_as_the_document_does() -> None:
    for kind, old, new, guid in (
        ("podcast", ">13<", ">x<", SECOND),
        ("blog", "<title>12</title>", "", "https://clinic.example/b"),
        ("atom", '"https://clinic.example/w"', '"w"', "tag:x.example,2026:1"),
        ("json", "https://x.example/i.png", "i.png", "urn:uuid:1"),
        ("podcast", ">yes<", ">maybe<", ""),
        ("atom", "https://clinic.example/blog/", "blog", ""),
    ):
        (found,) = spoiled(kind, old, new)
        assert found.guid == guid


def test_a_cure_is_what_an_author_can_type() -> None:
    (found,) = spoiled("podcast", "https://give.example/", "http://give.example/")
    assert found == Finding(
        code="rule-podcast",
        message='the url of the funding "http://give.example/" is not https '
        "(podcast namespace, podcast:funding@url)",
        fix="write https://…",
        severe=False,
        path="podcast/feed.xml",
        guid="",
        key="funding",
    )


def test_a_message_shows_no_more_of_a_value_than_a_line_holds() -> None:
    (found,) = spoiled("podcast", "Anna</podcast", "\t\u200b" + "ö" * 200 + "</podcast")
    assert "ö" * 78 + '…"' in found.message
    assert "ö" * 79 not in found.message
    assert found.message.isprintable()


def archives(*, second: str) -> list[tuple[str, str, bytes]]:
    """Return a feed and its two archives; the newer one says where the older one is."""

    def one(name: str, links: str) -> tuple[str, str, bytes]:
        body = BLOG.replace("blog/feed.xml", f"blog/{name}.xml").replace(
            "<item>", f"{links}<item>", 1
        )
        return f"blog/{name}.xml", RSS, body.encode()

    base = "https://clinic.example/blog"
    current = f'<fh:archive/><atom:link rel="current" href="{base}/feed.xml"/>'
    return [
        one("feed", f'<atom:link rel="prev-archive" href="{base}/2.xml"/>'),
        one("2", f'{current}<atom:link rel="prev-archive" href="{base}/{second}.xml"/>'),
        one("1", current),
    ]


def test_archives_lead_to_each_other() -> None:
    assert list(read(archives(second="1"))) == []
    (found,) = read(archives(second="0"))
    assert (found.code, found.severe, found.path) == ("rule-rfc5005", True, "blog/2.xml")
    assert "there is no archive https://clinic.example/blog/0.xml" in found.message


def test_a_podcast_feed_may_not_be_too_long_for_the_validator() -> None:
    notes = "<content:encoded>" + "x" * 5_000_000 + "</content:encoded>"
    (found,) = spoiled(
        "podcast", "<content:encoded><![CDATA[<p>Notes.</p>]]></content:encoded>", notes
    )
    assert (found.severe, found.path) == (False, "podcast/feed.xml")
    assert "larger than 5 MB" in found.message


def test_other_files_are_nobodys_business() -> None:
    others = [
        ("about.html", "text/html; charset=utf-8"),
        ("data.json", "application/json"),
        ("a", ""),
    ]
    assert list(read((path, type, b"\xff\x00") for path, type in others)) == []


def test_each_kind_of_file_must_be_text() -> None:
    for kind, (_, _, sound) in SOUND.items():
        (found,) = of(kind, sound.encode() + b"\xff")
        assert "this cannot be read: " in found.message
        assert found.severe


@pytest.mark.parametrize("site", sorted(folder.name for folder in SITES.iterdir()))
def test_whole_sites_have_no_error(site: str) -> None:
    folder, documents = SITES / site / "expected", []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        kinds = {".vtt": VTT, ".srt": SRT, "transcript.json": JSON, "chapters.json": JSON_CHAPTERS}
        type = next((kind for end, kind in kinds.items() if name.endswith(end)), "")
        body = path.read_bytes() if path.is_file() else b""
        for mark, kind in ((b"<rss", RSS), (b"<feed", ATOM), (b"https://jsonfeed.org/", JSON_FEED)):
            type = kind if mark in body[:200] and not name.endswith(".html") else type
        documents.append((name, type, body))
    assert [one for one in read(documents) if one.severe] == []


def test_what_builders_write_has_no_finding() -> None:
    written = pytest.importorskip("builders").written
    kinds = {"podcast/feed.xml": RSS, "blog/atom.xml": ATOM, "blog/feed.json": JSON_FEED}
    assert list(read((path, type, written(path)) for path, type in kinds.items())) == []


def test_a_thousand_episodes_take_no_time() -> None:
    start = PODCAST.index("<item>")
    item = PODCAST[start : PODCAST.index("</item>") + 7]
    items = "".join(item.replace(FIRST, f"guid-{number}") for number in range(1000))
    body = PODCAST[:start] + items + "</channel></rss>"
    assert len(body) > 1_000_000

    def cost() -> float:
        before = time.process_time()
        assert of("podcast", body) == []
        return time.process_time() - before

    assert any(cost() < 0.3 for _ in range(20))  # others may be at work on the same core


@settings(max_examples=200)
@given(st.sampled_from(sorted(SOUND)), st.binary(max_size=200))
def test_any_bytes_get_an_answer(kind: str, body: bytes) -> None:
    assert of(kind, body)


@settings(max_examples=400)
@given(st.sampled_from(sorted(SOUND)), st.data())
def test_any_damage_gets_an_answer(kind: str, data: st.DataObject) -> None:
    sound = SOUND[kind][2]
    start = data.draw(st.integers(0, len(sound)))
    end = data.draw(st.integers(start, min(len(sound), start + 60)))
    between = data.draw(
        st.text(max_size=20) | st.sampled_from(["\\ud800", "NaN", "[[", "(", "1e999"])
    )
    for found in of(kind, (sound[:start] + between + sound[end:]).encode(errors="replace")):
        assert found.message.isprintable()


@pytest.mark.parametrize("kind", ["json", "chapters", "transcript"])
@pytest.mark.parametrize("body", ["[" * 5000, '{"items":' * 900 + "1" + "}" * 900, "null", "[1]"])
def test_json_of_any_shape_gets_an_answer(kind: str, body: str) -> None:
    assert of(kind, body)


def test_entities_are_not_followed() -> None:
    doctype = '<!DOCTYPE rss [<!ENTITY a SYSTEM "file:///etc/hostname">]><rss'
    found = of("podcast", PODCAST.replace("<rss", doctype).replace("Back Pain", "Back &a;"))
    assert "hostname" not in "".join(one.message for one in found)
