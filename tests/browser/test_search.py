"""The search: what was only said is found and leads to the moment; it stays on the site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import sample

from browser import tools
from browser.conftest import Site, Visit
from browser.serving import served

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
        copy.edit("activefeed.toml", 'url = "https://clinic.example"', f'url = "{base}/club"')
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
    return ask(visit(site, "search.html"), query)


def test_a_word_that_was_only_spoken_leads_to_its_moment(site: Site, visit: Visit) -> None:
    found = search(visit, site, "unevenly").first
    assert found.locator("h2 a").inner_text() == "The hip next door"
    assert re.fullmatch(r"Episode · \d+ \w+ 20\d\d", found.locator(".facts").inner_text())
    moment = found.locator(".moments li")
    assert moment.locator("a").inner_text() == "at 0:23"
    assert moment.locator("mark").inner_text() == "unevenly,"
    moment.locator("a").click()
    found.page.wait_for_url(re.compile(r"/podcast/the-hip-next-door\.html#t=23\.854$"))
    player = found.page.locator("audio").first
    found.page.wait_for_function("document.querySelector('audio').currentTime > 20")
    at, paused = player.evaluate("audio => [audio.currentTime, audio.paused]")
    assert at == pytest.approx(23.854, abs=1)
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
