"""What may be written in settings and front matter: the one list of keys, types and meanings.

Fields only; rules over several fields or files live in ``settings``, ``items`` and ``load``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from copy import deepcopy
from typing import Annotated, Any, Literal, TypeVar, get_args
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from activefeed.content.scalars import (
    Address,
    AsChapter,
    AsGuest,
    AsList,
    Date,
    Filled,
    Flag,
    Https,
    Number,
    Seconds,
    Start,
    Text,
    Texts,
    Uuid,
)
from activefeed.formats.yaml import Mark, Path
from activefeed.problems import Location, Problems, SourceText


class Keys(BaseModel):
    """Keys that are known, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GuestKeys(Keys):
    """Somebody in one episode: the id of one of [people], or a name and more."""

    id: Filled = ""
    name: Filled = ""
    role: Filled = ""
    url: Https = ""
    image: Filled = ""


class ChapterKeys(Keys):
    """A chapter: ``1:10 Title``, or these keys."""

    start: Start
    title: Filled
    url: Address = ""
    image: Https = ""


class ReferenceKeys(Keys):
    """A work that the text rests on."""

    title: Filled
    authors: Filled = ""
    journal: Filled = ""
    year: Filled = ""
    volume: Filled = ""
    pages: Filled = ""
    pmid: Filled = ""
    pmcid: Filled = ""
    doi: Filled = ""
    url: Address = ""


class LinkKeys(Keys):
    """A text that leads somewhere."""

    title: Filled
    url: Address


Chapters = Annotated[list[Annotated[ChapterKeys, AsChapter]], AsList]
Guests = Annotated[list[Annotated[GuestKeys, AsGuest]], AsList]
References = Annotated[list[ReferenceKeys], AsList]
Links = Annotated[list[LinkKeys], AsList]


class PageKeys(Keys):
    """Front matter of a page."""

    title: Filled = Field(description="The heading, and the name in feeds and browser tabs")
    slug: Filled = Field(
        "", description="The last part of the address; else made from the file name"
    )
    summary: Text = Field("", description="One or two plain sentences for lists, feeds and search")
    image: Filled = Field("", description="A picture, as a path seen from this file")
    image_alt: Text = Field("", description="What the picture shows, for those who do not see it")
    references: References = Field([], description="Works that the text rests on")
    extra: dict[str, Any] = Field({}, description="Anything, for your own templates")


class ItemKeys(PageKeys):
    """Front matter that episodes and posts share."""

    subtitle: Filled = Field("", description="A second line under the title")
    date: Date = Field(description="When it goes out, in the site's zone; a future date waits")
    updated: Date | None = Field(
        None, description="When it last changed in a way readers should know"
    )
    guid: Filled = Field("", description="The identity in feeds; only to keep one from elsewhere")
    categories: Texts = Field([], description="Subjects, shared by episodes and posts")
    related: Texts = Field([], description="Other episodes and posts, as paths seen from this file")
    draft: Flag = Field(False, description="true: not published yet")
    withdrawn: Flag = Field(False, description="true: taken out of feeds and pages on purpose")


class PostKeys(ItemKeys):
    """Front matter of a post."""

    authors: Texts = Field([], description="Ids of [people] who wrote it")


class EpisodeKeys(ItemKeys):
    """Front matter of an episode."""

    audio: Filled = Field(
        "", description="Another file than the one beside it, or an https address"
    )
    size: Number | None = Field(None, description="Bytes of audio that lies at an https address")
    duration: Seconds | None = Field(
        None, description="Length of audio at an https address: 1:02:03"
    )
    episode: Number | None = Field(None, description="Number within the season")
    season: Number | None = Field(None, description="Number of the season")
    type: Literal["full", "trailer", "bonus"] = Field("full", description="full, trailer or bonus")
    explicit: Flag | None = Field(None, description="true for strong language; else as the show")
    hosts: Texts | None = Field(None, description="Ids of [people]; else the show's hosts")
    guests: Guests = Field([], description="Ids of [people], or name, url, image, role of each")
    people: Guests = Field([], description="Others who worked on it, each with a role")
    chapters: Chapters = Field([], description="Lines such as 1:10 Title; else those in the audio")
    transcript: Filled = Field("", description="Another file than the one beside it")
    funding: Links = Field([], description="Where listeners can support this episode")


