"""What may be written in settings and front matter: the one list of keys, types and meanings.

Fields only; rules over several fields or files live in ``settings``, ``items`` and ``load``.
"""

from datetime import datetime
from typing import Annotated, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from activefeed.content import scalars

Text = Annotated[str, BeforeValidator(scalars.plain)]
Filled = Annotated[str, BeforeValidator(scalars.filled)]
Flag = Annotated[bool, BeforeValidator(scalars.flag)]
Number = Annotated[int, BeforeValidator(scalars.like("digits"))]
Seconds = Annotated[int, BeforeValidator(scalars.seconds)]
Start = Annotated[float, BeforeValidator(scalars.start)]
Address = Annotated[str, BeforeValidator(scalars.like("address"))]
Web = Annotated[str, BeforeValidator(scalars.like("web"))]
Https = Annotated[str, BeforeValidator(scalars.like("https"))]
Mail = Annotated[str, BeforeValidator(scalars.like("mail"))]
_BARE = AfterValidator(lambda url: url.rstrip("/"))
SiteUrl = Annotated[str, BeforeValidator(scalars.like("site")), _BARE]
TargetUrl = Annotated[str, BeforeValidator(scalars.like("target")), _BARE]
FeedPath = Annotated[str, BeforeValidator(scalars.like("path"))]
Uuid = Annotated[str, BeforeValidator(scalars.identifier)]
Zone = Annotated[str, BeforeValidator(scalars.zone)]
AppleCategory = Annotated[tuple[str, str], BeforeValidator(scalars.apple)]
Date = Annotated[datetime, BeforeValidator(scalars.date)]
Label = Annotated[str, BeforeValidator(scalars.upto(128))]  # as long as apps show it
Language = Annotated[str, BeforeValidator(scalars.language)]
Role = Annotated[str, BeforeValidator(scalars.role)]
Group = Annotated[str, BeforeValidator(scalars.group)]
Prefix = Annotated[str, BeforeValidator(scalars.like("prefix"))]
Blocked = Annotated[list[str], BeforeValidator(scalars.blocked)]
T = TypeVar("T")
Several = Annotated[list[T], BeforeValidator(scalars.listed)]
Texts = Several[Filled]


