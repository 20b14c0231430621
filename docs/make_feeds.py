"""Write docs/feeds.md: what every key becomes in the feeds, and who reads it.

Run it as ``python docs/make_feeds.py``. Keys, allowed words, defaults and meanings are the schema's
own; what only people can know stands in the two tables here, in this form::

    [Model of the schema]
    key
      = what it becomes; in backticks what a feed calls it (or why it reaches no feed)
      @ who reads it; $names are those of WHO
      > an example, to be typed as it is; it may have several lines

A line that is indented further goes on. tests/test_docs_feeds.py tries every example.
"""

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template
from typing import Any, Literal, get_args, get_origin

from activefeed.content import lists, schema
from activefeed.content.schema import Keys

PAGE = Path(__file__).with_name("feeds.md")
WHO = {
    "all": "all apps and feed readers",
    "nobody": "no app that we know of",
    "apple": "Apple Podcasts, gPodder, Podcast Index",
    "artwork": "Apple Podcasts, AntennaPod, gPodder, Podcast Index",
    "chapters": "Apple Podcasts, AntennaPod, Anytime, Castamatic, CurioCaster, Fountain, "
    "Hypercatcher, Pocket Casts, Podcast Addict, Podcast Guru, Podcast Republic, Podfriend, "
    "Podverse, TrueFans, Podcast Index",
    "funding": "AntennaPod, Anytime, Castamatic, CurioCaster, Pocket Casts, Podcast Addict, "
    "Podcast Guru, Podfriend, PodLP, podStation, Podverse, TrueFans, Podcast Index",
    "guid": "Fountain, OP3, Podcast Guru, PodLP, Podverse, Steno.fm, TrueFans, Podcast Index",
    "location": "Podcast Addict, Podcast Guru, Podfriend, PodLP, TrueFans, Podcast Index",
    "person": "Anytime, Fountain, iCatcher!, Podcast Addict, Podcast Guru, Podfriend, PodLP, "
    "Steno.fm, TrueFans, Podcast Index",
    "season": "Podcast Addict, Podcast Guru, PodLP, Steno.fm, TrueFans, Podcast Index",
    "social": "AntennaPod, Podfriend, Podverse, TrueFans, Podcast Index",
    "soundbite": "Headliner, Podverse, TrueFans, Podcast Index",
    "transcript": "Apple Podcasts, AntennaPod, Anytime, CurioCaster, Fountain, Pocket Casts, "
    "Podcast Addict, Podcast Guru, Podfriend, PodLP, Podverse, TrueFans, Podcast Index",
}

