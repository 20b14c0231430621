"""What a bucket that refuses, fails or is silent is called: plain words with a cure."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import clocks
import pytest
from botocore import exceptions as aws
from botocore.stub import Stubber
from servers import NOBODY, S3Server

from activefeed.problems import ActivefeedError, LoginError, StoreError
from activefeed.publish.s3 import PAUSES, Bucket, Patience, S3Store, connect
from activefeed.publish.store import ConditionsUnsupported, PreconditionFailed
from activefeed.tree import Tier, artifact

FEED = artifact("feed.xml", Tier.FEED, b"<rss/>")


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Store, Stubber]]:
    """A store whose answers are written down beforehand."""
    store = replace(NOBODY.store, bucket="site", patience=Patience(clocks.quick()), prefix="show")
    with Stubber(store.client) as stubber:
        yield store, stubber


@pytest.fixture
def bare(seaweed: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without a login."""
    for name, value in seaweed.environment.items():
        monkeypatch.setenv(name, value)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)


def test_only_amazon_is_such_a_store(bare: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert connect(Bucket("site", region="eu-central-1"), clocks.quick()).website
    assert connect(
        Bucket("site", endpoint="https://s3.eu-central-1.amazonaws.com"), clocks.quick()
    ).website
    assert not connect(Bucket("site", endpoint="https://s3.example.com"), clocks.quick()).website
    monkeypatch.setenv("AWS_ENDPOINT_URL", "https://s3.example.com")
    assert not connect(Bucket("site", region="auto"), clocks.quick()).website


def test_metadata_in_capitals_is_understood(stubbed: tuple[S3Store, Stubber]) -> None:
    store, stubber = stubbed
    when = datetime(2026, 1, 1, tzinfo=UTC)
    answer = {
        "ETag": '"1"',
        "ContentLength": 6,
        "Metadata": {"SHA256": "abc"},
        "LastModified": when,
    }
    stubber.add_response("head_object", answer | {"ContentEncoding": "aws-chunked"})
    head = store.head("feed.xml")
    assert head is not None
    assert head.sha256 == "abc"
    assert head.headers == {"Content-Encoding": "aws-chunked"}


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (412, "PreconditionFailed", PreconditionFailed),
        (409, "ConditionalRequestConflict", PreconditionFailed),
        (501, "NotImplemented", ConditionsUnsupported),
        (400, "NotImplemented", ConditionsUnsupported),
        (400, "InvalidArgument", ConditionsUnsupported),
        (403, "AccessDenied", LoginError),
    ],
)
def test_how_stores_refuse_a_condition(
    stubbed: tuple[S3Store, Stubber], status: int, code: str, kind: type[ActivefeedError]
) -> None:
    store, stubber = stubbed
    for _ in (*PAUSES, "the last attempt"):
        stubber.add_client_error("put_object", code, http_status_code=status)
    with pytest.raises(kind):
        store.put(FEED, if_absent=True)


@pytest.mark.parametrize(
    ("status", "code", "kind", "words"),
    [
        (403, "InvalidAccessKeyId", LoginError, "access key"),
        (403, "SignatureDoesNotMatch", LoginError, "secret"),
        (403, "AccessDenied", LoginError, "s3:PutObject"),
        (403, "RequestTimeTooSkewed", LoginError, "clock"),
        (400, "ExpiredToken", LoginError, "log in again"),
        (400, "AuthorizationHeaderMalformed", LoginError, "region"),
        (301, "PermanentRedirect", StoreError, "endpoint"),
        (404, "NoSuchBucket", StoreError, "no such bucket"),
        (400, "BadDigest", StoreError, "damaged"),
        (503, "SlowDown", StoreError, "later"),
        (500, "InternalError", StoreError, "later"),
        (400, "EntityTooLarge", StoreError, "EntityTooLarge: Your proposed upload"),
    ],
)
def test_every_refusal_has_plain_words(
    stubbed: tuple[S3Store, Stubber],
    status: int,
    code: str,
    kind: type[ActivefeedError],
    words: str,
) -> None:
    store, stubber = stubbed
    for _ in (*PAUSES, "the last attempt"):
        stubber.add_client_error("put_object", code, "Your proposed upload", status)
    with pytest.raises(ActivefeedError) as caught:
        store.put(FEED)
    assert type(caught.value) is kind
    assert caught.value.message.startswith("s3://site/show/feed.xml: ")
    assert words in f"{caught.value.message} {caught.value.fix}"


def test_a_mistake_of_our_own_keeps_its_traceback() -> None:
    with pytest.raises(aws.ParamValidationError):
        replace(NOBODY.store, bucket="site").get("")


@pytest.mark.parametrize("field", ["access_key", "secret_key"])
def test_wrong_keys(seaweed: S3Server, field: str) -> None:
    store = replace(seaweed, **{field: "not-ours"}).store
    store = replace(store, bucket=seaweed.new_bucket())
    for ask in (
        store.list,
        lambda: store.get("feed.xml"),
        lambda: store.head("feed.xml"),
        lambda: store.put(FEED),
    ):
        with pytest.raises(LoginError) as caught:
            ask()
        assert caught.value.fix
        assert seaweed.secret_key not in f"{caught.value.message} {caught.value.fix}"


def test_a_missing_bucket(seaweed: S3Server) -> None:
    store = replace(seaweed.store, bucket="never-made")
    for ask in (store.list, lambda: store.get("feed.xml"), lambda: store.put(FEED)):
        with pytest.raises(StoreError, match="no such bucket"):
            ask()


def test_a_bucket_name_that_cannot_be(seaweed: S3Server) -> None:
    with pytest.raises(StoreError, match="bucket name"):
        replace(seaweed.store, bucket="no spaces here").list()


def test_a_dead_endpoint(seaweed: S3Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    client = S3Server(f"http://127.0.0.1:{port}").client()  # one that does not try again
    with pytest.raises(StoreError, match="no answer") as caught:
        S3Store(client, "site", Patience(clocks.quick())).list()
    assert "endpoint" in caught.value.fix
    client.close()


def test_a_certificate_that_nobody_vouches_for(seaweed_tls: S3Server) -> None:
    client = replace(seaweed_tls, ca_bundle="").client()
    with pytest.raises(StoreError, match="certificate") as caught:
        S3Store(client, "site", Patience(clocks.quick())).list()
    assert "AWS_CA_BUNDLE" in caught.value.fix
    client.close()


def test_no_keys_at_all(bare: None, seaweed: S3Server) -> None:
    store = connect(Bucket("site", endpoint=seaweed.endpoint), clocks.quick())
    with pytest.raises(LoginError, match="no access keys") as caught:
        store.list()
    assert "AWS_ACCESS_KEY_ID" in caught.value.fix
    assert "profile" in caught.value.fix


def test_settings_that_cannot_work(bare: None, seaweed: S3Server) -> None:
    with pytest.raises(LoginError, match="no-such-profile"):
        connect(Bucket("site", profile="no-such-profile"), clocks.quick())
    with pytest.raises(StoreError, match=r"s3\.example\.com"):
        connect(Bucket("site", endpoint="s3.example.com"), clocks.quick())
