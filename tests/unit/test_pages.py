"""The pages of the sample site as a browser, a search engine and a screen reader see them."""

from __future__ import annotations

import gzip
import json
import posixpath
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import sample as samples
from builders import BASE, SHA, image, item, person, post, recording, show, site, source
from lxml import etree, html

from activefeed import pipeline
from activefeed.model import Category, Chapter, Cue, NavEntry, Page, Published, Site, hidden
from activefeed.problems import Problems, SourceText
from activefeed.render import site as rendering
from activefeed.render.entry import Destination
from activefeed.tree import Tree

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TEASERS = "//article[@class='teaser']//h2"
ALONE = "/player.html"  # the player of an episode on a page for other sites
DAY = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)


def texts(tree: Tree) -> dict[str, bytes]:
    return {p: a.body for p, a in tree.artifacts.items() if isinstance(a.body, bytes)}


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder = tmp_path_factory.mktemp("sample")
    reading = pipeline.read(samples.copy(folder).root)
    tree = pipeline.render(reading, Published(), Destination(""), NOW).tree
    assert tree is not None
    return tree


@pytest.fixture(scope="module")
def sheets(sample: Tree) -> Mapping[str, Any]:
    """The parsed pages of the sample, by path."""
    found = {p: html.document_fromstring(b) for p, b in texts(sample).items() if ".html" in p}
    assert len(found) > 40
    return found


def rendered(whole: Site) -> dict[str, str]:
    """Return what comes out of a site as text."""
    problems = Problems()
    tree = rendering.render(whole, Published(), Destination(BASE), problems)
    assert not problems.errors
    return {path: body.decode() for path, body in texts(tree).items()}


def page(whole: Site, path: str) -> Any:
    return html.document_fromstring(rendered(whole)[path].encode())


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def shown(whole: Site, path: str, xpath: str) -> list[str]:
    return [words(one) for one in page(whole, path).xpath(xpath)]


def test_every_address_on_every_page_is_there(sample: Tree, sheets: Mapping[str, Any]) -> None:
    seen = 0
    for path, sheet in sheets.items():
        for element, attribute, target, _ in sheet.iterlinks():
            parts = urlsplit(target.removeprefix(BASE) if path == "404.html" else target)
            if parts.scheme or attribute not in {"href", "src"}:
                continue
            to = posixpath.normpath(posixpath.join("/", posixpath.dirname(path), parts.path))
            to = unquote(to).lstrip("/") if parts.path else path
            assert to in sample.artifacts, (path, target)
            if parts.fragment and to in sheets:
                ids = sheets[to].xpath("//@id")
                assert unquote(parts.fragment) in ids, (path, target, element.text)
            seen += 1
    assert seen > 1000


def test_pages_find_each_other_from_a_disk_and_under_any_prefix(sheets: Mapping[str, Any]) -> None:
    for path, sheet in sheets.items():
        addresses = sheet.xpath("//body//@href | //body//@src | //link[@rel='stylesheet']/@href")
        assert not [one for one in addresses if one.startswith("/")], path
        # Feeds are copied out of the page; two authors' own links name the address in full.
        full = [one for one in addresses if one.startswith(BASE)]
        ours = [one for one in full if not one.endswith(("about.html", "-ladder.html"))]
        assert path in {"subscribe.html", "404.html"} or not ours, (path, ours)


def test_every_page_says_what_it_is(sheets: Mapping[str, Any]) -> None:
    titles: dict[str, str] = {}
    for path, sheet in sheets.items():
        assert len(sheet.xpath("//h1")) == 1, path
        assert sheet.get("lang") == "en"
        canonical = sheet.xpath("//link[@rel='canonical']/@href")
        if path.endswith(ALONE):
            assert canonical == [f"{BASE}/{path.removesuffix(ALONE)}.html"]
            continue
        (title,) = sheet.xpath("//head/title")
        assert path.startswith("categories/") or titles.setdefault(title.text, path) == path
        same = sheet.xpath("//meta[@property='og:url']/@content")
        assert canonical == same == ([] if path == "404.html" else [f"{BASE}/{path}"])
        if path != "404.html":
            assert all(sheet.xpath("//meta[@name='description']/@content")), path


