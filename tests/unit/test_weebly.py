"""One page of a Weebly blog to values: what themes differ in, pictures, columns, hostile pages."""

from __future__ import annotations

import re
import time

import oldblog
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from activefeed.formats.telling import Telling, Told
from activefeed.formats.weebly import read

SITE = "https://c.example"
HERE = f"{SITE}/notes"


def page(body: str, head: str = "", address: str = HERE) -> Telling:
    html = f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"
    return read(html.encode(), address)


def only(content: str, header: str = "", address: str = HERE) -> Told:
    """Return what is read of a post that is alone on a page."""
    title = "<h2 class='blog-title'><a class='blog-title-link' href='/notes/hips'>Hips</a></h2>"
    text = f"{title}{header}<div class='blog-content'>{content}</div>"
    (post,) = page(f"<div class='blog-post'>{text}</div>", address=address).items
    return post


def text(content: str) -> str:
    """Return the text that becomes of one, on one line and with simple quotes."""
    html = " ".join(only(content).facts["html"].split()).replace('"', "'").replace("> <", "><")
    return html.removeprefix("<div class='blog-content'>").removesuffix("</div>")


def test_a_page_tells_its_posts_as_they_were_written() -> None:
    old = oldblog.make("https://clinic.example", 60)
    posts = read(old.answers[oldblog.BLOG], old.start).items
    assert len(posts) == 10
    for post, meant in zip(posts, old.posts, strict=False):
        assert post.facts["title"] == meant.title
        assert post.facts["link"] == post.facts["guid"] == old.url(meant.path)
        assert post.facts["permalink"] == "true"
        assert post.facts["day"] == f"{meant.at.month}/{meant.at.day}/{meant.at.year}"
        assert ("cut" in post.facts) == meant.cut
        if not meant.cut:
            assert all(f"{old.base}{path}" in post.facts["html"] for path in meant.pictures)
            assert (post.facts.get("author") == "Mira Sol") == (meant.author == "Mira Sol")


def test_a_text_is_without_what_others_say_and_share() -> None:
    old = oldblog.make("https://clinic.example", 12)
    (post,) = read(old.answers[old.posts[4].path], old.url(old.posts[4].path)).items
    html = post.facts["html"]
    assert "PMID: 10000001; PMCID: PMC1000001." in html
    assert "doi: 10.5555/moves.17." in html
    assert not re.search("Comment|visitor|Tweet|fb:like|script|Read More|\u200b", html)


def test_a_post_is_cut_everywhere_but_on_its_own_page() -> None:
    more = "<p>Hips.</p><a href='//c.example/notes/hips'>Weiter &gt;</a>"
    assert only(more).facts["cut"] == "true"
    assert "Weiter" not in only(more).facts["html"]
    own = only(more, address="http://www.c.example/notes/hips").facts
    assert "cut" not in own
    assert "Weiter" in own["html"]
    marked = only("<div class='blog-read-more'><a href='/notes/hips'>Read More</a></div>").facts
    assert marked["cut"] == "true"
    assert "Read More" not in marked["html"]
    assert "cut" not in only("See <a href='/notes/knees'>knees</a>.").facts


def test_links_are_known_by_their_addresses_and_the_sidebar_knows_best() -> None:
    found = page(
        """<a href="/notes/category/podcast">Listen</a> <a href="/about.html">About</a>
        <a href="/uploads/1/2/a.pdf">a file</a> <a href="mailto:a@c.example">mail</a>
        <div class="blog-post"><p class="blog-content"><a href="/notes/category/x">x</a></p></div>
        <div class="blog-page-nav-previous"><a href="?page=2">&lt;&lt;Zurück</a></div>
        <td class="blog-sidebar"><p><a href="/notes/category/all">All</a>
        <a href="/notes/category/podcast">The Clinic's Podcast &amp; Talks</a>
        <a href="/notes/archives/08-2021#a">August 2021</a> <a href="/notes/archives/99-2021">no</a>
        <a href="/notes/previous/3"></a><a href="/1/feed"><img src="x.gif"> RSS Feed</a></p>""",
        head="<link rel='alternate' type='application/rss+xml' href='/notes/feed'>",
    ).show.lists["links"]
    links = [tuple(row.values()) for row in found]
    assert [one for one in links if one[0]] == [
        ("index", "All", f"{HERE}/category/all"),
        ("category", "The Clinic's Podcast & Talks", f"{HERE}/category/podcast"),
        ("archive", "August 2021", f"{HERE}/archives/08-2021"),
        ("older", "", f"{HERE}/previous/3"),
        ("feed", "RSS Feed", f"{SITE}/1/feed"),
        ("category", "Listen", f"{HERE}/category/podcast"),
        ("older", "<<Zurück", f"{HERE}?page=2"),
        ("feed", "", f"{HERE}/feed"),
    ]
    assert [title for kind, title, _ in links if not kind] == ["no", "About"]


