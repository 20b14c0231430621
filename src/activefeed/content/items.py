"""One content file to one Item or Page: its own keys and files, nothing of its neighbours.

Two steps: ``parse`` reads the keys, ``build`` makes the value once all slugs are known.
"""

import posixpath
import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from activefeed.content import identity, lists, pictures, recordings, schema
from activefeed.content.recordings import Desk
from activefeed.content.schema import EpisodeKeys, GuestKeys, ItemKeys, PageKeys
from activefeed.content.settings import Frame, fill, find_person, group_of
from activefeed.content.source import ContentFile, Folder, seen_from
from activefeed.content.written import Written, validate
from activefeed.formats import yaml
from activefeed.model import Category, Image, Item, Page, Person, Published
from activefeed.problems import Location, Problems, SourceText
from activefeed.urls import slug_of_stem, slugify

_ROLES = {"authors": "author", "hosts": "host", "guests": "guest", "people": ""}  # by key


@dataclass(frozen=True, slots=True)
class Parsed:
    """A content file whose keys were read."""

    file: ContentFile
    keys: PageKeys
    written: Written
    slug: str
    waiting: str | None  # why it is not due, in words; None: it is due
    mark: str  # draft, scheduled: how a preview marks what waits; empty for all else

    @property
    def path(self) -> str:
        """The content file."""
        return self.file.source.file


def parse(file: ContentFile, frame: Frame, now: datetime, problems: Problems) -> Parsed | None:
    """Return the keys of a file; None where its front matter cannot be used at all."""
    found, sheet = _read(file.kind, file.source, frame.zone, frame.keys.site.url)
    problems.extend(sheet.problems)
    if found is None:
        return None
    written = replace(sheet, problems=problems)
    waiting, mark = _why_waiting(found, frame, now)
    return Parsed(file, found, written, _slug(file, found, written), waiting, mark)


@cache
def _read(kind: str, file: SourceText, zone: ZoneInfo, url: str) -> tuple[PageKeys | None, Written]:
    """Return the keys of a file, and where each was written, with what is wrong with them."""
    document = yaml.read(file.text)[0]
    synonyms = {old: new for old, new in schema.SYNONYMS.items() if new not in document.data}
    values, keys = (
        {(synonyms.get(str(path[0]), path[0]), *path[1:]): mark for path, mark in marks.items()}
        for marks in (document.values, document.keys)
    )
    written = Written(file, Problems(), values, keys)
    data = {synonyms.get(key, key): value for key, value in document.data.items()}
    return validate(schema.BY_KIND[kind], data, zone, written, url) if data else None, written


def seems_waiting(file: ContentFile, now: datetime) -> bool:
    """Return whether a file that cannot be understood seems to be a draft or not due."""
    head = file.source.text.partition("\n---")[0]
    draft = re.search(r"^draft:\s*(?:true|yes|on)\b", head, re.MULTILINE)
    date = re.search(r"^date:\s*[\"']?(\d{4}-\d{2}-\d{2})", head, re.MULTILINE)
    return bool(draft or (date and date[1] > f"{now:%Y-%m-%d}"))


def _why_waiting(keys: PageKeys, frame: Frame, now: datetime) -> tuple[str | None, str]:
    """Return why a file is not due, in words, and its mark in a preview."""
    reasons: tuple[tuple[str, str, bool], ...] = ()
    if isinstance(keys, ItemKeys):
        part = "podcast" if isinstance(keys, EpisodeKeys) else "blog"
        day = f"{keys.date.astimezone(frame.zone):%Y-%m-%d %H:%M}"
        reasons = (
            ("is withdrawn", "", keys.withdrawn),
            ("is a draft", "draft", keys.draft),
            (f"is not due until {day}", "scheduled", keys.date > now),
            (f"has no [{part}] in the settings", "", getattr(frame.keys, part) is None),
        )
    return next(((why, mark) for why, mark, so in reasons if so), (None, ""))


def _slug(file: ContentFile, keys: PageKeys, written: Written) -> str:
    path = PurePosixPath(file.source.file)
    slug = slugify(keys.slug) if keys.slug else slug_of_stem(path.stem)
    if not slug:
        written.error("empty-slug", "slug", name=keys.slug or path.stem)
        slug = "unknown"
    parents = map(slugify, path.parts[1:-1]) if file.kind == "page" else ()
    return posixpath.join(*parents, slug)


