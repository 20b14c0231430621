"""Publishing the sample site to a real S3 server, read as anybody reads it, counted by a proxy."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit
from urllib.request import urlopen
from xml.etree import ElementTree

import pytest
import sample
import states
from proxy import Proxy, Seen, proxy
from sample import Said, Sample
from servers import S3Server

from activefeed.model import Published
from activefeed.publish import lease, manifest
from activefeed.publish.s3 import S3Store
from activefeed.tree import Tier, artifact

HIP = "episodes/102-the-hip-next-door.md"
MAIN_FEED = "podcast/feed.xml"
FEEDS = (MAIN_FEED, "blog/feed.xml", "blog/atom.xml", "blog/feed.json")
QUIET = "Nothing changed: {place} is as it should be.\n"


@dataclass(frozen=True, slots=True)
class Bucket:
    """The sample site with a bucket to publish to, a log of all requests, and a public address."""

    site: Sample
    log: Proxy
    store: S3Store  # not through the proxy
    public: str  # address of the site for anybody, always https
    reader: HTTPSConnection  # of anybody
    first: list[Seen] = field(default_factory=list)

    def publish(self) -> Said:
        self.log.seen.clear()
        said = self.site.publish("web")
        assert (said.err, self.failed()) == ("", [])
        return said

    def failed(self) -> list[Seen]:
        """Return requests that went wrong; one refused creation of the state proves conditions."""
        odd = [one for one in self.log.seen if one.status >= 400]
        return [one for one in odd if (one.status, self.key(one)) not in EXPECTED]

    def key(self, one: Seen) -> str:
        return (
            unquote(one.path)
            .removeprefix(f"/{self.store.bucket}/")
            .removeprefix(f"{self.store.prefix}/" if self.store.prefix else "")
        )

    def sent(self, seen: list[Seen]) -> list[str]:
        keys = [self.key(one) for one in seen if one.method == "PUT"]
        return [key for key in keys if key != lease.KEY]

    @property
    def published(self) -> Published:
        return states.state(self.store)

    def read(
        self, url: str, *, method: str = "GET", **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        self.reader.request(method, urlsplit(url).path, headers=headers)
        answer = self.reader.getresponse()
        return answer.status, answer.read(), dict(answer.headers)


EXPECTED = {(404, manifest.KEY), (412, lease.KEY)}


def configure(site: Sample, to: str, endpoint: str, public: str) -> None:
    with (site.root / "activefeed.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[publish.web]\nto = "{to}"\nendpoint = "{endpoint}"\n'
            f'region = "us-east-1"\nurl = "{public}"\n'
        )


@pytest.fixture(scope="module", autouse=True)
def login(seaweed: S3Server, seaweed_tls: S3Server) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("AWS_PROFILE", raising=False)
        patch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
        for name, value in seaweed.environment.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="module")
def trust(seaweed_tls: S3Server) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=seaweed_tls.ca_bundle)


@pytest.fixture(scope="module", params=["", "clinic/site"], ids=["root", "prefix"])
def bucket(
    request: pytest.FixtureRequest,
    seaweed: S3Server,
    seaweed_tls: S3Server,
    trust: ssl.SSLContext,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Bucket]:
    """A bucket to which the sample was published once; ``first`` has the requests of that."""
    prefix: str = request.param
    store = replace(seaweed.store, bucket=seaweed.new_bucket(), prefix=prefix)
    public = f"{seaweed_tls.public_url(store.bucket)}/{prefix}".rstrip("/")
    site = sample.copy(tmp_path_factory.mktemp("s3") / "site")
    reader = HTTPSConnection(urlsplit(public).netloc, context=trust)
    with proxy(seaweed.endpoint) as log, closing(reader):
        configure(site, store.place, log.endpoint, public)
        made = Bucket(site, log, store, public, reader)
        made.publish()
        made.first.extend(log.seen)
        yield made


class Addresses(HTMLParser):
    """Collects the addresses that a page names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def of_xml(body: bytes) -> Iterator[str]:
    for element in ElementTree.fromstring(body).iter():
        yield from (element.get(name, "") for name in ("href", "url"))
        if element.tag.rpartition("}")[2] in ("link", "url", "loc", "id"):
            yield (element.text or "").strip()


def of_json(value: object) -> Iterator[str]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from of_json(one)
    elif isinstance(value, str):
        yield value


def named(bucket: Bucket, key: str, body: bytes) -> set[str]:
    """Return the addresses of the site that one file names."""
    if key.endswith(".html"):
        here = f"{bucket.public}/{key}"
        found = {urljoin(here, address) for address in Addresses(body.decode()).found}
    elif key.endswith(".json"):
        found = set(of_json(json.loads(body)))
    else:
        found = set(of_xml(body))
    return {urldefrag(url)[0] for url in found if url.startswith(f"{bucket.public}/")}


