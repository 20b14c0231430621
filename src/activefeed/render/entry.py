"""Entry: an item with everything that feeds and pages say about it, worked out once.

Values only; ``render.site`` makes them, feeds and pages read them.
"""

from __future__ import annotations

from dataclasses import dataclass

from activefeed.model import Chapter, Item, PublishedEnclosure
from activefeed.urls import Addresses


@dataclass(frozen=True, slots=True)
class Entry:
    """One episode or post, ready to be written into a page or a feed."""

    item: Item
    path: str  # output path of its page
    url: str  # absolute address of its page
    html: str  # body for its own page, links relative to that page
    feed_html: str  # body for feeds: safe elements only, absolute links, references at the end
    summary: str  # plain text, one line: the author's, else the first words of the body
    enclosure: PublishedEnclosure | None  # None for posts
    image: str  # output path of its artwork or picture, or empty
    chapters: tuple[Chapter, ...]
    chapters_path: str  # output path of the JSON chapters, or empty
    transcript_path: str  # output path of the transcript, or empty

    def enclosure_url(self, addresses: Addresses) -> str:
        """Return the absolute address of the audio."""
        assert self.enclosure is not None
        return self.enclosure.url or addresses.url(self.enclosure.key)
