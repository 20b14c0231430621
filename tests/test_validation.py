"""The schema of Atom bites: a sound feed passes, and each fault is found by its name."""

from __future__ import annotations

import pytest
import validation
from lxml import etree

ATOM = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:fh="http://purl.org/syndication/history/1.0"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xml:lang="en-GB" xml:base="https://a.example/">
  <id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>
  <fh:archive/>
  <title>Notes &amp; more</title>
  <subtitle type="xhtml">
    <div xmlns="http://www.w3.org/1999/xhtml">A <b class="x" title="y">lot</b> of<br/>notes</div>
  </subtitle>
  <updated>2026-03-02T07:30:00Z</updated>
  <link rel="self" type="application/atom+xml" href="https://a.example/atom.xml"/>
  <link rel="alternate" type="text/html" hreflang="en" href="https://a.example/"/>
  <link type="text/html" hreflang="de" href="https://a.example/de"/>
  <category term="back-pain" scheme="https://a.example/tags" label="Back Pain"/>
  <generator uri="https://a.example/tool" version="1">tool</generator>
  <icon>https://a.example/icon.png</icon>
  <logo>https://a.example/logo.png</logo>
  <rights type="html">&lt;b&gt;Ours&lt;/b&gt;</rights>
  <contributor><name>Ben</name></contributor>
  <dc:source lang="en">A <i>mixed</i> <dc:x y="z">extension</dc:x></dc:source>
  <entry>
    <author>
      <uri>https://anna.example</uri><dc:x/><name>Anna</name><email>anna@a.example</email>
    </author>
    <id>tag:a.example,2026:html</id>
    <title type="html">One</title>
    <published>2026-03-01T06:00:00+00:00</published>
    <updated>2026-03-02T07:30:00.25-05:00</updated>
    <link href="https://a.example/one"/>
    <link rel="enclosure" type="audio/mpeg" length="4321" href="https://a.example/one.mp3"/>
    <content type="html">&lt;p&gt;Notes.&lt;/p&gt;</content>
  </entry>
  <entry>
    <id>tag:a.example,2026:xhtml</id>
    <title>Two</title>
    <updated>2026-03-01T07:30:00Z</updated>
    <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Notes.</p></div></content>
    <author><name>Anna</name></author>
  </entry>
  <entry>
    <id>tag:a.example,2026:other</id>
    <title>Three</title>
    <updated>2026-02-28T07:30:00Z</updated>
    <content type="image/svg+xml"><svg xmlns="http://www.w3.org/2000/svg" width="1"/></content>
    <author><name>Anna</name></author>
  </entry>
  <entry>
    <id>tag:a.example,2026:elsewhere</id>
    <title>Four</title>
    <updated>2026-02-27T07:30:00Z</updated>
    <summary>A recording.</summary>
    <content type="audio/mpeg" src="https://a.example/four.mp3"/>
    <source><id>urn:x:origin</id><title>Origin</title><author><name>C</name></author></source>
    <author><name>Anna</name></author>
  </entry>
