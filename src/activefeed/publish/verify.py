"""Look at the public address as podcast apps and readers do: audio, artwork, details, pages, feeds.

Asks the web only, never the store, and changes nothing. What to do about it is in cures.toml.
"""

import re
import shlex
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from string import Template
from urllib.parse import urlsplit

from activefeed import fetch, urls
from activefeed.model import Published, PublishedEnclosure, PublishedObject
from activefeed.problems import Problem
from activefeed.tree import Tier, content_type_of
from activefeed.wording import few, table

_SHOWN = 3  # addresses named in one problem
_ORIGIN = "https://player.example"  # of a player on somebody else's site
_CURES = table(__file__, "cures")
_HARMLESS = {"public-cors", "public-redirect", "public-stale", "public-type"}
_Fault = tuple[str, str, str]  # code, words, kind of cure
_Check = tuple[str, Callable[[str], list[_Fault]]]  # an address, and what is asked there


def look(published: Published, guids: Collection[str], place: str, endpoint: str) -> list[Problem]:
    """Ask for some items, the newest page and all feeds; return what an app would stumble over.

    ``place`` (s3://bucket/prefix, or a folder) and ``endpoint`` (empty for Amazon) are what is
    behind the public address: for the cure that fits it.
    """
    found: dict[_Fault, list[str]] = {}
    problems = []
    with ThreadPoolExecutor(8) as pool:
        for url, faults in pool.map(lambda c: (c[0], c[1](c[0])), _checks(published, guids)):
            for fault in faults:
                found.setdefault(fault, []).append(url)
    for (code, what, kind), at in found.items():
        message, fix = f"{what}: {few(at, _SHOWN, ' ')}", cure(kind, at[0], place, endpoint)
        problems.append(Problem(code, message, fix, severe=code not in _HARMLESS))
    return problems


def _checks(published: Published, guids: Collection[str]) -> Iterator[_Check]:
    addresses = urls.Addresses(published.url, published.addresses)
    live = [item for item in published.items.values() if item.state == "live"]
    items = [item for item in live if item.guid in guids]
    pages = {"index.html", *(item.key for item in sorted(live, key=lambda i: i.published)[-1:])}
    folders = {f"podcast/{item.slug}" for item in items if item.kind == "episode"}
    pictures = {key for item in items for key in item.media}
    for sound in filter(None, (item.enclosure for item in items)):
        pictures.add(sound.cover)
        own = addresses.url(sound.key) if sound.key else urls.iri_to_uri(sound.url)
        url = urls.prefixed(published.prefix, own)
        yield url, partial(_hear, sound=sound, hops=0 if sound.key and url == own else 5)
    for key in sorted(published.objects.keys() - published.tombstones.keys()):
        known = published.objects[key]
        if known.tier == Tier.FEED or key in pages:
            yield addresses.url(key), partial(_read, known=known)
        elif known.tier == Tier.DETAIL and key.rpartition("/")[0] in folders:
            yield addresses.url(key), _follow
        elif key in pictures and content_type_of(key).startswith("image/"):
            yield addresses.url(key), lambda url: _faults("artwork", fetch.head_of(url))


def _faults(what: str, answer: fetch.Answer, hops: int = 0) -> list[_Fault]:
    """Return what keeps an app from an address: no answer, or a detour to it."""
    if not answer.status:
        return [("public-missing", f"nobody answers ({answer.trouble})", "address")]
    said = f"{what} answers {answer.status}{' after a detour' * bool(answer.redirects)}"
    if answer.status not in {200, 206}:
        cure = "public" if 400 <= answer.status <= 403 else "address"
        return [("public-feed" if what == "feed" else "public-missing", said, cure)]
    if answer.redirects > hops:
        return [("public-feed" if what == "feed" else "public-redirect", said, "redirect")]
    return []


def _hear(url: str, sound: PublishedEnclosure, hops: int) -> list[_Fault]:
    first, head = fetch.begin_of(url), fetch.head_of(url)
    if found := _faults("audio", first, hops):
        return found
    if "." not in urlsplit(url).path.rpartition("/")[2]:
        found += [("public-type", "audio has an address without an ending like .mp3", "type")]
    ranged = re.fullmatch(r"bytes 0-0/(\d+)", first.headers.get("content-range", ""))
    lengths = {ranged[1]} if ranged else set()
    if first.status != 206 or not ranged:
        found += [("public-range", "audio cannot be asked for in parts (Range)", "range")]
    if head.status == 200:
        lengths.add(head.headers.get("content-length", "an untold number of"))
        kind = head.headers.get("content-type", "nothing")
        if kind.partition(";")[0].strip().lower() != sound.type:
            what = f'audio calls itself "{kind}" where the feed says {sound.type}'
            found += [("public-type", what, "type")]
    else:
        found += [("public-range", f"audio answers HEAD by {head.status or head.trouble}", "head")]
    for length in sorted(lengths - {str(sound.length)}):
        what = f"audio has {length} bytes where the feed says {sound.length}"
        found += [("public-enclosure", what, "address")]
    return found


def _follow(url: str) -> list[_Fault]:
    answer = fetch.body_of(url, 0, Origin=_ORIGIN)
    found = _faults("transcript or chapters", answer)
    if not found and answer.headers.get("access-control-allow-origin") not in {"*", _ORIGIN}:
        what = "players on other sites may not read transcripts and chapters (CORS)"
        found += [("public-cors", what, "cors")]
    return found


def _read(url: str, known: PublishedObject) -> list[_Fault]:
    what = "feed" if known.tier == Tier.FEED else "page"
    answer = fetch.body_of(url, known.size)
    found, told = _faults(what, answer), answer.headers
    if found or answer.sha256 == known.sha256:
        return found
    if "age" in told:  # only a cache says that
        kept = re.search(r"max-?age=(\d+)", told.get("cache-control", ""))
        may = f" and may be kept for {kept[1]} s" if kept else ""
        said = f"the cache in front still holds an older {what}: it is {told['age']} s old{may}"
        return [("public-stale", said, "stale")]
    since = f", and was last changed on {told['last-modified']}" if "last-modified" in told else ""
    said = "is empty" if told.get("content-length") == "0" else f"is not as published{since}"
    return [("public-feed" if what == "feed" else "public-page", f"{what} {said}", "page")]


def store_at(endpoint: str) -> str:
    """Return what cures.toml calls the store at an endpoint; an empty text for none of them."""
    host = urlsplit(endpoint or "https://s3.amazonaws.com").hostname or ""
    return "".join(name for end, name in _CURES["hosts"].items() if host.endswith(end))


def cure(kind: str, url: str, place: str, endpoint: str) -> str:
    """Return what to do where ``url`` does not answer as apps want it; as for ``look``."""
    bucket, _, prefix = place.removeprefix("s3://").partition("/")
    store = store_at(endpoint) if place.startswith("s3://") else "folder"
    text: str = {**_CURES["any"], **_CURES.get(store, {})}[kind]
    return Template(text.strip()).substitute(
        url=shlex.quote(url), host=urlsplit(url).netloc, path=shlex.quote(urlsplit(url).path),
        place=place, bucket=bucket, within=f"{prefix}/" if prefix else "",
        at=f" --endpoint-url {endpoint}" if endpoint else "",
    )  # fmt: skip
