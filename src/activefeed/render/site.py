"""A Site to a Tree: entries, media, feeds and pages, gathered under their paths.

Reports links that lead nowhere; touches no disk and no store.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from activefeed.formats import chapters, transcripts
from activefeed.model import Item, Published, PublishedItem, Site
from activefeed.problems import Problems
from activefeed.render import blog, links, markup, media, pages, podcast, templates
from activefeed.render.entry import Edition, Entry, Feed
from activefeed.render.links import Links, Text
from activefeed.tree import JSON_CHAPTERS, RSS, Artifact, Collision, Tier, Tree, artifact, gather
from activefeed.urls import Addresses, chapters_path, transcript_path

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def render(site: Site, published: Published, base: str, problems: Problems) -> Tree:
    """Return everything to publish under a public address."""
    addresses = Addresses(base, site.addresses)
    shown = [item for item in site.items if (site.show if item.kind == "episode" else site.blog)]
    found = links.of_site(site, shown, addresses, problems)
    entries = [_entry(item, published, found, ZoneInfo(site.timezone)) for item in shown]
    _look_at_drafts(site, found)
    # An episode whose audio is at fault was looked at like the others, but cannot be shown.
    sound = tuple(e for e in entries if e.enclosure or e.item.kind == "post")
    known: list[Item | PublishedItem] = [*(e.item for e in sound), *published.items.values()]
    edition = Edition(site, addresses, sound, tuple(_feeds(site, addresses, known)))
    gathered = {}
    try:
        gathered = gather(_artifacts(edition, found))
        found.check_rooted(gathered)
    except Collision as clash:
        fix = "give one of them another slug:, or set another path for the feed"
        problems.error("address-clash", f"two things want the address {clash.path}", fix, None)
    kept, items = media.kept(edition, gathered), _identities(edition, published)
    return Tree(base, gathered, kept, items, main_feed=site.show.feed if site.show else "")


def _look_at_drafts(site: Site, found: Links) -> None:
    """Warn about links that will lead nowhere."""
    problems = Problems()
    apart = replace(found, problems=problems, rooted=[])
    for item in site.drafts:
        apart.html(Text(item.body, item.source, item.body_line), item.slug)
    found.problems.extend(problems.errors, only_warn=True)


def _entry(item: Item, published: Published, found: Links, zone: ZoneInfo) -> Entry:
    addresses = found.addresses
    path = addresses.item(item.kind, item.slug)
    url = addresses.url(path)
    html = found.html(Text(item.body, item.source, item.body_line), path)
    enclosure = media.enclosure(item, published)
    return Entry(
        item=item,
        path=path,
        url=url,
        local=item.published.astimezone(zone),
        html=html,
        feed_html=markup.for_feed(html + templates.references(item.references), url),
        summary=item.summary or markup.summary(html),
        enclosure=enclosure,
        audio=enclosure.url or addresses.url(enclosure.key) if enclosure else "",
        image=media.picture(item.image) or (enclosure.cover if enclosure else ""),
    )


def _feeds(site: Site, at: Addresses, items: list[Item | PublishedItem]) -> Iterator[Feed]:
    """Yield the feeds; ``updated`` is never the clock's, and never below what was published."""
    updated = {"episode": _NEVER, "post": _NEVER}
    for item in items:
        updated[item.kind] = max(updated[item.kind], item.updated)
    if show := site.show:
        page, changed = at.page("podcast/index"), updated["episode"]
        yield Feed("episode", show, show.feed, page, show.title, RSS, changed, podcast.render)
    if about := site.blog:
        page, changed = at.page("blog/index"), updated["post"]
        for path, words, type, write in blog.FEEDS:
            yield Feed("post", about, path, page, about.title + words, type, changed, write)


def _artifacts(edition: Edition, found: Links) -> Iterator[Artifact]:
    yield from media.artifacts(edition)
    for entry in edition.entries:
        item, recording, sound = entry.item, entry.item.recording, entry.enclosure
        if recording and recording.chapters:
            body = chapters.write_json(recording.chapters)
            yield artifact(chapters_path(item.slug), Tier.DETAIL, body, JSON_CHAPTERS)
        if recording and recording.cues and sound:
            text = transcripts.write_vtt(recording.cues, sound.duration)
            yield artifact(transcript_path(item.slug), Tier.DETAIL, text.encode())
    for feed in edition.feeds:
        yield artifact(feed.path, Tier.FEED, feed.write(edition, feed), feed.type)
    yield from pages.artifacts(edition, found)


def _identities(edition: Edition, published: Published) -> dict[str, PublishedItem]:
    """Return what this tree announces, and what stays reserved because it was withdrawn."""
    found = {
        guid: replace(record, state="withdrawn")
        for guid, record in published.items.items()
        if record.state == "withdrawn" or guid in edition.site.withdrawn
    }
    for entry in edition.entries:
        item = entry.item
        found[item.guid] = PublishedItem(
            item.guid, item.kind, item.slug, item.title, entry.path, item.published,
            item.updated, entry.enclosure,
        )  # fmt: skip
    return dict(sorted(found.items()))
