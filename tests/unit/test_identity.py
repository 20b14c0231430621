"""A published identity never changes by accident."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import builders
import sitemaker
from sitemaker import SITE_ID, make

from activefeed.content.identity import resolve
from activefeed.model import Item, Published, PublishedItem

DAY = datetime(2026, 2, 2, tzinfo=UTC)
CLAIM = builders.post(guid="", published=DAY)


def recorded(**changes: object) -> Published:
    one = PublishedItem("kept", "post", "walking", "Walking", "x.html", DAY, DAY, None)
    one = replace(one, **changes)  # type: ignore[arg-type]
    return Published(items={one.guid: one})


def resolved(
    claim: Item, published: Published, taken: tuple[tuple[str, str], ...] = (), audio: str = ""
) -> str:
    return resolve(claim, audio, SITE_ID, published, taken)[0]


def test_a_new_item_gets_a_guid_from_site_kind_and_slug() -> None:
    space = uuid.UUID(SITE_ID)
    assert resolved(CLAIM, Published()) == str(uuid.uuid5(space, "post/walking"))
    episode = replace(CLAIM, kind="episode")
    assert resolved(episode, Published()) == str(uuid.uuid5(space, "episode/walking"))


def test_the_recorded_guid_of_an_address_is_kept_whatever_else_changed() -> None:
    changed = replace(CLAIM, title="Running", published=DAY.replace(year=2027))
    assert resolved(changed, recorded(), audio="ab") == "kept"


def test_a_guid_that_is_written_wins_over_the_record() -> None:
    assert resolved(replace(CLAIM, guid="mine"), recorded()) == "mine"


def test_a_renamed_file_is_known_by_title_and_date_together() -> None:
    renamed = replace(CLAIM, slug="on-foot")
    assert resolved(renamed, recorded()) == "kept"
    assert resolved(replace(renamed, title="Running"), recorded()) != "kept"
    assert resolved(replace(renamed, published=DAY.replace(day=3)), recorded()) != "kept"


def test_a_copy_of_a_file_that_is_still_there_does_not_take_its_identity() -> None:
    copy = replace(CLAIM, slug="walking-copy")
    assert resolved(copy, recorded(), (("post", "walking"), ("post", "walking-copy"))) != "kept"


def test_only_items_of_the_same_kind_that_are_live_can_be_renamed() -> None:
    renamed = replace(CLAIM, slug="on-foot")
    assert resolved(renamed, recorded(state="withdrawn")) != "kept"
    assert resolved(replace(renamed, kind="episode"), recorded()) != "kept"


def test_a_renamed_episode_is_known_by_its_audio(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("first", "title: One", "date: 2026-01-01")
    before = maker.load().item("first")
    for ending in ("md", "mp3"):
        (tmp_path / f"episodes/first.{ending}").unlink()
    maker.episode("again", "title: Two", "date: 2026-03-03")

    read = maker.load(sitemaker.published(before))
    assert read.item("again").guid == before.guid
    problem = read.only()
    assert (problem.code, problem.severe) == ("renamed", False)
    assert f"guid: {before.guid}" in problem.fix

    maker.episode("again", "title: Two", "date: 2026-03-03", f"guid: {before.guid}")
    assert maker.load(sitemaker.published(before)).found == []


def test_a_copied_episode_is_an_item_of_its_own(tmp_path: Path) -> None:
    maker = make(tmp_path)
    maker.episode("first", "title: One", "date: 2026-01-01")
    before = maker.load().item("first")
    maker.episode("copy", "title: One", "date: 2026-01-01")
    read = maker.load(sitemaker.published(before))
    assert read.item("first").guid == before.guid != read.item("copy").guid
    assert read.found == []
