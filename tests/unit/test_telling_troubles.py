"""What is wrong with a feed is told in words, and what can be read of it is read."""

from __future__ import annotations

import re

import jargon
import oldhost
import pytest
from smallfeeds import json_feed, rss

from activefeed.formats import telling
from activefeed.formats.telling import tell
from activefeed.problems import FormatError

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
