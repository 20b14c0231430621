"""The state of a target: read back as it was written, refused where it cannot be trusted."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import builders
import pytest
import states
from memory import MemoryStore

from activefeed.model import Chapter, Published, PublishedObject
from activefeed.problems import Busy, Refused, StoreError
from activefeed.publish import manifest
from activefeed.publish.manifest import Writer
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed
from activefeed.tree import Artifact, Tier, artifact

SOUND = builders.enclosure(chapters=(Chapter(0.0, "Intro"), Chapter(12.5, "Übung", "https://x.y")))
FULL = Published(
    site=builders.SITE_ID,
    podcast="9b024349",
    addresses="files",
    url=builders.BASE,
    feed="podcast/feed.xml",
    generation=7,
    pending=("feeds", "delete"),
    objects={"index.html": PublishedObject("ab", 3, {"Content-Type": "text/html"}, "e", 2)},
    items={
        "1": states.published_item(guid="1", enclosure=SOUND, former=("podcast/old.html",)),
        "2": states.published_item(guid="2", kind="post", enclosure=None, state="withdrawn"),
    },
    tombstones={"old.html": datetime(2026, 1, 1, tzinfo=UTC)},
)


def test_a_state_comes_back_as_it_was() -> None:
    assert manifest.load(manifest.dump(FULL), "public/") == FULL
    assert manifest.load(manifest.dump(Published()), "public/") == Published()


def test_the_same_state_is_the_same_bytes() -> None:
    turned = replace(FULL, items=dict(reversed(list(FULL.items.items()))))
    assert manifest.dump(turned) == manifest.dump(FULL)
    assert manifest.dump(FULL).endswith(b"}\n")


def test_a_newer_format_is_refused() -> None:
    newer = {**json.loads(manifest.dump(FULL)), "format": 4, "objects": "something new"}
    with pytest.raises(Refused, match="newer activefeed") as caught:
        manifest.load(json.dumps(newer).encode(), "public/")
    assert caught.value.fix == "update activefeed and run it again"


def without(key: str) -> bytes:
    data = json.loads(manifest.dump(FULL))
    del data[key]
    return json.dumps(data).encode()


DAMAGED = {
    "empty": b"",
    "cut": manifest.dump(FULL)[:-20],
    "not UTF-8": b"\xff\xfe",
    "a page": b"<html>not found</html>",
    "a list": b"[]",
    "no format": without("format"),
    "odd format": b'{"format": "one"}',
    "no objects": without("objects"),
    "no items": without("items"),
    "unknown key": b'{"format": 1, "colour": "red"}',
    "objects as a list": manifest.dump(FULL).replace(b'"items": {', b'"items": [], "x": {'),
    "odd date": manifest.dump(FULL).replace(b"2026-01-01T", b"2026-99-99T"),
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_state_is_refused_and_never_taken_for_none(body: bytes) -> None:
    store = MemoryStore()
    store.put(artifact(manifest.KEY, Tier.PAGE, body))
    with pytest.raises(Refused, match="damaged") as caught:
        manifest.read(store)
    assert "put back an earlier version" in caught.value.fix


def test_no_state_is_the_empty_state() -> None:
    assert manifest.read(MemoryStore()) == (Published(), None)


@dataclass(frozen=True, slots=True)
class OddStore(MemoryStore):
    """A store that answers writes in a way of its own; ``odd`` may raise or write."""

    odd: Callable[[MemoryStore, Artifact, str | None, bool], str] = field(kw_only=True)

    def put(
        self, artifact: Artifact, *, if_match: str | None = None, if_absent: bool = False
    ) -> str:
        return self.odd(MemoryStore(self.objects), artifact, if_match, if_absent)


def refusing(store: MemoryStore, one: Artifact, if_match: str | None, if_absent: bool) -> str:
    if if_match is not None or if_absent:
        raise ConditionsUnsupported("501")
    return store.put(one)


def ignoring(store: MemoryStore, one: Artifact, if_match: str | None, if_absent: bool) -> str:
    return store.put(one)


def without_match(store: MemoryStore, one: Artifact, if_match: str | None, if_absent: bool) -> str:
    """As older Ceph: a create is checked, an If-Match never matches."""
    return store.put(one, if_match="never" if if_match is not None else None, if_absent=if_absent)


def forgetful(store: MemoryStore, one: Artifact, if_match: str | None, if_absent: bool) -> str:
    """The first answer is lost, and the second one is to the repeated request."""
    store.put(one, if_match=if_match, if_absent=if_absent)
    return store.put(one, if_match=if_match, if_absent=if_absent)


def write_twice(store: MemoryStore) -> Writer:
    _, etag = manifest.read(store)
    writer = Writer(store, etag)
    writer.write(replace(FULL, generation=FULL.generation + 1, pending=("feeds",)))
    writer.write(replace(FULL, generation=FULL.generation + 1))
    assert states.state(store).generation == FULL.generation + 1
    assert states.state(store).pending == FULL.pending
    return writer


@pytest.mark.parametrize("published_before", [False, True])
@pytest.mark.parametrize(
    ("odd", "proven"),
    [(None, True), (forgetful, True), (refusing, False), (ignoring, False), (without_match, False)],
)
def test_what_a_store_s_conditions_are_worth_is_learnt_and_said(
    odd: Callable[..., str] | None, proven: bool, published_before: bool
) -> None:
    objects = MemoryStore()
    if published_before:
        objects.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(FULL)))
    store = OddStore(objects.objects, odd=odd) if odd else objects
    assert write_twice(store).proven is proven


def test_somebody_else_s_first_publish_at_the_same_time_is_noticed() -> None:
    store = MemoryStore()
    writer = Writer(store, None)
    theirs = artifact(manifest.KEY, Tier.PAGE, manifest.dump(FULL))
    store.put(theirs)
    with pytest.raises(Busy, match="at the same time"):
        writer.write(Published(site="mine"))
    assert store.get(manifest.KEY) == (theirs.body, theirs.sha256[:32])


@pytest.mark.parametrize("at", [0, 1])
def test_somebody_else_s_later_publish_is_noticed_at_every_write(at: int) -> None:
    store = MemoryStore()
    store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(FULL)))
    writer = Writer(store, manifest.read(store)[1])
    for step in range(at + 1):
        if step == at:
            store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(Published(site="theirs"))))
            with pytest.raises(Busy):
                writer.write(replace(FULL, generation=step))
        else:
            writer.write(replace(FULL, generation=step))
    assert states.state(store).site == "theirs"


def test_a_deleted_state_is_noticed_too() -> None:
    store = MemoryStore()
    store.put(artifact(manifest.KEY, Tier.PAGE, manifest.dump(FULL)))
    writer = Writer(store, manifest.read(store)[1])
    writer.write(FULL)
    store.delete(manifest.KEY)
    with pytest.raises(Busy):
        writer.write(replace(FULL, generation=8))


def test_an_ordinary_failure_stays_what_it_is() -> None:
    def failing(store: MemoryStore, one: Artifact, if_match: str | None, if_absent: bool) -> str:
        raise StoreError("no answer")

    with pytest.raises(StoreError, match="no answer") as caught:
        Writer(OddStore({}, odd=failing), None).write(FULL)
    assert not isinstance(caught.value, PreconditionFailed)


def test_a_state_of_the_first_format_is_read() -> None:
    old = json.loads(manifest.dump(FULL)) | {"format": 1}
    del old["prefix"]
    for item in old["items"].values():
        del item["former"], item["media"]
        for chapter in (item["enclosure"] or {}).get("chapters", ()):
            del chapter["picture"]
    items = {guid: replace(item, former=()) for guid, item in FULL.items.items()}
    assert manifest.load(json.dumps(old).encode(), "public/") == replace(FULL, items=items)
