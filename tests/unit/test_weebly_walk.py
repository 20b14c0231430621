"""A whole blog of Weebly: all posts, each once, as pages and feed say; and its old addresses."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

import jargon
import oldblog
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oldblog import BLOG, ZONE, OldBlog, tell

from activefeed.formats.telling import Telling, Told
from activefeed.migrate import weebly
from activefeed.migrate.weebly import Old, aliases, folder, walk
from activefeed.problems import FormatError
from activefeed.urls import Addresses, slugify

FILES, FOLDERS = Addresses("https://new.example"), Addresses("https://new.example", "folders")
BASE = "https://clinic.example"


def fetched(address: str) -> bytes | None:
    try:
        with urlopen(address, timeout=10) as answer:
            return bytes(answer.read())
    except HTTPError:
        return None


def walked(old: OldBlog, start: str = BLOG, gone: Container[str] = ()) -> Old:
    """Return a blog without a server, where some paths do not answer."""

    def ask(address: str) -> bytes | None:
        return None if address.removeprefix(old.base) in gone else old.ask(address)

    return walk(old.url(start), ask, tell, ZONE)


def kinds(old: Old) -> Counter[str]:
    return Counter(one.kind for one in old.notices)


@pytest.fixture(scope="module")
def live() -> Iterator[tuple[OldBlog, Old]]:
    """A blog of 60 posts, walked from the front page of its site; the server is still there."""
    with oldblog.served(60) as old:
        yield old, walk(f"{old.base}/", fetched, tell, ZONE)


@pytest.fixture(scope="module")
def small() -> OldBlog:
    return oldblog.make(BASE, 12)


def test_all_posts_are_found_though_the_feed_shows_ten(live: tuple[OldBlog, Old]) -> None:
    old, found = live
    assert len(tell(old.answers["/1/feed"]).items) == 10
    assert [one.facts["link"] for one in found.telling.items] == [
        old.url(post.path) for post in old.posts
    ]
    for one, post in zip(found.telling.items, old.posts, strict=True):
        assert one.facts["title"] == post.title
        assert [row["title"] for row in one.lists["categories"]] == [*post.topics]
        assert [row["name"] for row in one.lists["authors"]] == [post.author]
        assert {"day", "ending", "cut"}.isdisjoint(one.facts)
        assert "Thanks for reading" in one.facts["html"]  # the whole of it
        for path in post.pictures:
            assert f'src="{old.base}{path}"' in one.facts["html"]


def test_what_the_feed_says_is_kept_byte_for_byte(live: tuple[OldBlog, Old]) -> None:
    old, found = live
    for one, said in zip(found.telling.items, tell(old.answers["/1/feed"]).items, strict=False):
        assert one.published == said.published
        assert (one.facts["guid"], one.facts["permalink"]) == (said.facts["guid"], "false")
    assert found.telling.show.facts["title"] == oldblog.TITLE
    assert found.telling.show.facts["link"] == old.start
    assert found.telling.show.facts["language"] == "en"


def test_what_only_pages_tell_is_at_noon_and_has_its_address_as_guid(
    live: tuple[OldBlog, Old],
) -> None:
    old, found = live
    for one, post in list(zip(found.telling.items, old.posts, strict=True))[10:]:
        assert one.published is not None
        assert one.published.tzinfo is UTC
        assert one.published.astimezone(ZONE) == post.at.replace(hour=12, minute=0)
        assert (one.facts["guid"], one.facts["permalink"]) == (old.url(post.path), "true")


def test_nothing_is_asked_for_more_than_twice_and_no_picture_at_all(
    live: tuple[OldBlog, Old],
) -> None:
    old, _ = live
    often = Counter(path for _, path, _ in old.web.asked)
    assert max(often.values()) <= 2  # the first page with posts, and what it turns out to be
    assert sum(often.values()) < 100
    assert not [path for path in often if path.startswith("/uploads/")]


def test_a_saved_folder_tells_the_same(live: tuple[OldBlog, Old], tmp_path: Path) -> None:
    old, found = live
    oldblog.save(old, tmp_path / "mirror" / "clinic.example")  # the programs make such folders
    start, ask = folder(tmp_path / "mirror")
    assert walk(start, ask, tell, ZONE) == found
    picture = old.posts[0].pictures[0]
    assert ask(f"{old.base}{picture}") == old.answers[picture]


def test_every_old_address_leads_on(live: tuple[OldBlog, Old]) -> None:
    old, found = live
    assert len(old.topics) == 12
    assert len(old.months) == 30
    now = aliases(found, FILES)
    for path, title in old.topics.items():
        assert now.pop(path) == f"/categories/{slugify(title)}.html"
    for path, (year, month) in old.months.items():
        assert now.pop(path) == f"/archive/{year}/{month:02}.html"
    for path in old.feeds:
        assert now.pop(path) == "/blog/feed.xml"
    blog = "/blog/index.html"
    assert now == {f"{BLOG}/": blog, f"{BLOG}/category/all": blog}  # and not the empty category


def test_addresses_follow_the_style_of_the_site_and_none_leads_to_itself(small: OldBlog) -> None:
    moved = replace(
        walked(small), places={"/blog/category/sleep": "Sleep", "/blog/archives/08-2021": "08-2021"}
    )
    assert aliases(moved, FOLDERS) == {
        "/blog/category/all": "/blog/index.html",
        "/blog/category/sleep": "/categories/sleep/index.html",
        "/blog/archives/08-2021": "/archive/2021/08/index.html",
        "/blog/feed": "/blog/feed.xml",
        "/1/feed": "/blog/feed.xml",
    }


@pytest.mark.parametrize("start", ["/", BLOG, f"{BLOG}/previous/2", f"{BLOG}/category/running",
                                   f"{BLOG}/archives/05-2021", f"{BLOG}/on-move-no-2"])  # fmt: skip
def test_a_walk_may_begin_anywhere(small: OldBlog, start: str) -> None:
    whole, found = walked(small), walked(small, start)
    assert [one.facts["link"] for one in found.telling.items] == [
        one.facts["link"] for one in whole.telling.items
    ]
    assert found.telling.show == whole.telling.show
    assert aliases(found, FILES) == aliases(whole, FILES)


def test_a_month_without_a_post_in_the_zone_has_no_page(small: OldBlog) -> None:
    only = replace(small, answers=oldblog.make(BASE, 1).answers)  # 31 August, half past ten
    assert "/clinic-notes/archives/08-2021" in walk(only.start, only.ask, tell, ZONE).places
    berlin = walk(only.start, only.ask, tell, ZoneInfo("Europe/Berlin"))
    assert "/clinic-notes/archives/08-2021" not in berlin.places


def test_a_page_that_does_not_answer_is_told_and_stops_nothing(small: OldBlog) -> None:
    found = walked(small, gone={f"{BLOG}/archives/07-2021", f"{BLOG}/category/sleep"})
    assert len(found.telling.items) == 12
    silent = {one.detail for one in found.notices if one.kind == "old-page-silent"}
    assert silent == {f"{BASE}{BLOG}/archives/07-2021", f"{BASE}{BLOG}/category/sleep"}
    assert not {"Sleep", "07-2021"} & {*found.places.values()}


def test_a_post_whose_own_page_is_silent_has_its_beginning(small: OldBlog) -> None:
    found = walked(small, gone={small.posts[7].path})
    assert kinds(found)["old-page-silent"] == 1
    assert "Move no. 7" in found.telling.items[7].facts["html"]
    assert "Read More" not in found.telling.items[7].facts["html"]


@pytest.mark.parametrize("gone", [{"/1/feed"}, ()])
def test_without_a_feed_pages_are_enough(small: OldBlog, gone: Container[str]) -> None:
    def refuse(body: bytes) -> Telling:
        raise FormatError("this is a web page", "look")

    def ask(address: str) -> bytes | None:
        return None if address.removeprefix(BASE) in gone else small.ask(address)

    found = walk(small.start, ask, refuse, ZONE)
    links = [small.url(post.path) for post in small.posts]
    assert [one.facts["guid"] for one in found.telling.items] == links
    assert found.telling.show.facts["title"] == oldblog.TITLE
    assert found.telling.show.facts["description"] == "Moves, explained."


def test_the_feed_of_another_blog_on_the_site_is_left_alone(small: OldBlog) -> None:
    other = small.answers["/1/feed"].replace(BLOG.encode(), b"/recipes")
    found = walked(replace(small, answers={**small.answers, "/1/feed": other}))
    assert len(found.telling.items) == 12
    assert {one.facts["permalink"] for one in found.telling.items} == {"true"}


def test_where_no_page_has_posts_those_of_the_feed_are_there(small: OldBlog) -> None:
    page = b"<link type='application/rss+xml' href='/1/feed'><a href='/elsewhere'>x</a>"
    answers = {"/": page, "/1/feed": small.answers["/1/feed"]}
    found = walk(f"{BASE}/", replace(small, answers=answers).ask, tell, ZONE)
    assert len(found.telling.items) == 10
    assert kinds(found) == {"old-page-silent": 1}


def test_days_are_read_as_all_of_the_blog_mean_them(small: OldBlog) -> None:
    def turned(body: bytes) -> bytes:
        for post in small.posts:
            day = f">{post.at.month}/{post.at.day}/{post.at.year}<"
            body = body.replace(day.encode(), f">{post.at:%d.%m.%Y}<".encode())
        return body

    answers = {path: turned(body) for path, body in small.answers.items() if path != "/1/feed"}
    found = walk(small.start, replace(small, answers=answers).ask, tell, ZONE)
    days = [one.published.astimezone(ZONE).date() for one in found.telling.items if one.published]
    assert days == sorted((post.at.date() for post in small.posts), reverse=True)


def test_only_a_guess_is_told_as_one(small: OldBlog) -> None:
    guessed = {one.title: one.detail for one in walked(small).notices}
    assert guessed == {post.title: post.author for post in small.posts if post.author != "Mira Sol"}


def test_an_author_in_the_feed_is_right(small: OldBlog) -> None:
    def telling(body: bytes) -> Telling:
        feed = tell(body)
        named = [
            replace(
                one,
                facts={**one.facts, "author": "A. Name"},
                lists={"authors": ({"name": "A. Name"},)},
            )
            for one in feed.items
        ]
        return replace(feed, items=tuple(named))

    found = walk(small.start, small.ask, telling, ZONE)
    names = [one.lists["authors"] for one in found.telling.items]
    assert names[:10] == [({"name": "A. Name"},)] * 10
    assert names[10] == ({"name": "Jonas Winter"},)


def test_no_more_is_asked_than_is_allowed_and_that_is_told(small: OldBlog) -> None:
    asked = list[str]()

    def ask(address: str) -> bytes | None:
        asked.append(address)
        return small.ask(address)

    found = walk(small.start, ask, tell, ZONE, most=5)
    assert len(asked) == 5
    assert [one.detail for one in found.notices if one.kind == "old-blog-large"] == ["5"]
    assert found.telling.items


def test_a_blog_without_end_ends_and_stays_at_home() -> None:
    asked = list[str]()

    def ask(address: str) -> bytes:
        asked.append(address)
        here = len(asked)
        return f"""<div class="blog-post"><h2 class="blog-title"><a href="/b/p{here}">P</a></h2>
          <p class="blog-content">x<a class="blog-read-more" href="/b/p{here}">more</a></p></div>
          <div class="blog-page-nav-previous"><a href="/b/previous/{here}">a</a></div>
          <a href="/b/category/{here}">Topic</a><a href="https://evil.example/category/a">Evil</a>
          <a href="https://clinic.example%2f@evil.example/category/a">Evil</a>
          <a href="//www.clinic.example/b/archives/01-2020">J</a><a href="/b">again</a>""".encode()

    found = walk(f"{BASE}/b", ask, tell, ZONE, most=300)
    assert len(asked) == 300
    assert all(one.startswith((f"{BASE}/b", "https://www.clinic.example/b/")) for one in asked)
    assert kinds(found)["old-blog-large"] == 1


def test_http_and_www_are_the_same_blog(small: OldBlog) -> None:
    def other(address: str) -> bytes | None:
        body = small.ask(address.replace("http://www.clinic.example", BASE))
        return body and body.replace(b'href="//clinic', b'href="http://www.clinic')

    found = walk("http://www.clinic.example/clinic-notes/", other, tell, ZONE)
    assert len(found.telling.items) == 12
    assert found.telling.items[0].facts["guid"] == small.url(small.posts[0].path)


def test_a_folder_that_says_no_address_gets_one_that_nobody_has(tmp_path: Path) -> None:
    post = "<div class='blog-post'><h2 class='blog-title'><a href='blog/hips.html'>Hips</a></h2>"
    (tmp_path / "blog.html").write_text(f"{post}<p class='blog-date'>1/2/2020</p></div>")
    start, ask = folder(tmp_path)
    found = walk(start, ask, tell, ZONE)
    assert start == "http://old.example/blog.html"
    assert [one.facts["link"] for one in found.telling.items] == ["http://old.example/blog/hips"]
    assert found.telling.items[0].published == datetime(2020, 1, 2, 17, tzinfo=UTC)


def test_an_empty_folder_is_a_page_that_does_not_answer(tmp_path: Path) -> None:
    start, ask = folder(tmp_path)
    found = walk(start, ask, tell, ZONE)
    assert kinds(found) == {"old-page-silent": 1}
    assert not found.telling.items


def test_a_folder_answers_for_nothing_outside_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("secret")
    site = tmp_path / "site"
    site.mkdir()
    (site / "blog.html").write_text("<div class='blog-post'></div>")
    (site / "link.html").symlink_to(tmp_path / "secret.html")
    _, ask = folder(site)
    for path in ("../secret.html", "%2e%2e/secret.html", "link.html", "/etc/passwd", "x" * 5000):
        assert ask(f"http://old.example/{path}") is None
    assert ask("http://other.example/blog.html") is None


@pytest.mark.parametrize("kind", ["old-page-silent", "old-blog-large", "old-author-guessed"])
def test_each_notice_has_plain_words(kind: str) -> None:
    file = Path(weebly.__file__).with_name("notices.toml")
    row = tomllib.loads(file.read_text("utf-8"))[kind]
    said = f"{row['what'].format(detail='x')}: {row['fix']}"
    assert not jargon.programmers_words(said)
    assert "x" in row["what"].format(detail="x")


@settings(max_examples=40, deadline=None)
@given(st.lists(st.binary(max_size=60) | st.none(), min_size=1, max_size=4))
def test_no_answers_are_a_mistake_of_ours(answers: list[bytes | None]) -> None:
    links = (
        b"<a href='/b/category/x'>X</a><a href='/1/feed'>f</a><a href='/b/archives/01-2020'>y</a>"
    )
    post = b"<div class=blog-post><p class=blog-title><a href='/b/p'>x</a><a href='/b/p'>m</a></p>"

    def ask(address: str) -> bytes | None:
        body = answers[len(address) % len(answers)]
        return None if body is None else post + body + links

    def telling(body: bytes) -> Telling:
        return Telling(Told({}), (Told({}), Told({"link": "http://["}), Told({"link": "/b/p"})))

    found = walk("http://b.example/b", ask, telling, ZONE)
    assert len(found.telling.items) <= 4
    assert set(aliases(found, FILES).values()) <= {
        "/blog/index.html", "/blog/feed.xml", "/categories/x.html", "/archive/2020/01.html",
    }  # fmt: skip
