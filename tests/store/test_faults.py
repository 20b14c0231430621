"""That the proxy fails as it is told to: each fault between a plain client and SeaweedFS."""

from __future__ import annotations

import hashlib
import http.client
import random
import signal
import socket
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore import exceptions as aws
from faults import WITH_ANSWER, WITH_BODY, Plan, at, cut, mixed
from oddstore import OddStore
from proxy import FAULTS, SLOW, Proxy, Seen, proxy
from servers import S3Server

OLD, NEW = b"<old/>", b"<new/>"
BIG = random.Random(1).randbytes(3_000_000)  # more than fits into what sockets hold
FAILURES = (aws.ClientError, aws.BotoCoreError)
NOT_DONE = {"request", "reset-before", "503", "500", "reset-body", "flip-up"}


@dataclass(frozen=True, slots=True)
class Way:
    """An object on the server, a client that comes through the proxy, and one that does not."""

    proxy: Proxy
    client: Any
    direct: Any
    bucket: str

    def put(self, body: bytes, key: str = "feed.xml") -> Any:
        md5 = b64encode(hashlib.md5(body).digest()).decode()
        return self.client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentMD5=md5)

    def get(self, key: str = "feed.xml") -> bytes:
        found: bytes = self.client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        return found

    @property
    def stored(self) -> bytes:
        found: bytes = self.direct.get_object(Bucket=self.bucket, Key="feed.xml")["Body"].read()
        return found


@pytest.fixture(scope="module")
def _way(seaweed: S3Server) -> Iterator[Way]:
    with proxy(seaweed.endpoint) as between:
        client, direct = S3Server(between.endpoint).client(), seaweed.client()
        yield Way(between, client, direct, seaweed.new_bucket())
        client.close()
        direct.close()


@pytest.fixture
def way(_way: Way) -> Way:
    """All of one module share connections, so that what one test breaks would break the next."""
    _way.proxy.fault = _way.proxy.after = lambda seen: ""
    _way.direct.put_object(Bucket=_way.bucket, Key="feed.xml", Body=OLD)
    _way.proxy.seen.clear()
    return _way


@pytest.fixture
def empty(way: Way, seaweed: S3Server) -> Way:
    """The same with a bucket of its own."""
    return replace(way, bucket=seaweed.new_bucket())


def failure(error: Exception) -> str:
    """Return the code of an answer, or the name of what happened to the connection."""
    if isinstance(error, aws.ClientError):
        return str(error.response["Error"]["Code"])
    # Closed or reset: urllib3 does not always tell.
    return "gone" if isinstance(error, aws.ConnectionClosedError) else type(error).__name__


PUTS = {
    "request": "gone",
    "reset-before": "gone",
    "503": "SlowDown",
    "500": "InternalError",
    "reset-body": "gone",
    "flip-up": "BadDigest",
    "answer": "gone",
    "reset-after": "gone",
    "half": "gone",  # there is no body of which half could be sent
    "flip-down": "",  # nor one to damage
    "slow": "",
}


@pytest.mark.parametrize("body", [NEW, BIG], ids=["small", "big"])
@pytest.mark.parametrize("fault", PUTS)
def test_a_put_fails_as_ordered_and_the_old_object_is_whole(
    way: Way, fault: str, body: bytes
) -> None:
    way.proxy.fault = at(1, fault)
    said = ""
    try:
        way.put(body)
    except FAILURES as error:
        said = failure(error)
    assert said == PUTS[fault]
    assert way.stored == (OLD if fault in NOT_DONE else body)
    assert [one.fault for one in way.proxy.seen] == [fault]

    way.put(NEW)  # the next one is not harmed
    assert way.stored == NEW


GETS = {"request": "gone", "reset-before": "gone", "503": "SlowDown", "500": "InternalError"}
GETS |= {"answer": "gone", "reset-after": "gone", "half": "ResponseStreamingError"}


@pytest.mark.parametrize("body", [NEW, BIG], ids=["small", "big"])
@pytest.mark.parametrize("fault", GETS)
def test_a_get_fails_as_ordered(way: Way, fault: str, body: bytes) -> None:
    way.put(body)
    way.proxy.fault = at(1, fault)
    with pytest.raises(FAILURES) as caught:
        way.get()
    assert failure(caught.value) == GETS[fault]
    assert way.get() == body


