"""To move in: read what the old place tells, and plan what becomes of it here.

Writes nothing and asks no person; ``arriving`` carries a plan out.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from activefeed import fetch, following, pipeline
from activefeed.content import load, source
from activefeed.desk import beginning
from activefeed.desk.settings import Place
from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import items, weebly
from activefeed.migrate.moving import Here, Move, Notice, in_words
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
    at_hand: weebly.Ask  # what is in a saved blog already


def look(root: Path, request: Request, now: datetime) -> Import:
    """Return what an import would do. Raises UsageError where there is nothing to import."""
    reading = pipeline.read(root) if (root / source.SETTINGS).is_file() else None
    if reading:
        here = _around(reading, request, now)
    else:
        beginning.refuse_used(root)
        zone, addresses = ZoneInfo(request.answers["timezone"]), Addresses(request.answers["url"])
        here = Here(addresses, zone, request.where, keep_audio=request.keep_audio)
    bodies, found, aliases = list[bytes](), list[Notice](), dict[str, str]()
    at_hand: weebly.Ask = dict[str, bytes]().get

    def read(body: bytes) -> Telling:
        bodies.append(body)
        return telling.tell(body)

    def ask(url: str) -> bytes | None:
        answer = fetch.body_of(url, following.LARGEST, request.trust)
        return answer.body if answer.status == 200 else None

    start = request.where
    if request.weebly:
        if "://" not in start:
            start, at_hand = weebly.folder(Path(start))
        old = weebly.walk(start, ask if "://" in request.where else at_hand, read, here.zone)
        told, found, aliases = old.telling, [*old.notices], weebly.aliases(old, here.addresses)
    else:
        told = _joined(following.documents(start, read, request.trust), found)
    move = items.plan(told, here, _shown)
    values: dict[Place, object] = {**move.settings}
    values |= {("aliases", old): new for old, new in aliases.items()}
    counters = {one.counter for item in move.items for one in item.wanted if one.use == "audio"}
    if reading is None and len(counters) == 1:  # all audio goes through the same one
        values["podcast", "audio_prefix"] = counters.pop() or None
    there = pipeline.frame_of(reading).written.values if reading else {}  # which stays as it is
    values = {at: value for at, value in values.items() if value is not None and at not in there}
    usual = USUAL if any(place[0] == "podcast" for place in values) else {}
    move = replace(move, settings={**usual, **values}, notices=(*found, *move.notices))
    return Import(root, request, move, told.show, tuple(bodies), reading is None, at_hand)


def told(plan: Import) -> dict[str, object]:
    """Return a plan as people and programs are told; commands.md explains the keys."""
    move, kinds = plan.move, Counter(item.kind for item in plan.move.items)
    wanted = [*move.wanted, *(one for item in move.items for one in item.wanted)]
    return {
        "title": plan.show.said("title"), "from": plan.request.where,
        "episodes": kinds["episode"], "posts": kinds["post"], "known": len(move.known),
        "files": len(wanted), "bytes": sum(one.length for one in wanted),
        "free": shutil.disk_usage(plan.root.parent if plan.begins else plan.root).free,
        "begins": plan.begins, "locked": plan.show.said("locked") == "true",
        "notices": in_words(move.notices), "written": [], "late": [],
    }  # fmt: skip


def _joined(documents: Iterator[Telling], trouble: list[Notice]) -> Telling:
    """Return what all documents tell; an older one that does not come is told of."""
    found = [next(documents)]
    try:
        found.extend(documents)
    except (UsageError, OSError) as error:
        trouble.append(Notice("no-older", detail=str(error)))
    return following.whole(found)


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
