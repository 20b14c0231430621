"""What each reader makes of a feed, in the words of ``written``: the column ``seen`` of the table.

Takes what a reader offers to the app around it and nothing else. It only brings both columns to one
shape: instants in UTC, numbers as numbers, HTML as its words, and names of roles in small letters.
"""

from __future__ import annotations

import io
import json
from calendar import timegm
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import PurePosixPath
from typing import Any

import feedparser as feedparser_
import podcastparser as podcastparser_
from written import Facts, Table

BLOCKS = {"p", "ul", "ol", "li", "br", "h2"}
TRAILER = ("text", "pubdate", "url", "length", "type", "season")


def partytime(found: Any, channel: str) -> Table:
    """Return what podcast-partytime answered."""
    show = _pick(
        found,
        {
            "title": "title", "description": "description", "link": "link", "author": "author",
            "language": "language", "copyright": "copyright", "image": "itunesImage",
            "categories": "itunesCategory", "explicit": "explicit", "type": "itunesType",
            "new-feed-url": "itunesNewFeedUrl", "complete": "itunesComplete", "guid": "guid",
            "locked": "locked", "locked owner": "podcastOwner", "medium": "medium",
        },
    )  # fmt: skip
    blocked = found.get("podcastBlockedPlatforms", {})
    show |= {
        "self": found["pubsub"]["self"],
        "hub": found["pubsub"]["hub"],
        "image (RSS)": _row(found.get("image"), "url", "title", "link"),
        "owner": _row(found.get("owner"), "name", "email"),
        "blocked services": [service for service, yes in blocked.items() if yes],
        "notes for machines": _rows(found, "podcastTxt", "value", "purpose"),
        "people": _partytime_people(found),
        "trailers": [
            (one["title"], _utc(one["pubdate"]), *_row(one, "url", "length", "type", "season"))
            for one in found.get("trailers", [])
        ],
    }
    return _table(channel, show | _partytime_terms(found), found["items"], _partytime_item)


def _partytime_item(item: Any) -> Facts:
    facts = _pick(
        item,
        {
            "title": "title", "guid": "guid", "link": "link", "duration": "duration",
            "episode": "itunesEpisode", "season": "itunesSeason", "type": "itunesEpisodeType",
            "explicit": "explicit", "block": "itunesBlock", "image": "itunesImage",
            "categories": "categories", "comments": "comments",
        },
    )  # fmt: skip
    episode, season = item.get("podcastEpisode", {}), item.get("podcastSeason", {})
    social = _rows(item, "podcastSocialInteraction", "platform", "url", "id", "profileUrl")
    return {
        **facts,
        **_partytime_terms(item),
        **_sound(item["enclosure"], "url", "length", "type"),
        "published": _utc(item["pubDate"]),
        "notes": _words(item.get("content") or item.get("description")),
        "description": _words(item.get("description")),
        "episode (podcast)": episode.get("number"),
        "episode shown as": episode.get("display"),
        "season (podcast)": season.get("number"),
        "season name": season.get("name"),
        "soundbites": _rows(item, "podcastSoundbites", "startTime", "duration", "title"),
        "social": next(iter(social), None),
        **_transcripts(item.get("podcastTranscripts", [])),
        "chapters file": item.get("podcastChapters", {}).get("url"),
        "people": _partytime_people(item),
    }


def _partytime_terms(found: Any) -> Facts:
    license, place = found.get("license", {}), found.get("podcastLocation", {})
    names = ("geo", "osm", "rel", "country")
    return {
        "license": license.get("identifier"),
        "license address": license.get("url"),
        "location": place.get("name"),
        **{f"location {name}": place.get(name) for name in names},
        "funding": _rows(found, "podcastFunding", "message", "url"),
    }


def _partytime_people(found: Any) -> list[tuple[Any, ...]]:
    rows = _rows(found, "podcastPeople", "name", "role", "group", "img", "href")
    return [(name, role.lower(), group.lower(), *more) for name, role, group, *more in rows]


def podcastparser(body: bytes, channel: str) -> Table:
    """Return what podcastparser sees."""
    found = podcastparser_.parse("https://every.example/feed.xml", io.BytesIO(body))
    show = _pick(
        found,
        {
            "title": "title", "description": "description", "link": "link",
            "language": "language", "image": "cover_url", "author": "itunes_author",
            "explicit": "explicit", "type": "type", "new-feed-url": "new_url",
        },
    )  # fmt: skip
    show |= {
        "categories": [" > ".join(one) for one in found.get("itunes_categories", [])],
        "owner": _row(found.get("itunes_owner"), "name", "email"),
    }
    return _table(channel, show, found["episodes"], _podcastparser_item)


