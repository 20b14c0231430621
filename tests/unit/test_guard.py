"""The guard: what would hurt listeners is refused with its cure, what is ordinary passes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import builders
import pytest
import states

from activefeed.model import Published, PublishedItem, Site
from activefeed.publish import guard

HIPS = states.published_item()
BACKS = states.published_item(guid="a-back", slug="backs", title="Backs")
POST = states.published_item(guid="a-post", kind="post", slug="strong-hips", enclosure=None)
SITE = builders.site()


def published(*items: PublishedItem, **changes: Any) -> Published:
    assert SITE.show is not None
    state = Published(SITE.id, SITE.show.guid, "files", SITE.url, SITE.show.feed, generation=1)
    return replace(state, items={item.guid: item for item in items}, **changes)


def codes(*items: PublishedItem, over: Published, site: Site = SITE) -> list[str]:
    tree = replace(states.tree(), items={item.guid: item for item in items})
    return [problem.code for problem in guard.refusals(site, tree, over)]


def test_the_first_publish_passes() -> None:
    assert codes(HIPS, over=Published()) == []


ORDINARY = {
    "nothing new": [HIPS, BACKS],
    "an item more": [HIPS, BACKS, POST],
    "another title": [replace(HIPS, title="Hips"), BACKS],
    "a date corrected": [replace(HIPS, published=datetime(2026, 2, 1, tzinfo=UTC)), BACKS],
    "renamed, with its guid": [replace(HIPS, slug="hips-of-steel"), BACKS],
    "withdrawn": [replace(HIPS, state="withdrawn"), BACKS],
    "all withdrawn": [replace(HIPS, state="withdrawn"), replace(BACKS, state="withdrawn")],
}


@pytest.mark.parametrize("items", ORDINARY.values(), ids=ORDINARY.keys())
def test_what_is_ordinary_passes(items: list[PublishedItem]) -> None:
    assert codes(*items, over=published(HIPS, BACKS)) == []


def test_another_site_s_state_is_refused_and_nothing_else_is_said() -> None:
    other = published(HIPS, site="someone-else", podcast="other", feed="other.xml")
    assert codes(over=other) == ["another-site"]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"podcast": "9b02"}, "podcast-guid-changed"),
        ({"feed": "feed.xml"}, "feed-path-changed"),
        ({"addresses": "folders"}, "addresses-changed"),
    ],
)
def test_the_frame_of_a_site_stays(changes: dict[str, str], code: str) -> None:
    over = published(HIPS, **changes)
    assert codes(HIPS, over=over) == [code]
    (problem,) = guard.refusals(SITE, states.tree(), over)
    assert f'= "{next(iter(changes.values()))}"' in problem.fix


def test_the_feed_may_move_where_its_old_address_is_kept_in_step() -> None:
    over, made = published(HIPS, feed="rss"), states.tree()
    feed = made.artifacts[states.FEED]
    kept = replace(made, artifacts={**made.artifacts, "rss": replace(feed, path="rss")})
    assert guard.refusals(SITE, kept, over) == []
    other = replace(made.artifacts["index.html"], path="rss")  # a page, which no app follows
    for artifacts in (made.artifacts, {**made.artifacts, "rss": other}):
        refused = guard.refusals(SITE, replace(made, artifacts=artifacts), over)
        assert [one.code for one in refused] == ["feed-path-changed"]
        assert '"/rss" = "…"' in refused[0].fix


def test_a_podcast_cannot_be_dropped_from_the_settings() -> None:
    without = builders.site(show=None)
    assert "podcast-guid-changed" in codes(HIPS, over=published(HIPS), site=without)


def test_a_podcast_may_be_added_later() -> None:
    assert codes(HIPS, over=published(HIPS, podcast="", feed="")) == []


def test_a_changed_guid_is_refused_with_the_line_to_write() -> None:
    changed = replace(HIPS, guid="made-up")
    assert codes(changed, BACKS, over=published(HIPS, BACKS)) == ["guid-changed"]
    tree = states.tree(items=[changed, BACKS])
    (problem,) = guard.refusals(SITE, tree, published(HIPS, BACKS))
    assert problem.fix == f"write in its file: guid: {HIPS.guid}"


def test_a_post_of_the_same_name_is_another_item() -> None:
    assert codes(POST, BACKS, over=published(HIPS, BACKS)) == ["item-gone"]


def test_an_item_that_takes_the_place_of_a_lost_one_is_not_its_new_guid() -> None:
    moved = replace(BACKS, slug=HIPS.slug)
    assert codes(moved, over=published(HIPS, BACKS)) == ["item-gone"]


def test_a_lost_item_is_refused_by_name() -> None:
    (problem,) = guard.refusals(SITE, states.tree(items=[BACKS]), published(HIPS, BACKS))
    assert problem.code == "item-gone"
    assert 'episode "Strong hips, quiet back"' in problem.message
    assert "withdrawn: true" in problem.fix


def test_a_long_list_of_lost_items_is_cut() -> None:
    lost = [replace(HIPS, guid=str(n), slug=f"s{n}", title=f"Part {n}") for n in range(12)]
    (problem,) = guard.refusals(SITE, states.tree(items=[BACKS]), published(BACKS, *lost))
    assert problem.message.endswith('episode "Part 9" and 2 more')


def test_an_empty_site_is_refused_as_such() -> None:
    assert codes(over=published(HIPS, BACKS)) == ["nothing-left"]
    assert codes(over=published()) == []


def test_the_guid_of_a_withdrawn_item_is_never_given_to_another() -> None:
    over = published(replace(HIPS, state="withdrawn"), BACKS)
    assert codes(replace(HIPS, slug="new-thing"), BACKS, over=over) == ["guid-reserved"]
    assert codes(HIPS, BACKS, over=over) == []  # it may come back itself
    assert codes(replace(HIPS, state="withdrawn"), BACKS, over=over) == []


@pytest.mark.parametrize(("of", "most"), [(13, 3), (39, 3), (40, 4)])
def test_more_items_gone_than_somebody_takes_down_by_hand_cannot_be_allowed(
    of: int, most: int
) -> None:
    items = [replace(HIPS, guid=str(n), slug=f"s{n}", title=f"Part {n}") for n in range(of)]
    for gone, code in ((most, "item-gone"), (most + 1, "many-gone")):
        assert codes(*items[gone:], over=published(*items)) == [code]
    tree = replace(states.tree(), items={item.guid: item for item in items[most:]})
    assert guard.refusals(SITE, tree, published(*items), {"item-gone", "nothing-left"}) == []
    fewer = replace(tree, items={item.guid: item for item in items[most + 1 :]})
    assert guard.refusals(SITE, fewer, published(*items), {"item-gone", "many-gone"})
