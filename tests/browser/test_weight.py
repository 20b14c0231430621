"""What pages weigh and ask for, read from the built files: no browser is needed.

Budgets: 14 kB of style and 10 kB of scripts for a page, as they travel (gzip); 40 kB for the HTML
of an episode's page without its transcript.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from lxml import html

from browser import pages
from browser.conftest import Site
from browser.pages import Page

# What a browser fetches by itself; links of <a> are not among them.
FETCHED = {
    "link": {"stylesheet", "icon", "apple-touch-icon", "manifest", "modulepreload", "preload"},
    "src": {"img", "script", "audio", "video", "source", "track", "embed", "iframe"},
}
IMPORT = re.compile(r"""(?:^|[;\n])\s*(?:import|export)\b[^"'();]*["']([^"']+)["']""")
CSS_URL = re.compile(r"""(?:url\(|@import\s+)["']?([^"')\s]+)""")


@pytest.fixture(scope="module")
def shown(site: Site) -> list[Page]:
    """All pages of the sample."""
    return pages.every(site.public)


def asked(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what a page fetches: the kind of element, and the address as it is written."""
    for one in page.tree.iter(html.etree.Element):
        if one.tag == "link" and FETCHED["link"] & set((one.get("rel") or "").split()):
            yield f"link {one.get('rel')}", one.get("href", "")
        if one.tag in FETCHED["src"] and one.get("src"):
            yield one.tag, one.get("src", "")
        for part in (one.get("srcset") or "").split(","):
            if part.strip():
                yield "srcset", part.split()[0]
        for url in CSS_URL.findall(one.get("style") or ""):
            yield "style", url


def file_of(site: Site, page: Page, url: str) -> Path | None:
    """Return the file behind an address on a page; None where it is on another host."""
    whole = urlsplit(urljoin(site.url(page.path), url))
    if whole.scheme == "data":
        return page.file
    if not whole.geturl().startswith(f"{site.base}/"):
        return None
    return site.public / unquote(whole.path).lstrip("/")


@cache
def travels(file: Path) -> int:
    """Return how many bytes a file takes on its way."""
    return len(gzip.compress(file.read_bytes(), 9))


def scripts(site: Site, page: Page) -> set[Path]:
    """Return the files of a page's scripts, with what they import."""
    kinds = {"script", "link modulepreload"}
    wanted = [file_of(site, page, url) for kind, url in asked(page) if kind in kinds]
    found: set[Path] = set()
    while wanted:
        file = wanted.pop()
        if file and file not in found:
            found.add(file)
            wanted += [file.parent / name for name in IMPORT.findall(file.read_text("utf-8"))]
    return {file.resolve() for file in found}


def inline(page: Page, tag: str) -> int:
    """Return how much style or script stands in a page itself; data for machines is neither."""
    parts = [
        one.text or ""
        for one in page.tree.iter(tag)
        if not one.get("src") and one.get("type", "module") in {"module", "text/javascript"}
    ]
    return len(gzip.compress("".join(parts).encode(), 9)) if any(parts) else 0


def test_the_style_of_a_page_is_under_14_kb(site: Site, shown: list[Page]) -> None:
    for page in shown:
        files = {file_of(site, page, url) for kind, url in asked(page) if kind == "link stylesheet"}
        assert files, page.path
        weight = inline(page, "style") + sum(travels(file) for file in files if file)
        assert weight < 14_000, f"{page.path}: {weight}"


def test_the_scripts_of_a_page_are_under_10_kb(site: Site, shown: list[Page]) -> None:
    for page in shown:
        weight = inline(page, "script") + sum(map(travels, scripts(site, page)))
        assert weight < 10_000, f"{page.path}: {weight}"
        if page.template == "episode.html":
            assert weight, page.path


def test_the_html_of_an_episode_without_its_transcript_is_under_40_kb(shown: list[Page]) -> None:
    episodes = [page for page in shown if page.template == "episode.html"]
    weights = {page.path: len(page.text.encode()) - transcript(page) for page in episodes}
    assert any(transcript(page) for page in episodes)
    assert {path: weight for path, weight in weights.items() if weight >= 40_000} == {}


def transcript(page: Page) -> int:
    """Return the bytes of the transcript's section."""
    named = page.tree.xpath("//*[contains(@id, 'transcript')]/ancestor-or-self::section[1]")
    return sum(len(html.tostring(section)) for section in named[:1])


def test_no_page_holds_scripts_in_attributes(shown: list[Page]) -> None:
    found = [
        f"{page.path}: {one.tag} {name}={value}"
        for page in shown
        for one in page.tree.iter(html.etree.Element)
        for name, value in one.attrib.items()
        if name.startswith("on") or value.strip().lower().startswith("javascript:")
    ]
    assert not found, "\n".join(found)


def test_all_that_pages_fetch_is_there_and_on_the_site(site: Site, shown: list[Page]) -> None:
    found, seen = [], set()
    for page in shown:
        for kind, url in asked(page):
            file = file_of(site, page, url)
            seen.add(kind)
            if not file or not file.is_file():
                found.append(f"{page.path}: {kind} {url}")
    assert {"link stylesheet", "img", "audio", "script"} <= seen
    assert not found, "\n".join(found)


def test_all_that_styles_fetch_is_there_and_on_the_site(site: Site) -> None:
    found = [
        f"{style.name}: {url}"
        for style in site.public.rglob("*.css")
        for url in CSS_URL.findall(style.read_text("utf-8"))
        if not url.startswith(("data:", "#")) and not (style.parent / url.split("#")[0]).is_file()
    ]
    assert not found, "\n".join(found)


def test_every_page_names_its_icon(shown: list[Page]) -> None:
    """Else browsers ask for /favicon.ico, which is not there: an error on every console."""
    bare = [page.path for page in shown if "link icon" not in {kind for kind, _ in asked(page)}]
    assert not bare, bare
