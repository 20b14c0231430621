"""The state of a target: read back as it was written, never taken for none, never overwritten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import builders
import pytest
import states
from memory import MemoryStore

from activefeed.model import Chapter, Published, PublishedObject
from activefeed.problems import Busy, Refused
from activefeed.publish import manifest
from activefeed.tree import Tier, artifact

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
    "a number for a date": manifest.dump(FULL).replace(b'"2026-01-01T00:00:00+00:00"', b"5"),
    "a word for a number": manifest.dump(FULL).replace(b'"size": 3', b'"size": "many"'),
    "deeper than anything": b"[" * 100_000,
}


@pytest.mark.parametrize("body", DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_state_is_told_from_none(body: bytes) -> None:
    store = MemoryStore()
    etag = store.put(artifact(manifest.KEY, Tier.PAGE, body))
    assert manifest.read(store) == (None, etag)


def test_no_state_has_no_etag() -> None:
    assert manifest.read(MemoryStore()) == (None, None)


@pytest.mark.parametrize("theirs", [manifest.dump(Published(site="theirs")), None])
def test_somebody_else_s_write_is_noticed_and_stays(theirs: bytes | None) -> None:
    store = MemoryStore()
    with states.lease(store) as lease:
        etag = manifest.write(lease, FULL, None)
        if theirs is None:
            store.delete(manifest.KEY)
        else:
            store.put(artifact(manifest.KEY, Tier.PAGE, theirs))
        with pytest.raises(Busy, match="at the same time"):
            manifest.write(lease, replace(FULL, generation=8), etag)
    assert (store.get(manifest.KEY) or (None,))[0] == theirs


def test_somebody_else_s_first_publish_at_the_same_time_is_noticed() -> None:
    store = MemoryStore()
    theirs = artifact(manifest.KEY, Tier.PAGE, manifest.dump(FULL))
    store.put(theirs)
    with states.lease(store) as lease, pytest.raises(Busy):
        manifest.write(lease, Published(site="mine"), None)
    assert store.get(manifest.KEY) == (theirs.body, theirs.sha256[:32])


def test_a_state_of_the_first_format_is_read() -> None:
    old = json.loads(manifest.dump(FULL)) | {"format": 1}
    del old["prefix"]
    for item in old["items"].values():
        del item["former"], item["media"]
        for chapter in (item["enclosure"] or {}).get("chapters", ()):
            del chapter["picture"]
    items = {guid: replace(item, former=()) for guid, item in FULL.items.items()}
    assert manifest.load(json.dumps(old).encode(), "public/") == replace(FULL, items=items)