def _podcastparser_item(item: Any) -> Facts:
    facts = _pick(
        item,
        {
            "title": "title", "guid": "guid", "link": "link", "duration": "total_time",
            "episode": "number", "season": "season", "type": "type", "explicit": "explicit",
            "image": "episode_art_url", "chapters file": "chapters_json_url",
        },
    )  # fmt: skip
    sound: Facts = next(iter(item["enclosures"]), {})
    return {
        **facts,
        **_sound(sound, "url", "file_size", "mime_type"),
        "published": datetime.fromtimestamp(item["published"], UTC).isoformat(),
        "notes": _words(item.get("description_html") or item.get("description")),
        # Plain text, which is shown as it is, but for the bullets that it draws.
        "description": " ".join(item["description"].replace("\n * ", "\n").split()),
        "chapters": _rows(item, "chapters", "start", "title", "href", "image"),
        "people": _rows(item, "persons", "name", "role", "group", "img", "href"),
        "transcripts": [item["transcript_url"]] if "transcript_url" in item else None,
    }


def feedparser(body: bytes, channel: str) -> Table:
    """Return what feedparser sees of an RSS or Atom feed."""
    parsed = feedparser_.parse(body)
    assert not parsed.bozo
    found = parsed.feed
    links = {link.rel: link.href for link in found.links}
    often, image = _podcast(found, "updatefrequency"), found.get("image", {})
    show = {
        **_feedparser_terms(found),
        "title": _shown(found.title_detail),
        "description": _shown(found.subtitle_detail),
        "link": found.link,
        "language": found.language,
        "copyright": found.get("rights"),
        "self": links["self"],
        "hub": links["hub"],
        "image": image.get("href"),
        "image (RSS)": _row(image, "href", "title", "link") if image else None,
        "image (podcast)": _podcast(found, "image") or None,
        "author": found.get("author"),
        "categories": [tag.term for tag in found.get("tags", [])],
        "explicit": found.get("itunes_explicit"),
        "type": found.get("itunes_type"),
        "owner": _row(found.get("publisher_detail"), "name", "email"),
        "new-feed-url": found.get("itunes_new-feed-url"),
        "complete": found.get("itunes_complete") == "Yes" or None,
        "guid": _podcast(found, "guid").get("text"),
        "locked": _podcast(found, "locked").get("text") == "yes" or None,
        "locked owner": _podcast(found, "locked").get("owner"),
        "medium": _podcast(found, "medium").get("text"),
        "blocked services": [id for (id,) in _one(found, "block", "id")],
        "notes for machines": _one(found, "txt", "text", "purpose"),
        "update frequency": often.get("text"),
        "update frequency rule": often.get("rrule"),
        "people": _feedparser_people(found),
        "trailers": [
            (text, parsedate_to_datetime(day).isoformat(), url, int(length), type, int(season))
            for text, day, url, length, type, season in _one(found, "trailer", *TRAILER)
        ],
    }
    return _table(channel, show, parsed.entries, _feedparser_item)


def _feedparser_item(item: Any) -> Facts:
    links = {link.rel: link for link in item.links}
    episode, season = _podcast(item, "episode"), _podcast(item, "season")
    return {
        **_feedparser_terms(item),
        **_sound(links.get("enclosure", {}), "href", "length", "type"),
        "title": _shown(item.title_detail),
        "guid": item.id,
        "link": item.link,
        "published": _moment(item.published_parsed),
        # Asked for one that is not there, feedparser warns and gives the other date.
        "updated": _moment(item.updated_parsed) if "updated_parsed" in item else None,
        "categories": [tag.label or tag.term for tag in item.get("tags", [])],
        "comments": item.get("comments") or links.get("replies", {}).get("href"),
        "notes": _shown(item.get("content", [item.get("summary_detail")])[0]),
        "description": _shown(item.summary_detail),
        "duration": _number(item.get("itunes_duration")),
        "authors": [author.name for author in item.get("authors", [])],
        "author addresses": [author.get("href") for author in item.get("authors", [])],
        "episode": _number(item.get("itunes_episode")),
        "episode (podcast)": _number(episode.get("text")),
        "episode shown as": episode.get("display"),
        "season": _number(item.get("itunes_season")),
        "season (podcast)": _number(season.get("text")),
        "season name": season.get("name"),
        "type": item.get("itunes_episodetype"),
        "explicit": item.get("itunes_explicit"),
        "block": bool(item.get("itunes_block")) or None,
        "image": item.get("image", {}).get("href"),
        "image (podcast)": _podcast(item, "image"),
        "soundbites": [
            (float(start), float(length), text)
            for start, length, text in _one(item, "soundbite", "starttime", "duration", "text")
        ],
        "social": _row(
            _podcast(item, "socialinteract"), "protocol", "uri", "accountid", "accounturl"
        ),
        **_transcripts([one] if (one := _podcast(item, "transcript")) else []),
        "chapters": [
            (one["start_parsed"].total_seconds(), *_row(one, "title", "href", "image"))
            for one in item.get("psc_chapters", {}).get("chapters", [])
        ],
        "chapters file": _podcast(item, "chapters").get("url"),
        "people": _feedparser_people(item),
    }


