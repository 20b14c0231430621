"""A Site to a Tree: entries, media, feeds and pages, gathered under their paths.

Reports links that lead nowhere and rules that the finished bytes break; touches no store.
"""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from zoneinfo import ZoneInfo

from activefeed.formats import transcripts
from activefeed.formats.chapters import write_json
from activefeed.model import Item, Published, PublishedItem, Site, hidden
from activefeed.problems import Location, Problem, Problems, SourceText
from activefeed.render import archives, blog, links, markup, media, pages, podcast, proof, templates
from activefeed.render.entry import Destination, Edition, Entry, Feed
from activefeed.render.namespaces import uri
from activefeed.render.pictures import gallery
from activefeed.render.words import of_site as words_of
from activefeed.tree import JSON_CHAPTERS, RSS, Artifact, Collision, Tier, Tree, artifact, gather
from activefeed.urls import Addresses, chapters_path, prefixed, transcript_path

_OURS = "this should not have come so far: please tell the makers of activefeed"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def render(site: Site, published: Published, to: Destination, problems: Problems) -> Tree:
    """Return everything to publish to a target."""
    addresses = Addresses(to.base, site.addresses, to.absolute)
    shown = [item for item in site.items if (site.show if item.kind == "episode" else site.blog)]
    shots, copies, kept = gallery(site, shown, published, to)
    frame = Edition(site, addresses, (), words_of(site, problems), to, pictures=shots)
    found = links.of_edition(frame, shown, problems)
    apart = replace(found, problems=Problems(), rooted=[])  # where links may lead nowhere yet
    entries = [_entry(item, published, apart if item.mark else found) for item in shown]
    for item in site.drafts:
        apart.html(links.Text(item.body, item.source, item.body_line), item.slug)
    problems.extend(apart.problems.errors, only_warn=True)
    # An episode whose audio is at fault was looked at like the others, but cannot be shown.
    sound = tuple(e for e in entries if e.enclosure or e.item.kind == "post")
    edition = replace(frame, entries=sound)
    edition = replace(edition, feeds=tuple(_feeds(edition, published)))
    own = gathered = {}  # own: without what is only at an old address
    try:
        press = templates.press(edition, found)
        own = gathered = gather([*copies, *_artifacts(edition, press)])
        gathered = gather([*own.values(), *pages.redirects(edition, press, own)])
        found.check_rooted(gathered)
    except Collision as clash:
        file = [one.path for one in site.assets if one.path.casefold() == str(clash).casefold()]
        kind = "address-clash:file" if file else "address-clash"
        where = next((at for old, _, at in site.aliases if old == str(clash)), None)
        where = Location(file[0]) if file else where
        problems.error(kind, where, path=clash, file="".join(file))
    if not problems.errors and not to.preview:  # else much of what is wrong would be told twice
        _proofread(own, site, problems)
    return Tree(
        base=to.base, artifacts=gathered, kept=kept | media.kept(edition, gathered),
        items=_identities(edition, published), main_feed=site.show.feed if site.show else "",
        prefix=site.show.audio_prefix if site.show else "",
        topics=frozenset(feed.path for feed in edition.feeds),
    )  # fmt: skip


def _entry(item: Item, published: Published, found: links.Links) -> Entry:
    edition, show = found.edition, found.edition.site.show
    local = item.published.astimezone(ZoneInfo(edition.site.timezone))
    path = edition.addresses.item(item.kind, item.slug)
    url = edition.url(path)
    html = found.html(links.Text(item.body, item.source, item.body_line), path)
    item = _with_addresses(item, edition)
    before = published.items.get(item.guid)
    record = before.enclosure if before and item.guid not in edition.to.renew else None
    if before and item.recording and not item.recording.audio.source:
        record = before.enclosure  # there is nothing here to make it anew from
    slow = edition.to.cache is not None  # there is a place to keep what is slow to make
    enclosure, copy = media.enclosure(item, show, local.date(), record, cover=slow)
    audio = enclosure.url or edition.url(enclosure.key) if enclosure else ""
    return Entry(
        item=item, path=path, url=url, local=local, html=html,
        feed_html=markup.for_feed(html + markup.references(item.references, edition.words), url),
        summary=item.summary or markup.summary(html), minutes=markup.minutes(html),
        enclosure=enclosure, copy=copy, audio=audio,
        enclosed=prefixed(show.audio_prefix, uri(audio)) if audio and show else "",
        image=media.picture(item.image) or (enclosure.cover if enclosure else ""),
        former=frozenset({before.key, *before.former} - {""} if before else ()),
        root=f"{edition.to.base}/" if edition.to.absolute else "../",
    )  # fmt: skip


def _with_addresses(item: Item, edition: Edition) -> Item:
    """Return an item whose chapters name their pictures by the address."""
    if not (recording := item.recording):
        return item
    images = [edition.url(media.picture(c.picture)) or uri(c.image) for c in recording.chapters]
    pairs = zip(recording.chapters, images, strict=True)
    chapters = tuple(replace(one, url=uri(one.url), image=image) for one, image in pairs)
    return replace(item, recording=replace(recording, chapters=chapters))