# How keys of groups are called on the page.
HOLDERS = {
    "GuestKeys": "guests.", "ChapterKeys": "chapters.", "SoundbiteKeys": "soundbites.",
    "LinkKeys": "funding.", "PlaceKeys": "location.", "LicenseKeys": "license.",
    "ThreadKeys": "comments.", "ReferenceKeys": "references.", "OwnerKeys": "owner.",
    "NoteKeys": "txt.", "FrequencyKeys": "update_frequency.", "NavKeys": "nav.",
}  # fmt: skip
PLACES = {
    "ItemKeys": "episodes, posts", "SiteKeys": "[site]", "NavKeys": "[site]",
    "PodcastKeys": "[podcast]", "PersonKeys": "[people.id]", "TargetKeys": "[publish]",
}  # fmt: skip
REACH = """
[PageKeys]
title
  = `title` of the item in every feed; the title inside the audio
  @ $all
  > title: Strong hips, calm knees
slug
  = `link`, JSON `url`; where there is no `guid`, the identity too
  @ $all
  > slug: strong-hips
summary
  = `description` in RSS (of an episode: where it has no notes, or notes of more than 4000 bytes);
    Atom and JSON `summary`
  @ $all
  > summary: Two exercises for strong hips.
image
  = episode: `itunes:image`, `podcast:image`, the cover inside the audio; JSON `image`
  @ $artwork; JSON Feed readers
  > image: ../images/knee.png
image_alt
  = `alt` of `podcast:image`
  @ $nobody
  > image: ../images/knee.png
  > image_alt: A knee, seen from the side
references
  = a numbered list at the end of `content:encoded`, Atom `content`, JSON `content_html`
  @ all that show the notes
  > references: [{title: Pain and strength, doi: 10.1000/182}]

[ItemKeys]
date
  = `pubDate`, Atom `published`, JSON `date_published`; the year inside the audio
  @ $all
  > date: 2026-02-03 06:00
updated
  = Atom `updated`, JSON `date_modified`, `lastBuildDate` of the feed
  @ feed readers; Podcast Index
  > updated: 2026-03-01 12:00
guid
  = `guid`, Atom and JSON `id`
  @ $all
  > guid: https://old.example/?p=12
categories
  = `category` (RSS, Atom), JSON `tags`; every category has a feed of its own
  @ feed readers; podcast apps pass it over
  > categories: [Knees, Running]
comments
  = `podcast:socialInteract`, RSS `comments`, Atom link `replies`
  @ $social; feed readers
  > comments: https://social.example/@clinic/1234
draft
  = nothing: the item is in no feed yet
  > draft: true
withdrawn
  = nothing: the item leaves every feed
  > withdrawn: true

[PostKeys]
authors
  = `dc:creator`, Atom `author`, JSON `authors`; every person has a feed of their own
  @ feed readers
  > authors: [dana, otis]

[EpisodeKeys]
audio
  = `enclosure`
  @ $all
  > audio: https://files.example/hips.mp3
  > size: 7654321
  > duration: "31:04"
size
  = `length` of `enclosure`
  @ AntennaPod, gPodder, Podcast Index
  > audio: https://files.example/hips.mp3
  > size: 7654321
  > duration: "31:04"
duration
  = `itunes:duration`, in seconds
  @ Apple Podcasts, AntennaPod, gPodder, Podcast Index
  > audio: https://files.example/hips.mp3
  > size: 7654321
  > duration: "31:04"
episode
  = `itunes:episode`, `podcast:episode`; the track number inside the audio
  @ $apple; Fountain, Steno.fm, TrueFans
  > episode: 12
episode_display
  = `display` of `podcast:episode`
  @ Podcast Index
  > episode: 12
  > episode_display: Part one
season
  = `itunes:season`, `podcast:season`; the disc number inside the audio
  @ Apple Podcasts, gPodder; $season
  > season: 2
type
  = `itunes:episodeType`; a trailer without a number is a podcast:trailer of the show or season too
  @ $apple; trailers: Steno.fm, TrueFans
  > type: trailer
explicit
  = `itunes:explicit` of the item
  @ $apple
  > explicit: true
hosts
  = `podcast:person`, role host; `dc:creator` in the feed of everything
  @ $person; feed readers
  > hosts: [dana, otis]
guests
  = `podcast:person`, role guest
  @ $person
  > guests: [{name: Ana Ruiz}]
people
  = `podcast:person`, each with a role
  @ as guests
  > people: [{id: otis, role: narrator}]
chapters
  = `podcast:chapters` (a file), `psc:chapters` (in the feed), chapters inside the audio
  @ the file: $chapters; in the feed: AntennaPod, gPodder, Spotify
  > chapters: [0:00 Welcome, 1:10 The hip, 1:40 A walk]
transcript
  = `podcast:transcript`, in four forms: plain text, SRT, JSON, VTT
  @ $transcript
  > transcript: ../transcripts/hips.vtt
soundbites
  = `podcast:soundbite`
  @ $soundbite
  > soundbites: [{start: 0:20, duration: 0:30}]
location
  = `podcast:location` of the item
  @ $location
  > location: Portland, Maine
license
  = `podcast:license` of the item
  @ TrueFans, Podcast Index
  > license: CC-BY-4.0
funding
  = `podcast:funding` of the item
  @ $nobody; Podcast Index passes it over
  > funding: [{title: Support the lab, url: "https://lab.example/give"}]
blog
  = the episode is an item of the blog's feeds, with `enclosure` and JSON `attachments`
  @ feed readers
  > blog: true
block
  = `itunes:block` of the item
  @ Apple Podcasts
  > block: true

[GuestKeys]
id
  = `podcast:person` with all that [people.id] says
  @ as guests
  > guests: [{id: otis}]
name
  = the text of `podcast:person`
  @ as guests
  > guests: [{name: Ana Ruiz}]
role
  = `role` of `podcast:person`
  @ as guests
  > guests: [{name: Ana Ruiz, role: narrator}]
group
  = `group` of `podcast:person`
  @ as guests
  > people: [{name: Ana Ruiz, role: editor, group: video post-production}]
url
  = `href` of `podcast:person`
  @ as guests
  > guests: [{name: Ana Ruiz, url: "https://ana.example"}]
image
  = `img` of `podcast:person`
  @ as guests
  > guests: [{name: Ana Ruiz, image: ../images/ana.png}]

[ChapterKeys]
start
  = `start` of `psc:chapter`
  @ as chapters
  > chapters: [0:00 Welcome, {start: 1:10, title: The hip}, 1:40 A walk]
title
  = `title` of `psc:chapter`
  @ as chapters
  > chapters: [0:00 Welcome, {start: 1:10, title: The hip}, 1:40 A walk]
url
  = `href` of `psc:chapter`
  @ as chapters
  > chapters: [0:00 Welcome, {start: 1:10, title: The hip, url: "https://hip.example"}, 1:40 A walk]
image
  = `image` of `psc:chapter`
  @ as chapters
  > chapters: [0:00 Welcome, {start: 1:10, title: The hip, image: ../images/knee.png}, 1:40 A walk]

[SoundbiteKeys]
start
  = `startTime` of `podcast:soundbite`
  @ as soundbites; Podcast Index not at 0
  > soundbites: [{start: 0:20, duration: 0:30}]
duration
  = `duration` of `podcast:soundbite`
  @ as soundbites
  > soundbites: [{start: 0:20, duration: 0:30}]
title
  = the text of `podcast:soundbite`
  @ as soundbites
  > soundbites: [{start: 0:20, duration: 0:30, title: Rest is not enough}]

[LinkKeys]
title
  = the text of `podcast:funding`
  @ as funding
  > funding: [{title: Support the lab, url: "https://lab.example/give"}]
url
  = `url` of `podcast:funding`
  @ as funding
  > funding: [{title: Support the lab, url: "https://lab.example/give"}]

[PlaceKeys]
name
  = the text of `podcast:location`
  @ as location
  > location: {name: Portland}
rel
  = `rel` of `podcast:location`
  @ $nobody; Podcast Index passes it over
  > location: {name: Portland, rel: creator}
geo
  = `geo` of `podcast:location`
  @ as location
  > location: {name: Portland, geo: "geo:43.66,-70.25"}
osm
  = `osm` of `podcast:location`
  @ as location
  > location: {name: Portland, osm: R132510}
country
  = `country` of `podcast:location`
  @ $nobody; Podcast Index passes it over
  > location: {name: Portland, country: US}

[LicenseKeys]
name
  = the text of `podcast:license`
  @ as license; Podcast Index only names of SPDX
  > license: {name: CC-BY-4.0}
url
  = `url` of `podcast:license`
  @ as license
  > license: {name: House licence, url: "https://clinic.example/terms.html"}

[ThreadKeys]
url
  = `uri` of `podcast:socialInteract`, RSS `comments`, Atom link `replies`
  @ $social; feed readers
  > comments: {url: "https://social.example/@clinic/1234"}
protocol
  = `protocol` of `podcast:socialInteract`
  @ Podcast Index
  > comments: {url: "https://social.example/a/1", protocol: atproto}
account
  = `accountId` of `podcast:socialInteract`
  @ Podcast Index
  > comments: {url: "https://social.example/@a/1", account: "@a@social.example"}
account_url
  = `accountUrl` of `podcast:socialInteract`
  @ Podcast Index
  > comments: {url: "https://social.example/@a/1", account_url: "https://social.example/@a"}

[ReferenceKeys]
title
  = the title in the list, in `content:encoded`, `content`, `content_html`
  @ all that show the notes
  > references: [{title: Pain and strength}]
authors
  = before the title
  @ all that show the notes
  > references: [{title: Pain and strength, authors: Sousa CS}]
journal
  = after the title
  @ all that show the notes
  > references: [{title: Pain and strength, journal: J Pain}]
year
  = after the journal
  @ all that show the notes
  > references: [{title: Pain and strength, year: 2019}]
volume
  = after the year
  @ all that show the notes
  > references: [{title: Pain and strength, volume: 19(1)}]
pages
  = after the volume
  @ all that show the notes
  > references: [{title: Pain and strength, pages: 69-78}]
pmid
  = a link to PubMed
  @ all that show the notes
  > references: [{title: Pain and strength, pmid: 30839305}]
pmcid
  = a link to PubMed Central
  @ all that show the notes
  > references: [{title: Pain and strength, pmcid: PMC6454257}]
doi
  = a link to doi.org
  @ all that show the notes
  > references: [{title: Pain and strength, doi: 10.1000/182}]
url
  = where the title leads
  @ all that show the notes
  > references: [{title: Pain and strength, url: "https://journal.example/1"}]

[Settings]
site
  = what all feeds share
  @ $all
  > [site]
  > id = "7d0a5f0e-5f38-4d3c-9a55-5f2f0e6a7c10"
  > title = "Hill Clinic & Gym"
  > url = "https://clinic.example"
  > timezone = "Europe/Berlin"
podcast
  = the podcast's feed; without this table there is none
  @ podcast apps and directories
  > [podcast]
  > guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
  > title = "Strong and Calm"
  > description = "A short talk every week."
  > author = "Hill Clinic"
  > cover = "images/cover.png"
  > apple_categories = ["Health & Fitness > Medicine"]
blog
  = the blog's three feeds; without this table there are none
  @ feed readers
  > [blog]
  > title = "Notes from the hill"
people
  = those whom hosts, authors, guests and people name by id
  @ as guests
  > [people.dana]
  > name = "Dana Hill-Ruiz"
categories
  = Atom `term`, the address of the category's feed
  @ feed readers
  > [categories]
  > "Knees" = "knee-pain"
publish
  = the address that all feeds are made for
  @ $all
  > [publish]
  > to = "s3://my-bucket"
  > url = "https://podcast.example"

[SiteKeys]
id
  = `guid`, Atom and JSON `id` of items without a `guid` of their own
  @ $all
  > id = "7d0a5f0e-5f38-4d3c-9a55-5f2f0e6a7c10"
title
  = `title` of the feed of everything; `description` of the feeds of categories and people
  @ feed readers
  > title = "Hill Clinic & Gym"
description
  = `description` of the feed of everything
  @ feed readers
  > description = "Talks and notes about pain and strength."
url
  = the beginning of every address: `link`, `atom:link`, `enclosure`, JSON `url`
  @ $all
  > url = "https://clinic.example"
language
  = RSS and JSON `language`, Atom `xml:lang`, and of every transcript
  @ Apple Podcasts, AntennaPod, gPodder, Podcast Index; feed readers
  > language = "en-gb"
timezone
  = what a date without an offset means: `pubDate`, Atom `published`, JSON `date_published`
  @ $all
  > timezone = "Europe/Berlin"
addresses
  = the addresses of pages: `link`, JSON `url`
  @ $all
  > addresses = "folders"
feed_items
  = no archives: see [Long feeds](#long-feeds)
  @ $all
  > feed_items = "all"
feed_bytes
  = where archives begin: see [Long feeds](#long-feeds)
  @ $all
  > feed_bytes = 500_000

[PodcastKeys]
guid
  = `podcast:guid`
  @ $guid
  > guid = "917393e3-1b1e-5cef-ace4-edaa54e1f810"
title
  = `title` of the feed and of its `image`; the album inside the audio
  @ $all
  > title = "Strong and Calm"
description
  = `description` of the feed
  @ $all
  > description = "Two physiotherapists about pain and strength."
author
  = `itunes:author`; the artist inside audio that names none
  @ Apple Podcasts, AntennaPod, gPodder, Podcast Index
  > author = "Dana Hill"
cover
  = `itunes:image`, `podcast:image` and RSS `image` of the feed; inside the audio
  @ $artwork
  > cover = "images/new-cover.png"
cover_alt
  = `alt` of `podcast:image`
  @ $nobody
  > cover_alt = "A hill, and a barbell on it"
apple_categories
  = `itunes:category`
  @ $apple
  > apple_categories = ["Science", "Education > How To"]
explicit
  = `itunes:explicit` of the feed, and of episodes that do not say
  @ $apple
  > explicit = true
type
  = `itunes:type`
  @ $apple
  > type = "serial"
owner
  = `itunes:owner`; the address is `owner` of `podcast:locked` too
  @ gPodder, Podcast Index, and directories that write to you; Apple asks no more
  > owner = { name = "Dana Hill", email = "podcast@hill.example" }
locked
  = `podcast:locked`
  @ hosting companies that shall take the show over; TrueFans; Podcast Index only with an
    owner's email
  > locked = false
copyright
  = `copyright`
  @ Apple Podcasts, Podcast Index
  > copyright = "Hill Clinic"
feed
  = the address of the feed: `atom:link`, rel self
  @ $all
  > feed = "show.xml"
hosts
  = `podcast:person` of the feed, and of episodes that name no hosts
  @ as guests; feed readers
  > hosts = ["dana", "otis"]
funding
  = `podcast:funding` of the feed
  @ $funding
  > funding = [{ title = "Support the free class", url = "https://give.example" }]
medium
  = `podcast:medium`
  @ Fountain, LNBeats, Podverse, TrueFans, Podcast Index
  > medium = "audiobook"
license
  = `podcast:license` of the feed
  @ TrueFans, Podcast Index
  > license = "CC-BY-NC-4.0"
location
  = `podcast:location` of the feed
  @ $location
  > location = { name = "Portland, Maine", rel = "creator" }
seasons
  = `name` of `podcast:season`
  @ $season
  > seasons = { 1 = "Hips and knees" }
update_frequency
  = `podcast:updateFrequency`
  @ TrueFans; Podcast Index passes it over
  > update_frequency = "Every other Tuesday"
txt
  = `podcast:txt`
  @ Apple Podcasts, to prove that the show is yours; Podcast Index
  > txt = [{ text = "S6lpp-7ZCn8", purpose = "verify" }]
block
  = `podcast:block`; for true `itunes:block` too
  @ true: Apple Podcasts, Podcast Index; a list: Podcast Index
  > block = true
complete
  = `itunes:complete`
  @ Apple Podcasts, Podcast Index
  > complete = true
new_feed_url
  = `itunes:new-feed-url`
  @ Apple Podcasts, AntennaPod, gPodder, Podcast Index
  > new_feed_url = "https://new.example/feed.xml"
audio_prefix
  = before the address of `enclosure`, in all feeds
  @ $all
  > audio_prefix = "https://op3.dev/e/"
tag_audio
  = false: audio that is not published yet keeps your file's bytes; `enclosure` has another
    address and `length`
  @ players that look into the file
  > tag_audio = false

[OwnerKeys]
name
  = `itunes:name`, in `itunes:owner`; only with an email
  @ as owner
  > owner = { name = "Dana Hill", email = "podcast@hill.example" }
email
  = `itunes:email`, in `itunes:owner`; `owner` of `podcast:locked`
  @ as owner
  > owner = { email = "podcast@hill.example" }

[NoteKeys]
text
  = the text of `podcast:txt`
  @ as txt; Podcast Index loses one of digits only
  > txt = [{ text = "Recorded in a quiet room" }]
purpose
  = `purpose` of `podcast:txt`
  @ as txt
  > txt = [{ text = "05124", purpose = "applepodcastsverify" }]

[FrequencyKeys]
text
  = the text of `podcast:updateFrequency`
  @ as update_frequency
  > update_frequency = { text = "Weekly" }
rrule
  = `rrule` of `podcast:updateFrequency`
  @ as update_frequency
  > update_frequency = { text = "Weekly", rrule = "FREQ=WEEKLY;BYDAY=TU" }
complete
  = `complete` of `podcast:updateFrequency`
  @ as update_frequency
  > update_frequency = { text = "Finished", complete = true }

[BlogKeys]
title
  = `title` of the blog's feeds; Atom `author` of posts that name nobody
  @ feed readers
  > title = "Notes from the hill"
description
  = RSS and JSON `description`, Atom `subtitle`
  @ feed readers
  > description = "What we read and try."

[PersonKeys]
name
  = the text of `podcast:person` and `dc:creator`; Atom and JSON `name`
  @ as guests; feed readers
  > name = "Dana Hill-Ruiz"
role
  = `role` of `podcast:person` where the episode lists them under people; hosts and guests are that
  @ as guests
  > role = "narrator"
group
  = `group` of `podcast:person`
  @ as guests
  > role = "editor"
  > group = "video post-production"
image
  = `img` of `podcast:person`, JSON `avatar`
  @ as guests; JSON Feed readers
  > image = "images/ana.png"
url
  = `href` of `podcast:person`, Atom `uri`, JSON `url`
  @ as guests; feed readers
  > url = "https://dana.example"

[TargetKeys]
url
  = the beginning of every address, instead of that of [site]
  @ $all
  > url = "https://podcast.example"
hub
  = `atom:link`, Atom `link`, rel `hub`; JSON `hubs`
  @ FreshRSS and other feed readers that know WebSub; Podcast Index; the hub itself
  > hub = "https://hub.example/"
"""
STAY = """
[ItemKeys]
subtitle
  = only on pages: apps dropped the element for it
  > subtitle: A long look at hips
related
  = only on pages
  > related: [../posts/walk.md]

[SiteKeys]
nav
  = only on pages
  > nav = [{ page = "podcast" }]
header_link
  = only on pages
  > header_link = { title = "Book a visit", url = "https://clinic.example/book" }
footer
  = only on pages
  > footer = ["Hill Clinic, 1 Hill Street"]

[NavKeys]
title
  = only on pages
  > nav = [{ title = "Listen", page = "podcast" }]
page
  = only on pages
  > nav = [{ page = "blog" }]
url
  = only on pages
  > nav = [{ title = "Clinic", url = "https://clinic.example" }]
items
  = only on pages
  > nav = [{ title = "About", page = "about", items = ["team"] }]

[PodcastKeys]
audio_folder
  = where audio is looked for; what is found there counts like audio beside the file
  > audio_folder = "recordings"

[PersonKeys]
about
  = only on their page
  > about = "Dana has run up every hill in the county."

[TargetKeys]
to
  = where the files are put
  > to = "s3://my-bucket"
endpoint
  = where the storage is
  > endpoint = "https://s3.example.com"
region
  = where the storage is
  > region = "eu-central-1"
profile
  = who may write there
  > profile = "my-show"
"""
TEXT = """\
# What your words become in the feeds

Every key of front matter and settings: what it becomes in the feeds, who reads it, an example to
type. Made by `docs/make_feeds.py`: change that, not this.

**Where "read by" comes from:** Apple's guide for podcasters; the source of AntennaPod (and its
pull requests 7127, 7186); `podcast-partytime` 5, the parser of the Podcast Index, and
`podcastparser` 0.6.11, that of gPodder, both run over our feeds; the apps that the Podcast Index
lists by element (`server/data/apps.json` in Podcastindex-org/web-ui at 0012203, pull request 438)
and that the namespace lists (`docs/element-support.md` in Podcastindex-org/podcast-namespace);
James Cridland's blog (Spotify); FreshRSS's pages; Wikipedia on JSON Feed. Whom we have no source
for is not named, and may read it too.

A star marks what must be there. What stands in one line here may stand in several in your file:

```yaml
location:                    # the same as   location: {name: Portland, country: US}
  name: Portland
  country: US
```

## The feeds there are

| feed | address | form | holds |
|---|---|---|---|
| podcast | `podcast/feed.xml`, or what `feed` says | RSS | episodes, for podcast apps |
| blog | `blog/feed.xml`, `blog/atom.xml`, `blog/feed.json` | RSS, Atom, JSON Feed | posts |
| everything | `feed.xml` (else `all.xml`) | RSS | episodes and posts, if there are both |
| one for each category | `categories/knees.xml` | RSS | what is filed under it |
| one for each person | `people/dana.xml` | RSS | what they are in |

Only the podcast's feed has elements of Apple (`itunes:`) and of Podcasting 2.0 (`podcast:`): with
them, readers would take the blog for a podcast. Pages (`pages/`) are in no feed. JSON Feed is
read by NetNewsWire, NewsBlur, ReadKit and Reeder.

## Front matter

### Episodes and posts

{{PageKeys ItemKeys}}

### Only posts

{{PostKeys}}

### Only episodes

{{EpisodeKeys}}

### Inside these

`people` has the keys of `guests`. `funding`, `location` and `license` have the same keys under
[podcast], in TOML: `location = { name = "Portland", country = "US" }`.

{{GuestKeys ChapterKeys SoundbiteKeys ThreadKeys LinkKeys PlaceKeys LicenseKeys ReferenceKeys}}

Licences that directories know by name: @licenses@. Any other needs its `url`.

Roles, by group:

@roles@

## Settings

The tables of `activefeed.toml`:

{{Settings}}

### [site]

{{SiteKeys}}

### [podcast]

{{PodcastKeys OwnerKeys NoteKeys FrequencyKeys}}

### [blog]

{{BlogKeys}}

### [people.id]

{{PersonKeys}}

### [publish] and [publish.name]

{{TargetKeys}}

## What lies beside the file, and what is measured

- **The text** below the front matter is Atom `content`, JSON `content_html` and, in RSS of the
  blog, `content:encoded`. In the podcast's feed it is `description`, with the elements that Apple
  and PSP-1 allow there (paragraphs, lists, links, bold and italic words); where it has more than
  these, or more than 4000 bytes, of which Apple takes no more, `content:encoded` has it whole.
- **Audio** (`.mp3` `.m4a` `.ogg` `.opus` `.flac` `.wav`) is `enclosure`: its `length` is counted,
  its `type` is told by its bytes, `itunes:duration` is measured. A file whose length cannot be
  known is refused. Its address is made of its contents.
- **A transcript** (`.vtt` `.srt` `.json` `.txt`) is published in four forms, each a
  `podcast:transcript`; VTT comes last, because some apps keep the last one only.
- **Artwork** (`.jpg` `.png` `.webp`) counts as `image`. Where there is none, a square picture of
  1400 pixels or more inside the audio does.
- **Chapters inside the audio** (ID3, MP4, Vorbis) count where the front matter has none.

## Long feeds

A feed holds the newest items, up to `feed_bytes` (a million: about 1,000 episodes with short
notes, 150 with long ones). Older ones lie in archives of 100 items, numbered from the oldest:
`podcast/feed-1.xml`, `podcast/feed-2.xml`. They are tied together as RFC 5005 says
(`prev-archive`, `current`), in JSON by `next_url`. Few readers follow: we know of no podcast app
that does (gPodder's parser knows another kind of pages). So apps show the newest episodes, and
your site all of them; `check` says so when the feed is full. To have every episode in every app,
set `feed_items = "all"`: the feed grows with each episode, and apps load all of it at every look.
The feeds of categories and people have no archives.

## News at once: WebSub

With a `hub` under [publish], such as `https://pubsubhubbub.appspot.com/`, every feed names it,
and `activefeed publish` tells it which feeds changed. Readers that listen there, such as
FreshRSS, have the news at once; all others find it at their next look.

## Tags inside the published audio

Into the published copy of an MP3 or M4A go title, show, number, season, date and cover (600
pixels), the author where the file names none, and into MP3 the chapters. The sound is not
touched, nor is your file; other kinds of audio stay as they are. The copy is made once: whatever
you change in the words later, published audio stays the same, so that nobody has to load it
again. To make the copy of one episode anew: `activefeed publish --retag strong-hips`. With
`tag_audio = false`, what is published from then on has your file's bytes.

## Counting downloads

Nothing is counted unless you ask for it. With

```toml
[podcast]
audio_prefix = "https://op3.dev/e/"
```

the audio's address in all feeds becomes
`https://op3.dev/e/clinic.example/media/hips.0123456789ab.mp3`. The service counts and passes the
app on to your file. Pages keep the plain address and are not counted. Before a changed prefix is
published, activefeed asks for one episode at its new address. [OP3](https://op3.dev) is free and
shows its counts to everybody, at `https://op3.dev/show/<podcast guid>`: for a show whose `guid`
is `917393e3-…`, at `https://op3.dev/show/917393e3-…`, some days after it began, and only if the
Podcast Index or Apple lists the show. A sentence for your privacy notice:

> When an app loads an episode of our podcast, the request passes through OP3, the Open Podcast
> Prefix Project (op3.dev), which counts downloads for us. OP3 sees your IP address and the name
> of your app. It stores the address only hashed and encrypted, sets no cookies, and publishes
> counts by app and region. More: https://op3.dev/privacy

## Artwork

Apple wants a square of 1400 to 3000 pixels, JPEG or PNG, in RGB, upright, without transparent
parts. The cover and an episode's artwork that are GIF, WebP, AVIF, CMYK, grey, transparent,
turned by EXIF or larger than 3000 pixels are mended in a copy (`mended-artwork`); your file stays
as it is. What cannot be mended is told: a cover that is not square or too small is an error, an
episode's artwork a warning.

## What some readers do differently

- The Podcast Index (`podcast-partytime` 5) passes over `podcast:locked` without an owner's email,
  `podcast:funding` of an episode, `podcast:updateFrequency`, `podcast:image`, `rel` and `country`
  of places, a `podcast:txt` without text or of digits only, a `podcast:socialInteract` that says
  `disabled` without an address, a soundbite that starts at 0, and a licence without an address
  that SPDX does not know. A title of digits only is lost to it.
- gPodder (`podcastparser`) sees no `podcast:` element; chapters reach it as `psc:chapters`.
- `feedparser`, on which many small readers are built, keeps the last transcript and the last
  person of an episode only, and does not understand `itunes:explicit` as Apple wants it written.
- Apple takes transcripts since 2024 (VTT and SRT, once the show asks for it in Podcasts Connect),
  chapters since iOS 26.2, and `podcast:txt` as proof of who owns a show.
- No app is known to obey `podcast:block` (podcasting2.org); directories of Apple obey
  `itunes:block`.

## Keys that reach no feed

@rest@
"""


