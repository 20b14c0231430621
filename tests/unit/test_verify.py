"""The public address as an app sees it: each way to misbehave is told, with a cure to paste."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import builders
import pytest
import states
from memory import MemoryStore
from web import Reply, Web, web

from activefeed.model import Published, PublishedObject
from activefeed.problems import Problem
from activefeed.publish import verify
from activefeed.tree import Tier, artifact
from activefeed.urls import Addresses

BUCKET = ("s3://my-bucket/clinic", "")
COVER = "media/strong-hips-cover.cdcdcdcdcdcd.jpg"
TRANSCRIPT = "podcast/strong-hips/transcript.vtt"
SOUND = replace(builders.enclosure(), cover=COVER)
ITEM = states.published_item(enclosure=SOUND, media=(states.SOUND, COVER))
OTHER = states.published_item(
    guid="other", slug="other", key="podcast/other.html", published=ITEM.published - timedelta(1),
    enclosure=replace(SOUND, key="media/other.efefefefefef.mp3", cover=""),
)  # fmt: skip
GUID = ITEM.guid


@pytest.fixture
def server() -> Iterator[Web]:
    with web() as made:
        yield made


def published(server: Web, **changes: Any) -> Published:
    """Return the small site, published at the server's address."""
    made = states.tree({OTHER.key: "<h1>Other</h1>"}, items=(ITEM, OTHER))
    store = MemoryStore()
    states.publish(made, store)
    state = states.state(store)
    more = {TRANSCRIPT: "WEBVTT\n", COVER: "jpeg"}
    objects = dict(state.objects)
    for key, text in more.items():
        tier = Tier.MEDIA if key == COVER else Tier.DETAIL
        one = artifact(key, tier, text.encode())
        objects[key] = PublishedObject(one.sha256, one.size, one.headers, "", tier)
    return replace(state, url=server.url, objects=objects, **changes)


def serve(server: Web, state: Published) -> None:
    """Answer all of it as a good store does."""
    bodies = {key: text for key, (_, text) in states.BODIES.items()}
    bodies |= {TRANSCRIPT: "WEBVTT\n", COVER: "jpeg", OTHER.key: "<h1>Other</h1>"}
    bodies |= {sound.key: "s" * sound.length for sound in sounds(state)}
    addresses = Addresses("", state.addresses)
    for key, text in bodies.items():
        headers = artifact(key, Tier.PAGE, b"").headers
        server.replies[addresses.url(key)] = Reply(
            headers=headers, body=text.encode(), ranges=True, cors="*"
        )


def sounds(state: Published) -> Iterator[Any]:
    yield from (item.enclosure for item in state.items.values() if item.enclosure)


def spoil(server: Web, path: str, *, on: str = "", **changes: Any) -> None:
    """Answer otherwise at one path, of one method only if it is named."""
    reply = server.replies[path]
    headers = {**reply.headers, **changes.pop("headers", {})}
    server.replies[f"{on} {path}".strip()] = replace(reply, headers=headers, **changes)


def look(server: Web, target: tuple[str, str] = BUCKET, **changes: Any) -> list[Problem]:
    return verify.look(published(server, **changes), [GUID], *target)


def only(found: list[Problem], code: str, *, severe: bool = True) -> Problem:
    """Return the one finding there is, which has something to paste in a line of its own."""
    assert [(one.code, one.severe) for one in found] == [(code, severe)], found
    assert re.search(r"\n(curl|aws|b2) .+|\n\[\{", found[0].fix), found[0].fix
    return found[0]


@pytest.mark.parametrize("addresses", ["files", "folders"])
def test_a_good_site_is_left_in_peace(server: Web, addresses: str) -> None:
    state = published(server, addresses=addresses)
    serve(server, state)
    assert verify.look(state, [GUID, OTHER.guid], *BUCKET) == []
    asked = {(method, path) for method, path, _ in server.asked}
    for key in (states.SOUND, OTHER.enclosure.key if OTHER.enclosure else ""):
        assert {("HEAD", f"/{key}"), ("GET", f"/{key}")} <= asked
    root = "/" if addresses == "folders" else "/index.html"
    pages = {root, f"/{states.PAGE}", f"/{states.CHAPTERS}", f"/{TRANSCRIPT}"}
    feeds = {f"/{key}" for key, (tier, _) in states.BODIES.items() if tier == Tier.FEED}
    assert {("GET", path) for path in pages | feeds} <= asked
    assert ("HEAD", f"/{COVER}") in asked
    assert f"/{OTHER.key}" not in {path for _, path in asked}, "the newest page stands for all"


