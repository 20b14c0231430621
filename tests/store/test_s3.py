"""What only a bucket must promise: checked bytes, few requests, parts that are continued."""

from __future__ import annotations

import base64
import hashlib
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import clocks
import pytest
from botocore import exceptions as aws
from proxy import Proxy, proxy
from servers import NOBODY, S3Server

from activefeed.clock import Clock
from activefeed.model import SourceFile
from activefeed.problems import StoreError
from activefeed.publish.s3 import MIB, PAUSES, Patience, S3Store
from activefeed.publish.store import Damaged
from activefeed.tree import Artifact, Tier, artifact

FEED = artifact("feed.xml", Tier.FEED, b"<rss/>")


SMALL: dict[str, Any] = {"prefix": "show", "single_limit": 6 * MIB, "part_size": 5 * MIB}


@pytest.fixture
def store(seaweed: S3Server) -> S3Store:
    patience = Patience(clocks.quick())
    return replace(seaweed.store, bucket=seaweed.new_bucket(), patience=patience, **SMALL)


@pytest.fixture
def tls_store(seaweed_tls: S3Server) -> S3Store:
    return replace(seaweed_tls.store, bucket=seaweed_tls.new_bucket(), **SMALL)


@pytest.fixture
def between(seaweed: S3Server) -> Iterator[Proxy]:
    with proxy(seaweed.endpoint) as running:
        yield running


@pytest.fixture
def watched(seaweed: S3Server, between: Proxy) -> Iterator[S3Store]:
    """A store whose every request goes through the proxy."""
    store = replace(seaweed, endpoint=between.endpoint).store
    patience = Patience(clocks.quick())
    yield replace(store, bucket=seaweed.new_bucket(), patience=patience, **SMALL)
    store.client.close()


@contextmanager
def listening(store: S3Store, event: str, handler: Callable[..., None]) -> Iterator[None]:
    store.client.meta.events.register(event, handler)
    yield
    store.client.meta.events.unregister(event, handler)


