"""The search: what was only said is found and leads to the moment; it stays on the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import sample

from browser import tools
from browser.conftest import Scheme, Site, Visit
from browser.serving import served
from browser.test_accessible import violations
from browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

try:
    import pagefind  # noqa: F401 - what is tested needs it
except ImportError:
    HERE = False
else:
    HERE = True


@pytest.fixture(autouse=True)
def _pagefind() -> None:
    if not HERE:
        tools.lacking("pagefind", "pip install 'activefeed[search]'")


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample in German below a path, with addresses that end in a slash."""
    copy = sample.copy(tmp_path_factory.mktemp("search") / "site")
    public = tmp_path_factory.mktemp("served")
    with served(public) as base:
        copy.edit("activefeed.toml", 'language = "en"', 'language = "de"')
        copy.edit("activefeed.toml", 'addresses = "files"', 'addresses = "folders"')
        copy.edit("activefeed.toml", "search = false", "search = true")
        about = (copy.root / "pages/about.md").read_text("utf-8")
        (copy.root / "pages/about.md").write_text(f"{about}\nZwölf Übungen.\n", "utf-8")
        said = copy.run("build", str(public / "club"))
        assert said.code == 0, said.err
        yield Site(f"{base}/club", public / "club")


def ask(page: Page, query: str) -> Locator:
    """Ask the search of an open search page; return its results."""
    form = page.locator("main form[role=search]")
    form.locator("input").fill(query)
    form.locator("button").click()
    page.wait_for_function("!document.querySelector('[role=status]').textContent.includes('…')")
    return page.locator(".results > li")


def search(visit: Visit, site: Site, query: str) -> Locator:
    """Open the search and ask it."""
    path = "search.html" if (site.public / "search.html").exists() else "search/"
    return ask(visit(site, path), query)


def test_a_word_that_was_only_spoken_leads_to_its_moment(site: Site, visit: Visit) -> None:
    found = search(visit, site, "unevenly").first
    assert found.locator("h2 a").inner_text() == "The hip next door"
    assert re.fullmatch(r"Episode · \d+ \w+ 20\d\d", found.locator(".facts").inner_text())
    moment = found.locator(".moments li")
    assert moment.locator("a").inner_text() == "at 0:26"
    assert moment.locator("mark").inner_text() == "unevenly,"
    moment.locator("a").click()
    found.page.wait_for_url(re.compile(r"/podcast/the-hip-next-door\.html#t=26\.198$"))
    player = found.page.locator("audio").first
    found.page.wait_for_function("document.querySelector('audio').currentTime > 20")
    at, paused = player.evaluate("audio => [audio.currentTime, audio.paused]")
    assert at == pytest.approx(26.198, abs=1)
    assert paused, "nobody has asked to hear it yet"


@pytest.mark.parametrize(
    ("query", "title", "kind"),
    [
        ("discuss", "The hip next door", "Episode"),  # in its notes only
        ("heterogeneity", "How we read a review", "Post"),
        ("treadmill", "Running", "Page"),
    ],
)
def test_words_of_notes_posts_and_pages_are_found(
    site: Site, visit: Visit, query: str, title: str, kind: str
) -> None:
    found = search(visit, site, query)
    one = found.filter(has_text=title)
    assert one.locator(".facts").inner_text().startswith(kind)
    assert query in one.locator(".passage mark").first.inner_text().lower()
    assert one.locator(".moments").count() == 0


def test_the_best_moments_come_first_and_the_others_are_there(site: Site, visit: Visit) -> None:
    one = search(visit, site, "hip").filter(has_text="The hip next door").first
    assert one.locator(".moments").first.locator("li").count() == 3
    rest = one.locator("details")
    assert not rest.locator("li").first.is_visible()
    rest.locator("summary").click()
    assert rest.locator("li").first.is_visible()


def test_a_title_alone_is_found(site: Site, visit: Visit) -> None:
    found = search(visit, site, "next door").first
    assert found.locator("h2").inner_text() == "The hip next door"
    assert found.locator(".passage").inner_text().startswith("Why we test the hips")