def test_pages_are_well_formed_and_no_id_repeats(sample: Tree, sheets: Mapping[str, Any]) -> None:
    for path, sheet in sheets.items():
        ids = sheet.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        assert not sheet.xpath("//img[not(@alt)]"), path
        levels = [int(one.tag[1]) for one in sheet.xpath("//h1 | //h2 | //h3 | //h4")]
        assert all(b <= a + 1 for a, b in pairwise(levels)), path
        parser = etree.HTMLParser(recover=True)
        etree.fromstring(texts(sample)[path], parser)
        # libxml2 knows HTML 4 only: it does not know the newer elements.
        odd = [e.message for e in parser.error_log if "Tag " not in e.message]
        assert not odd, (path, odd)


def test_what_machines_read_parses_and_names_the_works(sheets: Mapping[str, Any]) -> None:
    kinds, trails, places = {}, {}, "itemListElement"
    for path, sheet in sheets.items():
        for script in sheet.xpath("//script[@type='application/ld+json']"):
            data = json.loads(script.text)
            assert data["@context"] == "https://schema.org"
            assert "" not in data.values()
            if data["@type"] == "BreadcrumbList":
                trails[path] = [one["item"].removeprefix(f"{BASE}/") for one in data[places]]
                assert [one["position"] for one in data[places]] == [1, 2, 3][: len(data[places])]
                continue
            kinds[path] = data["@type"]
            assert data["url"] == f"{BASE}/{path}"
    about = "about.html"
    assert trails[about] == ["index.html", about]
    hips = "podcast/the-hip-next-door.html"
    assert trails[hips] == ["index.html", "podcast/index.html", hips]
    sheets = {path: sheet for path, sheet in sheets.items() if not path.endswith(ALONE)}
    assert set(trails) == set(sheets) - {"404.html", "index.html"}
    assert set(kinds) == set(sheets) - {"404.html"}
    assert kinds["index.html"] == "WebSite"
    assert kinds["podcast/index.html"] == "PodcastSeries"
    data = json.loads(sheets["blog/hips-and-backs-part-2.html"].xpath("//script")[0].text)
    assert data["@type"] == "BlogPosting"
    (work,) = data["citation"]
    assert {"@type": "PropertyValue", "propertyID": "PMID", "value": "33683497"} in (
        work["identifier"]
    )


def test_the_sitemap_has_every_page_and_opml_each_feed_once(sample: Tree) -> None:
    found = texts(sample)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    image = "http://www.google.com/schemas/sitemap-image/1.1"
    urls = etree.fromstring(found["sitemap.xml"]).xpath("/s:urlset/s:url", namespaces=space)
    locs = [one.findtext("s:loc", None, space) for one in urls]
    pages = {path for path in found if path.endswith(".html") and not path.endswith(ALONE)}
    pages -= {"404.html"}
    assert sorted(locs) == sorted(f"{BASE}/{path}" for path in pages)
    shown = {one.findtext("s:loc", None, space): one.findtext(f".//{{{image}}}loc") for one in urls}
    for path in pages:
        previews = etree.HTML(found[path]).xpath("//meta[@property='og:image']/@content")
        assert [shown[f"{BASE}/{path}"]] == (previews or [None])
    assert any(shown.values())
    feeds = etree.fromstring(found["opml.xml"]).xpath("//outline/@xmlUrl")
    assert feeds == [f"{BASE}/{path}" for path in ("podcast/feed.xml", "blog/feed.xml", "feed.xml")]
    assert sample.artifacts["opml.xml"].content_type == "text/x-opml"
    assert f"Sitemap: {BASE}/sitemap.xml\n".encode() in found["robots.txt"]


def test_the_style_is_small_and_named_by_its_content(sample: Tree) -> None:
    (style,) = [a for path, a in sample.artifacts.items() if path.startswith("assets/site.")]
    assert isinstance(style.body, bytes)
    assert len(gzip.compress(style.body)) < 14_000
    assert style.path == f"assets/site.{style.sha256[:12]}.css"


CHAPTERS = (Chapter(0, "Welcome"), Chapter(70.5, "Hip & <spine>", "https://x.example/?a=1&b=2"))
CUES = (
    Cue(0, 2, "Hello.", "Anna"),
    Cue(2, 4, "Hello again.", "Anna"),
    Cue(70.25, 72, "Yes.", "Ben"),
)
SPOKEN = recording(chapters=CHAPTERS, cues=CUES)
EPISODE = "podcast/strong-hips.html"


