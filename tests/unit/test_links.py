"""Where links in texts lead, and what is said of those that lead nowhere."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from builders import BASE, edition, item, post

from activefeed.model import Page, SourceFile
from activefeed.problems import Problems, SourceText
from activefeed.render import links
from activefeed.render.links import Links, Text
from activefeed.urls import Addresses

PLAN = SourceFile("posts/Plan A.pdf", Path("/nowhere"), 10, "ab" * 32)
ABOUT = Page(SourceText("pages/team/about.md", ""), "team/about", "About", "", "", 1, None, ())


def found(style: str = "files") -> Links:
    everything = [item(), post()]
    whole = edition(
        items=tuple(everything),
        pages=(ABOUT,),
        files={PLAN.path: PLAN},
        waiting={"posts/later.md": "is not due until 2031-01-01 00:00", "posts/odd.md": ""},
    )
    whole = replace(whole, addresses=Addresses(BASE, style))
    return links.of_edition(whole, everything, Problems())


def href(all_links: Links, target: str, page: str = "blog/walking.html") -> str | None:
    text = Text(f"[a]({target})", SourceText("posts/walking.md", f"---\n---\n[a]({target})"), 3)
    html = all_links.html(text, page)
    return html.partition('href="')[2].partition('"')[0] or None


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("../episodes/012-strong-hips.md", "../podcast/strong-hips.html"),
        ("../episodes/012-strong-hips.md#notes", "../podcast/strong-hips.html#notes"),
        ("../pages/team/about.md?a=1#b", "../team/about.html?a=1#b"),
        ("walking.md", "walking.html"),
        ("<Plan A.pdf>", "../media/plan-a.abababababab.pdf"),
        ("Plan%20A.pdf", "../media/plan-a.abababababab.pdf"),
        ("#part", "#part"),
        ("https://x.example/a b.md".replace(" ", "%20"), "https://x.example/a%20b.md"),
        ("mailto:a@clinic.example", "mailto:a@clinic.example"),
        ("//cdn.example/x", "//cdn.example/x"),
        ("/", "../index.html"),
        ("/blog/", "index.html"),
        ("/podcast/feed.xml", "../podcast/feed.xml"),
    ],
)
def test_a_link_leads_to_the_address_of_what_it_names(target: str, expected: str) -> None:
    known = found()
    assert href(known, target) == expected
    assert not list(known.problems)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("../episodes/012-strong-hips.md#a", "../../podcast/strong-hips/#a"),
        ("/", "../../"),
        ("/team/about", "../../team/about/"),
        ("/blog/feed.xml", "../feed.xml"),
    ],
)
def test_links_between_folders_end_with_a_slash(target: str, expected: str) -> None:
    assert href(found("folders"), target, "blog/walking/index.html") == expected


def test_links_of_the_page_not_found_are_absolute_because_it_is_shown_anywhere() -> None:
    assert href(found(), "walking.md", "404.html") == f"{BASE}/blog/walking.html"
    assert href(found(), "/", "404.html") == f"{BASE}/index.html"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("walkin.md", "there is no page posts/walkin.md"),
        ("plan.pdf", "there is no file posts/plan.pdf"),
        ("../../secret.txt", "this leaves the site"),
    ],
)
def test_a_dead_link_is_reported_where_it_stands(target: str, message: str) -> None:
    known = found()
    assert href(known, target) is None
    (problem,) = known.problems.errors
    assert (problem.code, problem.message) == ("dead-link", message)
    where = problem.location
    assert where is not None
    assert (str(where), where.length) == ("posts/walking.md:3:5", len(target))


def test_a_link_to_what_is_not_due_is_left_out_with_a_warning() -> None:
    known = found()
    assert href(known, "later.md") is None
    (problem,) = known.problems
    assert (problem.code, known.problems.errors) == ("link-waiting", ())
    assert problem.message == "posts/later.md is not due until 2031-01-01 00:00"


def test_a_link_to_a_file_that_has_its_own_report_adds_none() -> None:
    known = found()
    assert href(known, "odd.md") is None
    assert not list(known.problems)


@pytest.mark.parametrize(
    ("style", "target", "dead"),
    [
        ("files", "/about.html", False),
        ("files", "/about", True),
        ("files", "/blog/", False),
        ("files", "/blog", True),
        ("folders", "/blog", False),
        ("folders", "/blog/", False),
        ("folders", "/about.html", True),
    ],
)
def test_an_address_of_the_site_is_checked_as_a_store_would_answer(
    style: str, target: str, *, dead: bool
) -> None:
    known = found(style)
    href(known, target)
    about = "about.html" if style == "files" else "about/index.html"
    known.check_rooted({about, "blog/index.html"})
    assert [problem.code for problem in known.problems] == ["dead-link"] * dead