def _feeds(edition: Edition, published: Published) -> Iterator[Feed]:
    """Yield the feeds; ``updated`` is never the clock's, and never below what was published."""
    site, at = edition.site, edition.addresses
    every: list[Item | PublishedItem] = [entry.item for entry in edition.entries]
    every += published.items.values()
    known = {kind: [one for one in every if one.kind == kind] for kind in ("episode", "post")}
    episodes, posts = edition.of("episode"), edition.blog
    if show := site.show:
        page, changed = at.page("podcast/index"), _newest(known["episode"])
        words = show.title, "", show.description
        yield Feed("podcast", *words, show.feed, page, RSS, changed, episodes, podcast.render)
    if written := site.blog:
        changed = _newest([*known["post"], *(entry.item for entry in posts)])
        page = at.page("blog/index")
        for path, form, type, write in blog.FORMS:
            words = written.title, form, written.description
            yield Feed("blog", *words, path, page, type, changed, posts, write)
    if site.show and site.blog:
        words, page, changed = (site.title, "", site.description), at.page("index"), _newest(every)
        path = "all.xml" if site.show.feed == "feed.xml" else "feed.xml"
        yield Feed("all", *words, path, page, RSS, changed, edition.entries, blog.rss)
    for page, title, entries in (*pages.subjects(edition), *pages.portraits(edition)):
        about = edition.words("feed_about", topic=title, site=site.title)
        words, changed = (title, "", about), _newest([entry.item for entry in entries])
        yield Feed("topic", *words, at.topic(page), page, RSS, changed, entries, blog.rss)


def _newest(items: list[Item | PublishedItem]) -> datetime:
    return max((item.updated for item in items), default=_NEVER)


def _artifacts(edition: Edition, press: templates.Press) -> Iterator[Artifact]:
    site = edition.site
    yield from media.artifacts(edition)
    for entry in edition.entries:
        item, recording, sound = entry.item, entry.item.recording, entry.enclosure
        if recording and recording.chapters:
            body = edition.to.body(partial(write_json, recording.chapters))
            yield artifact(chapters_path(item.slug), Tier.DETAIL, body, JSON_CHAPTERS)
        if recording and recording.cues and sound:
            for ending in transcripts.FORMS:
                make = partial(transcripts.write, recording.cues, ending, sound.duration)
                body, path = edition.to.body(make), transcript_path(item.slug, ending)
                yield artifact(path, Tier.DETAIL, body)
    for feed in edition.feeds:
        documents = list(archives.artifacts(edition, feed))
        yield from documents
        if feed.kind == "podcast" and documents[1:] and not site.feed_chosen:
            where = site.settings.find("[site]")
            press.links.problems.warn("long-feed", where, every=len(feed.entries))
    yield from pages.artifacts(edition, press)


def _proofread(gathered: Mapping[str, Artifact], site: Site, problems: Problems) -> None:
    """Hold the finished bytes against the rules of those who read them."""
    sources = {form: item.source for item in site.items for form in blog.ids(site.id, item.guid)}
    sources |= {f"podcast/{item.slug}": item.source for item in site.items if item.recording}
    ours = (one for one in gathered.values() if isinstance(one.body, bytes))  # no author's assets
    proven = [one for one in ours if one.tier in {Tier.DETAIL, Tier.FEED}]
    documents = [(one.path, one.content_type, one.open().read()) for one in proven]
    for found in proof.read(documents):
        if source := sources.get(found.guid or posixpath.dirname(found.path)):
            where = source.find(f"{found.key}:") if found.key else Location(source.file)
        else:
            where = _in_settings(found, site.settings)
        fix = found.fix or _OURS
        problems.add(Problem(found.code, found.message, fix, where, found.severe))


def _in_settings(found: proof.Finding, settings: SourceText) -> Location:
    """Return the line of the settings that a finding in the frame of a feed comes from."""
    table = settings.find("[blog]" if found.path.startswith("blog/") else "[podcast]")
    key = {"people": "hosts", "image": "cover"}.get(found.key, found.key)
    where = settings.find(f"{key} =", table.line) if table.line else table
    return where if where.line else settings.find(f"{key} =") if key else table


def _identities(edition: Edition, published: Published) -> dict[str, PublishedItem]:
    """Return what this tree announces, and what stays reserved because it was withdrawn."""
    found = dict[str, PublishedItem]()
    for guid, was in published.items.items():
        if was.state == "withdrawn":
            found[guid] = was
        elif guid in edition.site.withdrawn:  # neither its title nor its address is kept
            slug, when = hidden(was.slug), (was.published, was.updated)
            found[guid] = PublishedItem(guid, was.kind, slug, "", "", *when, None, "withdrawn")
    taken = {entry.path for entry in edition.entries}
    for entry in edition.entries:
        item, before = entry.item, published.items.get(entry.item.guid)
        found[item.guid] = PublishedItem(
            item.guid, item.kind, item.slug, item.title, entry.path, item.published, item.updated,
            entry.enclosure, "live", tuple(sorted(entry.former - taken)),
            media.ever(entry, edition, before),
        )  # fmt: skip
    return dict(sorted(found.items()))
