"""A Site to a Tree: entries, media, feeds and pages, gathered under their paths.

Reports links that lead nowhere; touches no disk and no store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime

from activefeed.formats import chapters, transcripts
from activefeed.model import Item, Published, PublishedItem, Site
from activefeed.problems import Problems
from activefeed.render import blog, links, markup, media, pages, podcast
from activefeed.render.entry import Entry
from activefeed.render.links import Links, Text
from activefeed.render.namespaces import FeedFacts
from activefeed.render.pages import Theme
from activefeed.tree import (
    ATOM,
    JSON_CHAPTERS,
    JSON_FEED,
    RSS,
    Artifact,
    Collision,
    Tier,
    Tree,
    artifact,
    gather,
)
from activefeed.urls import Addresses, chapters_path, transcript_path

_SUMMARY = 200  # characters of a text that stand for it in lists


def render(site: Site, published: Published, base: str, problems: Problems) -> Tree:
    """Return everything to publish under a public address."""
    addresses = Addresses(base, site.addresses)
    found = links.of_site(site, addresses, problems)
    theme = pages.theme(site, addresses, found)
    entries = [_entry(item, published, found, theme) for item in site.items]
    sound = [e for e in entries if e.enclosure or e.item.kind == "post"]
    images = media.pictures(site)
    artifacts = [
        *media.artifacts(site, sound),
        *(one for entry in sound for one in _details(entry)),
        *_feeds(site, sound, published, addresses, images),
        *pages.artifacts(site, sound, theme, images),
    ]
    try:
        gathered = gather(artifacts)
    except Collision as clash:
        fix = "give one of them another slug:, or set another path for the feed"
        problems.error("address-clash", f"two things want the address {clash.path}", fix, None)
        gathered = {}
    found.check_rooted(frozenset(gathered))
    return Tree(
        base=base,
        artifacts=gathered,
        kept=media.kept(sound, gathered),
        items=_identities(site, sound, published),
        main_feed=site.show.feed if site.show else "",
    )


def _entry(item: Item, published: Published, found: Links, theme: Theme) -> Entry:
    addresses = found.addresses
    path = addresses.item(item.kind, item.slug)
    html = found.html(Text(item.body, item.source, item.body_line), path)
    url = addresses.url(path)
    recording = item.recording
    enclosure = media.enclosure(item, published) if recording else None
    return Entry(
        item=item,
        path=path,
        url=url,
        html=html,
        feed_html=markup.for_feed(html + theme.references(item.references), url),
        summary=item.summary or markup.shorten(markup.plain(html), _SUMMARY),
        enclosure=enclosure,
        image=media.picture_path(item, enclosure),
        chapters=recording.chapters if recording else (),
        chapters_path=chapters_path(item.slug) if recording and recording.chapters else "",
        transcript_path=transcript_path(item.slug) if recording and recording.transcript else "",
    )


def _details(entry: Entry) -> Iterator[Artifact]:
    recording = entry.item.recording
    if entry.chapters_path:
        body = chapters.write_json(entry.chapters)
        yield artifact(entry.chapters_path, Tier.DETAIL, body, JSON_CHAPTERS)
    if recording and recording.transcript:
        text = transcripts.write_vtt(recording.transcript.cues, recording.audio.duration)
        yield artifact(entry.transcript_path, Tier.DETAIL, text.encode())


def _feeds(
    site: Site,
    entries: list[Entry],
    published: Published,
    addresses: Addresses,
    images: Mapping[str, str],
) -> Iterator[Artifact]:
    episodes = [entry for entry in entries if entry.item.kind == "episode"]
    posts = [entry for entry in entries if entry.item.kind == "post"]

    def facts(path: str, page: str, shown: list[Entry], cover: str = "") -> FeedFacts:
        kind = "post" if not cover else "episode"
        updated = _updated((e.item.updated for e in shown), published, kind)
        return FeedFacts(path, addresses.page(page), updated, cover, images)

    if site.show:
        about = facts(site.show.feed, "podcast/index", episodes, media.cover_path(site.show))
        body = podcast.render(site, episodes, addresses, about)
        yield artifact(site.show.feed, Tier.FEED, body, RSS)
    if site.blog:
        for path, write, kind in (
            ("blog/feed.xml", blog.rss, RSS),
            ("blog/atom.xml", blog.atom, ATOM),
            ("blog/feed.json", blog.json_feed, JSON_FEED),
        ):
            body = write(site, posts, addresses, facts(path, "blog/index", posts))
            yield artifact(path, Tier.FEED, body, kind)


def _updated(found: Iterable[datetime], published: Published, kind: str) -> datetime:
    """Return the newest change of a feed: never the clock, never below what was published."""
    before = (item.updated for item in published.items.values() if item.kind == kind)
    return max((*found, *before), default=datetime(1970, 1, 1, tzinfo=UTC))


def _identities(site: Site, entries: list[Entry], published: Published) -> dict[str, PublishedItem]:
    """Return what this tree announces, and what stays reserved because it was withdrawn."""
    found = {
        guid: PublishedItem(
            record.guid, record.kind, record.slug, record.title, record.key, record.published,
            record.updated, record.enclosure, "withdrawn",
        )
        for guid, record in published.items.items()
        if record.state == "withdrawn" or guid in site.withdrawn
    }  # fmt: skip
    for entry in entries:
        item = entry.item
        found[item.guid] = PublishedItem(
            item.guid, item.kind, item.slug, item.title, entry.path, item.published,
            item.updated, entry.enclosure,
        )  # fmt: skip
    return dict(sorted(found.items()))