def test_only_the_wanted_items_are_asked_but_always_feeds_and_pages(server: Web) -> None:
    state = published(server)
    serve(server, state)
    assert verify.look(state, [], *BUCKET) == []
    asked = {path for _, path, _ in server.asked}
    assert {f"/{states.FEED}", f"/{states.PAGE}", "/index.html"} <= asked
    assert not {f"/{states.SOUND}", f"/{COVER}", f"/{TRANSCRIPT}"} & asked


def test_a_feed_at_an_old_address_is_looked_at_too(server: Web) -> None:
    state = published(server)
    state = replace(state, objects={**state.objects, "1/feed": state.objects[states.FEED]})
    serve(server, state)
    server.replies["/1/feed"] = server.replies[f"/{states.FEED}"]
    assert verify.look(state, [], *BUCKET) == []
    spoil(server, "/1/feed", status=404)
    assert f"{server.url}/1/feed" in only(verify.look(state, [], *BUCKET), "public-feed").message


def test_what_is_withdrawn_or_on_its_way_out_is_not_asked(server: Web) -> None:
    serve(server, published(server))
    gone = replace(ITEM, state="withdrawn", enclosure=None, media=())
    spoil(server, "/blog/feed.xml", status=404)
    state = published(server, items={gone.guid: gone}, tombstones={"blog/feed.xml": states.NOW})
    assert verify.look(state, [GUID], *BUCKET) == []


AUDIO = f"/{states.SOUND}"
PAGE = f"/{states.PAGE}"
FEED = f"/{states.FEED}"


@pytest.mark.parametrize(
    ("path", "change", "code", "says"),
    [
        (AUDIO, {"status": 403, "ranges": False}, "public-missing", "audio answers 403"),
        (AUDIO, {"status": 404, "ranges": False}, "public-missing", "audio answers 404"),
        (AUDIO, {"ranges": False}, "public-range", "(Range)"),
        # rclone's server: the right part, called the whole.
        (
            AUDIO,
            {"on": "GET", "ranges": False, "headers": {"Content-Range": "bytes 0-0/4321"}},
            "public-range",
            "(Range)",
        ),
        (AUDIO, {"on": "HEAD", "status": 405}, "public-range", "HEAD by 405"),
        (AUDIO, {"body": b"short"}, "public-enclosure", "5 bytes where the feed says 4321"),
        (AUDIO, {"on": "GET", "body": b"short"}, "public-enclosure", "has 5 bytes"),
        (AUDIO, {"on": "HEAD", "headers": {"Content-Length": ""}}, "public-enclosure", "untold"),
        (f"/{COVER}", {"status": 404}, "public-missing", "artwork answers 404"),
        (f"/{TRANSCRIPT}", {"status": 500}, "public-missing", "transcript or chapters"),
        (PAGE, {"body": b""}, "public-page", "page is empty"),
        (PAGE, {"body": b"<h1>Somebody else</h1>"}, "public-page", "not as published"),
        (
            "/index.html",
            {"body": b"old", "headers": {"Last-Modified": "Mon, 02 Mar 2026 08:00:00 GMT"}},
            "public-page",
            "last changed on Mon, 02 Mar 2026",
        ),
        (FEED, {"status": 403}, "public-feed", "feed answers 403"),
        (FEED, {"body": b"<rss>old</rss>"}, "public-feed", "not as published"),
        (FEED, {"body": b"<rss>" + b"x" * 99_999}, "public-feed", "not as published"),
    ],
)
def test_what_an_app_would_stumble_over_is_severe(
    server: Web, path: str, change: Mapping[str, Any], code: str, says: str
) -> None:
    serve(server, published(server))
    spoil(server, path, **change)
    found = only(look(server), code)
    assert says in found.message
    assert found.message.endswith(f": {server.url}{path}")