def recording(folder: Path, size: int) -> Artifact:
    path = folder / "long.mp3"
    path.write_bytes(b"\xff\xfb" * (size // 2))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return artifact("media/long.mp3", Tier.MEDIA, SourceFile("long.mp3", path, size, sha256))


def test_anybody_can_read_what_was_published(seaweed: S3Server, store: S3Store) -> None:
    store.put(FEED)
    with urlopen(f"{seaweed.public_url(store.bucket)}/show/feed.xml") as answer:
        assert answer.read() == b"<rss/>"
        assert answer.headers["Content-Type"] == "application/xml"
        assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_every_body_over_tls_carries_its_md5_and_no_other_checksum(
    tls_store: S3Store, tmp_path: Path
) -> None:
    sent: list[tuple[str, dict[str, str]]] = []

    def watch(request: Any, **_: object) -> None:
        headers = {
            name.lower(): value.decode() if isinstance(value, bytes) else str(value)
            for name, value in request.headers.items()
        }
        if request.method == "PUT":
            sent.append((request.url, headers))

    with listening(tls_store, "before-send.s3", watch):
        tls_store.put(FEED)
        tls_store.put(recording(tmp_path, 12 * MIB))

    assert len(sent) == 1 + 3  # one whole, three parts
    assert all(url.startswith("https://") for url, _ in sent)
    assert sent[0][1]["content-md5"] == base64.b64encode(hashlib.md5(b"<rss/>").digest()).decode()
    for _, headers in sent:
        assert "content-md5" in headers
        assert "aws-chunked" not in headers.get("content-encoding", "")
        assert not [n for n in headers if n.startswith(("x-amz-checksum", "x-amz-trailer"))]
        assert "x-amz-acl" not in headers


def test_a_put_and_a_get_are_one_request_each(watched: S3Store, between: Proxy) -> None:
    etag = watched.put(FEED)
    assert watched.get("feed.xml") == (b"<rss/>", etag)
    path = f"/{watched.bucket}/show/feed.xml"
    assert [(one.method, one.path, one.status, one.length) for one in between.seen] == [
        ("PUT", path, 200, 6),
        ("GET", path, 200, 0),
    ]
    assert between.seen[0].headers["x-amz-meta-sha256"] == FEED.sha256


def test_a_store_that_can_is_told_where_an_old_address_leads(moto: S3Server) -> None:
    plain = replace(moto.store, bucket=moto.new_bucket(), prefix="show")
    old = replace(artifact("old.html", Tier.PAGE, b"<p>"), redirect="https://clinic.example/new")

    def told(store: S3Store, page: Artifact) -> str | None:
        store.put(page)
        answer = store.client.head_object(Bucket=store.bucket, Key="show/old.html")
        location: str | None = answer.get("WebsiteRedirectLocation")
        return location

    amazon = replace(plain, website=True)
    assert told(plain, old) is None
    assert told(amazon, old) == "https://clinic.example/new"
    assert told(amazon, replace(old, redirect="")) is None


def test_damaged_bytes_are_refused_and_the_old_ones_stay(store: S3Store) -> None:
    def damage(params: dict[str, Any], **_: object) -> None:
        params["Body"] = b"<n3w/>"

    store.put(FEED)
    with (
        listening(store, "before-parameter-build.s3.PutObject", damage),
        pytest.raises(StoreError, match="damaged on the way"),
    ):
        store.put(artifact("feed.xml", Tier.FEED, b"<new/>"))
    found = store.get("feed.xml")
    assert found is not None
    assert found[0] == b"<rss/>"


def test_a_put_whose_answer_is_lost_is_done_again(watched: S3Store, between: Proxy) -> None:
    between.fault = lambda seen: "" if between.seen else "answer"
    etag = watched.put(FEED)
    assert watched.get("feed.xml") == (b"<rss/>", etag)
    assert [one.method for one in between.seen] == ["PUT", "PUT", "GET"]


def test_a_body_that_is_cut_each_time_is_an_error(watched: S3Store, between: Proxy) -> None:
    watched.put(FEED)
    between.fault = lambda seen: "half"
    with pytest.raises(StoreError, match=r"show/feed\.xml: its answer broke off"):
        watched.get("feed.xml")
    between.fault = lambda seen: "half" if len(between.seen) < 9 else ""
    assert watched.get("feed.xml")


def test_a_body_that_is_not_as_it_was_written_is_damaged(store: S3Store) -> None:
    store.put(FEED)
    where = {"Bucket": store.bucket, "Key": "show/feed.xml"}
    facts = {"Metadata": {"sha256": FEED.sha256}}
    etag = store.client.put_object(**where, **facts, Body=b"<rsx/>")["ETag"]
    with pytest.raises(Damaged) as caught:
        store.get("feed.xml")
    assert caught.value.etag == etag.strip('"')


def unfinished(store: S3Store) -> list[str]:
    found = store.client.list_multipart_uploads(Bucket=store.bucket).get("Uploads", [])
    return [one["Key"] for one in found]


def stop_after_a_part(store: S3Store, sound: Artifact, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin an upload as a run does that is killed after its first part."""
    send, sent = store.client.upload_part, list[int]()

    def killed(**parameters: Any) -> Any:
        if sent:
            raise KeyboardInterrupt
        sent.append(1)
        return send(**parameters)

    with monkeypatch.context() as patch:
        patch.setattr(store.client, "upload_part", killed)
        with pytest.raises(KeyboardInterrupt):
            store.put(sound)
    assert store.list() == {}


def test_an_upload_that_stopped_is_continued_with_the_parts_that_are_left(
    watched: S3Store, between: Proxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = recording(tmp_path, 12 * MIB)
    stop_after_a_part(watched, sound, monkeypatch)
    between.seen.clear()
    watched.put(sound)
    sent = [one.query for one in between.seen if one.method == "PUT"]
    assert [("partNumber=2" in sent[0]), ("partNumber=3" in sent[1]), len(sent)] == [True, True, 2]
    assert (
        watched.client.get_object(Bucket=watched.bucket, Key=f"show/{sound.path}")["Body"].read()
        == (tmp_path / "long.mp3").read_bytes()
    )
    assert unfinished(watched) == []


def test_an_upload_that_nobody_continues_is_given_up_and_no_other(
    store: S3Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = recording(tmp_path, 12 * MIB)
    stop_after_a_part(store, sound, monkeypatch)
    theirs = {"Bucket": store.bucket, "Key": "show/theirs.mp3"}
    store.client.create_multipart_upload(**theirs)
    store.tidy([sound.path, "index.html"])
    assert unfinished(store) == [theirs["Key"]]


def test_one_slow_down_makes_all_workers_wait() -> None:
    slept: list[float] = []
    clock = clocks.quick()

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.sleep(seconds)

    patience = Patience(Clock(clock.monotonic, sleep))
    store = replace(NOBODY.store, bucket="site", patience=patience)
    error = {"Error": {"Code": "SlowDown"}, "ResponseMetadata": {"HTTPStatusCode": 503}}
    answers = [aws.ClientError(error, "PutObject"), *["done"] * 2]

    def ask() -> str:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return str(answer)

    assert (store._again(ask), slept) == ("done", [PAUSES[0]])
    patience.slow(7)  # as another worker was told
    assert (store._again(ask), slept[1:]) == ("done", [7])
    assert patience.requests == 3


def test_one_part_at_a_time_is_in_memory(store: S3Store, tmp_path: Path) -> None:
    sound = recording(tmp_path, 21 * MIB)
    tracemalloc.start()
    try:
        store.put(sound)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 1.5 * store.part_size


@pytest.mark.slow
def test_more_keys_than_one_full_page(store: S3Store) -> None:
    keys = {f"blog/{number}.html" for number in range(1050)}
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda key: store.put(artifact(key, Tier.PAGE, b"x")), keys))
    assert store.list().keys() == keys
