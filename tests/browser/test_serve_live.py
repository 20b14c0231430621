"""While somebody writes, a browser shows each change by itself, and mistakes over the site."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
import sitemaker
from sitemaker import Maker

from activefeed import serve
from activefeed.preview import Preview
from activefeed.problems import ActivefeedError
from browser import tools
from browser.conftest import Site, Visit
from browser.test_seek import KINDS, SEEK, page_of, write_scale

if TYPE_CHECKING:
    from playwright.sync_api import Page

# The first has no index: one can only seek in it because its copy gets one.
SEEKS = ("vbr-no-index.mp3", "aac.m4a", "vorbis.ogg", "opus.opus", "flac.flac", "pcm.wav")
LONG = "\n\n".join(f"Paragraph {n}, with some words to scroll past." for n in range(60))
# Where the caret should begin: under the tenth character of the line above it.
TENTH = """line => {
    const range = document.createRange();
    range.setStart(line.firstChild, 0);
    range.setEnd(line.firstChild, 10);
    return range.getBoundingClientRect().right;
}"""


@dataclass(frozen=True)
class Desk:
    """A site that is being written, and where it is shown meanwhile."""

    maker: Maker
    site: Site

    def post(self, title: str, *front: str, body: str = LONG) -> None:
        """Save the one post."""
        self.maker.markdown("posts/knees.md", f"title: {title}", *front, body=body)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A small site with a recording of each kind, shown by the server in a thread."""
    ffmpeg = tools.program("ffmpeg", "apt-get install ffmpeg")
    maker = sitemaker.make(tmp_path_factory.mktemp("live"))
    (maker.root / "episodes").mkdir()
    scale = maker.root / "scale.wav"
    write_scale(scale)
    for name in SEEKS:
        maker.markdown(f"episodes/{name}.md", f"audio: {name}")
        command = [ffmpeg, "-v", "error", "-i", str(scale), *KINDS[name]]
        subprocess.run([*command, str(maker.root / "episodes" / name)], check=True, timeout=100)
    scale.unlink()
    listening = serve.listen(serve.HOST, 0)
    base = f"http://{serve.HOST}:{listening.getsockname()[1]}"
    preview = Preview(maker.root, base, lambda error: ActivefeedError(repr(error)))

    def renew(_: Sequence[str]) -> None:
        preview.renew(datetime.now(UTC))

    desk = Desk(maker, Site(base, maker.root))
    desk.post("Good knees")
    renew(())
    server = serve.server(preview)
    thread = threading.Thread(target=serve.run, args=(server, listening, preview, renew))
    thread.start()
    yield desk
    server.should_exit = True
    thread.join(30)
    assert not thread.is_alive(), "open pages keep the server from ending"


def heading(page: Page, text: str) -> None:
    page.get_by_role("heading", level=1, name=text, exact=True).wait_for()


def test_a_change_is_seen_without_touching_the_browser(desk: Desk, visit: Visit) -> None:
    desk.post("Good knees")
    page = visit(desk.site, "blog/knees.html")
    heading(page, "Good knees")
    page.evaluate("scrollTo(0, 400)")
    desk.post("Better <script>alert(1)</script> knees")
    heading(page, "Better <script>alert(1)</script> knees")
    page.wait_for_function("scrollY > 300")  # the text that was read is where it was
    assert page.locator(".af-mark").count() == 0
    desk.post("Better knees", "draft: true")
    page.locator(".af-mark", has_text="Draft").first.wait_for()
    desk.maker.write("assets/site.css", "h1 { letter-spacing: 7px }")
    page.wait_for_function("getComputedStyle(document.querySelector('h1')).letterSpacing === '7px'")


def test_a_mistake_is_shown_over_the_last_good_site(desk: Desk, visit: Visit) -> None:
    desk.post("Good knees", body="[Tones](../episodes/aac.m4a.md)")
    page = visit(desk.site, "blog/knees.html")
    page.get_by_role("link", name="Tones").wait_for()
    desk.post("<img src=x onerror=alert(1)>", 'date: "<b>3 Mai</b> 2026"')
    overlay = page.get_by_role("alert")
    overlay.wait_for()
    text = overlay.inner_text()
    assert "1 mistake to mend" in text
    assert "posts/knees.md:3:7" in text
    assert '3 | date: "<b>3 Mai</b> 2026"' in text
    assert "fix: write it as 2026-05-03 09:00" in text
    assert overlay.locator("b, img").count() == 0
    caret, line = overlay.locator(".caret"), overlay.locator("pre > span").first
    box = caret.bounding_box()
    assert box
    assert abs(box["x"] - line.evaluate(TENTH)) < 1
    page.get_by_role("link", name="Tones").click()  # what lies below still works
    heading(page, "About episodes/aac.m4a.md")
    overlay.wait_for()
    desk.post("Mended knees")
    overlay.wait_for(state="detached")
    page.goto(desk.site.url("blog/knees.html"))
    heading(page, "Mended knees")


@pytest.mark.parametrize("kind", SEEKS)
def test_a_seek_lands_where_it_should(desk: Desk, visit: Visit, kind: str) -> None:
    page = visit(desk.site, page_of(kind))
    found = page.evaluate(SEEK, 23.2)
    assert abs(found["landed"] - 23.2) < 1
    assert found["now"] > 23.8
    assert found["loud"] > -60, "nothing is heard"
