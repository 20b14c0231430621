"""What all feeds share: clean text, elements that feedgen has no words for, the frame of a feed.

Never decides what a feed says: ``podcast`` and ``blog`` do. Never asks the clock.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape

from feedgen.entry import FeedEntry
from feedgen.feed import FeedGenerator
from lxml import etree

from activefeed.render.entry import Document, Edition, Entry
from activefeed.urls import FEED_STYLE, iri_to_uri
from activefeed.wording import table

NAMESPACES: Mapping[str, str] = table(__file__)  # by the usual prefix
_DECLARED = " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in NAMESPACES.items())
DESCRIPTION_LIMIT = 4000  # bytes: Apple refuses more
_FORBIDDEN = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def legal(text: str) -> str:
    """Return text that XML can hold, with LF line ends; all else stays as it is."""
    return _FORBIDDEN.sub("", text).replace("\r\n", "\n").replace("\r", "\n")


def clean(text: str) -> str:
    """Return plain text as feeds carry it: legal, NFC, without space around it."""
    return unicodedata.normalize("NFC", legal(text)).strip()


def clean_html(html: str) -> str:
    """Return HTML as feeds carry it.

    Without NFC, which would join the end of a tag (``>``) and a combining stroke after it, so
    that harmless text became attributes.
    """
    return legal(html).strip()


def html_of(text: str) -> str:
    """Return plain text as HTML, which is what readers take an RSS description for."""
    return escape(cut(clean(text)), quote=False)


def cut(text: str) -> str:
    """Return text within the limit of a description, cut after a word."""
    raw = text.encode()
    if len(raw) <= DESCRIPTION_LIMIT:
        return text
    kept = raw[: DESCRIPTION_LIMIT - len("…".encode())].decode(errors="ignore")
    return re.sub(r"(?<=\S)\s+\S*$", "", kept) + "…"


def uri(text: str) -> str:
    """Return an address that an author wrote as a feed may carry it."""
    return iri_to_uri(legal(text).strip())


def web(text: str) -> str:
    """Return an address of the web as a feed may carry it; nothing for any other, as of mail."""
    return uri(text) if text.startswith(("https://", "http://")) else ""


def instant(when: datetime) -> datetime:
    """Return an instant in UTC and whole seconds."""
    return when.astimezone(UTC).replace(microsecond=0)


class Extension:
    """feedgen's hook, for a feed and for each entry: writes our elements in our order."""

    prefixes: tuple[str, ...] = ()  # to declare; asked for at the feed only
    xml = ""  # the elements; what is empty in them is not written

    def extend_ns(self) -> dict[str, str]:
        """Return the namespaces that the root declares."""
        return {prefix: NAMESPACES[prefix] for prefix in self.prefixes}

    def extend_rss(self, parent: etree._Element) -> None:
        """Write into ``<rss>`` or ``<item>``."""
        channel = parent.find("channel")
        self.extend_atom(parent if channel is None else channel)

    def extend_atom(self, parent: etree._Element) -> None:
        """Write into ``<feed>`` or ``<entry>``."""
        elements = etree.fromstring(f"<elements {_DECLARED}>{self.xml}</elements>")
        for one in reversed(list(elements.iterdescendants())):  # what is inside comes first
            one.text, one.tail = (one.text or "").strip() or None, None
            for name in [name for name, value in one.items() if not value]:
                del one.attrib[name]
            if not (one.text or one.attrib or len(one) or one.prefix == "fh"):
                one.getparent().remove(one)
        parent.extend(elements)


def begin(edition: Edition, document: Document, *prefixes: str) -> FeedGenerator:
    """Return a feed without entries that declares our prefixes; its ``own`` takes more elements."""
    feed, made = document.feed, FeedGenerator()
    made.register_extension("own", Extension, Extension)
    made.own.prefixes = (*prefixes, "fh") if document.archive else prefixes
    made.title(clean(feed.title) or feed.path)
    made.description(cut(clean(feed.description)) or made.title())
    # feedgen makes the last link the channel's.
    made.link(href=edition.url(document.path), rel="self", type=feed.type.partition(";")[0])
    made.link(href=edition.url(feed.page), rel="alternate", type="text/html")
    made.language(clean(edition.site.language))
    made.updated(instant(document.updated))
    made.generator("")
    made.docs("")
    return made


def styled(feed: bytes, edition: Edition, document: Document) -> bytes:
    """Return an XML feed that browsers show with a style of ours; readers pass it over."""
    style = edition.addresses.link(document.path, FEED_STYLE)
    link = f'<?xml-stylesheet type="text/css" href="{style}"?>\n'
    return feed.replace(b"\n", b"\n" + link.encode(), 1)  # after the XML declaration


def add(feed: FeedGenerator, entry: Entry) -> FeedEntry:
    """Append an entry with what every XML feed says of it; its ``own`` takes our elements."""
    item = entry.item
    made = feed.add_entry(order="append")
    made.title(clean(item.title) or item.slug)
    made.guid(legal(item.guid), permalink=item.permalink)
    made.published(instant(item.published))
    made.updated(instant(item.updated))
    made.category([{"term": one.slug, "label": clean(one.title)} for one in item.categories])
    return made


def add_rss(feed: FeedGenerator, entry: Entry, description: str) -> FeedEntry:
    """Append an entry to an RSS feed; the description is HTML."""
    made = add(feed, entry)
    made.link(href=entry.url)
    made.description(description or html_of(made.title()))
    if (html := clean_html(entry.feed_html)) and html != description:  # else it is there twice
        made.content(html, type="CDATA")
    if (thread := entry.item.comments) and thread.url:
        made.comments(uri(thread.url))
    if sound := entry.enclosure:
        made.enclosure(entry.enclosed, str(sound.length), sound.type)
    return made
