"""The guard, told as stories: what would hurt listeners is refused with a cure that works."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import sitemaker
from sample import Sample
from sitemaker import Maker
from stories import (
    FEED,
    QUIET,
    SUNG,
    TALKS,
    add,
    day,
    enclosures,
    episode,
    file_of,
    guid_of,
    passes,
    record,
    refused,
    serve,
    state_of,
    swap,
)
from web import Reply, Web

from activefeed.publish import guard

OLD_URL = 'url = "https://hill.example"'


@pytest.mark.parametrize("there", ["nobody", "nothing", "a parked page", "somebody else's show"])
def test_a_typing_error_in_the_address_of_the_site(site: Sample, domain: Web, there: str) -> None:
    url = "https://127.0.0.1:9" if there == "nobody" else domain.url
    if there != "nothing":
        serve(site, domain)
        body = b"<h1>This domain is for sale</h1>" if there == "a parked page" else b"other sound"
        domain.replies = {path: Reply(200, body=body) for path in domain.replies}
    site.edit("activefeed.toml", OLD_URL, f'url = "{url}"')
    err = refused(site, "url-dead", f"url changed, but {url}/media/ankles", "find no episode")
    assert f"put back {OLD_URL}" in err
    assert "--allow url-dead" in err

    site.edit("activefeed.toml", f'url = "{url}"', OLD_URL)
    assert site.publish().out == QUIET


def test_a_domain_that_will_answer_tomorrow(site: Sample, domain: Web) -> None:
    site.edit("activefeed.toml", OLD_URL, f'url = "{domain.url}"')
    refused(site, "url-dead")
    guids = enclosures(site).keys()
    passes(site, "--allow", "url-dead")
    assert {url.partition("/media/")[0] for url in enclosures(site).values()} == {domain.url}
    assert enclosures(site).keys() == guids


def test_an_episode_begun_as_a_copy_of_the_last_one(site: Sample) -> None:
    add(site, "ligaments", f"guid: {guid_of(site, 'ligaments')}")
    passes(site)
    before = site.snapshot()
    copy = episode(site, "ligaments").read_text("utf-8")
    new = site.root / "episodes/013-muscles.md"
    new.write_text(copy.replace(SUNG["ligaments"], "Talk about muscles"), "utf-8")
    record(Maker(site.root), "013-muscles", "muscles")
    said = site.run("publish")
    assert said.code == 1
    assert "remove the line guid: from the copy" in said.err
    assert site.snapshot() == before

    site.edit("episodes/013-muscles.md", f"guid: {guid_of(site, 'ligaments')}\n", "")
    assert '+ new       episode "Talk about muscles"' in passes(site)


def test_a_file_written_over_with_the_next_episode(site: Sample) -> None:
    """Its guid stays in it, so apps would think that they have this one already."""
    guid = guid_of(site, "ligaments")
    add(site, "ligaments", f"guid: {guid}")
    passes(site)
    old = {path: path.read_bytes() for path in site.root.glob("episodes/season-2/012-*")}
    path = episode(site, "ligaments")
    text = path.read_text("utf-8").replace(SUNG["ligaments"], "Talk about muscles")
    for one in old:
        one.unlink()
    new = site.root / "episodes/013-muscles.md"
    new.write_text(text.replace(day(11), day(12)), "utf-8")
    record(Maker(site.root), "013-muscles", "muscles")
    err = refused(site, "guid-reused", '"Talk about muscles"', '"Talk about ligaments"')
    assert "remove the line guid: from its file" in err

    site.edit("episodes/013-muscles.md", f"guid: {guid}\n", "")
    refused(site, "item-gone", SUNG["ligaments"])
    for one, body in old.items():
        one.write_bytes(body)
    assert '+ new       episode "Talk about muscles"' in passes(site)
    assert len(enclosures(site)) == 13


def test_an_episode_that_was_made_anew_from_the_ground_up(site: Sample) -> None:
    """Other words, another day, other sound and another address: but meant to be the same."""
    add(site, "ligaments", f"guid: {guid_of(site, 'ligaments')}", "slug: all-new")
    swap(site, "ligaments", SUNG["ligaments"], "All new")
    swap(site, "ligaments", day(11), day(12))
    record(Maker(site.root), file_of(11), "new")
    refused(site, "guid-reused", "--allow guid-reused")
    guids = enclosures(site).keys()
    assert 'changed   episode "All new" (other audio' in passes(site, "--allow", "guid-reused")
    assert enclosures(site).keys() == guids


def test_a_folder_of_episodes_that_did_not_come_along(site: Sample) -> None:
    folder = site.root / "episodes/season-2"
    folder.rename(site.root / "elsewhere")
    err = refused(site, "many-gone", *(SUNG[name] for name in TALKS[6:]))
    assert "apps would drop" in err
    assert "6 of 13 at once: is a folder missing, or the clock wrong? put them back" in err
    refused(site, "many-gone", options=["--allow", "item-gone"])

    (site.root / "elsewhere").rename(folder)
    assert site.publish().out == QUIET


def test_the_wrong_folder(site: Sample, tmp_path: Path) -> None:
    shutil.rmtree(site.root / "episodes")
    shutil.rmtree(site.root / "posts")
    err = refused(site, "nothing-left", "nothing would be left of what was published (13 in all)")
    assert "is this the right folder" in err


def test_a_clock_set_to_1970(site: Sample) -> None:
    before = site.snapshot()
    said = site.run("publish", now="1970-01-01T00:00:10+00:00")
    assert said.code == 6
    assert "nothing would be left of what was published (13 in all)" in said.err
    assert "the clock right?" in said.err
    assert site.snapshot() == before
    assert site.publish().out == QUIET


def test_a_clock_that_is_some_weeks_behind(site: Sample) -> None:
    before = site.snapshot()
    said = site.run("publish", now="2026-02-17T00:00:00+00:00")
    assert said.code == 6
    assert "5 of 13 at once: is a folder missing, or the clock wrong?" in said.err
    assert SUNG["ligaments"] in said.err
    assert site.snapshot() == before
    assert site.publish().out == QUIET


@pytest.mark.parametrize("files", ["as they were", "renamed too"])
def test_an_import_that_numbered_everything_anew(site: Sample, files: str) -> None:
    old = {name: guid_of(site, name) for name in TALKS}
    for n, name in enumerate(TALKS):
        add(site, name, f"guid: import-{n}")
    if files == "renamed too":
        for n, name in enumerate(TALKS):
            for path in site.root.glob(f"episodes/**/{n + 1:03}-{name}.*"):
                path.rename(path.with_name(f"{n + 501}-{name}-imported{path.suffix}"))
    guids = enclosures(site).keys()
    for shown in (10, 2):  # it says ten at a time, and how many more there are
        err = refused(site, "guid-changed", "a second time, as new")
        lines = re.findall(r'guid of the episode "([^"]+)".*\n  fix: write in its file: (.+)', err)
        assert len(lines) == shown
        assert ("2 more" in err) == (shown == 10)
        for title, line in lines:
            (path,) = [p for p in site.root.glob("episodes/**/*.md") if title in p.read_text()]
            text = re.sub("(?m)^guid: .*$", line, path.read_text("utf-8"))
            path.write_text(text, "utf-8")
            assert line == f"guid: {old[title.removeprefix('Talk about ')]}"
    site.publish()
    assert enclosures(site).keys() == guids
    assert site.publish().out == QUIET


@pytest.mark.parametrize("how", ["lost", "draft", "later"])
def test_one_episode_that_vanished_unsaid(site: Sample, how: str) -> None:
    path = episode(site, "hips")
    text = path.read_text("utf-8")
    if how == "lost":
        path.unlink()
    elif how == "draft":
        add(site, "hips", "draft: true")
    else:
        swap(site, "hips", day(7), "2031-01-01 06:00")
    err = refused(site, "item-gone", SUNG["hips"], "half-heard or not", "withdrawn: true")
    assert "--allow item-gone" in err
    guid = guid_of(site, "hips")

    path.write_text(text.replace("---\n", "---\nwithdrawn: true\n", 1), "utf-8")
    assert '- withdrawn episode "Talk about hips"' in passes(site)
    assert SUNG["hips"] not in site.text(FEED)
    assert state_of(site).items[guid].state == "withdrawn"


def test_an_episode_whose_file_is_lost_for_good(site: Sample) -> None:
    for path in site.root.glob("episodes/season-2/008-hips.*"):
        path.unlink()
    refused(site, "item-gone")
    passes(site, "--allow", "item-gone")
    assert len(enclosures(site)) == 11


def test_dates_from_a_file_system_that_forgot_them(site: Sample) -> None:
    for name in TALKS[:4]:
        n = TALKS.index(name)
        swap(site, name, day(n), day(n).replace("06:00", "09:00"))
    err = refused(site, "dates-moved", "4 of 13 dates changed", "sort the show anew")
    assert all(f'"{SUNG[name]}" ({day(n)})' in err for n, name in enumerate(TALKS[:4]))
    swap(site, "discs", "09:00", "06:00")
    said = passes(site)
    assert said.count("its date was") == 3


def test_an_old_episode_that_would_jump_to_the_top(site: Sample) -> None:
    swap(site, "ankles", day(0), day(12))
    err = refused(site, "dates-moved", f'"{SUNG["ankles"]}" ({day(0)})', "at the top, as new")
    assert "--allow dates-moved" in err
    said = passes(site, "--allow", "dates-moved")
    assert f"its date was {day(0)[:10]}" in said


def test_what_is_allowed_for_once_is_refused_the_next_time(site: Sample) -> None:
    episode(site, "hips").unlink()
    passes(site, "--allow", "item-gone")
    episode(site, "ice").unlink()
    refused(site, "item-gone", SUNG["ice"])


@pytest.mark.parametrize(
    ("also", "code"), [("dates", "dates-moved"), ("address", "url-dead"), ("theirs", "not-ours")]
)
def test_what_is_allowed_opens_no_other_door(site: Sample, also: str, code: str) -> None:
    episode(site, "hips").unlink()
    if also == "dates":
        swap(site, "ankles", day(0), day(12))
    elif also == "address":
        site.edit("activefeed.toml", OLD_URL, 'url = "https://127.0.0.1:9"')
    else:
        Maker(site.root).markdown("pages/about.md", "title: About")
        (site.root / "public/about.html").write_text("somebody else's")
    refused(site, "item-gone")
    refused(site, code, options=["--allow", "item-gone"])


def test_a_code_that_cannot_be_allowed_is_wrong_use(site: Sample) -> None:
    before = site.snapshot()
    episode(site, "hips").unlink()
    for code in ("itemgone", "guid-changed", "nothing-left", "another-site", ""):
        said = site.run("publish", "--allow", "item-gone", "--allow", code)
        assert said.code == 2
        assert all(known in said.err for known in guard.ALLOWABLE)
    assert site.snapshot() == before


def test_another_show_is_published_to_the_same_place(site: Sample, tmp_path: Path) -> None:
    site.edit("activefeed.toml", sitemaker.SITE_ID, "7b5fe4a4-9a52-4c0f-93a8-6e2b1a5d1c11")
    err = refused(site, "another-site", sitemaker.SITE_ID, "publish to another place")
    assert "put back the id" in err
