"""What podcast apps and feed readers see in the sample's feeds, held against expected.json.

The table is made by make_expected.py, which knows the source files and nothing of activefeed.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from calendar import timegm
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import make_expected
import podcastparser
import pytest
from make_expected import NOW, ROOT, TABLE

Row = dict[str, Any]
EXPECTED: dict[str, list[Row]] = json.loads(TABLE.read_text("utf-8"))
EPISODES, POSTS = EXPECTED["episodes"], EXPECTED["posts"]
TOLD = [
    row
    for row in EPISODES
    if "\nblog: true\n" in (ROOT / row["source"]).with_suffix(".md").read_text("utf-8")
]
BLOG = sorted(POSTS + TOLD, key=lambda row: row["date"], reverse=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("clients") / "site"
    command = [sys.executable, "-m", "activefeed", "build", str(folder), "--site", str(ROOT)]
    subprocess.run([*command, "--now", NOW.isoformat()], check=True, capture_output=True)
    return folder


def instant(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def table(rows: list[Row], *names: str, **changed: Any) -> list[Row]:
    """Return some columns of the table; ``changed`` makes further ones out of a row."""
    return [
        {name: row[name] for name in names} | {name: make(row) for name, make in changed.items()}
        for row in rows
    ]


def published(row: Row, built: Path) -> tuple[str, int]:
    """Return address and length of an episode's audio: the author's sound behind our tags."""
    (copy,) = built.glob(f"media/{row['slug']}.*{Path(row['source']).suffix}")
    body, own = copy.read_bytes(), (ROOT / row["source"]).read_bytes()
    assert hashlib.sha256(body).hexdigest()[:12] in copy.name
    assert own[len(own) // 2 :][:2000] in body
    return f"https://clinic.example/media/{copy.name}", len(body)


def whole_seconds(row: Row) -> int:
    return round(float(row["seconds"]))


def test_the_table_agrees_with_the_sources_it_was_made_from() -> None:
    derived = make_expected.rows()
    assert derived["posts"] == POSTS
    for now, row in zip(derived["episodes"], EPISODES, strict=True):
        # Only the length and the chapters inside the audio need a decoder; the hash proves that
        # they were measured on the file that is here.
        chapters = now["chapters"] or row["chapters"]
        assert now | {"seconds": row["seconds"], "chapters": chapters} == row


def test_the_sample_is_worth_looking_at() -> None:
    assert len(EPISODES) >= 6
    assert len(POSTS) >= 10
    assert {row["type"] for row in EPISODES} == {"audio/mpeg", "audio/x-m4a"}
    embedded = {row["source"] for row in EPISODES if row["chapters"]} - {
        row["source"] for row in make_expected.rows()["episodes"] if row["chapters"]
    }
    assert embedded
    assert any(":" in row["title"] for row in POSTS)


def test_podcastparser_sees_every_episode(built: Path) -> None:
    with (built / "podcast/feed.xml").open("rb") as stream:
        feed = podcastparser.parse("https://clinic.example/podcast/feed.xml", stream)
    seen = [
        {
            "guid": episode["guid"],
            "title": episode["title"],
            "date": instant(episode["published"]),
            "link": episode["link"],
            "enclosures": episode["enclosures"],
            "duration": episode["total_time"],
            "chapters": [[c["start"], c["title"]] for c in episode.get("chapters", [])],
        }
        for episode in feed["episodes"]
    ]
    assert seen == table(
        EPISODES, "guid", "title", "date", "link",
        enclosures=lambda row: [
            dict(zip(("url", "file_size"), published(row, built), strict=True))
            | {"mime_type": row["type"]}
        ],
        duration=whole_seconds,
        chapters=lambda row: [[int(start), title] for start, title in row["chapters"]],
    )  # fmt: skip


def test_feedparser_sees_every_episode(built: Path) -> None:
    feed = feedparser.parse((built / "podcast/feed.xml").read_bytes())
    assert not feed.bozo
    seen = [
        {
            "guid": entry.id,
            "title": entry.title,
            "date": instant(timegm(entry.published_parsed)),
            "link": entry.link,
            "enclosures": [(e.href, e.length, e.type) for e in entry.enclosures],
            "duration": entry.itunes_duration,
            "chapters": [
                [chapter["start_parsed"].total_seconds(), chapter["title"]]
                for chapter in entry.get("psc_chapters", {"chapters": []})["chapters"]
            ],
        }
        for entry in feed.entries
    ]
    assert seen == table(
        EPISODES, "guid", "title", "date", "link", "chapters",
        enclosures=lambda row: [(*map(str, published(row, built)), row["type"])],
        duration=lambda row: str(whole_seconds(row)),
    )  # fmt: skip


def test_an_app_that_loads_json_chapters_sees_the_same_ones(built: Path) -> None:
    feed = feedparser.parse((built / "podcast/feed.xml").read_bytes())
    seen = []
    for entry in feed.entries:
        chapters = []
        if "podcast_chapters" in entry:
            path = entry.podcast_chapters["url"].removeprefix("https://clinic.example/")
            listed = json.loads((built / path).read_text("utf-8"))["chapters"]
            chapters = [[chapter["startTime"], chapter["title"]] for chapter in listed]
        seen.append({"guid": entry.id, "chapters": chapters})
    assert seen == table(EPISODES, "guid", "chapters")


def test_podcastparser_sees_every_post_with_audio_only_of_episodes(built: Path) -> None:
    with (built / "blog/feed.xml").open("rb") as stream:
        feed = podcastparser.parse("https://clinic.example/blog/feed.xml", stream)
    seen = [
        {
            "guid": post["guid"],
            "title": post["title"],
            "date": instant(post["published"]),
            "link": post["link"],
            "sounds": len(post["enclosures"]),
        }
        for post in feed["episodes"]
    ]
    assert seen == table(BLOG, "guid", "title", "date", "link", sounds=lambda row: int(row in TOLD))


def test_feedparser_sees_every_post_in_rss(built: Path) -> None:
    feed = feedparser.parse((built / "blog/feed.xml").read_bytes())
    assert not feed.bozo
    seen = [
        {
            "guid": entry.id,
            "title": entry.title,
            "date": instant(timegm(entry.published_parsed)),
            "link": entry.link,
        }
        for entry in feed.entries
    ]
    assert seen == table(BLOG, "guid", "title", "date", "link")


def test_feedparser_sees_every_post_in_atom(built: Path) -> None:
    feed = feedparser.parse((built / "blog/atom.xml").read_bytes())
    assert not feed.bozo
    seen = [
        {
            "id": entry.id,
            "title": entry.title,
            "date": instant(timegm(entry.published_parsed)),
            "updated": instant(timegm(entry.updated_parsed)),
            "link": entry.link,
        }
        for entry in feed.entries
    ]
    assert seen == table(BLOG, "title", "date", "updated", "link", id=urn)


def test_the_json_feed_holds_every_post(built: Path) -> None:
    feed = json.loads((built / "blog/feed.json").read_text("utf-8"))
    seen = [
        {
            "id": item["id"],
            "title": item["title"],
            "date": datetime.fromisoformat(item["date_published"]).isoformat(),
            "updated": datetime.fromisoformat(item["date_modified"]).isoformat(),
            "link": item["url"],
        }
        for item in feed["items"]
    ]
    assert seen == table(BLOG, "title", "date", "updated", "link", id=urn)


def urn(row: Row) -> str:
    """Return the id that Atom and JSON Feed ask for; every guid of the sample is a UUID."""
    return f"urn:uuid:{row['guid']}"
