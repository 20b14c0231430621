"""reference/feeds.md is complete and true: its examples are put into a plain site, feeds compared.

``python docs/make_feeds.py`` writes the page.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import podcastparser
import pytest
import sitemaker
from lxml import etree

from activefeed import pipeline
from activefeed.content import schema
from activefeed.content.schema import Keys
from activefeed.model import Published
from activefeed.render import templates
from activefeed.render.entry import Destination
from activefeed.render.namespaces import NAMESPACES
from activefeed.tree import Tier

sys.path.append(str(Path(__file__).parents[1] / "docs"))

import make_feeds
from make_feeds import FEEDS, HOLDERS, NO_FEED, Row

FEED = "podcast/feed.xml"
EPISODE, POST, SETTINGS = "episodes/hips.md", "posts/walk.md", "activefeed.toml"
# The feed of everything is too large for it, so that its limits show.
LIMIT = "feed_bytes = 1500"
FILES = {
    EPISODE: """\
---
title: Strong hips
date: 2026-02-02 12:00
season: 1
episode: 3
categories: [Knees]
people: [otis]
---

Notes.
""",
    POST: """\
---
title: A walk
date: 2026-02-04
categories: [Knees]
authors: [dana]
---

Words.
""",
    SETTINGS: sitemaker.SETTINGS.replace("[site]", f"[site]\n{LIMIT}")
    + """
[people.otis]
name = "Otis Bell"
role = "editor"

[publish]
to = "public"
""",
}
# Where the keys of a model are tried; those of others in the episode.
EVERY_ITEM = (schema.PageKeys, schema.ItemKeys, schema.ReferenceKeys, schema.ThreadKeys)
TABLES: Mapping[type[Keys], tuple[str, ...]] = {
    schema.SiteKeys: ("site",),
    schema.NavKeys: ("site",),
    schema.PodcastKeys: ("podcast",),
    schema.OwnerKeys: ("podcast",),
    schema.NoteKeys: ("podcast",),
    schema.FrequencyKeys: ("podcast",),
    schema.BlogKeys: ("blog",),
    schema.PersonKeys: ("people.dana", "people.otis"),
    schema.TargetKeys: ("publish",),
}
PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()} | {
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://www.w3.org/XML/1998/namespace": "xml",
}
Feeds = dict[str, bytes]


def every(rows: tuple[Row, ...]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(
        "row", [pytest.param(row, id=f"{row.model.__name__}.{row.key}") for row in rows]
    )


@dataclass(frozen=True, slots=True)
class Plain:
    """A plain site, into which examples are put."""

    maker: sitemaker.Maker

    def feeds(self, changed: Mapping[str, str]) -> Feeds:
        """Return the feeds of the site with some files changed; there must be no errors."""
        for path, text in {**FILES, **changed}.items():
            self.maker.write(path, text)
        reading = pipeline.read(self.maker.root)
        assert reading.frame, list(reading.problems)
        target = reading.frame.targets[""]
        to = Destination(target.url, target.hub)
        rendered = pipeline.render(reading, Published(), to, sitemaker.NOW)
        assert rendered.tree, [str(problem) for problem in rendered.problems.errors]
        made = rendered.tree.artifacts
        return {path: one.open().read() for path, one in made.items() if one.tier is Tier.FEED}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """A site with all that the examples name; its audio lasts for minutes, its pages are empty."""
    maker = sitemaker.make(tmp_path_factory.mktemp("feeds") / "site")
    maker.write("episodes/hips.mp3", (sitemaker.AUDIO / "mpeg-2.5.mp3").read_bytes() * 40)
    for name in ("ana", "knee", "new-cover"):
        maker.picture(f"images/{name}.png")
    maker.write("transcripts/hips.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n")
    for name in ("about", "team"):
        maker.markdown(f"pages/{name}.md")
    maker.write("recordings/other.mp3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(templates.Press, "fill", lambda *_: "")
        yield Plain(maker)


@pytest.fixture(scope="module")
def base(plain: Plain) -> Feeds:
    """The feeds of the plain site."""
    return plain.feeds({})


def tries(row: Row) -> Iterator[dict[str, str]]:
    """Yield the file with the example of a row, once for each place where it may stand."""
    if row.model is schema.Settings:
        heads = [line for line in row.example if line.startswith("[")]
        tables = re.split(r"\n(?=\[)", FILES[SETTINGS])
        kept = [table for table in tables if table.split("\n")[0] not in heads]
        yield {SETTINGS: "\n".join([*kept, *row.example, ""])}
    elif row.model in TABLES:
        for name in TABLES[row.model]:
            yield {SETTINGS: _put(row.example, FILES[SETTINGS], f"[{name}]", " = ", "\n[")}
    else:
        paths = {schema.PostKeys: (POST,)} | dict.fromkeys(EVERY_ITEM, (EPISODE, POST))
        for path in paths.get(row.model, (EPISODE,)):
            yield {path: _put(row.example, FILES[path], "---", ":", "\n---")}


def _put(example: tuple[str, ...], text: str, head: str, sign: str, end: str) -> str:
    """Return a text with an example below a head, instead of the lines for the same keys."""
    before, _, rest = text.partition(f"{head}\n")
    block, stop, after = rest.partition(end)
    keys = {line.partition(sign)[0] for line in example}
    kept = [line for line in block.split("\n") if line.partition(sign)[0] not in keys]
    return f"{before}{head}\n" + "\n".join([*example, *kept]) + stop + after


def said(path: str, body: bytes) -> Iterator[tuple[str, str]]:
    """Yield what a feed says: the names in it, each with all that is inside."""
    if path.endswith(".json"):
        yield from _pairs(json.loads(body))
        return
    root = etree.fromstring(body)
    for element in root.iter():
        inside = etree.tostring(element, encoding="unicode", with_tail=False)
        yield _called(element.tag, root.nsmap.get(None)), inside
        yield element.get("rel", ""), inside
        for name, value in element.attrib.items():
            yield _called(name, None), f"{element.tag}: {value}"


def _called(name: str, plain: str | None) -> str:
    """Return a name with the prefix that it has on the page."""
    found = etree.QName(name)
    bare = found.namespace in (None, plain)
    return found.localname if bare else f"{PREFIXES[found.namespace]}:{found.localname}"


def _pairs(value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, json.dumps(inner)
            yield from _pairs(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _pairs(inner)


def news(feeds: Feeds, base: Feeds) -> set[str]:
    """Return the names of all that feeds say and the plain site's do not."""
    found: set[str] = set()
    for path, body in feeds.items():
        known = set(said(path, base[path])) if path in base else set()
        found |= {name for name, inside in set(said(path, body)) - known if name}
    return found


