"""What may be written in settings and front matter: the one list of keys, types and meanings.

Fields only; rules over several fields or files live in ``settings``, ``items`` and ``load``. The
comment beside or above a field explains its key to authors: ``jsonschema`` reads it for editors and
for the reference.
"""

from datetime import datetime
from functools import partial
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from activefeed.content import lists, scalars

Text = Annotated[str, BeforeValidator(scalars.plain)]
Filled = Annotated[str, BeforeValidator(scalars.filled)]
Flag = Annotated[bool, BeforeValidator(scalars.flag)]
Number = Annotated[int, BeforeValidator(partial(scalars.like, "digits"))]
Start = Annotated[float, BeforeValidator(scalars.start)]
Address = Annotated[str, BeforeValidator(partial(scalars.like, "address"))]
Web = Annotated[str, BeforeValidator(partial(scalars.like, "web"))]
Https = Annotated[str, BeforeValidator(partial(scalars.like, "https"))]
Mail = Annotated[str, BeforeValidator(partial(scalars.like, "mail"))]
_BARE = AfterValidator(lambda url: url.rstrip("/"))
SiteUrl = Annotated[str, BeforeValidator(partial(scalars.like, "site")), _BARE]
Uuid = Annotated[str, BeforeValidator(scalars.identifier)]
Zone = Annotated[str, BeforeValidator(scalars.zone)]
_APPLE = BeforeValidator(partial(scalars.known, "apple"))
_PARTED = BeforeValidator(lists.APPLE.__getitem__)  # into category and subcategory
AppleCategory = Annotated[tuple[str, str], _PARTED, _APPLE]
Date = Annotated[datetime, BeforeValidator(scalars.date)]
Label = Annotated[str, BeforeValidator(partial(scalars.upto, 128))]  # as long as apps show it
Language = Annotated[str, BeforeValidator(scalars.language)]
Role = Annotated[str, BeforeValidator(partial(scalars.known, "role"))]
Group = Annotated[str, BeforeValidator(partial(scalars.known, "group"))]
Texts = list[Filled]


