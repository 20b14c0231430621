"""A show that uses every tag, read back: client, field, written, seen, in one table.

``written`` is what the author's files say (written.py, which knows nothing of activefeed), ``seen``
what a reader makes of the feed (seen.py). Where they differ, clients.md must say how.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import partytime
import pytest
import seen
import validation
from known import KNOWN, Known
from make_expected import NOW as SAMPLE_NOW
from make_expected import ROOT
from test_sites import AUDIO, NOW, SITES
from written import Author, Table

from activefeed import pipeline

PAGE = (ROOT / "docs/pages/reference/clients.md").read_text("utf-8")
REFERENCE = ROOT.parent / "shared" / "reference" / "feeds.md"
CHANNELS = {"show", "blog"}  # all else in a table is an episode or a post
# What the site has no place for, and why that is enough.
UNWRITTEN = {
    "show license address",  # a licence that is known by its name has none
    "episode location osm",  # the show's has one
}


class Site(NamedTuple):
    """The site that uses every tag, built, and what its author says."""

    folder: Path
    author: Author

    def bytes(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()


class Row(NamedTuple):
    client: str
    field: str
    of: str  # show, blog, or the last part of an item's address
    written: Any
    seen: Any


class Explained(NamedTuple):
    """A row of the page; ``source`` is a section of the reference, or begins with ``seen``."""

    reader: str
    says: str
    source: str


def built(folder: Path, to: Path, now: Any) -> Path:
    rendered = pipeline.build(folder, to, now)
    assert rendered.tree is not None, [str(problem) for problem in rendered.problems]
    return to


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = tmp_path_factory.mktemp("every-tag")
    shutil.copytree(SITES / "every-tag" / "input", folder / "site")
    audio = json.loads((SITES / "every-tag" / "audio.json").read_text("utf-8"))
    for path, fixture in audio.items():
        shutil.copyfile(AUDIO / fixture, folder / "site" / path)
    truth = json.loads((AUDIO / "truth.json").read_text("utf-8"))
    seconds = {path: truth[fixture]["seconds"] for path, fixture in audio.items()}
    to = built(folder / "site", folder / "built", NOW)
    return Site(to, Author(folder / "site", to, seconds))


def partytime_or_skip(site: Site, path: str) -> Any:
    """Return what podcast-partytime finds; where it cannot run, only CI takes that for a fault."""
    if not partytime.available():
        say = pytest.fail if os.environ.get("CI") else pytest.skip
        package = "its package in the folder that NODE_MODULES_AT names"
        say(f"podcast-partytime needs {package if shutil.which('node') else 'node'}")
    return partytime.parse(site.bytes(path), site.folder.parent)


def chapter_files(site: Site) -> tuple[Table, Table]:
    written = site.author.chapter_files()
    return written, {of: seen.chapters(site.bytes(f"podcast/{of}/chapters.json")) for of in written}


def show(read: Callable[[Site, str], Table]) -> Callable[[Site], tuple[Table, Table]]:
    return lambda site: (site.author.show_feed(), read(site, "show.xml"))


def blog(
    form: str, path: str, read: Callable[[Site, str], Table]
) -> Callable[[Site], tuple[Table, Table]]:
    return lambda site: (site.author.blog_feed(form), read(site, path))


# Client → written and seen. What stands behind a comma is not the show's feed.
CLIENTS: Mapping[str, Callable[[Site], tuple[Table, Table]]] = {
    "podcast-partytime": show(lambda s, p: seen.partytime(partytime_or_skip(s, p), "show")),
    "podcastparser": show(lambda s, p: seen.podcastparser(s.bytes(p), "show")),
    "feedparser": show(lambda s, p: seen.feedparser(s.bytes(p), "show")),
    "any player, JSON chapters": chapter_files,
    "podcast-partytime, blog RSS": blog(
        "RSS", "blog/feed.xml", lambda s, p: seen.partytime(partytime_or_skip(s, p), "blog")
    ),
    "podcastparser, blog RSS": blog(
        "RSS", "blog/feed.xml", lambda s, p: seen.podcastparser(s.bytes(p), "blog")
    ),
    "feedparser, blog RSS": blog(
        "RSS", "blog/feed.xml", lambda s, p: seen.feedparser(s.bytes(p), "blog")
    ),
    "feedparser, blog Atom": blog(
        "Atom", "blog/atom.xml", lambda s, p: seen.feedparser(s.bytes(p), "blog")
    ),
    "any reader, JSON Feed": blog(
        "JSON Feed", "blog/feed.json", lambda s, p: seen.json_feed(s.bytes(p), "blog")
    ),
}


def rows(client: str, written: Table, found: Table) -> Iterator[Row]:
    """Yield a row for each field; of an item that is not seen at all, its feed's ``items`` tell."""
    kind = "post" if "blog" in written else "episode"
    for of, facts in written.items():
        assert of in found or of not in CHANNELS, f"{client} sees no {of}"
        for name, value in facts.items() if of in found else ():
            field = f"{of if of in CHANNELS else kind} {name}"
            yield Row(client, field, of, value, found[of].get(name))


