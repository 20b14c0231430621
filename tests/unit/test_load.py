"""The rules that look at more than one file, and the site as a whole."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
import sitemaker
from sitemaker import make


def test_items_are_in_the_total_order(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "date: 2026-01-01", "guid: g2")
    maker.markdown("posts/b.md", "date: 2026-01-01", "guid: g1")
    maker.episode("c", "date: 2026-01-02")
    assert [item.slug for item in maker.load().site.items] == ["c", "b", "a"]


def test_kinds_have_addresses_of_their_own(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/same.md")
    maker.episode("same")
    maker.markdown("pages/same.md")
    assert maker.load().found == []


def test_the_newer_of_two_items_with_one_address_is_at_fault(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a-walk.md", "date: 2026-02-02")
    maker.markdown("posts/2026-01-01-a-walk.md", "date: 2026-01-01")
    problem = maker.load().only()
    assert (problem.code, str(problem.location)) == ("repeated-slug", "posts/a-walk.md")


@pytest.mark.parametrize("why", ["draft: true", "date: 2030-01-01"])
def test_what_waits_cannot_stop_what_is_due(why: str, tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a-walk.md", "guid: one", "categories: [Backs]")
    maker.markdown("posts/0-a-walk.md", why, "guid: one", "categories: [backs]")
    read = maker.load()
    assert sorted(read.found) == [
        ("warning", "category-clash"), ("warning", "repeated-guid"), ("warning", "repeated-slug"),
    ]  # fmt: skip
    assert {str(problem.location).split(":")[0] for problem in read.problems} == {
        "posts/0-a-walk.md"
    }
    assert [item.slug for item in read.site.items] == ["a-walk"]


def test_a_guid_belongs_to_one_item(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "guid: one", "date: 2026-01-01")
    maker.episode("b", "guid: one", "date: 2026-01-02")
    problem = maker.load().only()
    assert (problem.code, str(problem.location)) == ("repeated-guid", "episodes/b.md:2:7")


def test_season_and_number_are_repeated_by_full_episodes_only(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("a", "season: 1", "episode: 1", "date: 2026-01-01")
    maker.episode("b", "season: 2", "episode: 1")
    maker.episode("c", "season: 1", "episode: 1", "type: trailer")
    maker.episode("d", "season: 1")
    maker.episode("e", "season: 1")
    assert maker.load().found == []
    maker.episode("f", "season: 1", "episode: 1", "date: 2026-01-02")
    problem = maker.load().only()
    assert (problem.code, str(problem.location)) == ("repeated-number", "episodes/f.md:3:10")


def test_two_categories_with_one_address_are_mended_in_the_settings(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md", "categories: [C]", "date: 2026-01-01")
    maker.markdown("posts/b.md", "categories: [C++, C#, Ярко]")
    read = maker.load()
    assert [(p.code, str(p.location)) for p in read.problems] == [
        ("category-clash", "posts/b.md:2:14"),
        ("category-clash", "posts/b.md:2:19"),
        ("category-clash", "posts/b.md:2:23"),
    ]
    table = '\n[categories]\n"C++" = "c-plus-plus"\n"C#" = "C sharp"\n"Ярко" = "bright"\n'
    assert '"C++" = "an-address"' in next(iter(read.problems)).fix

    read = make(tmp_path, table).load()
    assert read.found == []
    assert [c.slug for c in read.item("b").categories] == ["c-plus-plus", "c-sharp", "bright"]


def test_related_items_are_paths_of_items(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("talk")
    maker.markdown("pages/about.md")
    maker.markdown("posts/later.md", "date: 2030-01-01")
    maker.markdown("posts/a.md", "related: [../episodes/talk.md, later.md]")
    read = maker.load()
    assert read.item("a").related == ("episodes/talk.md", "posts/later.md")
    assert (read.only().severe, read.only().code) == (False, "related-waiting")
    maker.markdown("posts/a.md", "related: [no.md, ../pages/about.md, ../../x.md]")
    assert maker.load().found == [("error", "dead-related")] * 3


def test_what_has_no_part_in_the_settings_is_left_out_aloud(tmp_path: Path) -> None:
    maker = make(tmp_path)
    text = (tmp_path / "activefeed.toml").read_text()
    maker.write("activefeed.toml", text.replace("[blog]", "[people.blog]").replace(
        'title = "Hill Notes"\ndescription = "What we think."', 'name = "Notes"'))  # fmt: skip
    maker.markdown("posts/a.md")
    maker.episode("b")
    read = maker.load()
    assert read.found == [("warning", "missing-part")]
    assert [item.kind for item in read.site.items] == ["episode"]
    assert read.site.blog is None


@pytest.mark.parametrize(
    ("nav", "place"),
    [
        ('{ page = "about" }, { page = "podcast" }, { page = "blog" }, { page = "index" }', ""),
        ('{ title = "x", url = "https://x.example", items = ["about"] }', ""),
        ('{ page = "archive" }', "activefeed.toml:2:17"),
        ('{ title = "Us", page = "about", items = ["abot"] }', "activefeed.toml:2:49"),
        ('{ title = "Nowhere" }', "activefeed.toml:2:18"),
    ],
)
def test_the_navigation_leads_somewhere(nav: str, place: str, tmp_path: Path) -> None:
    maker = make(tmp_path, old="[site]\n", new=f"[site]\nnav = [{nav}]\n")
    maker.markdown("pages/about.md")
    assert [str(problem.location) for problem in maker.load().problems] == [place] * bool(place)


def test_a_page_that_cannot_be_read_is_not_said_to_be_missing_as_well(tmp_path: Path) -> None:
    maker = make(tmp_path, old="[site]\n", new='[site]\nnav = [{ page = "about" }]\n')
    maker.write("pages/about.md", "Words without front matter.\n")
    assert maker.load().only().code.startswith("front-matter")


@pytest.mark.parametrize("slug", ["podcast", "blog", "index", "search", "subscribe", "404"])
def test_pages_that_are_made_are_not_written_over(slug: str, tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown(f"pages/{slug}.md" if slug != "404" else "pages/x.md", f"slug: '{slug}'")
    assert maker.load().found == [("error", "reserved-slug")]


def test_files_that_texts_link_to_are_known_by_path(tmp_path: Path) -> None:
    maker = make(tmp_path, old="[site]\n", new='[site]\nfooter = ["[f](files/foot.pdf)"]\n')
    names = ["a b.pdf", "c(1).pdf", "d.pdf", "e.png", "foot.pdf", "draft.pdf", "ü.pdf"]
    for name in names:
        maker.write(f"files/{name}", name)
    body = (
        '[1](<../files/a b.pdf>) [2](../files/c(1).pdf "t") [3]: ../files/none.pdf\n\n'
        "[3]\n\n[3]: ../files/d.pdf#page=2\n\n<img src='../files/e.png?x'> "
        "[4](../files/%C3%BC.pdf) [5](a.md) [6](https://x.example/files/d.pdf) [7](../../x.pdf)"
    )
    maker.markdown("posts/a.md", body=body)
    maker.markdown("posts/b.md", "draft: true", body="[1](../files/draft.pdf)")
    found = maker.load().site.files
    assert sorted(found) == sorted(f"files/{name}" for name in names if name != "draft.pdf")
    assert found["files/d.pdf"].size == 5


def test_the_number_of_files_includes_those_that_cannot_be_read(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/a.md")
    maker.write("posts/b.md", b"\xff")
    from activefeed import pipeline
    from activefeed.model import Published
    from activefeed.render.entry import Destination

    reading, to = pipeline.read(tmp_path), Destination("")
    assert pipeline.render(reading, Published(), to, sitemaker.NOW).files == 3


@pytest.mark.parametrize(
    ("now", "past"),
    [
        ("2027-01-15T00:00:00-05:00", False),
        ("2027-01-15T23:59:59-05:00", False),
        ("2027-01-16T00:00:00-05:00", True),
        ("2027-01-16T04:59:59+00:00", False),
        ("2027-02-01T00:00:00+00:00", True),
    ],
)
@pytest.mark.parametrize("day", ["2027-01-15", '"2027-01-15"', "2027-01-15 09:00:00"])
def test_the_new_address_of_the_feed_has_a_last_day_in_the_zone_of_the_site(
    tmp_path: Path, now: str, past: bool, day: str
) -> None:
    lines = f'new_feed_url = "https://new.example/f.xml"\nnew_feed_until = {day}\n[blog]'
    read = make(tmp_path, old="[blog]", new=lines).load(now=datetime.fromisoformat(now))
    assert read.found == []
    assert read.site.show
    assert read.site.show.new_feed_past is past


def test_a_last_day_of_nothing_is_a_warning(tmp_path: Path) -> None:
    read = make(tmp_path, old="[blog]", new="new_feed_until = 2027-01-15\n[blog]").load()
    assert read.found == [("warning", "new-feed-until-alone")]


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        (["guid: https://old.example/?p=1", "guid_permalink: true"], []),
        (["guid: HTTP://old.example/a", "guid_permalink: yes"], []),
        (["guid: abc", "guid_permalink: false"], []),
        (["guid: abc", "guid_permalink: true"], [("error", "not-a-permalink")]),
        (["guid: tag:old.example,2019:1", "guid_permalink: true"], [("error", "not-a-permalink")]),
        (["guid_permalink: true"], [("error", "not-a-permalink")]),
    ],
)
def test_only_a_guid_that_is_an_address_can_be_one_of_a_page(
    tmp_path: Path, lines: list[str], found: list[tuple[str, str]]
) -> None:
    maker = make(tmp_path)
    maker.markdown("posts/walk.md", *lines)
    read = maker.load()
    assert read.found == found
    told = "guid_permalink: true" in lines or "guid_permalink: yes" in lines
    assert read.item("walk").permalink is told


def test_aliases_are_below_the_address_of_the_site(tmp_path: Path) -> None:
    lines = [
        "",
        "[aliases]",
        '"/1/feed" = "/blog/feed.xml"',
        '"https://hill.example/talks/a%20b/" = "/"',
        "'http://old.example/rss' = 'blog/feed.xml'",
    ]
    old, new = "https://hill.example", "https://hill.example/talks/"
    read = make(tmp_path, "\n".join(lines), old, new).load()
    assert read.found == []
    assert [row[:2] for row in read.site.aliases] == [
        ("1/feed", "/blog/feed.xml"),
        ("a b/", "/"),
        ("rss", "blog/feed.xml"),
    ]
    assert [str(where) for *_, where in read.site.aliases] == [
        f"activefeed.toml:{line}:{column}" for line, column in ((27, 13), (28, 39), (29, 28))
    ]


@pytest.mark.parametrize("old", ["/", "/a/../b", "/.well-known", "/?p=1", "", "/_activefeed/x"])
def test_what_can_be_no_address_here_is_no_alias(tmp_path: Path, old: str) -> None:
    read = make(tmp_path, f'\n[aliases]\n"{old}" = "/blog/feed.xml"\n').load()
    assert [code for _, code in read.found] == ["bad-alias" if old else "empty-value"]
    assert read.site.aliases == ()