@pytest.mark.parametrize("body", [b"x", NEW, BIG], ids=["byte", "small", "big"])
def test_one_bit_of_an_answer_is_another(way: Way, body: bytes) -> None:
    way.put(body)
    way.proxy.fault = at(1, "flip-down")
    damaged = way.get()
    assert len(damaged) == len(body)
    bits = [(one ^ other).bit_count() for one, other in zip(damaged, body, strict=True)]
    assert sum(bits) == 1
    assert way.get() == body


def test_one_bit_of_a_body_is_another_where_nobody_checks(way: Way) -> None:
    way.proxy.fault = at(1, "flip-up")
    way.client.put_object(Bucket=way.bucket, Key="feed.xml", Body=NEW)
    bits = [(one ^ other).bit_count() for one, other in zip(way.stored, NEW, strict=True)]
    assert sum(bits) == 1


def test_a_listing_in_chunks_can_be_cut_too(empty: Way) -> None:
    for number in range(20):  # long enough for SeaweedFS not to tell its length
        empty.put(b"", f"{number:0100}")
    assert empty.client.list_objects_v2(Bucket=empty.bucket)["KeyCount"] == 20
    empty.proxy.fault = at(1, "half")
    with pytest.raises(FAILURES):
        empty.client.list_objects_v2(Bucket=empty.bucket)


@pytest.mark.parametrize("fault", ["503", "500", "slow", "half", "flip-down"])
def test_an_answer_without_a_body_stays_without_one(way: Way, fault: str) -> None:
    way.proxy.fault = at(1, fault)
    try:
        way.client.head_object(Bucket=way.bucket, Key="feed.xml")
    except FAILURES as error:
        assert failure(error) == {"half": "gone"}.get(fault, fault)
    assert way.client.head_object(Bucket=way.bucket, Key="feed.xml")["ContentLength"] == len(OLD)


@pytest.mark.parametrize("fault", WITH_BODY)
def test_a_body_of_nothing_cannot_be_damaged_but_be_cut(way: Way, fault: str) -> None:
    way.proxy.fault = at(1, fault)
    if fault == "reset-body":
        with pytest.raises(FAILURES):
            way.put(b"")
    way.put(b"")
    assert way.stored == b""


def test_a_slow_answer_is_a_right_one(way: Way) -> None:
    way.proxy.fault = at(1, "slow")
    start = time.monotonic()
    assert way.get() == OLD
    assert time.monotonic() - start >= SLOW


@pytest.mark.parametrize("fault", sorted(FAULTS - {"slow", "flip-down", "flip-up"}))
def test_a_failure_is_that_of_one_connection_only(way: Way, fault: str) -> None:
    keys = [f"{number}.html" for number in range(40)]
    way.proxy.fault = lambda seen: fault if seen.path.endswith("/20.html") else ""

    def put(key: str) -> str:
        try:
            way.put(key.encode() * 50, key)
        except FAILURES:
            return key
        return ""

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(put, keys)) == {"", "20.html"}
    assert {key: way.get(key) for key in keys if key != "20.html"} == {
        key: key.encode() * 50 for key in keys if key != "20.html"
    }


@pytest.mark.parametrize(
    ("fault", "reset"),
    [
        ("request", False),
        ("reset-before", True),
        ("reset-body", True),
        ("answer", False),
        ("reset-after", True),
        ("half", False),
    ],
)
def test_some_connections_are_closed_and_some_reset(odd: OddStore, fault: str, reset: bool) -> None:
    odd.objects.clear()
    with proxy(odd.endpoint) as between:
        between.fault = at(1, fault)
        address = urlsplit(between.endpoint)
        with socket.create_connection((str(address.hostname), address.port or 0)) as raw:
            raw.sendall(b"PUT /b/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n12")
            if reset:
                with pytest.raises(ConnectionResetError):
                    raw.recv(1)
            else:
                assert raw.recv(1) == b""
    done = fault not in NOT_DONE
    assert list(odd.objects) == ["x"] * done


def test_who_goes_away_in_the_middle_of_a_body_leaves_the_old_object(odd: OddStore) -> None:
    odd.objects.clear()
    with proxy(odd.endpoint) as between:
        address = urlsplit(between.endpoint)
        for body in (b"12", b"3"):
            with socket.create_connection((str(address.hostname), address.port or 0)) as raw:
                head = b"PUT /b/x HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n"
                raw.sendall(head + body)
                raw.shutdown(socket.SHUT_WR)
                assert raw.recv(1) == (b"H" if body == b"12" else b"")
        assert [one.status for one in between.seen] == [200, 0]
    assert odd.objects["x"].body == b"12"


