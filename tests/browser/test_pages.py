"""The harness looks at every page and every template: nothing of the theme goes unseen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sample

from browser import pages
from browser.conftest import Site, Visit
from browser.watching import Watch

THEME = sample.ROOT / "src" / "activefeed" / "render" / "theme"
# Made only where something is installed or set that the sample need not have.
OPTIONAL = {"search.html"}


def test_every_template_of_a_page_made_one_that_is_looked_at(site: Site) -> None:
    templates = {
        path.name for path in THEME.glob("*.html") if re.search("{% extends", path.read_text())
    }
    assert templates - OPTIONAL <= {page.template for page in pages.telling(site.public)}


def test_what_counts_as_the_authors_own_page_is_one(site: Site) -> None:
    own = {page.path for page in pages.every(site.public) if page.template == "page.html"}
    files = (sample.ROOT / "pages").rglob("*.md")
    written = {path.relative_to(sample.ROOT / "pages").with_suffix(".html") for path in files}
    assert own == {path.as_posix() for path in written}


PAGE = "<!doctype html><html lang=en><title>Fault</title><h1>Fault</h1>"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ('<img src="http://elsewhere.example/a.png" alt="">', "another host"),
        ('<img src="nothing.png" alt="">', "answer 404"),
        ("<script>console.error('oh')</script>", "console: oh"),
        ("<script>throw new Error('ah')</script>", "exception"),
    ],
)
def test_the_watch_sees(site: Site, visit: Visit, watch: Watch, fault: str, told: str) -> None:
    path = Path(site.public, "fault.html")
    path.write_text(PAGE + fault, "utf-8")
    try:
        visit(site, "fault.html")
    finally:
        path.unlink()
    assert any(told in one for one in watch.complaints), watch.found
    watch.expect("")
