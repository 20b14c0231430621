"""A show with another past: its old feeds and pages go on answering, publish after publish."""

from __future__ import annotations

from pathlib import Path

import pytest
import sitemaker
from sample import Sample
from sitemaker import Maker
from test_serve import ask

from activefeed.preview import Preview
from activefeed.problems import ActivefeedError, Exit
from activefeed.publish import manifest
from activefeed.tree import RSS

ALIASES = """
[aliases]
"/1/feed" = "/blog/feed.xml"
"/blog/feed" = "/podcast/feed.xml"
"/feed/podcast/" = "/podcast/feed.xml"
"/blog/category/backs" = "/categories/backs.html"
"""
COPIES = {
    "1/feed": "blog/feed.xml",
    "blog/feed": "podcast/feed.xml",
    "feed/podcast/index.html": "podcast/feed.xml",
}
NOW = "2026-06-01T12:00:00+00:00"
LATER = "2026-06-03T12:00:00+00:00"


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    made = sitemaker.talk_and_walk(tmp_path / "site", ALIASES)
    made.markdown("posts/walk.md", "title: A walk", "date: 2026-04-04", "categories: [Backs]")
    return made


@pytest.fixture
def site(maker: Maker) -> Sample:
    return Sample(maker.root)


def in_step(site: Sample) -> None:
    """Assert that old feeds are the feeds, with the same headers."""
    state = manifest.load(site.text(manifest.KEY).encode(), "")
    assert state
    for old, now in COPIES.items():
        assert site.text(old) == site.text(now)
        assert state.objects[old].headers == state.objects[now].headers
        assert state.objects[old].headers["Content-Type"] == RSS


def test_old_feeds_are_kept_in_step_and_sent_with_the_feeds(maker: Maker, site: Sample) -> None:
    steps = [step["key"] for step in site.publish("--json", now=NOW).data["steps"]]
    in_step(site)
    assert 'href="../../categories/backs.html"' in site.text("blog/category/backs")
    first = min(steps.index(feed) for feed in (*COPIES, *COPIES.values()))
    others = [key for key in steps[first:] if not key.endswith((".xml", ".json", *COPIES))]
    assert others == []
    assert steps[-1] == "podcast/feed.xml"
    assert site.publish(now=NOW).out.startswith("Nothing changed")

    maker.episode("knees", "title: Knees", "date: 2026-05-05")
    site.publish(now=NOW)
    assert "Knees" in site.text("blog/feed")
    in_step(site)


def test_a_copy_that_was_lost_or_changed_is_sent_again(site: Sample) -> None:
    site.publish(now=NOW)
    (site.root / "public/1/feed").unlink()
    (site.root / "public/blog/feed").write_text("<rss/>", "utf-8")
    steps = {step["key"] for step in site.publish("--json", now=NOW).data["steps"]}
    assert steps == {"1/feed", "blog/feed"}
    in_step(site)


def test_prune_leaves_old_addresses_alone_and_a_removed_line_ends_them(site: Sample) -> None:
    site.publish(now=NOW)
    assert site.run("prune", "--older-than", "0", "--yes", now=LATER).code == Exit.DONE
    in_step(site)
    site.edit("activefeed.toml", '"/1/feed" = "/blog/feed.xml"\n', "")
    refused = site.run("publish", now=NOW)
    assert refused.code == Exit.REFUSED, "apps may still look there"
    assert '[aliases]: "/1/feed" = "/blog/feed.xml"' in refused.err
    assert refused.err.count("refused:") == 1
    site.publish("--allow", "feed-gone", now=NOW)
    assert site.publish(now=NOW).out.startswith("Nothing changed"), "allowed once, and done"
    site.publish(now=LATER)
    assert not (site.root / "public/1").exists()
    assert (site.root / "public/blog/feed").exists()


def test_the_feed_may_get_another_path_once_the_old_one_is_an_alias(site: Sample) -> None:
    site.publish(now=NOW)
    site.edit("activefeed.toml", 'title = "Hill Talks"', 'title = "Hill Talks"\nfeed = "talks.xml"')
    site.edit("activefeed.toml", '"/podcast/feed.xml"', '"/talks.xml"')
    refused = site.run("publish", now=NOW)
    assert refused.code == Exit.REFUSED
    assert '[aliases]: "/podcast/feed.xml" = "…"' in refused.err
    site.edit("activefeed.toml", "[aliases]", '[aliases]\n"/podcast/feed.xml" = "/talks.xml"')
    site.publish(now=NOW)
    assert site.text("podcast/feed.xml") == site.text("talks.xml") == site.text("blog/feed")
    assert site.publish(now=NOW).out.startswith("Nothing changed")


def test_old_addresses_in_full_are_not_asked_for(site: Sample) -> None:
    site.edit("activefeed.toml", '"/1/feed"', '"https://old.invalid/1/feed"')
    said = site.run("check", "--links", "--all", now=NOW)
    assert "old.invalid" not in said.err
    assert (site.publish(now=NOW).code, site.text("1/feed")) == (0, site.text("blog/feed.xml"))


def test_a_preview_shows_old_feeds_as_feeds(site: Sample) -> None:
    preview = Preview(site.root, "http://127.0.0.1:8000", lambda e: ActivefeedError(str(e)))
    assert not preview.renew(sitemaker.NOW).problems.errors
    for old, now in COPIES.items():
        answer = ask(preview, f"/{old}")
        assert (answer.status, answer.headers["content-type"]) == (200, RSS)
        assert answer.body == ask(preview, f"/{now}").body
    assert b"refresh" in ask(preview, "/blog/category/backs").body
