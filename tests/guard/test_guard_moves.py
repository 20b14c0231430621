"""Shows that move in: where another tool published, and beside another show in one bucket."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sitemaker
import states
from sample import Sample
from servers import S3Server
from stories import FEED, QUIET, SUNG, TALKS, add, day, enclosures, make, record
from web import Reply, web

from activefeed.publish import manifest
from activefeed.publish.s3 import S3Store

# ------------------------------------------------------------------ another tool's feed

ITEM = """<item><guid isPermaLink="false">{guid}</guid><title>{title}</title>
<link>https://hill.example/episodes/{name}</link><pubDate>{date}</pubDate>
<enclosure url="https://hill.example/audio/{name}.mp3" length="3000" type="audio/mpeg"/></item>"""


def foreign_feed(numbers: Sequence[int], *, show: str = "") -> bytes:
    """Return what another tool announced of some talks."""
    items = [
        ITEM.format(
            guid=f"https://hill.example/?p={n}", title=SUNG[TALKS[n]], name=TALKS[n],
            date=f"{date.fromisoformat(day(n)[:10]):%a, %d %b %Y} 11:00:00 GMT",
        )
        for n in numbers
    ]  # fmt: skip
    guid = f"<podcast:guid>{show}</podcast:guid>" if show else ""
    return f"""<?xml version="1.0"?><rss version="2.0"
      xmlns:podcast="https://podcastindex.org/namespace/1.0"><channel><title>Hill Talks</title>
      <link>https://hill.example</link>{guid}{"".join(items)}</channel></rss>""".encode()


@pytest.fixture
def unpublished(tmp_path: Path) -> Sample:
    return make(tmp_path / "site")


def test_the_first_publish_where_listeners_have_another_tool_s_feed(unpublished: Sample) -> None:
    site, feed = unpublished, unpublished.root / "old.xml"
    feed.write_bytes(foreign_feed(range(12)))
    against = ["--against", str(feed)]
    for _ in range(2):
        said = site.run("publish", *against)
        assert said.code == 6
        lines = re.findall(
            r'guid of the episode "([^"]+)".*\n  fix: write in its file: (.+)', said.err
        )
        for title, line in lines:
            add(site, title.removeprefix("Talk about "), line)
    assert not (site.root / "public").exists()
    assert site.publish(*against).err == ""
    assert enclosures(site).keys() == {f"https://hill.example/?p={n}" for n in range(12)}
    assert site.publish().out == QUIET


def test_the_first_publish_with_an_episode_that_only_the_old_feed_has(unpublished: Sample) -> None:
    site, feed = unpublished, unpublished.root / "old.xml"
    feed.write_bytes(foreign_feed([3]))
    for path in site.root.glob("episodes/004-*"):
        path.unlink()
    said = site.run("publish", "--against", str(feed))
    assert said.code == 6
    assert SUNG["discs"] in said.err
    assert not (site.root / "public").exists()
    assert site.publish("--against", str(feed), "--allow", "item-gone").err == ""


def test_the_first_publish_of_a_show_that_directories_know_by_another_guid(
    unpublished: Sample,
) -> None:
    site, feed = unpublished, unpublished.root / "old.xml"
    known = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
    feed.write_bytes(foreign_feed([], show=known))
    said = site.run("publish", "--against", str(feed))
    assert said.code == 6
    assert f'put back under [podcast]: guid = "{known}"' in said.err
    site.edit("activefeed.toml", "0f1f7e0a-7f9f-5b0e-8a5e-0c9b3cf5d9a2", known)
    assert site.publish("--against", str(feed)).err == ""


@pytest.mark.parametrize("what", ["no file", "a web page", "no address"])
def test_the_feed_to_hold_a_first_publish_against_must_be_one(
    unpublished: Sample, what: str
) -> None:
    page = unpublished.root / "page.html"
    page.write_text("<!doctype html><html></html>")
    where = {"no file": "gone.xml", "a web page": str(page), "no address": "http://127.0.0.1:9/"}
    said = unpublished.run("publish", "--against", where[what])
    assert said.code == 2 or (what == "no file" and said.code == 1)
    assert where[what] in said.err
    assert not (unpublished.root / "public").exists()


# ------------------------------------------------------------------ buckets


@pytest.fixture
def login(seaweed: S3Server, seaweed_tls: S3Server, monkeypatch: pytest.MonkeyPatch) -> S3Server:
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
    return seaweed


