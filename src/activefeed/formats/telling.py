"""Everything that a feed says of a show and its items, to move them elsewhere.

Reads what is broken as far as it goes, and says so; never asks the network, never guesses. What
is only compared with another feed is read by ``feeds``, which refuses damage.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What is said of a show or an item, by the names in telling.toml; what is not, is absent."""

    facts: Mapping[str, str]  # one text each, tidy: "true" and "false", digits, seconds, addresses
    lists: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)  # several each
    published: datetime | None = None  # in UTC
    updated: datetime | None = None  # in UTC


@dataclass(frozen=True, slots=True)
class Telling:
    """One document of a feed, or as many as were joined."""

    show: Told
    items: tuple[Told, ...]  # in the order of the feed
    older: str = ""  # the address of the document before it (RFC 5005), else of the next page
    unread: Mapping[str, int] = field(default_factory=dict)  # what nobody reads → how often
    troubles: tuple[str, ...] = ()  # what is wrong with the document, in words