@dataclass(frozen=True, slots=True)
class Row:
    """What the tables say of one key."""

    model: type[Keys]
    key: str
    becomes: str  # or why it reaches no feed
    readers: str
    example: tuple[str, ...]  # lines


def parsed(table: str) -> Iterator[Row]:
    """Yield the rows of a table, in its order."""
    model = Keys
    for block in re.split(r"\n(?=\S)", table.strip()):
        head, *lines = block.replace("\n    ", " ").split("\n")
        if head.startswith("["):
            model = getattr(schema, head[1:-1])
            continue
        said = {mark: [line[4:] for line in lines if line[2:3] == mark] for mark in "=@>"}
        becomes, readers = (Template(" ".join(said[mark])).substitute(WHO) for mark in "=@")
        yield Row(model, head, becomes, readers, tuple(said[">"]))


FEEDS = tuple(parsed(REACH))
NO_FEED = tuple(parsed(STAY))


def comments() -> dict[tuple[str, str], str]:
    """Return the comment behind each field of the schema, by model and field."""
    text = inspect.getsource(schema)
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    by_line = {one.start[0]: one.string for one in tokens if one.type == tokenize.COMMENT}
    return {
        (group.name, line.target.id): by_line.get(line.end_lineno or 0, "").lstrip("# ")
        for group in ast.parse(text).body
        if isinstance(group, ast.ClassDef)
        for line in group.body
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
    }


