"""The README's table of other programs: each cell leads to a test, or to what was read or run."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
HEAD = "| | activefeed | Hugo, Castanet |"
LINK = re.compile(r"\[[^]]+\]\(([^)\s]+)\)")


def cells() -> list[str]:
    """Return every cell of the table but those that name a row or a column."""
    readme = (ROOT / "README.md").read_text("utf-8")
    table = readme.partition(HEAD)[2].partition("\n\n")[0]
    return [cell.strip() for row in table.splitlines()[2:] for cell in row.split("|")[2:-1]]


def anchors(page: Path) -> set[str]:
    """Return what an address of a page may end with: written anchors and headings."""
    words = page.read_text("utf-8")
    headings = re.findall(r"^#+ (.+)$", words, re.MULTILINE)
    named = (re.sub(r"[^a-z0-9 -]", "", one.lower()).replace(" ", "-") for one in headings)
    return {*re.findall(r'<a id="([^"]+)">', words), *named}


def test_every_cell_leads_to_a_test_or_to_what_was_read_or_measured() -> None:
    found = cells()
    assert len(found) >= 6 * 6
    for cell in found:
        links = LINK.findall(cell)
        assert links, cell
        assert not re.sub(r"[\s,]", "", LINK.sub("", cell)), f"words without a link: {cell}"
        for link in links:
            path, _, anchor = link.partition("#")
            assert (ROOT / path).is_file(), link
            assert path.startswith("tests/") or anchor in anchors(ROOT / path), link


def test_every_test_that_the_page_names_is_there() -> None:
    page = (ROOT / "docs/pages/explanation/compared.md").read_text("utf-8")
    named = re.findall(r"`((?:tests|bench)/[\w/.]+)`", page)
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