def test_the_page_is_what_the_generator_writes() -> None:
    assert make_feeds.PAGE.read_text("utf-8") == make_feeds.page(), "run docs/make_feeds.py"


def models(model: type[Keys] = Keys) -> Iterator[type[Keys]]:
    for inner in model.__subclasses__():
        yield inner
        yield from models(inner)


def test_every_key_of_the_schema_stands_in_one_of_the_tables() -> None:
    there = {
        f"{model.__name__}.{key}"
        for model in models()
        for key in model.__annotations__
        if key in model.model_fields
    }
    listed = Counter(f"{row.model.__name__}.{row.key}" for row in (*FEEDS, *NO_FEED))
    assert len(there) > 100
    assert sorted(there - listed.keys()) == [], "add them to docs/make_feeds.py"
    assert sorted(listed.keys() - there) == [], "they are not in the schema any more"
    assert [key for key, times in listed.items() if times > 1] == []


@every(FEEDS)
def test_a_key_reaches_a_feed_and_is_called_there_as_the_page_says(
    row: Row, plain: Plain, base: Feeds
) -> None:
    found = [plain.feeds(files) for files in tries(row)]
    assert any(feeds != base for feeds in found)
    # Inside a group it must be the key itself: the example says more than the group's shortest.
    kin = (one for one in FEEDS if one.model is row.model and row.model.__name__ in HOLDERS)
    shortest = min(kin, key=lambda one: len("".join(one.example)), default=row)
    if row.example != shortest.example:
        assert found != [plain.feeds(files) for files in tries(shortest)]
    new = set[str]().union(*(news(feeds, base) for feeds in found))
    assert [word for word in re.findall("`([^`]+)`", row.becomes) if word not in new] == []


@every(NO_FEED)
def test_a_key_that_reaches_no_feed_changes_none(row: Row, plain: Plain, base: Feeds) -> None:
    assert row.example
    for files in tries(row):
        assert files.items() - FILES.items()
        assert plain.feeds(files) == base


@every(tuple(row for row in FEEDS if "gPodder" in row.readers))
def test_gpodder_sees_what_the_page_says_that_it_reads(row: Row, plain: Plain, base: Feeds) -> None:
    def heard(feeds: Feeds) -> object:
        return podcastparser.parse("https://hill.example/feed.xml", io.BytesIO(feeds[FEED]))

    assert any(heard(plain.feeds(files)) != heard(base) for files in tries(row))
