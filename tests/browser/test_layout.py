"""How pages lie: nothing sticks out, lines are good to read, nothing jumps, pictures have sizes."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from browser import pages
from browser.conftest import Site, Visit
from browser.serving import SLOW

# Elements that stick out of the window, less those in a box that scrolls or cuts them off, and
# those that are hidden beside the window until they have the focus.
STICKING_OUT = """() => {
    const root = document.documentElement, found = [];
    if (root.scrollWidth > root.clientWidth) found.push(`the page is ${root.scrollWidth} wide`);
    const boxed = (one) => {
        for (let up = one.parentElement; up && up !== document.body; up = up.parentElement) {
            if (getComputedStyle(up).overflowX !== 'visible') return true;
        }
        return false;
    };
    for (const one of document.body.querySelectorAll('*')) {
        const box = one.getBoundingClientRect();
        if (box.width < 2 || box.height < 2 || box.right <= 0 || boxed(one)) continue;
        if (box.right > root.clientWidth + 1 || box.left < -1) {
            const name = [one.localName, ...one.classList].join('.');
            found.push(`${name} from ${box.left} to ${box.right}: ${one.textContent.slice(0, 40)}`);
        }
    }
    return found;
}"""
# Characters of each full line of the running text: all but the last line of long paragraphs.
LINES = """() => {
    const found = [], range = document.createRange();
    for (const one of document.querySelectorAll('main p')) {
        if (one.closest('aside, nav, figure, footer, table, [hidden]')) continue;
        if (one.textContent.length < 240 || !one.checkVisibility()) continue;
        const lines = new Map();
        const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            for (let at = 0; at < walker.currentNode.length; at++) {
                range.setStart(walker.currentNode, at);
                range.setEnd(walker.currentNode, at + 1);
                const box = range.getBoundingClientRect();
                const line = Math.round((box.top + box.bottom) / 20);
                if (box.width) lines.set(line, (lines.get(line) ?? 0) + 1);
            }
        }
        found.push(...[...lines.values()].slice(0, -1));
    }
    return found;
}"""
# All shifts so far; nobody has touched anything, so each is the page's own.
SHIFTS = """() => new Promise((done) => {
    const found = [];
    const name = (source) => source.node?.outerHTML?.slice(0, 100) ?? source.node?.nodeName;
    new PerformanceObserver((list) => {
        for (const one of list.getEntries()) {
            found.push({ value: one.value, moved: one.sources.map(name) });
        }
    }).observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => setTimeout(() => done(found), 50));
})"""
TO_THE_BOTTOM = """async () => {
    const step = window.innerHeight * 0.8;
    for (let y = 0; y < document.documentElement.scrollHeight; y += step) {
        window.scrollTo({ top: y, behavior: 'instant' });
        await new Promise((done) => requestAnimationFrame(() => setTimeout(done, 10)));
    }
    const loading = [...document.images].filter((one) => one.checkVisibility() && !one.complete);
    await Promise.all(loading.map((one) => new Promise((done) => {
        one.onload = one.onerror = done;
    })));
}"""
# The size that is written must be the picture's in its proportions, or those of the box that
# cuts a part out of it. The file's own size: naturalWidth is rounded where there is a srcset.
PICTURES = """() => Promise.all([...document.images].map(async (one) => {
    const box = one.getBoundingClientRect(), visible = one.checkVisibility(), file = new Image();
    if (visible && one.naturalWidth) {
        file.src = one.currentSrc;
        await file.decode();
    }
    return {
        name: one.outerHTML.slice(0, 160), visible,
        width: one.getAttribute('width'), height: one.getAttribute('height'),
        natural: [file.naturalWidth, file.naturalHeight],
        box: getComputedStyle(one).objectFit === 'cover' ? [box.width, box.height] : null,
    };
}))"""


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_scrolls_sideways(site: Site, visit: Visit, width: int) -> None:
    page, found = visit.visitor(site, width=width), []
    shown = pages.telling(site.public) if width == 320 else pages.fullest(site.public)
    for one in shown:
        page.goto(site.url(one.path))
        found += [f"{one.path}: {line}" for line in page.evaluate(STICKING_OUT)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("width", "least", "most"), [(1280, 45, 80), (360, 28, 80)])
def test_lines_are_good_to_read(
    site: Site, visit: Visit, width: int, least: int, most: int
) -> None:
    page, found, measured = visit.visitor(site, width=width), [], set()
    for one in pages.telling(site.public):
        if one.template not in {"episode.html", "post.html", "page.html"}:
            continue
        page.goto(site.url(one.path))
        lines: list[int] = page.evaluate(LINES)
        if lines:
            measured.add(one.template)
            if not least <= median(lines) <= most:
                found.append(f"{one.path}: {median(lines)} characters a line, e.g. {lines[:12]}")
    assert measured == {"episode.html", "post.html", "page.html"}
    assert not found, "\n".join(found)


@pytest.mark.parametrize("width", [360, 1280])
def test_pictures_come_late_with_their_sizes_and_nothing_jumps(
    site: Site, visit: Visit, width: int
) -> None:
    page, found, seen = visit.visitor(site, width=width, headers={SLOW: "0.1"}), [], 0
    for one in pages.fullest(site.public):
        page.goto(site.url(one.path))
        page.evaluate(TO_THE_BOTTOM)
        pictures: list[dict[str, Any]] = page.evaluate(PICTURES)
        shifts: list[dict[str, Any]] = page.evaluate(SHIFTS)
        seen += len(pictures)
        faults = [*filter(None, map(fault, pictures)), jumps(shifts)]
        found += [f"{one.path}: {said}" for said in faults if said]
    assert seen
    assert not found, "\n".join(found)


def jumps(shifts: list[dict[str, Any]]) -> str:
    """Return how far things jumped, if it is too far."""
    total = sum(float(shift["value"]) for shift in shifts)
    moved = sorted({str(name) for shift in shifts for name in shift["moved"]})
    return f"jumps by {total:.3f}: {moved}" if total > 0.05 else ""


def fault(picture: dict[str, Any]) -> str:
    """Return what is wrong with a picture."""
    name, (wide, high) = picture["name"], picture["natural"]
    if not str(picture["width"]).isdigit() or not str(picture["height"]).isdigit():
        return f"no width and height: {name}"
    if picture["visible"] and not wide:
        return f"did not come: {name}"
    wanted = int(picture["width"]) / int(picture["height"])
    shapes = [one for one in (picture["natural"], picture["box"]) if one and one[1]]
    if wide and all(abs(wanted / (one[0] / one[1]) - 1) > 0.02 for one in shapes):
        return f"its size is {wide} x {high}: {name}"
    return ""


FAULTS = """<!doctype html><html lang=en><title>Fault</title><main>
<img src="media/{picture}"><img src="media/{picture}" width=90 height=10>
<p style="max-width: 100ch">{words}</p><p style="width: 2000px">Wide</p></main>"""


def test_the_measures_are_not_blind(site: Site, visit: Visit) -> None:
    picture = next(site.public.glob("media/*.png")).name
    path = site.public / "fault.html"
    path.write_text(FAULTS.replace("{picture}", picture).replace("{words}", "many words " * 60))
    try:
        page = visit.visitor(site, headers={SLOW: "1"})
        page.goto(site.url("fault.html"))
    finally:
        path.unlink()
    assert any("to 2008" in line for line in page.evaluate(STICKING_OUT))
    assert median(page.evaluate(LINES)) > 85
    assert jumps(page.evaluate(SHIFTS))
    said = [fault(picture) for picture in page.evaluate(PICTURES)]
    assert ["no width" in said[0], "its size is" in said[1]] == [True, True]