def build(parsed: Parsed, frame: Frame, published: Published, taken: identity.Slugs) -> Item | Page:
    """Return an episode, a post or a page; an episode whose audio is at fault has no recording."""
    keys = parsed.keys
    if isinstance(keys, ItemKeys):
        item = _item(parsed, keys, frame)
        desk = Desk(frame, keys, parsed.written) if isinstance(keys, EpisodeKeys) else None
        file = recordings.find(desk) if desk else None
        audio = file.sha256 if file else ""
        guid, record = identity.resolve(item, audio, frame.keys.site.id, published, taken)
        if record and record.state == "live" and record.slug != item.slug and not keys.guid:
            parsed.written.warn("renamed", slug=record.slug, guid=record.guid)
        recording = recordings.listen(desk, file, record) if desk else None
        return replace(item, guid=guid, recording=recording)
    document = parsed.file.document
    return fill(
        Page, keys, source=parsed.file.source, slug=parsed.slug, body=document.body,
        body_line=document.body_line, image=_image(parsed, frame.folder),
    )  # fmt: skip


def _item(parsed: Parsed, keys: ItemKeys, frame: Frame) -> Item:
    in_blog = isinstance(keys, EpisodeKeys) and keys.blog
    if in_blog and frame.keys.blog is None:
        parsed.written.warn("missing-part:blog", "blog")
    if keys.guid_permalink and not re.match(r"(?i)https?://\S+$", keys.guid):
        parsed.written.error("not-a-permalink", "guid_permalink")
    document, slugs = parsed.file.document, frame.keys.categories
    return fill(
        Item, keys, kind=parsed.file.kind, source=parsed.file.source, slug=parsed.slug,
        summary=" ".join(keys.summary.split()), published=keys.date,
        updated=keys.updated or keys.date, body=document.body, body_line=document.body_line,
        image=_image(parsed, frame.folder), people=_people(parsed, frame),
        categories=tuple(Category(slugify(slugs.get(title, title)), title)
                         for title in dict.fromkeys(keys.categories)),
        related=tuple(seen_from(parsed.path, path) for path in keys.related),
        in_blog=in_blog, permalink=keys.guid_permalink, mark=parsed.mark,
    )  # fmt: skip


def _image(parsed: Parsed, folder: Folder) -> Image | None:
    """Return the picture that the file names, or the one beside it."""
    keys, written = parsed.keys, parsed.written
    path = folder.beside(parsed.path, lists.ENDINGS["image"], keys.image)
    if not path and not keys.image:
        return None
    alt, where = keys.image_alt or keys.title, None
    if parsed.file.kind == "episode":
        where = written.of("image") if keys.image else Location(path)
    image = pictures.find(folder, path, alt, written, ("image",), where)
    if image and where and not pictures.fits(image):
        written.problems.warn("small-artwork", where, picture=image)
    return image


def _people(parsed: Parsed, frame: Frame) -> tuple[Person, ...]:
    """Return hosts, guests and others of an episode, or the authors of a post."""
    keys, show, found = parsed.keys, frame.show, list[Person | None]()
    if show and isinstance(keys, EpisodeKeys) and keys.hosts is None:
        found.extend(show.hosts)
    for key, role in _ROLES.items():
        for n, one in enumerate(getattr(keys, key, None) or ()):
            named = one if isinstance(one, GuestKeys) else GuestKeys(id=one)
            found.append(_guest(named, role, (key, n), parsed, frame))
    return tuple(person for person in found if person)


def _guest(who: GuestKeys, role: str, at: yaml.Path, parsed: Parsed, frame: Frame) -> Person | None:
    written, person, image = parsed.written, None, None
    if who.id:
        person = find_person(who.id, frame.people, written, (*at, "id"))
    elif not who.name:
        written.error("missing-name", *at)
    else:
        if who.image:
            path, place = seen_from(parsed.path, who.image), (*at, "image")
            image = pictures.find(frame.folder, path, who.name, written, place)
        person = Person("", who.name, "guest", image, who.url)
    if person is None:
        return None
    role = who.role or role or person.role
    kept = person.group if (role, who.group) == (person.role, "") else who.group
    return replace(person, role=role, group=group_of(role, kept, written, (*at, "group")))
