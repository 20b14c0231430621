"""One content file to one Item or Page: its own keys and files, nothing of its neighbours.

Two steps: ``parse`` reads the keys, ``build`` makes the value once all slugs are known.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from activefeed.content import identity, pictures, recordings, schema
from activefeed.content.identity import Claim
from activefeed.content.recordings import Desk, Sound
from activefeed.content.schema import EpisodeKeys, ItemKeys, PageKeys, Places, PostKeys
from activefeed.content.settings import Frame, find_person
from activefeed.content.source import ContentFile, Folder
from activefeed.model import (
    Image,
    Item,
    Kind,
    Link,
    Page,
    Person,
    Published,
    PublishedItem,
    Recording,
    Reference,
)
from activefeed.problems import Location, Problems
from activefeed.urls import slug_of_stem, slugify

_MODELS: Mapping[str, type[PageKeys]] = {"episode": EpisodeKeys, "post": PostKeys, "page": PageKeys}
_SYNONYMS = {"description": "summary", "tags": "categories"}
_PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A content file whose keys were read."""

    file: ContentFile
    keys: PageKeys
    places: Places
    problems: Problems
    slug: str
    waiting: str | None  # why it is not due, in words; None: it is due

    @property
    def path(self) -> str:
        """The content file."""
        return self.file.source.file


@dataclass(frozen=True, slots=True)
class Context:
    """What the items of one run share."""

    folder: Folder
    frame: Frame
    published: Published
    taken: Collection[tuple[Kind, str]]
    audio_files: Mapping[str, Path]


def parse(file: ContentFile, zone: ZoneInfo, now: datetime, problems: Problems) -> Parsed | None:
    """Return the keys of a file; None where its front matter cannot be used at all."""
    document = file.document
    data, values, key_marks = dict(document.data), dict(document.values), dict(document.keys)
    for synonym, key in _SYNONYMS.items():
        if synonym in data and key not in data and file.kind != "page":
            data[key] = data.pop(synonym)
            for marks in (values, key_marks):
                moved = {p: m for p, m in marks.items() if p and p[0] == synonym}
                marks |= {(key, *path[1:]): mark for path, mark in moved.items()}
    places = Places(file.source, values, key_marks)
    keys = schema.validate(_MODELS[file.kind], data, zone, places, problems)
    if keys is None:
        return None
    slug = _slug(file, keys, places, problems)
    return Parsed(file, keys, places, problems, slug, _why_waiting(keys, zone, now))


def waiting_unread(file: ContentFile, now: datetime) -> bool:
    """Return whether a file that cannot be understood seems to be a draft or not due."""
    head = file.source.text.partition("\n---")[0]
    if re.search(r"^draft:\s*(?:true|yes)\s*$", head, re.MULTILINE):
        return True
    date = re.search(r"^date:\s*[\"']?(\d{4}-\d{2}-\d{2})", head, re.MULTILINE)
    return date is not None and date[1] > f"{now:%Y-%m-%d}"


def _why_waiting(keys: PageKeys, zone: ZoneInfo, now: datetime) -> str | None:
    if not isinstance(keys, ItemKeys):
        return None
    if keys.withdrawn:
        return "is withdrawn"
    if keys.draft:
        return "is a draft"
    if keys.date > now:
        return f"is not due until {keys.date.astimezone(zone):%Y-%m-%d %H:%M}"
    return None


def _slug(file: ContentFile, keys: PageKeys, places: Places, problems: Problems) -> str:
    path = PurePosixPath(file.source.file)
    slug = slugify(keys.slug) if keys.slug else slug_of_stem(path.stem)
    if not slug:
        problems.error(
            "empty-slug",
            "no address can be made from this name",
            "add a line: slug: a-few-latin-letters",
            places.of("slug") if keys.slug else Location(str(path)),
        )
        slug = f"item-{len(file.source.text)}"
    if file.kind == "page":
        parents = (slugify(part) for part in path.parts[1:-1])
        return posixpath.join(*parents, slug)
    return slug


def build_page(parsed: Parsed, folder: Folder) -> Page:
    """Return a page."""
    keys = parsed.keys
    return Page(
        source=parsed.file.source,
        slug=parsed.slug,
        title=keys.title,
        summary=keys.summary,
        body=parsed.file.document.body,
        body_line=parsed.file.document.body_line,
        image=_image(parsed, folder),
        references=_references(keys),
        extra=keys.extra,
    )


