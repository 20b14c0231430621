"""Broken chains of documents are found: archives of feeds, pages of a JSON Feed."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest
import validation
from validation import NAMES

FIRST = "https://a.example/feed"
RSS_CHAIN = """<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"
     xmlns:fh="http://purl.org/syndication/history/1.0"><channel>
<atom:link rel="hub" href="https://hub.example/"/>{links}{history}{items}
</channel></rss>"""
ATOM_CHAIN = """<feed xmlns="http://www.w3.org/2005/Atom"
      xmlns:fh="http://purl.org/syndication/history/1.0">{links}{history}{items}</feed>"""


def changed(document: str, fault: tuple[str, str]) -> bytes:
    old, new = fault
    assert document.count(old) == 1
    return document.replace(old, new).encode()


def rss_document(ids: str, archive: bool, **links: str) -> str:
    return RSS_CHAIN.format(
        links="".join(f'<atom:link rel="{rel}" href="{at}"/>' for rel, at in named(links)),
        history="<fh:archive/>" if archive else "",
        items="".join(f'<item><guid isPermaLink="false">{id}</guid></item>' for id in ids),
    )


def atom_document(ids: str, archive: bool, **links: str) -> str:
    return ATOM_CHAIN.format(
        links="".join(f'<link rel="{rel}" href="{at}"/>' for rel, at in named(links)),
        history="<fh:archive/>" if archive else "",
        items="".join(f"<entry><id>{id}</id></entry>" for id in ids),
    )


def named(links: dict[str, str]) -> list[tuple[str, str]]:
    return [(rel.replace("_", "-"), f"{FIRST}{path}") for rel, path in links.items()]


Write = Callable[..., str]
KINDS = pytest.mark.parametrize("write", [rss_document, atom_document])


def archived(write: Write) -> dict[str, str]:
    return {
        FIRST: write("fed", False, self="", prev_archive="/2"),
        f"{FIRST}/2": write("dc", True, self="/2", current="", prev_archive="/1"),
        f"{FIRST}/1": write("ba", True, self="/1", current="", next_archive="/2"),
    }


def bodies(documents: Mapping[str, str]) -> dict[str, bytes]:
    return {address: text.encode() for address, text in documents.items()}


ALSO = f'<link xmlns="{NAMES["atom"]}"'
ARCHIVE_FAULTS: dict[str, tuple[str, str, str]] = {
    "archive that does not say so": ("/2", "<fh:archive/>", ""),
    "feed that says it is an archive": ("", f'{FIRST}"/>', f'{FIRST}"/><fh:archive/>'),
    "feed that says it is complete": ("", f'{FIRST}"/>', f'{FIRST}"/><fh:complete/>'),
    "archive without a way to the feed": ("/2", 'rel="current"', 'rel="related"'),
    "way to another feed": ("/2", f'"{FIRST}"', '"https://b.example/feed"'),
    "feed without its own address": ("", 'rel="self"', 'rel="related"'),
    "archive without its own address": ("/1", 'rel="self"', 'rel="related"'),
    "archive with the address of the feed": ("/1", f'"{FIRST}/1"', f'"{FIRST}"'),
    "loop": ("/1", 'rel="next-archive"', 'rel="prev-archive"'),
    "archive before itself": ("/2", f'rel="prev-archive" href="{FIRST}/1"', "SELF"),
    "archive that is not there": ("/2", f'rel="prev-archive" href="{FIRST}/1"', "NOWHERE"),
    "way forward that skips": ("/1", f'"{FIRST}/2"', f'"{FIRST}"'),
    "two ways back": (
        "/2",
        'rel="prev-archive"',
        f'rel="prev-archive" href="{FIRST}/1"/>{ALSO} rel="prev-archive"',
    ),
    "archive that is no XML": ("/2", "fh:archive/>", "fh:archive>"),
}
TURNS = {
    "SELF": f'rel="prev-archive" href="{FIRST}/2"',
    "NOWHERE": f'rel="prev-archive" href="{FIRST}/0"',
}


@KINDS
def test_a_sound_archive_is_walked_to_its_oldest_document(write: Write) -> None:
    assert validation.rfc5005(bodies(archived(write)), FIRST) == list("feddcba")


@KINDS
def test_a_feed_without_archive_is_its_own_chain(write: Write) -> None:
    assert validation.rfc5005({FIRST: write("ba", False, self="").encode()}, FIRST) == ["b", "a"]


@KINDS
@pytest.mark.parametrize("fault", ARCHIVE_FAULTS.values(), ids=ARCHIVE_FAULTS)
def test_a_broken_archive_is_refused(write: Write, fault: tuple[str, str, str]) -> None:
    path, old, new = fault
    documents = bodies(archived(write))
    text = documents[f"{FIRST}{path}"].decode()
    documents[f"{FIRST}{path}"] = changed(text, (old, TURNS.get(new, new)))
    with pytest.raises(AssertionError, match=FIRST):
        validation.rfc5005(documents, FIRST)


def page(ids: str, next_url: str = "", feed_url: str = FIRST) -> bytes:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Notes",
        "home_page_url": "https://a.example/",
        "feed_url": feed_url,
        "items": [{"id": id, "content_text": ""} for id in ids],
    }
    return json.dumps(feed | ({"next_url": next_url} if next_url else {})).encode()


PAGES = {
    FIRST: page("fe", f"{FIRST}/2"),
    f"{FIRST}/2": page("edc", f"{FIRST}/1", f"{FIRST}/2"),
    f"{FIRST}/1": page("ba"),
}
PAGES_FAULTS: dict[str, dict[str, bytes]] = {
    "page that is its own next": {f"{FIRST}/2": page("dc", f"{FIRST}/2", f"{FIRST}/2")},
    "page that leads back to the first": {f"{FIRST}/1": page("ba", FIRST, f"{FIRST}/1")},
    "page whose next is the feed": {f"{FIRST}/1": page("ba", FIRST)},
    "loop": {f"{FIRST}/1": page("ba", f"{FIRST}/2", f"{FIRST}/1")},
    "page that is not there": {f"{FIRST}/1": page("ba", f"{FIRST}/0")},
    "page of another feed": {f"{FIRST}/1": page("ba", "", "https://b.example/feed.json")},
    "page that is no feed": {f"{FIRST}/2": b"{}"},
    "page that is no JSON": {f"{FIRST}/2": b"<feed/>"},
}


def test_the_pages_of_a_json_feed_are_walked_to_the_last() -> None:
    assert validation.next_urls(PAGES, FIRST) == list("feedcba")


@pytest.mark.parametrize("fault", PAGES_FAULTS.values(), ids=PAGES_FAULTS)
def test_a_broken_chain_of_pages_is_refused(fault: dict[str, bytes]) -> None:
    with pytest.raises(AssertionError, match=FIRST):
        validation.next_urls(PAGES | fault, FIRST)