def test_what_is_not_there_is_said_with_help(site: Site, visit: Visit) -> None:
    found = search(visit, site, "xylophone")
    assert found.count() == 0
    said = found.page.locator("[role=status]").inner_text()
    assert said.startswith("Nothing found for “xylophone”. Try")
    found.page.locator("main input").fill("")
    found.page.wait_for_function("document.querySelector('[role=status]').textContent === ''")


def test_what_stands_in_the_question_is_never_run(site: Site, visit: Visit) -> None:
    found = search(visit, site, "<img src=x onerror=alert(1)>")
    assert "<img src=x" in found.page.locator("[role=status]").inner_text()
    assert found.page.locator("[role=status] img").count() == 0


def test_every_page_leads_there_and_back_leads_back(site: Site, visit: Visit) -> None:
    page = visit(site, "about.html")
    page.get_by_role("banner").get_by_role("link", name="Search").click()
    page.wait_for_url("**/search.html")
    ask(page, "treadmill")
    page.wait_for_url(re.compile(r"/search\.html\?q=treadmill$"))
    page.locator(".results a").first.click()
    page.wait_for_url(re.compile(r"/services/running\.html$"))
    page.go_back()
    page.locator(".results a").first.wait_for()
    assert page.locator("main input").input_value() == "treadmill"
    ask(page, "kettle")
    assert page.url.endswith("?q=kettle")
    page.go_back()
    page.wait_for_url(re.compile(r"/about\.html$"))


def test_nothing_is_loaded_before_one_searches(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.goto(site.url("search.html"))
    assert not [url for url in asked if "/pagefind/" in url]
    ask(page, "hip")
    assert any("/pagefind/pagefind.js" in url for url in asked)


def test_it_can_be_used_from_the_keyboard_and_is_heard(site: Site, visit: Visit) -> None:
    page = visit(site, "search.html?q=hip")
    page.locator(".results li").first.wait_for()
    status = page.locator("[role=status]")
    assert re.fullmatch(r"\d+ results for “hip”", status.inner_text())
    page.locator("main input").focus()
    for name in ("Search", "The hip next door", "at 0:00"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent.trim()") == name


def test_without_javascript_it_says_so(site: Site, visit: Visit) -> None:
    page = visit(site, "search.html", script="off")
    assert "needs JavaScript" in page.locator("noscript").inner_text()


def test_where_the_index_cannot_be_loaded_it_says_so(
    site: Site, visit: Visit, watch: Watch
) -> None:
    watch.expect("pagefind|Failed to load")
    page = visit.visitor(site)
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto(site.url("search.html?q=hip"))
    page.wait_for_function(
        "document.querySelector('[role=status]').textContent.includes('connection')"
    )


@pytest.mark.parametrize("query", ["Ubungen", "zwölf übung"])
def test_umlauts_are_found_below_a_path_and_in_folders(
    folders: Site, visit: Visit, query: str
) -> None:
    found = search(visit, folders, query)
    one = found.filter(has=found.page.locator("h2", has_text="About"))
    assert one.locator(".facts").inner_text() == "Seite"
    assert one.locator("mark").last.inner_text().startswith("Übungen")
    one.locator("a").first.click()
    found.page.wait_for_url(f"{folders.base}/about/")
    assert found.page.locator("h1").inner_text()


def test_a_moment_is_found_below_a_path_and_in_folders(folders: Site, visit: Visit) -> None:
    found = search(visit, folders, "unevenly").filter(has_text="bei 0:26")
    assert re.fullmatch(r"Folge · 4\. \w+ 2025", found.locator(".facts").inner_text())
    assert found.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)")
    found.locator(".moments a").click()
    found.page.wait_for_url(f"{folders.base}/podcast/the-hip-next-door/#t=26.198")


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_axe_finds_nothing_in_results(site: Site, visit: Visit, scheme: Scheme, width: int) -> None:
    page = visit.visitor(site, scheme=scheme, width=width)
    page.context.add_init_script(path=tools.node_file("axe-core", "axe.min.js"))
    page.goto(site.url("search.html"))
    assert ask(page, "hip").count() > 3
    assert violations(page, []) == []
