"""Where a site stands: what is live, what waits, what is left to do; as programs are told.

Facts of the files and of what a target held before a publish; asks and writes nothing.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from activefeed.model import Item, PublishedItem, Show
from activefeed.publishing import Publication
from activefeed.tree import Tier
from activefeed.urls import is_stand_in
from activefeed.wording import table


def of(done: Publication, url: str, now: datetime) -> dict[str, object]:
    """Return where a site stands that has an address; commands.md explains the keys."""
    site, published = done.rendered.site, done.before.items.values()
    assert site
    zone, show, url = ZoneInfo(site.timezone), site.show, url or site.url
    live = sorted((one for one in published if one.state == "live"), key=lambda one: one.published)
    counts = {f"{kind}s": sum(one.kind == kind for one in live) for kind in ("episode", "post")}
    host = urlsplit(show.audio_prefix).hostname if show else None  # it counts downloads
    counter = f"https://op3.dev/show/{show.guid}" if show and host == "op3.dev" else host
    feed = show.feed if show else site.blog and "blog/feed.xml"
    return {
        "title": site.title, "live": counts if done.place else None,
        "newest": _entry(live[-1], zone) if live else None,
        "waiting": [_entry(item, zone) | {"in": _until(item, now)} for item in site.scheduled],
        "drafts": [_entry(item, zone) for item in site.drafts if item.mark == "draft"],
        "last_publish": datetime.fromtimestamp(done.last, zone) if done.last else None,
        "storage": storage(done), "statistics": counter, "feed": feed and f"{url}/{feed}",
        "left": [*_left(show, url, published=bool(live)), *_moving(show)],
    }  # fmt: skip


def _entry(item: Item | PublishedItem, zone: ZoneInfo) -> dict[str, object]:
    file = item.source.file if isinstance(item, Item) else ""  # what is live may have none any more
    when = item.published.astimezone(zone)
    return {"kind": item.kind, "title": item.title, "file": file, "date": when}


def _until(item: Item, now: datetime) -> str:
    """Return how long it is until an item goes out, in the two largest units."""
    n = int((item.published - now).total_seconds()) // 60
    units = ((n // 1440, "day"), (n // 60 % 24, "hour"), (n % 60, "minute"))
    words = [f"{n} {unit}{'s' if n > 1 else ''}" for n, unit in units if n]
    return " ".join(words[:2]) or "less than a minute"


def storage(done: Publication) -> Mapping[str, int]:
    """Return how many files of ours are at a target; the bytes of media, and of all else."""
    kept = done.before.objects.values()
    media = sum(one.size for one in kept if one.tier == Tier.MEDIA)
    return {"files": len(kept), "media": media, "other": sum(one.size for one in kept) - media}


def _left(show: Show | None, url: str, *, published: bool) -> Iterator[dict[str, str]]:
    """Yield what only a person can do; nobody can be told of an address that is a stand-in."""
    if is_stand_in(url):
        yield {**table(__file__)["stand_in"], "at": url}
    elif show and published:
        pages = [(one.title, one.url) for one in show.listings]
        for title, one in table(__file__, "directories").items():
            proof = "owner" in one and show.owner[1]
            if proof or any(host in page for host in one["hosts"] for _, page in pages):
                continue
            every = ", ".join(f'{{title = "{t}", url = "{u}"}}' for t, u in [*pages, (title, "…")])
            line = one.get("line", f"listings = [{every}]")
            yield {"title": title, "at": one["at"], "asks": one["asks"], "line": line}


def _moving(show: Show | None) -> Iterator[dict[str, str]]:
    """Yield what is to be done about a new address that the feed names."""
    if show and show.new_feed_url:
        state = "past" if show.new_feed_past else "until" if show.new_feed_until else "open"
        row = table(__file__)["moving"]
        asks = row[state].format(show.new_feed_until)
        line = f'new_feed_url = "{show.new_feed_url}"'
        yield {"title": row["title"], "at": show.new_feed_url, "asks": asks, "line": line}
