"""The recipes for stores have all their parts, can be pasted, and SeaweedFS's is carried out."""

from __future__ import annotations

import hashlib
import json
import re
import ssl
import tomllib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import sample
import servers
import states
from sample import Sample

from activefeed.content.schema import Settings, TargetKeys

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/pages/reference/stores.md").read_text("utf-8")
STORES = (
    "Amazon S3 with CloudFront", "Cloudflare R2", "Backblaze B2", "SeaweedFS", "MinIO", "Garage",
    "Ceph RGW", "DigitalOcean Spaces", "Hetzner Object Storage",
)  # fmt: skip
PARTS = ("Bucket", "Readable", "CORS", "Index documents", "In front")
TRIED = {"SeaweedFS", "Ceph RGW"}  # really, by us


def section(name: str) -> str:
    """Return what stands under a heading."""
    return PAGE.split(f"\n## {name}\n")[1].split("\n## ")[0]


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def settings(name: str) -> dict[str, Any]:
    (block,) = blocks(section(name), "toml")
    data = tomllib.loads(block)
    assert list(data) == ["publish"]
    assert list(data["publish"]) == ["web"]
    found: dict[str, Any] = data["publish"]["web"]
    return found


POLICY, CORS, PUBLISHER = [
    json.loads(block) for block in blocks(section("The same everywhere"), "json")
]


def test_every_store_has_its_recipe_and_its_line_in_the_table() -> None:
    headings = re.findall(r"^## (.+)$", PAGE, re.MULTILINE)
    assert headings == ["The same everywhere", *STORES, "Any other"]
    anchors = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \|", PAGE, re.MULTILINE)
    assert anchors == [(name, name.lower().replace(" ", "-")) for name in STORES]


@pytest.mark.parametrize("name", STORES)
def test_every_recipe_has_its_parts_in_their_order(name: str) -> None:
    words = section(name)
    at = [words.find(f"\n- **{part}**: ") for part in PARTS]
    assert min(at) >= 0, dict(zip(PARTS, at, strict=True))
    assert at == sorted(at)
    assert re.search(r"^Sources: .*https://", words, re.MULTILINE)


@pytest.mark.parametrize("name", STORES)
def test_every_recipe_says_what_was_tried_and_what_was_not(name: str) -> None:
    tried, _, rest = section(name).partition("\nVerified: ")[2].partition("Not verified: ")
    assert tried
    assert rest
    assert tried.startswith("nothing") == (name not in TRIED)


@pytest.mark.parametrize("name", STORES)
def test_every_settings_block_can_be_pasted(name: str) -> None:
    written = settings(name)
    target = TargetKeys.model_validate(written)
    assert target.to.startswith("s3://")
    assert target.url
    assert target.profile == "my-show"
    whole = tomllib.loads((ROOT / "activefeed.toml").read_text("utf-8"))
    read = Settings.model_validate({**whole, "publish": {"web": written}})
    assert read.publish.model_extra == {"web": target}


def test_every_policy_and_every_rule_is_json() -> None:
    everything = [json.loads(block) for block in blocks(PAGE, "json")]
    assert len(everything) >= 6
    policies = [one for one in everything if "Statement" in one]
    assert {one["Version"] for one in policies} == {"2012-10-17"}
    granted = {one["Effect"] for policy in policies for one in policy["Statement"]}
    assert granted == {"Allow"}


def test_everybody_may_read_and_no_more_and_the_publisher_what_it_needs() -> None:
    (public,) = POLICY["Statement"]
    assert (public["Principal"], public["Action"]) == ("*", "s3:GetObject")
    actions = {action for one in PUBLISHER["Statement"] for action in one["Action"]}
    assert actions == {
        f"s3:{name}"
        for name in (
            "ListBucket", "GetObject", "PutObject", "DeleteObject",
            "ListBucketMultipartUploads", "AbortMultipartUpload", "ListMultipartUploadParts",
        )
    }  # fmt: skip


def test_storage_md_does_not_repeat_the_recipes() -> None:
    words = (ROOT / "docs/pages/reference/storage.md").read_text("utf-8")
    assert "(stores.md)" in words
    assert "s3:GetObject" not in words
    assert "docs/pages/reference/stores.md" in (ROOT / "README.md").read_text("utf-8")


