"""The state of a target that lost its manifest, from what its own feeds tell subscribers.

What is not told there is left empty; never guesses an identity.
"""

from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told
from activefeed.model import Kind, Published, PublishedEnclosure, PublishedItem, PublishedObject
from activefeed.problems import FormatError
from activefeed.publish.store import Listing, Store
from activefeed.tree import Tier

_BELOW = "/_activefeed/"  # where a site in a folder of ours keeps its state


def rebuild(store: Store, there: Listing, paths: Sequence[str], site: str) -> Published:
    """Return the state that feeds at ``paths`` (the podcast's first) tell of; empty for none."""
    found: dict[str, PublishedItem] = {}
    podcast: Telling | None = None
    for n, path in enumerate(paths):
        for document in _documents(store, there, path):
            podcast = podcast or (document if n == 0 else None)
            kind: Kind = "post" if n else "episode"
            for item in document.items:
                found.setdefault(item.said("guid"), _item(item, kind, store, there))
    if not found:
        return Published()
    guid, feed = (podcast.show.said("guid"), paths[0]) if podcast else ("", "")
    named = {item.enclosure.key for item in found.values() if item.enclosure}
    objects = _objects(store, there, named)
    return Published(site=site, podcast=guid, feed=feed, objects=objects, items=found)


def subscribed(document: Telling, site: str) -> Published:
    """Return what subscribers of any feed know, to hold a first publish against it."""
    items = {one.said("guid"): _record(one, "episode", "", None) for one in document.items}
    return Published(site=site, podcast=document.show.said("guid"), items=items)


def _documents(store: Store, there: Collection[str], path: str) -> Iterator[Telling]:
    """Yield a feed and its archives, the newest first (RFC 5005)."""
    seen: set[str] = set()
    while path and path in there and path not in seen:
        seen.add(path)
        found = store.get(path)
        with suppress(FormatError):  # a feed at fault tells nobody anything
            document = telling.outline(found[0] if found else b"")
            yield document
            path = _key(document.older, there)


def _item(one: Told, kind: Kind, store: Store, there: Listing) -> PublishedItem:
    sound, url = None, one.said("url")
    if url and kind == "episode":
        key = _key(url, there)
        head = store.head(key) if key else None
        digest, url = (head.sha256, "") if head else ("", url)
        length, seconds = one.number("length"), one.number("duration")
        sound = PublishedEnclosure(key, url, length, one.said("type"), seconds, digest, "")
    return _record(one, kind, _key(one.said("link"), there), sound)


def _record(one: Told, kind: Kind, key: str, sound: PublishedEnclosure | None) -> PublishedItem:
    path = PurePosixPath(unquote(urlsplit(one.said("link")).path))
    slug = path.stem if path.stem != "index" else path.parent.name
    published = one.published or datetime.fromtimestamp(0, UTC)
    updated = one.updated or published
    guid, title = one.said("guid"), one.said("title")
    return PublishedItem(guid, kind, slug, title, key, published, updated, sound)


def _key(url: str, there: Collection[str]) -> str:
    """Return the key of an address: the longest end of its path that is there."""
    path = unquote(urlsplit(url).path).lstrip("/")
    while path:
        for key in (path, f"{path.rstrip('/')}/index.html"):
            if key in there:
                return key
        path = path.partition("/")[2]
    return ""


def _objects(store: Store, there: Listing, named: set[str]) -> dict[str, PublishedObject]:
    """Return the objects that are ours: those that a feed names, or that carry our mark.

    The mark is a hash, which only a bucket can keep beside an object. What lies below the state of
    another site has that one's mark.
    """
    others = tuple({key.partition(_BELOW)[0] + "/" for key in there if _BELOW in key})
    mine = [key for key in sorted(there) if not key.startswith(("_activefeed/", *others))]
    with ThreadPoolExecutor(store.workers) as pool:
        heads = zip(mine, pool.map(store.head, mine), strict=True)
        ours = [(k, h) for k, h in heads if h and (k in named or (h.sha256 and h.headers))]
    return {key: PublishedObject(one.sha256, one.size, one.headers, one.etag, _tier(key, named))
            for key, one in ours}  # fmt: skip


def _tier(key: str, named: Collection[str]) -> int:
    """Return the phase of an object: what is named by its content is never deleted unasked.

    Nor is audio, wherever another tool had put it.
    """
    media = key in named or key.startswith(("media/", "assets/"))
    return int(Tier.MEDIA if media else Tier.PAGE)
