"""A feed that is broken or means harm is told as far as it goes: in bounded time, or refused."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path

import jargon
import oldhost
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activefeed.formats import telling
from activefeed.formats.telling import Telling, tell
from activefeed.problems import FormatError

BASE = "http://127.0.0.1:1"
FEEDS = {name: oldhost.fill(name, BASE) for name in oldhost.NAMES}
START, END = "<rss version='2.0'><channel><title>T</title>", "</channel></rss>"
VERSION = '"version": "https://jsonfeed.org/version/1.1"'


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Hold what is done inside to so much time of the processor."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds


def told(body: bytes) -> Telling | None:
    """Tell it; whatever comes back must be text that can be written."""
    try:
        found = tell(body)
    except FormatError as error:
        assert error.message.encode()
        assert error.fix
        return None
    assert repr(found).encode()
    for one in (found.show, *found.items):
        assert not one.published or one.published.tzinfo is UTC
        assert all(isinstance(value, str) and value for value in one.facts.values())
        assert all(rows and all(rows) for rows in one.lists.values())
    return found


# Entities.

BOMB = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))


@pytest.mark.parametrize("depth", [0, 5, 9])
def test_entities_that_hold_each_other_fill_no_memory(depth: int) -> None:
    head = f"<?xml version='1.0'?><!DOCTYPE rss [<!ENTITY l0 'lol'>{BOMB}]>"
    use = f"<item><guid>a</guid><title>&l{depth};</title><enclosure url='&l{depth};'/></item>"
    with within(1):
        found = tell((head + START + use * 50 + END).encode())
    assert len(found.items) == 50
    assert found.items[0].facts["title"] == f"&l{depth};"


@pytest.mark.parametrize("kind", ["<!ENTITY x SYSTEM '{}'>", "<!ENTITY % x SYSTEM '{}'> %x;"])
def test_no_file_is_read_that_a_feed_names(kind: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("<!ENTITY y 'password'>password")
    head = f"<!DOCTYPE rss [{kind.format(secret.as_uri())}]>"
    found = tell((head + START + "<item><guid>&x;&y;</guid></item>" + END).encode())
    assert found.show.facts["title"] == "T"
    assert "password" not in repr(found)


def test_what_is_fetched_by_other_readers_is_not_fetched() -> None:
    head = "<?xml version='1.0'?><!DOCTYPE rss SYSTEM 'http://127.0.0.1:9/rss.dtd'>"
    include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/hostname'/>"
    with within(1):
        found = tell(f"{head}{START}<item>{include}<title>x</title></item>{END}".encode())
    assert found.items[0].facts == {"title": "x"}
    assert found.unread == {"xi:include": 1}


# Size and depth.


def test_an_item_that_is_nested_without_end_keeps_the_others_readable() -> None:
    deep = "<a>" * 10_000 + "</a>" * 10_000
    items = f"<item><guid>a</guid>{deep}<title>x</title></item><item><guid>b</guid></item>"
    with within(2):
        found = tell(f"{START}{items}{END}".encode())
    assert [one.facts["guid"] for one in found.items] == ["a", "b"]
    assert "damaged" in found.troubles[0]


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_json_that_is_nested_without_end_is_refused_at_once(opening: str, closing: str) -> None:
    deep = opening * 10_000 + "1" + closing * 10_000
    with within(2):
        assert told(f'{{{VERSION}, "items": [{{"id": 1, "a": {deep}}}]}}'.encode()) is None
        assert told(('{"a":' * 100_000).encode()) is None


def test_html_that_is_nested_without_end_is_told_at_once() -> None:
    deep = "<div>" * 30_000 + "&lt;" * 30_000 + "<b a='" * 10_000
    body = f"<item><title>x</title><description><![CDATA[{deep}]]></description></item>"
    with within(4):
        assert tell(f"{START}{body}{END}".encode()).items[0].facts["html"].startswith("<div>")


def test_of_more_items_than_any_feed_has_the_first_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert telling._MOST == 20_000
    monkeypatch.setattr(telling, "_MOST", 20)
    items = "".join(f"<item><guid>{n}</guid></item>" for n in range(50))
    found = tell(f"{START}{items}<link>l</link>{END}".encode())
    assert [one.facts["guid"] for one in found.items] == [str(n) for n in range(20)]
    assert found.troubles == ("The feed holds 50 items, of which the first 20,000 were read.",)
    rows = ",".join(f'{{"id": {n}}}' for n in range(50))
    other = tell(f'{{{VERSION}, "items": [{rows}]}}'.encode())
    assert [one.facts["guid"] for one in other.items] == [str(n) for n in range(20)]
    assert other.troubles == found.troubles


N, M = 20_000, 400
TEXT = "<item><description>"
# What makes careless patterns and loops take the square of their length.
LONG = {
    "ampersands": "&" * N, "entities": "&lt" * N, "numbers": "&#x" * N, "opened": "<" * N,
    "remarks": "<!--" * N, "data": "<![CDATA[" * N, "orders": "<?x" * N, "tags": "<title>" * N,
    "texts": "<title>a" * N, "ends": "</title>" * N, "items": "<item>" * M,
    "crossed": "<a></b>" * N, "quotes": "<a b='" * N, "double": '<a b="' * N,
    "spaces": "<item><title>" + " " * N * 10, "lines": TEXT + "\n" * N * 10 + "x",
    "tabs": TEXT + "x" + "\n\t" * N, "colons": "<a" + ":b" * N, "brackets": TEXT + "&lt;p " * N,
    "attributes": "<a " + " ".join(f"b{n}=''" for n in range(N)) + "/>",
    "twice": TEXT + "&amp;lt;/p" * N, "dates": "<item><pubDate>1" + " " * N * 10 + "x",
    "mails": "<managingEditor>" + "@" * N * 10, "times": "<item><itunes:duration>" + "1:" * N,
    "zeros": "<item><guid>&#" + "0" * N * 10, "audio": "<item>" + "<enclosure url='a'/>" * M,
    "people": "<item>" + "<dc:creator>a</dc:creator>" * M,
    "chapters": "<item><psc:chapters>" + "<psc:chapter start='1'/>" * M,
    "names": "".join(f"<n{n}>x</n{n}>" for n in range(M * 20)),
    "prefix": "".join(f"<n{n}:a/>" for n in range(M * 20)),
}  # fmt: skip


@pytest.mark.parametrize("name", LONG)
def test_time_grows_no_faster_than_a_feed(name: str) -> None:
    body = f"<?xml version='1.0'?>{START}{LONG[name]}".encode()
    with within(4):
        told(body)
        told(body + b"</channel></rss>")


@pytest.mark.parametrize("name", ["quotes", "escapes", "objects", "lists"])
def test_time_grows_no_faster_than_a_json_feed(name: str) -> None:
    long = {"quotes": '"' * N, "escapes": '"\\"' + '\\"' * N, "objects": '{"id": 1}, ' * M,
            "lists": "[1], " * M}  # fmt: skip
    with within(4):
        told(f'{{{VERSION}, "items": [{long[name]}'.encode())


MB = 1_000_000
NOTES = "<p>Hello, and <b>welcome</b> to a text as long as those of others are.</p>" * 40
ITEM = f"<item><guid>g</guid><description><![CDATA[{NOTES}]]></description></item>"
HUGE = {  # no document of more than 32 MB is taken from the network
    "items": START + ITEM * (30 * MB // len(ITEM)) + END,
    "small items": START + "<item><guid>g</guid></item>" * MB + END,
    "ampersands": START + "& " * (15 * MB) + END,
    "json": f'{{{VERSION}, "items": [' + '{"id": 1}, ' * MB + '{"id": 2}]}',
}


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", HUGE)
def test_the_largest_documents_are_told_in_bounded_time(name: str) -> None:
    body = HUGE[name].encode("cp1252")
    with within(60):
        found = told(body)
    assert found
    if "items" in name or name == "json":
        assert len(found.items) in {20_000, HUGE["items"].count("<item>")}


# Names and prefixes.


@pytest.mark.parametrize(
    "odd",
    ["<a'b>x</a'b>", "<\"'>", "<itunes:>x</itunes:>", "<:a/>", "<a:b:c>x</a:b:c>", "<1/>",
     "<ä:ö>x</ä:ö>", "<itunes:author' or '1'='1>x", "<]]>", "<xml:a xml:b='c'/>", "<xmlns:a/>"],
)  # fmt: skip
def test_odd_names_are_no_danger(odd: str) -> None:
    found = told(
        f"{START}<item>{odd}<guid>a</guid></item><item><guid>b</guid></item>{END}".encode()
    )
    assert found
    assert [one.facts.get("guid") for one in found.items][-1] == "b"


PREFIXED = sorted({*oldhost.PODCASTS, "blog-wordpress"} - {"handmade"})
KNOWN = ["itunes", "podcast", "atom", "content", "psc", "dc", "googleplay", "sy", "slash", "wfw"]


def without_prefixes(body: bytes) -> Telling:
    found = tell(body)
    assert all("prefixes" in one or "covers" in one for one in found.troubles)
    return Telling(found.show, found.items, found.older, found.unread)


@given(name=st.sampled_from(PREFIXED), data=st.data())
@settings(max_examples=25, deadline=None)
def test_what_is_told_does_not_depend_on_how_prefixes_are_declared(
    name: str, data: st.DataObject
) -> None:
    body = FEEDS[name].decode()
    for prefix in KNOWN:
        how = data.draw(st.sampled_from(["well", "not", "wrongly", "renamed"]), label=prefix)
        declared = rf"(\s)xmlns:{prefix}=([\"'])(.*?)\2"
        if how == "not":
            body = re.sub(declared, r"\1", body)
        elif how == "wrongly":
            body = re.sub(declared, rf"\1xmlns:{prefix}=\2urn:wrong:{prefix}\2", body)
        elif how == "renamed" and re.search(declared, body):
            body = re.sub(declared, rf"\1xmlns:my{prefix}=\2\3\2", body)
            body = re.sub(rf"(</?){prefix}:", rf"\1my{prefix}:", body)
    assert without_prefixes(body.encode()) == without_prefixes(FEEDS[name])


# Anything.


@given(st.binary())
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_told_or_refused(body: bytes) -> None:
    told(body)
    told(START.encode() + b"<item>" + body + b"</item>" + END.encode())
    told(f'{{{VERSION}, "items": ['.encode() + body + b"]}")


@given(st.text())
@settings(max_examples=50, deadline=None)
@example("&#xD800;")
@example("<?xml version='1.0' encoding='utf-16'?><p>é")
def test_any_text_may_stand_anywhere(text: str) -> None:
    places = ("<title>{}", "<description>{}</description>", "<enclosure url='{}'/>", "<{}/>",
              "<itunes:duration>{}</itunes:duration>", "<pubDate>{}</pubDate>", "<!--{}",
              "<description><![CDATA[{}]]></description>")  # fmt: skip
    items = "".join(f"<item>{place.replace('{}', text)}</item>" for place in places)
    told(f"{START}{items}{END}".encode(errors="replace"))
    item = dict.fromkeys(("id", "title", "content_html", "content_text", "date_published"), text)
    assert told(f'{{{VERSION}, "items": [{json.dumps(item)}]}}'.encode())


KEYS = """items id title attachments url date_published duration_in_seconds size_in_bytes summary
content_html content_text authors name tags"""
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner)
    ),
)


@given(JSONS)
@settings(max_examples=60, deadline=None)
@example([{"id": "a", "attachments": {"size_in_bytes": float("inf")}}])
@example({"id": "a"})
def test_a_json_feed_may_hold_anything(items: object) -> None:
    feed = {"version": "https://jsonfeed.org/version/1.1", "items": items}
    assert told(json.dumps(feed).encode())


ODD = [b"<", b">", b"&", b"&x;", b"]]>", b"<![CDATA[", b"<!--", b"\0", b"\xff", b"'", b'"',
       b"</item>", b"<item>", b"</rss>", b"<!DOCTYPE x [", b"}", b"{", b"null", b"<title>",
       b"<a:b:c>", b"xmlns:x='y'", b"xmlns=''", b"<?x ?>", b"&#1;", b"&#xD800;",
       b"&#55357;"]  # fmt: skip


@given(name=st.sampled_from(sorted(FEEDS)), data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_spoiled_feed_is_told_or_refused(name: str, data: st.DataObject) -> None:
    body = bytearray(FEEDS[name])
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(body)))
        end = start + data.draw(st.integers(0, 30))
        body[start:end] = data.draw(st.sampled_from(ODD) | st.binary(max_size=8))
    found = told(bytes(body))
    for sentence in found.troubles if found else ():
        assert not jargon.programmers_words(re.sub(r"\(.*|: .*", "", sentence))


@pytest.mark.parametrize("name", ["buzzsprout", "blog-json"])
def test_a_feed_that_is_cut_off_anywhere_tells_no_item_that_it_has_not(name: str) -> None:
    body = FEEDS[name].rstrip()
    guids = [one.facts["guid"] for one in tell(body).items]
    for end in range(1, len(body) - 30, 211):
        if found := told(body[:end]):
            assert found.troubles
            whole = [one.facts.get("guid") for one in found.items[:-1]]
            assert whole == guids[: len(whole)]
