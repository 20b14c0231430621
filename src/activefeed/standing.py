"""Where a site stands: what is live, what waits, what is left to do.

Facts of the files and of a target, as values; writes nothing, here or there.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from activefeed import pipeline
from activefeed.model import Item, Published, PublishedItem, Site
from activefeed.pipeline import Reading
from activefeed.publishing import Publication
from activefeed.tree import Tier

_DIRECTORIES = Path(__file__).parent / "directories.toml"
_DRAFTS = ("is a draft", "cannot be read yet")  # why they wait, in the words of ``Site.waiting``


@dataclass(frozen=True, slots=True)
class Entry:
    """An episode or a post."""

    kind: str
    title: str  # empty where its file cannot be read yet
    file: str  # empty for what is live: it may have none any more
    date: datetime | None  # in the site's zone


@dataclass(frozen=True, slots=True)
class Live:
    """What people can hear and read now."""

    episodes: int
    posts: int
    newest: Entry | None


@dataclass(frozen=True, slots=True)
class Storage:
    """What activefeed keeps at a target."""

    media_files: int  # audio, artwork, pictures
    media_bytes: int
    other_files: int  # pages, feeds, transcripts
    other_bytes: int


@dataclass(frozen=True, slots=True)
class Errand:
    """What only a person can do."""

    title: str
    address: str  # the page to begin at; empty for none
    asks: str  # what to do there, and what one needs
    line: str = ""  # what to add to ``listings`` when it is done


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a site stands."""

    live: Live
    waiting: tuple[Entry, ...]  # what has a date ahead, the next one first
    drafts: tuple[Entry, ...]
    last_publish: datetime | None  # in the site's zone
    storage: Storage
    statistics: str  # address of the page with the downloads, or the service's name
    feed: str  # its address; empty where there is none
    left: tuple[Errand, ...]


def unasked(reading: Reading, now: datetime) -> Publication:
    """Return what is known of a site without asking its target."""
    quick = replace(reading, cache=None)  # nothing slow is made to be looked at
    to = pipeline.default_destination(reading)
    return Publication(pipeline.render(quick, Published(), to, now), "")


def of(done: Publication, url: str) -> Standing:
    """Return where a site stands, at a target with an address, before a publish."""
    site, before = done.rendered.site, done.before
    assert site
    zone, url = ZoneInfo(site.timezone), url or site.url
    live = [item for item in before.items.values() if item.state == "live"]
    newest = max(live, key=lambda item: item.published, default=None)
    episodes = sum(item.kind == "episode" for item in live)
    blog = "blog/feed.xml" if site.blog else ""
    feed = site.show.feed if site.show else blog
    return Standing(
        live=Live(episodes, len(live) - episodes, _entry(newest, zone) if newest else None),
        waiting=tuple(_entry(item, zone) for item in site.scheduled),
        drafts=tuple(_drafts(site, zone)),
        last_publish=done.last and done.last.astimezone(zone),
        storage=_storage(done),
        statistics=_statistics(site),
        feed=feed and f"{url}/{feed}",
        left=tuple(_left(site, url, published=before.generation > 0)),
    )


def _entry(item: Item | PublishedItem, zone: ZoneInfo) -> Entry:
    file = item.source.file if isinstance(item, Item) else ""
    return Entry(item.kind, item.title, file, item.published.astimezone(zone))


def _drafts(site: Site, zone: ZoneInfo) -> Iterator[Entry]:
    items = {item.source.file: item for item in site.drafts}
    for path in sorted(path for path, why in site.waiting.items() if why in _DRAFTS):
        item, kind = items.get(path), path.partition("s/")[0]
        yield _entry(item, zone) if item else Entry(kind, "", path, None)


def _storage(done: Publication) -> Storage:
    rows = done.before.objects.values()
    media, other = ([o.size for o in rows if (o.tier == Tier.MEDIA) is so] for so in (True, False))
    return Storage(len(media), sum(media), len(other), sum(other))


def _statistics(site: Site) -> str:
    """Return where downloads are counted: of OP3 alone, the page of a show can be told."""
    show = site.show
    host = urlsplit(show.audio_prefix).hostname if show else None
    return f"https://op3.dev/show/{show.guid}" if show and host == "op3.dev" else host or ""


def _left(site: Site, url: str, *, published: bool) -> Iterator[Errand]:
    """Yield what is left to do, first things first: nobody can be told of a stand-in address."""
    if f"{urlsplit(url).hostname}".endswith(".example"):
        asks = f"{url} is a stand-in, which nobody can reach; run: activefeed connect"
        yield Errand("A public address", "", asks)
    elif site.show and published:
        hosts = [f".{urlsplit(one.url).hostname}" for one in site.show.listings]
        for title, one in tomllib.loads(_DIRECTORIES.read_text("utf-8")).items():
            if any(host.endswith(tuple(one["hosts"])) for host in hosts):
                continue
            asks, (name, mail) = one["asks"], site.show.owner
            if one["mail"] and not mail:
                owner = f'owner = {{name = "{name or "…"}", email = "…"}}'
                asks += f". There is none yet: first write {owner} under [podcast], and publish"
            yield Errand(title, one["address"], asks, f'{{title = "{title}", url = "…"}}')
