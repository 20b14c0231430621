"""The blog's feeds, the same posts three times: RSS, Atom and JSON Feed.

Pure: values to bytes. Never writes an itunes element: readers would take the blog for a podcast.
"""

import json
import re
from datetime import datetime
from uuid import UUID, uuid5

from activefeed.model import Person
from activefeed.render import media, namespaces
from activefeed.render.entry import Edition, Entry, Feed
from activefeed.render.namespaces import Element, clean, clean_html, uri
from activefeed.tree import ATOM, JSON_FEED, RSS

_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+""")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")


def atom_id(site_id: str, guid: str) -> str:
    """Return a guid as the IRI that Atom and JSON Feed ask for."""
    guid = namespaces.legal(guid)
    if _IRI.fullmatch(guid):
        return guid
    return f"urn:uuid:{guid if _UUID.fullmatch(guid) else uuid5(UUID(site_id), f'atom/{guid}')}"


def rss(edition: Edition, feed: Feed) -> bytes:
    """Return the RSS feed of the posts, which stay in their order."""
    made = namespaces.begin(edition, feed, "dc")
    for entry in edition.of("post"):
        item = namespaces.add_rss(made, entry, namespaces.html_of(entry.summary))
        item.own.elements = [Element("dc:creator", author.name) for author in _authors(entry)]
    return bytes(made.rss_str(pretty=True))


def atom(edition: Edition, feed: Feed) -> bytes:
    """Return the Atom feed of the posts, which stay in their order."""
    made = namespaces.begin(edition, feed)
    made.id(atom_id(edition.site.id, "blog"))
    made.author(name=made.title())  # speaks for entries that name nobody
    for entry in edition.of("post"):
        item = namespaces.add(made, entry)
        item.id(atom_id(edition.site.id, entry.item.guid))
        item.author([{"name": clean(p.name), "uri": uri(p.url)} for p in _authors(entry)])
        if summary := clean(entry.summary):
            item.summary(summary)
        item.content(clean_html(entry.feed_html), type="html")
        # Not through item.link(): feedgen 1.0 writes the links of entries without rel and type.
        link = {"rel": "alternate", "type": "text/html", "href": entry.url}
        item.own.elements = [Element("link", attributes=link)]
    return bytes(made.atom_str(pretty=True))


def json_feed(edition: Edition, feed: Feed) -> bytes:
    """Return the JSON Feed (1.1) of the posts, which stay in their order."""
    blog, page = feed.about, edition.url(feed.page)
    made = _filled(
        version="https://jsonfeed.org/version/1.1",
        title=clean(blog.title),
        home_page_url=page,
        feed_url=edition.url(feed.path),
        description=clean(blog.description),
        language=clean(edition.site.language),
        authors=[{"name": clean(blog.title), "url": page}],
        items=[_json_item(entry, edition) for entry in edition.of("post")],
    )
    return f"{json.dumps(made, ensure_ascii=False, indent=1)}\n".encode()


def _json_item(entry: Entry, edition: Edition) -> dict[str, object]:
    item = entry.item
    return _filled(
        id=atom_id(edition.site.id, item.guid),
        url=entry.url,
        title=clean(item.title) or item.slug,
        summary=clean(entry.summary),
        content_html=clean_html(entry.feed_html),
        image=edition.url(entry.image),
        date_published=_stamp(item.published),
        date_modified=_stamp(item.updated),
        authors=[_json_author(author, edition) for author in _authors(entry)],
        tags=[clean(category.title) for category in item.categories],
    )


def _json_author(author: Person, edition: Edition) -> dict[str, object]:
    avatar = edition.url(media.picture(author.image))
    return _filled(name=clean(author.name), url=uri(author.url), avatar=avatar)


def _filled(**values: object) -> dict[str, object]:
    required = {"items", "content_html"}  # also when empty
    return {key: value for key, value in values.items() if value or key in required}


def _stamp(when: datetime) -> str:
    return namespaces.instant(when).isoformat().replace("+00:00", "Z")


def _authors(entry: Entry) -> list[Person]:
    return [person for person in entry.item.people if person.role == "author"]


FEEDS = (  # path, words after the blog's title, content type, writer
    ("blog/feed.xml", "", RSS, rss),
    ("blog/atom.xml", " (Atom)", ATOM, atom),
    ("blog/feed.json", " (JSON Feed)", JSON_FEED, json_feed),
)
