"""What readers do besides listening: menu, subscribing, a feed that they open; other scripts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
import sitemaker
from sample import Sample

from browser.conftest import Site, Visit
from browser.serving import served

if TYPE_CHECKING:
    from playwright.sync_api import Page

WAYS = {"de": "ltr", "ar": "rtl"}
NOTES = "## שלום عن الوركين\n\n" + "قوة الورك تحمي الظهر والركبة عند المشي والجري كل يوم. " * 6
STICKING = """() => {
  const wide = document.documentElement.clientWidth;
  return [...document.querySelectorAll("body *")].filter((one) => {
    const box = one.getBoundingClientRect();
    return box.width && (box.right > wide + 1 || box.left < -1) && !one.closest(".skip, .scroll");
  }).map((one) => one.outerHTML.slice(0, 90));
}"""


def copied(page: Page) -> str:
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text


def test_the_address_of_each_feed_can_be_copied(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site.url("subscribe.html"))
    fields = page.locator(".copy")
    assert fields.count() == 5
    for number in range(fields.count()):
        one = fields.nth(number)
        one.get_by_role("button", name="Copy").click()
        one.get_by_role("button", name="Copied").wait_for()
        address = one.locator("input").input_value()
        assert copied(page) == address
        assert page.request.get(address).ok


def test_apps_are_opened_by_schemes_of_their_own(site: Site, visit: Visit) -> None:
    page = visit(site, "subscribe.html")
    host = site.base.removeprefix("http://")
    links = page.locator(".apps a").evaluate_all("all => all.map((a) => a.getAttribute('href'))")
    assert f"podcast://{host}/podcast/feed.xml" in links
    assert f"antennapod-subscribe://{host}/podcast/feed.xml" in links
    assert f"pktc://subscribe/{host}/podcast/feed.xml" in links
    whole = f"{site.base}/podcast/feed.xml".replace(":", "%3A").replace("/", "%2F")
    assert f"overcast://x-callback-url/add?url={whole}" in links
    assert any(link.startswith("https://podcasts.apple.com/") for link in links)


@pytest.mark.parametrize("path", ["podcast/feed.xml", "blog/feed.xml", "blog/atom.xml"])
def test_a_feed_that_is_opened_says_what_it_is_and_where_to_go(
    path: str, site: Site, visit: Visit
) -> None:
    page = visit(site, path)
    said = page.evaluate("getComputedStyle(document.documentElement, '::before').content")
    assert "This is a feed" in said
    assert f"{site.base}/subscribe.html" in said
    shown = page.evaluate(
        "document.documentElement.innerText ?? document.documentElement.textContent"
    )
    assert "Steady Load" in shown or "Notes from Tern Street" in shown
    hidden = "guid, id, link, category, content, encoded"
    for one in page.query_selector_all(hidden):
        assert not one.is_visible()


def test_the_menu_of_a_phone_opens_and_leads_on_with_or_without_a_script(
    site: Site, visit: Visit
) -> None:
    for script in ("on", "off"):
        page = visit(site, "index.html", width=360, script=script)
        about = page.get_by_role("link", name="About", exact=True)
        assert not about.is_visible()
        page.get_by_role("button", name="Menu").click()
        page.get_by_text("Services").first.click()
        assert page.get_by_role("link", name="Running", exact=True).is_visible()
        about.click()
        page.wait_for_url("**/about.html")


def test_the_menu_of_a_wide_screen_is_open_and_its_pages_can_be_reached_by_keyboard(
    site: Site, visit: Visit
) -> None:
    page = visit(site, "index.html")
    assert not page.get_by_role("button", name="Menu").is_visible()
    assert page.get_by_role("navigation", name="Main").get_by_text("Blog").is_visible()
    running = page.get_by_role("link", name="Running", exact=True)
    assert not running.is_visible()
    page.locator("header.site summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Running"
    page.keyboard.press("Enter")
    page.wait_for_url("**/services/running.html")


@pytest.fixture(scope="module", params=list(WAYS))
def spoken(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A small site in another language."""
    root = tmp_path_factory.mktemp(f"in-{request.param}") / "site"
    public = root / "public"
    old = 'title = "Hill Clinic"'
    maker = sitemaker.make(root, old=old, new=f'{old}\nlanguage = "{request.param}"')
    maker.episode("hips", "title: قوة الورك", body=NOTES)
    maker.markdown("posts/walk.md", "title: המשי كل يوم", body=NOTES)
    with served(public) as base:
        Sample(root).publish()
        yield Site(base, public)


def test_other_languages_and_scripts_from_right_to_left_have_their_place(
    spoken: Site, visit: Visit
) -> None:
    page = visit.visitor(spoken, width=320)
    for path in ("index.html", "podcast/hips.html", "blog/walk.html", "subscribe.html"):
        page.goto(spoken.url(path))
        root = page.locator("html")
        language = root.get_attribute("lang") or ""
        assert root.get_attribute("dir") == WAYS[language]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert not page.evaluate(STICKING), path
        edge = page.locator("h1").evaluate("(h) => getComputedStyle(h).direction")
        assert edge == WAYS[language]
    assert (page.get_by_role("heading", name="Abonnieren").count() == 1) is (language == "de")