def to_bucket(site: Sample, store: S3Store, server: S3Server, url: str = "") -> None:
    """Add a bucket as a target."""
    url = url or f"{server.public_url(store.bucket)}/{store.prefix}".rstrip("/")
    with (site.root / "activefeed.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[publish.web]\nto = "{store.place}"\nendpoint = "{server.endpoint}"\n'
            f'region = "us-east-1"\nurl = "{url}"\n'
        )


def small(folder: Path, name: str, id: str = sitemaker.SITE_ID) -> Sample:
    """Return a show with one talk."""
    maker = sitemaker.make(folder, old=sitemaker.SITE_ID, new=id)
    maker.markdown("episodes/one.md", f"title: {name}", f"date: {day(0)}")
    record(maker, "one", name)
    return Sample(folder)


OTHER_ID = "7b5fe4a4-9a52-4c0f-93a8-6e2b1a5d1c11"


@pytest.mark.parametrize(
    ("first", "second"),
    [("hill", "dale"), pytest.param("", "dale", marks=pytest.mark.slow), ("dale/up", "dale")],
)
def test_two_shows_live_under_two_prefixes_of_one_bucket(
    login: S3Server, tmp_path: Path, first: str, second: str
) -> None:
    whole = replace(login.store, bucket=login.new_bucket())
    one, two = replace(whole, prefix=first), replace(whole, prefix=second)
    hill = small(tmp_path / "hill", "Hill")
    dale = small(tmp_path / "dale", "Dale", OTHER_ID)
    to_bucket(hill, one, login)
    to_bucket(dale, two, login)
    assert hill.publish("web").code == 0
    before = bodies(whole)
    assert dale.publish("web").code == 0
    after = bodies(whole)
    assert {key: after[key] for key in before} == before
    theirs = {key: body for key, body in after.items() if key not in before}

    # Each changes, loses a page and its memory, and is published for days: the other stays.
    hill.edit("episodes/one.md", "title: Hill", "title: High hill\ncategories: [Up]")
    hill.publish("web")
    hill.edit("episodes/one.md", "\ncategories: [Up]", "")
    hill.publish("web")
    one.delete(manifest.KEY)
    for day_of_month in (23, 25, 27):
        hill.publish("web", now=f"2026-11-{day_of_month}T12:00:00+00:00")
    found = bodies(whole)
    assert {key: found[key] for key in theirs} == theirs
    own = [key for key in found if key not in theirs]
    assert not [key for key in own if "categories" in key], "its own is gone, after a day"


def bodies(store: S3Store) -> dict[str, bytes]:
    found = {key: store.get(key) for key in store.list()}
    return {key: body[0] for key, body in found.items() if body}


def test_a_bucket_whose_address_shows_another_tool_s_feed(
    login: S3Server, unpublished: Sample
) -> None:
    site, store = unpublished, replace(login.store, bucket=login.new_bucket())
    with web() as old:
        old.replies[f"/{FEED}"] = Reply(body=foreign_feed([0, 1]))
        to_bucket(site, store, login, old.url)
        said = site.run("publish", "web")
        assert said.code == 6
        lines = re.findall(
            r'guid of the episode "([^"]+)".*\n  fix: write in its file: (.+)', said.err
        )
        assert [title for title, _ in lines] == [SUNG["ankles"], SUNG["backs"]]
        assert store.list() == {}
        for title, line in lines:
            add(site, title.removeprefix("Talk about "), line)
        said = site.run("publish", "web", "--json")
        assert said.data["refusals"] == []
        assert said.data["published"]


def test_a_bucket_in_which_another_tool_published(login: S3Server, tmp_path: Path) -> None:
    """Its feed is taken over, with its guids; its audio stays, though nothing of ours names it."""
    store = replace(login.store, bucket=login.new_bucket())
    client = store.client
    feed = foreign_feed([0]).replace(b'length="3000"', b'length="5"')
    theirs = {"audio/ankles.mp3": b"sound", "theme.css": b"body {}"}
    for key, body in {FEED: feed, **theirs}.items():
        client.put_object(Bucket=store.bucket, Key=key, Body=body)
    site = small(tmp_path / "site", SUNG["ankles"])
    to_bucket(site, store, login)
    assert "guid: https://hill.example/?p=0" in site.run("publish", "web", "--dry-run").err
    said = site.run("publish", "web")
    assert said.code == 6
    assert f"at the target, and not written by activefeed: {FEED}" in said.err
    assert bodies(store).keys() == {FEED, *theirs}
    site.publish("web", "--adopt")
    for day_of_month in (23, 25, 27):
        site.publish("web", now=f"2026-11-{day_of_month}T12:00:00+00:00")
    found = bodies(store)
    assert {key: found.get(key) for key in theirs} == theirs
    assert [*states.state(store).items] == ["https://hill.example/?p=0"]
