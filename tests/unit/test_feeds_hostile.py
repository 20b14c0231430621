"""What is no feed, is cut off or means harm: refused in words or read, at once, and no more."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from datetime import UTC
from pathlib import Path

import pytest
from feedfiles import FEEDS, FeedDocument, only, read, refused, rss
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activefeed.formats import telling
from activefeed.problems import FormatError


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "empty"), (b" \n", "empty"), (b"\0\0", "no RSS"), (b"hello", "no RSS"),
        (b"<html><body><p>Hello<br></html>", "web page"), (b"<!DOCTYPE html>\n<p>a", "web page"),
        (b"<opml/>", "no RSS"), (b"<rss></rss>", "no RSS"), (b"{}", "no RSS"), (b"{", "no RSS"),
        (b'{"version": "1.2.0", "chapters": []}', "no RSS"), (b"[1]", "no RSS"),
        (b'{"a":' * 100_000, "no RSS"), (b"\xff\xfe", "no RSS"), (b"PK\x03\x04\x00", "no RSS"),
        (b"<?xml version='1.0' encoding='utf-16'?><rss/>", "no RSS"),
        (b"<rss><channel>" + b"<item>" * 100_000, "cut off"),
        (rss("<item>" * 300 + "</item>" * 300), "cut off"),
        (rss(f"<title>{'x' * 10_100_000}</title>"), "cut off"),
        (rss("<item><b></item><item/>"), "cut off"), (rss("<item></b></item><item/>"), "cut off"),
    ],
)  # fmt: skip
def test_what_is_no_whole_feed_is_refused_in_words_and_at_once(body: bytes, words: str) -> None:
    before = time.process_time()
    assert words in refused(body).message
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    "untidy", [bytes, lambda body: re.sub(rb"(</title>|\"title\")", rb"& <\1", body, count=1)]
)
def test_a_feed_that_is_cut_off_anywhere_never_seems_to_have_fewer_items(
    untidy: Callable[[bytes], bytes],
) -> None:
    for name in ("rich/expected/podcast/feed.xml", "rich/expected/blog/atom.xml",
                 "rich/expected/blog/feed.json"):  # fmt: skip
        body = untidy(FEEDS[name].rstrip())
        for end in range(0, len(body), 7):
            refused(body[:end])
        refused(body[:-1])


@pytest.mark.parametrize(
    ("body", "line"),
    [
        (b"\n\n" + rss("\n<!-- a\nb -->\n<item><b></item>"), 6),
        (rss("\n<item/>\n<item>").partition(b"</channel>")[0], 3),
        (b'{"version": "https://jsonfeed.org/version/1", "items": [{"id": 1},\n {"id": 2}', 2),
    ],
)
def test_the_line_is_told_where_a_feed_is_damaged(body: bytes, line: int) -> None:
    assert refused(body).line == line


def test_a_feed_with_more_items_than_are_read_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(telling, "_MOST", 3)
    assert len(read(rss("<item></item>" * 3)).items) == 3
    assert "too long" in refused(rss("<item></item>" * 4)).message


BOMB = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))


@pytest.mark.parametrize("use", ["<title>&l{};</title>", "<item><guid x='&l{};'/></item>"])
@pytest.mark.parametrize("depth", range(10))
def test_entities_that_hold_each_other_fill_no_memory(use: str, depth: int) -> None:
    head = f"<!DOCTYPE rss [<!ENTITY l0 'lol'>{BOMB}]>".encode()
    before = time.process_time()
    try:
        found = read(head + rss(use.format(depth) * 50))
    except FormatError as error:
        assert "cut off" in error.message
    else:
        assert len(found.title) < 1_000_000
    assert time.process_time() - before < 2


@pytest.mark.parametrize("kind", ["<!ENTITY x SYSTEM '{}'>", "<!ENTITY % x SYSTEM '{}'> %x;"])
def test_no_file_is_read_that_a_feed_names(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("<!ENTITY y 'password'>password")
    head = f"<!DOCTYPE rss [{kind.format(secret.as_uri())}]>".encode()
    found = read(
        head + rss("<item><title>&x;&y;</title><guid>&x;</guid></item>", "<title>T</title>")
    )
    assert found.title == "T"
    assert "password" not in repr(found)


@pytest.mark.parametrize("half", ["&#xD800;", "&#57343;"])
def test_half_a_sign_does_not_stop_the_reading(half: str) -> None:
    # libxml2 takes it for text, which lxml then cannot give.
    body = rss(f"<item><title>One</title><guid>a</guid><enclosure url='{half}'/></item>")
    assert (only(body).guid, only(body).url) == ("a", "")


def test_html_that_is_nested_without_end_is_read_at_once() -> None:
    before = time.process_time()
    deep = "<div>" * 100_000 + "&lt;" * 100_000 + "<b a='" * 10_000
    assert only(rss(f"<item><title>x</title><description><![CDATA[{deep}]]></description></item>"))
    assert time.process_time() - before < 2


def answered(body: bytes) -> FeedDocument | None:
    """Read it; whatever comes back must be text that can be written."""
    try:
        found = read(body)
    except FormatError as error:
        assert error.message.encode()
        assert error.fix
        return None
    assert repr(found).encode()
    assert all(not item.published or item.published.tzinfo is UTC for item in found.items)
    return found


@given(st.binary())
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    answered(body)
    answered(rss("").replace(b"</channel>", body + b"</channel>"))
    answered(b'{"version":"https://jsonfeed.org/version/1","items":[' + body + b"]}")


JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["items", "id", "title", "attachments", "url", "date_published", "duration_in_seconds",
         "size_in_bytes", "content_html", "content_text", "summary", "next_url"]), inner),
)  # fmt: skip


@given(JSONS)
@settings(deadline=None)
@example([{"id": "a", "attachments": {"size_in_bytes": float("inf")}}])
@example([{"id": "a", "content_html": "<?xml version='1.0' encoding='utf-8'?><p>\ud800"}])
def test_a_json_feed_may_hold_anything(items: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    assert answered(json.dumps(feed).encode())


@given(st.text())
@settings(deadline=None)
def test_any_notes_are_read(html: str) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": [{"content_html": html}]}
    found = answered(json.dumps(feed).encode())
    assert found
    assert found.items[0].text == " ".join(found.items[0].text.split())


@given(name=st.sampled_from(sorted(FEEDS)), data=st.data())
@settings(max_examples=300, deadline=None)
def test_a_spoiled_feed_is_read_or_refused(name: str, data: st.DataObject) -> None:
    body = bytearray(FEEDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = start + data.draw(st.integers(0, 30))
        odd = [b"<", b">", b"&", b"&x;", b"]]>", b"<![CDATA[", b"<!--", b"\0", b"\xff", b"'", b'"',
               b"</item>", b"<item>", b"</rss>", b"<!DOCTYPE x [", b"}", b"{", b"null"]  # fmt: skip
        body[start:end] = data.draw(st.sampled_from(odd) | st.binary(max_size=8))
    answered(bytes(body))
