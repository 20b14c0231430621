"""A blog of sixty posts leaves Weebly: every post, picture, category, author and old address."""

from __future__ import annotations

import re
import tomllib
from datetime import UTC
from pathlib import Path
from typing import Any

import feedfiles
import oldblog
import pytest
from click.testing import CliRunner
from sample import NOW

from activefeed.cli import cli
from activefeed.formats import telling, yaml

POSTS = 60


def bring(root: Path, where: object) -> None:
    words = ["import", "--weebly", str(where), "--site", str(root), "--yes", "--now", NOW]
    done = CliRunner().invoke(cli, [*words, "--timezone", oldblog.ZONE.key])
    assert done.exit_code == 0, done.output
    published = CliRunner().invoke(cli, ["publish", "--site", str(root), "--now", NOW])
    assert published.exit_code == 0, published.output


def there(root: Path, old: str) -> Path:
    """Return what a server shows at an old address of the published site."""
    shown = root / "public" / old.strip("/")
    return shown / "index.html" if old.endswith("/") or shown.is_dir() else shown


@pytest.mark.slow
@pytest.mark.parametrize("saved", [False, True])
def test_a_blog_of_weebly_is_whole_here(saved: bool, tmp_path: Path) -> None:
    root = tmp_path / "site"
    with oldblog.served(POSTS) as old:
        if saved:
            oldblog.save(old, tmp_path / "saved")
        bring(root, tmp_path / "saved" if saved else old.start)
    files = [*(root / "posts").glob("*.md")]
    documents: list[Any] = [yaml.read(path.read_text("utf-8"))[0].data for path in files]
    assert len(documents) == POSTS
    by_title = sorted(one["title"] for one in documents)
    assert by_title == sorted(post.title for post in old.posts)

    # Every old address leads on: of posts, categories, months; and feeds are feeds.
    paths = [post.path for post in old.posts]
    for path in (*paths, *old.topics, *old.months):
        page = there(root, path).read_text("utf-8")
        target = re.search('http-equiv="refresh" content="0; ?url=([^"]+)"', page)
        assert target, path
    for path in old.feeds:
        document = feedfiles.read(there(root, path).read_bytes())
        assert len(document.items) == POSTS

    # Every word is here; what was an instant in the old feed is that, else it was a day.
    items = {one.title + f"{one.published:%Y-%m}": one for one in document.items if one.published}
    for post in old.posts:
        item = items[post.title + f"{post.at.astimezone(UTC):%Y-%m}"]
        assert item.published and item.published.astimezone(oldblog.ZONE).date() == post.at.date()
        said = telling.plain(post.begin + post.rest)
        assert re.findall(r"\w+", item.text) == re.findall(r"\w+", said)

    # Every picture is here.
    pictures = sum(len(post.pictures) for post in old.posts)
    assert len([*(root / "images").glob("*.*")]) == pictures > 0

    # The author is one of [people], and as many categories as there were, under their names.
    people = tomllib.loads((root / "activefeed.toml").read_text("utf-8"))["people"]
    by_path = {path: one for one in documents for path in one["aliases"]}
    for post in old.posts:
        data = by_path[post.path]
        assert data["title"] == post.title
        assert data.get("categories", []) == list(post.topics)
        assert [people[id]["name"] for id in data["authors"]] == [post.author]
