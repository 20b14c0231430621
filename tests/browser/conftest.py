"""The sample site, published and served, and one Chromium to look at it.

    def test_something(site: Site, visit: Visit, watch: Watch) -> None:
        page = visit(site, "podcast/welcome.html", scheme="dark", width=360)

Whatever a test opens is watched: a request to another host, one that fails, an error on the
console or an uncaught exception fails the test, unless it says ``watch.expect(regex)``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
import sample

from browser import tools
from browser.serving import served
from browser.watching import Watch

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

Scheme = Literal["light", "dark"]
HEIGHTS = {320: 640, 360: 740, 768: 1024, 1280: 900}


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was published to a folder, and is served."""

    base: str  # its address, without a final slash
    public: Path

    def url(self, path: str) -> str:
        """Return the address of an output path."""
        return f"{self.base}/{path}"


@dataclass(frozen=True, slots=True)
class Visit:
    """Opens pages as somebody would: each call is a new visitor, unless given an old page."""

    browser: Browser
    watch: Watch
    stack: ExitStack

    def visitor(
        self,
        site: Site,
        *,
        scheme: Scheme = "light",
        width: int = 1280,
        script: Literal["on", "off"] = "on",
        headers: dict[str, str] | None = None,
    ) -> Page:
        """Return an empty page of a new visitor."""
        context: BrowserContext = self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS.get(width, 900)},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=script == "on",
            extra_http_headers=headers,
        )
        context.set_default_timeout(30_000)
        self.stack.callback(context.close)
        self.watch.over(context, site.base)
        return context.new_page()

    def __call__(
        self,
        site: Site,
        path: str,
        *,
        scheme: Scheme = "light",
        width: int = 1280,
        script: Literal["on", "off"] = "on",
    ) -> Page:
        """Return a page that a new visitor has opened."""
        page = self.visitor(site, scheme=scheme, width=width, script=script)
        page.goto(site.url(path))
        return page


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The sample site; its own address is the server's, so that no link leads elsewhere."""
    copy = sample.copy(tmp_path_factory.mktemp("browser") / "site")
    public = copy.root / "public"
    with served(public) as base:
        here = f'[publish]\nurl = "{base}"'
        copy.edit("activefeed.toml", "[publish]", here)
        copy.edit("activefeed.toml", "search = false", "search = true")
        copy.publish()
        yield Site(base, public)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests; each of them has its own visitors.

    It holds this thread's event loop, so it is closed when tests of other folders come.
    """
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        tools.without(tools.NO_PLAYWRIGHT)
    path = tools.chromium()
    if not path:
        cure = "apt-get install chromium, or set CHROMIUM to the path of one"
        tools.lacking("Chromium", cure)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=list(tools.ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What goes wrong on the pages of this test."""
    watch = Watch()
    yield watch
    assert not watch.complaints, "\n".join(watch.complaints)


@pytest.fixture
def visit(chromium: Browser, watch: Watch) -> Iterator[Visit]:
    """Opens pages; what goes wrong on them fails the test."""
    with ExitStack() as stack:
        yield Visit(chromium, watch, stack)
