"""To move in: read what the old place tells, and plan what becomes of it here.

Writes nothing and asks no person; ``arriving`` carries a plan out.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from activefeed import fetch, following, pipeline
from activefeed.content import load, source
from activefeed.desk import beginning
from activefeed.desk.settings import Place
from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import items, notices, tracking, weebly
from activefeed.migrate.moving import Here, Move, Notice, Wanted
from activefeed.pipeline import Reading
from activefeed.problems import Problems, UsageError
from activefeed.render import markup, words
from activefeed.urls import Addresses

# What a show must have, where the old place tells nothing of it.
USUAL: Mapping[Place, object] = {
    ("podcast", "apple_categories"): ["Society & Culture"],
    ("podcast", "cover"): "images/cover.png",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked import to do."""

    where: str  # address or file of a feed; with weebly, address or folder of a blog
    answers: Mapping[str, str]  # for a site that begins with this, by the names in cli/init.toml
    weebly: bool = False
    keep_audio: bool = False  # it stays at its old address

    @property
    def trust(self) -> frozenset[str]:
        """Return the place that a person named, which may lie in a network of their own."""
        return frozenset({fetch.place_of(self.where)} - {""})


@dataclass(frozen=True, slots=True)
class Import:
    """A plan, and what it was made of."""

    root: Path
    request: Request
    move: Move
    show: Told  # or the blog
    documents: tuple[bytes, ...]  # as they came
    begins: bool  # there is no site yet
    instead: Mapping[str, str]  # address → what to ask if it fails
    answer: Callable[[str], bytes | None]  # what lies at an address

    @property
    def at_hand(self) -> bool:
        """Return whether what is wanted may lie in a folder."""
        return self.request.weebly and "://" not in self.request.where

    @property
    def locked(self) -> bool:
        """Return whether the old host must not let the show go."""
        return self.show.facts.get("locked") == "true"

    @property
    def wanted(self) -> tuple[Wanted, ...]:
        """Return all files that are to be downloaded."""
        return (*self.move.wanted, *(one for item in self.move.items for one in item.wanted))


def look(root: Path, request: Request, now: datetime) -> Import:
    """Return what an import would do. Raises UsageError where there is nothing to import."""
    reading = pipeline.read(root) if (root / source.SETTINGS).is_file() else None
    if reading is None:
        beginning.refuse_used(root)
    here = _around(reading, request, now) if reading else _nothing(request)
    bodies, found = list[bytes](), list[Notice]()

    def read(body: bytes) -> Telling:
        bodies.append(body)
        return telling.tell(body)

    ask = partial(fetch.body_of, limit=following.LARGEST, trust=request.trust)
    answer, aliases = (lambda url: ask(url).body or None), dict[str, str]()
    if request.weebly:
        start = request.where
        if "://" not in start:
            start, answer = weebly.folder(Path(start))
        old = weebly.walk(start, answer, read, here.zone)
        told, found, aliases = old.telling, [*old.notices], weebly.aliases(old, here.addresses)
    else:
        told = _joined(following.documents(request.where, read, ask), found)
    move = items.plan(told, here, _shown)
    values: dict[Place, object] = {**move.settings}
    values |= {("aliases", old): f"/{new}" for old, new in aliases.items()}
    there = pipeline.frame_of(reading).written.values if reading else {}  # which stays as it is
    values = {at: value for at, value in values.items() if value is not None and at not in there}
    move = replace(move, settings=values, notices=(*found, *move.notices))
    move, instead = _unwrapped(move, begins=reading is None)
    return Import(root, request, move, told.show, tuple(bodies), reading is None, instead, answer)


def told(plan: Import) -> dict[str, object]:
    """Return a plan as people and programs are told; commands.md explains the keys."""
    move, known = plan.move, len(plan.move.known)
    kinds = Counter(item.kind for item in move.items)
    return {
        "title": plan.show.facts.get("title", ""), "from": plan.request.where,
        "episodes": kinds["episode"], "posts": kinds["post"], "known": known,
        "files": len(plan.wanted), "bytes": sum(one.length for one in plan.wanted),
        "free": shutil.disk_usage(plan.root.parent if plan.begins else plan.root).free,
        "begins": plan.begins, "locked": plan.locked,
        "notices": notices.words(move.notices), "written": [], "late": [],
    }  # fmt: skip


def _unwrapped(move: Move, *, begins: bool) -> tuple[Move, dict[str, str]]:
    """Return a move that downloads past services which count; beside it, each address as it was.

    Where all audio goes through the same one, a site that begins keeps it as ``audio_prefix``.
    """
    instead, counters = dict[str, str](), set[str]()

    def past(one: Wanted) -> Wanted:
        if one.use != "audio":
            return one
        counters.add(tracking.counter_of(one.url))
        url = tracking.unwrapped(one.url)
        instead[url] = one.url
        return replace(one, url=url)

    made = tuple(replace(one, wanted=tuple(map(past, one.wanted))) for one in move.items)
    prefix = counters.pop() if len(counters) == 1 and begins else ""
    kept: dict[Place, object] = {("podcast", "audio_prefix"): prefix} if prefix else {}
    usual = USUAL if any(place[0] == "podcast" for place in move.settings) else {}
    return replace(move, items=made, settings={**usual, **move.settings, **kept}), instead


def _joined(documents: Iterator[Telling], trouble: list[Notice]) -> Telling:
    """Return what all documents tell; an older one that does not come is told of."""
    found = [next(documents)]
    try:
        found.extend(documents)
    except (UsageError, OSError) as error:
        trouble.append(Notice("no-older", detail=str(error)))
    items, known, unread = list[Told](), set[str](), Counter[str]()
    for document in found:  # pages may overlap
        items += [one for one in document.items if _guid(one) not in known]
        known |= {_guid(one) for one in document.items}
        unread.update(document.unread)
    troubles = tuple(dict.fromkeys(words for one in found for words in one.troubles))
    return replace(found[0], items=tuple(items), unread=unread, troubles=troubles)


def _guid(one: Told) -> str:
    return one.facts.get("guid") or repr(one)


def _nothing(request: Request) -> Here:
    """Return what is in a folder without a site."""
    zone, addresses = ZoneInfo(request.answers["timezone"]), Addresses(request.answers["url"])
    return Here(addresses, zone, request.where, keep_audio=request.keep_audio)


def _around(reading: Reading, request: Request, now: datetime) -> Here:
    """Return what is in a site already; a file that cannot be read has its name at least."""
    frame = pipeline.frame_of(reading)
    keys, folder = frame.keys, frame.folder
    site = load.load(frame, pipeline.remembered(reading), now, Problems())
    every = (*site.items, *site.drafts)
    said = {str(one.document.data.get("guid")): one.source.file for one in folder.contents}
    names = {one.source.file.rpartition(".")[0].lower() for one in folder.contents}
    return Here(
        addresses=Addresses(keys.site.url, keys.site.addresses), zone=frame.zone,
        feed=request.where, guids=said | {one.guid: one.source.file for one in every},
        taken=frozenset({one.slug for one in every} | names | folder.stems.keys()),
        people={id: one.name for id, one in frame.people.items()},
        categories={one.slug: one.title for item in every for one in item.categories},
        podcast=(keys.podcast.guid or "") if keys.podcast else None, blog=keys.blog is not None,
        keep_audio=request.keep_audio,
    )  # fmt: skip


def _shown(text: str) -> str:
    """Return Markdown as a page shows it."""
    return markup.to_html(text, lambda url: url, lambda _: {}, words.of_language("en"))
