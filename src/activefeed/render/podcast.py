"""The podcast's RSS feed: what apps and directories read (PSP-1, Apple, Podcasting 2.0).

Pure: values to bytes. Never uses feedgen's own podcast extension, which cannot write what Apple
asks for today.
"""

from collections.abc import Iterable, Iterator
from email.utils import format_datetime

from activefeed.formats.chapters import npt, seconds
from activefeed.formats.transcripts import FORMS
from activefeed.model import Image, Person, Recording, Show
from activefeed.render import markup, media, namespaces
from activefeed.render.entry import Document, Edition, Entry
from activefeed.render.namespaces import Element, clean, uri, web
from activefeed.tree import JSON_CHAPTERS, content_type_of
from activefeed.urls import chapters_path, transcript_path


def render(edition: Edition, document: Document) -> bytes:
    """Return a document of the show's feed; entries stay in their order, newest first."""
    show = edition.site.show
    assert show is not None
    made = namespaces.begin(edition, document, "itunes", "podcast", "psc")
    made.copyright(clean(show.copyright))
    cover = edition.url(media.picture(show.cover))
    made.image(url=cover, title=clean(show.title), link=edition.url(document.feed.page))
    made.own.elements += [*_apple(show, cover), *_channel(show, cover)]
    made.own.elements += _people(show.hosts, edition)
    if not document.archive:
        made.own.elements += _trailers(document.feed.entries)
    for entry in document.entries:
        item = namespaces.add_rss(made, entry, _description(entry))
        sound, recording = entry.enclosure, entry.item.recording
        assert sound and recording
        item.own.elements = [Element("itunes:duration", str(sound.duration or ""))]
        item.own.elements += _episode(recording, entry, edition, show)
        item.own.elements += _files(recording, entry, edition)
        item.own.elements += _people(entry.item.people, edition)
    return namespaces.styled(made.rss_str(pretty=True), edition, document)


def _apple(show: Show, cover: str) -> Iterator[Element]:
    name, email = show.owner
    if email:  # before the author: some readers take the last of the two for whom the show is by
        owner = (Element("itunes:name", name), Element("itunes:email", email))
        yield Element("itunes:owner", children=owner)
    yield Element("itunes:author", show.author)
    yield Element("itunes:image", attributes={"href": cover})
    for category, narrower in show.apple_categories:
        inner = Element("itunes:category", attributes={"text": narrower})
        yield Element("itunes:category", "", {"text": category}, (inner,))
    yield Element("itunes:explicit", str(show.explicit).lower())
    yield Element("itunes:type", show.type)
    yield Element("itunes:new-feed-url", "" if show.new_feed_past else uri(show.new_feed_url))
    yield Element("itunes:block", "Yes" if "" in show.block else "")
    yield Element("itunes:complete", "Yes" if show.complete else "")


def _channel(show: Show, cover: str) -> Iterator[Element]:
    yield Element("podcast:guid", show.guid)
    yield Element("podcast:locked", "yes" if show.locked else "no", {"owner": show.owner[1]})
    yield Element("podcast:medium", show.medium)
    yield _image(show.cover, cover)
    yield from _terms(show)
    for service in show.block:
        yield Element("podcast:block", "yes", {"id": service})
    for note in show.notes:
        yield Element("podcast:txt", note.text, {"purpose": note.purpose})
    if often := show.frequency:
        attributes = {"complete": "true" if often.complete else "", "rrule": often.rrule}
        yield Element("podcast:updateFrequency", often.text, attributes)


def _trailers(entries: Iterable[Entry]) -> Iterator[Element]:
    """Yield the trailers of the show and of its seasons; one with a number is of an episode."""
    for entry in entries:
        sound, recording = entry.enclosure, entry.item.recording
        if sound and recording and recording.type == "trailer" and not recording.number:
            when = format_datetime(namespaces.instant(entry.item.published))
            file = {"url": entry.enclosed, "pubdate": when, "length": str(sound.length)}
            kind = {"type": sound.type, "season": str(recording.season or "")}
            yield Element("podcast:trailer", entry.item.title, file | kind)


