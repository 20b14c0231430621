"""``activefeed connect`` on a real store: what it proves, writes, refuses, and leaves behind."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sitemaker
from click.testing import CliRunner
from sample import Said, Sample
from servers import S3Server

from activefeed.cli import cli
from activefeed.problems import Exit

PROOFS = ("write", "read", "page", "range", "head", "cors", "folders", "writers", "delete")


@dataclass(frozen=True, slots=True)
class Desk:
    """A small site, a file of access keys, and a bucket that everybody can read."""

    root: Path
    server: S3Server
    bucket: str

    @property
    def credentials(self) -> Path:
        return self.root.parent / "aws" / "credentials"

    @property
    def settings(self) -> dict[str, Any]:
        return tomllib.loads((self.root / "activefeed.toml").read_text("utf-8"))

    def save_keys(self, secret: str) -> None:
        """Write the profile ``mine``."""
        self.credentials.parent.mkdir(exist_ok=True)
        key = f"aws_access_key_id = {self.server.access_key}\n"
        self.credentials.write_text(f"[mine]\n{key}aws_secret_access_key = {secret}\n")

    def connect(self, *words: str, left: int = 0, **changes: str) -> Said:
        """Run the command with every answer as an option."""
        answers = {
            "store": "other", "bucket": self.bucket, "endpoint": self.server.endpoint,
            "url": self.server.public_url(self.bucket), "profile": "mine", **changes,
        }  # fmt: skip
        options = [part for name, value in answers.items() for part in (f"--{name}", value)]
        return self.again(*words, *options, left=left)

    def again(self, *words: str, left: int = 0) -> Said:
        """Run the command with what is known already; it never says a secret or leaves a trace."""
        words = ("connect", *words, "--site", str(self.root))
        done = CliRunner().invoke(cli, words, catch_exceptions=False)
        secret = self.server.secret_key
        assert secret not in done.stdout + done.stderr
        files = [path for path in self.root.rglob("*") if path.is_file()]
        assert not [path for path in files if secret.encode() in path.read_bytes()]
        there = replace(self.server.store, bucket=self.bucket).list()
        assert len([key for key in there if "proof" in key]) == left
        return Said(done.exit_code, done.stdout, done.stderr)

    def deny(self, action: str, **more: object) -> None:
        """Forbid something to everybody."""
        resource = f"arn:aws:s3:::{self.bucket}/*"
        rule = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": resource, **more}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [rule]})
        self.server.store.client.put_bucket_policy(Bucket=self.bucket, Policy=policy)

    def paste(self, words: str) -> None:
        """Do what the one command of a cure does."""
        (line,) = re.findall(r"^aws s3api .*$", words, re.MULTILINE)
        _, _, what, *rest = shlex.split(line)
        given = dict(zip(rest[::2], rest[1::2], strict=True))
        assert given.pop("--endpoint-url") == self.server.endpoint
        assert given.pop("--bucket") == self.bucket
        ((name, value),) = given.items()
        client, bucket = self.server.store.client, self.bucket
        if what == "put-bucket-policy":
            assert name == "--policy"
            client.put_bucket_policy(Bucket=bucket, Policy=value)
        else:
            assert (what, name) == ("put-bucket-cors", "--cors-configuration")
            client.put_bucket_cors(Bucket=bucket, CORSConfiguration=json.loads(value))


@pytest.fixture
def desk(seaweed: S3Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    made = Desk(tmp_path / "site", seaweed, seaweed.new_bucket())
    sitemaker.make(made.root)
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(made.credentials))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    made.save_keys(seaweed.secret_key)
    return made


def test_a_good_bucket_is_proved_and_can_be_published_to(
    desk: Desk, seaweed_tls: S3Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", seaweed_tls.ca_bundle)
    place, url = f"{desk.bucket}/show", f"{seaweed_tls.public_url(desk.bucket)}/show"
    said = desk.connect("web", bucket=place, url=url)
    assert (said.code, said.err) == (Exit.DONE, "")
    signs = [line[:7].strip() for line in said.out.split("\n\n")[0].splitlines()]
    assert dict(zip(PROOFS, signs, strict=True)) == {
        **dict.fromkeys(PROOFS, "yes"),
        "folders": "no",
    }
    written = desk.settings["publish"]["web"]
    assert written == {
        "to": f"s3://{place}", "endpoint": desk.server.endpoint, "region": "us-east-1",
        "profile": "mine", "url": url,
    }  # fmt: skip
    assert all(f'[publish.web] {key} = "{value}"\n' in said.out for key, value in written.items())
    assert (desk.settings["site"]["url"], desk.settings["site"]["addresses"]) == (url, "files")
    assert said.out.endswith("\nNext: activefeed publish web\n")
    published = Sample(desk.root).publish("web", now=str(sitemaker.NOW))
    assert f"It is at {url}/podcast/feed.xml" in published.out
    assert desk.again("web", "--json").data["written"] == []  # everything is known already


def test_programs_are_told_every_proof(desk: Desk) -> None:
    answer = desk.connect("--json").data
    assert [*answer] == ["command", "exit", "target", "bucket", "written", "proofs"]
    assert (answer["target"], answer["bucket"]) == ("", desk.bucket)
    assert [proof["name"] for proof in answer["proofs"]] == [*PROOFS]
    assert [proof["ok"] for proof in answer["proofs"]] == [one != "folders" for one in PROOFS]
    assert [*answer["proofs"][0]] == ["name", "ok", "message", "fix", "severe"]


def test_a_closed_bucket_is_opened_by_the_policy_that_is_shown(desk: Desk) -> None:
    nobody = {"Null": {"aws:username": "true"}}  # as new buckets are at other stores
    desk.deny("s3:GetObject", Condition=nobody)
    said = desk.connect()
    assert said.code == Exit.STORE
    assert said.err.count("error:") == 1  # all that has one cause has one cure
    assert "Not everybody can read it" in said.err
    assert said.out.endswith("\nThen run this again: activefeed connect\n")
    assert desk.settings["publish"]["to"] == f"s3://{desk.bucket}"  # nothing need be typed again
    assert "addresses" not in desk.settings["site"]  # not to be known yet
    desk.paste(said.err)
    mended = desk.again()
    assert (mended.code, mended.err) == (Exit.DONE, "")
    assert '[site] addresses = "files"' in mended.out


def test_players_elsewhere_are_let_in_by_the_rule_that_is_shown(desk: Desk) -> None:
    rule = {"AllowedOrigins": ["https://else.example"], "AllowedMethods": ["GET"]}
    rules = {"CORSRules": [rule]}
    desk.server.store.client.put_bucket_cors(Bucket=desk.bucket, CORSConfiguration=rules)
    said = desk.connect()
    assert said.code == Exit.DONE  # apps play it all the same
    assert said.err.startswith("warning: Players on other sites may not show transcripts")
    desk.paste(said.err)
    assert desk.again().err == ""


def test_a_wrong_secret_leaves_everything_as_it_was(desk: Desk) -> None:
    before = (desk.root / "activefeed.toml").read_bytes()
    desk.save_keys("not-the-secret")
    said = desk.connect("--json")
    assert said.code == said.data["exit"] == Exit.LOGIN
    assert "the access key or its secret is wrong" in said.data["error"]["message"]
    assert (desk.root / "activefeed.toml").read_bytes() == before


def test_a_bucket_that_is_not_there_is_told_with_where_things_stand(desk: Desk) -> None:
    before = (desk.root / "activefeed.toml").read_bytes()
    said = desk.connect(bucket="nobodys-bucket")
    assert said.code == Exit.STORE
    assert "there is no such bucket" in said.err
    assert "recipes for SeaweedFS" in said.err
    assert (desk.root / "activefeed.toml").read_bytes() == before


def test_a_key_that_may_only_read_is_refused_before_anything_is_kept(desk: Desk) -> None:
    desk.deny("s3:PutObject")
    said = desk.connect()
    assert said.code == Exit.LOGIN
    assert "give them the permission s3:PutObject" in said.err
    assert "publish" not in desk.settings


def test_what_cannot_be_deleted_is_told(desk: Desk) -> None:
    desk.deny("s3:DeleteObject")
    said = desk.connect(left=4)
    assert said.code == Exit.STORE
    assert "Something of the trial may be left in s3://" in said.err
    assert "let the key list and delete" in said.err


def test_an_address_that_leads_elsewhere_is_one_fault_with_one_cure(desk: Desk) -> None:
    said = desk.connect(url=f"{desk.server.endpoint}/nobodys-bucket")
    assert said.code == Exit.STORE
    assert said.err.count("error:") == 1
    assert f"the address must lead to s3://{desk.bucket}" in said.err
