"""That the odd servers are as odd as they say; what stores promise is in test_contract."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier
from typing import Any

import pytest
from botocore.exceptions import ClientError
from oddstore import MODES, OddStore, oddstore

from activefeed.problems import StoreError
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed
from activefeed.tree import Artifact, Tier, artifact

WHERE = {"Bucket": "b", "Key": "feed.xml"}


@pytest.fixture(params=MODES)
def any_mode(request: pytest.FixtureRequest) -> Iterator[OddStore]:
    with oddstore(request.param) as server:
        yield server


@pytest.fixture
def of_mode() -> Iterator[Callable[[str], OddStore]]:
    with ExitStack() as stack:
        yield lambda mode: stack.enter_context(oddstore(mode))


@pytest.fixture
def client(odd: OddStore) -> Iterator[Any]:
    made = odd.server.client()
    yield made
    made.close()


def feed(body: bytes = b"<rss/>", key: str = "feed.xml") -> Artifact:
    return artifact(key, Tier.FEED, body)


def refusal(call: Callable[..., object], **parameters: object) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    answer = caught.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def racers(server: OddStore) -> list[bool]:
    """Let eight threads create one object at once, and return who was told that it did."""
    store = server.store()
    start = Barrier(8)

    def create(number: int) -> bool:
        start.wait()
        try:
            store.put(feed(b"%d" % number), if_absent=True)
        except PreconditionFailed:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(create, range(8)))


def test_of_eight_that_create_one_wins(odd: OddStore) -> None:
    for _ in range(5):
        odd.objects.clear()
        won = racers(odd)
        assert won.count(True) == 1
        assert odd.objects["feed.xml"].body == b"%d" % won.index(True)


def test_where_conditions_are_ignored_several_win(of_mode: Callable[[str], OddStore]) -> None:
    server = of_mode("ignored")
    assert racers(server).count(True) == 8
    server.store().put(feed(b"last"), if_match="0" * 32)
    assert server.objects["feed.xml"].body == b"last"


def test_where_conditions_are_refused_only_plain_writes_work(
    of_mode: Callable[[str], OddStore],
) -> None:
    server = of_mode("refused")
    store = server.store()
    with pytest.raises(ConditionsUnsupported):
        store.put(feed(), if_absent=True)
    etag = store.put(feed())
    with pytest.raises(ConditionsUnsupported):
        store.put(feed(b"<new/>"), if_match=etag)
    assert [one.status for one in server.log] == [501, 200, 501]
    assert server.objects["feed.xml"].body == b"<rss/>"


def test_where_etags_must_be_bare_a_quoted_one_never_fits(
    of_mode: Callable[[str], OddStore],
) -> None:
    server = of_mode("unquoted")
    store = server.store()
    etag = store.put(feed(), if_absent=True)
    with pytest.raises(PreconditionFailed):
        store.put(feed(b"<new/>"), if_absent=True)
    put = store.client.put_object
    assert refusal(put, **WHERE, Body=b"<new/>", IfMatch=f'"{etag}"')[0] == 412
    assert refusal(put, **WHERE, Body=b"<new/>", IfMatch="0" * 32)[0] == 412
    put(**WHERE, Body=b"<new/>", IfMatch=etag)
    assert refusal(put, **WHERE, Body=b"<newest/>", IfMatch=etag)[0] == 412  # stale by now
    assert server.objects["feed.xml"].body == b"<new/>"


def test_a_mode_that_is_not_known() -> None:
    with pytest.raises(ValueError, match="no mode"), oddstore("strange"):
        pass


def test_damaged_bytes_are_refused_in_every_mode(any_mode: OddStore) -> None:
    store = any_mode.store()
    store.put(feed())
    md5 = b64encode(hashlib.md5(b"<new/>").digest()).decode()
    put = store.client.put_object
    assert refusal(put, **WHERE, Body=b"<n3w/>", ContentMD5=md5) == (400, "BadDigest")
    assert any_mode.objects["feed.xml"].body == b"<rss/>"


def test_the_clock_is_what_it_is_set_to(any_mode: OddStore) -> None:
    any_mode.now = lambda: 1_000_000_000.0
    store = any_mode.store()
    store.put(feed())
    any_mode.now = lambda: 1_000_000_600.0
    head = store.client.head_object(**WHERE)
    (listed,) = store.client.list_objects_v2(Bucket="b")["Contents"]
    date = head["ResponseMetadata"]["HTTPHeaders"]["date"]
    assert date == "Sun, 09 Sep 2001 01:56:40 GMT"
    assert head["LastModified"] == listed["LastModified"]
    assert head["LastModified"].timestamp() == 1_000_000_000
    assert any_mode.objects["feed.xml"].modified == 1_000_000_000


def test_headers_and_metadata_are_kept(odd: OddStore, client: Any) -> None:
    told = {"ContentType": "text/x", "CacheControl": "no-cache", "Metadata": {"sha256": "abc"}}
    client.put_object(**WHERE, Body=b"1", **told)
    head = client.head_object(**WHERE)
    assert {name: head[name] for name in told} == told
    assert odd.objects["feed.xml"].headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("wanted", "body", "told"),
    [
        ("bytes=2-4", b"234", "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=7-99", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=0-0", b"0", "bytes 0-0/10"),
    ],
)
def test_ranges(client: Any, wanted: str, body: bytes, told: str) -> None:
    client.put_object(**WHERE, Body=b"0123456789")
    answer = client.get_object(**WHERE, Range=wanted)
    assert (answer["ResponseMetadata"]["HTTPStatusCode"], answer["ContentRange"]) == (206, told)
    assert answer["Body"].read() == body
    assert refusal(client.get_object, **WHERE, Range="bytes=10-")[0] == 416


def test_the_order_of_a_listing_is_that_of_a_tree(client: Any) -> None:
    for key in ("a-b", "a", "a/b", "a/é&x"):
        client.put_object(Bucket="b", Key=key, Body=b"")
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket="b", Prefix="a", PaginationConfig={"PageSize": 1}
    )
    found = [[one["Key"] for one in page["Contents"]] for page in pages]
    assert found == [["a"], ["a/b"], ["a/é&x"], ["a-b"]]


def test_an_upload_in_parts(odd: OddStore, client: Any) -> None:
    odd.uploads.clear()  # of tests before: what stops is left to be continued
    upload = client.create_multipart_upload(**WHERE, Metadata={"sha256": "abc"})["UploadId"]
    this = {**WHERE, "UploadId": upload}
    etags = [
        client.upload_part(**this, PartNumber=number, Body=body)["ETag"]
        for number, body in ((1, b"one"), (2, b"two"))
    ]
    (begun,) = client.list_multipart_uploads(Bucket="b")["Uploads"]
    assert (begun["Key"], begun["UploadId"]) == ("feed.xml", upload)
    assert [part["ETag"] for part in client.list_parts(**this)["Parts"]] == etags

    parts = [{"PartNumber": n, "ETag": etag} for n, etag in enumerate(etags, 1)]
    complete = client.complete_multipart_upload
    wrong = [*parts, {"PartNumber": 3, "ETag": etags[0]}]
    assert refusal(complete, **this, MultipartUpload={"Parts": wrong})[1] == "InvalidPart"
    turned = {"Parts": parts[::-1]}
    assert refusal(complete, **this, MultipartUpload=turned)[1] == "InvalidPartOrder"
    assert "feed.xml" not in odd.objects
    etag = complete(**this, MultipartUpload={"Parts": parts})["ETag"]
    assert etag.endswith('-2"')
    assert odd.objects["feed.xml"].body == b"onetwo"
    assert client.head_object(**WHERE)["Metadata"] == {"sha256": "abc"}
    # The answer to the first may have been lost.
    assert complete(**this, MultipartUpload={"Parts": parts})["ETag"] == etag


def test_an_upload_that_is_given_up(odd: OddStore, client: Any) -> None:
    odd.uploads.clear()
    this = {**WHERE, "UploadId": client.create_multipart_upload(**WHERE)["UploadId"]}
    md5 = b64encode(hashlib.md5(b"two").digest()).decode()
    damaged = {"PartNumber": 1, "Body": b"one", "ContentMD5": md5}
    assert refusal(client.upload_part, **this, **damaged)[1] == "BadDigest"
    client.abort_multipart_upload(**this)
    assert "Uploads" not in client.list_multipart_uploads(Bucket="b")
    assert refusal(client.upload_part, **this, PartNumber=1, Body=b"one")[1] == "NoSuchUpload"
    assert odd.objects == {}


def test_a_condition_on_an_upload_in_parts(of_mode: Callable[[str], OddStore]) -> None:
    for mode, status in (("right", 412), ("refused", 501), ("ignored", 0), ("unquoted", 0)):
        client = of_mode(mode).store().client
        client.put_object(**WHERE, Body=b"1")
        this = {**WHERE, "UploadId": client.create_multipart_upload(**WHERE)["UploadId"]}
        etag = client.upload_part(**this, PartNumber=1, Body=b"one")["ETag"]
        this["MultipartUpload"] = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
        if status:
            told = refusal(client.complete_multipart_upload, **this, IfNoneMatch="*")
            assert told[0] == status
        else:
            client.complete_multipart_upload(**this, IfNoneMatch="*")


def test_every_request_is_written_down(odd: OddStore, client: Any) -> None:
    client.put_object(**WHERE, Body=b"1")
    refusal(client.get_object, Bucket="b", Key="two words")
    client.delete_object(**WHERE)
    assert [(one.method, one.key, one.status) for one in odd.log] == [
        ("PUT", "feed.xml", 200),
        ("GET", "two words", 404),
        ("DELETE", "feed.xml", 204),
    ]


def test_there_is_one_bucket(odd: OddStore) -> None:
    with pytest.raises(StoreError, match="no such bucket"):
        odd.store("other").list()


def test_two_servers_know_nothing_of_each_other(of_mode: Callable[[str], OddStore]) -> None:
    one, other = of_mode("right"), of_mode("right")
    one.store(prefix="show").put(feed())
    assert list(one.objects) == ["show/feed.xml"]
    assert other.store().list() == {}
