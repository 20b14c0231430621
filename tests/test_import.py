"""A show that moves in keeps its subscribers: every kind of old host, and what may go wrong there."""

from __future__ import annotations

import re
from pathlib import Path

import oldhost
import pytest
from click.testing import CliRunner, Result
from sample import NOW

from activefeed.cli import cli

NEW = ("--url", "https://new.example", "--timezone", "Europe/Berlin")


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def bring(root: Path, feed: str, *options: str) -> Result:
    """Import into a site, or a folder that becomes one."""
    return run("import", feed, "--site", root, "--yes", "--now", NOW, *NEW, *options)


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".activefeed" not in path.parts
    }


# What a feed cannot keep is where its files lie, and what becomes of a file with new tags.
ALWAYS = {"another address of the audio", "another length in bytes"}
# What an old host tells wrongly or not at all, and is told here as it is.
HONEST = {
    "handmade": {"another type of the audio", "another duration in seconds", "another date"},
    "podlove": {"another type of the audio"},  # one that few apps know
    # A post without a title has its first words here; feeds of blogs have no word for a duration.
    "blog-json": {"another title", "another duration in seconds"},
}


@pytest.mark.parametrize("name", oldhost.NAMES)
def test_a_show_of_every_source_is_the_same_show_here(name: str, tmp_path: Path) -> None:
    with oldhost.serve(name) as host:
        came = bring(tmp_path, host.feed, "--mine")
        assert came.exit_code == 0, came.output
        published = run("publish", "--site", tmp_path, "--now", NOW)
        assert published.exit_code == 0, published.output
        feed = "blog/feed.xml" if name in oldhost.BLOGS else "podcast/feed.xml"
        compared = run("verify", host.feed, tmp_path / "public" / feed)
    assert compared.exit_code == 0, compared.output
    assert compared.output.endswith("Subscribers see the same show.\n")
    told = re.findall(r"(?m)^~ \d+ items? with (.*?):", compared.output)
    assert len(told) == len(re.findall("(?m)^[~!]", compared.output))
    assert {*told} <= ALWAYS | HONEST.get(name, set()), compared.output
