"""The podcast's RSS feed: what apps and directories read (PSP-1, Apple, Podcasting 2.0).

Pure: values to bytes. Never uses feedgen's own podcast extension, which cannot write what Apple
asks for today.
"""

from __future__ import annotations

from collections.abc import Iterator

from activefeed.formats.chapters import npt
from activefeed.model import Chapter, Link, Person, Show
from activefeed.render import media, namespaces
from activefeed.render.entry import Edition, Entry, Feed
from activefeed.render.namespaces import Element, clean, uri
from activefeed.tree import JSON_CHAPTERS


def render(edition: Edition, feed: Feed) -> bytes:
    """Return the feed of a site's show; entries stay in their order, newest first."""
    show = edition.site.show
    assert show is not None
    made = namespaces.begin(edition, feed)
    made.copyright(clean(show.copyright))
    cover = edition.url(media.picture(show.cover))
    made.image(url=cover, title=clean(show.title), link=edition.url(feed.page))
    made.own.prefixes = ("itunes", "podcast", "psc")
    made.own.elements = [
        *_channel(show, cover),
        *(_funding(link) for link in show.funding),
        *(_person(host, edition) for host in show.hosts),
    ]
    for entry in edition.of("episode"):
        item = namespaces.add_rss(made, entry, _description(entry))
        sound = entry.enclosure
        assert sound is not None
        item.enclosure(uri(entry.audio), str(sound.length), sound.type)
        item.own.elements = [
            Element("itunes:duration", str(sound.duration or "")),
            *_item(entry, edition),
            *(_person(person, edition) for person in entry.item.people),
        ]
    return bytes(made.rss_str(pretty=True))


def _channel(show: Show, cover: str) -> Iterator[Element]:
    name, email = show.owner
    yield Element("itunes:author", show.author)
    yield Element("itunes:image", attributes={"href": cover})
    for category, narrower in show.apple_categories:
        inner = Element("itunes:category", attributes={"text": narrower})
        yield Element("itunes:category", "", {"text": category}, (inner,))
    yield Element("itunes:explicit", str(show.explicit).lower())
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


def _item(entry: Entry, edition: Edition) -> Iterator[Element]:
    """Yield what apps read of an episode; ``Element`` leaves out what it has not."""
    recording = entry.item.recording
    assert recording is not None
    season, number = str(recording.season or ""), str(recording.number or "")
    yield Element("itunes:image", attributes={"href": edition.url(entry.image)})
    yield Element("itunes:explicit", str(recording.explicit).lower())
    yield Element("itunes:episode", number)
    yield Element("itunes:season", season)
    yield Element("itunes:episodeType", recording.type)
    yield Element("podcast:season", season)
    yield Element("podcast:episode", number)
    if entry.cues:
        address = {"url": edition.url(entry.transcript_path), "type": "text/vtt"}
        language = {"language": edition.site.language}
        yield Element("podcast:transcript", attributes=address | language)
    if entry.chapters:
        address = {"url": edition.url(entry.chapters_path), "type": JSON_CHAPTERS}
        yield Element("podcast:chapters", attributes=address)
        inner = tuple(_chapter(chapter) for chapter in entry.chapters)
        yield Element("psc:chapters", "", {"version": "1.2"}, inner)


def _chapter(chapter: Chapter) -> Element:
    links = {"href": uri(chapter.url), "image": uri(chapter.image)}
    times = {"start": npt(chapter.start), "title": chapter.title}
    return Element("psc:chapter", attributes=times | links)


def _person(person: Person, edition: Edition) -> Element:
    links = {"img": edition.url(media.picture(person.image)), "href": uri(person.url)}
    return Element("podcast:person", person.name, {"role": person.role} | links)


def _funding(link: Link) -> Element:
    return Element("podcast:funding", link.title, {"url": uri(link.url)})