@pytest.mark.parametrize(
    ("path", "change", "code", "says"),
    [
        (AUDIO, {"headers": {"Content-Type": "text/plain"}}, "public-type", '"text/plain"'),
        (AUDIO, {"headers": {"Content-Type": ""}}, "public-type", '"nothing"'),
        (f"/{TRANSCRIPT}", {"cors": ""}, "public-cors", "CORS"),
        (f"/{states.CHAPTERS}", {"cors": "https://other.example"}, "public-cors", "CORS"),
        (
            FEED,
            {"body": b"old", "headers": {"Age": "120", "Cache-Control": "public, max-age=300"}},
            "public-stale",
            "holds an older feed: it is 120 s old and may be kept for 300 s",
        ),
        (
            PAGE,
            {"body": b"old", "headers": {"Age": "7", "Cache-Control": ""}},
            "public-stale",
            "holds an older page: it is 7 s old:",
        ),
    ],
)
def test_what_passes_or_hurts_few_is_a_warning(
    server: Web, path: str, change: Mapping[str, Any], code: str, says: str
) -> None:
    serve(server, published(server))
    spoil(server, path, **change)
    assert says in only(look(server), code, severe=False).message


@pytest.mark.parametrize("header", ["audio/mpeg; charset=binary", "Audio/MPEG"])
def test_a_type_may_be_written_otherwise(server: Web, header: str) -> None:
    serve(server, published(server))
    spoil(server, AUDIO, headers={"Content-Type": header})
    assert look(server) == []


def test_a_player_that_is_named_may_read_too(server: Web) -> None:
    serve(server, published(server))
    spoil(server, f"/{TRANSCRIPT}", cors="https://player.example")
    assert look(server) == []


@pytest.mark.parametrize(
    ("path", "code", "severe"),
    [
        (AUDIO, "public-redirect", False),
        (PAGE, "public-redirect", False),
        (FEED, "public-feed", True),
    ],
)
def test_our_own_address_leads_nowhere_else(
    server: Web, path: str, code: str, severe: bool
) -> None:
    serve(server, published(server))
    server.replies["/elsewhere"] = server.replies[path]
    server.replies[path] = Reply(301, {"Location": "/elsewhere"})
    assert " after a detour" in only(look(server), code, severe=severe).message


def test_behind_a_prefix_audio_may_be_elsewhere_if_it_is_the_same(server: Web) -> None:
    serve(server, published(server))
    prefix = f"{server.url}/e/"
    assert look(server, prefix=prefix) == []
    spoil(server, AUDIO, body=b"advertisement")
    found = only(look(server, prefix=prefix), "public-enclosure")
    assert f"{prefix}{server.url}{AUDIO}" in found.message


def test_audio_of_somebody_else_is_asked_where_it_is(server: Web) -> None:
    serve(server, published(server))
    server.replies["/hosted"] = Reply(302, {"Location": AUDIO})
    remote = replace(ITEM, enclosure=replace(SOUND, key="", url=f"{server.url}/hosted", cover=""))
    found = look(server, items={remote.guid: remote})
    assert "without an ending" in only(found, "public-type", severe=False).message
    del server.replies[AUDIO]
    found = look(server, items={remote.guid: remote})
    assert "audio answers 404 after a detour" in only(found, "public-missing").message


def test_a_circle_of_redirects_is_no_answer(server: Web) -> None:
    serve(server, published(server))
    server.replies[AUDIO] = Reply(302, {"Location": AUDIO})
    assert "302 after a detour" in only(look(server), "public-missing").message


def test_a_key_with_odd_letters_is_asked_for_as_feeds_write_it(server: Web) -> None:
    key = "media/hüfte 1.abababababab.mp3"
    odd = replace(ITEM, enclosure=replace(SOUND, key=key), media=())
    state = published(server, items={odd.guid: odd})
    serve(server, state)
    assert verify.look(state, [GUID], *BUCKET) == []
    assert ("HEAD", "/media/h%C3%BCfte%201.abababababab.mp3", {}) in server.asked


def test_nobody_there_is_told_and_no_crash() -> None:
    with web() as server:
        state = published(server)
    found = verify.look(state, [GUID], *BUCKET)
    assert [one.code for one in found] == ["public-missing"]
    assert "nobody answers (" in found[0].message


def test_one_cause_is_one_problem_however_many_suffer(server: Web) -> None:
    state = published(server)
    serve(server, state)
    for path in [path for path in server.replies if path.endswith((".xml", ".json"))]:
        spoil(server, path, status=403, ranges=False)
    found = verify.look(state, [GUID], *BUCKET)
    feeds = next(one for one in found if one.code == "public-feed")
    details = next(one for one in found if one.code == "public-missing")
    assert len(found) == 2
    assert feeds.message.count(server.url) == 3
    assert details.message.count(server.url) == 1


