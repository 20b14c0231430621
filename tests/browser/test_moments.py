"""Places in a recording that an address names, that are shared, or that one comes back to."""

from __future__ import annotations

import pytest

from browser import tools
from browser.conftest import Site, Visit
from browser.listening import (
    EPISODE,
    IN_VIEW,
    LOADED,
    OTHER,
    now,
    opened,
    playing,
    sounds,
    stopped_at,
)

expect = pytest.importorskip("playwright.sync_api", reason=tools.NO_PLAYWRIGHT).expect


TIMES = {
    "#t=29": 29,
    "#t=0:29": 29,
    "#t=00:00:29.5": 29.5,
    "#t=npt:12": 12,
    "#t=29,33": 29,
    "#t-41.162": 41.162,  # as the ids in the transcript are
}


def test_an_address_with_a_time_leads_there_and_waits(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)
    for n, (fragment, seconds) in enumerate(TIMES.items()):
        page.goto(site.url(f"{EPISODE}?{n}{fragment}"))
        page.wait_for_function("() => document.querySelector('audio').currentTime > 0")
        assert now(page) == pytest.approx(seconds, abs=0.2), fragment
        expect(page.get_by_role("status").first).to_have_text(f"Play from 0:{int(seconds)}")
        assert not playing(page)
        assert page.evaluate(IN_VIEW)


def test_an_address_with_no_time_that_there_is_leads_to_the_start(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)
    for n, fragment in enumerate(("#t=", "#t=x", "#t=1:x", "#t=1.2.3", "#t=9999", "#t=%E0%A4")):
        page.goto(site.url(f"{EPISODE}?{n}{fragment}"))
        page.wait_for_function(LOADED)
        assert now(page) == 0, fragment


def test_a_passage_ends_where_its_address_says(site: Site, visit: Visit) -> None:
    page = opened(site, visit, "#t=20,21")
    page.locator(".af-panel .af-play").click()
    page.wait_for_function("() => document.querySelector('audio').paused")
    assert now(page) == pytest.approx(21, abs=0.6)
    page.locator(".af-panel .af-play").click()
    sounds(page)
    page.evaluate("() => { location.hash = 't=0:30'; }")
    page.wait_for_function("() => document.querySelector('audio').currentTime > 29")
    assert playing(page)


def test_a_moment_is_shared(site: Site, visit: Visit) -> None:
    page = opened(site, visit, "#t=12.8")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the link").click()
    expect(page.get_by_role("status").first).to_have_text("Copied: the link to 0:12")
    assert page.evaluate("navigator.clipboard.readText()") == site.url(f"{EPISODE}#t=12")


def test_a_moment_is_shared_without_a_clipboard(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)  # as over plain HTTP, where browsers have none
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(site.url(f"{EPISODE}#t=12"))
    page.get_by_role("button", name="Copy the link").click()
    field = page.get_by_role("textbox", name="Link to this moment")
    expect(field).to_have_value(site.url(f"{EPISODE}#t=12"))
    expect(field).to_be_focused()
    assert field.evaluate("(one) => one.selectionEnd - one.selectionStart") > 9
    page.locator(".af-panel .af-play").click()
    expect(field).to_be_hidden()


def test_who_comes_back_goes_on_where_it_was(site: Site, visit: Visit) -> None:
    page = opened(site, visit, "#t=20")
    page.locator(".af-panel .af-play").click()
    sounds(page)
    page.goto(site.url(OTHER))
    page.goto(site.url(EPISODE))
    page.wait_for_function("() => document.querySelector('audio').currentTime > 19")
    assert now(page) == pytest.approx(20.3, abs=0.8)
    expect(page.get_by_role("status").first).to_have_text("Continue at 0:20")
    assert not playing(page)
    page.goto("about:blank")
    page.goto(site.url(f"{EPISODE}#t=5"))  # the address is stronger
    page.wait_for_function("() => document.querySelector('audio').currentTime > 4")
    assert now(page) == pytest.approx(5, abs=0.1)
    page.goto("about:blank")
    page.goto(site.url(EPISODE))
    page.get_by_role("button", name="Start over").click()
    sounds(page)
    assert now(page) < 5
    expect(page.locator(".af-panel .af-play")).to_be_focused()
    stopped_at(page, 46)
    page.wait_for_function("() => document.querySelector('audio').ended")
    page.goto("about:blank")
    page.goto(site.url(EPISODE))
    page.wait_for_function(LOADED)
    assert now(page) == 0


def test_nothing_is_wrong_where_nothing_can_be_remembered(site: Site, visit: Visit) -> None:
    page = visit.visitor(site)
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no'); } })"
    )
    page.goto(site.url(EPISODE))
    page.get_by_label("Speed").select_option("2")
    page.locator(".af-panel .af-play").click()
    sounds(page)
