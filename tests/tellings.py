"""What a feed tells, made by hand: a few facts are enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from activefeed.formats.telling import Telling, Told
from activefeed.migrate.items import plan
from activefeed.migrate.moving import Here, Move, NewItem
from activefeed.render.markup import to_html
from activefeed.render.words import of_language
from activefeed.urls import Addresses

BERLIN = ZoneInfo("Europe/Berlin")
DAY = datetime(2021, 8, 18, 4, tzinfo=UTC)  # 6:00 in Berlin
EARLY, LATE = (DAY.replace(year=year, tzinfo=None) for year in (1970, 2037))
_WORDS = of_language("en")


def shown(markdown: str) -> str:
    """Return Markdown as pages have it."""
    return to_html(markdown, lambda target: target, lambda target: {}, _WORDS)


def here(**known: Any) -> Here:
    """Return an empty site, in Berlin."""
    return replace(Here(Addresses("https://new.example"), BERLIN), **known)


def told(*, when: datetime | None = DAY, updated: datetime | None = None, **said: Any) -> Told:
    """Return an item or a show: texts are facts, lists are lists."""
    facts = {name: one for name, one in said.items() if isinstance(one, str)}
    lists = {name: tuple(one) for name, one in said.items() if not isinstance(one, str)}
    return Told(facts, lists, when, updated)


def episode(guid: str = "g-1", **said: Any) -> Told:
    """Return an episode of an old host."""
    facts = {"title": "Strong hips", "url": "https://cdn.example/1.mp3", "type": "audio/mpeg"}
    return told(**{**facts, "guid": guid, **said})


def post(guid: str = "p-1", **said: Any) -> Told:
    """Return a post of an old blog."""
    return told(**{"title": "A log on a card", "guid": guid, **said})


def show(**said: Any) -> Told:
    """Return a show."""
    facts = {"title": "Steady Steps", "author": "Wren Hollow", "image": "https://cdn.example/c.jpg"}
    return told(**{**facts, "guid": "9b024349-ccf0-5f69-a609-6b82873eab3c", **said})


def moved(*items: Told, about: Told | None = None, **known: Any) -> Move:
    """Return the plan for some items, in the order of the feed."""
    return plan(Telling(about or show(), items), here(**known), shown)


def alone(item: Told, **known: Any) -> NewItem:
    """Return what one item becomes."""
    (found,) = moved(item, **known).items
    return found


def keys(item: Told, **known: Any) -> Mapping[str, Any]:
    """Return the front matter of one item."""
    return alone(item, **known).keys


def kinds(move: Move) -> list[tuple[str, str]]:
    """Return kind and detail of all notices of items."""
    return [(notice.kind, notice.detail) for notice in move.notices if notice.title]
