"""Everything can be read, heard and reached with scripts switched off."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

import pytest

from browser import pages
from browser.conftest import Site, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

# Text that is not to be seen, though no script will ever show it; what folds up or is meant for
# scripts (hidden, template, dialog) is not counted, nor what waits for the focus (skip links).
UNSEEN = """() => {
    const found = [], off = 'details, dialog, template, noscript, script, style, [popover]';
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement, text = walker.currentNode.data.trim();
        if (!text || one.closest(off) || one.closest('[hidden]') || one.closest('audio')) continue;
        const sees = { opacityProperty: true, visibilityProperty: true };
        if (!one.checkVisibility(sees)) found.push(`${one.outerHTML.slice(0, 120)}`);
    }
    return found;
}"""
# Controls that nothing will answer.
DEAD = """() => {
    const works = 'form button, form input, summary, [popovertarget], [commandfor]';
    const can = 'button, input, select, textarea, [role=button], [role=slider], [hidden]';
    return [...document.querySelectorAll(can)]
        .filter((one) => one.checkVisibility() && (one.hidden || !one.matches(works)))
        .filter((one) => !(one.matches('input') && (one.disabled || one.readOnly)))
        .map((one) => one.outerHTML.slice(0, 120));
}"""


@pytest.fixture
def reader(site: Site, visit: Visit) -> Page:
    """A visitor whose browser runs no scripts."""
    return visit.visitor(site, script="off", width=360)


def sound(page: Page) -> Locator:
    """Return the player of the browser itself."""
    return page.locator("audio").first


def now(page: Page) -> float:
    """Return where the player, or the browser's page of an audio file, is."""
    found: float = page.evaluate("document.querySelector('audio, video').currentTime")
    return found


def passes(page: Page, seconds: float) -> bool:
    """Wait until the player is past a time; Playwright's own waiting needs scripts."""
    for _ in range(100):
        if now(page) > seconds:
            return True
        page.wait_for_timeout(50)
    return False


def unfold(page: Page, within: str) -> None:
    """Open what is folded up there, as a visitor does: first menus, then what is in them."""
    for button in page.locator(f"{within} [popovertarget]:visible").all():
        button.click()
    folded = page.locator(f"{within} details:not([open]) > summary:visible")
    for _ in range(folded.count()):
        if folded.count():
            folded.first.click()


def a_full_episode(site: Site) -> str:
    """Return the page of an episode with chapters and a transcript."""
    shown = [page for page in pages.every(site.public) if page.template == "episode.html"]
    folders = {page.path: site.public / page.path.removesuffix(".html") for page in shown}
    return next(
        path
        for path, folder in folders.items()
        if (folder / "chapters.json").is_file() and (folder / "transcript.txt").is_file()
    )


def test_scripts_are_off(site: Site, reader: Page) -> None:
    path = site.public / "script.html"
    path.write_text("<!doctype html><title>off</title><script>document.title = 'on'</script>")
    try:
        reader.goto(site.url("script.html"))
    finally:
        path.unlink()
    assert reader.title() == "off"


def test_nothing_is_hidden_that_only_a_script_would_show(site: Site, reader: Page) -> None:
    found = []
    for one in pages.telling(site.public):
        reader.goto(site.url(one.path))
        assert reader.locator("h1").first.is_visible(), one.path
        found += [f"{one.path}: unseen {text}" for text in reader.evaluate(UNSEEN)]
    assert not found, "\n".join(found)


def test_no_control_is_shown_that_only_a_script_would_answer(site: Site, reader: Page) -> None:
    found = []
    for one in pages.fullest(site.public):
        reader.goto(site.url(one.path))
        found += [f"{one.path}: dead {text}" for text in reader.evaluate(DEAD)]
    assert not found, "\n".join(found)


def test_the_browsers_own_player_is_there_and_plays(site: Site, reader: Page) -> None:
    reader.goto(site.url(a_full_episode(site)))
    player = sound(reader)
    assert player.is_visible()
    assert player.get_attribute("controls") is not None
    box = player.bounding_box()
    assert box
    assert box["width"] > 200
    # Its play button stands at its left end.
    player.scroll_into_view_if_needed()
    player.click(position={"x": box["height"] / 2, "y": box["height"] / 2})
    assert passes(reader, 0.3)
    assert passes(reader, now(reader) + 0.2)


def test_links_to_a_time_open_the_audio_at_that_time(site: Site, reader: Page) -> None:
    path = a_full_episode(site)
    reader.goto(site.url(path))
    media = reader.locator("a[href*='#t=']:visible")
    found: list[str] = media.evaluate_all("all => all.map((one) => one.href)")
    assert len(set(found)) > 4  # chapters and the transcript
    late = next(url for url in found if float(url.split("#t=")[1]) > 10)
    reader.locator(f"a[href$='#t={late.split('#t=')[1]}']:visible").first.click()
    reader.wait_for_url(late)
    start = float(late.split("#t=")[1])
    assert passes(reader, start - 1)
    assert now(reader) < start + 3


def test_the_transcript_can_be_read(site: Site, reader: Page) -> None:
    path = a_full_episode(site)
    spoken = (site.public / path.removesuffix(".html") / "transcript.txt").read_text("utf-8")
    last = spoken.split()[-4:]
    reader.goto(site.url(path))
    unfold(reader, "main")
    seen = " ".join(reader.locator("body").inner_text().split())
    assert " ".join(last) in seen


def test_links_lead_from_page_to_page(site: Site, reader: Page) -> None:
    reader.goto(site.url("index.html"))
    link = reader.locator("nav a[href$='blog/index.html']:visible").first
    if not link.count():
        unfold(reader, "header")
    link.click()
    reader.wait_for_url(site.url("blog/index.html"))
    reader.locator("main h2 a, main h3 a").first.click()
    reader.wait_for_url("**/blog/*.html")


def test_every_page_is_reached_by_links_alone(site: Site) -> None:
    shown = {site.url(page.path): page for page in pages.every(site.public)}
    wanted, seen = [site.url("index.html")], set[str]()
    while wanted:
        url = wanted.pop()
        if url not in seen and url in shown:
            seen.add(url)
            links = shown[url].tree.xpath("//a[not(ancestor::template)]/@href")
            wanted += [urljoin(url, link).partition("#")[0] for link in links]
    alone = {url for url in shown if url.endswith("/player.html")}  # for other sites
    assert set(shown) - seen - alone == {site.url("404.html")}
