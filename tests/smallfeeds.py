"""Feeds of a few elements, in each format."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SPACES = """xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'
 xmlns:podcast='https://podcastindex.org/namespace/1.0' xmlns:atom='http://www.w3.org/2005/Atom'
 xmlns:content='http://purl.org/rss/1.0/modules/content/' xmlns:psc='http://podlove.org/simple-chapters'
 xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:media='http://search.yahoo.com/mrss/'"""


def rss(channel: str = "", *items: str, spaces: str = SPACES) -> bytes:
    inside = "".join(f"<item>{one}</item>" for one in items)
    return f"<rss version='2.0' {spaces}><channel>{channel}{inside}</channel></rss>".encode()


def atom(feed: str = "", *entries: str) -> bytes:
    inside = "".join(f"<entry>{one}</entry>" for one in entries)
    return f"<feed xmlns='http://www.w3.org/2005/Atom'>{feed}{inside}</feed>".encode()


def json_feed(*items: Mapping[str, Any], **show: object) -> bytes:
    whole = {"version": "https://jsonfeed.org/version/1.1", **show, "items": items}
    return json.dumps(whole).encode()
