"""The podcast's RSS feed: what apps and directories read (PSP-1, Apple, Podcasting 2.0).

Pure: values to bytes. Never uses feedgen's own podcast extension, which cannot write what Apple
asks for today.
"""

from collections.abc import Iterator

from activefeed.formats.chapters import npt
from activefeed.model import Chapter, Person, Recording, Show
from activefeed.render import media, namespaces
from activefeed.render.entry import Edition, Entry, Feed
from activefeed.render.namespaces import Element, clean, uri
from activefeed.tree import JSON_CHAPTERS
from activefeed.urls import chapters_path, transcript_path


def render(edition: Edition, feed: Feed) -> bytes:
    """Return the feed of a site's show; entries stay in their order, newest first."""
    show = edition.site.show
    assert show is not None
    made = namespaces.begin(edition, feed, "itunes", "podcast", "psc")
    made.copyright(clean(show.copyright))
    cover = edition.url(media.picture(show.cover))
    made.image(url=cover, title=clean(show.title), link=edition.url(feed.page))
    made.own.elements = [*_channel(show, cover), *_people(show.hosts, edition)]
    for entry in edition.of("episode"):
        item = namespaces.add_rss(made, entry, _description(entry))
        sound, recording = entry.enclosure, entry.item.recording
        assert sound and recording
        item.enclosure(uri(entry.audio), str(sound.length), sound.type)
        time = Element("itunes:duration", str(sound.duration or ""))
        about = _episode(recording, entry, edition)
        item.own.elements = [time, *about, *_people(entry.item.people, edition)]
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
    for link in show.funding:
        yield Element("podcast:funding", link.title, {"url": uri(link.url)})


def _description(entry: Entry) -> str:
    html = namespaces.clean_html(entry.feed_html)
    fits = len(html.encode()) <= namespaces.DESCRIPTION_LIMIT
    return html if html and fits else namespaces.html_of(entry.summary)


def _episode(recording: Recording, entry: Entry, edition: Edition) -> Iterator[Element]:
    """Yield what apps read of an episode; ``Element`` leaves out what it has not."""
    season, number = str(recording.season or ""), str(recording.number or "")
    yield Element("itunes:image", attributes={"href": edition.url(entry.image)})
    yield Element("itunes:explicit", str(recording.explicit).lower())
    yield Element("itunes:episode", number)
    yield Element("itunes:season", season)
    yield Element("itunes:episodeType", recording.type)
    yield Element("podcast:season", season)
    yield Element("podcast:episode", number)
    if recording.cues:
        address = {"url": edition.url(transcript_path(entry.item.slug)), "type": "text/vtt"}
        language = {"language": edition.site.language}
        yield Element("podcast:transcript", attributes=address | language)
    if recording.chapters:
        address = {"url": edition.url(chapters_path(entry.item.slug)), "type": JSON_CHAPTERS}
        yield Element("podcast:chapters", attributes=address)
        inner = tuple(_chapter(chapter) for chapter in recording.chapters)
        yield Element("psc:chapters", "", {"version": "1.2"}, inner)


def _chapter(chapter: Chapter) -> Element:
    links = {"href": uri(chapter.url), "image": uri(chapter.image)}
    times = {"start": npt(chapter.start), "title": chapter.title}
    return Element("psc:chapter", attributes=times | links)


def _people(people: tuple[Person, ...], edition: Edition) -> Iterator[Element]:
    for person in people:
        links = {"img": edition.url(media.picture(person.image)), "href": uri(person.url)}
        yield Element("podcast:person", person.name, {"role": person.role} | links)