def test_of_many_addresses_the_first_are_named(server: Web) -> None:
    state = published(server)
    serve(server, state)
    extra = {f"feeds/{n}.xml": state.objects[states.FEED] for n in range(10)}
    found = verify.look(replace(state, objects={**state.objects, **extra}), [GUID], *BUCKET)
    message = only(found, "public-feed").message
    assert message.count(server.url) == 3
    assert message.endswith(" and 7 more")


CURES = tomllib.loads(Path(verify.__file__).with_name("cures.toml").read_text("utf-8"))
STORES = {
    "aws": ("s3://my-bucket/clinic", ""),
    "r2": ("s3://my-bucket/clinic", "https://0123.eu.r2.cloudflarestorage.com"),
    "b2": ("s3://my-bucket/clinic", "https://s3.eu-central-003.backblazeb2.com"),
    "spaces": ("s3://my-bucket/clinic", "https://fra1.digitaloceanspaces.com"),
    "hetzner": ("s3://my-bucket/clinic", "https://fsn1.your-objectstorage.com"),
    "any": ("s3://my-bucket/clinic", "https://s3.example.com:8333"),
    "folder": ("public", ""),
}
POLICY, CORS = "aws s3api put-bucket-policy --endpoint-url", "aws s3api put-bucket-cors"
PASTED = {  # how the line to paste begins
    "aws": ("aws s3api delete-public-access-block --bucket my-bucket", f"{CORS} --bucket"),
    "r2": ("127.0.0.1:", "[{"),
    "b2": ("aws s3api put-bucket-acl --endpoint-url https://s3.eu-central-003", "b2 bucket update"),
    "spaces": (f"{POLICY} https://fra1.", f"{CORS} --endpoint-url https://fra1."),
    "hetzner": (f"{POLICY} https://fsn1.", f"{CORS} --endpoint-url https://fsn1."),
    "any": (f"{POLICY} https://s3.example.com:8333 ", f"{CORS} --endpoint-url https://s3.ex"),
    "folder": ("chmod -R a+rX public", "add_header Access-Control-Allow-Origin *;"),
}


@pytest.mark.parametrize("store", STORES)
def test_each_store_has_its_own_cure(server: Web, store: str) -> None:
    serve(server, published(server))
    spoil(server, f"/{TRANSCRIPT}", cors="")
    spoil(server, AUDIO, status=403, ranges=False)
    closed, unread = look(server, STORES[store])
    assert (closed.code, unread.code) == ("public-missing", "public-cors")
    for problem, begin in zip((closed, unread), PASTED[store], strict=True):
        said, *lines = problem.fix.splitlines()
        assert said[0].islower() or said.startswith("R2")
        assert lines[0].startswith(begin)
        assert "$" not in problem.fix


@pytest.mark.parametrize("store", sorted(CURES.keys() - {"hosts"}))
def test_what_is_to_be_pasted_into_a_shell_can_be(server: Web, store: str) -> None:
    said = "\n".join(CURES[store].values())
    for line in said.splitlines():
        if line.startswith(("aws", "b2", "curl", "chmod")):
            words = shlex.split(line.replace("$within", "clinic/"))
            assert words[0] in {"aws", "b2", "curl", "chmod"}
            for word in words:
                if word.startswith(("{", "[")):
                    assert json.loads(word)


def test_a_policy_opens_no_more_than_was_published(server: Web) -> None:
    serve(server, published(server))
    spoil(server, AUDIO, status=403, ranges=False)
    for place, resource in (("my-bucket", "my-bucket/*"), ("my-bucket/a/b", "my-bucket/a/b/*")):
        fix = only(look(server, (f"s3://{place}", "")), "public-missing").fix
        assert json.loads(shlex.split(fix.splitlines()[-1])[-1])["Statement"] == [
            {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{resource}",
            }
        ]


def test_an_address_in_a_cure_is_one_word_of_a_shell(server: Web) -> None:
    remote = replace(SOUND, key="", url=f"{server.url}/a.mp3?x='&y=$(date)", cover="")
    state = published(server, items={GUID: replace(ITEM, enclosure=remote)})
    serve(server, published(server))
    problem = only(verify.look(state, [GUID], *BUCKET), "public-missing")
    assert shlex.split(problem.fix.splitlines()[-1])[-1] == f"{server.url}/a.mp3?x='&y=$(date)"