def test_what_does_not_concern_the_connection_leaves_it_open(odd: OddStore) -> None:
    odd.objects.clear()
    odd.log.clear()
    with proxy(odd.endpoint) as between:
        raw = http.client.HTTPConnection(urlsplit(between.endpoint).netloc)
        raw.connect()
        sock = raw.sock
        for fault in ("", "slow", "flip-up", "flip-down", "500", "503", ""):
            between.fault = at(1, fault)
            raw.request("PUT", "/b/x", b"1")
            assert raw.getresponse().read() or fault not in {"500", "503"}
            assert raw.sock is sock  # it would be None had the answer ended the connection
        raw.close()


def test_a_fault_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="no fault"):
        at(1, "earthquake")


def test_what_is_done_at_a_request_is_done_before_it_arrives(way: Way) -> None:
    found: list[bytes] = []
    way.proxy.fault = at(2, hook=lambda: found.append(way.stored))
    way.put(b"1")
    way.put(b"2")
    way.put(b"3")
    assert found == [b"1"]


def test_what_is_done_after_a_request_is_done_before_its_answer(way: Way) -> None:
    order: list[bytes] = []
    way.proxy.after = at(2, hook=lambda: order.append(way.stored))
    for body in (b"1", b"2", b"3"):
        way.put(body)
        order.append(b"answer to " + body)
    assert order == [b"answer to 1", b"2", b"answer to 2", b"answer to 3"]


PUTTER = """
import http.client, sys
from urllib.parse import urlsplit
for number in range(100):
    there = http.client.HTTPConnection(urlsplit(sys.argv[1]).netloc)
    there.request("PUT", f"/b/{number}", b"x")
    there.getresponse().read()
    there.close()
"""


def test_a_program_can_be_killed_at_a_request(odd: OddStore) -> None:
    odd.objects.clear()
    with proxy(odd.endpoint) as between:
        command = [sys.executable, "-c", PUTTER, between.endpoint]
        running: list[subprocess.Popen[bytes]] = []
        between.fault = cut(4, hook=lambda: running.pop().kill())
        program = subprocess.Popen(command)
        running.append(program)
        assert program.wait(20) == -signal.SIGKILL
    assert sorted(odd.objects) == ["0", "1", "2", "3"]


def test_after_a_cut_the_network_is_gone(way: Way) -> None:
    way.proxy.fault = plan = cut(2)
    way.put(b"1")
    way.put(b"2")
    for _ in range(5):
        with pytest.raises(FAILURES):
            way.put(b"3")
    assert way.stored == b"2"
    assert plan.counts == {"reset-before": 5}


def test_mixed_faults_leave_each_object_whole_or_absent(empty: Way) -> None:
    empty.proxy.fault = plan = mixed(7, rate=0.3)
    bodies = {f"{number}.html": b"%d" % number * 1000 for number in range(150)}

    def put(key: str) -> str:
        try:
            empty.put(bodies[key], key)
        except FAILURES:
            return ""
        return key

    with ThreadPoolExecutor(8) as pool:
        done = set(pool.map(put, bodies)) - {""}
    assert len(done) < len(bodies)
    assert Counter(one.fault for one in empty.proxy.seen if one.fault) == plan.counts
    assert {*plan.counts} == FAULTS - {*WITH_ANSWER}
    listed = empty.direct.list_objects_v2(Bucket=empty.bucket)["Contents"]
    there = {one["Key"] for one in listed}
    assert done <= there
    for key in there:
        assert empty.direct.get_object(Bucket=empty.bucket, Key=key)["Body"].read() == bodies[key]


def ordered(seed: int, method: str, query: str, length: int) -> Plan:
    plan = mixed(seed)
    for _ in range(20):
        plan(Seen(method, "/b/x", query, {}, length))
    return plan


@pytest.mark.parametrize(
    ("method", "query", "length"), [("PUT", "", 5), ("GET", "list-type=2", 0), ("POST", "x", 9)]
)
def test_every_mixture_damages_a_body(method: str, query: str, length: int) -> None:
    for seed in range(100):
        counts = ordered(seed, method, query, length).counts
        assert counts["flip-up"] + counts["flip-down"] > 0


def test_every_mixture_is_another_and_comes_again() -> None:
    made = [ordered(seed, "PUT", "", 5).counts for seed in range(20)]
    assert made == [ordered(seed, "PUT", "", 5).counts for seed in range(20)]
    assert len({str(sorted(one.items())) for one in made}) > 10


def test_what_has_no_body_is_not_told_to_lose_it() -> None:
    for seed in range(100):
        counts = ordered(seed, "HEAD", "", 0).counts
        assert not {*counts} & {*WITH_BODY, *WITH_ANSWER}