def _terms(of: Show | Recording) -> Iterator[Element]:
    if terms := of.license:
        yield Element("podcast:license", terms.name, {"url": uri(terms.url)})
    if place := of.location:
        rel = "" if place.rel == "subject" else place.rel  # which is the default
        attributes = {"rel": rel, "geo": place.geo, "osm": place.osm, "country": place.country}
        yield Element("podcast:location", place.name, attributes)
    for link in of.funding:
        yield Element("podcast:funding", link.title, {"url": uri(link.url)})


def _image(image: Image | None, href: str) -> Element:
    facts = {}
    if image and href:
        square = "1/1" if image.width == image.height and image.width else ""
        width, height = str(image.width or ""), str(image.height or "")
        facts = {"alt": image.alt, "aspect-ratio": square, "width": width, "height": height}
        facts |= {"type": content_type_of(href), "purpose": "artwork" if square else ""}
    return Element("podcast:image", attributes={"href": href, **facts})


def _description(entry: Entry) -> str:
    html = markup.for_description(namespaces.clean_html(entry.feed_html))
    fits = len(html.encode()) <= namespaces.DESCRIPTION_LIMIT
    return html if html and fits else namespaces.html_of(entry.summary)


def _episode(recording: Recording, entry: Entry, edition: Edition, show: Show) -> Iterator[Element]:
    """Yield what Apple reads of an episode, then others; ``Element`` leaves out what it has not."""
    image = edition.url(entry.image)
    yield Element("itunes:image", attributes={"href": image})
    yield Element("itunes:explicit", str(recording.explicit).lower())
    yield Element("itunes:episode", str(recording.number or ""))
    yield Element("itunes:season", str(recording.season or ""))
    yield Element("itunes:episodeType", recording.type)
    yield Element("itunes:block", "Yes" if recording.block else "")
    yield _image(entry.artwork, image)
    if season := recording.season:
        yield Element("podcast:season", str(season), {"name": show.seasons.get(season, "")})
    if number := recording.number:
        yield Element("podcast:episode", str(number), {"display": recording.display})
    yield from _terms(recording)
    for bite in recording.soundbites:
        times = {"startTime": str(seconds(bite.start)), "duration": str(seconds(bite.duration))}
        yield Element("podcast:soundbite", bite.title, times)
    if thread := entry.item.comments:
        whose = {"accountId": thread.account, "accountUrl": uri(thread.account_url)}
        attributes = {"protocol": thread.protocol, "uri": uri(thread.url), **whose}
        yield Element("podcast:socialInteract", attributes=attributes)


def _files(recording: Recording, entry: Entry, edition: Edition) -> Iterator[Element]:
    """Yield transcripts, of which some apps take the last, and chapters."""
    language = {"language": edition.site.language}
    for ending, type in FORMS.items() if recording.cues else ():
        url = edition.url(transcript_path(entry.item.slug, ending))
        yield Element("podcast:transcript", attributes={"url": url, "type": type} | language)
    if recording.chapters:
        address = {"url": edition.url(chapters_path(entry.item.slug)), "type": JSON_CHAPTERS}
        yield Element("podcast:chapters", attributes=address)
        rows = [{"start": npt(one.start), "title": one.title, "href": uri(one.url),
                 "image": uri(one.image)} for one in recording.chapters]  # fmt: skip
        inner = tuple(Element("psc:chapter", attributes=row) for row in rows)
        yield Element("psc:chapters", "", {"version": "1.2"}, inner)


def _people(people: tuple[Person, ...], edition: Edition) -> Iterator[Element]:
    for person in people:
        group = "" if person.group == "cast" else person.group  # which is the default
        links = {"img": edition.url(media.picture(person.image)), "href": web(person.url)}
        yield Element("podcast:person", person.name, {"role": person.role, "group": group} | links)