</feed>
"""
XHTML = 'xmlns="http://www.w3.org/1999/xhtml"'
AUTHOR = "<author><name>Anna</name></author>"
ATOM_FAULTS = {
    "no id": ("<id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>", ""),
    "id with a space": ("<id>tag:a.example,2026:html</id>", "<id> tag:a.example,2026:html</id>"),
    "id that is relative": ("<id>tag:a.example,2026:html</id>", "<id>one</id>"),
    "two titles": ("<title>Two</title>", "<title>Two</title><title>Two</title>"),
    "entry without title": ("<title>Two</title>", ""),
    "entry without updated": ("<updated>2026-03-01T07:30:00Z</updated>", ""),
    "date without zone": ("2026-03-01T07:30:00Z", "2026-03-01T07:30:00"),
    "date without seconds": ("2026-03-01T07:30:00Z", "2026-03-01T07:30Z"),
    "date with a space for T": ("2026-03-01T07:30:00Z", "2026-03-01 07:30:00Z"),
    "date with small letters": ("2026-03-01T07:30:00Z", "2026-03-01t07:30:00z"),
    "date of the form of RSS": ("2026-03-01T07:30:00Z", "Sun, 01 Mar 2026 07:30:00 GMT"),
    "30 February": ("2026-03-01T07:30:00Z", "2026-02-30T07:30:00Z"),
    "white space round a date": ("2026-03-01T07:30:00Z", "\n2026-03-01T07:30:00Z"),
    "author without name": ("<uri>https://anna.example</uri><dc:x/><name>Anna</name>", ""),
    "author as plain text": ("<contributor><name>Ben</name></contributor>", "<author>B</author>"),
    "address without @": ("anna@a.example", "anna"),
    "some entry without author": (f"</div></content>\n    {AUTHOR}", "</div></content>"),
    "entry without page and content": (
        f'<content type="xhtml"><div {XHTML}><p>Notes.</p></div></content>',
        "<summary>Notes.</summary>",
    ),
    "content marked as CDATA": ('<content type="html">', '<content type="CDATA">'),
    "HTML that is not escaped": ("&lt;p&gt;Notes.&lt;/p&gt;", "<p>Notes.</p>"),
    "plain text with elements": ('<content type="html">', f"<content><p {XHTML}/>"),
    "XHTML without its div": (f"<div {XHTML}><p>Notes.</p></div>", f"<p {XHTML}>Notes.</p>"),
    "two divs": ("<p>Notes.</p></div>", f"<p>Notes.</p></div><div {XHTML}/>"),
    "content elsewhere and here": ('four.mp3"/>', 'four.mp3">Four</content>'),
    "content elsewhere without summary": ("<summary>A recording.</summary>", ""),
    "two contents": ("<summary>A recording.</summary>", "<summary/><content/>"),
    "title with a media type": ('<title type="html">', '<title type="text/html">'),
    "title with elements": ("<title>Two</title>", "<title><b>Two</b></title>"),
    "link without href": ('<link href="https://a.example/one"/>', "<link/>"),
    "link of no media type": ('type="audio/mpeg" length', 'type="mp3" length'),
    "two pages that nothing tells apart": ('hreflang="de"', 'hreflang="en"'),
    "enclosure that lost its rel": (
        '<link rel="enclosure" type="audio/mpeg" length="4321"',
        "<link",
    ),
    "attribute that Atom does not know": ('length="4321"', 'size="4321"'),
    "element that Atom does not know": ("<title>Two</title>", "<title>Two</title><tags>x</tags>"),
    "category without term": ('term="back-pain"', ""),
    "language with an underscore": ('xml:lang="en-GB"', 'xml:lang="en_GB"'),
    "metadata after the entries": (
        "</feed>",
        '<link rel="related" href="https://b.example/"/></feed>',
    ),
    "elements without namespace": ('xmlns="http://www.w3.org/2005/Atom"', ""),
    "an entity of HTML": ("Notes &amp; more", "Notes&nbsp;&amp; more"),
}


def changed(document: str, fault: tuple[str, str]) -> bytes:
    old, new = fault
    assert document.count(old) == 1
    return document.replace(old, new).encode()


def test_a_sound_atom_feed_with_every_element_passes() -> None:
    validation.atom(ATOM.encode())


def test_a_sound_atom_entry_passes_alone() -> None:
    entry = etree.fromstring(ATOM.encode()).find("{*}entry")
    validation.atom(etree.tostring(entry))


@pytest.mark.parametrize("fault", ATOM_FAULTS.values(), ids=ATOM_FAULTS)
def test_atom_with_a_fault_is_refused(fault: tuple[str, str]) -> None:
    body = changed(ATOM, fault)
    with pytest.raises(AssertionError, match=r"^Atom: not as specified|^not XML"):
        validation.atom(body)


def test_every_fault_of_an_atom_feed_is_named() -> None:
    body = ATOM.encode()
    for name in (
        "some entry without author",
        "two pages that nothing tells apart",
        "date without seconds",
        "link of no media type",
        "category without term",
    ):
        body = changed(body.decode(), ATOM_FAULTS[name])
    with pytest.raises(AssertionError) as refused:
        validation.atom(body)
    assert "Element category failed to validate attributes" in str(refused.value)
    assert "line 30: Invalid attribute type for element link" in str(refused.value)
    assert "line 36: Type dateTime doesn't allow value '2026-03-01T07:30Z'" in str(refused.value)
    assert "must have an atom:author unless all" in str(refused.value)
    assert "must have an atom:author if its feed does not" in str(refused.value)
    assert "alternate links that nothing tells apart: [('text/html', 'en')]" in str(refused.value)
