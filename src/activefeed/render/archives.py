"""Long feeds as documents: the newest entries within a budget, all of them in archives (RFC 5005).

Archives are counted from the oldest entry, so that a new one changes only the newest archive.
Never writes an entry itself.
"""

from collections.abc import Iterator
from dataclasses import replace

from activefeed.render.entry import Document, Edition, Feed
from activefeed.tree import Artifact, Tier, artifact
from activefeed.urls import archive_path

SIZE = 100  # entries of an archive
_MANY = 1000  # entries that hardly fit into a document


def artifacts(edition: Edition, feed: Feed) -> Iterator[Artifact]:
    """Yield the document that is subscribed to, and its archives where it cannot hold all."""
    rows, budget = feed.entries, 0 if edition.to.absolute else edition.site.feed_bytes
    count = len(rows)
    newest = Document(feed, feed.path, rows, feed.updated)
    if edition.to.preview:  # nobody follows archives there
        yield artifact(feed.path, Tier.FEED, lambda: feed.write(edition, newest), feed.type)
        return
    if budget and count > _MANY:  # then it is not written to find that it is too long
        size = len(feed.write(edition, replace(newest, entries=rows[:SIZE])))
        count = min(count, SIZE * budget // size)
    body = b""
    while not body or (budget and len(body) > budget and count > 1):
        count = max(1, min(count, count * budget // len(body), count - 1)) if body else count
        older = _path(feed, len(rows)) if count < len(rows) else ""
        body = feed.write(edition, replace(newest, entries=rows[:count], older=older))
    yield artifact(feed.path, Tier.FEED, body, feed.type)
    for document in _archives(feed) if count < len(rows) and feed.kind != "topic" else ():
        yield artifact(document.path, Tier.FEED, feed.write(edition, document), feed.type)


def _archives(feed: Feed) -> Iterator[Document]:
    total = len(feed.entries)
    for first in range(0, total, SIZE):
        rows = feed.entries[max(0, total - first - SIZE) : total - first]
        updated = max(entry.item.updated for entry in rows)
        path, older = _path(feed, first + len(rows)), _path(feed, first)
        yield Document(feed, path, rows, updated, older, archive=True)


def _path(feed: Feed, count: int) -> str:
    """Return the path of the archive that holds the nth entry, counted from the oldest."""
    return archive_path(feed.path, -(-count // SIZE)) if count and feed.kind != "topic" else ""
