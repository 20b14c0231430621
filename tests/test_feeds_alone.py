"""Feeds depend on what an author wrote, and on nothing that only pages show."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from jinja2 import BaseLoader, Environment
from jinja2.loaders import FunctionLoader

from activefeed import pipeline
from activefeed.model import Published
from activefeed.problems import SourceText
from activefeed.render import templates, words
from activefeed.render.entry import Destination
from activefeed.tree import Tier, Tree

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def rendered(own: Mapping[str, str] | None = None) -> Tree:
    """Render the sample, perhaps with templates of an author."""
    reading = pipeline.read(ROOT)
    assert reading.frame
    sources = {name: SourceText(f"templates/{name}", text) for name, text in (own or {}).items()}
    folder = replace(reading.folder, templates=sources)
    reading = replace(reading, folder=folder, frame=replace(reading.frame, folder=folder))
    tree = pipeline.render(reading, Published(), Destination(""), NOW).tree
    assert tree
    return tree


def hashes(tree: Tree, *tiers: Tier) -> dict[str, str]:
    return {path: one.sha256 for path, one in tree.artifacts.items() if one.tier in tiers}


@pytest.fixture
def _other_templates() -> Iterator[None]:
    """Let every template of the theme say something more."""
    env: Environment = templates._ENV
    loader = env.loader
    assert isinstance(loader, BaseLoader)

    def changed(name: str) -> str:
        assert loader
        source = loader.get_source(env, name)[0]
        if not name.endswith(".html"):
            return source
        return source.replace("<p", "<p data-more").replace("<li", "<li data-more")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(env, "loader", FunctionLoader(changed))
        assert env.cache is not None
        env.cache.clear()
        yield
    env.cache.clear()


def test_no_feed_changes_when_only_templates_of_pages_change(
    request: pytest.FixtureRequest,
) -> None:
    before = rendered()
    request.getfixturevalue("_other_templates")
    after = rendered()
    assert len(hashes(before, Tier.FEED)) > 10
    for tier in (Tier.FEED, Tier.DETAIL, Tier.MEDIA):
        assert hashes(before, tier) == hashes(after, tier)
    pages = hashes(before, Tier.PAGE)
    changed = [path for path, sha in hashes(after, Tier.PAGE).items() if sha != pages[path]]
    assert {path for path in pages if path.endswith(".html")} == set(changed)


def test_no_feed_changes_when_an_author_says_everything_otherwise() -> None:
    table = words.of_language("en").table
    own = [
        f"{key} = {json.dumps(text + ' !')}" for key, text in table.items() if isinstance(text, str)
    ]
    own = [line for line in own if not line.startswith("feed_")]
    assert len(own) > 15
    before, after = rendered(), rendered({"words.toml": "\n".join(own)})
    for tier in (Tier.FEED, Tier.DETAIL, Tier.MEDIA):
        assert hashes(before, tier) == hashes(after, tier)
    pages, changed = hashes(before, Tier.PAGE), hashes(after, Tier.PAGE)
    assert all(changed[path] != pages[path] for path in pages if path.endswith(".html"))


def test_no_feed_changes_with_templates_of_an_author() -> None:
    base = '{% extends "theme/base.html" %}{% block own_head %}{{ super() }}<meta>{% endblock %}'
    own = {"base.html": base, "references.html": "<p>{{ references | length }}"}
    before, after = rendered(), rendered(own)
    for tier in (Tier.FEED, Tier.DETAIL, Tier.MEDIA):
        assert hashes(before, tier) == hashes(after, tier)
    pages, changed = hashes(before, Tier.PAGE), hashes(after, Tier.PAGE)
    assert all(changed[path] != pages[path] for path in pages if path.endswith(".html"))


@pytest.mark.parametrize(
    ("line", "codes"),
    [("", ["long-feed"]), ('feed_items = "all"', []), ('feed_items = "newest"', [])],
)
def test_an_author_is_told_once_that_apps_will_not_show_all(
    line: str, codes: list[str], tmp_path: Path
) -> None:
    from sitemaker import make

    old = 'timezone = "America/New_York"'
    maker = make(tmp_path, old=old, new=f"{old}\nfeed_bytes = 3500\n{line}")
    for number in range(4):
        maker.episode(f"talk-{number}")
    done = pipeline.render(pipeline.read(tmp_path), Published(), Destination(""), NOW)
    assert [problem.code for problem in done.problems] == codes
    assert not codes or "the newest of 4 episodes" in next(iter(done.problems)).message


def test_the_podcast_may_have_the_address_of_the_feed_of_everything(tmp_path: Path) -> None:
    from sitemaker import make

    old = 'cover = "images/cover.png"'
    maker = make(tmp_path, old=old, new=f'{old}\nfeed = "feed.xml"')
    maker.episode("one")
    reading = pipeline.read(tmp_path)
    tree = pipeline.render(reading, Published(), Destination(""), NOW).tree
    assert tree
    assert tree.main_feed == "feed.xml"
    assert {"feed.xml", "all.xml"} <= tree.topics


def test_episodes_among_the_posts_have_one_identity_everywhere(tmp_path: Path) -> None:
    import re

    from sitemaker import make

    maker = make(tmp_path)
    maker.episode("both", "blog: true", "categories: [Hips]", "hosts: [dana]")
    maker.episode("only")
    maker.markdown("posts/words.md")
    tree = pipeline.render(pipeline.read(tmp_path), Published(), Destination(""), NOW).tree
    assert tree

    def body(path: str) -> str:
        with tree.artifacts[path].open() as stream:
            return stream.read().decode()

    def guids(path: str) -> set[str]:
        return set(re.findall(r"<guid[^>]*>([^<]+)", body(path)))

    posts, episodes = guids("blog/feed.xml"), guids("podcast/feed.xml")
    (both,) = posts & episodes
    assert len(posts) == len(episodes) == 2
    assert guids("feed.xml") == posts | episodes
    assert guids("categories/hips.xml") == {both}
    assert guids("people/dana.xml") == episodes
    listed = json.loads(body("blog/feed.json"))["items"]
    (spoken,) = [one for one in listed if "attachments" in one]
    assert spoken["id"] == f"urn:uuid:{both}"
    sound = spoken["attachments"][0]
    assert sound["url"] in body("podcast/feed.xml")
    assert f'length="{sound["size_in_bytes"]}"' in body("blog/atom.xml")
    assert "both" in body("blog/index.html")
    assert "podcast/only.html" not in body("blog/index.html")