MEANINGS = comments()


def words(kind: Any) -> Iterator[str]:
    """Yield the words that a type allows, where they are a closed list."""
    for inner in get_args(kind):
        if get_origin(kind) is Literal:
            yield f"`{inner}`"
        else:
            yield from words(inner)


def meaning(row: Row) -> str:
    """Return what the schema says of a key: its comment, its words, its default."""
    found = row.model.model_fields[row.key]
    said = MEANINGS[row.model.__name__, row.key].replace("``", "`")
    said = said if re.match(r"true\b|podcast:", said) else said[:1].upper() + said[1:]
    default = found.default if isinstance(found.default, str | int) else ""
    otherwise = f"else `{str(default).lower()}`" if default else ""
    return "; ".join(filter(None, (said, ", ".join(words(found.annotation)), otherwise)))


def name(row: Row) -> str:
    """Return how a key is called on the page; a star marks what must be there."""
    star = " *" if row.model.model_fields[row.key].is_required() else ""
    if row.model is schema.Settings:
        return f"`[{row.key}{'.id' * (row.key == 'people')}]`{star}"
    return f"`{HOLDERS.get(row.model.__name__, '')}{row.key}`{star}"


def typed(row: Row) -> str:
    """Return an example as it is typed."""
    return "<br>".join(f"`{one}`" for one in row.example)