def test_themes_may_be_made_of_other_elements() -> None:
    (post,) = page(
        """<div class="wsite-blog-post"><article class="extra  blog-post"><h1 class="blog-title">
        <a href="//www.c.example/notes/hips">Hips
        &amp; more</a></h1><p class="blog-date-comments"><span>Posted 18.8.2021</span></p>
        <div>Text.</div></article></div>"""
    ).items
    assert post.facts["title"] == "Hips & more"
    assert post.facts["link"] == "https://www.c.example/notes/hips"
    assert post.facts["day"] == "18/8/2021"
    assert "Text." in post.facts["html"]


def test_a_title_without_a_link_has_that_of_its_comments() -> None:
    (post,) = page(
        """<div class="blog-post"><h2 class="blog-title">Hips</h2><p class="blog-comments">
        <a href="/notes/hips#comments">0 Comments</a></p></div>"""
    ).items
    assert (post.facts["title"], post.facts["link"]) == ("Hips", f"{HERE}/hips")


def test_categories_that_a_post_names_are_its_own() -> None:
    named = "<a href='/notes/category/hips'>Hips</a>, <a href='/notes/category/all'>All</a>"
    post = only("<a href='/notes/category/knees'>knees</a>", f"<p>In {named}</p>")
    assert post.lists["categories"] == ({"title": "Hips"},)


@pytest.mark.parametrize(
    ("begin", "author"),
    [
        ("<div class='paragraph'>By Mira Sol, RD</div>Eat.", "Mira Sol"),
        ("<div>Written by <a href='/us'>Dr. J. O’Neil-Lang</a></div>", "Dr. J. O’Neil-Lang"),
        ("by: Ülkü Ñandú Ávila<br>Eat.", "Ülkü Ñandú Ávila"),
        ("<img src='x.png'>By Mira Sol", "Mira Sol"),
        ("By Friday, all is well again.", ""),
        ("By New Year, most of us have eaten more than we meant to eat.", ""),
        ("By eating Well", ""),
        ("Made by Mira Sol", ""),
        ("", ""),
    ],
)
def test_an_author_is_told_by_a_line_of_their_own(begin: str, author: str) -> None:
    assert only(begin).facts.get("author", "") == author


def test_who_signs_is_among_the_last_lines_above_the_references() -> None:
    signed = "<p>Text.</p><p>Thanks,<br>– Dr. Quill, PT, DPT<br>&nbsp;</p>"
    post = only(f"{signed}<ol><li>Quill A. Hips. 2019.</li></ol>")
    assert post.facts["ending"].split("\n") == ["Text.", "Thanks", "Dr. Quill"]


