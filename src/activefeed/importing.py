"""To move in: read what the old place tells, and plan what becomes of it here.

Writes nothing and asks no person; ``arriving`` carries a plan out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from activefeed import fetch, following, pipeline
from activefeed.content import source
from activefeed.content.settings import Frame
from activefeed.desk import beginning
from activefeed.desk.settings import Place
from activefeed.formats import telling
from activefeed.formats.telling import Telling, Told
from activefeed.migrate import items, weebly
from activefeed.migrate.moving import Here, Move, Notice
from activefeed.migrate.tracking import counter_of
from activefeed.problems import UsageError
from activefeed.render import markup
from activefeed.urls import Addresses, slugify

# What a show must have, where the old place tells nothing of it.
USUAL: Mapping[Place, object] = {
    ("podcast", "author"): "…",
    ("podcast", "description"): "…",
    ("podcast", "apple_categories"): ["Society & Culture"],
    ("podcast", "cover"): "images/cover.png",
}


@dataclass(frozen=True, slots=True)
class Request:
    """What a person asked import to do."""

    where: str  # address or file of a feed; with weebly, address or folder of a blog
    answers: Mapping[str, str]  # for a site that begins with this: url, timezone, language, day
    weebly: bool = False
    keep_audio: bool = False  # audio stays at its old address


@dataclass(frozen=True, slots=True)
class Import:
    """A plan, and what it was made of."""

    root: Path
    request: Request
    move: Move
    told: Told  # the show or the blog
    documents: tuple[bytes, ...]  # as they came
    begins: bool  # there is no site yet

    @property
    def locked(self) -> bool:
        """Return whether the old host must not let the show go."""
        return self.told.facts.get("locked") == "true"

    @property
    def trust(self) -> frozenset[str]:
        """Return the places that a person named, which may lie in a network of their own."""
        return frozenset({fetch.place_of(self.request.where)} - {""})


def look(root: Path, request: Request, now: datetime) -> Import:
    """Return what an import would do. Raises UsageError where there is nothing to import."""
    reading = pipeline.read(root) if (root / source.SETTINGS).is_file() else None
    if reading is None:
        beginning.refuse_used(root)
    here = _around(reading, request, now) if reading else _nothing(request)
    trust = frozenset({fetch.place_of(request.where)} - {""})
    ask = partial(fetch.body_of, limit=following.LARGEST, trust=trust)
    bodies = list[bytes]()

    def read(body: bytes) -> Telling:
        bodies.append(body)
        return telling.tell(body)

    notices = list[Notice]()
    told = _joined(following.documents(request.where, read, ask), notices)
    move = items.plan(told, here, _shown)
    notices += move.notices
    return Import(root, request, replace(move, notices=tuple(notices)), told.show, tuple(bodies))


def _joined(documents: Iterator[Telling], notices: list[Notice]) -> Telling:
    """Return what all documents tell; an older one that does not come is told of."""
    first = next(documents)
    found, known, unread = list(first.items), {_guid(one) for one in first.items}, Counter(first.unread)
    troubles = list(first.troubles)
    try:
        for document in documents:
            found += [one for one in document.items if _guid(one) not in known]
            known |= {_guid(one) for one in document.items}
            troubles += document.troubles
            unread.update(document.unread)
    except UsageError as error:
        notices.append(Notice("no-older", detail=error.message))
    return replace(first, items=tuple(found), unread=unread, troubles=tuple(troubles))


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
    return markup.to_html(text, lambda url: url, lambda _: {}, words.of("en"))
