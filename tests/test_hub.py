"""A hub (WebSub) hears of news through the command line, and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
import sample
from sample import Sample
from web import Reply, Web, web

HIP = "episodes/102-the-hip-next-door.md"
BASE = "https://clinic.example"


def with_hub(folder: Path, hub: Web) -> Sample:
    site = sample.copy(folder / "site")
    site.edit("activefeed.toml", 'to = "public"', f'to = "public"\nhub = "{hub.url}/"')
    return site


def told(hub: Web) -> list[set[str]]:
    """Return the feeds that each message named, without the address of the site."""
    found = [{url.removeprefix(f"{BASE}/") for url in form["hub.url"]} for _, _, form in hub.asked]
    hub.asked.clear()
    return found


def test_a_hub_is_told_of_the_feeds_that_have_news(tmp_path: Path) -> None:
    with web() as hub:
        hub.replies["/"] = Reply(204)
        site = with_hub(tmp_path, hub)
        assert site.publish().err == ""
        (first,) = told(hub)
        assert {"podcast/feed.xml", "blog/feed.xml", "blog/atom.xml", "blog/feed.json"} <= first
        assert f'rel="hub" href="{hub.url}/"' in site.text("podcast/feed.xml")
        site.publish()
        assert told(hub) == []
        site.edit(HIP, "Ines Calloway, who founded", "Ines Calloway, founder of")
        site.publish()
        assert told(hub) == [], "notes alone are not worth a message"
        site.edit(HIP, "title: The hip next door", "title: The other hip")
        site.publish()
        (news,) = told(hub)
        assert {"podcast/feed.xml", "feed.xml", "categories/hips.xml"} <= news
        assert "blog/feed.xml" in news, "this episode is among the posts too"
        assert "people/hollis-vane.xml" not in news


@pytest.mark.parametrize("status", [404, 500])
def test_a_hub_that_does_not_listen_stops_nothing(status: int, tmp_path: Path) -> None:
    with web() as hub:
        hub.replies["/"] = Reply(status)
        site = with_hub(tmp_path, hub)
        said = site.publish()
        assert f"answered {status}" in said.err
        assert "fix: " in said.err
        assert site.publish().out.startswith("Nothing changed")