LARGER = "/uploads/1/b_orig.JPG?9"
A, B = f"<img src='{SITE}/a.png'>", f"<img src='{SITE}{LARGER}'>"
PICTURES = {
    "whole address": ("<img src='a.png'>", A),
    "no protocol": ("<img src='//d.example/a.png?15'>", "<img src='https://d.example/a.png?15'>"),
    "stand-in": ("<img src='a.png' alt='Picture'>", f"<img src='{SITE}/a.png' alt=''>"),
    "stand-in of others": ("<img src='a.png' alt='imagen'>", f"<img src='{SITE}/a.png' alt=''>"),
    "described": ("<img src='a.png' alt='My knee'>", f"<img src='{SITE}/a.png' alt='My knee'>"),
    "larger": (f"<a href='{LARGER}' rel='x' onclick='y'><img src='b'></a>", f"<a rel='x'>{B}</a>"),
    "larger of two": (f"<a href='{LARGER}'><img src='b'><img src='a.png'></a>", f"<a>{B}{A}</a>"),
    "link": ("<a href='/us'><img src='a.png'></a>", f"<a href='{SITE}/us'>{A}</a>"),
    "caption": (
        "<div class='wsite-image'><a><img src='a.png'></a><div>A <b>knee</b></div></div>",
        f"<figure class='wsite-image'><a>{A}</a><figcaption>A <b>knee</b></figcaption></figure>",
    ),
    "caption beside text": (
        "<span><a><img src='a.png'></a><span class='wsite-caption'>A knee</span></span>",
        f"<figure><a>{A}</a><figcaption class='wsite-caption'>A knee</figcaption></figure>",
    ),
    "no caption": (
        "<div class='wsite-image'><img src='a.png'><div style='display:block'> </div></div>",
        f"<div class='wsite-image'>{A}</div>",
    ),
    "in a block": (
        "<div class='wsite-image'><div><img src='a.png'></div></div>",
        f"<div class='wsite-image'><div>{A}</div></div>",
    ),
    "sign of a file": ("<img src='//www.weebly.com/file_icons/pdf.png'>Text", "Text"),
    "slideshow": (
        """<script>x({images:[{"url":"1\\/c.jpg"},{"url":"1/d.png"}]})</script>""",
        f"<img src='{SITE}/uploads/1/c.jpg' alt=''><img src='{SITE}/uploads/1/d.png' alt=''>",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("written", "becomes"), PICTURES.values(), ids=PICTURES)
def test_pictures_become_what_they_mean(written: str, becomes: str) -> None:
    assert text(written) == becomes


def test_columns_are_no_table_and_a_table_is() -> None:
    table = "<table><tr><td>1</td></tr></table>"
    cells = (
        f"<td class='wsite-multicol-col'><p>A</p></td><td class='wsite-multicol-col'>{table}</td>"
    )
    row = f"<tbody class='wsite-multicol-tbody'><tr class='wsite-multicol-tr'>{cells}</tr></tbody>"
    found = re.sub(" class='[^']*'", "", text(f"<table class='wsite-multicol-table'>{row}</table>"))
    assert found == f"<div><div><div><div><p>A</p></div><div>{table}</div></div></div></div>"


def test_a_page_tells_of_the_blog() -> None:
    about = """<title>Clinic -
      Notes</title><meta name="description" content=" Moves. ">"""
    head = f"{about}<link rel='canonical' href='/notes'>"
    said = {"title": "Clinic - Notes", "description": "Moves.", "language": "en", "link": HERE}
    assert page("", head).show.facts == said
    feed = "<link rel='alternate' type='application/rss+xml' href='https://www.c.example/1/feed'>"
    assert page("", feed).show.facts["link"] == "https://www.c.example/1/feed"
    assert page("", "<meta property='og:url' content='/notes'>").show.facts == {"language": "en"}


@pytest.mark.parametrize("body", [b"", b" ", b"\0", b"<!-- -->", b"<?xml encoding='x'?>", b"</p>"])
def test_what_is_no_page_says_nothing(body: bytes) -> None:
    assert read(body, HERE) == Telling(Told({}, {"links": ()}), ())


ODD = ("&#1;", "&#x1F;", "&#xFFFE;", "&#65535;", "&#8203;", "\ufeff", "\x0b", "<base href='//x/'>")


@pytest.mark.parametrize("odd", ODD)
def test_what_no_text_may_hold_is_left_out_everywhere(odd: str) -> None:
    content = f"<p>a{odd}b</p><a href='/x{odd}.jpg'><img src='y{odd}' alt='{odd}'></a>"
    html = only(content, f"<p>{odd}</p>").facts["html"]
    assert re.search("<p>ab</p>", html)
    assert f'src="{SITE}/x' in html
    assert html.isprintable()


HOSTILE = {
    "deep": "<div>",
    "links": '<a href="/notes/category/x">y</a>',
    "posts": '<div class="blog-post"><div class="blog-content">x</div></div>',
    "pictures": "<div class='wsite-image'><img src=x alt=Picture><div>c</div></div>",
    "captions": "<span class='wsite-caption'>x</span>",
    "contents": "<p class='blog-content'>x</p>",
    "slides": '"url":"x",',
    "half": "<",
    "names": "By Aa ",
    "dates": "<p class='blog-date'>1/2/3</p>",
}
POST = "<div class='blog-post'><div class='blog-content'>"
DEEP = f"<div class='blog-sidebar wsite-image blog-title'>{POST}" + "<b class='wsite-image'>" * 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "name"),
    [*(("", name) for name in HOSTILE), *((DEEP, name) for name in ("deep", "posts", "pictures")),
     *((f"{POST}<script>", name) for name in ("slides", "half"))],
)  # fmt: skip
def test_a_page_that_means_harm_costs_seconds_and_no_more(begin: str, name: str) -> None:
    before, unit = time.process_time(), HOSTILE[name]
    read((begin + unit * (3_000_000 // len(unit))).encode(), HERE)
    assert time.process_time() - before < 15


PIECES = [
    "<div class='blog-post'>", "<div class='blog-content blog-post'>", "</div>", "<a href='", "'>",
    "//[x/", "</a>", "<h2 class='blog-title'>", "<img src='a' alt='Picture'>", "<a href='a.jpg'>",
    "<div class='wsite-image'>", "<span class='wsite-caption'>", "<td class='wsite-multicol'>",
    "<table>", "<script>", "</script>", '{"url":"//["}', "<div class='blog-read-more'>", "By A Bb",
    "<a href='/notes/hips'>", "<a href='http:'>", "<base href='http://['>", "<svg>", "<template>",
    "<html class='blog-post'>", "<body class='blog-post'>", "<frameset>", "<f:x class='blog-post'>",
    "<p class='blog-date'>99999/99999/99999</p>", "&#0;", "&#xD800;", "&#x110000;", *ODD,
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES), max_size=30).map("".join).map(str.encode)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | SOUP)
@example(b"<a src=!><base href=a://[")
@example(b"<div class='blog-post blog-content'><div class='blog-post'>")
@example(b"<div class='blog-post'><a href='x.jpg'><img><img></a>")
def test_no_page_is_a_mistake_of_ours(body: bytes) -> None:
    found = read(body, HERE)
    assert all(post.facts["html"].startswith("<") for post in found.items)
    assert all(row["url"].startswith("http") for row in found.show.lists["links"])
