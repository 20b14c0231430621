"""activefeed.toml to the site's frame: show, blog, people, targets; and the rules over it.

Knows nothing of single episodes or posts.
"""

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from activefeed import model
from activefeed.content import lists, pictures, schema, source, written
from activefeed.content.source import Folder
from activefeed.content.written import Written
from activefeed.formats import toml
from activefeed.formats.yaml import Path
from activefeed.problems import Problems, suggestion
from activefeed.urls import podcast_guid, slugify

T = TypeVar("T")
People = Mapping[str, model.Person]  # by id

# So that the rest is checked too where the cover is at fault.
_NO_COVER = model.Image(model.SourceFile("", pathlib.Path(), 0, ""), ".jpg", 0, 0)


@dataclass(frozen=True, slots=True)
class Frame:
    """A site's folder and its settings, checked."""

    folder: Folder
    keys: schema.Settings
    written: Written
    zone: ZoneInfo
    people: People
    show: model.Show | None
    targets: Mapping[str, schema.TargetKeys]  # by name; "" is the default
    audio_files: Mapping[str, pathlib.Path]  # of the audio folder, by name in lower case


def load(folder: Folder, problems: Problems) -> Frame | None:
    """Return the frame of a site; None where the settings cannot be read at all."""
    data, marks = toml.read(folder.settings, problems)
    if data is None:
        return None
    sheet, site = Written(folder.settings, problems, marks, {}), data.get("site")
    url = str(site.get("url", "")).rstrip("/") if isinstance(site, dict) else ""
    keys = written.validate(schema.Settings, data, ZoneInfo("UTC"), sheet, url)
    if keys is None:
        return None
    people = {id: _person(folder, id, person, sheet) for id, person in keys.people.items()}
    show = _show(folder, keys, people, sheet)
    targets = {"": keys.publish, **keys.publish.__pydantic_extra__}
    audio = source.audio_files(folder.root, keys.podcast.audio_folder if keys.podcast else "")
    return Frame(folder, keys, sheet, ZoneInfo(keys.site.timezone), people, show, targets, audio)


def _person(folder: Folder, id: str, keys: schema.PersonKeys, sheet: Written) -> model.Person:
    place = ("people", id, "image")
    image = pictures.find(folder, keys.image, keys.name, sheet, place) if keys.image else None
    group = group_of(keys.role, keys.group, sheet, ("people", id, "group"))
    return fill(model.Person, keys, id=id, image=image, group=group)


def _show(
    folder: Folder, settings: schema.Settings, people: People, sheet: Written
) -> model.Show | None:
    keys = settings.podcast
    if keys is None:
        return None
    cover, place, at = None, ("podcast", "cover"), ("podcast", "hosts")
    if keys.cover != written.UNKNOWN:
        alt, where = keys.cover_alt or keys.title, sheet.of(*place)
        cover = pictures.find(folder, keys.cover, alt, sheet, place, where)
    if cover and not pictures.fits(cover):
        sheet.error("cover-size", *place, picture=cover)
    if keys.guid is None and settings.site.url != written.NOWHERE:
        guid = podcast_guid(f"{settings.site.url}/{keys.feed}")
        sheet.error("missing-podcast-guid", "podcast", guid=guid)
    named = [find_person(id, people, sheet, (*at, n)) for n, id in enumerate(keys.hosts)]
    hosts = tuple(replace(host, role="host", group="cast") for host in named if host)
    check_license(keys.license, sheet, "podcast", "license")
    if keys.new_feed_until and not keys.new_feed_url:
        sheet.warn("new-feed-until-alone", "podcast", "new_feed_until")
    return fill(
        model.Show, keys, guid=keys.guid or "", cover=cover or _NO_COVER, hosts=hosts,
        owner=(keys.owner.name, keys.owner.email), notes=meant(keys.txt),
        frequency=meant(keys.update_frequency),
        new_feed_until=keys.new_feed_until and keys.new_feed_until.date(),
    )  # fmt: skip


def fill(model_type: type[T], keys: schema.Keys, /, **others: object) -> T:
    """Return keys as a value of the model: their fields of the same names, and others as given."""
    known: Any = model_type
    names = {one.name for one in fields(known)} & type(keys).model_fields.keys() - others.keys()
    return model_type(**{name: meant(getattr(keys, name)) for name in names}, **others)


def meant(found: Any) -> Any:
    """Return the value of a key as the model has it: LinkKeys are a Link, a list is a tuple."""
    if isinstance(found, schema.Keys):
        return fill(getattr(model, type(found).__name__.removesuffix("Keys")), found)
    return tuple(map(meant, found)) if isinstance(found, list) else found


def check_license(keys: schema.LicenseKeys | None, sheet: Written, *place: str) -> None:
    """Report a licence that directories cannot know."""
    if keys and not keys.url and keys.name.lower() not in lists.WORDS["license"]:
        known = map(str.upper, lists.WORDS["license"])
        fix = suggestion(keys.name.upper(), known, "add url: the address of its text")
        sheet.error("unknown-license", *place, name=keys.name, fix=fix)


def group_of(role: str, group: str, sheet: Written, place: Path) -> str:
    """Return the group of a role, the one that is given where it belongs to it."""
    groups = lists.ROLES[role]
    if group and group not in groups:
        sheet.error("unknown-group", *place, role=role, group=group, right=groups[0])
    return group or groups[0]


def find_person(id: str, people: People, sheet: Written, key: Path) -> model.Person | None:
    """Return one of [people], or report at a key that there is none of that id."""
    if person := people.get(id):
        return person
    fix = suggestion(id, people, f"add a table [people.{slugify(id) or 'id'}] with name = …")
    sheet.error("unknown-person", *key, text=f'"{id}"', id=id, fix=fix)
    return None