class Keys(BaseModel):
    """Keys that are known, and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class GuestKeys(Keys):
    """Somebody in one episode: the id of one of [people], or a name and more."""

    id: Filled = ""  # The id of one of [people]
    name: Label = ""  # The name as it is shown
    role: Role = ""  # What they do here, such as guest, narrator or audio editor
    group: Group = ""  # The group of the role, where it belongs to two
    url: Address = ""  # Their page
    image: Filled = ""  # A picture of them, as a path seen from this file


class ChapterKeys(Keys):
    """A chapter: ``1:10 Title``, or these keys."""

    start: Start  # When it begins: 1:10, or 1:02:03
    title: Filled  # What it is called
    url: Web = ""  # A page about it
    image: Filled = ""  # A picture for it: a path seen from this file, or an https address


class ReferenceKeys(Keys):
    """A work that the text rests on."""

    title: Filled  # The title of the work
    authors: Filled = ""  # Who wrote it, as you want it shown
    journal: Filled = ""  # The journal that it appeared in
    year: Filled = ""  # When it appeared
    volume: Filled = ""  # The volume, such as 19(1)
    pages: Filled = ""  # The pages, such as 69-78
    pmid: Filled = ""  # Its number in PubMed
    pmcid: Filled = ""  # Its number in PubMed Central
    doi: Filled = ""  # Its DOI, such as 10.1000/182
    url: Address = ""  # Where it can be read


class LinkKeys(Keys):
    """A text that leads somewhere."""

    title: Label  # The text that is shown
    url: Web  # Where it leads


class PlaceKeys(Keys):
    """Where something happens or comes from: its name, or these keys."""

    name: Label  # The name of the place
    rel: Literal["subject", "creator"] = "subject"  # What it is about, or where it was made
    # Latitude and longitude: geo:43.66,-70.25
    geo: Annotated[str, BeforeValidator(partial(scalars.like, "geo"))] = ""
    # The place in OpenStreetMap: N, W or R and its number, such as R132510
    osm: Annotated[str, BeforeValidator(partial(scalars.like, "osm"))] = ""
    # The country in two letters, such as US
    country: Annotated[str, BeforeValidator(partial(scalars.known, "country"))] = ""


class LicenseKeys(Keys):
    """On which terms it may be used: a known name, or a name and the address of the text."""

    name: Label  # A name that directories know, such as CC-BY-4.0; or another, with its address
    url: Https = ""  # The address of the text, where directories do not know the name


class ThreadKeys(Keys):
    """Where people talk about an item: the address of a post, or these keys."""

    url: Https = ""  # The address of the post that people answer
    # How it is talked to; disabled says that nobody wants comments
    protocol: Literal[
        "activitypub", "atproto", "twitter", "lightning", "hive", "matrix", "nostr", "disabled"
    ] = "activitypub"
    account: Filled = ""  # Who wrote the post, such as @clinic
    account_url: Https = ""  # The page of that account


class SoundbiteKeys(Keys):
    """A passage worth sharing."""

    start: Start  # When it begins: 1:10
    duration: Start  # How long it is: 0:30
    title: Label = ""  # What it is called; else as the episode


class NoteKeys(Keys):
    """A free text for machines."""

    # The text, up to 4000 characters
    text: Annotated[str, BeforeValidator(partial(scalars.upto, 4000))]
    purpose: Label = ""  # What it is for, such as verify


class FrequencyKeys(Keys):
    """How often the show appears: in words, or these keys."""

    text: Label  # In words: Every other Tuesday
    # As a rule of iCalendar: FREQ=WEEKLY;BYDAY=TU
    rrule: Annotated[str, BeforeValidator(partial(scalars.like, "rrule"))] = ""
    complete: Flag = False  # true: no episode will follow


Guests = list[Annotated[GuestKeys, BeforeValidator(partial(scalars.named, "id"))]]
Place = Annotated[PlaceKeys, BeforeValidator(partial(scalars.named, "name"))]
License = Annotated[LicenseKeys, BeforeValidator(partial(scalars.named, "name"))]
Thread = Annotated[ThreadKeys, BeforeValidator(partial(scalars.named, "url"))]
Frequency = Annotated[FrequencyKeys, BeforeValidator(partial(scalars.named, "text"))]


class PageKeys(Keys):
    """Front matter of a page."""

    title: Filled  # The heading, and the name in feeds and browser tabs
    slug: Filled = ""  # The last part of the address; else made from the file name
    summary: Text = ""  # One or two plain sentences for lists and feeds; also called description
    image: Filled = ""  # A picture, as a path seen from this file; else the one beside it
    image_alt: Text = ""  # What the picture shows, for those who do not see it
    references: list[ReferenceKeys] = []  # Works that the text rests on
    # Its old addresses in this site, such as /2019/old-post.html
    aliases: list[Annotated[str, BeforeValidator(scalars.alias)]] = []


class ItemKeys(PageKeys):
    """Front matter that episodes and posts share."""

    subtitle: Filled = ""  # A second line under the title
    date: Date  # When it goes out, in the site's zone; a future date waits
    updated: Date | None = None  # When it last changed in a way that readers should know of
    guid: Filled = ""  # The identity in feeds; only to keep one from elsewhere
    # true: the guid is the address of its old page, as the old feed said
    guid_permalink: Flag = False
    categories: Texts = []  # Subjects, shared by episodes and posts; also called tags
    comments: Thread | None = None  # Where people talk about it: the address of a fediverse post
    related: Texts = []  # Other episodes and posts, as paths seen from this file
    draft: Flag = False  # true: not published yet
    withdrawn: Flag = False  # true: taken out of feeds and pages on purpose


class PostKeys(ItemKeys):
    """Front matter of a post."""

    authors: Texts = []  # Ids of [people] who wrote it


class EpisodeKeys(ItemKeys):
    """Front matter of an episode."""

    audio: Filled = ""  # Another file than the one beside it, or an https address
    size: Number | None = None  # Bytes of audio that lies at an https address
    # Length of audio at an https address: 1:02:03
    duration: Annotated[int, BeforeValidator(scalars.seconds)] | None = None
    episode: Number | None = None  # Number within the season
    # What apps show for the number, such as 1st; up to 32 characters
    episode_display: Annotated[str, BeforeValidator(partial(scalars.upto, 32))] = ""
    season: Number | None = None  # Number of the season
    type: Literal["full", "trailer", "bonus"] = "full"  # What kind of episode it is
    explicit: Flag | None = None  # true for strong language; else as the show
    hosts: Texts | None = None  # Ids of [people]; else the show's hosts
    guests: Guests = []  # Ids of [people], or name, url, image and role of each
    people: Guests = []  # Others who worked on it, each with a role
    # Lines such as 1:10 Title; else the chapters inside the audio
    chapters: list[Annotated[ChapterKeys, BeforeValidator(scalars.chapter)]] = []
    transcript: Filled = ""  # Another file than the one beside it
    soundbites: list[SoundbiteKeys] = []  # Passages worth sharing
    location: Place | None = None  # Where it plays
    license: License | None = None  # On which terms it may be used; else as the show
    funding: list[LinkKeys] = []  # Where listeners can support this episode's cause
    blog: Flag = False  # true: also in the blog and its feeds
    block: Flag = False  # true: directories shall not list it


# By the kind of a file; and words that mean the same as a key.
BY_KIND: dict[str, type[PageKeys]] = {"episode": EpisodeKeys, "post": PostKeys, "page": PageKeys}
SYNONYMS = {"description": "summary", "tags": "categories"}


class NavKeys(Keys):
    """A line of the navigation."""

    title: Filled = ""  # The text that is shown; else the page's own title
    page: Filled = ""  # The path of a page below pages/, without .md; or podcast, blog, subscribe
    url: Address = ""  # An address elsewhere, instead of a page
    items: Texts = []  # Pages below this line, written as page is


class SiteKeys(Keys):
    """[site]"""

    id: Uuid  # Made once, never changed: GUIDs are derived from it
    title: Filled  # The name of the site
    description: Text = ""  # One sentence about the site
    url: SiteUrl  # The public address; may have a path
    language: Language = "en"  # The language of the texts in two letters, perhaps with a region
    timezone: Zone  # The zone of all dates, by its city
    # "files": pages are at /x.html, which works everywhere; "folders": at /x/, where the host can
    addresses: Literal["files", "folders"] = "files"
    nav: list[NavKeys] = []  # The navigation, from left to right
    header_link: NavKeys | None = None  # The button in the header
    footer: Texts = []  # Blocks of Markdown: contact, disclaimer
    # Colour of links and buttons; made darker or lighter until it can be read
    accent: Annotated[str, BeforeValidator(partial(scalars.like, "colour"))] = ""
    # Below each episode and post readers are invited to write to it
    comments_to: Mail = ""
    # "newest" keeps a feed below feed_bytes; "all": every item in one document, however long
    feed_items: Literal["newest", "all"] = "newest"
    feed_bytes: Number = 1_000_000  # How many bytes a feed may have; older items go to its archives
    search: Flag = True  # A search box, where activefeed[search] is installed


class OwnerKeys(Keys):
    """Who owns the podcast, for directories; public."""

    name: Filled = ""  # Who owns it
    email: Mail = ""  # Directories write to it, to prove that the show is yours


class PodcastKeys(Keys):
    """[podcast]"""

    guid: Uuid | None = None  # The show's identity (podcast:guid); check prints the value to paste
    title: Filled  # The name of the show
    description: Filled  # What the show is about, up to 4000 bytes
    author: Filled  # Who makes it
    cover: Filled  # A square picture, 1400 to 3000 pixels, JPEG or PNG
    cover_alt: Text = ""  # What the cover shows, for those who do not see it
    apple_categories: list[AppleCategory]  # Such as "Health & Fitness > Medicine"
    explicit: Flag = False  # true for strong language
    # "serial" if people must start with the first episode
    type: Literal["episodic", "serial"] = "episodic"
    owner: OwnerKeys = OwnerKeys()  # Name and e-mail for directories; public
    locked: Flag = True  # true: other hosts must not import the show
    copyright: Filled = ""  # The holder's name only
    # The path of the feed; choose it once
    feed: Annotated[str, BeforeValidator(partial(scalars.like, "path"))] = "podcast/feed.xml"
    audio_folder: Filled = ""  # Where the audio lies, if not beside the episodes
    hosts: Texts = []  # Ids of [people] who host the show
    funding: list[LinkKeys] = []  # Where listeners can support the show
    listings: list[LinkKeys] = []  # Its pages in directories, for the subscribe page
    # What the feed holds, for apps that tell music or films from talk
    medium: Literal[
        "podcast", "music", "video", "film", "audiobook", "newsletter", "blog", "course", "mixed"
    ] = "podcast"
    license: License | None = None  # On which terms the show may be used
    location: Place | None = None  # What the show is about, or where it is made
    seasons: dict[Number, Label] = {}  # Names of seasons, by number
    update_frequency: Frequency | None = None  # How often it appears
    txt: list[NoteKeys] = []  # Notes for machines, such as the proof that the show is yours
    # true, or a list of services that shall not list the show
    block: Annotated[list[str], BeforeValidator(scalars.blocked)] = []
    complete: Flag = False  # true: no episode will follow
    # Where apps find the feed from now on: moving in, here; moving out, at the other host
    new_feed_url: Https = ""
    new_feed_until: Date | None = None  # The last day on which the feed names new_feed_url
    # The beginning of an address of a service that counts downloads
    audio_prefix: Annotated[str, BeforeValidator(partial(scalars.like, "prefix"))] = ""
    tag_audio: Flag = True  # true: title, cover and chapters go into the published audio


class BlogKeys(Keys):
    """[blog]"""

    title: Filled  # The name of the blog
    description: Text = ""  # What the blog is about


class PersonKeys(Keys):
    """[people.<id>]"""

    name: Label  # The name as it is shown
    role: Role = "host"  # What they do in the show
    group: Group = ""  # The group of the role, where it belongs to two
    image: Filled = ""  # A picture of them
    url: Address = ""  # Their page elsewhere
    about: Text = ""  # A few words in Markdown


class TargetKeys(Keys):
    """[publish.<name>]"""

    to: Filled = "public"  # A folder, or s3://bucket/prefix
    endpoint: Address = ""  # The address of an S3-compatible storage that is not Amazon's
    region: Filled = ""  # The region of the storage
    profile: Filled = ""  # The name of the AWS profile with key and secret
    # The public address of this target; else the site's
    url: Annotated[str, BeforeValidator(partial(scalars.like, "target")), _BARE] = ""
    hub: Address = ""  # A WebSub hub to tell of news
    cloudfront: Filled = ""  # The id of a CloudFront distribution to refresh
    purge: Web = ""  # An address that tells another cache what changed


class PublishKeys(TargetKeys):
    """[publish]: the target without a name, and tables for the others."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, TargetKeys] = Field(init=False)


class Settings(Keys):
    """activefeed.toml"""

    site: SiteKeys  # The site itself
    podcast: PodcastKeys | None = None  # The podcast; without this table there is none
    blog: BlogKeys | None = None  # The blog; without this table there is none
    people: dict[str, PersonKeys] = {}  # Hosts, authors and others, each under an id
    # Addresses of categories that need one of their own, by title
    categories: dict[str, Filled] = {}
    # Old addresses in this site, each with that of a page or a feed: "/1/feed" = "/blog/feed.xml"
    aliases: dict[Annotated[str, BeforeValidator(scalars.old)], Filled] = {}
    publish: PublishKeys = PublishKeys()  # Where it is published to
