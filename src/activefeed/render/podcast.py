"""The podcast's RSS feed: what apps and directories read (PSP-1, Apple, Podcasting 2.0).

Pure: values to bytes. Never uses feedgen's own podcast extension, which cannot write what Apple
asks for today.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from activefeed.formats.chapters import npt
from activefeed.model import Chapter, Link, Person, Recording, Show, Site
from activefeed.render import namespaces
from activefeed.render.entry import Entry
from activefeed.render.namespaces import Element, FeedFacts, clean, uri
from activefeed.tree import JSON_CHAPTERS
from activefeed.urls import Addresses


def render(site: Site, entries: Sequence[Entry], addresses: Addresses, facts: FeedFacts) -> bytes:
    """Return the feed of a site's show; entries stay in their order, newest first."""
    show = site.show
    assert show is not None
    feed = namespaces.begin(show, site.language, "application/rss+xml", addresses, facts)
    feed.copyright(clean(show.copyright))
    cover = addresses.url(facts.cover)
    feed.image(url=cover, title=clean(show.title), link=addresses.url(facts.page))
    feed.own.prefixes = ("itunes", "podcast", "psc")
    feed.own.elements = [
        *_channel(show, cover),
        *(_funding(link) for link in show.funding),
        *(_person(host, addresses, facts) for host in show.hosts),
    ]
    for entry in entries:
        made = namespaces.add_rss(feed, entry, _description(entry))
        sound = entry.enclosure
        assert sound is not None
        made.enclosure(uri(entry.enclosure_url(addresses)), str(sound.length), sound.type)
        made.own.elements = [
            Element("itunes:duration", str(sound.duration or "")),
            *_item(entry, site.language, addresses),
            *(_person(person, addresses, facts) for person in entry.item.people),
        ]
    return bytes(feed.rss_str(pretty=True))


def _channel(show: Show, cover: str) -> Iterator[Element]:
    name, email = show.owner
    yield Element("itunes:author", show.author)
    yield Element("itunes:image", attributes={"href": cover})
    for category, narrower in show.apple_categories:
        inner = Element("itunes:category", attributes={"text": narrower})
        yield Element("itunes:category", "", {"text": category}, (inner,))
    yield Element("itunes:explicit", _flag(show.explicit))
    yield Element("itunes:type", show.type)
    if email:
        owner = (Element("itunes:name", name), Element("itunes:email", email))
        yield Element("itunes:owner", children=owner)
    yield Element("podcast:guid", show.guid)
    yield Element("podcast:locked", "yes" if show.locked else "no", {"owner": email})
    yield Element("podcast:medium", "podcast")


def _description(entry: Entry) -> str:
    html = namespaces.clean_html(entry.feed_html)
    fits = len(html.encode()) <= namespaces.DESCRIPTION_LIMIT
    return html if html and fits else namespaces.html_of(entry.summary)


def _item(entry: Entry, language: str, addresses: Addresses) -> Iterator[Element]:
    recording = entry.item.recording
    assert recording is not None
    if entry.image:
        yield Element("itunes:image", attributes={"href": addresses.url(entry.image)})
    yield from _numbers(recording)
    if entry.transcript_path:
        url = addresses.url(entry.transcript_path)
        transcript = {"url": url, "type": "text/vtt", "language": language}
        yield Element("podcast:transcript", attributes=transcript)
    if entry.chapters_path:
        url = addresses.url(entry.chapters_path)
        yield Element("podcast:chapters", attributes={"url": url, "type": JSON_CHAPTERS})
    if entry.chapters:
        inner = tuple(_chapter(chapter) for chapter in entry.chapters)
        yield Element("psc:chapters", "", {"version": "1.2"}, inner)
    yield from (_funding(link) for link in recording.funding)


def _numbers(recording: Recording) -> Iterator[Element]:
    season, number = str(recording.season or ""), str(recording.number or "")
    yield Element("itunes:explicit", _flag(recording.explicit))
    yield Element("itunes:episode", number)
    yield Element("itunes:season", season)
    yield Element("itunes:episodeType", recording.type)
    yield Element("podcast:season", season)
    yield Element("podcast:episode", number)


def _chapter(chapter: Chapter) -> Element:
    links = {"href": uri(chapter.url), "image": uri(chapter.image)}
    times = {"start": npt(chapter.start), "title": chapter.title}
    return Element("psc:chapter", attributes=times | links)


def _person(person: Person, addresses: Addresses, facts: FeedFacts) -> Element:
    image = facts.picture(person.image, addresses)
    links = {"img": image, "href": uri(person.url)}
    return Element(
        "podcast:person", person.name, {"role": person.role, "group": person.group} | links
    )


def _funding(link: Link) -> Element:
    return Element("podcast:funding", link.title, {"url": uri(link.url)})


def _flag(value: bool) -> str:
    return "true" if value else "false"