class Keys(BaseModel):
    """Keys that are known, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GuestKeys(Keys):
    """Somebody in one episode: the id of one of [people], or a name and more."""

    id: Filled = ""
    name: Label = ""
    role: Role = ""
    group: Group = ""
    url: Address = ""
    image: Filled = ""


class ChapterKeys(Keys):
    """A chapter: ``1:10 Title``, or these keys."""

    start: Start
    title: Filled
    url: Web = ""
    image: Filled = ""


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

    title: Label
    url: Web


class PlaceKeys(Keys):
    """Where something happens or comes from: its name, or these keys."""

    name: Label
    rel: Literal["subject", "creator"] = "subject"
    geo: Annotated[str, BeforeValidator(scalars.like("geo"))] = ""
    osm: Annotated[str, BeforeValidator(scalars.like("osm"))] = ""
    country: Annotated[str, BeforeValidator(scalars.country)] = ""


class LicenseKeys(Keys):
    """On which terms it may be used: a known name, or a name and the address of the text."""

    name: Label
    url: Https = ""


class ThreadKeys(Keys):
    """Where people talk about an item: the address of a post, or these keys."""

    url: Https = ""
    protocol: Literal[
        "activitypub", "atproto", "twitter", "lightning", "hive", "matrix", "nostr", "disabled"
    ] = "activitypub"
    account: Filled = ""
    account_url: Https = ""


class SoundbiteKeys(Keys):
    """A passage worth sharing."""

    start: Start
    duration: Start
    title: Label = ""


class NoteKeys(Keys):
    """A free text for machines."""

    text: Annotated[str, BeforeValidator(scalars.upto(4000))]
    purpose: Label = ""


class FrequencyKeys(Keys):
    """How often the show appears: in words, or these keys."""

    text: Label
    rrule: Annotated[str, BeforeValidator(scalars.like("rrule"))] = ""
    complete: Flag = False


Guests = Several[Annotated[GuestKeys, BeforeValidator(scalars.named("id"))]]
Chapters = Several[Annotated[ChapterKeys, BeforeValidator(scalars.chapter)]]
Place = Annotated[PlaceKeys, BeforeValidator(scalars.named("name"))]
License = Annotated[LicenseKeys, BeforeValidator(scalars.named("name"))]
Thread = Annotated[ThreadKeys, BeforeValidator(scalars.named("url"))]
Frequency = Annotated[FrequencyKeys, BeforeValidator(scalars.named("text"))]


class PageKeys(Keys):
    """Front matter of a page."""

    title: Filled  # the heading, and the name in feeds and browser tabs
    slug: Filled = ""  # the last part of the address; else made from the file name
    summary: Text = ""  # (or description) one or two plain sentences for lists, feeds and search
    image: Filled = ""  # a picture, as a path seen from this file; else the one beside it
    image_alt: Text = ""  # what the picture shows, for those who do not see it
    references: Several[ReferenceKeys] = []  # works that the text rests on
    aliases: Several[Annotated[str, BeforeValidator(scalars.alias)]] = []  # its old addresses


class ItemKeys(PageKeys):
    """Front matter that episodes and posts share."""

    subtitle: Filled = ""  # a second line under the title
    date: Date  # when it goes out, in the site's zone; a future date waits
    updated: Date | None = None  # when it last changed in a way that readers should know of
    guid: Filled = ""  # the identity in feeds; only to keep one from elsewhere
    categories: Texts = []  # (or tags) subjects, shared by episodes and posts
    comments: Thread | None = None  # where people talk about it: the address of a fediverse post
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
    episode_display: Annotated[str, BeforeValidator(scalars.upto(32))] = ""  # shown for the number
    season: Number | None = None
    type: Literal["full", "trailer", "bonus"] = "full"
    explicit: Flag | None = None  # true for strong language; else as the show
    hosts: Texts | None = None  # ids of [people]; else the show's hosts
    guests: Guests = []  # ids of [people], or name, url, image, role of each
    people: Guests = []  # others who worked on it, each with a role
    chapters: Chapters = []  # else the audio's
    transcript: Filled = ""  # another file than the one beside it
    soundbites: Several[SoundbiteKeys] = []  # passages worth sharing
    location: Place | None = None  # where it plays
    license: License | None = None  # on which terms it may be used; else as the show
    funding: Several[LinkKeys] = []  # where listeners can support this episode's cause
    blog: Flag = False  # true: also in the blog and its feeds
    block: Flag = False  # true: directories shall not list it


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
    language: Language = "en"  # the language code of the texts
    timezone: Zone  # of all dates
    addresses: Literal["files", "folders"] = "files"  # /x.html everywhere; or /x/ where hosts can
    nav: Several[NavKeys] = []  # the navigation
    header_link: NavKeys | None = None  # the button in the header
    footer: Texts = []  # blocks of Markdown: contact, disclaimer
    accent: Annotated[str, BeforeValidator(scalars.like("colour"))] = (
        ""  # colour of links and buttons
    )
    comments_to: Mail = ""  # readers write to this address
    feed_items: Literal["newest", "all"] = "newest"  # all: every item in one document, however long
    feed_bytes: Number = 1_000_000  # how large a feed may grow; older items go to its archives
    search: Flag = True  # a search box, where activefeed[search] is installed


class OwnerKeys(Keys):
    """Who owns the podcast, for directories; public."""

    name: Filled = ""
    email: Mail = ""


class PodcastKeys(Keys):
    """[podcast]"""

    guid: Uuid | None = None  # podcast:guid; ``check`` prints the value to paste
    title: Filled
    description: Filled
    author: Filled
    cover: Filled  # square picture, 1400 to 3000 pixels, JPEG or PNG
    cover_alt: Text = ""  # what the cover shows, for those who do not see it
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
    listings: Several[LinkKeys] = []  # its pages in directories, for the subscribe page
    medium: Literal[
        "podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course", "mixed"
    ] = "podcast"
    license: License | None = None  # on which terms the show may be used
    location: Place | None = None  # what the show is about, or where it is made
    seasons: dict[Number, Label] = {}  # names of seasons, by number
    update_frequency: Frequency | None = None  # how often it appears
    txt: Several[NoteKeys] = []  # notes for machines, such as the proof that the show is yours
    block: Blocked = []  # true, or a list of services
    complete: Flag = False  # true: no episode will follow
    new_feed_url: Https = ""  # where the feed has moved to
    audio_prefix: Prefix = ""  # of a service that counts downloads
    tag_audio: Flag = True  # title, cover and chapters are written into the published audio


class BlogKeys(Keys):
    """[blog]"""

    title: Filled
    description: Text = ""


class PersonKeys(Keys):
    """[people.<id>]"""

    name: Label
    role: Role = "host"
    group: Group = ""  # of the role, where it belongs to two
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
    hub: Address = ""  # a WebSub hub to tell of news
    cloudfront: Filled = ""  # id of a CloudFront distribution to refresh
    purge: Web = ""  # an address that tells another cache what changed


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