def known(client: str) -> dict[str, Known]:
    """Return the differences that docs/pages/reference/clients.md explains, by field."""
    return {field: one for one in KNOWN.get(client, ()) for field in one.fields}


def table(found: list[Row]) -> str:
    """Return rows in columns; of a long text what is around the first difference."""
    lines = [Row("client", "field", "of", "written", "seen")]
    for row in found:
        one, two = str(row.written), str(row.seen)
        pairs = enumerate(zip(one, two, strict=False))
        at = max(0, next((n for n, (a, b) in pairs if a != b), 0) - 20)
        lines.append(row._replace(written=one[at : at + 60], seen=two[at : at + 60]))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(" | ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


@pytest.mark.parametrize("client", CLIENTS)
def test_a_reader_sees_what_was_written_or_the_page_says_what_else(client: str, site: Site) -> None:
    found, said = list(rows(client, *CLIENTS[client](site))), known(client)
    wrong = [
        row
        for row in found
        if row.seen != row.written
        and not (row.field in said and row.seen == said[row.field].becomes(row.written))
    ]
    if wrong:
        pytest.fail(f"not as docs/pages/reference/clients.md says:\n{table(wrong)}", pytrace=False)
    fields = {row.field for row in found}
    # A field that nobody wrote cannot differ; the test below knows of those.
    silent = fields - {row.field for row in found if row.written is not None}
    differ = {row.field for row in found if row.seen != row.written}
    stale = sorted(said.keys() - differ - silent)
    assert not stale, f"{client} differs there no more: correct known.py and clients.md"
    assert said.keys() <= fields, "no such field"


def test_the_author_fills_every_field_at_least_once(site: Site) -> None:
    tables = [site.author.show_feed(), *map(site.author.blog_feed, ("RSS", "Atom", "JSON Feed"))]
    every = [row for one in tables for row in rows("the author", one, one)]
    filled = {row.field for row in every if row.written is not None}
    assert {row.field for row in every} - filled == UNWRITTEN


def explained() -> list[Explained]:
    """Return the rows of the page's table."""
    found = []
    for line in PAGE.split("\n|---|---|---|\n")[1].strip().split("\n"):
        _, reader, _, words, _ = re.split(r" *\| *", line)
        match = re.fullmatch(r"(.+) \((13|5|seen, .+)\)", words)
        assert match, f"where does this come from? {words}"
        found.append(Explained(reader, match[1], match[2]))
    return found


def test_every_known_difference_is_explained_on_the_page() -> None:
    page = {(row.reader, row.says) for row in explained()}
    missing = [
        f"{client}: {one.says}"
        for client, every in KNOWN.items()
        for one in every
        if (client.partition(",")[0], one.says) not in page
    ]
    assert not missing


def test_the_page_says_of_nothing_that_it_was_seen_which_the_table_does_not_show() -> None:
    shown = {
        (client.partition(",")[0], one.says) for client, every in KNOWN.items() for one in every
    }
    for row in explained():
        if row.source.startswith("seen"):
            assert re.fullmatch(rf"seen, {row.reader} [\d.]+", row.source), row
            assert (row.reader, row.says) in shown


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference of feed formats is not here")
def test_what_the_page_has_from_the_reference_is_about_readers_that_stand_there() -> None:
    section = REFERENCE.read_text("utf-8").partition("\n## 13.")[2].partition("\n## 14.")[0]
    there = re.findall(r"^\| ([\w-]+) [\d.]+", section, re.MULTILINE)
    assert {row.reader for row in explained() if row.source == "13"} == set(there)


def test_no_difference_is_explained_twice() -> None:
    for client, every in KNOWN.items():
        fields = [field for one in every for field in one.fields]
        assert len(fields) == len(set(fields)), client
        assert client in CLIENTS


# What is published beside the feeds


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(ROOT, tmp_path_factory.mktemp("sample") / "built", SAMPLE_NOW)


@pytest.mark.parametrize("name", ["every-tag", "sample"])
@pytest.mark.parametrize(
    ("pattern", "check"),
    [
        pytest.param("blog/atom*.xml", validation.atom, id="Atom"),
        pytest.param("blog/feed*.json", validation.json_feed, id="JSON Feed"),
        pytest.param("podcast/*/chapters.json", validation.chapters, id="chapters"),
        pytest.param("podcast/*/transcript.json", validation.transcript, id="transcripts"),
    ],
)
def test_every_file_is_as_its_specification_says(
    name: str, pattern: str, check: Callable[[bytes], None], request: pytest.FixtureRequest
) -> None:
    folder = request.getfixturevalue("sample") if name == "sample" else _site(request).folder
    files = sorted(folder.glob(pattern))
    assert files
    for path in files:
        check(path.read_bytes())


def _site(request: pytest.FixtureRequest) -> Site:
    found: Site = request.getfixturevalue("site")
    return found
