"""The documentation is a site that activefeed makes: sound, whole, and no link in it is dead."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from activefeed.cli import cli
from activefeed.content.schema import NavKeys, Settings
from activefeed.formats import toml
from activefeed.problems import Problems, SourceText

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted((DOCS / "pages").rglob("*.md"))


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, arguments)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished site."""
    root = tmp_path_factory.mktemp("docs")
    for name in ("pages", "templates", "assets", "pictures"):
        shutil.copytree(DOCS / name, root / "site" / name)
    settings = (
        (DOCS / "activefeed.toml").read_text("utf-8").replace("[site]", "[site]\nsearch = false")
    )
    (root / "site/activefeed.toml").write_text(settings, "utf-8")
    done = run("build", str(root / "made"), "--site", str(root / "site"), "--json")
    assert (done.exit_code, json.loads(done.stdout)["problems"]) == (0, [])
    return root / "made"


def test_check_finds_nothing_to_mend() -> None:
    done = run("check", "--site", str(DOCS))
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.endswith("nothing to mend.\n")


def page_of(document: Path) -> str:
    """Return where a page of the documentation is in the finished site."""
    return document.relative_to(DOCS / "pages").with_suffix(".html").as_posix()


def test_every_page_is_there_and_the_start_page_leads_to_it(made: Path) -> None:
    home = (made / "index.html").read_text("utf-8")
    for document in PAGES:
        assert (made / page_of(document)).is_file()
        assert f'href="{page_of(document)}"' in home, page_of(document)


def test_every_page_has_its_place_in_the_navigation() -> None:
    source = SourceText("activefeed.toml", (DOCS / "activefeed.toml").read_text("utf-8"))
    data, _ = toml.read(source, Problems())
    lines = Settings.model_validate(data).site.nav
    listed = [name for line in lines for name in ((line.page, *line.items))]
    assert all(isinstance(line, NavKeys) and line.page for line in lines)
    assert sorted(listed) == [page_of(document).removesuffix(".html") for document in PAGES]


def links() -> Iterator[tuple[Path, str, str]]:
    """Yield every link to a heading: the file that it stands in, the page, the heading."""
    for document in (ROOT / "README.md", *PAGES):
        for to, heading in re.findall(r"\]\(([^)#\s:]*)#([^)\s]+)\)", document.read_text("utf-8")):
            yield document, to, heading


def test_links_to_headings_lead_to_them(made: Path) -> None:
    dead, found = [], list(links())
    assert len(found) > 20
    for document, to, heading in found:
        if document.name == "README.md" and not to:
            continue  # no page of this site
        page = made / page_of((document.parent / to).resolve() if to else document)
        if f'id="{heading}"' not in page.read_text("utf-8"):
            dead.append(f"{document.name}: {to}#{heading}")
    assert not dead