def test_an_episode_plays_and_its_chapters_open_the_audio_without_a_script() -> None:
    said = page(site(items=(item(recording=SPOKEN),)), EPISODE)
    (player,) = said.xpath("//audio[@controls]")
    sound = f"../media/strong-hips.{SHA[:12]}.mp3"
    (file,) = said.xpath("//a[@download]/@href")
    assert player.get("src") == file == sound
    jumps = [
        (a.get("href"), a.get("data-start"), words(a))
        for a in said.xpath("//ol[@class='af-chapters']/li/a[1]")
    ]
    assert jumps == [
        (f"{sound}#t=0", "0", "0:00 Welcome"),
        (f"{sound}#t=70.5", "70.5", "1:10 Hip & <spine>"),
    ]
    assert (
        said.xpath("//ol[@class='af-chapters']//a[@class='af-more']")[0].get("href")
        == "https://x.example/?a=1&b=2"
    )


def test_the_transcript_is_on_the_page_by_speaker() -> None:
    said = page(site(items=(item(recording=SPOKEN),)), EPISODE)
    lines = [words(p) for p in said.xpath("//*[@class='af-spoken']/p")]
    assert lines == ["0:00 Anna Hello. Hello again.", "1:10 Ben Yes."]
    assert said.xpath("//a[.='Transcript as a file']/@href") == ["strong-hips/transcript.vtt"]


def test_a_long_turn_is_cut_into_paragraphs() -> None:
    cues = tuple(Cue(n, n + 1, f"w{n}") for n in range(13))
    spoken = recording(cues=cues)
    said = page(site(items=(item(recording=spoken),)), EPISODE)
    lines = said.xpath("//*[@class='af-spoken']/p[a[@data-start]]")
    assert [words(p)[:7] for p in lines] == ["0:00 w0", "0:06 w6", "0:12 w1"]


def test_people_stand_with_their_roles_and_only_known_ones_have_a_page() -> None:
    guest = person(id="", name="Ben", role="guest", url="https://ben.example")
    whole = site(items=(item(people=(guest, person())),))
    assert shown(whole, EPISODE, "//ul[@class='cast']/li") == ["B Ben Guest", "A Anna Host Host"]
    links = page(whole, EPISODE).xpath("//ul[@class='cast']//a/@href")
    assert links == ["https://ben.example", "../people/anna.html"]
    pages = [path for path in rendered(whole) if path.startswith("people/")]
    assert pages == ["people/anna.html", "people/anna.xml"]


def test_the_blog_has_ten_posts_a_page() -> None:
    posts = tuple(
        post(slug=f"p{n}", guid=f"g{n}", title=f"Post {n}", published=DAY - timedelta(days=n))
        for n in range(11)
    )
    whole = site(items=posts)
    assert shown(whole, "blog/index.html", TEASERS) == [f"Post {n}" for n in range(10)]
    assert shown(whole, "blog/page/2.html", TEASERS) == ["Post 10"]
    (older,) = page(whole, "blog/index.html").xpath("//a[@rel='next']/@href")
    (newer,) = page(whole, "blog/page/2.html").xpath("//a[@rel='prev']/@href")
    assert (older, newer) == ("page/2.html", "../index.html")


def test_the_sidebar_counts_categories_and_local_months() -> None:
    hips = Category("hips", "hips")
    whole = site(
        items=(
            item(categories=(hips, Category("back", "Back"))),
            post(categories=(hips,), published=DAY),
            post(slug="b", guid="b", categories=(), published=DAY - timedelta(days=40)),
        )
    )
    assert shown(whole, "blog/index.html", "//aside//li") == [
        *("Back 1", "hips 2"),
        *("March 2026 1", "January 2026 1"),
    ]
    assert shown(whole, "archive/2026/01.html", TEASERS) == ["Walking"]
    assert sorted(shown(whole, "categories/hips.html", TEASERS)) == [
        "Strong hips, quiet back",
        "Walking",
    ]
    # 23:30 in UTC is the next month in Berlin on the last day of a month.
    late = site(items=(post(published=datetime(2026, 3, 31, 23, 30, tzinfo=UTC)),))
    assert "archive/2026/04.html" in rendered(late)


def test_seasons_follow_each_other_newest_first() -> None:
    spoken = [(2, DAY), (1, DAY - timedelta(days=1)), (None, DAY - timedelta(days=2))]
    items = tuple(
        item(slug=f"e{n}", guid=f"g{n}", published=when, recording=recording(season=season))
        for n, (season, when) in enumerate(spoken)
    )
    assert shown(site(items=items), "podcast/index.html", "//main//h2") == [
        "Season 2",
        "Season 1",
        "Extras",
    ]
    assert shown(site(items=items[2:]), "podcast/index.html", "//main//h2") == ["Episodes"]


