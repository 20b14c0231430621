"""The pictures that are shown, and smaller copies of them, which are made once.

Never makes again what the cache or the target holds, and never changes an original.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from operator import call

from activefeed.cache import Cache
from activefeed.formats import images
from activefeed.model import Image, Item, Published, Site
from activefeed.problems import FormatError
from activefeed.render import media
from activefeed.render.entry import Destination, Picture
from activefeed.tree import Artifact, Tier, artifact, content_type_of
from activefeed.urls import copy_path

_LARGE = images.WIDTHS[-1]
_THREADS = min(4, os.cpu_count() or 1)  # a picture that is being made takes memory


def gallery(
    site: Site, items: Sequence[Item], published: Published, to: Destination
) -> tuple[dict[str, Picture], list[Artifact], frozenset[str]]:
    """Return the pictures of a site by the output path of the original, and what is to publish.

    The third are keys of copies that stay as they were published. Without a cache none are made.
    """
    originals = dict(_originals(site, items, published))
    names = {path: _names(path, image) for path, image in originals.items()}
    # What was published of a picture is all that there is of it: it need not be made again, also
    # where the cache is empty. But what the target has lost is.
    known = {path: names[path].keys() & published.objects.keys() for path in names}
    kept = frozenset[str]().union(*known.values()) - to.lost
    new = [path for path, keys in known.items() if not keys or keys & to.lost]
    jobs = [partial(_copies, to.cache, path, originals[path]) for path in new if to.cache]
    with images.quiet(), ThreadPoolExecutor(_THREADS) as pool:
        made = {one.path: one for row in pool.map(call, jobs) for one in row}
    pictures, own = {}, []
    for path, image in originals.items():
        copies = {key: at for key, at in names[path].items() if key in kept or key in made}
        pictures[path] = _picture(path, image, copies)
        if image.file:
            own.append(artifact(path, Tier.MEDIA, image.data or image.file))
    return pictures, own + [one for key, one in made.items() if key not in kept], kept


def _originals(site: Site, items: Sequence[Item], state: Published) -> Iterator[tuple[str, Image]]:
    """Yield what is shown, with its output path: a person who is in nothing yet stays unseen."""
    found = [*(page.image for page in site.pages), *(item.image for item in items)]
    found += [person.image for item in items for person in item.people]
    if show := site.show:
        found += [show.cover, *(person.image for person in show.hosts)]
    for item in items:
        if recording := item.recording:
            found += [chapter.picture for chapter in recording.chapters]
            before = state.items.get(item.guid)
            path = media.cover_path(item, before.enclosure if before else None)
            if path and recording.cover:
                yield path, recording.cover
    yield from ((media.picture(one), one) for one in found if one and one.file)
    yield from ((media.linked(one.file), one) for one in site.pictures.values() if one.file)


def _names(path: str, image: Image) -> dict[str, int]:
    """Return the output paths that copies may have, with their widths."""
    # A cover in audio that is not here is as large as artwork must be.
    widths = images.widths(image.width or _LARGE + 1, image.extension)
    return {copy_path(path, width, images.RECIPE): width for width in widths}


def _picture(path: str, image: Image, copies: Mapping[str, int]) -> Picture:
    size = (image.width, image.height) if image.file else (0, 0)  # alike on every machine
    if copies and max(copies.values()) < min(size[0], _LARGE):
        copies = {**copies, path: size[0]}
    return Picture(path, *size, copies)


def _copies(cache: Cache, path: str, image: Image) -> list[Artifact]:
    """Return the copies of a picture, made smaller unless the cache knows what comes of it."""
    found = []
    for width, size, sha256 in json.loads(cache.get(_key(image.sha256)) or _make(cache, image)[0]):
        key, body = copy_path(path, width, images.RECIPE), partial(_body, cache, image, width)
        found.append(Artifact(key, Tier.MEDIA, content_type_of(key), sha256, size, body))
    return found


def _body(cache: Cache, image: Image, width: int) -> bytes:
    if body := cache.get(_key(image.sha256, width)):
        return body
    with images.quiet():
        return _make(cache, image)[1].get(width, b"")


def _make(cache: Cache, image: Image) -> tuple[bytes, dict[int, bytes]]:
    """Return what comes of it: width, size and hash of each, as JSON; and all by width."""
    data, made = image.data, dict[int, bytes]()
    with suppress(FormatError, OSError):  # then the original is shown
        data = data or (image.file.absolute.read_bytes() if image.file else b"")
        made = images.shrink(data, images.widths(image.width, image.extension))
    facts = json.dumps([(width, len(one), _hash(one)) for width, one in made.items()]).encode()
    for width, body in ((0, facts), *made.items()):
        cache.put(_key(_hash(data), width), body)
    return facts, made


def _key(sha256: str, width: int = 0) -> str:
    return f"picture {images.MAKER} {sha256} {width}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
