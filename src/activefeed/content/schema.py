"""What may be written in settings and front matter: the one list of keys, types and meanings.

Fields only; rules over several fields or files live in ``settings``, ``items`` and ``load``.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from activefeed.content import scalars

Text = Annotated[str, BeforeValidator(scalars.plain)]
Filled = Annotated[str, BeforeValidator(scalars.filled)]
Flag = Annotated[bool, BeforeValidator(scalars.flag)]
Number = Annotated[int, BeforeValidator(scalars.digits)]
Seconds = Annotated[int, BeforeValidator(scalars.seconds)]
Start = Annotated[float, BeforeValidator(scalars.start)]
Address = Annotated[str, BeforeValidator(scalars.address)]
Https = Annotated[str, BeforeValidator(scalars.https)]
SiteUrl = Annotated[str, BeforeValidator(scalars.site)]
TargetUrl = Annotated[str, BeforeValidator(scalars.target)]
FeedPath = Annotated[str, BeforeValidator(scalars.path)]
Uuid = Annotated[str, BeforeValidator(scalars.identifier)]
Zone = Annotated[str, BeforeValidator(scalars.zone)]
AppleCategory = Annotated[tuple[str, str], BeforeValidator(scalars.apple)]
Date = Annotated[datetime, BeforeValidator(scalars.date)]
T = TypeVar("T")
Several = Annotated[list[T], BeforeValidator(scalars.listed)]
Texts = Several[Filled]


class Keys(BaseModel):
    """Keys that are known, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GuestKeys(Keys):
    """Somebody in one episode: the id of one of [people], or a name and more."""

    id: Filled = ""
    name: Filled = ""
    role: Filled = ""
    url: Address = ""
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


Guests = Several[Annotated[GuestKeys, BeforeValidator(scalars.guest)]]
Chapters = Several[Annotated[ChapterKeys, BeforeValidator(scalars.chapter)]]


class PageKeys(Keys):
    """Front matter of a page."""

    title: Filled  # the heading, and the name in feeds and browser tabs
    slug: Filled = ""  # the last part of the address; else made from the file name
    summary: Text = ""  # (or description) one or two plain sentences for lists, feeds and search
    image: Filled = ""  # a picture, as a path seen from this file; else the one beside it
    image_alt: Text = ""  # what the picture shows, for those who do not see it
    references: Several[ReferenceKeys] = []  # works that the text rests on


class ItemKeys(PageKeys):
    """Front matter that episodes and posts share."""

    subtitle: Filled = ""  # a second line under the title
    date: Date  # when it goes out, in the site's zone; a future date waits
    updated: Date | None = None  # when it last changed in a way that readers should know of
    guid: Filled = ""  # the identity in feeds; only to keep one from elsewhere
    categories: Texts = []  # (or tags) subjects, shared by episodes and posts
    related: Texts = []  # other episodes and posts, as paths seen from this file
    draft: Flag = False  # true: not published yet
    withdrawn: Flag = False  # true: taken out of feeds and pages on purpose


class PostKeys(ItemKeys):
    """Front matter of a post."""

    authors: Texts = []  # ids of [people] who wrote it


class EpisodeKeys(ItemKeys):
    """Front matter of an episode."""

    audio: Filled = ""  # another file than the one beside it, or an https address
    size: Number | None = None  # bytes of audio that lies at an https address
    duration: Seconds | None = None  # length of audio at an https address: 1:02:03
    episode: Number | None = None  # number within the season
    season: Number | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: Flag | None = None  # true for strong language; else as the show
    hosts: Texts | None = None  # ids of [people]; else the show's hosts
    guests: Guests = []  # ids of [people], or name, url, image, role of each
    people: Guests = []  # others who worked on it, each with a role
    chapters: Chapters = []  # else the audio's
    transcript: Filled = ""  # another file than the one beside it


class NavKeys(Keys):
    """A line of the navigation."""

    title: Filled = ""
    page: Filled = ""  # the path of a page below pages/, or podcast, blog
    url: Address = ""
    items: Texts = []  # pages below this line


class SiteKeys(Keys):
    """[site]"""

    id: Uuid  # made once, never changed: GUIDs are derived from it
    title: Filled
    description: Text = ""  # one sentence about the site
    url: SiteUrl  # the public address; may have a path
    language: Filled = "en"  # the language code of the texts
    timezone: Zone  # of all dates
    addresses: Literal["files", "folders"] = "files"  # /x.html everywhere; or /x/ where hosts can
    nav: Several[NavKeys] = []  # the navigation
    header_link: NavKeys | None = None  # the button in the header
    footer: Texts = []  # blocks of Markdown: contact, disclaimer


class OwnerKeys(Keys):
    """Who owns the podcast, for directories; public."""

    name: Filled = ""
    email: Filled = ""


class PodcastKeys(Keys):
    """[podcast]"""

    guid: Uuid | None = None  # podcast:guid; ``check`` prints the value to paste
    title: Filled
    description: Filled
    author: Filled
    cover: Filled  # square picture, 1400 to 3000 pixels, JPEG or PNG
    apple_categories: Several[AppleCategory]
    explicit: Flag = False  # true for strong language
    type: Literal["episodic", "serial"] = "episodic"
    owner: OwnerKeys = OwnerKeys()
    locked: Flag = True  # other hosts must not import the show
    copyright: Filled = ""  # the holder
    feed: FeedPath = "podcast/feed.xml"
    audio_folder: Filled = ""  # where the audio lies, if not beside the episodes
    hosts: Texts = []  # ids of [people]
    funding: Several[LinkKeys] = []  # where listeners can support the show


class BlogKeys(Keys):
    """[blog]"""

    title: Filled
    description: Text = ""


class PersonKeys(Keys):
    """[people.<id>]"""

    name: Filled
    role: Filled = "host"
    image: Filled = ""
    url: Address = ""  # their page elsewhere
    about: Text = ""  # a few words in Markdown


class TargetKeys(Keys):
    """[publish.<name>]"""

    to: Filled = "public"  # a folder, or s3://bucket/prefix
    endpoint: Address = ""  # of an S3-compatible storage that is not Amazon's
    region: Filled = ""
    profile: Filled = ""  # of the AWS credentials file, with key and secret
    url: TargetUrl = ""  # public address of this target; else the site's


class PublishKeys(TargetKeys):
    """[publish]: the target without a name, and tables for the others."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, TargetKeys] = Field(init=False)


class Settings(Keys):
    """activefeed.toml"""

    site: SiteKeys
    podcast: PodcastKeys | None = None
    blog: BlogKeys | None = None
    people: dict[str, PersonKeys] = {}
    categories: dict[str, Filled] = {}  # slugs of categories that need one of their own, by title
    publish: PublishKeys = PublishKeys()
