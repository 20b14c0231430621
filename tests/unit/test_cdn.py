"""Caches before a target learn what changed; their silence is a warning, and no secret is shown."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import boto3
import pytest
from servers import S3Server
from web import Reply, Web, web

from activefeed.problems import Problem
from activefeed.publish import notify
from activefeed.publish.notify import Cdn

BASE = "https://clinic.example/our show"
AT = "https://clinic.example/our%20show"
MANY = [f"podcast/{number}.html" for number in range(16)]
TOKEN = "s3cret-token"


@pytest.fixture
def distribution(moto: S3Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The id of a CloudFront distribution, which is moto's."""
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    for name, value in moto.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", moto.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")  # only an endpoint of one's own needs it
    behaviour = {
        "TargetOriginId": "bucket",
        "ViewerProtocolPolicy": "allow-all",
        "MinTTL": 0,
        "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}},
    }
    origin = {
        "Id": "bucket",
        "DomainName": "bucket.s3.amazonaws.com",
        "S3OriginConfig": {"OriginAccessIdentity": ""},
    }
    client = boto3.client("cloudfront")
    made = client.create_distribution(
        DistributionConfig={
            "CallerReference": str(uuid.uuid4()),
            "Origins": {"Quantity": 1, "Items": [origin]},
            "DefaultCacheBehavior": behaviour,
            "Comment": "",
            "Enabled": True,
        }
    )
    client.close()
    yield made["Distribution"]["Id"]


def forgotten(distribution: str) -> list[tuple[str, list[str]]]:
    """Return reference and paths of every request that CloudFront took."""
    client = boto3.client("cloudfront")
    ids = client.list_invalidations(DistributionId=distribution)["InvalidationList"]
    found = []
    for one in ids.get("Items", ()):
        got = client.get_invalidation(DistributionId=distribution, Id=one["Id"])
        batch = got["Invalidation"]["InvalidationBatch"]
        found.append((batch["CallerReference"], batch["Paths"]["Items"]))
    client.close()
    return found


def tell(purge: str, keys: list[str], token: str = "") -> list[Problem]:
    return notify.invalidate(Cdn(purge=purge, token=token), keys, BASE, "run-1")


def sent(server: Web) -> list[Any]:
    return [json.loads(body) for _, body in server.posted]


def test_cloudfront_is_told_the_paths_of_what_changed(distribution: str) -> None:
    keys = ["podcast/feed.xml", "podcast/ä & ö*.html", "blog/index.html", "index.html"]
    assert notify.invalidate(Cdn(distribution), keys, BASE, "run-1") == []
    paths = [
        "/our%20show/podcast/feed.xml",
        "/our%20show/podcast/%C3%A4%20%26%20%C3%B6%2A.html",
        "/our%20show/blog/index.html",
        "/our%20show/blog/",
        "/our%20show/index.html",
        "/our%20show/",
    ]
    assert forgotten(distribution) == [("run-1", paths)]


@pytest.mark.parametrize(
    ("base", "path"), [(BASE, "/our%20show/*"), ("https://clinic.example", "/*")]
)
def test_cloudfront_forgets_all_where_much_changed(distribution: str, base: str, path: str) -> None:
    assert notify.invalidate(Cdn(distribution), MANY[:15], base, "few") == []
    assert notify.invalidate(Cdn(distribution), MANY, base, "many") == []
    few, many = sorted(forgotten(distribution))
    assert (few[0], len(few[1])) == ("few", 15)
    assert many == ("many", [path])


def test_nothing_changed_tells_nobody(distribution: str) -> None:
    with web() as server:
        cdn = Cdn(distribution, purge=f"{server.url}/purge")
        assert notify.invalidate(cdn, [], BASE, "run-1") == []
        assert server.asked == []
    assert forgotten(distribution) == []


def test_without_a_cache_nobody_is_told() -> None:
    assert notify.invalidate(Cdn(), MANY, BASE, "run-1") == []


def test_a_distribution_that_is_not_there_is_a_warning(distribution: str) -> None:
    (warning,) = notify.invalidate(Cdn("E0NOTHERE"), MANY, BASE, "run-1")
    assert (warning.code, warning.severe) == ("cdn-not-told", False)
    assert warning.message == (
        "CloudFront E0NOTHERE: there is no such distribution; "
        "it may show what it has for another 300 seconds"
    )
    assert warning.fix == "correct the target's `cloudfront`"


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("AccessDenied", 403, "cloudfront:CreateInvalidation"),
        ("TooManyInvalidationsInProgress", 400, "run the command again later"),
        ("SignatureDoesNotMatch", 403, "AWS_SECRET_ACCESS_KEY"),
        ("InvalidArgument", 400, "console"),
    ],
)
def test_what_cloudfront_refuses_is_explained(
    distribution: str, monkeypatch: pytest.MonkeyPatch, code: str, status: int, words: str
) -> None:
    body = f"<ErrorResponse><Error><Code>{code}</Code><Message>no</Message></Error></ErrorResponse>"
    with web() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", server.url)
        path = f"/2020-05-31/distribution/{distribution}/invalidation"
        server.replies[path] = Reply(status, {"Content-Type": "text/xml"}, body.encode())
        (warning,) = notify.invalidate(Cdn(distribution), MANY, BASE, "run-1")
        assert len(server.asked) == 1
    assert warning.code == "cdn-not-told"
    assert words in warning.fix


