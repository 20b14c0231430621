"""Model values for tests: each function gives a whole, ordinary value; name what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from activefeed.model import (
    Audio,
    Blog,
    Category,
    Image,
    Item,
    Person,
    PublishedEnclosure,
    Recording,
    Show,
    Site,
    SourceFile,
)
from activefeed.problems import SourceText
from activefeed.render import blog, podcast
from activefeed.render.entry import Destination, Document, Edition, Entry, Feed
from activefeed.render.words import of_language
from activefeed.tree import RSS, Artifact, Tier, artifact
from activefeed.urls import Addresses

SITE_ID = "5b0c6a1e-6d0f-4d57-9a53-0f6c1f1b7a11"
SHA = "ab" * 32
BASE = "https://clinic.example"


def source(path: str = "images/cover.png") -> SourceFile:
    return SourceFile(path, Path("/nowhere") / path, 1000, SHA)


def image(**changes: Any) -> Image:
    return replace(Image(source(), ".png", 1400, 1400), **changes)


def person(**changes: Any) -> Person:
    return replace(Person("anna", "Anna Host", url="https://anna.example"), **changes)


def show(**changes: Any) -> Show:
    return replace(
        Show(
            guid="9b024349-ccf0-5f69-a609-6b82873eab3c",
            title="Strong Back",
            description="Exercises for a quiet back.",
            author="The Clinic",
            cover=image(),
            apple_categories=(("Health & Fitness", "Medicine"), ("Education", "")),
            explicit=False,
            type="episodic",
            owner=("", ""),
            locked=True,
            copyright="The Clinic",
            feed="podcast/feed.xml",
            hosts=(person(),),
            funding=(),
            tag_audio=False,  # sources here are in no folder
        ),
        **changes,
    )


def recording(**changes: Any) -> Recording:
    return replace(
        Recording(
            audio=Audio(source("episodes/012.mp3"), "", ".mp3", 4321, 754, SHA),
            number=12,
            season=2,
            type="full",
            explicit=False,
            chapters=(),
            embedded=False,
            cues=(),
            cover=None,
        ),
        **changes,
    )


def item(**changes: Any) -> Item:
    """Return an episode."""
    return replace(
        Item(
            kind="episode",
            source=SourceText("episodes/012-strong-hips.md", "---\ntitle: Strong hips\n---\n"),
            slug="strong-hips",
            guid="7d9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4",
            title="Strong hips, quiet back",
            subtitle="",
            summary="Two exercises.",
            published=datetime(2026, 3, 1, 6, 0, tzinfo=UTC),
            updated=datetime(2026, 3, 2, 7, 30, tzinfo=UTC),
            body="Notes.",
            body_line=4,
            image=None,
            people=(person(),),
            categories=(Category("back-pain", "Back Pain"),),
            references=(),
            related=(),
            recording=recording(),
        ),
        **changes,
    )


def post(**changes: Any) -> Item:
    """Return a post."""
    ordinary = item(
        kind="post",
        source=SourceText("posts/walking.md", "---\ntitle: Walking\n---\n"),
        slug="walking",
        guid="1c9f6c2e-1b1f-5c43-9a53-30b7a9a2f1c4",
        title="Walking",
        people=(person(role="author"),),
        recording=None,
    )
    return replace(ordinary, **changes)


def enclosure(**changes: Any) -> PublishedEnclosure:
    key = "media/strong-hips.abababababab.mp3"
    return replace(PublishedEnclosure(key, "", 4321, "audio/mpeg", 754, SHA, SHA), **changes)


def entry(**changes: Any) -> Entry:
    """Return the entry of an item (an episode unless ``item=`` is given)."""
    one: Item = changes.get("item") or item()
    addresses = Addresses(BASE)
    path = addresses.item(one.kind, one.slug)
    spoken = one.recording
    return replace(
        Entry(
            item=one,
            path=path,
            url=addresses.url(path),
            local=one.published,
            html="<p>Notes.</p>",
            feed_html="<p>Notes.</p>",
            summary=one.summary,
            enclosure=enclosure() if spoken else None,
            audio=f"{BASE}/{enclosure().key}" if spoken else "",
            enclosed=f"{BASE}/{enclosure().key}" if spoken else "",
            image="",
            copy=_copy(spoken),
        ),
        **changes,
    )


def _copy(spoken: Recording | None) -> Artifact | None:
    here = spoken.audio.source if spoken else None
    return artifact(enclosure().key, Tier.MEDIA, here, "audio/mpeg") if here else None


FEEDS: dict[str, tuple[str, str, Callable[[Edition, Document], bytes]]] = {
    "podcast/feed.xml": ("podcast", RSS, podcast.render),
    **{path: ("blog", type, write) for path, _, type, write in blog.FORMS},
}
UPDATED = datetime(2026, 3, 2, 8, 30, 0, 5, tzinfo=timezone(timedelta(hours=1)))


def edition(*entries: Entry, **changes: Any) -> Edition:
    """Return a site with entries, as feeds and pages are given it."""
    whole = site(**changes)
    words = of_language(whole.language)
    return Edition(whole, Addresses(BASE), entries, words, Destination(BASE))


def feed(path: str, whole: Edition) -> Feed:
    """Return the feed at a path, of an edition."""
    kind, type, write = FEEDS[path]
    about = whole.site.show if kind == "podcast" else whole.site.blog
    assert about is not None
    page = f"{kind}/index.html"
    words = (about.title, "", about.description)
    return Feed(kind, *words, path, page, type, UPDATED, whole.entries, write)


def written(path: str, *entries: Entry, **changes: Any) -> bytes:
    """Return the feed at a path, of a site with these entries."""
    whole = edition(*entries, **changes)
    one = feed(path, whole)
    return one.write(whole, Document(one, path, entries, UPDATED))


def site(**changes: Any) -> Site:
    """Return a site with a show and a blog, and no items."""
    return replace(
        Site(
            id=SITE_ID,
            title="Clinic",
            description="A clinic that talks.",
            url=BASE,
            language="en",
            timezone="Europe/Berlin",
            addresses="files",
            settings=SourceText("activefeed.toml", ""),
            nav=(),
            header_link=None,
            footer=(),
            show=show(),
            blog=Blog("Clinic Notes", "What we read & think."),
            people=(person(),),
            items=(),
            pages=(),
            files={},
            waiting={},
            withdrawn=frozenset(),
            drafts=(),
        ),
        **changes,
    )