def _feedparser_terms(found: Any) -> Facts:
    license, place = _podcast(found, "license"), _podcast(found, "location")
    return {
        "license": license.get("text"),
        "license address": license.get("url"),
        "location": place.get("text"),
        "location geo": place.get("geo"),
        "location osm": place.get("osm"),
        "location rel": place.get("rel", "subject") if place else None,  # which is the default
        "location country": place.get("country"),
        "funding": _one(found, "funding", "text", "url"),
    }


def _feedparser_people(found: Any) -> list[tuple[Any, ...]]:
    # A group that is not written is cast.
    rows = _one(found, "person", "text", "role", "group", "img", "href")
    return [(name, role, group or "cast", *more) for name, role, group, *more in rows]


def _podcast(found: Any, tag: str) -> Facts:
    """Return a podcast: tag, of which feedparser keeps the attributes or else the text."""
    value = found.get(f"podcast_{tag}", {})
    return {"text": value} if isinstance(value, str) else dict(value)


def _one(found: Any, tag: str, *names: str) -> list[Any]:
    """Return the one that feedparser keeps of several tags, as a list like that of the others."""
    return [row] if (row := _row(_podcast(found, tag), *names)) else []


def json_feed(body: bytes, channel: str) -> Table:
    """Return what stands in a JSON Feed."""
    found = json.loads(body)
    show = {
        "title": found["title"],
        "description": found["description"],
        "link": found["home_page_url"],
        "language": found["language"],
        "self": found["feed_url"],
        "hub": found["hubs"][0]["url"],
    }
    return _table(channel, show, found["items"], _json_item)


def _json_item(item: Any) -> Facts:
    sound: Facts = next(iter(item.get("attachments", [])), {})
    return {
        **_sound(sound, "url", "size_in_bytes", "mime_type"),
        "duration": sound.get("duration_in_seconds"),
        "title": item["title"],
        "guid": item["id"],
        "link": item["url"],
        "published": _utc(item["date_published"]),
        "updated": _utc(item["date_modified"]),
        "categories": item["tags"],
        "notes": _words(item["content_html"]),
        "description": item["summary"],
        "image": item.get("image"),
        "authors": [author["name"] for author in item["authors"]],
        "author addresses": [author.get("url") for author in item["authors"]],
        "author pictures": [author.get("avatar") for author in item["authors"]],
    }


def chapters(body: bytes) -> Facts:
    """Return what stands in a file of JSON chapters."""
    return {"chapters": _rows(json.loads(body), "chapters", "startTime", "title", "url", "img")}


# One shape for all


class _Words(HTMLParser):
    """Gathers the words of HTML, as a browser would show them."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.text += " " if tag in BLOCKS else ""


def _words(html: str | None) -> str | None:
    parser = _Words()
    parser.feed(html or "")
    parser.close()
    return " ".join(parser.text.split()) or None


def _shown(detail: Any) -> str | None:
    """Return a text of feedparser's, which says whether an app has to take it for HTML."""
    return _words(detail.value) if detail.type == "text/html" else str(detail.value)


def _table(channel: str, facts: Facts, items: Any, read: Callable[[Any], Facts]) -> Table:
    """Return the facts of a feed and of its items, which go by the last part of their addresses."""
    facts_of_items = [read(item) for item in items]
    rows = {PurePosixPath(one["link"]).stem: one for one in facts_of_items}
    every = {channel: facts | {"items": list(rows)}} | rows
    return {
        of: {name: None if value in ("", [], {}) else value for name, value in one.items()}
        for of, one in every.items()
    }


def _pick(found: Any, names: dict[str, str]) -> Facts:
    return {ours: found.get(theirs) for ours, theirs in names.items()}


def _row(found: Any, *names: str) -> Any:
    return tuple(found.get(name) for name in names) if found else None


def _rows(found: Any, key: str, *names: str) -> list[tuple[Any, ...]]:
    return [_row(one, *names) for one in found.get(key, [])]


def _transcripts(found: Any) -> Facts:
    return {
        "transcripts": [one.get("url") for one in found],
        "transcript types": [one.get("type") for one in found],
        "transcript languages": [one.get("language") for one in found],
    }


def _sound(found: Any, url: str, length: str, type: str) -> Facts:
    return {
        "enclosure url": found.get(url),
        "enclosure length": _number(found.get(length)),
        "enclosure type": found.get(type),
    }


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _moment(parsed: Any) -> str:
    return datetime.fromtimestamp(timegm(parsed), UTC).isoformat()
