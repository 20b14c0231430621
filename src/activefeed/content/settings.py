"""activefeed.toml to the site's frame: show, blog, people, navigation; and the rules over it.

Knows nothing of single episodes or posts.
"""

from __future__ import annotations

import difflib
import posixpath
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from activefeed.content import categories, pictures, schema
from activefeed.content.schema import Places
from activefeed.content.source import Folder
from activefeed.formats import toml
from activefeed.model import Blog, Category, Link, NavEntry, Person, Show
from activefeed.problems import FormatError, Problems
from activefeed.urls import slugify

_GUIDS = uuid.UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # podcast:guid, feeds.md 5.1


@dataclass(frozen=True, slots=True)
class Target:
    """Where a site can be published to."""

    name: str  # "" for the default
    to: str
    endpoint: str
    region: str
    profile: str
    url: str  # public address, may be empty


@dataclass(frozen=True, slots=True)
class Frame:
    """The settings, checked."""

    keys: schema.Settings
    zone: ZoneInfo
    show: Show | None
    blog: Blog | None
    people: Mapping[str, Person]
    slugs: Mapping[str, str]  # slugs of categories that have one of their own, by title
    nav: tuple[NavEntry, ...]
    header_link: NavEntry | None
    targets: Mapping[str, Target]
    audio_folder: str

    def category(self, title: str) -> Category:
        """Return a category by its title."""
        return Category(self.slugs.get(title) or slugify(title), title)


def load(folder: Folder, problems: Problems) -> Frame | None:
    """Return the frame of a site; None where the settings cannot be read at all."""
    try:
        data, marks = toml.read(folder.settings.text)
    except FormatError as error:
        where = folder.settings.at(error.line, error.column, error.length)
        problems.error("toml-syntax", error.message, error.fix, where)
        return None
    places = Places(folder.settings, marks, {})
    settings = schema.validate(schema.Settings, _shape(data), ZoneInfo("UTC"), places, problems)
    if settings is None:
        return None
    zone = _zone(settings.site.timezone, places, problems)
    people = {
        id: _person(folder, id, keys, places, problems) for id, keys in settings.people.items()
    }
    show = _show(folder, settings, people, places, problems)
    blog = Blog(settings.blog.title, settings.blog.description) if settings.blog else None
    return Frame(
        keys=settings,
        zone=zone,
        show=show,
        blog=blog,
        people=people,
        slugs=settings.categories,
        nav=tuple(_nav(entry) for entry in settings.site.nav),
        header_link=_nav(settings.site.header_link) if settings.site.header_link else None,
        targets={
            name: Target(name, t.to, t.endpoint, t.region, t.profile, t.url.rstrip("/"))
            for name, t in settings.targets.items()
        },
        audio_folder=settings.podcast.audio_folder if settings.podcast else "",
    )


def _shape(data: dict[str, Any]) -> dict[str, Any]:
    """Turn [publish] with its tables into named targets: "" is [publish] itself."""
    publish = data.pop("publish", {})
    if not isinstance(publish, dict):
        return data | {"publish": publish}
    own = {key: value for key, value in publish.items() if not isinstance(value, dict)}
    named = {key: value for key, value in publish.items() if isinstance(value, dict)}
    return data | {"targets": {"": own, **named}}


def _zone(name: str, places: Places, problems: Problems) -> ZoneInfo:
    zones = available_timezones()
    if name in zones:
        return ZoneInfo(name)
    close = difflib.get_close_matches(name, sorted(zones), 1, 0.5) or ["Europe/Berlin"]
    problems.error(
        "unknown-timezone",
        f'"{name}" is not a time zone',
        f'write it by its city: "{close[0]}"',
        places.of("site", "timezone"),
    )
    return ZoneInfo("UTC")


def _person(
    folder: Folder, id: str, keys: schema.PersonKeys, places: Places, problems: Problems
) -> Person:
    where = places.of("people", id, "image")
    image = pictures.find(folder, keys.image, keys.name, where, problems) if keys.image else None
    return Person(id, keys.name, keys.role.lower(), "cast", image, keys.url, keys.about)


def _show(
    folder: Folder,
    settings: schema.Settings,
    people: Mapping[str, Person],
    places: Places,
    problems: Problems,
) -> Show | None:
    keys = settings.podcast
    if keys is None:
        return None
    cover = pictures.find(folder, keys.cover, keys.title, places.of("podcast", "cover"), problems)
    if cover:
        pictures.check_cover(cover, places.of("podcast", "cover"), problems)
    if keys.guid is None:
        feed = posixpath.join(settings.site.url.rstrip("/"), keys.feed)
        value = uuid.uuid5(_GUIDS, re.sub(r"^https://", "", feed))
        problems.error(
            "missing-podcast-guid",
            "the show has no podcast:guid, its identity in every directory",
            f'add a line under [podcast]: guid = "{value}" (a show that moves here keeps its own)',
            places.of("podcast"),
        )
    if keys.feed.startswith("/") or ".." in keys.feed or not keys.feed.isascii():
        problems.error(
            "bad-feed-path",
            f'"{keys.feed}" is not a path inside the site',
            'write it like "podcast/feed.xml"',
            places.of("podcast", "feed"),
        )
    hosts = [
        person
        for n, id in enumerate(keys.hosts)
        if (person := find_person(id, people, places, ("podcast", "hosts", n), problems))
    ]
    apple = _apple(keys.apple_categories, places, problems)
    if cover is None:
        return None
    return Show(
        guid=keys.guid or "",
        title=keys.title,
        description=keys.description,
        author=keys.author,
        cover=cover,
        apple_categories=apple,
        explicit=keys.explicit,
        type=keys.type,
        owner=(keys.owner.name, keys.owner.email),
        locked=keys.locked,
        copyright=keys.copyright,
        feed=keys.feed,
        hosts=tuple(hosts),
        funding=tuple(Link(link.title, link.url) for link in keys.funding),
    )


def find_person(
    id: str,
    people: Mapping[str, Person],
    places: Places,
    path: tuple[str | int, ...],
    problems: Problems,
) -> Person | None:
    """Return one of [people], or report that there is none of that id."""
    if person := people.get(id):
        return person
    close = difflib.get_close_matches(id, sorted(people), 1, 0.6)
    fix = f'did you mean "{close[0]}"?' if close else f"add a table [people.{slugify(id) or 'id'}]"
    problems.error(
        "unknown-person", f'"{id}" is not one of [people] in the settings', fix, places.of(*path)
    )
    return None


def _apple(texts: list[str], places: Places, problems: Problems) -> tuple[tuple[str, str], ...]:
    found = []
    for n, text in enumerate(texts):
        if category := categories.parse(text):
            found.append(category)
            continue
        close = difflib.get_close_matches(text, categories.spellings(), 1, 0.4)
        problems.error(
            "unknown-apple-category",
            f'"{text}" is not a category of Apple Podcasts',
            f'did you mean "{close[0]}"?'
            if close
            else 'write it like "Health & Fitness > Medicine"',
            places.of("podcast", "apple_categories", n),
        )
    return tuple(found)


def _nav(entry: schema.NavKeys) -> NavEntry:
    items = tuple(NavEntry("", page, "") for page in entry.items)
    return NavEntry(entry.title, entry.page, entry.url, items)