class NavKeys(Keys):
    """A line of the navigation."""

    title: Filled = ""
    page: Filled = ""
    url: Address = ""
    items: Texts = []


class SiteKeys(Keys):
    """[site]"""

    id: Uuid = Field(description="Made once, never changed: GUIDs are derived from it")
    title: Filled = Field(description="The name of the site")
    description: Text = Field("", description="One sentence about the site")
    url: Https = Field(description="The public address; may have a path")
    language: Filled = Field("en", description="The language code of the texts")
    timezone: Filled = Field(description='The zone of all dates, such as "Europe/Berlin"')
    addresses: Literal["files", "folders"] = Field(
        "files", description='"files": /x.html on every bucket; "folders": /x/ where the host can'
    )
    nav: Annotated[list[NavKeys], AsList] = Field([], description="The navigation")
    header_link: NavKeys | None = Field(None, description="The button in the header")
    footer: Texts = Field([], description="Blocks of Markdown: contact, disclaimer")


class OwnerKeys(Keys):
    """Who owns the podcast, for directories."""

    name: Filled = ""
    email: Filled = ""


class PodcastKeys(Keys):
    """[podcast]"""

    guid: Uuid | None = Field(None, description="podcast:guid; check prints the value to paste")
    title: Filled = Field(description="The name of the show")
    description: Filled = Field(description="What the show is about, up to 4000 bytes")
    author: Filled = Field(description="Who makes it")
    cover: Filled = Field(description="Square picture, 1400 to 3000 pixels, JPEG or PNG")
    apple_categories: Texts = Field(description='Such as "Health & Fitness > Medicine"')
    explicit: Flag = Field(False, description="true for strong language")
    type: Literal["episodic", "serial"] = Field("episodic", description="episodic or serial")
    owner: OwnerKeys = Field(OwnerKeys(), description="Name and e-mail for directories; public")
    locked: Flag = Field(True, description="true: other hosts must not import the show")
    copyright: Filled = Field("", description="The holder's name only")
    feed: Filled = Field("podcast/feed.xml", description="Path of the feed")
    audio_folder: Filled = Field("", description="Where the audio lies, if not beside the episodes")
    hosts: Texts = Field([], description="Ids of [people] who host the show")
    funding: Links = Field([], description="Where listeners can support the show")


class BlogKeys(Keys):
    """[blog]"""

    title: Filled = Field(description="The name of the blog")
    description: Text = Field("", description="What the blog is about")


class PersonKeys(Keys):
    """[people.<id>]"""

    name: Filled = Field(description="The name as it is shown")
    role: Filled = Field("host", description="What they do in the show")
    image: Filled = Field("", description="A picture")
    url: Https = Field("", description="Their page elsewhere")
    about: Text = Field("", description="A few words in Markdown")


class TargetKeys(Keys):
    """[publish] and [publish.<name>]"""

    to: Filled = Field("public", description="A folder, or s3://bucket/prefix")
    endpoint: Address = Field("", description="Address of an S3-compatible storage")
    region: Filled = Field("", description="Region of the storage")
    profile: Filled = Field("", description="Name of the AWS profile with key and secret")
    url: Address = Field("", description="Public address of this target; else the site's")


class Settings(Keys):
    """activefeed.toml"""

    site: SiteKeys
    podcast: PodcastKeys | None = None
    blog: BlogKeys | None = None
    people: dict[str, PersonKeys] = {}
    categories: dict[str, Filled] = {}
    targets: dict[str, TargetKeys] = {}


K = TypeVar("K", bound=Keys)

