"""What every place to publish to promises: memory, folder, oddstore, moto, SeaweedFS (also TLS)."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from memory import MemoryStore
from oddstore import OddStore
from servers import S3Server

from activefeed.model import SourceFile
from activefeed.problems import StoreError
from activefeed.publish.s3 import MIB, S3Store
from activefeed.publish.store import FolderStore, PreconditionFailed, Store
from activefeed.tree import Artifact, Tier, artifact

Make = Callable[[str], Store]  # the store of a prefix; all of one test share their place
BUCKETS = {"moto": "moto", "seaweed": "seaweed", "seaweed-tls": "seaweed_tls"}


@pytest.fixture(params=["memory", "folder", "odd", *BUCKETS])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    if request.param == "memory":
        memory = MemoryStore()
        return lambda prefix: replace(memory, prefix=prefix)
    if request.param == "folder":
        return lambda prefix: FolderStore(tmp_path / "target" / prefix, f"target/{prefix}")
    store = bucket_of(request)
    small = replace(store, single_limit=6 * MIB, part_size=5 * MIB, page_size=10)
    return lambda prefix: replace(small, prefix=prefix)


def bucket_of(request: pytest.FixtureRequest) -> S3Store:
    """Return an empty bucket on the server that is asked for."""
    if request.param == "odd":
        odd: OddStore = request.getfixturevalue("odd")
        return odd.store()
    server: S3Server = request.getfixturevalue(BUCKETS[request.param])
    return replace(server.store, bucket=server.new_bucket())


@pytest.fixture
def store(make: Make) -> Store:
    return make("show")


def page(key: str = "feed.xml", body: bytes = b"<rss/>") -> Artifact:
    return artifact(key, Tier.FEED, body)


def test_what_was_put_comes_back(store: Store) -> None:
    etag = store.put(page())
    assert store.get("feed.xml") == (b"<rss/>", etag)


def test_head_knows_size_hash_and_etag(store: Store) -> None:
    etag = store.put(page())
    head = store.head("feed.xml")
    assert head is not None
    assert (head.size, head.etag) == (6, etag)
    assert head.sha256 == hashlib.sha256(b"<rss/>").hexdigest()


def test_stored_headers_are_those_of_the_artifact(make: Make) -> None:
    store = make("show")
    store.put(page())
    head = store.head("feed.xml")
    assert head is not None
    # A folder has nowhere to keep them. Over TLS, nothing may have added aws-chunked.
    assert head.headers == ({} if isinstance(store, FolderStore) else page().headers)


def test_an_empty_body_is_a_body(store: Store) -> None:
    etag = store.put(page("empty.txt", b""))
    assert store.get("empty.txt") == (b"", etag)


def test_a_new_body_is_a_new_etag(store: Store) -> None:
    first = store.put(page())
    second = store.put(page(body=b"<rss>2</rss>"))
    assert first != second
    assert store.get("feed.xml") == (b"<rss>2</rss>", second)


def test_the_listing_gives_size_and_etag_of_every_put(store: Store) -> None:
    etag = store.put(page())
    other = store.put(page("podcast/a/chapters.json", b"{}"))
    listed = {key: (one.size, one.etag) for key, one in store.list().items()}
    assert listed == {"feed.xml": (6, etag), "podcast/a/chapters.json": (2, other)}


def test_the_listing_goes_on_after_its_first_page(store: Store) -> None:
    keys = {f"blog/{number % 3}/{number}.html" for number in range(25)}
    for key in keys:
        store.put(page(key, key.encode()))
    assert store.list().keys() == keys


def test_nothing_is_listed_where_nothing_was_put(store: Store) -> None:
    assert store.list() == {}


def test_one_prefix_does_not_see_another(make: Make) -> None:
    short, long = make("a"), make("ab")
    short.put(page(body=b"short"))
    long.put(page(body=b"long"))
    assert short.list().keys() == long.list().keys() == {"feed.xml"}
    long.delete("feed.xml")
    assert short.get("feed.xml") is not None
    assert long.list() == {}


def test_a_place_without_a_prefix_holds_everything(make: Make) -> None:
    make("a").put(page())
    assert make("").list().keys() == {"a/feed.xml"}


@pytest.mark.parametrize(
    "key", ["two words.html", "a+b.html", "100%.html", "%41.html", "größe.html", "q?x=1&y#z.html"]
)
def test_odd_keys_stay_as_they_are(store: Store, key: str) -> None:
    etag = store.put(page(key))
    assert {key: etag} == {found: one.etag for found, one in store.list().items()}
    assert store.get(key) == (b"<rss/>", etag)
    store.delete(key)
    assert store.list() == {}


def test_what_is_not_there_is_none(store: Store) -> None:
    store.put(page("a/b.html"))
    assert store.get("feed.xml") is None
    assert store.head("feed.xml") is None
    assert store.get("a") is None


def test_deleting_twice_is_fine(store: Store) -> None:
    store.put(page())
    store.delete("feed.xml")
    store.delete("feed.xml")
    assert store.get("feed.xml") is None


def test_the_second_to_create_fails_and_changes_nothing(store: Store) -> None:
    etag = store.put(page(), if_absent=True)
    with pytest.raises(PreconditionFailed, match=r"feed\.xml"):
        store.put(page(body=b"<other/>"), if_absent=True)
    assert store.get("feed.xml") == (b"<rss/>", etag)


def test_the_holder_of_the_etag_may_replace(store: Store) -> None:
    first = store.put(page())
    second = store.put(page(body=b"<new/>"), if_match=first)
    assert store.get("feed.xml") == (b"<new/>", second)


def test_a_stale_etag_changes_nothing(store: Store) -> None:
    stale = store.put(page())
    newer = store.put(page(body=b"<newer/>"))
    with pytest.raises(PreconditionFailed):
        store.put(page(body=b"<mine/>"), if_match=stale)
    assert store.get("feed.xml") == (b"<newer/>", newer)


def test_an_etag_of_what_is_gone_creates_nothing(store: Store) -> None:
    etag = store.put(page())
    store.delete("feed.xml")
    with pytest.raises(PreconditionFailed):
        store.put(page(), if_match=etag)
    assert store.list() == {}


def test_a_large_file_arrives_whole(store: Store, tmp_path: Path) -> None:
    body = random.Random(1).randbytes(12 * MIB)
    etag = store.put(recording(tmp_path, body))
    found = store.get("media/long.mp3")
    head = store.head("media/long.mp3")
    assert found is not None
    assert head is not None
    assert hashlib.sha256(found[0]).digest() == hashlib.sha256(body).digest()
    assert head.sha256 == hashlib.sha256(body).hexdigest()
    assert found[1] == head.etag == etag == store.list()["media/long.mp3"].etag


@pytest.mark.parametrize("size", [10, 12 * MIB], ids=["small", "large"])
def test_a_file_that_changed_since_it_was_hashed_is_not_written(
    store: Store, tmp_path: Path, size: int
) -> None:
    sound = recording(tmp_path, b"a" * size)
    recording(tmp_path, b"b" * size)
    with pytest.raises(StoreError, match="changed while it was being published"):
        store.put(sound)
    assert store.list() == {}


def test_a_file_that_is_gone_is_named(store: Store, tmp_path: Path) -> None:
    sound = recording(tmp_path, b"a")
    (tmp_path / "long.mp3").unlink()
    with pytest.raises(StoreError, match=r"media/long\.mp3"):
        store.put(sound)


def recording(folder: Path, body: bytes) -> Artifact:
    path = folder / "long.mp3"
    path.write_bytes(body)
    source = SourceFile("long.mp3", path, len(body), hashlib.sha256(body).hexdigest())
    return artifact("media/long.mp3", Tier.MEDIA, source)
