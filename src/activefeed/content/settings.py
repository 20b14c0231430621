"""activefeed.toml to the site's frame: show, blog, people, targets; and the rules over it.

Knows nothing of single episodes or posts.
"""

import difflib
import pathlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from activefeed.content import pictures, source, written
from activefeed.content.schema import PersonKeys, Settings, TargetKeys
from activefeed.content.source import SETTINGS, Folder
from activefeed.content.written import Written
from activefeed.formats import toml
from activefeed.formats.yaml import Path
from activefeed.model import Category, Image, Link, Person, Show, SourceFile
from activefeed.problems import FormatError, Problems
from activefeed.urls import slugify

_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # podcast:guid, feeds.md 5.1
# So that the rest is checked too where the cover is at fault.
_NO_COVER = Image(SourceFile("", pathlib.Path(), 0, ""), ".jpg", 0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A site's folder and its settings, checked."""

    folder: Folder
    keys: Settings
    written: Written
    zone: ZoneInfo
    people: Mapping[str, Person]
    show: Show | None
    targets: Mapping[str, TargetKeys]  # by name; "" is the default
    audio_files: Mapping[str, pathlib.Path]  # of the audio folder, by name in lower case

    def category(self, title: str) -> Category:
        """Return a category by its title."""
        return Category(slugify(self.keys.categories.get(title, title)), title)


def load(folder: Folder, problems: Problems) -> Frame | None:
    """Return the frame of a site; None where the settings cannot be read at all."""
    try:
        data, marks = toml.read(folder.settings.text)
    except FormatError as error:
        where = folder.settings.at(error.line, error.column, error.length)
        problems.error("toml-syntax", error.message, error.fix, where)
        return None
    sheet = Written(folder.settings, problems, marks, {})
    keys = written.validate(Settings, data, ZoneInfo("UTC"), sheet)
    if keys is None:
        return None
    people = {id: _person(folder, id, person, sheet) for id, person in keys.people.items()}
    show = _show(folder, keys, people, sheet)
    targets = {"": keys.publish, **keys.publish.__pydantic_extra__}
    audio = source.audio_files(folder.root, keys.podcast.audio_folder if keys.podcast else "")
    return Frame(folder, keys, sheet, ZoneInfo(keys.site.timezone), people, show, targets, audio)


def _person(folder: Folder, id: str, keys: PersonKeys, sheet: Written) -> Person:
    place = ("people", id, "image")
    image = pictures.find(folder, keys.image, keys.name, sheet, place) if keys.image else None
    role = keys.role.lower()
    return Person(id, keys.name, role, image=image, url=keys.url, about=keys.about)


def _show(
    folder: Folder, settings: Settings, people: Mapping[str, Person], sheet: Written
) -> Show | None:
    keys = settings.podcast
    if keys is None:
        return None
    cover, place = None, ("podcast", "cover")
    if keys.cover != written.UNKNOWN:
        cover = pictures.find(folder, keys.cover, keys.title, sheet, place)
    if cover:
        pictures.check_cover(cover, sheet, place)
    if keys.guid is None and settings.site.url != written.NOWHERE:
        value = uuid.uuid5(_GUIDS, f"{settings.site.url}/{keys.feed}".removeprefix("https://"))
        message = "the show has no podcast:guid, its identity in every directory"
        fix = f'add a line: guid = "{value}" (but a show that moves here keeps its own)'
        sheet.error("missing-podcast-guid", message, fix, "podcast")
    places = [("podcast", "hosts", n) for n in range(len(keys.hosts))]
    hosts = [find_person(id, people, sheet, at) for id, at in zip(keys.hosts, places, strict=True)]
    return Show(
        guid=keys.guid or "", title=keys.title, description=keys.description,
        author=keys.author, cover=cover or _NO_COVER,
        apple_categories=tuple(keys.apple_categories), explicit=keys.explicit, type=keys.type,
        owner=(keys.owner.name, keys.owner.email), locked=keys.locked, copyright=keys.copyright,
        feed=keys.feed, hosts=tuple(replace(person, role="host") for person in hosts if person),
        funding=tuple(Link(link.title, link.url) for link in keys.funding),
    )  # fmt: skip


def find_person(id: str, people: Mapping[str, Person], sheet: Written, key: Path) -> Person | None:
    """Return one of [people], or report at a key that there is none of that id."""
    if person := people.get(id):
        return person
    close = difflib.get_close_matches(id, sorted(people), 1, 0.6)
    table = f"[people.{slugify(id) or 'id'}]"
    fix = f'did you mean "{close[0]}"?' if close else f"add a table {table} with name = …"
    message = f'"{id}" is not one of the [people] in {SETTINGS}'
    sheet.error("unknown-person", message, fix, *key, text=f'"{id}"')
    return None