def build_item(parsed: Parsed, context: Context) -> Item:
    """Return an episode or a post; an episode whose audio is at fault has no recording."""
    keys = parsed.keys
    assert isinstance(keys, ItemKeys)
    kind: Kind = "episode" if isinstance(keys, EpisodeKeys) else "post"
    desk = sound = None
    if isinstance(keys, EpisodeKeys):
        desk = Desk(
            context.folder, context.audio_files, parsed.path, keys, parsed.places, parsed.problems
        )
        sound = recordings.listen(desk)
    at_fault = any(p.code in recordings.AUDIO_FAULTS for p in parsed.problems)
    digest = sound.audio.source_sha256 if sound else ""
    claim = Claim(kind, parsed.slug, keys.guid, keys.title, keys.date, digest)
    site_id = context.frame.keys.site.id
    guid, record = identity.resolve(claim, site_id, context.published, context.taken)
    _tell_renamed(parsed, record)
    if desk and not sound and not at_fault:
        sound = recordings.recall(desk, record)
    image = _image(parsed, context.folder)
    if image and kind == "episode":
        pictures.check_artwork(image, _image_place(parsed), parsed.problems)
    return Item(
        kind=kind,
        source=parsed.file.source,
        slug=parsed.slug,
        guid=guid,
        title=keys.title,
        subtitle=keys.subtitle,
        summary=" ".join(keys.summary.split()),
        published=keys.date,
        updated=keys.updated or keys.date,
        body=parsed.file.document.body,
        body_line=parsed.file.document.body_line,
        image=image,
        people=_people(parsed, context),
        categories=tuple(context.frame.category(title) for title in dict.fromkeys(keys.categories)),
        references=_references(keys),
        related=tuple(pictures.beside(parsed.path, path) for path in keys.related),
        extra=keys.extra,
        recording=_recording(desk, sound, context.frame) if desk and sound else None,
    )


def _tell_renamed(parsed: Parsed, record: PublishedItem | None) -> None:
    if record and record.slug != parsed.slug and not getattr(parsed.keys, "guid", ""):
        parsed.problems.warn(
            "renamed",
            f'this was published as "{record.slug}"; its identity is kept',
            f"to make that certain, add a line: guid: {record.guid}",
            Location(parsed.path),
        )


def _recording(desk: Desk, sound: Sound, frame: Frame) -> Recording:
    keys = desk.keys
    chapters, embedded = recordings.chapter_list(desk, sound)
    explicit = keys.explicit
    if explicit is None:
        explicit = bool(frame.show and frame.show.explicit)
    return Recording(
        audio=sound.audio,
        number=keys.episode,
        season=keys.season,
        type=keys.type,
        explicit=explicit,
        chapters=chapters,
        embedded=embedded,
        transcript=recordings.transcript(desk),
        cover=sound.cover,
        funding=tuple(Link(link.title, link.url) for link in keys.funding),
    )


def _image_place(parsed: Parsed) -> Location:
    return parsed.places.of("image") if parsed.keys.image else Location(parsed.path)


def _image(parsed: Parsed, folder: Folder) -> Image | None:
    keys = parsed.keys
    if keys.image:
        path = pictures.beside(parsed.path, keys.image)
    elif not (path := folder.beside(parsed.path, _PICTURES)):
        return None
    alt = keys.image_alt or keys.title
    return pictures.find(folder, path, alt, _image_place(parsed), parsed.problems)


def _references(keys: PageKeys) -> tuple[Reference, ...]:
    return tuple(Reference(**reference.model_dump()) for reference in keys.references)


def _people(parsed: Parsed, context: Context) -> tuple[Person, ...]:
    """Return hosts, guests and others of an episode, or the authors of a post."""
    keys, frame = parsed.keys, context.frame
    found: list[Person | None] = []

    def by_id(key: str, ids: list[str], role: str) -> None:
        for n, id in enumerate(ids):
            person = find_person(id, frame.people, parsed.places, (key, n), parsed.problems)
            found.append(person and replace(person, role=role))

    if isinstance(keys, PostKeys):
        by_id("authors", keys.authors, "author")
    if isinstance(keys, EpisodeKeys):
        if keys.hosts is not None:
            by_id("hosts", keys.hosts, "host")
        elif frame.show:
            found.extend(frame.show.hosts)
        for key, role in (("guests", "guest"), ("people", "")):
            for n, guest in enumerate(getattr(keys, key)):
                found.append(_guest(guest, role, (key, n), parsed, context))
    return tuple(person for person in found if person)


def _guest(
    guest: schema.GuestKeys,
    role: str,
    path: tuple[str | int, ...],
    parsed: Parsed,
    context: Context,
) -> Person | None:
    if guest.id:
        person = find_person(guest.id, context.frame.people, parsed.places, path, parsed.problems)
        return person and replace(person, role=(guest.role or role or person.role).lower())
    if not guest.name:
        parsed.problems.error(
            "missing-name", "somebody here has no name", "add: name: …", parsed.places.of(*path)
        )
        return None
    image = None
    if guest.image:
        file, where = pictures.beside(parsed.path, guest.image), parsed.places.of(*path, "image")
        image = pictures.find(context.folder, file, guest.name, where, parsed.problems)
    role = (guest.role or role or "guest").lower()
    return Person("", guest.name, role, image=image, url=guest.url)