def lined(*heads: str, rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table of Markdown."""
    lines = (f"| {' | '.join(cells)} |".replace("|  |", "| |") for cells in (heads, *rows))
    return "\n".join((next(lines), "|---" * len(heads) + "|", *lines))


def table(*models: str) -> str:
    """Return the table of what reaches a feed."""
    shown = [
        (name(row), meaning(row), row.becomes, row.readers, typed(row))
        for row in FEEDS
        if row.model.__name__ in models
    ]
    return lined("key", "meaning", "in the feeds", "read by", "example", rows=shown)


def rest() -> str:
    """Return the table of what reaches none."""
    shown = [
        (PLACES[row.model.__name__], name(row), meaning(row), row.becomes, typed(row))
        for row in NO_FEED
    ]
    return lined("where", "key", "meaning", "why", "example", rows=shown)


def roles() -> str:
    """Return the roles of people, by group."""
    groups: dict[str, list[str]] = {}
    for role, found in lists.ROLES.items():
        for group in found:
            groups.setdefault(group, []).append(role)
    return "\n".join(f"- {group}: {', '.join(inside)}" for group, inside in groups.items())


def page() -> str:
    """Return the whole page."""
    licenses = ", ".join(f"`{one.upper()}`" for one in sorted(lists.LICENSES))
    filled = re.sub(r"\{\{([\w ]+)\}\}", lambda found: table(*found[1].split()), TEXT)
    for sign, made in (("@roles@", roles()), ("@licenses@", licenses), ("@rest@", rest())):
        filled = filled.replace(sign, made)
    return filled


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
