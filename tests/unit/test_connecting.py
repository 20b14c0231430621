"""To connect: what is asked for each store, what an answer proves, and no trace after a stop."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import clocks
import pytest
import sitemaker
from oddstore import OddStore

from activefeed import connecting
from activefeed.connecting import Known, Proof
from activefeed.fetch import Answer
from activefeed.problems import UsageError

STORES = ("aws", "r2", "b2", "other")


@pytest.fixture
def known(tmp_path: Path) -> Known:
    sitemaker.make(tmp_path / "site")
    return connecting.begin(tmp_path / "site", "", tmp_path / "credentials")


def asked(known: Known, **found: str) -> dict[str, str | None]:
    """Return what somebody is asked for, with the defaults; else the fixed values are taken."""
    given, shown = dict(found), {}
    for option in ("endpoint", "region", "url"):
        _, _, fixed, default = connecting.ask(known, option, given)
        if fixed is None:
            shown[option] = default
        given.setdefault(option, fixed if fixed is not None else default or "")
    return shown


B2 = "https://s3.us-west-004.backblazeb2.com"


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (
            {"store": "aws", "bucket": "b", "region": "eu-central-1"},
            {"region": None, "url": "https://b.s3.eu-central-1.amazonaws.com"},
        ),
        ({"store": "r2", "bucket": "b"}, {"endpoint": None, "url": None}),
        (
            {"store": "b2", "bucket": "b/show", "endpoint": B2},
            {"endpoint": None, "url": "https://b.s3.us-west-004.backblazeb2.com/show"},
        ),
        (
            {"store": "other", "bucket": "b", "endpoint": "https://fsn1.your-objectstorage.com"},
            {"endpoint": None, "region": "fsn1", "url": None},
        ),
        (
            {"store": "other", "bucket": "b", "endpoint": "https://s3.example.com"},
            {"endpoint": None, "region": "us-east-1", "url": None},
        ),
    ],
)
def test_only_what_a_store_needs_is_asked(
    known: Known, found: dict[str, str], shown: Mapping[str, str | None]
) -> None:
    assert asked(known, **found) == shown


@pytest.mark.parametrize("store", STORES)
def test_every_question_says_why_in_the_words_of_its_store(known: Known, store: str) -> None:
    for option in ("store", "bucket", "endpoint", "region", "url", "profile", "key", "secret"):
        text, why, *_ = connecting.ask(known, option, {"store": store, "key": ""})
        assert text.endswith("?") or option == "store"
        assert why
        assert "$" not in why


def test_what_the_settings_say_is_the_default_but_not_for_another_store(tmp_path: Path) -> None:
    more = (
        f'[publish]\nto = "s3://b/show"\nendpoint = "{B2}"\nprofile = "p"\nurl = "https://a.fm"\n'
    )
    sitemaker.make(tmp_path / "site", more)
    file = tmp_path / "credentials"
    file.write_text("[p]\naws_access_key_id = ID\naws_secret_access_key = hunter2\n")
    known = connecting.begin(tmp_path / "site", "", file)
    assert [connecting.ask(known, one, {})[3] for one in ("store", "bucket")] == ["b2", "b/show"]
    found = {"store": "b2", "bucket": "b/show"}
    rest = ("endpoint", "url", "key")
    assert [connecting.ask(known, one, found)[3] for one in rest] == [B2, "https://a.fm", "ID"]
    assert connecting.ask(known, "secret", {**found, "key": "ID"})[3] == "hunter2"  # not shown
    assert not connecting.ask(known, "secret", {**found, "key": "OTHER"})[3]
    other = {"store": "other", "bucket": "b"}
    assert not [one for one in rest if connecting.ask(known, one, other)[3]]


def test_a_name_that_settings_need_for_something_else_is_no_target(known: Known) -> None:
    for name in ("url", "to", "a b"):
        with pytest.raises(UsageError, match="cannot be the name of a target"):
            connecting.begin(known.root, name, known.file)


@pytest.mark.parametrize(
    ("option", "said", "read"),
    [
        ("endpoint", "s3.us-west-004.backblazeb2.com", B2),
        (
            "endpoint",
            "https://id.r2.cloudflarestorage.com/b",
            "https://id.r2.cloudflarestorage.com",
        ),
        ("endpoint", "https://host.example/storage/v1/s3/", "https://host.example/storage/v1/s3"),
        ("url", "podcast.example/", "https://podcast.example"),
        ("url", "http://127.0.0.1:8333/b", "http://127.0.0.1:8333/b"),
        ("secret", "a/b+c//", "a/b+c//"),
    ],
)
def test_an_answer_is_taken_as_people_copy_it(option: str, said: str, read: str) -> None:
    assert connecting.read(option, {"bucket": "b"}, said) == read


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ("store", "gcs"), ("bucket", ""), ("bucket", "my bucket"), ("bucket", "s3://b"),
        ("endpoint", "a b"), ("url", ""), ("url", "https://a.fm/?x"), ("region", ""),
        ("key", "a b"), ("secret", "a b"),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_be_is_refused_and_not_repeated(option: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        connecting.read(option, {"bucket": "b"}, said)
    assert said not in refused.value.message.split() or not said


def test_an_answer_must_be_as_it_is_wanted() -> None:
    wants = {"status": "206", "content-range": "bytes 2-8/58", "body": "doctype"}
    right = Answer(206, {"content-range": "bytes 2-8/58"}, body=b"doctype")
    assert connecting.judge(right, wants) == ""
    for wrong, what in (
        (replace(right, status=200), "status is 200"),
        (replace(right, headers={}), "content-range is missing"),
        (replace(right, body=b""), "body is empty"),
        (Answer(0, trouble="Connection refused"), "Connection refused"),
    ):
        assert connecting.judge(wrong, wants) == what


def found_at(store: OddStore) -> dict[str, str]:
    return {
        "store": "other", "bucket": "b", "endpoint": store.endpoint, "region": "us-east-1",
        "url": f"{store.endpoint}/b", "profile": "", "key": "ID", "secret": "hunter2",
    }  # fmt: skip


def test_a_stop_at_any_proof_leaves_nothing_in_the_bucket(known: Known, odd: OddStore) -> None:
    for last in ("write", "read", "head", "writers"):

        def stop(proof: Proof, last: str = last) -> None:
            if proof.name == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            connecting.connect(known, found_at(odd), clocks.quick(), stop)
        assert not odd.objects


@pytest.mark.parametrize(("mode", "ok"), [("right", True), ("refused", False), ("ignored", False)])
def test_what_a_store_does_with_two_writers_is_told(
    known: Known, odd: OddStore, monkeypatch: pytest.MonkeyPatch, mode: str, ok: bool
) -> None:
    monkeypatch.setattr(odd, "mode", mode)
    proofs: dict[str, Proof] = {}
    heard = lambda one: proofs.update({one.name: one})  # noqa: E731
    connecting.connect(known, found_at(odd), clocks.quick(), heard)
    assert (proofs["writers"].ok, proofs["writers"].fix) == (ok, "")
    assert not odd.objects
    assert proofs["delete"].ok


def test_what_all_targets_share_is_chosen_before_the_first_publish_only(
    known: Known, odd: OddStore
) -> None:
    manifest = known.root / "public" / "_activefeed" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text("{}")
    web, found = replace(known, name="web"), found_at(odd)
    written = connecting.connect(web, found, clocks.quick(), lambda _: None)
    assert len(written) == 5
    assert all(line.startswith("[publish.web] ") for line in written)
    manifest.unlink()
    written = connecting.connect(web, found, clocks.quick(), lambda _: None)
    assert written == ['[site] addresses = "files"']
    found["url"] = "https://127.0.0.1:9/b"  # nobody answers: mended later, not typed again
    written = connecting.connect(web, found, clocks.quick(), lambda _: None)
    assert written == [f'[publish.web] url = "{found["url"]}"', f'[site] url = "{found["url"]}"']
