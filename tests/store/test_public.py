"""A real store at its public address: as apps want it, and cured by what the finding says."""

from __future__ import annotations

import json
import shlex
from dataclasses import replace
from pathlib import Path

import sample
import states
from servers import S3Server

from activefeed.model import Published
from activefeed.problems import Problem
from activefeed.publish import verify

CORS = "aws s3api put-bucket-cors"


def wrong(state: Published, target: tuple[str, str], code: str) -> Problem:
    """Return the one thing that is wrong."""
    (found,) = verify.look(state, state.items.keys(), *target)
    assert found.code == code
    return found


def test_a_real_store_is_as_apps_want_it_and_the_cure_for_players_works(
    seaweed: S3Server, tmp_path: Path
) -> None:
    bucket = seaweed.new_bucket()
    store = replace(seaweed.store, bucket=bucket, prefix="clinic/site")
    site = sample.copy(tmp_path / "site")
    with (site.root / "activefeed.toml").open("a", encoding="utf-8") as settings:
        settings.write(
            f'\n[publish.web]\nto = "{store.place}"\nendpoint = "{seaweed.endpoint}"\n'
            f'region = "us-east-1"\nurl = "{seaweed.public_url(bucket)}/clinic/site"\n'
        )
    said = site.run("publish", "web", env=seaweed.environment)
    assert said.code == 0, said.err

    state, target = states.state(store), (store.place, seaweed.endpoint)
    assert len(state.items) > 5
    # SeaweedFS lets all origins in until a bucket has rules, which most other stores do not.
    rule = {"AllowedOrigins": ["https://clinic.example"], "AllowedMethods": ["GET"]}
    store.client.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": [rule]})
    fix = wrong(state, target, "public-cors").fix
    command, rules = fix.splitlines()[-1].split(" --cors-configuration ")
    assert command == f"{CORS} --endpoint-url {seaweed.endpoint} --bucket {bucket}"
    cured = json.loads(shlex.split(rules)[0])
    store.client.put_bucket_cors(Bucket=bucket, CORSConfiguration=cured)
    assert verify.look(state, state.items.keys(), *target) == []

    lost = next(item.enclosure.key for item in state.items.values() if item.enclosure)
    store.delete(lost)
    found = wrong(state, target, "public-missing")
    assert found.message == f"audio answers 404: {state.url}/{lost}"
