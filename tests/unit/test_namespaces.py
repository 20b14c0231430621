"""Text in feeds: nothing that XML forbids gets in, nothing that it allows gets lost."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta, timezone

import pytest
from builders import edition, entry, image, person, post
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from activefeed.render.namespaces import (
    DESCRIPTION_LIMIT,
    NAMESPACES,
    Extension,
    clean,
    clean_html,
    cut,
    html_of,
    instant,
    uri,
)
from activefeed.render.templates import elements

# Every code point, lone surrogates too.
ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))


@pytest.mark.parametrize(
    ("given_text", "expected"),
    [
        ("a\x00b\x0bc\x1f", "abc"),
        ("a\ud800b\udfff", "ab"),
        ("a\ufffe\uffffb", "ab"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("u\u0308ber", "\u00fcber"),
        (" \t title \n", "title"),
        ("😀 \u05e9\u05dc\u05d5\u05dd \u200f]]>", "😀 \u05e9\u05dc\u05d5\u05dd \u200f]]>"),
    ],
)
def test_clean_drops_what_xml_forbids_and_nothing_else(given_text: str, expected: str) -> None:
    assert clean(given_text) == expected


@given(ANY_TEXT)
def test_clean_text_is_legal_stable_and_normal(text: str) -> None:
    once = clean(text)
    element = etree.Element("title")
    element.text = once
    assert (etree.fromstring(etree.tostring(element, encoding="UTF-8")).text or "") == once
    assert unicodedata.is_normalized("NFC", once)
    assert once == once.strip()


@given(ANY_TEXT)
def test_a_description_keeps_within_the_limit_of_bytes(text: str) -> None:
    long = clean(text) * 400
    assert len(cut(long).encode()) <= DESCRIPTION_LIMIT


def test_a_long_description_is_cut_after_a_word() -> None:
    short = cut("quiet back " * 500)
    assert short.endswith(("quiet…", "back…"))
    assert len(short.encode()) > DESCRIPTION_LIMIT - 20


def test_a_description_that_fits_is_not_touched() -> None:
    assert cut("x" * DESCRIPTION_LIMIT) == "x" * DESCRIPTION_LIMIT
    assert cut("x" * 5000) == "x" * (DESCRIPTION_LIMIT - 3) + "…"


def test_plain_text_becomes_html_that_shows_the_same_text() -> None:
    assert html_of(' Q&A: is <5 "enough"? ') == 'Q&amp;A: is &lt;5 "enough"?'


def test_html_is_not_normalised_where_that_would_break_a_tag() -> None:
    html = "<p>\u0338 onmouseover=x <b>bold</b></p>"
    assert clean_html(f" {html}\r\n") == html
    assert unicodedata.normalize("NFC", html) != html


def test_an_address_is_ascii_without_losing_what_is_encoded() -> None:
    assert uri(" https://exämple.org/ü%20a b?q=ß&x=1#y ") == (
        "https://ex%C3%A4mple.org/%C3%BC%20a%20b?q=%C3%9F&x=1#y"
    )


def test_an_instant_is_utc_in_whole_seconds() -> None:
    there = timezone(timedelta(hours=5, minutes=45))
    when = datetime(2026, 1, 1, 5, 45, 1, 999, tzinfo=there)
    assert instant(when).isoformat() == "2026-01-01T00:00:01+00:00"


def test_an_element_is_written_without_what_is_empty_in_it() -> None:
    parent, own = etree.Element("item"), Extension()
    nobody = person(name="\x07", role="", url=" ")
    anna = person(name=" Anna\x00 ", url="", image=None)
    own.xml = "<itunes:season/>" + elements("people", edition(), [nobody, anna])
    own.xml += elements("links", entry(item=post()))
    own.extend_rss(parent)
    said, link = parent
    assert said.tag == f"{{{NAMESPACES['podcast']}}}person"
    assert (said.text, dict(said.attrib)) == ("Anna", {"role": "host"})
    assert (link.tag, link.text) == ("link", None)


def test_no_sign_in_an_attribute_is_lost() -> None:
    parent, own, said = etree.Element("item"), Extension(), "one\n\ttwo \"three\" 'four' <&amp;>"
    own.xml = elements("image", image(alt=said), "https://x.example/a.png")
    own.extend_rss(parent)
    assert parent[0].get("alt") == said