def test_a_profile_that_is_not_there_is_a_warning(distribution: str) -> None:
    cdn = Cdn(distribution, profile="nobody")
    (warning,) = notify.invalidate(cdn, MANY, BASE, "run-1")
    assert "profile" in warning.fix


def test_the_profile_of_the_target_is_the_login(
    distribution: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys = "[show]\naws_access_key_id = SHOWKEY\naws_secret_access_key = secret\n"
    (tmp_path / "credentials").write_text(keys)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    with web() as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", server.url)
        notify.invalidate(Cdn(distribution, profile="show"), MANY, BASE, "run-1")
        headers, _ = server.posted[0]
    assert "Credential=SHOWKEY/" in headers["Authorization"]


def test_a_purge_address_is_told_in_batches_as_cloudflare_wants_them() -> None:
    with web() as server:
        server.replies["/zones/1/purge_cache"] = Reply(200)
        keys = [*MANY, *(f"blog/{number}.html" for number in range(20)), "index.html"]
        assert tell(f"{server.url}/zones/1/purge_cache", keys, f"{TOKEN}\n") == []
        first, second = sent(server)
        headers = [headers for headers, _ in server.posted]
    assert (len(first["files"]), len(second["files"])) == (30, 8)
    assert first["files"][0] == f"{AT}/podcast/0.html"
    assert second["files"][-2:] == [f"{AT}/index.html", f"{AT}/"]
    assert {one["Authorization"] for one in headers} == {f"Bearer {TOKEN}"}
    assert {one["Content-Type"] for one in headers} == {"application/json"}


def test_without_a_token_there_is_no_login() -> None:
    with web() as server:
        server.replies["/purge"] = Reply(204)
        assert tell(f"{server.url}/purge", ["index.html"]) == []
        assert server.posted[0][0].get("Authorization") is None


def test_an_address_with_a_gap_is_told_of_one_at_a_time() -> None:
    with web() as server:
        urls = [f"{AT}/blog/index.html", f"{AT}/blog/"]
        paths = [f"/purge?key=hush&url={quote(url, safe='')}" for url in urls]
        server.replies.update(dict.fromkeys(paths, Reply(200)))
        assert tell(f"{server.url}/purge?key=hush&url={{url}}", ["blog/index.html"]) == []
        assert [path for _, path, _ in server.asked] == paths


def test_an_address_with_a_gap_is_told_of_a_hundred_or_of_none() -> None:
    with web() as server:
        keys = [f"{number}.html" for number in range(101)]
        (warning,) = tell(f"{server.url}/{{url}}", keys)
        assert server.asked == []
    assert warning.code == "cdn-not-told"
    assert "101 addresses changed, more than 100" in warning.message


@pytest.mark.parametrize("gap", ["", "&url={url}"])
def test_a_purge_that_fails_is_a_warning_without_secrets(gap: str) -> None:
    with web() as server:
        (warning,) = tell(f"{server.url}/h1dden?key=hush{gap}", MANY, TOKEN)
        assert len(server.asked) == 1  # after a refusal nothing more is tried
    assert (warning.code, warning.severe) == ("cdn-not-told", False)
    assert warning.message == (
        "the cache at 127.0.0.1 answered 404; it may show what it has for another 300 seconds"
    )
    assert "purge" in warning.fix


@pytest.mark.parametrize(
    "purge",
    [
        "http://127.0.0.1:9/hush",
        "http://nobody.invalid?hush",
        "https://[hush",
        "http://me:hush@127.0.0.1:9/hush",
        "http://127.0.0.1/hush\x7f",
        "http://127.0.0.1/hüsh-hush",
    ],
)
@pytest.mark.parametrize("token", [TOKEN, f"{TOKEN}\nsecond line", f"{TOKEN}–"])
def test_a_purge_address_that_cannot_be_asked_is_a_warning_without_secrets(
    purge: str, token: str
) -> None:
    (warning,) = tell(purge, ["index.html"], token)
    assert warning.code == "cdn-not-told"
    assert "did not answer" in warning.message
    assert "hush" not in warning.message + warning.fix
    assert TOKEN not in warning.message + warning.fix


def test_the_token_does_not_follow_a_redirect() -> None:
    with web() as other, web() as server:
        other.replies["/"] = Reply(200)
        server.replies["/purge"] = Reply(307, {"Location": f"{other.url}/"})
        (warning,) = tell(f"{server.url}/purge", ["index.html"], TOKEN)
        assert other.asked == []
    assert "answered 307" in warning.message


def test_secrets_do_not_show_when_a_cdn_is_printed() -> None:
    cdn = Cdn("E2EXAMPLE", purge="https://cache.example/hush", token=TOKEN)
    assert repr(cdn) == "Cdn(cloudfront='E2EXAMPLE', profile='')"


def test_both_caches_are_told_though_one_does_not_listen(distribution: str) -> None:
    with web() as server:
        cdn = Cdn(distribution, purge=f"{server.url}/gone")
        (warning,) = notify.invalidate(cdn, ["feed.xml"], BASE, "run-1")
    assert "answered 404" in warning.message
    assert forgotten(distribution) == [("run-1", ["/our%20show/feed.xml"])]
