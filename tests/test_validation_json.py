"""The schemas of JSON bite: a sound document of each kind passes, each fault is found."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import validation
from jsonschema import Draft202012Validator
from validation import SCHEMAS

Place = tuple[str | int, ...]
GONE = object()


def spoiled(document: Any, fault: tuple[Place, Any]) -> bytes:
    (*way, last), value = fault
    whole = copy.deepcopy(document)
    part = whole
    for step in way:
        part = part[step]
    if value is GONE:
        del part[last]
    else:
        part[last] = value
    return json.dumps(whole).encode()


# JSON Feed

FEED: dict[str, Any] = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "Notes",
    "home_page_url": "https://a.example/",
    "feed_url": "https://a.example/feed.json",
    "description": "What we read.",
    "user_comment": "For readers.",
    "next_url": "https://a.example/feed/2.json",
    "icon": "https://a.example/icon.png",
    "favicon": "https://a.example/favicon.png",
    "authors": [{"name": "Anna", "url": "mailto:anna@a.example"}],
    "language": "en-GB",
    "expired": False,
    "hubs": [{"type": "WebSub", "url": "https://hub.example/"}],
    "_clinic": {"about": "https://a.example/about", "rooms": 3},
    "items": [
        {
            "id": "urn:uuid:1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4",
            "url": "https://a.example/one?a=1#b",
            "external_url": "https://b.example/%C3%A9",
            "title": "One",
            "content_html": "<p>Notes.</p>",
            "content_text": "Notes.",
            "summary": "Notes",
            "image": "https://a.example/one.jpg",
            "banner_image": "https://a.example/wide.jpg",
            "date_published": "2026-03-01T06:00:00Z",
            "date_modified": "2026-03-02T07:30:00.5-05:00",
            "authors": [{"avatar": "https://a.example/anna.png"}],
            "tags": ["Back Pain"],
            "language": "de",
            "attachments": [
                {
                    "url": "https://a.example/one.mp3",
                    "mime_type": "audio/mpeg",
                    "title": "One",
                    "size_in_bytes": 4321,
                    "duration_in_seconds": 75.5,
                }
            ],
        },
        {"id": "2", "content_text": ""},
    ],
}
ITEM: Place = ("items", 0)
FILE: Place = (*ITEM, "attachments", 0)
FEED_FAULTS: dict[str, tuple[Place, Any]] = {
    "no version": (("version",), GONE),
    "version 1": (("version",), "https://jsonfeed.org/version/1"),
    "no title": (("title",), GONE),
    "empty title": (("title",), " "),
    "title that is a number": (("title",), 7),
    "no page": (("home_page_url",), GONE),
    "no address of its own": (("feed_url",), GONE),
    "no items": (("items",), GONE),
    "items that are no list": (("items",), {"0": {"id": "1", "content_text": ""}}),
    "relative address": (("feed_url",), "/feed.json"),
    "address with a space": (("feed_url",), "https://a.example/my feed.json"),
    "address with a line break": (("feed_url",), "https://a.example/feed.json\n"),
    "address of a file": (("icon",), "file:///icon.png"),
    "next page that is this one": (("next_url",), "https://a.example/feed.json"),
    "next page that is null": (("next_url",), None),
    "author of version 1": (("author",), {"name": "Anna"}),
    "author of version 1 in an item": ((*ITEM, "author"), {"name": "Anna"}),
    "authors that are one": (("authors",), {"name": "Anna"}),
    "author with nothing": (("authors", 0), {}),
    "author with an e-mail": (("authors", 0, "email"), "anna@a.example"),
    "no authors at all in the list": (("authors",), []),
    "language with an underscore": (("language",), "en_GB"),
    "expired as a word": (("expired",), "yes"),
    "hub without type": (("hubs", 0, "type"), GONE),
    "hub without address": (("hubs", 0, "url"), GONE),
    "unknown key": (("lang",), "en"),
    "unknown key of an item": ((*ITEM, "guid"), "1"),
    "extension that is no object": (("_clinic",), "Clinic"),
    "extension without a letter": (("_1",), {}),
    "extension with a dot": (("_clinic.example",), {}),
    "item without id": ((*ITEM, "id"), GONE),
    "id that is a number": ((*ITEM, "id"), 1),
    "two items with one id": (("items", 1, "id"), FEED["items"][0]["id"]),
    "item without content": (("items", 1, "content_text"), GONE),
    "content that is null": ((*ITEM, "content_html"), None),
    "date without zone": ((*ITEM, "date_published"), "2026-03-01T06:00:00"),
    "date alone": ((*ITEM, "date_published"), "2026-03-01"),
    "date with a space for T": ((*ITEM, "date_modified"), "2026-03-01 06:00:00Z"),
    "date of the form of RSS": ((*ITEM, "date_modified"), "Sun, 01 Mar 2026 06:00:00 GMT"),
    "31 February": ((*ITEM, "date_modified"), "2026-02-31T06:00:00Z"),
    "tags in one text": ((*ITEM, "tags"), "back, pain"),
    "tag twice": ((*ITEM, "tags"), ["back", "back"]),
    "attachment without address": ((*FILE, "url"), GONE),
    "attachment without type": ((*FILE, "mime_type"), GONE),
    "attachment of no media type": ((*FILE, "mime_type"), "mp3"),
    "size below nothing": ((*FILE, "size_in_bytes"), -1),
    "size as text": ((*FILE, "size_in_bytes"), "4321"),
    "length as a clock shows it": ((*FILE, "duration_in_seconds"), "1:15"),
    "length that is no number": ((*FILE, "duration_in_seconds"), float("nan")),
}


def test_a_sound_json_feed_with_every_key_passes() -> None:
    validation.json_feed(json.dumps(FEED).encode())


@pytest.mark.parametrize("fault", FEED_FAULTS.values(), ids=FEED_FAULTS)
def test_a_json_feed_with_a_fault_is_refused(fault: tuple[Place, Any]) -> None:
    body = spoiled(FEED, fault)
    with pytest.raises(AssertionError, match=r"^JSON Feed: not as specified|^not JSON"):
        validation.json_feed(body)


def test_every_fault_of_a_json_feed_is_named_with_its_place() -> None:
    once = json.loads(spoiled(FEED, FEED_FAULTS["item without content"]))
    twice = spoiled(once, FEED_FAULTS["no title"])
    with pytest.raises(AssertionError) as refused:
        validation.json_feed(twice)
    assert "$: 'title' is a required property" in str(refused.value)
    assert (
        "$.items[1]: 'content_html' is a required property or 'content_text' is a required property"
    ) in str(refused.value)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xef\xbb\xbf{}", id="byte order mark"),
        pytest.param('{"title": "é"}'.encode("latin-1"), id="not UTF-8"),
        pytest.param(b'{"title": "A", "title": "B"}', id="key twice"),
        pytest.param(b"{", id="cut off"),
    ],
)
def test_what_is_no_json_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(AssertionError, match=r"^not JSON: "):
        validation.json_feed(body)


# Chapters and transcripts

CHAPTERS = {
    "version": "1.2.0",
    "author": "Anna",
    "title": "Strong hips",
    "podcastName": "Strong Back",
    "description": "Two exercises.",
    "fileName": "strong-hips.mp3",
    "waypoints": True,
    "chapters": [
        {"startTime": 0, "title": "Hello"},
        {
            "startTime": 12.5,
            "endTime": 20,
            "title": "The walk",
            "img": "https://a.example/walk.jpg",
            "url": "https://a.example/walk",
            "toc": False,
            "location": {"name": "Vienna", "geo": "geo:48.2,16.37", "osm": "R109166"},
        },
        {"startTime": 12.5, "toc": False},
    ],
}
CHAPTER: Place = ("chapters", 1)
CHAPTERS_FAULTS: dict[str, tuple[Place, Any]] = {
    "no version": (("version",), GONE),
    "version that is a number": (("version",), 1.2),
    "older version": (("version",), "1.1.0"),
    "no chapters": (("chapters",), GONE),
    "chapters that are none": (("chapters",), []),
    "chapter without start": ((*CHAPTER, "startTime"), GONE),
    "start as text": ((*CHAPTER, "startTime"), "12.5"),
    "start before the audio": (("chapters", 0, "startTime"), -1),
    "start that is no number": ((*CHAPTER, "startTime"), float("nan")),
    "start out of order": (("chapters", 2, "startTime"), 3),
    "end before the start": ((*CHAPTER, "endTime"), 12),
    "empty title": ((*CHAPTER, "title"), ""),
    "title that is null": ((*CHAPTER, "title"), None),
    "picture without a whole address": ((*CHAPTER, "img"), "walk.jpg"),
    "link without a whole address": ((*CHAPTER, "url"), "//a.example/walk"),
    "toc as a word": ((*CHAPTER, "toc"), "false"),
    "place without name": ((*CHAPTER, "location", "name"), GONE),
    "place without position": ((*CHAPTER, "location", "geo"), GONE),
    "position that is no geo address": ((*CHAPTER, "location", "geo"), "48.2,16.37"),
    "place of no kind": ((*CHAPTER, "location", "osm"), "109166"),
    "unknown key": (("podcast",), "Strong Back"),
    "key of another format": ((*CHAPTER, "start"), 12.5),
}

TRANSCRIPT = {
    "version": "1.0.0",
    "segments": [
        {"startTime": 0.5, "endTime": 2, "speaker": "Anna", "body": "Hello.\n"},
        {"startTime": 2, "body": "And welcome."},
    ],
}
TRANSCRIPT_FAULTS: dict[str, tuple[Place, Any]] = {
    "no version": (("version",), GONE),
    "version that is a number": (("version",), 1),
    "no segments": (("segments",), GONE),
    "segments that are none": (("segments",), []),
    "segment without start": (("segments", 0, "startTime"), GONE),
    "start as text": (("segments", 0, "startTime"), "00:00:00.500"),
    "start before the audio": (("segments", 0, "startTime"), -0.5),
    "start out of order": (("segments", 1, "startTime"), 0),
    "end before the start": (("segments", 0, "endTime"), 0.25),
    "end that is null": (("segments", 1, "endTime"), None),
    "segment without words": (("segments", 0, "body"), GONE),
    "empty words": (("segments", 0, "body"), ""),
    "nameless speaker": (("segments", 0, "speaker"), ""),
    "unknown key": (("segments", 0, "text"), "Hello."),
    "unknown key of the file": (("language",), "en"),
}


def test_sound_chapters_with_every_key_pass() -> None:
    validation.chapters(json.dumps(CHAPTERS).encode())


@pytest.mark.parametrize("fault", CHAPTERS_FAULTS.values(), ids=CHAPTERS_FAULTS)
def test_chapters_with_a_fault_are_refused(fault: tuple[Place, Any]) -> None:
    body = spoiled(CHAPTERS, fault)
    with pytest.raises(AssertionError, match=r"^chapters: not as specified|^not JSON"):
        validation.chapters(body)


def test_a_sound_transcript_with_every_key_passes() -> None:
    validation.transcript(json.dumps(TRANSCRIPT).encode())


@pytest.mark.parametrize("fault", TRANSCRIPT_FAULTS.values(), ids=TRANSCRIPT_FAULTS)
def test_a_transcript_with_a_fault_is_refused(fault: tuple[Place, Any]) -> None:
    body = spoiled(TRANSCRIPT, fault)
    with pytest.raises(AssertionError, match=r"^transcript: not as specified|^not JSON"):
        validation.transcript(body)


@pytest.mark.parametrize("name", ["json-feed", "chapters", "transcript"])
def test_the_schemas_are_sound_themselves(name: str) -> None:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    for object in objects(schema):
        assert object.get("additionalProperties") is False or "patternProperties" not in object
        assert set(object.get("required", ())) <= set(object["properties"])


def objects(schema: Any) -> Iterator[Any]:
    """Find every object with known keys that a schema describes."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            assert schema["additionalProperties"] is False
            yield schema
        for part in schema.values():
            yield from objects(part)
