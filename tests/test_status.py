"""Where a site stands: told without changing anything, and as much as can be known."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import clocks
import pytest
import sitemaker
from oddstore import BUCKET, OddStore, oddstore
from sample import Sample
from servers import S3Server
from sitemaker import Maker

from activefeed.cli import frame
from activefeed.problems import Exit
from activefeed.publish import manifest

NOW = "2026-06-01T12:00:00-04:00"
DIRECTORIES = ["Apple Podcasts", "Spotify", "YouTube", "Podcast Index"]


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return sitemaker.talk_and_walk(tmp_path, "", "https://hill.example", "https://hill.fm")


@pytest.fixture
def site(maker: Maker) -> Sample:
    return Sample(maker.root)


def told(site: Sample, *words: str, now: str = NOW) -> str:
    """Return what status says, which must go well."""
    said = site.run("status", *words, now=now)
    assert (said.code, said.err) == (Exit.DONE, "")
    return said.out


def podcast(site: Sample, line: str) -> None:
    """Add a line to [podcast]."""
    site.edit("activefeed.toml", "[podcast]\n", f"[podcast]\n{line}\n")


def left(site: Sample) -> list[str]:
    """Return the titles of what is left to do."""
    return [one["title"] for one in site.run("status", "--json", now=NOW).data["left"]]


# What is live, what waits, what differs


def test_before_the_first_publish_everything_is_new(site: Sample) -> None:
    out = told(site)
    assert "Live       episodes: 0, posts: 0\n" in out
    assert "Published" not in out
    assert 'To be published with: activefeed publish\n  + new       post "A walk"\n' in out
    assert not (site.root / "public").exists()


def test_what_is_live_is_counted_and_the_newest_is_named(site: Sample) -> None:
    site.publish(now=NOW)
    out = told(site)
    assert out.startswith('"Hill Clinic"\n\nTarget     public/\nLive       episodes: 1, posts: 1\n')
    assert 'Newest     post "A walk", 2026-04-04 00:00\n' in out
    assert "Changes    none; what your files hold is published\n" in out
    assert "Feed       https://hill.fm/podcast/feed.xml\n" in out
    assert "To be published" not in out


def test_the_target_tells_when_something_was_last_published(site: Sample) -> None:
    site.publish(now=NOW)
    file = site.root / "public" / manifest.KEY
    os.utime(file, (0, datetime(2026, 5, 30, 13, 30, tzinfo=UTC).timestamp()))
    assert "Published  2026-05-30 09:30\n" in told(site)
    last = site.run("status", "--json", now=NOW).data["last_publish"]
    assert last == "2026-05-30T09:30:00-04:00"


def test_storage_is_what_activefeed_keeps_there(site: Sample) -> None:
    site.publish(now=NOW)
    sizes = {key: len(body) for key, (body, *_) in site.snapshot().items()}
    del sizes[manifest.KEY]
    (site.root / "public/stranger.txt").write_text("not ours", "utf-8")
    found = site.run("status", "--json", now=NOW).data["storage"]
    assert (found["files"], found["media"] + found["other"]) == (len(sizes), sum(sizes.values()))
    sounds = sum(size for key, size in sizes.items() if key.endswith(".mp3"))
    assert sounds <= found["media"] < sum(sizes.values())


def test_what_waits_is_told_with_the_run_that_sends_it(maker: Maker, site: Sample) -> None:
    assert "automate" not in told(site)
    maker.episode("feet", "title: Cold feet", "date: 2026-07-02 06:00")
    maker.markdown("posts/soon.md", "title: Soon", "date: 2026-06-03 16:05")
    site.publish(now=NOW)
    run = "with the first run after"
    assert (
        f'Waiting    post "Soon", {run} 2026-06-03 16:05 (America/New_York), in 2 days 4 hours\n'
        f'Waiting    episode "Cold feet", {run} 2026-07-02 06:00 (America/New_York), '
        "in 30 days 18 hours\n           A machine can run it for you: activefeed automate\n"
    ) in told(site)


@pytest.mark.parametrize(
    ("now", "words"),
    [
        ("2026-06-03T16:04:01-04:00", "in less than a minute"),
        ("2026-06-03T16:04:00-04:00", "in 1 minute"),
        ("2026-06-03T15:00:00-04:00", "in 1 hour 5 minutes"),
        ("2026-06-02T16:04:30-04:00", "in 1 day"),
        ("2026-06-02T16:00:00-04:00", "in 1 day 5 minutes"),
    ],
)
def test_how_long_it_waits_is_told_in_two_units(
    maker: Maker, site: Sample, now: str, words: str
) -> None:
    maker.markdown("posts/soon.md", "title: Soon", "date: 2026-06-03 16:05")
    assert f" 16:05 (America/New_York), {words}\n" in told(site, now=now)


def test_drafts_are_told_with_their_files(maker: Maker, site: Sample) -> None:
    maker.markdown("posts/idea.md", "title: An idea", "date: 2027-01-01", "draft: true")
    out = told(site)
    assert 'Draft      post "An idea" (posts/idea.md)\n' in out
    assert "Waiting" not in out


def test_what_differs_is_told_as_a_publish_would(site: Sample) -> None:
    site.publish(now=NOW)
    site.edit("posts/walk.md", "A walk", "A long walk")
    out, data = told(site), site.run("status", "--json", now=NOW).data
    assert '  ~ changed   post "A long walk"\n' in out
    assert re.search(r"^  \d+ files to send, content differs: ", out, re.MULTILINE)
    planned = site.run("publish", "--dry-run", "--json", now=NOW).data
    assert {**data, **planned, "command": "status"} == data


def test_mistakes_are_counted_and_leave_the_rest_to_be_told(maker: Maker, site: Sample) -> None:
    site.publish(now=NOW)
    maker.markdown("posts/odd.md", "date: 3 May")
    said = site.run("status", now=NOW)
    assert (said.code, said.err) == (Exit.CONTENT, "")
    assert "Mistakes   1 error in 1 of 4 files: activefeed check\n" in said.out
    assert "Live       episodes: 1, posts: 1\n" in said.out


def test_what_would_be_refused_is_said(site: Sample) -> None:
    site.publish(now=NOW)
    (site.root / "posts/walk.md").unlink()
    said = site.run("status", now=NOW)
    assert said.code == Exit.REFUSED
    assert "A publish would be refused: " in said.out


# What is left to do


def test_after_the_first_publish_the_directories_are_left_to_do(site: Sample) -> None:
    assert left(site) == []
    site.publish(now=NOW)
    podcast(site, 'owner = {email = "dana@hill.fm"}')
    assert left(site) == DIRECTORIES
    line = 'listings = [{title = "Apple Podcasts", url = "…"}]'
    assert "  Apple Podcasts: https://podcastsconnect.apple.com\n" in told(site)
    assert f"\n    {line}\n" in told(site)


def test_a_directory_that_is_listed_is_left_no_more_and_kept_in_the_next_line(site: Sample) -> None:
    site.publish(now=NOW)
    podcast(site, 'owner = {email = "dana@hill.fm"}')
    for title, page in [
        ("Apple Podcasts", "https://podcasts.apple.com/us/podcast/hill/id1"),
        ("Spotify", "https://open.spotify.com/show/1"),
        ("YouTube", "https://music.youtube.com/playlist?list=1"),
        ("Podcast Index", "https://podcastindex.org/podcast/1"),
    ]:
        (one,) = [one for one in site.run("status", "--json", now=NOW).data["left"]
                  if one["title"] == title]  # fmt: skip
        text = (site.root / "activefeed.toml").read_text("utf-8")
        text = re.sub(r"^listings = .*\n", "", text, flags=re.MULTILINE)
        (site.root / "activefeed.toml").write_text(text, "utf-8")
        podcast(site, one["line"].replace("…", page))
        assert title not in left(site)
    assert left(site) == []
    assert "Left to do" not in told(site)


def test_a_feed_without_an_address_for_the_code_needs_one_first(site: Sample) -> None:
    site.publish(now=NOW)
    assert left(site) == ["An e-mail address in the feed", *DIRECTORIES]
    podcast(site, 'listings = [{title = "Spotify", url = "https://open.spotify.com/show/1"}]')
    assert left(site) == ["Apple Podcasts", "YouTube", "Podcast Index"]


def test_nobody_can_be_told_of_a_stand_in_address(site: Sample) -> None:
    site.edit("activefeed.toml", "https://hill.fm", "https://my-show.example")
    site.publish(now=NOW)
    assert left(site) == ["A public address"]
    assert told(site).rpartition("Left to do\n")[2] == (
        "  A public address: https://my-show.example\n"
        "    It is a stand-in, which nobody can reach. To get a real one, run:\n"
        "    activefeed connect\n"
    )


MOVED = "https://new.fm/feed.xml"
TITLE = "A new address in the feed"


FOLLOW = "the feed names its new address, so that apps follow"


@pytest.mark.parametrize(
    ("line", "asks"),
    [
        ("", "When they have, after some weeks, take this line out of activefeed.toml:"),
        ("new_feed_until = 2026-06-01", f"Until 2026-06-01 {FOLLOW}; then it stops by itself."),
        (
            "new_feed_until = 2026-05-31",
            "Up to 2026-05-31 the feed has named its new address; now it does no more.",
        ),
    ],
)
def test_a_new_address_in_the_feed_is_to_be_taken_out(site: Sample, line: str, asks: str) -> None:
    podcast(site, f'new_feed_url = "{MOVED}"\n{line}')
    said = told(site).partition(f"  {TITLE}: {MOVED}\n")[2].split("\n")
    assert asks in said[0]
    assert said[1] == f'    new_feed_url = "{MOVED}"'
    site.publish(now=NOW)
    assert left(site)[-1] == TITLE
    assert (MOVED in site.text("podcast/feed.xml")) is ("no more" not in asks)


def test_the_feed_stops_to_name_its_new_address_with_the_first_publish_after_the_day(
    site: Sample,
) -> None:
    site.publish(now=NOW)
    before = site.text("podcast/feed.xml")
    podcast(site, f'new_feed_url = "{MOVED}"\nnew_feed_until = 2026-06-10')
    site.publish(now=NOW)
    assert "itunes:new-feed-url" in site.text("podcast/feed.xml")
    assert site.publish(now="2026-06-10T23:59:59-04:00").out.startswith("Nothing changed")
    site.publish(now="2026-06-11T00:00:00-04:00")
    assert site.text("podcast/feed.xml") == before


@pytest.mark.parametrize(
    ("prefix", "told"),
    [
        ("https://op3.dev/e/", "https://op3.dev/show/0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2"),
        ("https://dts.podtrac.com/redirect.mp3/", "dts.podtrac.com"),
    ],
)
def test_downloads_are_counted_where_the_prefix_leads(site: Sample, prefix: str, told: str) -> None:
    assert site.run("status", "--json", now=NOW).data["statistics"] is None
    podcast(site, f'audio_prefix = "{prefix}"')
    assert f"Downloads  {told}\n" in site.run("status", now=NOW).out


# Nothing is changed; what cannot be asked


def test_nothing_is_written_to_a_folder(maker: Maker, site: Sample) -> None:
    site.publish(now=NOW)
    site.edit("posts/walk.md", "A walk", "A long walk")
    before = site.snapshot()
    told(site)
    assert site.snapshot() == before


@pytest.fixture
def bucket(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> Iterator[OddStore]:
    """The target web in a bucket."""
    with oddstore() as store:
        aim(maker, store.server, monkeypatch)
        yield store


def aim(maker: Maker, server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = maker.root / "activefeed.toml"
    web = f'\n[publish.web]\nto = "s3://{BUCKET}"\nendpoint = "{server.endpoint}"\n'
    web += f'region = "us-east-1"\nurl = "{server.public_url(BUCKET)}"\n'
    settings.write_text(settings.read_text("utf-8") + web, "utf-8")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)


def test_a_bucket_is_only_asked(site: Sample, bucket: OddStore) -> None:
    first = site.run("publish", "web", now=NOW).out
    assert "What is left to do: activefeed status web\n" in first
    before = dict(bucket.objects)
    bucket.log.clear()
    out = told(site, "web")
    assert f"Target     s3://{BUCKET}\nLive       episodes: 1, posts: 1\n" in out
    assert re.search(r"^Published  \d{4}-\d\d-\d\d \d\d:\d\d$", out, re.MULTILINE)
    assert {one.method for one in bucket.log} <= {"GET", "HEAD"}
    assert bucket.objects == before
    site.edit("posts/walk.md", "A walk", "A long walk")
    assert "What is left to do" not in site.run("publish", "web", now=NOW).out


def test_of_a_target_that_cannot_be_reached_the_files_are_told(
    maker: Maker, site: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    aim(maker, S3Server("http://127.0.0.1:9"), monkeypatch)
    monkeypatch.setattr(frame, "CLOCK", clocks.quick())
    maker.markdown("posts/soon.md", "title: Soon", "date: 2026-06-03 16:05")
    maker.markdown("posts/idea.md", "title: An idea", "draft: true")
    said = site.run("status", "web", now=NOW)
    assert (said.code, said.err.partition(": ")[0]) == (Exit.STORE, "error")
    assert [line.split()[0] for line in said.out.splitlines() if line] == [
        '"Hill', "Waiting", "A", "Draft", "Feed",
    ]  # fmt: skip
    assert "/podcast/feed.xml" in said.out
    assert set(site.run("status", "web", "--json", now=NOW).data) == {"command", "exit", "error"}