@dataclass(frozen=True, slots=True)
class Recipe:
    """A SeaweedFS that was set up word for word, up to the policy."""

    plain: servers.S3Server  # as its owner
    secure: servers.S3Server
    show: dict[str, str]  # the keys of the show
    reader: HTTPSConnection  # of anybody

    def ask(
        self, path: str, method: str = "GET", **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask as anybody does."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reader.request(method, f"/{path}", headers=names)
        answer = self.reader.getresponse()
        return answer.status, dict(answer.headers), answer.read()


@pytest.fixture(scope="module")
def recipe() -> Iterator[Recipe]:
    (block,) = blocks(section("SeaweedFS"), "json")
    identities = json.loads(block)["identities"]
    (show,) = identities[1]["credentials"]
    with servers.seaweedfs(identities) as (plain, secure):
        client = plain.client()
        client.create_bucket(Bucket="my-bucket")
        client.put_object(Bucket="my-bucket", Key="before.txt", Body=b"hello")
        trust = ssl.create_default_context(cafile=secure.ca_bundle)
        reader = HTTPSConnection(urlsplit(secure.endpoint).netloc, context=trust)
        made = Recipe(plain, secure, show, reader)
        assert made.ask("my-bucket/before.txt")[0] == 403  # nobody reads before the policy
        client.put_bucket_policy(Bucket="my-bucket", Policy=json.dumps(POLICY))
        client.put_bucket_cors(Bucket="my-bucket", CORSConfiguration=CORS)
        client.delete_object(Bucket="my-bucket", Key="before.txt")
        client.put_object(Bucket="my-bucket", Key="after.txt", Body=b"hello")
        client.close()
        with closing(reader):
            yield made


def test_with_the_policy_everybody_reads_and_nobody_lists_or_writes(recipe: Recipe) -> None:
    assert recipe.ask("my-bucket/after.txt")[::2] == (200, b"hello")
    assert recipe.ask("my-bucket/nothing.txt")[0] == 404
    for path in ("my-bucket", "my-bucket/", "my-bucket?list-type=2"):
        assert recipe.ask(path)[0] == 403, path
    for method in ("PUT", "DELETE"):
        assert recipe.ask("my-bucket/after.txt", method)[0] == 403, method


def test_with_the_rule_a_player_elsewhere_may_seek(recipe: Recipe) -> None:
    elsewhere = {"Origin": "https://player.example"}
    asking = {"Access_Control_Request_Method": "GET", "Access_Control_Request_Headers": "range"}
    status, headers, _ = recipe.ask("my-bucket/after.txt", "OPTIONS", **elsewhere, **asking)
    assert status == 200
    assert headers["Access-Control-Allow-Methods"] == "GET, HEAD"  # as in the rule, no more
    assert headers["Access-Control-Allow-Headers"].lower() == "range"
    status, headers, part = recipe.ask("my-bucket/after.txt", Range="bytes=1-2", **elsewhere)
    assert (status, part, headers["Content-Range"]) == (206, b"el", "bytes 1-2/5")
    assert headers["Access-Control-Allow-Origin"] in ("*", elsewhere["Origin"])
    exposed = headers["Access-Control-Expose-Headers"].split(", ")
    assert exposed == ["Content-Length", "Content-Range", "ETag"]


def test_the_key_of_the_show_can_do_no_more_than_publish(recipe: Recipe) -> None:
    show = replace(
        recipe.plain, access_key=recipe.show["accessKey"], secret_key=recipe.show["secretKey"]
    )
    client = show.client()
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.put_bucket_policy(Bucket="my-bucket", Policy=json.dumps(POLICY))
    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.create_bucket(Bucket="another-bucket")
    client.close()


@pytest.fixture
def site(recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sample:
    """The sample with the settings of the recipe; only addresses are those of the server here."""
    made = sample.copy(tmp_path / "site")
    (block,) = blocks(section("SeaweedFS"), "toml")
    written = settings("SeaweedFS")
    block = block.replace(written["endpoint"], recipe.plain.endpoint)
    block = block.replace(written["url"], recipe.secure.public_url("my-bucket"))
    with (made.root / "activefeed.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n{block}")
    keys = f"aws_access_key_id = {recipe.show['accessKey']}\n"
    keys += f"aws_secret_access_key = {recipe.show['secretKey']}\n"
    (tmp_path / "credentials").write_text(f"[my-show]\n{keys}")
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("SSL_CERT_FILE", recipe.secure.ca_bundle)
    return made


def test_with_the_settings_the_sample_is_published_and_can_be_read(
    recipe: Recipe, site: Sample
) -> None:
    said = site.publish("web")
    assert said.err == ""  # conditional writes too: no word that there are none
    store = replace(recipe.plain.store, bucket="my-bucket")
    objects = states.state(store).objects
    assert len(objects) > 50
    for key, planned in objects.items():
        status, headers, body = recipe.ask(f"my-bucket/{quote(key)}")
        assert (status, hashlib.sha256(body).hexdigest()) == (200, planned.sha256), key
        assert headers["Content-Type"] == planned.headers["Content-Type"]
    assert site.publish("web").out.startswith("Nothing changed")