def test_everything_that_is_named_answers_with_the_planned_bytes(bucket: Bucket) -> None:
    objects = bucket.published.objects
    assert len(objects) > 50
    bodies = {key: bucket.read(f"{bucket.public}/{key}") for key in objects}
    for key, (status, body, headers) in bodies.items():
        assert (status, hashlib.sha256(body).hexdigest()) == (200, objects[key].sha256), key
        assert {name: headers[name] for name in objects[key].headers} == objects[key].headers
        assert "Content-Encoding" not in headers

    pages = [key for key in objects if key.endswith(".html")]
    least = dict.fromkeys(pages, 5) | dict.fromkeys(FEEDS, 8) | {"sitemap.xml": len(pages) // 2}
    for key, number in least.items():
        addresses = named(bucket, key, bodies[key][1])
        assert len(addresses) >= number, f"{key} names only {addresses}"
        for url in addresses:
            path = unquote(url.removeprefix(f"{bucket.public}/"))
            assert path in objects, f"{key} names {url}"


def test_every_enclosure_can_be_played(bucket: Bucket) -> None:
    _, body, _ = bucket.read(f"{bucket.public}/{MAIN_FEED}")
    enclosures = list(ElementTree.fromstring(body).iter("enclosure"))
    assert len(enclosures) == 7
    for one in enclosures:
        url, length = one.attrib["url"], one.attrib["length"]
        status, _, headers = bucket.read(url, method="HEAD")
        assert (status, headers["Content-Length"]) == (200, length)
        assert headers["Content-Type"] == one.attrib["type"]
        status, part, headers = bucket.read(url, Range="bytes=100-199")
        assert (status, len(part)) == (206, 100)
        assert headers["Content-Range"] == f"bytes 100-199/{length}"


def test_media_go_before_pages_and_pages_before_feeds(bucket: Bucket) -> None:
    objects = bucket.published.objects
    sent = bucket.sent(bucket.first)
    files = [key for key in sent if key != manifest.KEY]
    assert sorted(files) == sorted(objects)  # each once
    assert [objects[key].tier for key in files] == sorted(one.tier for one in objects.values())
    assert files[-1] == MAIN_FEED
    # The state that names the new items lies between the last page and the first feed.
    first_feed = next(n for n, key in enumerate(sent) if key in FEEDS)
    assert sent[first_feed - 1] == sent[-1] == manifest.KEY
    heads = {bucket.key(one) for one in bucket.first if one.method == "HEAD"}
    assert heads == {key for key, one in objects.items() if one.tier == Tier.MEDIA}


def test_a_second_publish_is_one_get_and_one_listing(bucket: Bucket) -> None:
    assert bucket.publish().out == QUIET.format(place=bucket.store.place)
    assert Counter(one.method for one in bucket.log.seen) == {"GET": 2}
    state, listing = bucket.log.seen
    assert bucket.key(state) == manifest.KEY
    assert "list-type=2" in listing.query


def test_a_changed_title_sends_only_what_contains_it(bucket: Bucket) -> None:
    old = bucket.published.objects
    before = {key: bucket.read(f"{bucket.public}/{key}")[1] for key in old}
    bucket.site.edit(HIP, "title: The hip next door", "title: Sideways to the hip")
    bucket.publish()

    sent = [key for key in bucket.sent(bucket.log.seen) if key != manifest.KEY]
    assert [old[key].tier for key in sent] == sorted(old[key].tier for key in sent)
    contain = {key for key, body in before.items() if b"The hip next door" in body}
    assert set(sent) == {key for key in contain if old[key].tier != Tier.MEDIA}
    assert [key for key in contain - set(sent) if key.endswith(".mp3")]  # its tags are frozen
    assert not [key for key in sent if old[key].tier == Tier.MEDIA]
    assert sent[-1] == MAIN_FEED
    for key in sent:
        assert b"Sideways to the hip" in bucket.read(f"{bucket.public}/{key}")[1]


@pytest.mark.parametrize("harm", ["lost", "damaged", "half overwritten"])
def test_without_its_state_a_bucket_is_known_again_and_nothing_is_sent_twice(
    bucket: Bucket, harm: str
) -> None:
    before = bucket.published
    etags = {key: head.etag for key, head in bucket.store.list().items() if key in before.objects}
    body = manifest.dump(replace(before, generation=99))
    if harm == "lost":
        bucket.store.delete(manifest.KEY)
    elif harm == "damaged":
        bucket.store.put(artifact(manifest.KEY, Tier.PAGE, body[:5000]))
    else:  # other bytes than its own hash says
        facts = {"Metadata": {"sha256": "0" * 64}, "Key": f"{bucket.store.prefix}/{manifest.KEY}"}
        facts["Key"] = str(facts["Key"]).strip("/")
        bucket.store.client.put_object(Bucket=bucket.store.bucket, Body=body, **facts)
    bucket.log.seen.clear()
    said = bucket.site.publish("web")
    assert "had lost its memory" in said.err
    assert [key for key in bucket.sent(bucket.log.seen) if key != manifest.KEY] == []
    after = bucket.published
    assert {key: one.etag for key, one in after.objects.items()} == etags
    assert after.items.keys() == before.items.keys()
    for guid, item in before.items.items():
        assert replace(after.items[guid], media=(), former=()) == replace(item, media=(), former=())
    assert bucket.publish().out == QUIET.format(place=bucket.store.place)


def test_over_tls(
    seaweed_tls: S3Server, trust: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", seaweed_tls.ca_bundle)
    store = replace(seaweed_tls.store, bucket=seaweed_tls.new_bucket())
    site = sample.copy(tmp_path / "site")
    public = seaweed_tls.public_url(store.bucket)
    configure(site, store.place, seaweed_tls.endpoint, public)
    site.publish("web")

    objects = states.state(store).objects
    for key in (MAIN_FEED, "index.html", next(key for key in objects if key.endswith(".mp3"))):
        with urlopen(f"{public}/{key}", context=trust) as answer:
            assert hashlib.sha256(answer.read()).hexdigest() == objects[key].sha256
            assert "Content-Encoding" not in answer.headers
    assert site.publish("web").out == QUIET.format(place=store.place)


def test_a_key_that_is_not_known_is_a_failed_login(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")
    bucket.log.seen.clear()
    said = bucket.site.run("publish", "web")
    assert said.code == 4
    assert "fix: " in said.err
    assert {one.method for one in bucket.log.seen} == {"GET"}
