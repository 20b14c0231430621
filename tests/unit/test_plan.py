"""A plan: what is sent and deleted, why, and in which order; and what must be asked first."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import states
from memory import MemoryStore
from states import CHAPTERS, FEED, LATER, NOW, PAGE, SOUND

from activefeed.publish import manifest
from activefeed.publish.plan import Plan
from activefeed.publish.store import Head
from activefeed.tree import Tier, artifact


def reasons(made: Plan) -> dict[str, str]:
    return {step.key: step.reason for step in made.sends}


def overwrite(store: MemoryStore, key: str, text: str) -> None:
    """Write as another program does: without our hash."""
    body = text.encode()
    store.objects[key] = (body, Head(len(body), "other", {"Content-Type": "text/html"}))


def forget(store: MemoryStore) -> None:
    store.delete(manifest.KEY)


def test_at_an_empty_target_everything_is_new() -> None:
    made = states.make_plan(states.tree(), MemoryStore())
    assert reasons(made) == dict.fromkeys(states.BODIES, "new")
    assert made.same == 0
    assert [(change.what, change.item.title) for change in made.changes] == [
        ("new", "Strong hips, quiet back")
    ]


def test_the_order_is_media_details_pages_feeds_and_the_main_feed_last() -> None:
    made = states.make_plan(states.tree(), MemoryStore())
    assert [step.key for step in made.sends] == [
        SOUND, CHAPTERS, "index.html", PAGE, "blog/feed.xml", "zz/feed.json", FEED,
    ]  # fmt: skip


def test_nothing_changed_is_an_empty_plan_whenever_it_is_made() -> None:
    store = states.live_site()
    for now in (NOW, LATER):
        made = states.make_plan(states.tree(), store, now=now)
        assert made.empty
        assert made.same == len(states.BODIES)


def test_one_changed_byte_sends_one_object() -> None:
    made = states.make_plan(states.tree({"index.html": "<h1>Klinik</h1>"}), states.live_site())
    assert reasons(made) == {"index.html": "content differs"}
    assert made.changes == ()


def test_an_item_is_changed_where_its_own_record_is_and_not_for_its_neighbour_s_sake() -> None:
    store = states.live_site()
    page = {PAGE: "<h1>Strong hips</h1> after: Weak knees"}
    assert states.make_plan(states.tree(page), store).changes == ()
    titled = states.tree(page, items=[states.published_item(title="Weak hips")])
    made = states.make_plan(titled, store)
    assert [(one.what, one.item.title) for one in made.changes] == [("changed", "Weak hips")]


def test_another_content_type_is_sent_again() -> None:
    made = states.tree()
    feed = replace(made.artifacts[FEED], content_type="application/xml; odd")
    made = replace(made, artifacts={**made.artifacts, FEED: feed})
    assert reasons(states.make_plan(made, states.live_site())) == {FEED: "headers differ"}


def test_what_is_gone_from_the_store_comes_back() -> None:
    store = states.live_site()
    store.delete(PAGE)
    assert reasons(states.make_plan(states.tree(), store)) == {PAGE: "gone from the store"}


def test_what_somebody_else_overwrote_comes_back() -> None:
    store = states.live_site()
    overwrite(store, PAGE, "<h1>Hacked</h1>")
    assert reasons(states.make_plan(states.tree(), store)) == {PAGE: "changed by somebody else"}


def test_what_somebody_else_put_in_the_place_of_ours_is_not_deleted() -> None:
    store = states.live_site()
    overwrite(store, CHAPTERS, "theirs")
    for now in (NOW, LATER):
        states.publish(states.tree(without=[CHAPTERS]), store, now=now)
    assert store.objects[CHAPTERS][0] == b"theirs"
    assert CHAPTERS not in states.state(store).objects
    assert states.make_plan(states.tree(without=[CHAPTERS]), store).empty


def test_the_right_bytes_under_another_etag_are_recorded_and_not_sent() -> None:
    store = states.live_site()
    body, head = store.objects[PAGE]
    store.objects[PAGE] = (body, replace(head, etag="moved"))
    made = states.make_plan(states.tree(), store)
    assert (made.sends, made.empty) == ((), False)
    states.publish(states.tree(), store)
    assert states.make_plan(states.tree(), store).empty


def test_the_right_bytes_with_wrong_headers_are_sent() -> None:
    store = states.live_site()
    body, head = store.objects[PAGE]
    wrong = {**head.headers, "Cache-Control": "no-store"}
    store.objects[PAGE] = (body, replace(head, etag="moved", headers=wrong))
    assert reasons(states.make_plan(states.tree(), store)) == {PAGE: "changed by somebody else"}


def test_a_lost_state_sends_nothing_that_is_there() -> None:
    store = states.live_site()
    forget(store)
    made = states.make_plan(states.tree(), store)
    assert (made.sends, made.foreign, made.empty) == ((), (), False)


def test_keys_that_no_state_knows_are_foreign() -> None:
    store = MemoryStore()
    overwrite(store, "index.html", "<h1>WordPress</h1>")
    overwrite(store, "wp-login.php", "<?php")
    made = states.make_plan(states.tree(), store)
    assert made.foreign == ("index.html",)
    assert reasons(made)["index.html"] == "there, but not ours"
    assert made.deletes == ()
    assert "wp-login.php" not in made.target.objects


class Vanishing(MemoryStore):
    """A store from which the page is deleted between the listing and the look."""

    def head(self, key: str) -> Head | None:
        return None if key == PAGE else super().head(key)


def test_an_object_that_vanishes_while_we_look_is_sent() -> None:
    store = states.live_site()
    overwrite(store, PAGE, "other")
    made = states.make_plan(states.tree(), Vanishing(store.objects))
    assert reasons(made) == {PAGE: "gone from the store"}


def test_the_right_bytes_under_an_encoding_that_we_did_not_send_are_sent() -> None:
    store = states.live_site()
    body, head = store.objects[SOUND]
    odd = {**head.headers, "Content-Encoding": "aws-chunked"}
    store.objects[SOUND] = (body, replace(head, etag="moved", headers=odd))
    assert reasons(states.make_plan(states.tree(), store)) == {SOUND: "changed by somebody else"}


class TestAudioThatIsNotHere:
    made = replace(states.tree(without=(SOUND,)), kept=frozenset({SOUND}))

    def test_it_stays(self) -> None:
        made = states.make_plan(self.made, states.live_site())
        assert made.empty
        assert made.same == len(states.BODIES)

    def test_it_is_missing_where_it_is_gone(self) -> None:
        store = states.live_site()
        store.delete(SOUND)
        assert states.make_plan(self.made, store).missing == (SOUND,)

    def test_it_is_missing_where_somebody_overwrote_it(self) -> None:
        store = states.live_site()
        overwrite(store, SOUND, "noise")
        assert states.make_plan(self.made, store).missing == (SOUND,)

    def test_it_is_recorded_anew_where_only_its_etag_changed(self) -> None:
        store = states.live_site()
        body, head = store.objects[SOUND]
        store.objects[SOUND] = (body, replace(head, etag="moved"))
        made = states.make_plan(self.made, store)
        assert (made.sends, made.missing) == ((), ())
        assert made.target.objects[SOUND].etag == "moved"


class TestWhatIsNoLongerBuilt:
    fewer = states.tree(without=(CHAPTERS,))

    def test_it_stays_for_a_day_and_then_goes(self) -> None:
        store = states.live_site()
        states.publish(self.fewer, store)
        assert states.state(store).tombstones == {CHAPTERS: NOW}
        soon = states.make_plan(self.fewer, store, now=NOW + timedelta(hours=23))
        assert soon.empty
        late = states.make_plan(self.fewer, store, now=LATER)
        assert [(step.key, step.reason) for step in late.deletes] == [(CHAPTERS, "no longer built")]
        states.publish(self.fewer, store, now=LATER)
        assert store.get(CHAPTERS) is None
        assert states.state(store).tombstones == {}
        assert CHAPTERS not in states.state(store).objects
        assert states.make_plan(self.fewer, store, now=LATER).empty

    def test_it_is_forgiven_when_it_comes_back(self) -> None:
        store = states.live_site()
        states.publish(self.fewer, store)
        states.publish(states.tree(), store)
        assert states.state(store).tombstones == {}
        assert states.make_plan(states.tree(), store, now=LATER).deletes == ()

    def test_media_stay(self) -> None:
        store = states.live_site()
        without = states.tree({FEED: "<rss/>"}, without=(SOUND,))
        states.publish(without, store)
        assert states.make_plan(without, store, now=LATER).empty
        assert store.get(SOUND) is not None

    def test_it_is_forgotten_where_somebody_deleted_it(self) -> None:
        store = states.live_site()
        store.delete(CHAPTERS)
        states.publish(self.fewer, store)
        assert CHAPTERS not in states.state(store).objects
        assert states.state(store).tombstones == {}

    @pytest.mark.parametrize(("pages", "first"), [(30, 25), (400, 40)])
    def test_a_run_deletes_25_or_a_tenth_at_most(self, pages: int, first: int) -> None:
        store = MemoryStore()
        many = {f"archive/{number:03}.html": "<p>" for number in range(pages)}
        states.publish(states.tree(many), store)
        states.publish(states.tree(), store)
        made = states.make_plan(states.tree(), store, now=LATER)
        assert [step.key for step in made.deletes] == sorted(many)[:first]
        states.publish(states.tree(), store, now=LATER)
        assert len(states.state(store).tombstones) == pages - first

    def test_an_index_goes_whole_however_large_it_is(self) -> None:
        store = MemoryStore()
        old = {f"pagefind/index/en_{number:07x}.pf_index": "words" for number in range(300)}
        pages = {f"archive/{number:03}.html": "<p>" for number in range(40)}
        states.publish(states.tree(old | pages), store)
        states.publish(states.tree(), store)
        assert states.make_plan(states.tree(), store).deletes == ()
        gone = [step.key for step in states.make_plan(states.tree(), store, now=LATER).deletes]
        assert set(old) < set(gone)
        assert len(gone) == len(old) + 34  # a tenth of all, beside it

    def test_another_program_s_files_are_never_deleted(self) -> None:
        store = states.live_site()
        store.put(artifact("notes.html", Tier.PAGE, b"theirs"))
        for now in (NOW, LATER, LATER + timedelta(days=2)):
            states.publish(self.fewer, store, now=now)
        assert store.get("notes.html") is not None


def test_a_withdrawn_item_is_a_change_once() -> None:
    store = states.live_site()
    gone = states.tree(items=[states.published_item(state="withdrawn")])
    assert [c.what for c in states.make_plan(gone, store).changes] == ["withdrawn"]
    states.publish(gone, store)
    assert states.make_plan(gone, store).changes == ()
    assert [c.what for c in states.make_plan(states.tree(), store).changes] == ["new"]
