"""The blog's feeds, the same posts three times: RSS, Atom and JSON Feed.

Pure: values to bytes. Never writes an itunes element: readers would take the blog for a podcast.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from activefeed.model import Blog, Person, Site
from activefeed.render import namespaces
from activefeed.render.entry import Entry
from activefeed.render.namespaces import Element, FeedFacts, clean, clean_html, uri
from activefeed.urls import Addresses

_IRI = re.compile(r"""[A-Za-z][A-Za-z0-9+.-]*:[^\s<>"{}|\\^`]+""")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_REQUIRED = frozenset({"items", "content_html"})  # of JSON Feed, also when empty


def atom_id(site_id: str, guid: str) -> str:
    """Return a guid as the IRI that Atom and JSON Feed ask for."""
    guid = namespaces.legal(guid)
    if _IRI.fullmatch(guid):
        return guid
    return f"urn:uuid:{guid if _UUID.fullmatch(guid) else uuid5(UUID(site_id), f'atom/{guid}')}"


def rss(site: Site, entries: Sequence[Entry], addresses: Addresses, facts: FeedFacts) -> bytes:
    """Return the RSS feed of the posts, which stay in their order."""
    feed = namespaces.begin(_blog(site), site.language, "application/rss+xml", addresses, facts)
    feed.own.prefixes = ("dc",)
    for entry in entries:
        made = namespaces.add_rss(feed, entry, namespaces.html_of(entry.summary))
        made.own.elements = [Element("dc:creator", author.name) for author in _authors(entry)]
    return bytes(feed.rss_str(pretty=True))


def atom(site: Site, entries: Sequence[Entry], addresses: Addresses, facts: FeedFacts) -> bytes:
    """Return the Atom feed of the posts, which stay in their order."""
    blog = _blog(site)
    feed = namespaces.begin(blog, site.language, "application/atom+xml", addresses, facts)
    feed.id(atom_id(site.id, "blog"))
    feed.subtitle(clean(blog.description))
    feed.author(name=clean(blog.title))  # speaks for entries that name nobody
    for entry in entries:
        made = namespaces.add(feed, entry)
        made.id(atom_id(site.id, entry.item.guid))
        made.author([{"name": clean(p.name), "uri": uri(p.url)} for p in _authors(entry)])
        if summary := clean(entry.summary):
            made.summary(summary)
        made.content(clean_html(entry.feed_html), type="html")
        # Not through made.link(): feedgen 1.0 writes the links of entries without rel and type.
        link = {"rel": "alternate", "type": "text/html", "href": entry.url}
        made.own.elements = [Element("link", attributes=link)]
    return bytes(feed.atom_str(pretty=True))


def json_feed(
    site: Site, entries: Sequence[Entry], addresses: Addresses, facts: FeedFacts
) -> bytes:
    """Return the JSON Feed (1.1) of the posts, which stay in their order."""
    blog = _blog(site)
    feed = _filled(
        version="https://jsonfeed.org/version/1.1",
        title=clean(blog.title),
        home_page_url=addresses.url(facts.page),
        feed_url=addresses.url(facts.path),
        description=clean(blog.description),
        language=clean(site.language),
        authors=[{"name": clean(blog.title), "url": addresses.url(facts.page)}],
        items=[_json_item(site, entry, addresses, facts) for entry in entries],
    )
    return f"{json.dumps(feed, ensure_ascii=False, indent=1)}\n".encode()


def _json_item(
    site: Site, entry: Entry, addresses: Addresses, facts: FeedFacts
) -> dict[str, object]:
    item = entry.item
    return _filled(
        id=atom_id(site.id, item.guid),
        url=entry.url,
        title=clean(item.title) or item.slug,
        summary=clean(entry.summary),
        content_html=clean_html(entry.feed_html),
        image=addresses.url(entry.image) if entry.image else "",
        date_published=_stamp(item.published),
        date_modified=_stamp(item.updated),
        authors=[
            _filled(
                name=clean(author.name),
                url=uri(author.url),
                avatar=facts.picture(author.image, addresses),
            )
            for author in _authors(entry)
        ],
        tags=[clean(category.title) for category in item.categories],
    )


def _filled(**values: object) -> dict[str, object]:
    return {key: value for key, value in values.items() if value or key in _REQUIRED}


def _stamp(when: datetime) -> str:
    return namespaces.instant(when).isoformat().replace("+00:00", "Z")


def _authors(entry: Entry) -> list[Person]:
    return [person for person in entry.item.people if person.role == "author"]


def _blog(site: Site) -> Blog:
    assert site.blog is not None
    return site.blog
