"""The player of an episode's page: what a listener presses, types and drags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from browser import tools
from browser.conftest import Site, Visit
from browser.listening import EPISODE, IN_VIEW, OTHER, now, opened, playing, sounds, stopped_at
from browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Route

expect = pytest.importorskip("playwright.sync_api", reason=tools.NO_PLAYWRIGHT).expect


def test_plays_and_pauses_and_says_which(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    panel = page.locator(".af-panel")
    assert not page.locator("audio").is_visible()  # its own controls have given way
    panel.get_by_role("button", name="Play", exact=True).click()
    sounds(page)
    panel.get_by_role("button", name="Pause", exact=True).click()
    panel.get_by_role("button", name="Play", exact=True).wait_for()
    assert not playing(page)


def test_skips_back_and_forward_within_the_recording(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.get_by_role("button", name="Forward 30 seconds").first.click()
    assert now(page) == pytest.approx(30, abs=0.1)
    page.get_by_role("button", name="Back 15 seconds").first.click()
    assert now(page) == pytest.approx(15, abs=0.1)
    expect(page.locator(".af-panel .af-time")).to_have_text("0:15")
    page.get_by_role("button", name="Back 15 seconds").first.click(click_count=2)
    assert now(page) == 0


def test_the_speed_is_kept_from_episode_to_episode(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.get_by_label("Speed").select_option("1.5")
    page.goto(site.url(OTHER))
    assert page.get_by_label("Speed").input_value() == "1.5"
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.5
    page.get_by_role("slider", name="Position").press(">")
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.75


def test_the_seek_bar_is_worked_from_the_keyboard_and_speaks_in_words(
    site: Site, visit: Visit
) -> None:
    page = opened(site, visit)
    slider = page.get_by_role("slider", name="Position")
    assert slider.get_attribute("aria-valuetext") == "0 seconds of 46 seconds"
    slider.press("End")
    assert now(page) == pytest.approx(46, abs=0.9)
    slider.press("Home")
    assert now(page) == 0
    slider.press("ArrowUp")
    assert now(page) == pytest.approx(1, abs=0.1)
    assert slider.get_attribute("aria-valuetext") == "1 second of 46 seconds"
    slider.press("ArrowRight")
    assert now(page) == pytest.approx(31, abs=0.1)


def test_the_seek_bar_is_pressed_where_one_wants_to_be(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    box = page.get_by_role("slider", name="Position").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert now(page) == pytest.approx(23.4, abs=1)


def test_the_time_that_is_left_turns_into_the_length(site: Site, visit: Visit) -> None:
    page = opened(site, visit, "#t=20")
    left = page.locator(".af-rest")
    expect(left).to_have_text("\u22120:26")
    left.click()
    expect(left).to_have_text("0:46")


def test_a_chapter_that_is_pressed_is_heard_and_marked(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.locator(".af-chapters a[data-start='29']").click()
    sounds(page)
    assert 29 <= now(page) < 31
    current = page.locator(".af-chapters [aria-current=true] .af-title")
    expect(current).to_have_text("What the trials say")
    expect(page.locator(".af-panel .af-now")).to_have_text("What the trials say")
    page.get_by_role("slider", name="Position").press("Home")
    expect(current).to_have_text("After the break")
    assert page.locator(".af-seek i").count() == 3


def test_a_text_that_is_pressed_is_heard(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.get_by_text("People start where they stopped.").click()
    sounds(page)
    assert 11 < now(page) < 15
    expect(page.locator(".af-said")).to_contain_text("People start")
    page.locator(".af-spoken a.af-time", has_text="0:41").click()
    sounds(page)
    assert 40 < now(page) < 44


def test_the_transcript_follows_until_the_reader_scrolls_it(site: Site, visit: Visit) -> None:
    page = opened(site, visit, width=360)
    page.locator(".af-panel .af-play").click()
    stopped_at(page, 44.8)
    page.wait_for_function(IN_VIEW)
    spoken, follow = page.locator(".af-spoken"), page.locator(".af-follow")
    assert spoken.evaluate("(box) => box.scrollTop") > 100
    assert not follow.is_visible()
    stopped_at(page, 1)
    spoken.hover()
    page.mouse.wheel(0, 400)
    follow.wait_for()
    page.wait_for_function("() => document.querySelector('.af-spoken').scrollTop > 100")
    stopped_at(page, 4)
    expect(page.locator(".af-said")).to_contain_text("harbor path")
    assert not page.evaluate(IN_VIEW)
    follow.click()
    page.wait_for_function(IN_VIEW)
    assert not follow.is_visible()
    assert page.evaluate("document.activeElement.className") == "af-spoken"


def test_the_transcript_is_searched(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    field, output = (
        page.get_by_role("searchbox", name="Search the transcript"),
        page.locator("output"),
    )
    field.fill("RUN")
    expect(output).to_have_text(re.compile(r"^1 of \d+$"))
    whole = int((output.text_content() or "").split()[-1])
    assert whole > 1
    assert page.evaluate("CSS.highlights.get('af-match').size") == whole
    field.press("Enter")
    expect(output).to_have_text(f"2 of {whole}")
    field.press("Shift+Enter")
    field.press("Shift+Enter")
    expect(output).to_have_text(f"{whole} of {whole}")
    page.get_by_role("button", name="Next match").click()
    expect(output).to_have_text(f"1 of {whole}")
    field.fill("everything down. that is")  # begins in one cue, ends in the next
    expect(output).to_have_text("1 of 1")
    hit = "[...CSS.highlights.get('af-hit')].map(String).join()"
    assert page.evaluate(hit) == "everything down. That is"
    field.fill("(.*")
    expect(output).to_have_text("No match")
    field.press("Escape")
    assert field.input_value() == ""
    expect(output).to_have_text("")
    assert page.evaluate("CSS.highlights.get('af-match').size") == 0


def test_keys_work_in_the_player(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    slider = page.get_by_role("slider", name="Position")
    slider.press("l")
    assert now(page) == pytest.approx(30, abs=0.1)
    slider.press("J")
    assert now(page) == pytest.approx(15, abs=0.1)
    slider.press(" ")
    sounds(page)
    page.locator("body").click(position={"x": 3, "y": 3})
    page.keyboard.press("Space")
    assert not playing(page)
    page.keyboard.press("ArrowLeft")
    assert now(page) < 5
    at = now(page)
    page.keyboard.press("l")  # one who speaks to the computer may mean a letter
    assert now(page) == at


def test_keys_are_left_to_those_who_need_them(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.keyboard.press("Space")  # nothing was heard yet: it scrolls
    assert not playing(page)
    field = page.get_by_role("searchbox", name="Search the transcript")
    field.press_sequentially("l k ")
    field.press("ArrowRight")
    assert field.input_value() == "l k "
    back = page.locator(".af-panel .af-forward")
    back.press(" ")
    assert now(page) == pytest.approx(30, abs=0.1)
    back.press("Control+j")
    page.get_by_label("Speed").press("j")
    page.locator("main a").first.press("l")
    assert now(page) == pytest.approx(30, abs=0.1)
    assert not playing(page)


UNCOVERED = """() => {
    const bar = document.querySelector('.af-bar').getBoundingClientRect();
    return document.activeElement.getBoundingClientRect().bottom <= bar.top;
}"""


def test_a_slim_bar_stays_while_one_reads_on(site: Site, visit: Visit) -> None:
    page = opened(site, visit, width=360)
    bar = page.locator(".af-bar")
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => scrollY > 1000")
    expect(bar).to_be_hidden()  # nothing was heard yet
    page.evaluate("scrollTo(0, 0)")
    page.locator(".af-panel .af-play").click()
    expect(bar).to_be_hidden()
    page.evaluate("scrollTo(0, 1500)")
    expect(bar).to_be_visible()
    bar.get_by_role("button", name="Forward").click()
    assert now(page) > 29
    page.locator(".af-spoken").focus()
    for _ in range(24):
        page.keyboard.press("Tab")
        if not page.evaluate("document.activeElement.closest('.af-bar')"):
            assert page.evaluate(UNCOVERED)
    page.evaluate("scrollTo(0, 1e6)")
    last = page.locator("footer a").last.bounding_box()
    top = bar.bounding_box()
    assert last and top and last["y"] + last["height"] <= top["y"]
    bar.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()
    expect(page.locator(".af-panel .af-play")).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("k")
    expect(bar).to_be_visible()
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()


def test_the_system_shows_what_is_heard(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.locator(".af-panel .af-play").click()
    sounds(page)
    shown: dict[str, Any] = page.evaluate(
        """() => {
            const { title, artist, artwork } = navigator.mediaSession.metadata;
            return { title, artist, artwork };
        }"""
    )
    assert (shown["title"], shown["artist"]) == ("Coming back to running", "Steady Load")
    [artwork] = shown["artwork"]
    answer = page.request.get(artwork["src"])
    assert answer.headers["content-type"] == artwork["type"]
    size = page.evaluate(
        "async (src) => { const one = new Image(); one.src = src; await one.decode();"
        " return `${one.naturalWidth}x${one.naturalHeight}`; }",
        artwork["src"],
    )
    assert size == artwork["sizes"]


def test_audio_that_does_not_load_says_so(site: Site, visit: Visit, watch: Watch) -> None:
    watch.expect(r"answer 404|console: Failed to load resource")
    page = visit.visitor(site)
    lost = True

    def audio(route: Route) -> None:
        if lost:
            route.fulfill(status=404, body="")
        else:
            route.continue_()

    page.route("**/*.mp3", audio)
    page.goto(site.url(EPISODE))
    expect(page.get_by_role("status").first).to_contain_text("could not be loaded")
    expect(page.get_by_role("link", name="Download")).to_be_visible()
    page.get_by_role("button", name="Forward").first.click()
    lost = False
    page.locator(".af-panel .af-play").click()
    page.wait_for_function("() => document.querySelector('audio').currentTime > 30")
    expect(page.get_by_role("status").first).to_have_text("")


def test_who_starts_one_recording_stops_the_other(site: Site, visit: Visit) -> None:
    page = opened(site, visit)
    page.evaluate(
        """async () => {
            const other = document.createElement('audio');
            other.src = document.querySelector('audio').src;
            other.id = 'other';
            document.body.append(other);
            await other.play();
        }"""
    )
    page.locator(".af-panel .af-play").click()
    sounds(page)
    assert page.evaluate("document.querySelector('#other').paused")


def test_without_a_script_the_browsers_own_controls_are_there(site: Site, visit: Visit) -> None:
    page = visit(site, EPISODE, script="off")
    audio = page.locator("audio[controls]")
    expect(audio).to_be_visible()
    source = audio.get_attribute("src")
    assert page.locator(".af-chapters a").nth(1).get_attribute("href") == f"{source}#t=19"
    assert page.get_by_role("link", name="Download").get_attribute("href") == source
    expect(page.get_by_text("407 kB")).to_be_visible()
    expect(page.locator(".af-find")).to_be_hidden()
    assert page.locator(".af-spoken p[id^='t-'] a").count() > 4