def test_the_navigation_has_sub_pages_and_leads_anywhere() -> None:
    about = Page(SourceText("pages/about.md", ""), "about", "About us", "", "Hello", 1, None, ())
    nav = (
        NavEntry("", "about", "", (NavEntry("", "podcast", ""),)),
        NavEntry("Mail", "", "mailto:a@clinic.example"),
    )
    whole = site(nav=nav, pages=(about,), header_link=NavEntry("Book", "about", ""))
    said = page(whole, "about.html")
    links = [
        (words(a), a.get("href"))
        for a in said.xpath("//header[@class='site']//a[not(ancestor::p)]")
    ]
    assert links == [
        ("About us", "about.html"),
        ("Podcast", "podcast/index.html"),
        ("Mail", "mailto:a@clinic.example"),
        ("Book", "about.html"),
    ]
    assert [words(a) for a in said.xpath("//*[@aria-current='page']")] == ["About us"]


def test_a_site_may_have_no_podcast_or_no_blog() -> None:
    both = (item(), post())
    for whole, gone in (
        (site(items=both, show=None), "podcast/"),
        (site(items=both, blog=None), "blog/"),
    ):
        found = rendered(whole)
        assert not [path for path in found if path.startswith(gone)]
        assert not [path for path, text in found.items() if f'"{gone}' in text]
    assert set(rendered(site(show=None, blog=None))) >= {"index.html", "404.html", "sitemap.xml"}
    assert "subscribe.html" not in rendered(site(show=None, blog=None))


def test_no_word_of_an_author_becomes_markup() -> None:
    odd = '"><script>x</script>&amp;\x07\ud800'
    people = (person(name=odd), person(id="", name=odd, role="guest", url=""))
    one = item(
        title=odd, subtitle=odd, summary=odd, people=people, categories=(Category("c", odd),)
    )
    whole = site(title=odd, items=(one, post(title=odd)), show=show(title=odd, description=odd))
    for path, text in rendered(whole).items():
        if path.endswith((".html", ".xml")) and "feed" not in path and "atom" not in path:
            assert "<script>x" not in text, path
            assert not {"\x07", "\ud800"} & set(text), path
    for path in ("sitemap.xml", "opml.xml"):
        etree.fromstring(rendered(whole)[path].encode())


def test_a_page_in_a_script_from_right_to_left_says_so() -> None:
    assert page(site(language="he"), "index.html").get("dir") == "rtl"
    assert page(site(), "index.html").get("dir") == "ltr"


def test_two_things_that_want_one_address_are_reported_once() -> None:
    problems = Problems()
    clash = show(feed="blog/feed.xml")
    whole = site(show=clash, items=(post(body="[home](/)"),))
    tree = rendering.render(whole, Published(), Destination(BASE), problems)
    assert [problem.code for problem in problems] == ["address-clash"]
    assert not tree.artifacts


def test_the_update_of_a_feed_never_goes_back() -> None:
    problems = Problems()
    later = datetime(2027, 1, 1, tzinfo=UTC)
    first = rendering.render(
        site(items=(post(updated=later),)), Published(), Destination(BASE), problems
    )
    second = rendering.render(site(), Published(items=first.items), Destination(BASE), problems)
    feed = second.artifacts["blog/feed.json"].body
    assert isinstance(feed, bytes)
    atom = second.artifacts["blog/atom.xml"].body
    assert isinstance(atom, bytes)
    assert b"<updated>2027-01-01T00:00:00+00:00</updated>" in atom


def test_what_was_withdrawn_stays_reserved() -> None:
    first = rendering.render(site(items=(post(),)), Published(), Destination(BASE), Problems())
    gone = site(withdrawn=frozenset({post().guid}))
    second = rendering.render(gone, Published(items=first.items), Destination(BASE), Problems())
    kept = second.items[post().guid]
    assert (kept.guid, kept.kind, kept.state) == (post().guid, "post", "withdrawn")
    assert (kept.slug, kept.title, kept.key) == (hidden(post().slug), "", "")
    third = rendering.render(gone, Published(items=second.items), Destination(BASE), Problems())
    assert third.items == second.items


def test_a_picture_of_a_page_is_its_preview() -> None:
    art = image(file=source("images/art.png"), alt="A hip")
    about = Page(SourceText("pages/about.md", ""), "about", "About", "", "Hello", 1, art, ())
    said = page(site(pages=(about,)), "about.html")
    preview = said.xpath("//meta[@property='og:image']/@content")
    assert preview == [f"{BASE}/media/art.{SHA[:12]}.png"]
    assert said.xpath("//article/img/@alt") == ["A hip"]
