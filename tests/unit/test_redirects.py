"""Old addresses keep answering: what authors wrote down, and what the state remembers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from builders import BASE, SHA, image, item, post, recording, show, site, source
from lxml import html

from activefeed.model import Chapter, Item, Page, Published, PublishedItem, Site
from activefeed.problems import Location, Problems, SourceText
from activefeed.render import site as rendering
from activefeed.render.entry import Destination
from activefeed.tree import Tier, Tree

POST = "blog/walking.html"
ABOUT = Page(SourceText("pages/about.md", ""), "about", "About us", "", "Hello", 1, None, ())


def rendered(whole: Site, before: Mapping[str, PublishedItem] | None = None) -> Tree:
    problems = Problems()
    tree = rendering.render(whole, Published(items=before or {}), Destination(BASE), problems)
    assert not list(problems)
    return tree


def faults(whole: Site) -> list[tuple[str, str, str]]:
    problems = Problems()
    rendering.render(whole, Published(), Destination(BASE), problems)
    return [(one.code, one.message, str(one.location)) for one in problems]


def page(tree: Tree, path: str) -> Any:
    body = tree.artifacts[path].body
    assert isinstance(body, bytes)
    return html.document_fromstring(body)


def leads(tree: Tree) -> dict[str, str]:
    """Return where every old address leads."""
    return {path: one.redirect for path, one in tree.artifacts.items() if one.redirect}


def named(slug: str, **changes: Any) -> Item:
    return post(slug=slug, guid=f"guid-of-{slug}", title=slug.title(), **changes)


def test_an_old_address_sends_browsers_robots_and_readers_on() -> None:
    tree = rendered(site(items=(post(aliases=("2019/05/a & b.html",)),)))
    made, sheet = tree.artifacts["2019/05/a & b.html"], page(tree, "2019/05/a & b.html")
    assert (made.tier, made.content_type) == (Tier.PAGE, "text/html; charset=utf-8")
    assert sheet.xpath("//link[@rel='canonical']/@href") == [f"{BASE}/{POST}"]
    refresh = sheet.xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == [f"0; url=../../{POST}"]
    assert sheet.xpath("//body//a/@href") == [f"../../{POST}"]
    assert (sheet.get("lang"), sheet.findtext(".//title")) == ("en", "Walking · Clinic")
    assert made.redirect == f"{BASE}/{POST}"
    assert made.redirect not in made.headers.values()


@pytest.mark.parametrize(
    ("addresses", "paths"),
    [
        ("files", ["old", "old.html", "x/index.html"]),
        ("folders", ["old.html", "old/index.html", "x/index.html"]),
    ],
)
def test_episodes_posts_and_pages_have_old_addresses(addresses: str, paths: list[str]) -> None:
    items = item(aliases=("old",)), post(aliases=("x/", "x/"))
    about = replace(ABOUT, aliases=("old.html",))
    tree = rendered(site(items=items, pages=(about,), addresses=addresses))
    assert sorted(leads(tree)) == paths
    assert {tree.artifacts[path].content_type for path in paths} == {"text/html; charset=utf-8"}


def test_old_addresses_are_in_no_sitemap_and_texts_may_link_to_them() -> None:
    linking = named("b", body="[a](/old/) [b](/old.html)")
    tree = rendered(site(items=(post(aliases=("old/", "old.html")), linking)))
    assert page(tree, "blog/b.html").xpath("//article//a[text()='a']/@href") == [
        "../old/index.html"
    ]
    sitemap = tree.artifacts["sitemap.xml"].body
    assert isinstance(sitemap, bytes)
    assert b"old" not in sitemap


def test_no_word_of_a_title_becomes_markup() -> None:
    odd = '"><script>x</script>'
    tree = rendered(site(title=odd, items=(post(title=odd, aliases=("old.html",)),)))
    assert not page(tree, "old.html").xpath("//script")


@pytest.mark.parametrize("old", ["about.html", "index.html", "blog/feed.xml", "Blog/Walking.html"])
def test_what_is_there_is_no_old_address_and_the_line_is_named(old: str) -> None:
    text = SourceText("posts/walking.md", f"---\ntitle: Walking\naliases: [{old}]\n---\n")
    whole = site(items=(post(aliases=(old,), source=text),), pages=(ABOUT,))
    message = f"something else has the address {old}"
    assert faults(whole) == [("address-clash", message, "posts/walking.md:3:1")]


def test_two_items_cannot_have_one_old_address_nor_a_file_be_a_folder() -> None:
    both = site(items=(named("a", aliases=("old.html",)), named("b", aliases=("old.html",))))
    assert [code for code, *_ in faults(both)] == ["address-clash"]
    inside = site(items=(post(aliases=("old", "old/")),))
    assert faults(inside) == [("address-clash", "two things want the address old", "None")]


def test_a_page_that_got_another_address_is_found_at_all_it_had() -> None:
    first = rendered(site(items=(post(),)))
    assert first.items[post().guid].former == ()
    second = rendered(site(items=(post(slug="b"),)), first.items)
    assert leads(second) == {POST: f"{BASE}/blog/b.html"}
    third = rendered(site(items=(post(slug="c"),)), second.items)
    assert leads(third) == dict.fromkeys([POST, "blog/b.html"], f"{BASE}/blog/c.html")
    assert third.items[post().guid].former == ("blog/b.html", POST)
    assert rendered(site(items=(post(slug="c"),)), third.items).items == third.items
    back = rendered(site(items=(post(),)), third.items)
    assert leads(back) == dict.fromkeys(["blog/b.html", "blog/c.html"], f"{BASE}/{POST}")


def test_a_former_address_gives_way_to_what_is_there_and_to_what_is_written() -> None:
    first = rendered(site(items=(named("a"),)))
    moved = replace(named("a"), slug="b")
    newer = named("new", aliases=("blog/a.html",))
    written = rendered(site(items=(moved, newer)), first.items)
    assert leads(written) == {"blog/a.html": f"{BASE}/blog/new.html"}
    # Another item at the address takes it for good, also when it moves on.
    newer = replace(newer, slug="a", aliases=())
    taken = rendered(site(items=(moved, newer)), first.items)
    assert leads(taken) == {}
    after = rendered(site(items=(moved, replace(newer, slug="c"))), taken.items)
    assert leads(after) == {"blog/a.html": f"{BASE}/blog/c.html"}
    # A page of its own only lends it.
    above = replace(ABOUT, slug="blog/a")
    lent = rendered(site(items=(moved,), pages=(above,)), first.items)
    assert (leads(lent), lent.items[moved.guid].former) == ({}, ("blog/a.html",))


def test_two_that_change_places_lead_nowhere_else() -> None:
    first = rendered(site(items=(named("a"), named("b"))))
    items = replace(named("a"), slug="b"), replace(named("b"), slug="a")
    assert leads(rendered(site(items=items), first.items)) == {}


def test_what_is_withdrawn_is_at_no_address() -> None:
    old = post(aliases=("old.html",))
    first = rendered(site(items=(old,)))
    moved = rendered(site(items=(replace(old, slug="b"),)), first.items)
    assert len(leads(moved)) == 2
    assert leads(rendered(site(withdrawn=frozenset({old.guid})), moved.items)) == {}


def test_the_state_remembers_all_audio_and_pictures_of_an_item() -> None:
    art, plan = image(file=source("images/art.png")), replace(source("x/plan.pdf"), sha256="b" * 64)
    shown = Chapter(0, "A", picture=image(file=source("images/one.png")))
    spoken = recording(chapters=(shown, Chapter(9, "B"), Chapter(99, "C")))
    one = item(image=art, recording=spoken, body="[plan](../x/plan.pdf) [all](/podcast/)")
    whole = site(items=(one,), files={"x/plan.pdf": plan})
    first = rendered(whole)
    digest = SHA[:12]
    was = (
        f"media/art.{digest}.png",
        f"media/one.{digest}.png",
        "media/plan.bbbbbbbbbbbb.pdf",
        f"media/strong-hips.{digest}.mp3",
    )
    assert first.items[one.guid].media == was
    assert rendered(whole, first.items).items == first.items

    sound = replace(source(str(Path("episodes/012.mp3"))), sha256="c" * 64)
    audio = replace(spoken.audio, source=sound, source_sha256=sound.sha256)
    other = item(recording=recording(audio=audio))
    second = rendered(site(items=(other,)), first.items)
    assert second.items[one.guid].media == tuple(
        sorted([*was, "media/strong-hips.cccccccccccc.mp3"])
    )
    # A state that did not remember yet knows at least what was heard last.
    short = {one.guid: replace(first.items[one.guid], media=())}
    known = rendered(site(items=(other,)), short).items[one.guid].media
    assert known == (f"media/strong-hips.{digest}.mp3", "media/strong-hips.cccccccccccc.mp3")


# Old addresses of what is no item's: [aliases] in the settings


def settled(*aliases: tuple[str, str], **changes: Any) -> Site:
    """Return a site with a post, and aliases on lines of their own in the settings."""
    rows = ((old, new, Location("activefeed.toml", n)) for n, (old, new) in enumerate(aliases, 9))
    return site(**{"items": (item(), post()), "aliases": tuple(rows), **changes})


@pytest.mark.parametrize(
    ("new", "to"),
    [
        ("/categories/back-pain.html", "categories/back-pain.html"),
        (f"{BASE}/categories/back%2Dpain.html", "categories/back-pain.html"),
        ("/archive/2026/03.html", "archive/2026/03.html"),
        ("/people/anna.html", "people/anna.html"),
        ("/blog/", "blog/index.html"),
        ("/", "index.html"),
        (BASE, "index.html"),
        (f"/{POST}", POST),
    ],
)
def test_the_old_address_of_any_page_leads_on(new: str, to: str) -> None:
    tree = rendered(settled(("old/back-pain", new)))
    assert leads(tree) == {"old/back-pain": f"{BASE}/{to}"}
    made, sheet = tree.artifacts["old/back-pain"], page(tree, "old/back-pain")
    assert (made.tier, made.content_type) == (Tier.PAGE, "text/html; charset=utf-8")
    assert sheet.xpath("//link[@rel='canonical']/@href") == [f"{BASE}/{to}"]
    assert sheet.xpath("//body//a/@href") == [f"../{to}"]


def test_the_page_at_an_old_address_says_what_is_looked_for() -> None:
    tree = rendered(settled(("a", "/categories/back-pain.html"), ("b", "/blog/index.html")))
    assert page(tree, "a").findtext(".//title") == "Back Pain · Clinic"
    assert page(tree, "b").findtext(".//title") == "Clinic"
    assert page(tree, "b").findtext(".//h1") == "Clinic"


@pytest.mark.parametrize("addresses", ["files", "folders"])
@pytest.mark.parametrize(
    ("old", "path"),
    [("1/feed", "1/feed"), ("blog/feed", "blog/feed"), ("rss.php", "rss.php"),
     ("feed/podcast/", "feed/podcast/index.html")],
)  # fmt: skip
def test_an_old_feed_is_the_feed_itself_at_its_very_path(
    addresses: str, old: str, path: str
) -> None:
    for feed in ("podcast/feed.xml", "blog/feed.xml", "blog/feed.json", "categories/back-pain.xml"):
        tree = rendered(settled((old, f"/{feed}"), addresses=addresses))
        copy, now = tree.artifacts[path], tree.artifacts[feed]
        assert (copy.body, copy.sha256, copy.size) == (now.body, now.sha256, now.size)
        assert (copy.headers, copy.tier) == (now.headers, Tier.FEED)
        assert leads(tree) == {}
        assert path not in tree.topics, "the feed has one address: the hub is told of that"
        assert tree.main_feed == "podcast/feed.xml"


def test_an_old_page_is_a_folder_where_addresses_are_folders() -> None:
    tree = rendered(settled(("2019/backs", "/categories/back-pain/"), addresses="folders"))
    assert leads(tree) == {"2019/backs/index.html": f"{BASE}/categories/back-pain/"}


def test_texts_may_link_to_an_old_feed_and_no_sitemap_names_it() -> None:
    tree = rendered(settled(("1/feed", "/blog/feed.xml"), items=(post(body="[feed](/1/feed)"),)))
    assert page(tree, POST).xpath("//article//a[text()='feed']/@href") == ["../1/feed"]
    assert b"1/feed" not in tree.artifacts["sitemap.xml"].open().read()


@pytest.mark.parametrize(
    "new",
    ["/blog/feed", "/robots.txt", "/podcast/strong-hips/", "https://b.example/", "x.html", "#"],
)
def test_an_alias_that_leads_to_no_page_or_feed_is_told_with_its_line(new: str) -> None:
    assert faults(settled(("old", new))) == [
        ("dead-alias", f'there is no page or feed at "{new}"', "activefeed.toml:9")
    ]


@pytest.mark.parametrize(
    ("addresses", "new", "fix"),
    [
        ("files", "/categories/back-pain", 'did you mean "/categories/back-pain.html"?'),
        ("folders", "/category/back-pain/", 'did you mean "/categories/back-pain/index.html"?'),
        ("files", "/blog/feeds.xml", 'did you mean "/blog/feed.xml"?'),
        ("files", "/?p=1", "write its address as visitors have it: /about.html"),
    ],
)
def test_the_nearest_page_or_feed_is_offered(addresses: str, new: str, fix: str) -> None:
    problems, whole = Problems(), settled(("old", new), addresses=addresses)
    rendering.render(whole, Published(), Destination(BASE), problems)
    assert [one.fix for one in problems] == [fix]


@pytest.mark.parametrize("old", ["index.html", "blog/feed.xml", "old.html", "Blog/Walking.html"])
def test_what_is_there_is_no_old_address_of_anything_else(old: str) -> None:
    whole = settled((old, "/blog/feed.xml"), items=(post(aliases=("old.html",)),))
    message = f"something else has the address {old}"
    assert faults(whole) == [("address-clash", message, "activefeed.toml:9")]


def test_two_aliases_cannot_have_one_address_nor_a_feed_lie_in_another() -> None:
    twice = settled(("rss", "/podcast/feed.xml"), ("RSS", "/blog/feed.xml"))
    message = "something else has the address RSS"
    assert faults(twice) == [("address-clash", message, "activefeed.toml:10")]
    inside = settled(("feed/podcast", "/podcast/feed.xml"), ("feed", "/blog/feed.xml"))
    message = "two things want the address feed"
    assert faults(inside) == [("address-clash", message, "activefeed.toml:10")]
    beside = settled(("feed/podcast", "/podcast/feed.xml"), ("feed/", "/blog/feed.xml"))
    assert rendered(beside).artifacts["feed/index.html"].content_type.startswith("application/rss")


def test_a_fault_of_a_feed_is_told_once_though_it_lies_at_two_addresses() -> None:
    whole = settled(("blog/feed", "/podcast/feed.xml"), show=show(copyright="© 2026 Clinic"))
    (alone,) = faults(replace(whole, aliases=()))
    assert alone[0] == "rule-psp1"
    assert faults(whole) == [alone]


def test_what_is_remembered_gives_way_to_the_settings() -> None:
    first = rendered(site(items=(named("a"),)))
    moved = replace(named("a"), slug="b")
    tree = rendered(settled(("blog/a.html", "/blog/"), items=(moved,)), first.items)
    assert leads(tree) == {"blog/a.html": f"{BASE}/blog/index.html"}