# What stands in for a required value that is missing or wrong, so that the rest is checked too.
_STAND_INS: Mapping[str, object] = {
    "date": "1970-01-01", "id": "00000000-0000-4000-8000-000000000000", "timezone": "UTC",
    "url": "https://invalid.example", "start": "0", "apple_categories": [],
}  # fmt: skip


class Places:
    """Where the values of one file were written."""

    def __init__(
        self, source: SourceText, values: Mapping[Path, Mark], keys: Mapping[Path, Mark]
    ) -> None:
        self._source = source
        self._values = values
        self._keys = keys

    def of(self, *path: str | int, key: bool = False) -> Location:
        """Return the place of a value (or of its key), else of what holds it, else the file."""
        marks = self._keys if key else self._values
        while path:
            if mark := marks.get(path) or self._values.get(path):
                return self._source.at(mark.line, mark.column, mark.length)
            path = path[:-1]
        return Location(self._source.file)


def validate(
    model: type[K], data: dict[str, Any], zone: ZoneInfo, places: Places, problems: Problems
) -> K | None:
    """Return the keys of a file, every fault reported; what was wrong has its default.

    None where nothing could be made of it at all.
    """
    data = deepcopy(data)
    for attempt in range(4):
        try:
            return model.model_validate(data, context={"zone": zone})
        except ValidationError as error:
            details = error.errors(include_url=False)
            for detail in reversed(details):  # backwards, so that indices of lists stay right
                if attempt == 0:
                    _report(detail, model, places, problems)
                _repair(data, detail)
    return None


def _report(detail: ErrorDetails, model: type[Keys], places: Places, problems: Problems) -> None:
    path = tuple(p for p in detail["loc"] if p != "targets")
    name = str(path[-1])
    context = detail.get("ctx", {})
    match detail["type"]:
        case "missing":
            fix = f"add a line: {name}: …" if model is not Settings else f"add a line: {name} = …"
            holder = places.of(*path[:-1])
            problems.error("missing-key", f'"{name}" is missing', fix, holder)
        case "extra_forbidden":
            fix = _suggest(name, _fields_at(model, detail["loc"][:-1]))
            where = places.of(*path, key=True)
            problems.error("unknown-key", f'"{name}" is not a key that I know', fix, where)
        case "literal_error":
            fix = f"write {context['expected'].replace(chr(39), '')}"
            message = f'"{detail["input"]}" is not one of the words for {name}'
            problems.error("unknown-word", message, fix, places.of(*path))
        case "dict_type" | "model_type" | "model_attributes_type":
            fix = f"indent its keys below {name}:"
            problems.error(
                "not-a-group", f'"{name}" must be a group of keys', fix, places.of(*path)
            )
        case code if "message" in context:
            problems.error(code, context["message"], context["fix"], places.of(*path))
        case code:
            raise AssertionError(f"no words for the pydantic error {code} at {path}")


def _fields_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """Return the known keys of the group that a path leads to."""
    kind: Any = model
    for part in path:
        if isinstance(part, str) and hasattr(kind, "model_fields") and part in kind.model_fields:
            kind = kind.model_fields[part].annotation
        while not hasattr(kind, "model_fields"):
            kind = next(a for a in get_args(kind) if a not in (str, type(None)))
    return list(kind.model_fields)


def _suggest(name: str, known: list[str]) -> str:
    if close := difflib.get_close_matches(name.lower(), known, 1, 0.6):
        return f'did you mean "{close[0]}"?'
    where = ", or put it under extra:" if "extra" in known else ""
    return f"remove the line{where}"


def _repair(data: Any, detail: ErrorDetails) -> None:
    """Give a missing key a stand-in, take out a wrong one."""
    *holders, last = detail["loc"]
    for part in holders:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return
    if detail["type"] == "missing":
        data[last] = deepcopy(_STAND_INS.get(str(last), "?"))
    elif isinstance(data, dict):
        data.pop(last, None)
    elif isinstance(data, list) and isinstance(last, int) and last < len(data):
        del data[last]
