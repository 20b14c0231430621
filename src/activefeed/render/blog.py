"""Feeds for readers: posts, subjects, people or everything, as RSS, Atom and JSON Feed.

Pure: values to bytes. Never writes an itunes element: readers would take the blog for a podcast.
"""

import json
import re
from datetime import datetime
from uuid import UUID, uuid5

from activefeed.model import Person
from activefeed.render import media, namespaces
from activefeed.render.entry import Document, Edition, Entry
from activefeed.render.namespaces import clean, clean_html, uri, web
from activefeed.render.templates import elements
from activefeed.tree import ATOM, JSON_FEED, RSS

_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+""")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def atom_id(site_id: str, guid: str) -> str:
    """Return a guid as the IRI that Atom and JSON Feed ask for."""
    guid = namespaces.legal(guid)
    if _IRI.fullmatch(guid):
        return guid
    return f"urn:uuid:{guid if _UUID.fullmatch(guid) else uuid5(UUID(site_id), f'atom/{guid}')}"


def ids(site_id: str, guid: str) -> set[str]:
    """Return the forms of a guid in all feeds."""
    return {namespaces.legal(guid), atom_id(site_id, guid)}


def rss(edition: Edition, document: Document) -> bytes:
    """Return a document of an RSS feed, whose entries stay in their order."""
    made = namespaces.begin(edition, document, "dc")
    made.own.xml = elements("frame", edition, document)
    for entry in document.entries:
        item = namespaces.add_rss(made, entry, namespaces.html_of(entry.summary))
        item.own.xml = elements("creators", _authors(entry))
    return namespaces.styled(made.rss_str(pretty=True), edition, document)


def atom(edition: Edition, document: Document) -> bytes:
    """Return a document of an Atom feed, whose entries stay in their order."""
    made = namespaces.begin(edition, document)
    made.own.xml = elements("frame", edition, document)
    made.id(atom_id(edition.site.id, "blog"))
    made.author(name=made.title())  # speaks for entries that name nobody
    for entry in document.entries:
        item = namespaces.add(made, entry)
        item.id(atom_id(edition.site.id, entry.item.guid))
        item.author([{"name": clean(p.name), "uri": web(p.url)} for p in _authors(entry)])
        if summary := clean(entry.summary):
            item.summary(summary)
        item.content(clean_html(entry.feed_html), type="html")
        # Not through item.link(): feedgen 1.0 writes the links of entries without rel and type.
        item.own.xml = elements("links", entry)
    return namespaces.styled(made.atom_str(pretty=True), edition, document)


def json_feed(edition: Edition, document: Document) -> bytes:
    """Return a document of a JSON Feed (1.1), whose entries stay in their order."""
    feed, page = document.feed, edition.url(document.feed.page)
    hub = uri(edition.to.hub) if not document.archive else ""
    made = _filled(
        version="https://jsonfeed.org/version/1.1", title=clean(feed.title),
        home_page_url=page, feed_url=edition.url(document.path),
        next_url=edition.url(document.older), description=clean(feed.description),
        language=clean(edition.site.language), authors=[{"name": clean(feed.title), "url": page}],
        hubs=[{"type": "WebSub", "url": hub}] if hub else [],
        items=[_json_item(entry, edition) for entry in document.entries],
    )  # fmt: skip
    return f"{json.dumps(made, ensure_ascii=False, indent=1)}\n".encode()


def _json_item(entry: Entry, edition: Edition) -> dict[str, object]:
    item, sound, at = entry.item, entry.enclosure, edition.url
    attached = sound and _filled(
        url=entry.enclosed, mime_type=sound.type, size_in_bytes=sound.length,
        duration_in_seconds=sound.duration,
    )  # fmt: skip
    return _filled(
        id=atom_id(edition.site.id, item.guid), url=entry.url,
        title=clean(item.title) or item.slug, summary=clean(entry.summary),
        content_html=clean_html(entry.feed_html), image=at(entry.image),
        date_published=_stamp(item.published), date_modified=_stamp(item.updated),
        authors=[_filled(name=clean(p.name), url=web(p.url), avatar=at(media.picture(p.image)))
                 for p in _authors(entry)],
        tags=[clean(category.title) for category in item.categories],
        attachments=[attached] if attached else [],
    )  # fmt: skip


def _filled(**values: object) -> dict[str, object]:
    required = {"items", "content_html"}  # also when empty
    return {key: value for key, value in values.items() if value or key in required}


def _stamp(when: datetime) -> str:
    return namespaces.instant(when).isoformat().replace("+00:00", "Z")


def _authors(entry: Entry) -> list[Person]:
    """Return who wrote a post, or who hosts an episode."""
    spoken = {"author", "host", "co-host"} if entry.item.recording else {"author"}
    return [person for person in entry.item.people if person.role in spoken]


FORMS = (  # path, what it is called beside the first, content type, writer
    ("blog/feed.xml", "", RSS, rss),
    ("blog/atom.xml", "Atom", ATOM, atom),
    ("blog/feed.json", "JSON Feed", JSON_FEED, json_feed),
)
