"""Who an item is: the guid that it was first published with, also after its file was renamed.

Pure; the recorded identity always wins over a derived one.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from activefeed.model import Kind, Published, PublishedItem


@dataclass(frozen=True, slots=True)
class Claim:
    """What a file says of itself."""

    kind: Kind
    slug: str
    guid: str  # as written, or empty
    title: str
    published: datetime
    audio: str  # sha256 of the author's audio file, or empty


def resolve(
    claim: Claim, site_id: str, published: Published, taken: Collection[tuple[Kind, str]]
) -> tuple[str, PublishedItem | None]:
    """Return the guid of an item and what is recorded of it.

    ``taken`` holds the kinds and slugs of all files, so that a file which is still there keeps
    its record when another one looks like it.
    """
    if claim.guid:
        return claim.guid, published.items.get(claim.guid)
    record = _by_slug(claim, published) or _renamed(claim, published, taken)
    if record:
        return record.guid, record
    return str(uuid.uuid5(uuid.UUID(site_id), f"{claim.kind}/{claim.slug}")), None


def _by_slug(claim: Claim, published: Published) -> PublishedItem | None:
    same = (i for i in published.items.values() if (i.kind, i.slug) == (claim.kind, claim.slug))
    return next(same, None)


def _renamed(
    claim: Claim, published: Published, taken: Collection[tuple[Kind, str]]
) -> PublishedItem | None:
    """Find the record of a file that was renamed: same audio, or same title and date."""
    lost = [
        item
        for item in published.items.values()
        if item.kind == claim.kind and item.state == "live" and (item.kind, item.slug) not in taken
    ]
    for item in lost:
        if claim.audio and item.enclosure and item.enclosure.source_sha256 == claim.audio:
            return item
    for item in lost:
        if (item.title, item.published) == (claim.title, claim.published):
            return item
    return None
