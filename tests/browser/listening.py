"""What tests of the player do to the audio of an open page, and ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from browser.conftest import Site, Visit

if TYPE_CHECKING:
    from playwright.sync_api import Page

EPISODE = "podcast/coming-back-to-running.html"  # 47 s: chapters at 0:00, 0:19 and 0:29
OTHER = "podcast/the-hip-next-door.html"
LOADED = "() => document.querySelector('audio').readyState > 0"
IN_VIEW = """() => {
    const box = document.querySelector('.af-spoken').getBoundingClientRect();
    const said = document.querySelector('.af-said').getBoundingClientRect();
    return said.top >= box.top && said.bottom <= box.bottom;
}"""


def opened(site: Site, visit: Visit, fragment: str = "", *, width: int = 1280) -> Page:
    """Return the page of an episode whose audio can be sought in."""
    page = visit(site, EPISODE + fragment, width=width)
    page.wait_for_function(LOADED)
    return page


def now(page: Page) -> float:
    return float(page.evaluate("document.querySelector('audio').currentTime"))


def playing(page: Page) -> bool:
    return not page.evaluate("document.querySelector('audio').paused")


def sounds(page: Page) -> None:
    """Wait until the audio moves."""
    at = now(page)
    page.wait_for_function(f"() => document.querySelector('audio').currentTime > {at} + 0.1")


def stopped_at(page: Page, seconds: float) -> None:
    """Put the player at a time, in silence."""
    page.evaluate("(to) => { document.querySelector('audio').currentTime = to; }", seconds)
    page.wait_for_function("() => !document.querySelector('audio').seeking")
